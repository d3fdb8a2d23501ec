//! `root` and `check`: everything that is missing, in one report, before anything runs.

use pumped::error::{BuildError, BuildProblem};
use pumped::prelude::*;
use pumped_tests::Log;

struct Tenant;
struct Clock;

#[executor]
fn settings() -> u8;

#[executor]
fn credentials() -> String;

#[executor(mutable)]
fn level() -> u8;

#[executor]
fn database(
    log: Tag<Log>,
    settings: Dep<settings>,
    credentials: Dep<credentials>,
    _tenant: Tag<Tenant>,
) -> usize {
    log.note("database");
    usize::from(*settings) + credentials.len()
}

#[executor]
fn logger(level: Reactive<level>, _clock: Tag<Clock>, _optional: Option<Tag<u64>>) -> u8 {
    *level
}

#[executor]
struct App {
    database: Dep<database>,
    _logger: Controller<logger>,
}

fn not_provided(executor: &'static str, path: &[&'static str]) -> BuildProblem {
    BuildProblem::NotProvided { executor, path: path.to_vec() }
}

/// The problems, with the module path of a tag left out.
fn problems(error: &BuildError) -> Vec<BuildProblem> {
    let short = |problem: &BuildProblem| match problem {
        BuildProblem::MissingTag { tag, path } => {
            let tag = tag.rsplit("::").next().unwrap();
            BuildProblem::MissingTag { tag, path: path.clone() }
        }
        other => other.clone(),
    };
    error.problems().iter().map(short).collect()
}

/// All that is missing for `App`.
fn missing_for_app() -> Vec<BuildProblem> {
    let tag = |tag, path: &[&'static str]| BuildProblem::MissingTag { tag, path: path.to_vec() };
    vec![
        not_provided("settings", &["App", "database", "settings"]),
        not_provided("credentials", &["App", "database", "credentials"]),
        tag("Tenant", &["App", "database"]),
        not_provided("level", &["App", "logger", "level"]),
        tag("Clock", &["App", "logger"]),
    ]
}

/// Values and tags, of fixed and live executors, below dependencies and
/// controllers: all in one report, in the order of the declarations.
#[test]
fn check_reports_everything_that_is_missing_at_once() {
    let log = Log::new();
    let error = log.builder().root::<App>().build().unwrap_err();
    assert_eq!(problems(&error), missing_for_app());
    let error = log.scope().check::<App>().unwrap_err();
    assert_eq!(problems(&error), missing_for_app());
    assert_eq!(log.take(), [""; 0]);
}

/// A report names each problem, says what to write, and on which path it is needed.
#[test]
fn check_says_what_to_write() {
    let error = Log::new().builder().root::<App>().build().unwrap_err();
    let text = error.to_string();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "the scope cannot be built, 5 problems:");
    assert_eq!(
        lines[1],
        "- no value for `settings`: add `.provide::<settings>(..)` (needed by `App` -> `database` -> `settings`)"
    );
    assert!(lines[3].starts_with("- missing tag `"), "{text}");
    assert!(
        lines[3].ends_with("Tenant`: add `.tag(..)` (needed by `App` -> `database`)"),
        "{text}"
    );
    assert_eq!(lines.len(), 6);
    let one = Scope::builder().root::<settings>().build().unwrap_err();
    assert_eq!(
        one.to_string(),
        "the scope cannot be built: no value for `settings`: add `.provide::<settings>(..)` (needed by `settings`)"
    );
}

/// With everything there, a scope is built and nothing is resolved.
#[test]
fn check_resolves_nothing() {
    let log = Log::new();
    let builder = log.builder().root::<App>().tag(Tenant).tag(Clock);
    let builder = builder.provide::<settings>(1).provide::<credentials>("ab".into());
    let scope = builder.provide::<level>(2).build().unwrap();
    scope.check::<App>().unwrap();
    assert!(!scope.is_cached::<database>());
    assert_eq!(log.take(), [""; 0]);
    assert_eq!(*scope.get::<App>().unwrap().database, 3);
}

/// What is missing in one part is found though another part is complete, and what
/// is there is not reported.
#[test]
fn check_reports_only_what_is_missing() {
    let log = Log::new();
    let builder = log.builder().root::<App>().tag(Clock).provide::<level>(1).provide::<settings>(1);
    let error = builder.build().unwrap_err();
    let expected = [&missing_for_app()[1], &missing_for_app()[2]].map(Clone::clone);
    assert_eq!(problems(&error), expected);
}

/// Several roots are one report; what is missing for several of them is named.
#[test]
fn check_takes_several_roots() {
    let log = Log::new();
    let error = log.builder().root::<logger>().root::<database>().build().unwrap_err();
    let found = problems(&error);
    let names: Vec<&str> = found
        .iter()
        .map(|problem| match problem {
            BuildProblem::NotProvided { executor, .. } => executor,
            BuildProblem::MissingTag { tag, .. } => *tag,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(names, ["level", "Clock", "settings", "credentials", "Tenant"]);
    // The same root again adds nothing.
    let again = log.builder().root::<logger>().root::<database>().root::<logger>();
    assert_eq!(problems(&again.build().unwrap_err()), found);
}

/// Without a root, `build` looks at nothing: what is missing is an error of `get`.
#[test]
fn check_is_asked_for() {
    let log = Log::new();
    let scope = log.builder().build().unwrap();
    scope.get::<App>().map(drop).unwrap_err();
}

/// A lazy dependency may never be needed, and is not followed.
#[test]
fn check_does_not_follow_lazy_dependencies() {
    #[executor]
    struct Both {
        _lazy: Lazy<database>,
    }

    let log = Log::new();
    log.builder().root::<Both>().build().unwrap();
    log.scope().check::<Both>().unwrap();
}

/// A shared dependency is reported once, by its first path.
#[test]
fn check_reports_a_shared_dependency_once() {
    #[executor]
    fn left(settings: Dep<settings>) -> u8 {
        *settings
    }
    #[executor]
    fn right(settings: Dep<settings>) -> u8 {
        *settings
    }
    #[executor]
    fn top(left: Dep<left>, right: Dep<right>, settings: Dep<settings>) -> u8 {
        *left + *right + *settings
    }

    let error = Scope::new().check::<top>().unwrap_err();
    assert_eq!(error.problems(), [not_provided("settings", &["top", "left", "settings"])]);
}

/// Rule 27: the report is about the graph with presets applied.
#[test]
fn rule_27_check_applies_presets() {
    #[executor]
    fn port() -> u8;
    #[executor]
    fn fake_database(port: Dep<port>) -> usize {
        usize::from(*port)
    }

    let log = Log::new();
    let builder = || log.builder().root::<App>().tag(Clock).provide::<level>(1);
    builder().preset::<database>(1).build().unwrap();
    let error = builder().preset_with::<database, fake_database>().build().unwrap_err();
    let path = ["App", "fake_database", "port"];
    assert_eq!(error.problems(), [not_provided("port", &path)]);
    builder().preset_with::<database, fake_database>().provide::<port>(1).build().unwrap();
}

/// A report also has what is wrong with the presets themselves.
#[test]
fn rule_27_check_lists_presets_and_what_is_missing() {
    let builder = Scope::builder().preset::<level>(1).preset::<level>(2).root::<database>();
    let error = builder.tag(Log::new()).tag(Tenant).provide::<settings>(1).build().unwrap_err();
    let expected = [
        BuildProblem::PresetTwice { executor: "level" },
        not_provided("credentials", &["database", "credentials"]),
    ];
    assert_eq!(error.problems(), expected);
}

/// A cycle through presets and what is missing are one report.
#[test]
fn rule_27_check_lists_cycles_and_what_is_missing() {
    #[executor]
    fn base() -> u8 {
        1
    }
    #[executor]
    fn above(base: Dep<base>) -> u8 {
        *base
    }
    #[executor]
    struct Both {
        _above: Dep<above>,
        _settings: Dep<settings>,
    }

    let error = Scope::builder().preset_with::<base, above>().root::<Both>().build().unwrap_err();
    let cycle = BuildProblem::Cycle { path: vec!["above", "above"] };
    assert!(error.problems().contains(&cycle), "{error}");
    let missing = not_provided("settings", &["Both", "settings"]);
    assert!(error.problems().contains(&missing), "{error}");
    assert_eq!(error.problems().len(), 2, "{error}");
}
