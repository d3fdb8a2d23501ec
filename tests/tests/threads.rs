//! Parity 15: scopes are isolated from each other, and one scope serves many threads.

use std::sync::Mutex;
use std::thread;

use pumped::error::ResolveErrorKind;
use pumped::prelude::*;
use pumped_tests::{Log, Runs, Watchdog, together};

/// Which of many scopes this is.
struct Number(usize);

#[executor]
fn base(log: Tag<Log>, number: Tag<Number>) -> usize {
    log.note("base");
    number.0
}
#[executor]
fn left(log: Tag<Log>, base: Dep<base>) -> String {
    log.note("left");
    format!("left of {}", *base)
}
#[executor]
fn right(log: Tag<Log>, base: Dep<base>) -> String {
    log.note("right");
    format!("right of {}", *base)
}
#[executor]
struct Top {
    left: Dep<left>,
    right: Dep<right>,
}

fn scope_of(log: &Log, number: usize) -> Scope {
    log.builder().tag(Number(number)).build().unwrap()
}

/// Many scopes at once: each builds its own values, once.
#[test]
fn rule_01_scopes_in_threads_are_isolated() {
    together(16, |thread| {
        for round in 0..50 {
            let number = thread * 1000 + round;
            let log = Log::new();
            let scope = scope_of(&log, number);
            let top = scope.get::<Top>().unwrap();
            assert_eq!(*top.left, format!("left of {number}"));
            assert_eq!(*top.right, format!("right of {number}"));
            assert_eq!(*scope.get::<base>().unwrap(), number);
            assert_eq!(log.take(), ["base", "left", "right"]);
        }
    });
}

/// Many threads on one scope, by every way to read.
#[test]
fn rule_01_many_threads_on_one_scope() {
    let log = Log::new();
    let scope = scope_of(&log, 7);
    let counts = together(8, |thread| {
        let scope = scope.clone();
        let controller = scope.controller::<Top>();
        let mut right_values = 0;
        for round in 0..2000 {
            let is_right = match (thread + round) % 5 {
                0 => *scope.get::<left>().unwrap() == "left of 7",
                1 => *scope.get::<Top>().unwrap().right == "right of 7",
                2 => *scope.dep::<base>().unwrap() == 7,
                3 => scope.peek::<base>().is_none_or(|base| *base == 7),
                _ => *controller.get().unwrap().left == "left of 7",
            };
            right_values += usize::from(is_right);
        }
        right_values
    });
    assert_eq!(counts, [2000; 8]);
    let mut lines = log.take();
    lines.sort();
    assert_eq!(lines, ["base", "left", "right"]);
}

/// An executor gets its place in all scopes at its first use anywhere: also if
/// that happens in many scopes at the same time.
#[test]
fn rule_01_the_first_use_in_many_scopes_at_once() {
    macro_rules! fresh {
        ($($name:ident = $value:literal)*) => {$(
            #[executor]
            fn $name() -> u64 {
                $value
            }
            let values = together(8, |_| {
                let scope = Scope::new();
                let value = *scope.get::<$name>().unwrap();
                (value, scope.is_cached::<$name>())
            });
            assert_eq!(values, [($value, true); 8]);
        )*};
    }
    fresh!(a = 1 b = 2 c = 3 d = 4 e = 5 f = 6 g = 7 h = 8 i = 9 j = 10 k = 11 l = 12);
}

/// A `Ref` can be shared with threads, and a `Dep` outlives its scope in one.
#[test]
fn rule_08_values_go_to_other_threads() {
    let log = Log::new();
    let scope = scope_of(&log, 3);
    let value = scope.get::<left>().unwrap();
    thread::scope(|threads| {
        let shared = &value;
        assert_eq!(threads.spawn(move || shared.len()).join().unwrap(), "left of 3".len());
    });
    let held = scope.dep::<Top>().unwrap();
    let outlived = thread::spawn(move || {
        drop(scope);
        held.left.len() + held.right.len()
    });
    assert_eq!(outlived.join().unwrap(), "left of 3".len() + "right of 3".len());
}

/// The last of many handles ends the scope, whichever thread has it: each value is
/// cleaned up and dropped once.
#[test]
fn rule_16_the_last_of_many_handles_ends_the_scope() {
    struct Noisy(Log);
    impl Drop for Noisy {
        fn drop(&mut self) {
            self.0.note("dropped");
        }
    }
    #[executor]
    fn noisy(log: Tag<Log>, cx: &ResolveCtx<'_>) -> Noisy {
        let cleaned = log.clone();
        cx.on_cleanup(move || {
            cleaned.note("cleaned");
        });
        Noisy(log.clone())
    }

    for _ in 0..200 {
        let log = Log::new();
        let scope = log.scope();
        let clones: Vec<_> = (0..8).map(|_| Mutex::new(Some(scope.clone()))).collect();
        drop(scope);
        together(8, |at| {
            let scope = clones[at].lock().unwrap().take().unwrap();
            let held = scope.dep::<noisy>().unwrap();
            drop(scope);
            drop(held);
        });
        assert_eq!(log.take(), ["cleaned", "dropped"]);
    }
}

/// Rule 19: `dispose` beside gets. Each get has its value or `Disposed`; after
/// `dispose` all have `Disposed`; each cleanup runs once, and all dispose callers
/// return after it.
#[test]
fn rule_19_dispose_beside_gets() {
    #[executor]
    fn pool(log: Tag<Log>, cx: &ResolveCtx<'_>) -> u8 {
        let log = log.clone();
        log.note("open");
        cx.on_cleanup(move || {
            log.note("close");
        });
        1
    }
    #[executor]
    fn service(log: Tag<Log>, pool: Dep<pool>, cx: &ResolveCtx<'_>) -> u8 {
        let log = log.clone();
        cx.on_cleanup(move || {
            log.note("close service");
        });
        *pool + 1
    }

    for _ in 0..300 {
        let log = Log::new();
        let scope = log.scope();
        together(6, |at| {
            if at < 2 {
                scope.dispose().unwrap();
                let (opened, closed) = (log.count("open"), log.count("close"));
                assert_eq!(opened, closed, "dispose returns when all is closed");
                assert_eq!(scope.get::<service>().unwrap_err().kind(), ResolveErrorKind::Disposed);
                return;
            }
            match scope.get::<service>() {
                Ok(service) => assert_eq!(*service, 2),
                Err(error) => assert_eq!(error.kind(), ResolveErrorKind::Disposed),
            }
        });
        let lines = log.take();
        let whole = ["open", "close service", "close"];
        let allowed = [&whole[..], &["open", "close"], &[]];
        assert!(allowed.iter().any(|allowed| lines == *allowed), "{lines:?}");
    }
}

/// A build may use threads of its own, which resolve what is no cycle.
#[test]
fn rule_05_a_build_with_threads_of_its_own() {
    static RUNS: Runs = Runs::new();
    #[executor]
    fn part() -> usize {
        RUNS.up()
    }
    #[executor]
    fn whole(part: Lazy<part>) -> usize {
        thread::scope(|threads| {
            let work = || *part.get().unwrap();
            let running = [threads.spawn(work), threads.spawn(work)];
            running.map(|thread| thread.join().unwrap()).iter().sum()
        })
    }

    let _watchdog = Watchdog::start();
    assert_eq!(*Scope::new().get::<whole>().unwrap(), 2);
    assert_eq!(RUNS.get(), 1);
}
