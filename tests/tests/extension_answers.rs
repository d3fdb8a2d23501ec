//! Parity 31: an extension answers for a flow without running it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use pumped::error::{BoxError, ResolveErrorKind};
use pumped::extension::{Extension, Next, Operation, OperationKind};
use pumped::prelude::*;
use pumped::tree::Status;
use pumped_tests::Log;
use pumped_tests::spy::Spy;

#[executor]
fn dear(log: Tag<Log>) -> u32 {
    log.note("dear");
    100
}

#[flow]
fn price(log: Tag<Log>, dear: Ref<'_, dear>, #[input] amount: u32) -> Result<u32, String> {
    log.note("price");
    if amount == 0 { Err("nothing".into()) } else { Ok(*dear * amount) }
}

#[flow]
fn order(cx: &ExecutionCtx<'_>, #[input] amount: u32) -> Result<u32, String> {
    Ok(cx.exec(price(amount)).map_err(|error| error.to_string())? + 1)
}

/// Which request this is.
struct Key(&'static str);

type Kept = Arc<Mutex<HashMap<&'static str, u32>>>;

/// Answers for `price` what it has answered for the same key before.
#[derive(Default)]
struct Idempotent(Kept);

impl Extension for Idempotent {
    fn wrap(&self, operation: &Operation<'_>, next: Next<'_>) -> Result<(), BoxError> {
        let key = operation.execution().and_then(ExecutionCtx::tag::<Key>);
        match key {
            Some(key) if operation.kind() == OperationKind::Execute => {
                let kept = self.0.lock().unwrap().get(key.0).copied();
                match kept {
                    Some(kept) if operation.name() != "order" => next.answer(kept),
                    _ => next.run(),
                }
            }
            _ => next.run(),
        }
    }
}

#[test]
fn parity_31_an_answer_for_a_root_and_for_a_nested_flow() {
    let log = Log::new();
    let kept = Kept::default();
    kept.lock().unwrap().insert("known", 7);
    let builder = log.builder().history(8).extension(Spy::new("outer", &log).order(1));
    let builder = builder.extension(Idempotent(kept.clone()));
    let scope = builder.extension(Spy::new("inner", &log).order(200)).build().unwrap();
    let known = || scope.context().tag(Key("known"));
    assert_eq!(known().exec(price(2)).unwrap(), 7);
    assert_eq!(known().exec(order(2)).unwrap(), 8);
    // Neither the body nor what it takes; and those further in are not asked.
    assert_eq!((log.count("price"), log.count("dear")), (0, 0));
    assert_eq!(log.count("outer before execute price"), 2);
    assert_eq!(log.count("outer after execute price: success"), 2);
    assert_eq!(log.count("inner before execute price"), 0);
    let tree = scope.executions();
    let roots = tree.roots();
    assert_eq!((roots[0].name(), roots[0].status()), ("price", Status::Success));
    let [nested] = tree.children(roots[1].id())[..] else { panic!("{tree}") };
    assert_eq!((nested.name(), nested.status()), ("price", Status::Success));
    // What is not known is run, and fails as ever.
    assert_eq!(scope.context().tag(Key("new")).exec(order(2)).unwrap(), 201);
    assert!(scope.context().tag(Key("new")).exec(price(0)).is_err());
    assert_eq!((log.count("price"), log.count("dear")), (2, 1));
    assert_eq!(log.count("inner before execute price"), 2);
}

/// A scope whose only extension does this with every flow.
fn scope_with(
    log: &Log,
    wrap: impl Fn(Next<'_>) -> Result<(), BoxError> + Send + Sync + 'static,
) -> Scope {
    let spy = Spy::new("b", &Log::new()).wrap(move |operation, next| match operation.kind() {
        OperationKind::Execute => wrap(next),
        _ => next.run(),
    });
    log.builder().extension(Spy::new("a", log)).extension(spy).build().unwrap()
}

fn text<T, E: std::fmt::Debug>(result: Result<T, FlowError<E>>) -> String {
    match result {
        Err(FlowError::Extension(error)) => error.to_string(),
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("it was answered"),
    }
}

#[test]
fn section_3_4_an_answer_of_another_type_names_both() {
    let log = Log::new();
    let scope = scope_with(&log, |next| next.answer("seven"));
    let said = "`price` yields `u32`, and was answered with `&str`";
    assert_eq!(text(scope.exec(price(1))), said);
    assert_eq!(log.count(&format!("a error execute price: {said}")), 1);
    // A number of another type is another type.
    assert_eq!(
        text(scope_with(&log, |next| next.answer(7_i64)).exec(price(1))),
        "`price` yields `u32`, and was answered with `i64`"
    );
    // The result is what is asked for, not the `Result`.
    let scope = scope_with(&log, |next| next.answer(Ok::<u32, String>(7)));
    assert!(text(scope.exec(price(1))).starts_with("`price` yields `u32`, and was answered with"));
    // Who drops the error has not answered.
    let scope = scope_with(&log, |next| {
        let _ = next.answer(());
        Ok(())
    });
    assert_eq!(text(scope.exec(price(1))), "the extension `b` neither ran nor answered `price`");
    assert_eq!(log.count("price"), 0);
}

#[flow]
fn trimmed(#[input] text: &str) -> &str {
    text.trim()
}

#[flow]
fn first<'a>(#[input] texts: &[&'a str]) -> Result<Option<&'a str>, String> {
    if texts.len() > 9 { Err("too many".into()) } else { Ok(texts.first().copied()) }
}

#[flow]
fn measured(#[input] text: &str) -> Result<Vec<usize>, String> {
    if text.is_empty() { Err("empty".into()) } else { Ok(vec![text.len()]) }
}

#[flow]
fn fixed_text(#[input] text: &str) -> &'static str {
    if text.is_empty() { "empty" } else { "fixed" }
}

/// Only what borrows nothing can be answered: an answer has no lifetime to borrow for.
#[test]
fn section_3_4_outputs_that_borrow_cannot_be_answered() {
    let log = Log::new();
    let scope = scope_with(&log, |next| next.answer("seven"));
    let cannot =
        |name| format!("`{name}` cannot be answered for: its output borrows from its inputs");
    assert_eq!(text(scope.exec(trimmed(" a "))), cannot("trimmed"));
    assert_eq!(text(scope.exec(first(&["a"]))), cannot("first"));
    // What is borrowed for ever is owned enough.
    assert_eq!(scope.exec(fixed_text("a")).unwrap(), "seven");
    let scope = scope_with(&log, |next| next.answer(vec![1_usize, 2]));
    assert_eq!(scope.exec(measured("a")).unwrap(), [1, 2]);
}

/// Only flows are answered.
#[test]
fn section_3_4_nothing_else_can_be_answered() {
    #[executor(mutable)]
    fn level() -> u32 {
        1
    }
    let log = Log::new();
    let scope =
        log.builder().extension(Spy::new("b", &Log::new()).wrap(|_, next| next.answer(7_u32)));
    let scope = scope.build().unwrap();
    let error = scope.get::<dear>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Vetoed);
    let cannot = |name| format!("`{name}` cannot be answered for: only a flow can be");
    assert!(error.to_string().ends_with(&cannot("dear")), "{error}");
    assert_eq!(scope.update::<level>(2).unwrap_err().to_string(), cannot("level"));
    assert_eq!(scope.release::<level>().unwrap_err().to_string(), cannot("level"));
    assert_eq!(log.count("dear"), 0);
    assert_eq!(scope.exec(price(1)).unwrap(), 7);
}

/// An answer that is taken back is dropped; one that another extension fails after as well.
#[test]
fn section_3_4_a_failure_after_an_answer_discards_it() {
    let held = Arc::new(());
    #[flow]
    fn shared() -> Arc<()> {
        Arc::default()
    }
    let log = Log::new();
    let answer = held.clone();
    let scope = scope_with(&log, move |next| {
        next.answer(answer.clone())?;
        Err("changed its mind".into())
    });
    assert_eq!(text(scope.exec(shared())), "changed its mind");
    drop(scope);
    assert_eq!(Arc::strong_count(&held), 1);
    let answer = held.clone();
    let scope = scope_with(&log, move |next| next.answer(answer.clone()));
    let answered = scope.exec(shared()).unwrap();
    assert!(Arc::ptr_eq(&answered, &held));
    assert_eq!(Arc::strong_count(&held), 3);
}

/// An answer goes before a preset; a preset before the body.
#[test]
fn rule_27_answers_and_presets() {
    let log = Log::new();
    let scope = |answers: bool| {
        let spy = Spy::new("b", &Log::new()).wrap(move |operation, next| {
            if answers && operation.name() == "price" { next.answer(1_u32) } else { next.run() }
        });
        let seen = log.clone();
        let preset = price::preset(move |amount| {
            seen.note("preset");
            Ok(amount)
        });
        log.builder().extension(spy).preset_flow(preset).build().unwrap()
    };
    assert_eq!(scope(true).exec(order(5)).unwrap(), 2);
    assert_eq!(log.count("preset"), 0);
    assert_eq!(scope(false).exec(order(5)).unwrap(), 6);
    assert_eq!((log.count("preset"), log.count("price")), (1, 0));
}
