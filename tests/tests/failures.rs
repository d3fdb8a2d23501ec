//! Rules 1, 2 and 4: what happens when an executor fails, and who learns of it.

use std::error::Error;
use std::fmt;
use std::sync::Mutex;

use pumped::error::{Panic, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::{Log, Tid, Watchdog, together};

/// The error of the attempt of that number.
#[derive(Debug, PartialEq)]
struct Failure(usize);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "attempt {} failed", self.0)
    }
}

impl Error for Failure {}

/// The attempts at `Flaky` that fail: a scope's tag.
struct FailUntil(usize);

/// How many `get`s the first attempt waits for before it ends: a scope's tag.
struct Company {
    expected: usize,
    waiting: Mutex<Vec<Tid>>,
}

impl Company {
    fn of(expected: usize) -> Self {
        Self { expected, waiting: Mutex::default() }
    }

    /// The calling thread is about to ask.
    fn comes(&self) {
        self.waiting.lock().unwrap().push(Tid::current());
    }

    /// Returns once everybody but the calling thread, which builds, waits for it.
    fn wait(&self) {
        let others = loop {
            let waiting = self.waiting.lock().unwrap();
            if waiting.len() == self.expected {
                break waiting.clone();
            }
            drop(waiting);
            std::thread::yield_now();
        };
        let me = Tid::current();
        Tid::until_blocked(&others.into_iter().filter(|tid| *tid != me).collect::<Vec<_>>());
    }
}

fn source<T: Error + 'static>(error: &ResolveError) -> &T {
    error.source().expect("it has a source").downcast_ref().expect("it is of that type")
}

#[executor]
fn below(log: Tag<Log>) -> usize {
    log.note("below")
}

#[executor]
fn flaky(log: Tag<Log>, below: Dep<below>, until: Tag<FailUntil>) -> Result<usize, Failure> {
    let attempt = log.note("flaky") * *below;
    if attempt > until.0 { Ok(attempt) } else { Err(Failure(attempt)) }
}

#[executor]
fn above(log: Tag<Log>, flaky: Dep<flaky>) -> usize {
    log.note("above");
    *flaky
}

/// Parity 3: the error goes to the caller, is not cached, and costs what stands
/// already no second run.
#[test]
fn rule_02_a_failure_is_not_cached() {
    let log = Log::new();
    let scope = log.builder().tag(FailUntil(2)).build().unwrap();

    let first = scope.get::<flaky>().unwrap_err();
    assert_eq!(source::<Failure>(&first), &Failure(1));
    assert!(!scope.is_cached::<flaky>());
    assert!(scope.peek::<flaky>().is_none());
    assert!(scope.is_cached::<below>());

    let second = scope.get::<above>().unwrap_err();
    assert_eq!(source::<Failure>(&second), &Failure(2));
    assert_eq!(second.path(), ["above", "flaky"]);

    assert_eq!(*scope.get::<above>().unwrap(), 3);
    assert_eq!(*scope.get::<flaky>().unwrap(), 3);
    assert_eq!(log.take(), ["below", "flaky", "flaky", "flaky", "above"]);
}

/// A dependent of what failed is not called, nor is what stands after it.
#[test]
fn rule_02_nothing_runs_after_a_failure() {
    #[executor]
    fn later(log: Tag<Log>) -> usize {
        log.note("later")
    }
    #[executor]
    fn both(log: Tag<Log>, flaky: Dep<flaky>, later: Dep<later>) -> usize {
        log.note("both") + *flaky + *later
    }

    let log = Log::new();
    let scope = log.builder().tag(FailUntil(1)).build().unwrap();
    scope.get::<both>().unwrap_err();
    assert_eq!(log.take(), ["below", "flaky"]);
    assert_eq!(*scope.get::<both>().unwrap(), 1 + 2 + 1);
    assert_eq!(log.take(), ["flaky", "later", "both"]);
}

/// Parity B1, B2: who waits for an attempt takes its value.
#[test]
fn rule_01_who_joined_gets_the_value() {
    #[executor]
    fn slow(log: Tag<Log>, company: Tag<Company>) -> usize {
        company.wait();
        log.note("slow")
    }

    let log = Log::new();
    let scope = log.builder().tag(Company::of(16)).build().unwrap();
    let values = together(16, |_| {
        scope.tag::<Company>().unwrap().comes();
        *scope.get::<slow>().unwrap()
    });
    assert_eq!(values, [1; 16]);
    assert_eq!(log.take(), ["slow"]);
}

#[executor]
fn slow_failure(log: Tag<Log>, company: Tag<Company>) -> Result<usize, Failure> {
    let attempt = log.note("slow failure");
    if attempt > 1 {
        return Ok(attempt);
    }
    company.wait();
    Err(Failure(attempt))
}

/// All who joined a failed attempt share its error; the next `get` tries again.
#[test]
fn rule_02_who_joined_gets_the_error() {
    let log = Log::new();
    let scope = log.builder().tag(Company::of(16)).build().unwrap();
    let errors = together(16, |_| {
        scope.tag::<Company>().unwrap().comes();
        scope.get::<slow_failure>().unwrap_err()
    });
    for error in &errors {
        assert!(std::ptr::eq(source::<Failure>(error), source::<Failure>(&errors[0])));
        assert_eq!(error.path(), ["slow_failure"]);
    }
    assert_eq!(log.count("slow failure"), 1);
    assert_eq!(*scope.get::<slow_failure>().unwrap(), 2);
}

/// Each who joined sees the shared error on the path of its own question.
#[test]
fn rule_02_a_shared_error_has_a_path_for_each() {
    #[executor]
    fn left(_slow: Dep<slow_failure>) {}
    #[executor]
    fn right(_slow: Dep<slow_failure>) {}

    let log = Log::new();
    let scope = log.builder().tag(Company::of(3)).build().unwrap();
    let errors = together(3, |at| {
        scope.tag::<Company>().unwrap().comes();
        match at {
            0 => scope.get::<left>().unwrap_err(),
            1 => scope.get::<right>().unwrap_err(),
            _ => scope.get::<slow_failure>().unwrap_err(),
        }
    });
    assert_eq!(errors[0].path(), ["left", "slow_failure"]);
    assert_eq!(errors[1].path(), ["right", "slow_failure"]);
    assert_eq!(errors[2].path(), ["slow_failure"]);
    assert!(errors.iter().all(|error| source::<Failure>(error) == &Failure(1)));
    assert_eq!(log.count("slow failure"), 1);
}

/// A panic reaches those who joined as the error of that attempt, and hangs nobody.
#[test]
fn rule_04_who_joined_gets_the_panic() {
    #[executor]
    fn panics_once(log: Tag<Log>, company: Tag<Company>) -> usize {
        let attempt = log.note("panics once");
        if attempt == 1 {
            company.wait();
            panic!("attempt {attempt}");
        }
        attempt
    }

    let log = Log::new();
    let scope = log.builder().tag(Company::of(8)).build().unwrap();
    let errors = together(8, |_| {
        scope.tag::<Company>().unwrap().comes();
        scope.get::<panics_once>().unwrap_err()
    });
    for error in errors {
        assert_eq!(error.kind(), ResolveErrorKind::Panicked);
        assert_eq!(source::<Panic>(&error).message(), "attempt 1");
    }
    assert_eq!(*scope.get::<panics_once>().unwrap(), 2);
}

/// Parity 29, B19: a panic is an error that says what and where.
#[test]
fn rule_04_a_panic_is_an_error_with_message_and_place() {
    const LINE: u32 = line!() + 2;
    #[executor]
    fn formatted() -> u8 {
        panic!("no {}", "luck")
    }
    #[executor]
    fn literal() -> u8 {
        panic!("just so")
    }
    #[executor]
    fn no_text() -> u8 {
        std::panic::panic_any(7_u8)
    }
    #[executor]
    fn dependent(value: Dep<formatted>) -> u8 {
        *value
    }

    let scope = Scope::new();
    let error = scope.get::<dependent>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::Panicked);
    assert_eq!(error.executor(), "formatted");
    assert_eq!(error.path(), ["dependent", "formatted"]);
    let panic = source::<Panic>(&error);
    assert_eq!(panic.message(), "no luck");
    assert_eq!((panic.file(), panic.line()), (file!(), LINE));
    let place = format!("{}:{LINE}", file!());
    assert_eq!(
        error.to_string(),
        format!("resolving `dependent` -> `formatted`: panicked ({place}): no luck")
    );

    let literal_error = scope.get::<literal>().unwrap_err();
    assert_eq!(source::<Panic>(&literal_error).message(), "just so");
    let no_text_error = scope.get::<no_text>().unwrap_err();
    assert_eq!(no_text_error.kind(), ResolveErrorKind::Panicked);
    assert_eq!(source::<Panic>(&no_text_error).message(), "");
}

/// The slot can be retried, and nothing else is poisoned.
#[test]
fn rule_04_a_panic_poisons_nothing() {
    #[executor]
    fn panics_once(log: Tag<Log>) -> usize {
        let attempt = log.note("panics once");
        assert!(attempt > 1, "not at once");
        attempt
    }
    #[executor]
    fn sound(log: Tag<Log>) -> usize {
        log.note("sound")
    }
    #[executor]
    fn both(sound: Dep<sound>, panics: Dep<panics_once>) -> usize {
        *sound + *panics
    }

    let log = Log::new();
    let scope = log.scope();
    assert_eq!(scope.get::<both>().unwrap_err().kind(), ResolveErrorKind::Panicked);
    assert_eq!(*scope.get::<sound>().unwrap(), 1);
    assert_eq!(*scope.get::<both>().unwrap(), 3);
    assert_eq!(log.take(), ["sound", "panics once", "panics once"]);
    scope.dispose().unwrap();
}

/// A payload that panics when it is dropped does no more harm than another.
#[test]
fn rule_04_a_payload_that_panics_in_drop() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }
    #[executor]
    fn nasty() -> u8 {
        std::panic::panic_any(Bomb)
    }

    let _watchdog = Watchdog::start();
    let scope = Scope::new();
    for _ in 0..2 {
        assert_eq!(scope.get::<nasty>().unwrap_err().kind(), ResolveErrorKind::Panicked);
    }
}

#[executor]
fn cleans_up(log: Tag<Log>, until: Tag<FailUntil>, cx: &ResolveCtx<'_>) -> Result<usize, Failure> {
    let attempt = log.note("built");
    for number in 1..=3 {
        let log = log.clone();
        cx.on_cleanup(move || {
            log.note(format!("cleanup {number} of attempt {attempt}"));
        });
    }
    match (attempt <= until.0, attempt % 2) {
        (false, _) => Ok(attempt),
        (true, 0) => panic!("attempt {attempt}"),
        (true, _) => Err(Failure(attempt)),
    }
}

/// Parity B11: the cleanups of a failed attempt run at once, last first, whether
/// it returned an error or panicked; those of the one that succeeds do not.
#[test]
fn rule_02_a_failed_attempt_cleans_up_at_once() {
    let log = Log::new();
    let scope = log.builder().tag(FailUntil(2)).build().unwrap();
    for attempt in 1..=2 {
        scope.get::<cleans_up>().unwrap_err();
        let mut expected = vec!["built".to_owned()];
        expected.extend([3, 2, 1].map(|number| format!("cleanup {number} of attempt {attempt}")));
        assert_eq!(log.take(), expected);
    }
    scope.get::<cleans_up>().unwrap();
    assert_eq!(log.take(), ["built"]);
    scope.dispose().unwrap();
    assert_eq!(log.take(), [3, 2, 1].map(|number| format!("cleanup {number} of attempt 3")));
}

/// A cleanup of a failed attempt that fails itself stops neither the others nor
/// the error, and is not lost.
#[test]
fn rule_18_a_failing_cleanup_of_a_failed_attempt() {
    #[executor]
    fn broken(log: Tag<Log>, cx: &ResolveCtx<'_>) -> Result<u8, Failure> {
        let log = log.clone();
        cx.on_cleanup(move || {
            log.note("first");
        });
        cx.on_cleanup(|| Err::<(), _>(Failure(20)));
        cx.on_cleanup(|| -> Result<(), Failure> { panic!("third") });
        Err(Failure(10))
    }

    let log = Log::new();
    let scope = log.scope();
    let error = scope.get::<broken>().unwrap_err();
    assert_eq!(source::<Failure>(&error), &Failure(10));
    assert_eq!(log.take(), ["first"]);
    let errors = scope.dispose().unwrap_err();
    let [third, second] = errors.errors() else { panic!("two cleanups failed: {errors}") };
    assert_eq!((third.executor(), second.executor()), ("broken", "broken"));
    assert_eq!(third.source().unwrap().downcast_ref::<Panic>().unwrap().message(), "third");
    assert_eq!(second.source().unwrap().downcast_ref::<Failure>(), Some(&Failure(20)));
}
