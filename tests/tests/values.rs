//! Parity 6 and 7: any value is a value, whatever its size, alignment or type.

use std::collections::BTreeMap;
use std::sync::Arc;

use pumped::prelude::*;
use pumped_tests::Log;

trait Greet: Send + Sync {
    fn greet(&self) -> String;
}

struct Named(&'static str);

impl Greet for Named {
    fn greet(&self) -> String {
        format!("I am {}", self.0)
    }
}

/// Declares an executor of `$value`, gets it twice, and checks that it ran once.
macro_rules! built_once {
    ($ty:ty, $value:expr) => {{
        #[executor]
        fn value(log: Tag<Log>) -> $ty {
            log.note("value");
            $value
        }
        let log = Log::new();
        let scope = log.scope();
        let expected: $ty = $value;
        assert_eq!(*scope.get::<value>().unwrap(), expected);
        assert_eq!(*scope.dep::<value>().unwrap(), expected);
        assert!(scope.is_cached::<value>());
        assert_eq!(log.take(), ["value"], "for a {}", stringify!($ty));
    }};
}

/// Parity 6: "nothing" is a value like any other, and is not built again.
#[test]
fn rule_01_empty_values_are_cached() {
    #[derive(Debug, PartialEq)]
    struct Nothing;

    built_once!((), ());
    built_once!(Option<String>, None);
    built_once!(u64, 0);
    built_once!(String, String::new());
    built_once!(Vec<u8>, Vec::new());
    built_once!([u32; 0], []);
    built_once!(BTreeMap<u8, u8>, BTreeMap::new());
    built_once!(Nothing, Nothing);
}

/// A function without a return type declares a value of type `()`.
#[test]
fn rule_01_a_function_without_a_return_type_is_an_executor() {
    #[executor]
    fn set_up(log: Tag<Log>) {
        log.note("set up");
    }
    #[executor]
    fn server(log: Tag<Log>, _set_up: Dep<set_up>) -> usize {
        log.note("server")
    }

    let log = Log::new();
    let scope = log.scope();
    scope.get::<server>().unwrap();
    scope.get::<set_up>().unwrap();
    assert_eq!(log.take(), ["set up", "server"]);
}

/// Rule 8: references to values of any alignment and size are sound, for values
/// in a scope and for values of one's own.
#[test]
fn rule_08_large_and_over_aligned_values() {
    #[repr(align(512))]
    struct Aligned(u8);

    #[executor]
    fn small() -> u8 {
        1
    }
    #[executor]
    fn aligned(small: Dep<small>) -> Aligned {
        Aligned(*small + 1)
    }
    #[executor(mutable)]
    fn live_aligned(aligned: Dep<aligned>) -> Aligned {
        Aligned(aligned.0 + 1)
    }
    #[executor]
    #[expect(clippy::large_stack_arrays, reason = "that is the point")]
    fn large(live: Snapshot<live_aligned>) -> [u64; 32 * 1024] {
        [u64::from(live.0); 32 * 1024]
    }

    let is_aligned = |value: &Aligned| (&raw const *value).addr().is_multiple_of(512);
    let scope = Scope::new();
    assert!(scope.get::<large>().unwrap().iter().all(|item| *item == 3));
    let fixed = scope.get::<aligned>().unwrap();
    assert!(is_aligned(&fixed) && fixed.0 == 2);
    let live = scope.dep::<live_aligned>().unwrap();
    assert!(is_aligned(&live) && live.0 == 3);
    scope.update::<live_aligned>(Aligned(9)).unwrap();
    let updated = scope.get::<live_aligned>().unwrap();
    assert!(is_aligned(&updated) && updated.0 == 9);
    let own: Dep<aligned> = Dep::new(Aligned(7));
    assert!(is_aligned(&own) && own.0 == 7);
}

/// Values are dropped exactly once, with their scope or with their last holder.
#[test]
fn rule_17_values_are_dropped_once_and_dependents_first() {
    struct Noisy(Log, &'static str);
    impl Drop for Noisy {
        fn drop(&mut self) {
            self.0.note(self.1);
        }
    }

    #[executor]
    fn below(log: Tag<Log>) -> Noisy {
        Noisy(log.clone(), "below")
    }
    #[executor]
    fn above(log: Tag<Log>, below: Dep<below>) -> Noisy {
        assert_eq!(below.1, "below");
        Noisy(log.clone(), "above")
    }

    let log = Log::new();
    let scope = log.scope();
    scope.get::<above>().unwrap();
    assert_eq!(log.lines(), [""; 0]);
    drop(scope);
    assert_eq!(log.take(), ["above", "below"]);

    let scope = log.scope();
    let held = scope.dep::<above>().unwrap();
    drop(scope);
    assert_eq!(log.lines(), [""; 0]);
    drop(held);
    assert_eq!(log.take(), ["above", "below"]);
}

/// Parity 7: trait objects are outputs, so that another implementation can stand in.
#[test]
fn rule_27_trait_objects_are_outputs() {
    #[executor]
    fn shared() -> Arc<dyn Greet> {
        Arc::new(Named("shared"))
    }
    #[executor]
    fn boxed() -> Box<dyn Greet> {
        Box::new(Named("boxed"))
    }
    #[executor]
    fn both(shared: Dep<shared>, boxed: Dep<boxed>) -> String {
        format!("{}, {}", shared.greet(), boxed.greet())
    }

    assert_eq!(*Scope::new().get::<both>().unwrap(), "I am shared, I am boxed");
    let scope = Scope::builder()
        .preset::<shared>(Arc::new(Named("fake")))
        .preset::<boxed>(Box::new(Named("too")))
        .build()
        .unwrap();
    assert_eq!(*scope.get::<both>().unwrap(), "I am fake, I am too");
}

/// Functions are values as well, and may be called by whoever depends on them.
#[test]
fn rule_03_closures_are_outputs() {
    type Formatter = Box<dyn Fn(u32) -> String + Send + Sync>;

    #[executor]
    fn prefix() -> String {
        "no. ".into()
    }
    #[executor]
    fn formatter(prefix: Dep<prefix>) -> Formatter {
        Box::new(move |number| format!("{prefix}{number}"))
    }
    #[executor]
    fn line(formatter: Dep<formatter>) -> String {
        formatter(7)
    }

    assert_eq!(*Scope::new().get::<line>().unwrap(), "no. 7");
}
