//! Rule 27 for fixed executors: a preset is used on every path, and the original
//! never runs.

use pumped::error::BuildProblem;
use pumped::prelude::*;
use pumped_tests::{Log, Runs, together};

/// Whoever runs one of these tests does not want them to be called.
#[executor]
fn below(log: Tag<Log>) -> usize {
    log.note("below")
}

#[executor]
fn original(log: Tag<Log>, below: Dep<below>) -> String {
    log.note("original");
    format!("original {}", *below)
}

#[executor]
fn own(log: Tag<Log>) -> usize {
    log.note("own")
}

#[executor]
fn other(log: Tag<Log>, own: Dep<own>) -> String {
    let run = log.note("other");
    format!("other {run} {}", *own)
}

/// Every way in which one executor can depend on `original`.
#[executor]
struct AllPaths {
    dep: Dep<original>,
    lazy: Lazy<original>,
    controller: Controller<original>,
}

/// The value of `original` as every path sees it, and that it is one value.
fn on_every_path(scope: &Scope) -> String {
    let value = scope.get::<original>().unwrap();
    let paths = scope.get::<AllPaths>().unwrap();
    let handles = [
        paths.dep.clone(),
        paths.lazy.get().unwrap(),
        paths.controller.get().unwrap(),
        paths.controller.peek().unwrap(),
        scope.dep::<original>().unwrap(),
        scope.peek::<original>().unwrap().to_dep(),
        scope.controller::<original>().get().unwrap(),
    ];
    assert!(handles.iter().all(|handle| std::ptr::eq(&raw const **handle, &raw const *value)));
    assert!(scope.is_cached::<original>() && paths.controller.is_cached());
    value.clone()
}

/// Parity 19 and B4: the function of a value preset never runs, and what it
/// depends on is not resolved.
#[test]
fn rule_27_a_value_is_used_on_every_path() {
    let log = Log::new();
    let scope = log.builder().preset::<original>("value".into()).build().unwrap();
    assert_eq!(on_every_path(&scope), "value");
    assert_eq!(log.lines(), [""; 0]);
    assert!(!scope.is_cached::<below>());
}

/// Parity B4: also if the original would fail, or cannot be built at all.
#[test]
fn rule_27_a_value_stands_in_for_what_cannot_be_built() {
    struct Missing;
    #[executor]
    fn settings() -> u8;
    #[executor]
    fn broken(_settings: Dep<settings>, _missing: Tag<Missing>) -> Result<u8, String> {
        Err("broken".into())
    }
    #[executor]
    fn above(broken: Dep<broken>) -> u8 {
        *broken + 1
    }

    let scope = Scope::builder().preset::<broken>(1).root::<above>().build().unwrap();
    assert_eq!(*scope.get::<above>().unwrap(), 2);
}

/// Parity 20 and B27: a preset executor runs once, with dependencies of its own;
/// the original does not, on no path.
#[test]
fn rule_27_an_executor_is_used_on_every_path() {
    let log = Log::new();
    let scope = log.builder().preset_with::<original, other>().build().unwrap();
    assert!(!scope.is_cached::<original>());
    assert_eq!(on_every_path(&scope), "other 1 1");
    assert_eq!(log.take(), ["own", "other"]);
    assert_eq!(*scope.get::<other>().unwrap(), "other 1 1");
    assert_eq!(log.take(), [""; 0], "both stand for one value");
    assert!(!scope.is_cached::<below>());
}

/// Rule 27: whichever path comes first builds it.
#[test]
fn rule_27_any_path_may_come_first() {
    let log = Log::new();
    let scope = || log.builder().preset_with::<original, other>().build().unwrap();
    let seen = [
        scope().get::<AllPaths>().unwrap().dep.clone(),
        scope().get::<AllPaths>().unwrap().lazy.get().unwrap(),
        scope().controller::<original>().get().unwrap(),
        scope().dep::<original>().unwrap(),
    ];
    for (run, seen) in seen.into_iter().enumerate() {
        let run = run + 1;
        assert_eq!(*seen, format!("other {run} {run}"));
    }
    assert_eq!(log.count("original"), 0);
}

/// Rule 27: what was built under one name is there under the other, unasked.
#[test]
fn rule_27_both_names_see_one_value() {
    let log = Log::new();
    let scope = log.builder().preset_with::<original, other>().build().unwrap();
    assert!(scope.peek::<original>().is_none());
    let value = &raw const *scope.get::<other>().unwrap();
    let controller = scope.controller::<original>();
    assert!(scope.is_cached::<original>() && controller.is_cached());
    assert_eq!(scope.peek::<original>().map(|seen| &raw const *seen), Some(value));
    assert_eq!(controller.peek().map(|seen| &raw const *seen), Some(value));
    assert_eq!(log.take(), ["own", "other"]);
}

/// Rules 1 and 27: 16 threads through both names make one run.
#[test]
fn rule_27_single_flight_through_both_names() {
    for _ in 0..100 {
        let log = Log::new();
        let scope = log.builder().preset_with::<original, other>().build().unwrap();
        let seen = together(16, |at| match at % 2 {
            0 => scope.get::<original>().unwrap().clone(),
            _ => scope.get::<other>().unwrap().clone(),
        });
        assert!(seen.iter().all(|value| value == "other 1 1"));
        assert_eq!(log.lines(), ["own", "other"]);
    }
}

/// Rule 27: a preset of what stands in, by an executor or by a value.
#[test]
fn rule_27_presets_chain() {
    #[executor]
    fn third(log: Tag<Log>) -> String {
        log.note("third");
        "third".into()
    }

    let log = Log::new();
    let chain = || log.builder().preset_with::<original, other>();
    let by_executor = chain().preset_with::<other, third>().build().unwrap();
    assert_eq!(on_every_path(&by_executor), "third");
    assert_eq!(*by_executor.get::<other>().unwrap(), "third");
    assert_eq!(log.take(), ["third"]);

    let by_value = chain().preset::<other>("value".into()).build().unwrap();
    assert_eq!(on_every_path(&by_value), "value");
    assert_eq!(*by_value.get::<other>().unwrap(), "value");
    assert_eq!(log.take(), [""; 0]);

    // The order of the calls does not matter.
    let reversed = log.builder().preset_with::<other, third>().preset_with::<original, other>();
    assert_eq!(on_every_path(&reversed.build().unwrap()), "third");
}

/// Rule 27: several presets in a scope, and one executor in the place of two.
#[test]
fn rule_27_several_presets() {
    #[executor]
    fn second(log: Tag<Log>) -> String {
        log.note("second");
        "second".into()
    }

    let log = Log::new();
    let scope = log
        .builder()
        .preset_with::<original, other>()
        .preset_with::<second, other>()
        .preset::<own>(7)
        .build()
        .unwrap();
    assert_eq!(on_every_path(&scope), "other 1 7");
    assert_eq!(*scope.get::<second>().unwrap(), "other 1 7");
    assert_eq!(log.take(), ["other"]);
}

/// Rule 27: a replacement may need what it replaces something for, as long as it
/// does not need that itself.
#[test]
fn rule_27_a_replacement_shares_what_is_below() {
    #[executor]
    fn wrapper(below: Dep<below>) -> String {
        format!("wrapper {}", *below)
    }
    #[executor]
    fn needs_both(original: Dep<original>, below: Dep<below>) -> String {
        format!("{} {}", *original, *below)
    }

    let log = Log::new();
    let scope = log.builder().preset_with::<original, wrapper>().build().unwrap();
    assert_eq!(*scope.get::<needs_both>().unwrap(), "wrapper 1 1");
    assert_eq!(log.take(), ["below"]);
}

/// Rule 27: two presets, or two values, for one executor.
#[test]
fn rule_27_two_for_one_executor() {
    #[executor]
    fn settings() -> u8;

    let twice = |builder: pumped::ScopeBuilder| {
        let error = builder.build().unwrap_err();
        assert_eq!(error.problems().len(), 1, "{error}");
        error.problems()[0].clone()
    };
    let name = |executor| BuildProblem::PresetTwice { executor };
    let builder = || Scope::builder().preset::<original>("value".into());
    assert_eq!(twice(builder().preset::<original>("again".into())), name("original"));
    assert_eq!(twice(builder().preset_with::<original, other>()), name("original"));
    let executors = Scope::builder().preset_with::<original, other>();
    assert_eq!(twice(executors.preset_with::<original, other>()), name("original"));
    assert_eq!(
        twice(Scope::builder().provide::<settings>(1).provide::<settings>(2)),
        name("settings")
    );
}

/// Rule 27: a preset also replaces what the application provides, in either order.
#[test]
fn rule_27_a_preset_of_what_is_provided() {
    #[executor]
    fn settings() -> u8;
    #[executor]
    fn fake_settings() -> u8 {
        7
    }

    let first = Scope::builder().preset::<settings>(5).provide::<settings>(1).build().unwrap();
    let last = Scope::builder().provide::<settings>(1).preset::<settings>(5).build().unwrap();
    assert_eq!((*first.get::<settings>().unwrap(), *last.get::<settings>().unwrap()), (5, 5));
    let by_executor =
        Scope::builder().provide::<settings>(1).preset_with::<settings, fake_settings>();
    assert_eq!(*by_executor.build().unwrap().get::<settings>().unwrap(), 7);
}

/// Rule 27: a preset on itself, and presets that lead round in a circle: each is one
/// problem, whose path is the circle and not the way there.
#[test]
fn rule_27_a_preset_on_itself() {
    #[executor]
    fn outside() -> String {
        String::new()
    }
    fn path(builder: pumped::ScopeBuilder) -> Vec<&'static str> {
        let error = builder.build().unwrap_err();
        match error.problems() {
            [BuildProblem::Cycle { path }] => path.clone(),
            _ => panic!("not one cycle: {error}"),
        }
    }

    let on_itself = Scope::builder().preset_with::<original, original>();
    assert_eq!(path(on_itself), ["original", "original"]);
    let round =
        || Scope::builder().preset_with::<original, other>().preset_with::<other, original>();
    assert_eq!(path(round()), ["original", "other", "original"]);
    let led_to = round().preset_with::<outside, other>();
    assert_eq!(path(led_to), ["original", "other", "original"]);
    let first = Scope::builder().preset_with::<outside, original>();
    let first = first.preset_with::<original, other>().preset_with::<other, original>();
    assert_eq!(path(first), ["original", "other", "original"]);
}

/// Rule 27: a cycle that a preset closes over dependencies, with its path.
#[test]
fn rule_27_a_cycle_through_a_preset() {
    #[executor]
    fn base() -> u8 {
        1
    }
    #[executor]
    fn middle(base: Dep<base>) -> u8 {
        *base
    }
    #[executor]
    fn top(middle: Dep<middle>) -> u8 {
        *middle
    }

    let error = Scope::builder().preset_with::<base, top>().build().unwrap_err();
    let [BuildProblem::Cycle { path }] = error.problems() else { panic!("{error}") };
    assert_eq!(path, &["top", "middle", "top"]);
    assert_eq!(
        error.to_string(),
        "the scope cannot be built: presets make a dependency cycle: `top` -> `middle` -> `top`"
    );
}

/// Rules 5 and 27: what replaces an executor may reach it by a handle; that it
/// asks during its build is a cycle, with its path.
#[test]
fn rule_27_a_replacement_with_a_handle_to_what_it_replaces() {
    #[executor]
    fn wrapper(original: Lazy<original>) -> Result<String, ResolveError> {
        Ok(format!("wrapped {}", *original.get()?))
    }

    let log = Log::new();
    let scope = log.builder().preset_with::<original, wrapper>().build().unwrap();
    let error = scope.get::<original>().unwrap_err();
    assert_eq!(error.kind(), pumped::error::ResolveErrorKind::Cycle);
    assert_eq!(error.path(), ["wrapper", "wrapper"]);
    assert_eq!(log.count("original"), 0);
}

/// Rule 27: a value preset has no cleanups, and is dropped with its scope; an
/// executor preset has its own, and not those of the original.
#[test]
fn rule_27_cleanups_of_presets() {
    static DROPS: Runs = Runs::new();
    struct Pool(Log, &'static str);
    impl Pool {
        fn close(&self) {
            self.0.note(format!("close {}", self.1));
        }
    }
    impl Drop for Pool {
        fn drop(&mut self) {
            DROPS.up();
        }
    }
    #[executor(cleanup = Pool::close)]
    fn pool(log: Tag<Log>) -> Pool {
        Pool(log.clone(), "original")
    }
    #[executor]
    fn fake(log: Tag<Log>, cx: &ResolveCtx<'_>) -> Pool {
        let closing = log.clone();
        cx.on_cleanup(move || {
            closing.note("own cleanup");
        });
        Pool(log.clone(), "fake")
    }

    let log = Log::new();
    let scope = log.builder().preset::<pool>(Pool(log.clone(), "value")).build().unwrap();
    scope.get::<pool>().unwrap();
    scope.dispose().unwrap();
    assert_eq!(DROPS.get(), 0);
    drop(scope);
    assert_eq!((log.take(), DROPS.get()), (vec![], 1));

    let scope = log.builder().preset_with::<pool, fake>().build().unwrap();
    scope.get::<pool>().unwrap();
    scope.dispose().unwrap();
    drop(scope);
    assert_eq!((log.take(), DROPS.get()), (vec!["own cleanup".to_owned()], 2));

    drop(Scope::builder().preset::<pool>(Pool(log.clone(), "never read")).build().unwrap());
    assert_eq!(DROPS.get(), 3);
}
