//! Rules 2, 23 and 26, parity 29 and 30, B19: every way in which a flow ends badly, and
//! that nothing is left behind by it.

use std::error::Error;

use pumped::error::{Panic, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::Log;

struct Missing;
/// What `fragile` is to do.
struct Mood(std::sync::Mutex<&'static str>);

#[executor]
fn fragile(log: Tag<Log>, mood: Tag<Mood>) -> Result<usize, std::num::ParseIntError> {
    let run = log.note("fragile");
    let mood = *mood.0.lock().unwrap();
    assert!(mood != "panics", "fragile {run}");
    if mood == "fails" { "x".parse() } else { Ok(run) }
}

#[executor]
fn middle(log: Tag<Log>, fragile: Dep<fragile>) -> usize {
    log.note("middle");
    *fragile
}

#[executor]
fn untagged(_missing: Tag<Missing>) -> u32 {
    unreachable!("its tag is nowhere set")
}

#[flow]
fn needs(log: Tag<Log>, middle: Ref<'_, middle>) -> usize {
    log.note("needs");
    *middle
}

#[flow]
fn needs_missing(log: Tag<Log>, _missing: Tag<Missing>) {
    log.note("needs_missing");
}

#[flow]
fn needs_untagged(log: Tag<Log>, _untagged: Dep<untagged>) {
    log.note("needs_untagged");
}

/// Where `panics` is declared.
const PANICS_LINE: u32 = line!() + 3;

#[flow]
fn panics(#[input] how: &str) -> u32 {
    match how {
        "formatted" => panic!("with {}", 1 + 1),
        "payload" => std::panic::panic_any(7_u8),
        "index" => u32::try_from([1_usize][how.len()]).unwrap(),
        _ => panic!("plain"),
    }
}

#[flow]
fn fails() -> Result<u32, String> {
    Err("its own".into())
}

#[flow]
fn recovers(cx: &ExecutionCtx<'_>) -> String {
    let mut seen = Vec::new();
    seen.push(cx.exec(panics("plain")).unwrap_err().to_string().contains("plain"));
    seen.push(cx.exec(needs_missing()).unwrap_err().to_string().contains("Missing"));
    seen.push(cx.exec(fails()).unwrap_err().to_string() == "its own");
    format!("{seen:?}")
}

fn scope(log: &Log, mood: &'static str) -> Scope {
    log.builder().tag(Mood(mood.into())).build().unwrap()
}

fn set_mood(scope: &Scope, mood: &'static str) {
    *scope.tag::<Mood>().unwrap().0.lock().unwrap() = mood;
}

fn panic_of<T>(result: Result<T, FlowError<impl std::fmt::Debug>>) -> Panic {
    match result {
        Err(FlowError::Panicked(panic)) => panic,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it went well"),
    }
}

#[test]
fn rule_23_a_panic_has_its_message_and_the_place_of_the_declaration() {
    let scope = Scope::new();
    for (how, message) in [("plain", "plain"), ("formatted", "with 2"), ("payload", "")] {
        let panic = panic_of(scope.exec(panics(how)));
        assert_eq!(panic.message(), message);
        assert!(panic.file().ends_with("flow_failures.rs"));
        assert_eq!(panic.line(), PANICS_LINE);
    }
    assert!(panic_of(scope.exec(panics("index"))).message().contains("index out of bounds"));
    let text = scope.exec(panics("plain")).unwrap_err().to_string();
    assert!(text.contains(&format!("flow_failures.rs:{PANICS_LINE}): plain")), "{text}");
}

#[test]
fn rule_23_a_parent_recovers() {
    let log = Log::new();
    let scope = scope(&log, "well");
    for _ in 0..3 {
        assert_eq!(scope.exec(recovers()).unwrap(), "[true, true, true]");
    }
    assert_eq!(log.count("needs_missing"), 0);
}

/// Parity 30, B19, rule 2: kind, path and source of what failed below; tried again next time.
#[test]
fn parity_30_a_dependency_that_fails() {
    let log = Log::new();
    let scope = scope(&log, "fails");
    for run in 1..=2 {
        let Err(FlowError::Resolve(error)) = scope.exec(needs()) else { panic!() };
        assert_eq!(error.kind(), ResolveErrorKind::Failed);
        assert_eq!(error.executor(), "fragile");
        assert_eq!(error.path(), ["middle", "fragile"]);
        assert!(error.source().unwrap().is::<std::num::ParseIntError>());
        assert_eq!(log.count("fragile"), run);
    }
    set_mood(&scope, "panics");
    let Err(FlowError::Resolve(error)) = scope.exec(needs()) else { panic!() };
    assert_eq!(error.kind(), ResolveErrorKind::Panicked);
    let panic = error.source().unwrap().downcast_ref::<Panic>().unwrap();
    assert_eq!(panic.message(), "fragile 3");
    set_mood(&scope, "well");
    assert_eq!(scope.exec(needs()).unwrap(), 4);
    assert_eq!(scope.exec(needs()).unwrap(), 4);
    assert_eq!((log.count("fragile"), log.count("middle"), log.count("needs")), (4, 1, 2));
}

#[test]
fn parity_30_a_tag_that_is_missing() {
    let log = Log::new();
    let scope = scope(&log, "well");
    let Err(FlowError::Resolve(error)) = scope.exec(needs_missing()) else { panic!() };
    assert_eq!(error.kind(), ResolveErrorKind::MissingTag);
    assert_eq!(error.executor(), "needs_missing");
    assert!(error.to_string().contains("Missing"), "{error}");
    // A tag of an execution is none of an executor's: those look on the scope.
    let Err(FlowError::Resolve(error)) = scope.context().tag(Missing).exec(needs_untagged()) else {
        panic!()
    };
    assert_eq!(error.kind(), ResolveErrorKind::MissingTag);
    assert_eq!(error.path(), ["untagged"]);
    scope.context().tag(Missing).exec(needs_missing()).unwrap();
    assert_eq!((log.count("needs_missing"), log.count("needs_untagged")), (1, 0));
}

#[test]
fn rule_19_a_disposed_scope() {
    let log = Log::new();
    let scope = scope(&log, "well");
    scope.exec(needs()).unwrap();
    scope.dispose().unwrap();
    assert!(matches!(scope.exec(needs()), Err(FlowError::Disposed)));
    assert!(matches!(scope.call(needs()), Err(Fault::Disposed)));
    assert!(matches!(scope.context().tag(Missing).exec(needs_missing()), Err(FlowError::Disposed)));
    assert!(matches!(scope.exec(panics("plain")), Err(FlowError::Disposed)));
    assert_eq!((log.count("needs"), log.count("needs_missing")), (1, 0));
}

#[flow]
fn through_context(cx: &ExecutionCtx<'_>, #[input] log: &Log) -> u32 {
    log.note("entered");
    match cx.exec(through_context(log)) {
        Ok(depth) => depth + 1,
        Err(FlowError::TooDeep) => 1,
        Err(other) => panic!("{other}"),
    }
}

#[flow]
fn through_scope(cx: &ExecutionCtx<'_>, #[input] log: &Log) -> u32 {
    log.note("entered");
    match cx.scope().exec(through_scope(log)) {
        Ok(depth) => depth + 1,
        Err(FlowError::TooDeep) => 1,
        Err(other) => panic!("{other}"),
    }
}

/// In turns through the context, the scope, and a context of the scope.
#[flow]
fn mixed(cx: &ExecutionCtx<'_>, #[input] turn: u32) -> u32 {
    let below = match turn % 3 {
        0 => cx.exec(mixed(turn + 1)),
        1 => cx.scope().exec(mixed(turn + 1)),
        _ => cx.scope().context().name("another").exec(mixed(turn + 1)),
    };
    match below {
        Ok(depth) => depth + 1,
        Err(FlowError::TooDeep) => 1,
        Err(other) => panic!("{other}"),
    }
}

/// A recursion without end is an error, however it goes on.
#[test]
fn section_3_3_flows_that_are_nested_too_deeply() {
    let log = Log::new();
    let entered = || log.take().len();
    let scope = Scope::builder().max_depth(10).build().unwrap();
    for _ in 0..2 {
        assert_eq!(scope.exec(through_context(&log)).unwrap(), 10);
        assert_eq!(entered(), 10);
        assert_eq!(scope.exec(through_scope(&log)).unwrap(), 10);
        assert_eq!(entered(), 10);
        assert_eq!(scope.exec(mixed(0)).unwrap(), 10);
    }
    // Another scope has a depth of its own.
    #[flow]
    fn in_another(#[input] other: &Scope, #[input] log: &Log) -> u32 {
        other.exec(through_scope(log)).unwrap()
    }
    assert_eq!(scope.exec(in_another(&Scope::new(), &log)).unwrap(), 128);
    let none = Scope::builder().max_depth(0).build().unwrap();
    assert!(matches!(none.exec(fails()), Err(FlowError::TooDeep)));
    pumped_tests::on_small_stack(|| assert_eq!(Scope::new().exec(mixed(0)).unwrap(), 128));
}

/// All of them after each other, and in between the scope is as good as new.
#[test]
fn rule_23_failures_of_every_kind_on_one_scope() {
    let log = Log::new();
    let scope = log.builder().tag(Mood("fails".into())).max_depth(8).build().unwrap();
    for round in 0..3 {
        set_mood(&scope, "fails");
        if round == 0 {
            assert!(matches!(scope.exec(needs()), Err(FlowError::Resolve(_))));
        }
        assert!(matches!(scope.exec(fails()), Err(FlowError::Failed(error)) if error == "its own"));
        assert_eq!(panic_of(scope.exec(panics("plain"))).message(), "plain");
        assert!(matches!(scope.exec(needs_missing()), Err(FlowError::Resolve(_))));
        assert!(matches!(scope.exec(needs_untagged()), Err(FlowError::Resolve(_))));
        assert_eq!(scope.exec(through_context(&Log::new())).unwrap(), 8);
        assert_eq!(scope.exec(recovers()).unwrap(), "[true, true, true]");
        set_mood(&scope, "well");
        assert_eq!(scope.exec(needs()).unwrap(), 2);
    }
    scope.dispose().unwrap();
    assert!(matches!(scope.exec(fails()), Err(FlowError::Disposed)));
}

/// Panics when it is dropped.
struct Explosive(&'static str);

impl Drop for Explosive {
    fn drop(&mut self) {
        panic!("{}", self.0);
    }
}

/// Panics when it is dropped, with what panics when it is dropped.
struct Armed;

impl Drop for Armed {
    fn drop(&mut self) {
        std::panic::panic_any(Explosive("the payload"));
    }
}

#[flow]
fn explosive_input(#[input] input: Explosive) -> &'static str {
    input.0
}

#[flow]
fn explosive_payload(#[input] armed: bool) -> u32 {
    let _armed = armed.then(|| Armed);
    1
}

#[flow]
fn explosive_output() -> Explosive {
    Explosive("the output")
}

/// What panics when it is dropped inside of a flow is a panic of that flow; an output is
/// the caller's.
#[test]
fn rule_23_panics_of_drops() {
    let scope = Scope::new();
    let panic = panic_of(scope.exec(explosive_input(Explosive("the input"))));
    assert_eq!(panic.message(), "the input");
    // The payload of a panic may panic itself, and is let go all the same.
    assert_eq!(panic_of(scope.exec(explosive_payload(true))).message(), "");
    assert_eq!(scope.exec(explosive_payload(false)).unwrap(), 1);
    let output = scope.exec(explosive_output()).unwrap();
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(output))).is_err());
    assert_eq!(scope.exec(explosive_payload(false)).unwrap(), 1);
    scope.dispose().unwrap();
}
