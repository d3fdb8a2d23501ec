//! Section 3.4, parity 35 and B15: what extensions see, in which order, and what not.

use pumped::error::BoxError;
use pumped::extension::{Extension, Operation, OperationKind, Outcome};
use pumped::prelude::*;
use pumped::tree::Status;
use pumped_tests::Log;
use pumped_tests::spy::Spy;

#[executor(meta("the base"))]
fn base() -> u32 {
    1
}

#[executor]
fn middle(base: Dep<base>) -> u32 {
    *base + 1
}

#[executor]
fn top(middle: Dep<middle>, base: Dep<base>) -> u32 {
    *middle + *base
}

#[executor(mutable)]
fn level() -> u32 {
    1
}

#[executor]
fn derived(level: Reactive<level>, base: Dep<base>) -> u32 {
    *level * 10 + *base
}

#[executor]
fn broken() -> Result<u32, std::num::ParseIntError> {
    "x".parse()
}

#[executor]
fn above_broken(broken: Dep<broken>) -> u32 {
    *broken
}

#[flow]
fn leaf(base: Ref<'_, base>) -> u32 {
    *base
}

#[flow]
fn fails() -> Result<u32, String> {
    Err("no luck".into())
}

#[flow]
fn nested(cx: &ExecutionCtx<'_>) -> u32 {
    let _ = cx.exec(fails());
    cx.exec(leaf()).unwrap()
}

fn spied() -> (Log, Scope) {
    let log = Log::new();
    let scope = Scope::builder().extension(Spy::new("a", &log)).build().unwrap();
    assert_eq!(log.take(), ["a init"]);
    (log, scope)
}

/// The lines without those of `wrap`.
fn short(log: &Log) -> Vec<String> {
    let lines = log.take().into_iter();
    lines.filter(|line| !line.contains(" runs ") && !line.contains(" ran ")).collect()
}

#[test]
fn parity_35_order_is_from_the_outside_in() {
    let log = Log::new();
    let spy = |name, order| Spy::new(name, &log).order(order);
    let scope = Scope::builder()
        .extension(spy("c", 100))
        .extension(spy("d", 100))
        .extension(spy("a", -5))
        .extension(spy("e", 101))
        .extension(spy("b", 7))
        .build()
        .unwrap();
    assert_eq!(log.take(), ["a init", "b init", "c init", "d init", "e init"]);
    scope.get::<base>().unwrap();
    let mut expected = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        expected.push(format!("{name} before resolve base"));
        expected.push(format!("{name} runs resolve base"));
    }
    for name in ["e", "d", "c", "b", "a"] {
        expected.push(format!("{name} ran resolve base"));
        expected.push(format!("{name} after resolve base: success"));
    }
    assert_eq!(log.take(), expected);
}

/// B15: dependencies as well, each once, and no cache hit.
#[test]
fn b_15_every_real_resolve_and_no_cache_hit() {
    let (log, scope) = spied();
    scope.get::<top>().unwrap();
    let mut lines = short(&log);
    lines.sort();
    let mut expected = Vec::new();
    for name in ["base", "middle", "top"] {
        expected.push(format!("a after resolve {name}: success"));
    }
    for name in ["base", "middle", "top"] {
        expected.push(format!("a before resolve {name}"));
    }
    assert_eq!(lines, expected);
    scope.get::<top>().unwrap();
    scope.dep::<middle>().unwrap();
    scope.controller::<base>().get().unwrap();
    scope.peek::<base>().unwrap();
    assert!(log.take().is_empty());
    // Live ones: at first, and once per change that is read.
    scope.get::<derived>().unwrap();
    assert_eq!(log.count("a before resolve level") + log.count("a before resolve derived"), 2);
    scope.get::<derived>().unwrap();
    let _ = log.take();
    scope.update::<level>(5).unwrap();
    assert_eq!(short(&log), ["a before update level", "a after update level: success"]);
    scope.get::<derived>().unwrap();
    scope.get::<derived>().unwrap();
    assert_eq!(short(&log), ["a before resolve derived", "a after resolve derived: success"]);
}

/// What is given is not resolved.
#[test]
fn rule_27_presets_of_values_are_no_resolve() {
    let log = Log::new();
    let builder = Scope::builder().extension(Spy::new("a", &log));
    let scope = builder.preset::<middle>(7).preset::<level>(3).build().unwrap();
    assert_eq!((*scope.get::<middle>().unwrap(), *scope.get::<level>().unwrap()), (7, 3));
    assert_eq!(log.take(), ["a init"]);
}

#[test]
fn parity_35_changes() {
    let (log, scope) = spied();
    // A change of what is not there resolves it first, inside of the change.
    scope.modify::<level>(|now| now + 1).unwrap();
    let resolve = ["a before resolve level", "a after resolve level: success"];
    let (before, after) = (["a before update level"], ["a after update level: success"]);
    assert_eq!(short(&log), [&before[..], &resolve, &after].concat());
    scope.modify::<level>(|now| now + 1).unwrap();
    scope.controller::<level>().update(5).unwrap();
    assert_eq!(short(&log), [&before[..], &after, &before, &after].concat());
    scope.get::<derived>().unwrap();
    let _ = log.take();
    scope.release::<level>().unwrap();
    let release = ["a before release level", "a after release level: success"];
    assert_eq!(short(&log), release);
    assert_eq!(*scope.reload::<level>().unwrap(), 1);
    assert_eq!(short(&log), [&release[..], &resolve].concat());
    // Also of what is not there.
    scope.release::<derived>().unwrap();
    assert_eq!(short(&log).len(), 2);
}

#[test]
fn parity_35_executions() {
    let (log, scope) = spied();
    scope.exec(nested()).unwrap();
    assert_eq!(
        log.take(),
        [
            "a before execute nested",
            "a runs execute nested",
            "a before execute fails",
            "a runs execute fails",
            "a ran execute fails",
            "a error execute fails: no luck",
            "a after execute fails: failed",
            "a before execute leaf",
            "a runs execute leaf",
            "a before resolve base",
            "a runs resolve base",
            "a ran resolve base",
            "a after resolve base: success",
            "a ran execute leaf",
            "a after execute leaf: success",
            "a ran execute nested",
            "a after execute nested: success",
        ]
    );
    // A root has the name that it was given.
    scope.context().name("GET /").exec(leaf()).unwrap();
    assert_eq!(short(&log), ["a before execute GET /", "a after execute GET /: success"]);
}

/// Errors are seen once by each extension, for every operation that they end.
#[test]
fn parity_35_errors_are_seen_once_each() {
    #[flow]
    fn needs(above: Ref<'_, above_broken>) -> u32 {
        *above
    }
    #[flow]
    fn panics() {
        panic!("boom")
    }
    let log = Log::new();
    let builder = Scope::builder().extension(Spy::new("a", &log));
    let scope = builder.extension(Spy::new("b", &log)).build().unwrap();
    assert!(matches!(scope.exec(needs()), Err(FlowError::Resolve(_))));
    let seen: Vec<_> = log.take().into_iter().filter(|line| line.contains(" error ")).collect();
    let broken = "resolving `broken`: invalid digit found in string";
    let above = "resolving `above_broken` -> `broken`: invalid digit found in string";
    let resolves: Vec<_> =
        seen.iter().filter(|line| line.contains("error resolve broken")).collect();
    assert_eq!(
        resolves,
        [
            &format!("b error resolve broken: {broken}"),
            &format!("a error resolve broken: {broken}")
        ]
    );
    assert_eq!(seen[seen.len() - 2], format!("b error execute needs: {above}"));
    assert_eq!(seen[seen.len() - 1], format!("a error execute needs: {above}"));
    assert!(scope.exec(panics()).is_err());
    assert_eq!(log.count("a after execute panics: panicked"), 1);
}

/// The operation: kind, name, declaration, and the execution that it belongs to.
#[test]
fn section_3_4_what_an_operation_says() {
    struct Tenant(&'static str);
    #[flow(meta(7_u8))]
    fn described(middle: Ref<'_, middle>, cx: &ExecutionCtx<'_>) -> u32 {
        cx.scope().update::<level>(2).unwrap();
        cx.scope().release::<level>().unwrap();
        *middle + cx.exec(leaf()).unwrap()
    }
    let log = Log::new();
    let seen = log.clone();
    let spy = Spy::new("a", &Log::new()).before(move |operation| {
        assert!(operation.node().file().ends_with("extensions.rs") && operation.node().line() > 0);
        let tenant = |cx: &ExecutionCtx<'_>| cx.tag::<Tenant>().map_or("-", |tenant| tenant.0);
        let execution = operation.execution();
        let execution = execution.map(|cx| format!("{} of {}", cx.name(), tenant(cx)));
        let meta = match operation.kind() {
            OperationKind::Resolve => {
                operation.node().meta::<&str>().copied().unwrap_or("-").into()
            }
            _ => operation.node().meta::<u8>().map_or("-".into(), u8::to_string),
        };
        seen.note(format!("{} {} {meta} {execution:?}", operation.kind(), operation.name()));
        Ok(())
    });
    let scope = Scope::builder().extension(spy).build().unwrap();
    scope.context().tag(Tenant("acme")).name("root").exec(described()).unwrap();
    scope.get::<level>().unwrap();
    assert_eq!(
        log.take(),
        [
            "execute root 7 Some(\"root of acme\")",
            "resolve base the base Some(\"root of acme\")",
            "resolve middle - Some(\"root of acme\")",
            "update level - Some(\"root of acme\")",
            "release level - Some(\"root of acme\")",
            "execute leaf - Some(\"leaf of acme\")",
            "resolve level - None",
        ]
    );
}

/// The outcome: status, error and time.
#[test]
fn section_3_4_what_an_outcome_says() {
    let log = Log::new();
    let seen = log.clone();
    let spy = Spy::new("a", &Log::new()).after(move |operation, outcome: &Outcome<'_>| {
        assert_eq!(outcome.is_ok(), outcome.status() == Status::Success);
        assert_eq!(outcome.is_ok(), outcome.error().is_none());
        assert!(outcome.duration() > std::time::Duration::ZERO);
        let error = outcome.error();
        let is_own = error.is_some_and(<dyn std::error::Error>::is::<ResolveError>);
        seen.note(format!("{} {} {is_own}", operation.name(), outcome.status()));
    });
    let scope = Scope::builder().extension(spy).build().unwrap();
    scope.exec(leaf()).unwrap();
    let _ = scope.exec(fails());
    let _ = scope.get::<broken>();
    assert_eq!(
        log.take(),
        ["base success false", "leaf success false", "fails failed false", "broken failed true"]
    );
}

/// What an extension does itself is shown to the others and not to it; what it lets go on
/// is shown to it as well.
#[test]
fn section_3_4_an_extension_does_not_wrap_itself() {
    #[executor]
    fn own(middle: Dep<middle>) -> u32 {
        *middle
    }
    let log = Log::new();
    let builder = Scope::builder().extension(Spy::new("a", &log));
    let spy = Spy::new("b", &log).wrap(|operation, next| {
        if operation.kind() == OperationKind::Execute {
            let scope = operation.execution().unwrap().scope();
            scope.get::<own>()?;
            scope.update::<level>(9)?;
            let _ = scope.exec(fails());
        }
        next.run()?;
        if let Some(cx) = operation.execution() {
            let _ = cx.exec(fails());
        }
        Ok(())
    });
    let scope = builder.extension(spy).extension(Spy::new("c", &log)).build().unwrap();
    #[flow]
    fn work(derived: Ref<'_, derived>, cx: &ExecutionCtx<'_>) -> u32 {
        let _ = cx.exec(leaf());
        *derived
    }
    assert_eq!(scope.exec(work()).unwrap(), 91);
    for name in ["a", "b", "c"] {
        let count = |what: &str| log.count(&format!("{name} before {what}"));
        let others = usize::from(name != "b");
        assert_eq!(
            (count("execute work"), count("execute leaf"), count("resolve derived")),
            (1, 1, 1)
        );
        assert_eq!(
            (count("resolve own"), count("resolve middle"), count("update level")),
            (others, others, 2 * others),
            "{name}"
        );
        // Before the two executions, after them, and after the one resolve inside of one.
        assert_eq!(count("execute fails"), 5 * others, "{name}");
    }
}

/// Without a name of its own an extension is called after its type.
#[test]
fn section_3_4_defaults() {
    struct Plain;
    impl Extension for Plain {}
    struct Refuses;
    impl Extension for Refuses {
        fn before(&self, operation: &Operation<'_>) -> Result<(), BoxError> {
            assert_ne!(operation.kind(), OperationKind::Resolve, "refused");
            Ok(())
        }
    }
    assert!(Plain.name().ends_with("::Plain"));
    assert_eq!(Plain.order(), 100);
    let scope = Scope::builder().extension(Plain).extension(Refuses).build().unwrap();
    let text = scope.get::<base>().unwrap_err().to_string();
    assert!(text.contains("Refuses` panicked: ") && text.contains("refused"), "{text}");
    scope.dispose().unwrap();
}

/// Several threads: every build and every execution is seen exactly once.
#[test]
fn parity_35_operations_of_many_threads() {
    let (log, scope) = spied();
    pumped_tests::together(4, |_| {
        for _ in 0..100 {
            assert_eq!(scope.exec(nested()).unwrap(), 1);
            scope.get::<top>().unwrap();
        }
    });
    for name in ["base", "middle", "top"] {
        assert_eq!(log.count(&format!("a before resolve {name}")), 1);
        assert_eq!(log.count(&format!("a after resolve {name}: success")), 1);
    }
    assert_eq!(log.count("a before execute nested"), 400);
    assert_eq!(log.count("a after execute leaf: success"), 400);
    assert_eq!(log.count("a error execute fails: no luck"), 400);
}
