//! Rules 1, 3 and 8: built lazily, once per scope, by one path, and never moved.

use std::ptr;

use pumped::prelude::*;
use pumped_tests::{Log, Runs, together};

/// Parity 1: declaring does nothing, nor does a scope that nobody asks.
#[test]
fn rule_01_nothing_runs_before_it_is_asked_for() {
    static RUNS: Runs = Runs::new();

    #[executor]
    fn config() -> u16 {
        RUNS.up();
        8080
    }

    let scope = Scope::new();
    assert!(!scope.is_cached::<config>());
    assert!(scope.peek::<config>().is_none());
    let _controller = scope.controller::<config>();
    scope.check::<config>().unwrap();
    assert_eq!(scope.graph().nodes().len(), 0);
    assert_eq!(RUNS.get(), 0);

    assert_eq!(*scope.get::<config>().unwrap(), 8080);
    assert_eq!(RUNS.get(), 1);
}

/// Only what a `get` needs is built, dependencies first, in the order of the parameters.
#[test]
fn rule_03_a_get_builds_what_it_needs_and_no_more() {
    #[executor]
    fn first(log: Tag<Log>) -> u8 {
        log.note("first");
        1
    }
    #[executor]
    fn second(log: Tag<Log>) -> u8 {
        log.note("second");
        2
    }
    #[executor]
    fn sum(log: Tag<Log>, first: Dep<first>, second: Dep<second>) -> u8 {
        log.note("sum");
        *first + *second
    }
    #[executor]
    fn unrelated(log: Tag<Log>, sum: Dep<sum>) -> u8 {
        log.note("unrelated");
        *sum
    }

    let log = Log::new();
    let scope = log.scope();
    assert_eq!(*scope.get::<second>().unwrap(), 2);
    assert_eq!(log.take(), ["second"]);
    assert_eq!(*scope.get::<sum>().unwrap(), 3);
    assert_eq!(log.take(), ["first", "sum"]);
    assert_eq!(*scope.get::<sum>().unwrap(), 3);
    assert_eq!(log.take(), [""; 0]);
    assert!(!scope.is_cached::<unrelated>());
}

/// Parity B1: with k dependents, a dependency is built once, not k + 1 times.
#[test]
fn rule_03_a_shared_dependency_is_built_once() {
    #[executor]
    fn base(log: Tag<Log>) -> usize {
        log.note("base")
    }
    #[executor]
    struct Left {
        base: Dep<base>,
    }
    #[executor]
    struct Right {
        base: Dep<base>,
    }
    #[executor]
    struct Top {
        left: Dep<Left>,
        right: Dep<Right>,
        base: Dep<base>,
    }

    let log = Log::new();
    let scope = log.scope();
    let top = scope.get::<Top>().unwrap().into_inner();
    let only = scope.get::<base>().unwrap().into_inner();
    let shared = [&*top.base, &*top.left.base, &*top.right.base];
    assert!(shared.iter().all(|base| ptr::eq(*base, only)));
    assert_eq!(log.take(), ["base"]);
}

/// Parity 3 and rule 3: `get`, `dep`, `peek` and handles lead to the same value.
#[test]
fn rule_03_every_path_leads_to_the_same_value() {
    #[executor]
    fn value(log: Tag<Log>) -> usize {
        log.note("value")
    }
    #[executor]
    struct Holder {
        dep: Dep<value>,
        lazy: Lazy<value>,
        controller: Controller<value>,
    }

    let log = Log::new();
    let scope = log.scope();
    let other = scope.clone();
    let holder = scope.get::<Holder>().unwrap();
    let only = &raw const *scope.get::<value>().unwrap();
    assert_eq!(only, &raw const *holder.dep);
    assert_eq!(only, &raw const *holder.lazy.get().unwrap());
    assert_eq!(only, &raw const *holder.controller.get().unwrap());
    assert_eq!(only, &raw const *holder.controller.peek().unwrap());
    assert_eq!(only, &raw const *scope.dep::<value>().unwrap());
    assert_eq!(only, &raw const *scope.peek::<value>().unwrap());
    assert_eq!(only, &raw const *scope.get::<value>().unwrap().to_dep());
    assert_eq!(only, &raw const *other.get::<value>().unwrap());
    assert_eq!(log.count("value"), 1);
}

/// Parity B2: 16 threads that ask first make one run and get one instance.
#[test]
fn rule_01_sixteen_first_gets_are_one_run() {
    #[executor]
    fn below(log: Tag<Log>) -> usize {
        log.note("below")
    }
    #[executor]
    fn asked(log: Tag<Log>, below: Dep<below>) -> usize {
        log.note("asked") + *below
    }

    // Many rounds, since each has its own race.
    for _ in 0..200 {
        let log = Log::new();
        let scope = log.scope();
        let seen = together(16, |_| &raw const *scope.get::<asked>().unwrap() as usize);
        assert!(seen.iter().all(|value| *value == seen[0]));
        assert_eq!(log.lines(), ["below", "asked"]);
    }
}

/// Parity B2: also where the threads come in at different places of one graph.
#[test]
fn rule_01_gets_at_different_places_share_what_is_below() {
    #[executor]
    fn base(log: Tag<Log>) -> usize {
        log.note("base")
    }
    #[executor]
    fn left(log: Tag<Log>, base: Dep<base>) -> usize {
        log.note("left") + *base
    }
    #[executor]
    fn right(log: Tag<Log>, base: Dep<base>) -> usize {
        log.note("right") + *base
    }
    #[executor]
    fn top(log: Tag<Log>, left: Dep<left>, right: Dep<right>) -> usize {
        log.note("top") + *left + *right
    }

    for _ in 0..200 {
        let log = Log::new();
        let scope = log.scope();
        let seen = together(8, |number| match number % 4 {
            0 => *scope.get::<base>().unwrap(),
            1 => *scope.get::<left>().unwrap(),
            2 => *scope.get::<right>().unwrap(),
            _ => *scope.get::<top>().unwrap(),
        });
        assert_eq!(seen, [1, 2, 2, 5, 1, 2, 2, 5]);
        let mut lines = log.take();
        lines.sort();
        assert_eq!(lines, ["base", "left", "right", "top"]);
    }
}

/// Parity 4: two executors of one output type are two values, also if both have
/// the same name.
#[test]
fn rule_01_an_executor_is_its_own_key() {
    mod other {
        use pumped::prelude::*;

        #[executor]
        pub(super) fn port() -> u16 {
            2
        }
    }
    #[executor]
    fn port() -> u16 {
        1
    }
    #[executor]
    fn admin_port() -> u16 {
        3
    }
    #[executor]
    fn all(port: Dep<port>, other: Dep<other::port>, admin: Dep<admin_port>) -> [u16; 3] {
        [*port, *other, *admin]
    }

    assert_eq!(*Scope::new().get::<all>().unwrap(), [1, 2, 3]);
}

/// Parity 5 and 15: one declaration serves many scopes, with independent values.
#[test]
fn rule_01_scopes_have_values_of_their_own() {
    static RUNS: Runs = Runs::new();

    #[executor]
    fn number() -> usize {
        RUNS.up()
    }

    let scopes = [Scope::new(), Scope::new(), Scope::new()];
    for round in 0..2 {
        for (at, scope) in scopes.iter().enumerate() {
            assert_eq!(*scope.get::<number>().unwrap(), at + 1, "in round {round}");
        }
    }
    assert_eq!(RUNS.get(), 3);
}

/// Rule 8: a fixed value stays where it is, whatever else is resolved.
#[test]
fn rule_08_a_fixed_value_does_not_move() {
    macro_rules! fillers {
        ($scope:ident: $($name:ident)*) => {$(
            #[executor]
            fn $name() -> [u64; 64] {
                [7; 64]
            }
            $scope.get::<$name>().unwrap();
        )*};
    }
    #[executor]
    fn value() -> String {
        "here".into()
    }
    #[executor(mutable)]
    fn live() -> u8 {
        0
    }

    let scope = Scope::new();
    let before: &String = scope.get::<value>().unwrap().into_inner();
    fillers!(scope: a b c d e f g h i j k l m n o p q r s t u v w x y z);
    for new in 0..100 {
        scope.update::<live>(new).unwrap();
    }
    assert_eq!(before, "here");
    assert!(ptr::eq(before, scope.get::<value>().unwrap().into_inner()));
}
