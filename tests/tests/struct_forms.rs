//! Every form that a struct executor may take.

use std::io;

use pumped::graph::Graph;
use pumped::prelude::*;
use pumped_tests::{Log, Runs};

#[executor]
fn base(log: Tag<Log>) -> u32 {
    log.note("base");
    7
}

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[derive(Debug, Default, PartialEq)]
struct Cache(Vec<u8>);

/// Each field is a dependency, or is built by `Default` or by an expression.
#[test]
fn form_named_fields() {
    static MADE: Runs = Runs::new();
    #[executor]
    struct Service {
        base: Dep<base>,
        snapshot: Snapshot<level>,
        lazy: Lazy<base>,
        controller: Controller<level>,
        log: Tag<Log>,
        absent: Option<Tag<u64>>,
        #[default]
        cache: Cache,
        #[default(MADE.up())]
        number: usize,
    }

    let log = Log::new();
    let scope = log.scope();
    let service = scope.get::<Service>().unwrap();
    assert_eq!((*service.base, *service.snapshot, *service.lazy.get().unwrap()), (7, 1, 7));
    assert_eq!(*service.controller.get().unwrap(), 1);
    assert!(service.absent.is_none());
    service.log.note("through the field");
    assert_eq!((&service.cache, service.number), (&Cache(Vec::new()), 1));
    scope.get::<Service>().unwrap();
    assert_eq!(MADE.get(), 1);
    assert_eq!(log.take(), ["base", "through the field"]);
}

/// A struct with a reactive field is live, and is rebuilt whole.
#[test]
fn form_a_reactive_field_makes_a_struct_live() {
    static MADE: Runs = Runs::new();
    #[executor]
    struct Logger {
        level: Reactive<level>,
        #[default(MADE.up())]
        number: usize,
    }

    let scope = Scope::new();
    let first = scope.dep::<Logger>().unwrap();
    scope.update::<level>(3).unwrap();
    let second = scope.get::<Logger>().unwrap();
    assert_eq!((*first.level, first.number), (1, 1));
    assert_eq!((*second.level, second.number), (3, 2));
}

/// Tuple structs, with dependencies and defaults.
#[test]
fn form_tuple_fields() {
    #[executor]
    struct Pair(Dep<base>, #[default] Cache, #[default("text".len())] usize);

    let log = Log::new();
    let scope = log.scope();
    let Pair(base, cache, length) = scope.get::<Pair>().unwrap().into_inner();
    assert_eq!((**base, cache, *length), (7, &Cache::default(), 4));
}

/// Structs without fields: a unit, and an empty one.
#[test]
fn form_no_fields() {
    #[executor]
    struct Unit;
    #[executor]
    struct Empty {}
    #[executor]
    struct EmptyTuple();
    #[executor]
    struct All {
        unit: Dep<Unit>,
        empty: Dep<Empty>,
        tuple: Dep<EmptyTuple>,
    }

    let scope = Scope::new();
    let All { unit, empty, tuple } = scope.get::<All>().unwrap().into_inner();
    let (Unit, Empty {}, EmptyTuple()) = (&**unit, &**empty, &**tuple);
    assert!(scope.is_cached::<Unit>() && scope.is_cached::<Empty>());
}

/// Derives stand below the attribute, and keep working.
#[test]
fn form_derives_and_attributes_stay() {
    /// Documented.
    #[executor]
    #[derive(Debug, Clone, PartialEq)]
    pub(crate) struct Limits {
        /// Documented, too.
        #[default(10)]
        pub(crate) most: u8,
        #[default]
        pub(crate) least: u8,
        #[cfg(any())]
        pub(crate) cut: Dep<no_such_executor>,
    }

    let limits = Scope::new().get::<Limits>().unwrap().clone();
    assert_eq!(limits, Limits { most: 10, least: 0 });
    assert_eq!(format!("{limits:?}"), "Limits { most: 10, least: 0 }");
}

/// `name`, `meta` and `cleanup`, also one that fails, on a struct.
#[test]
fn form_options() {
    #[executor(name = "sessions", meta(5_u8), cleanup = Sessions::close)]
    struct Sessions {
        log: Tag<Log>,
    }
    impl Sessions {
        fn close(&self) -> io::Result<()> {
            self.log.note("closed");
            Err(io::Error::other("one is open"))
        }
    }

    let graph = Graph::of::<Sessions>();
    assert_eq!(graph.nodes()[0].name(), "sessions");
    assert_eq!(graph.nodes()[0].declaration().meta::<u8>(), Some(&5));
    let log = Log::new();
    let scope = log.scope();
    scope.get::<Sessions>().unwrap();
    let error = scope.dispose().unwrap_err();
    assert_eq!(error.errors()[0].to_string(), "cleaning up `sessions`: one is open");
    assert_eq!(log.take(), ["closed"]);
}

/// A mutable struct can be updated with a value made by hand.
#[test]
fn form_mutable_struct() {
    #[executor(mutable)]
    struct Flags {
        #[default]
        on: bool,
    }
    #[executor]
    fn shown(flags: Reactive<Flags>) -> &'static str {
        if flags.on { "on" } else { "off" }
    }

    let scope = Scope::new();
    assert_eq!(*scope.get::<shown>().unwrap(), "off");
    scope.update::<Flags>(Flags { on: true }).unwrap();
    assert_eq!(*scope.get::<shown>().unwrap(), "on");
    scope.modify::<Flags>(|now| Flags { on: !now.on }).unwrap();
    assert_eq!(*scope.get::<shown>().unwrap(), "off");
}

/// An expression that panics is a panic of the executor.
#[test]
fn rule_04_a_default_that_panics() {
    fn value() -> u8 {
        panic!("no default")
    }
    #[executor]
    struct Broken {
        #[default(value())]
        _value: u8,
    }

    let error = Scope::new().get::<Broken>().unwrap_err();
    assert_eq!(error.kind(), pumped::error::ResolveErrorKind::Panicked);
    assert_eq!(error.executor(), "Broken");
}
