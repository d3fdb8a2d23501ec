//! What one would write by hand instead of a flow: a function over borrowed fields,
//! with a context on the stack, under `catch_unwind`. Nothing here knows of pumped;
//! a workload about flows takes its `beside` from the constants.
//!
//! `n` is how often the run has run, from 1 (see [`numbered`]); the side with pumped has
//! to return the same, from a fixed dependency that is [`RATE`].
//!
//! | constant | what it does | what it returns |
//! | --- | --- | --- |
//! | [`SINGLE`] | one call with one dependency, on warm fields | `n * RATE` |
//! | [`NESTED`] | ten calls within each other, each with its context | `n + 10 * RATE` |
//! | [`TAGGED`] | one call that reads a tag of the context | `n * RATE + TENANT` |
//! | [`FRESH_SINGLE`] | [`SINGLE`] on fresh fields | `n * RATE` |
//! | [`FRESH_NESTED`] | [`NESTED`] on fresh fields | `n + 10 * RATE` |

use std::any::Any;
use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;

use crate::workload::{Beside, numbered};

/// What the one dependency is.
pub const RATE: u64 = 3;
/// What the tag is.
pub const TENANT: u64 = 7;

/// One call with one fixed dependency.
pub const SINGLE: Beside = Beside {
    what: "a function under `catch_unwind`",
    goal: Some(8.0),
    run: || {
        let services = Services::warm();
        numbered(move |n| unwrap(call_single(black_box(&services), n)))
    },
};

/// Ten calls within each other.
pub const NESTED: Beside = Beside {
    what: "ten functions, each under `catch_unwind`",
    goal: Some(8.0),
    run: || {
        let services = Services::warm();
        numbered(move |n| unwrap(call_nested(black_box(&services), n)))
    },
};

/// One call that reads a tag.
pub const TAGGED: Beside = Beside {
    what: "a field of a context on the stack",
    goal: Some(8.0),
    run: || {
        let services = Services::warm();
        numbered(move |n| unwrap(call_tagged(black_box(&services), n)))
    },
};

/// [`SINGLE`] on fields that are made and dropped each time.
pub const FRESH_SINGLE: Beside = Beside {
    what: "a function over fields on the stack",
    goal: None,
    run: || {
        numbered(|n| {
            let mut services = Services::default();
            unwrap(call_single(&*black_box(&mut services), n))
        })
    },
};

/// [`NESTED`] on fields that are made and dropped each time.
pub const FRESH_NESTED: Beside = Beside {
    what: "ten functions over fields on the stack",
    goal: None,
    run: || {
        numbered(|n| {
            let mut services = Services::default();
            unwrap(call_nested(&*black_box(&mut services), n))
        })
    },
};

/// The long-lived values of an application.
#[derive(Default)]
struct Services {
    rate: OnceLock<Rate>,
}

struct Rate(u64);

impl Services {
    fn warm() -> Self {
        let services = Self::default();
        services.rate();
        services
    }

    fn rate(&self) -> &Rate {
        self.rate.get_or_init(|| Rate(black_box(RATE)))
    }
}

/// What a call knows of itself: who called it, how deep it is, and a tag.
struct Context<'a> {
    parent: Option<&'a Context<'a>>,
    name: &'static str,
    depth: u32,
    tenant: Option<u64>,
}

impl Context<'_> {
    /// The nearest tag, of this call or of one round it.
    fn tenant(&self) -> Option<u64> {
        let mut context = self;
        loop {
            if context.tenant.is_some() {
                return context.tenant;
            }
            context = context.parent?;
        }
    }
}

/// Why a call has no result.
#[derive(Debug)]
enum Failure {
    TooDeep,
    Panicked { name: &'static str, payload: Box<dyn Any + Send> },
}

/// Calls `body` with a context of its own.
#[inline]
fn call<T>(
    name: &'static str,
    parent: Option<&Context<'_>>,
    tenant: Option<u64>,
    body: impl FnOnce(&Context<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    const MAX_DEPTH: u32 = 100;
    let depth = parent.map_or(0, |parent| parent.depth + 1);
    if depth > MAX_DEPTH {
        return Err(Failure::TooDeep);
    }
    let context = Context { parent, name, depth, tenant };
    // The context is in memory, as it is for a body of another crate.
    let context = black_box(&context);
    match catch_unwind(AssertUnwindSafe(|| body(context))) {
        Ok(result) => result,
        Err(payload) => Err(Failure::Panicked { name: context.name, payload }),
    }
}

fn unwrap(result: Result<u64, Failure>) -> u64 {
    match result {
        Ok(value) => value,
        Err(Failure::TooDeep) => unreachable!("nothing here is that deep"),
        Err(Failure::Panicked { name, payload }) => {
            eprintln!("`{name}` panicked");
            std::panic::resume_unwind(payload)
        }
    }
}

fn single(rate: &Rate, amount: u64) -> u64 {
    amount * rate.0
}

fn call_single(services: &Services, amount: u64) -> Result<u64, Failure> {
    let rate = services.rate();
    call("single", None, None, |_| Ok(single(rate, amount)))
}

fn tagged(rate: &Rate, context: &Context<'_>, amount: u64) -> u64 {
    amount * rate.0 + context.tenant().unwrap_or_default()
}

fn call_tagged(services: &Services, amount: u64) -> Result<u64, Failure> {
    let rate = services.rate();
    let tenant = black_box(Some(TENANT));
    call("tagged", None, tenant, |context| Ok(tagged(rate, context, amount)))
}

/// Each function calls the next one with a context of its own.
macro_rules! nested {
    ($($name:ident -> $next:ident)* ; $last:ident) => {
        $(
            fn $name(
                services: &Services,
                context: &Context<'_>,
                amount: u64,
            ) -> Result<u64, Failure> {
                let below = call(stringify!($next), Some(context), None, |context| {
                    $next(services, context, amount)
                })?;
                Ok(below + services.rate().0)
            }
        )*

        fn $last(services: &Services, _: &Context<'_>, amount: u64) -> Result<u64, Failure> {
            Ok(amount + services.rate().0)
        }
    };
}

nested! {
    level1 -> level2 level2 -> level3 level3 -> level4 level4 -> level5 level5 -> level6
    level6 -> level7 level7 -> level8 level8 -> level9 level9 -> level10;
    level10
}

fn call_nested(services: &Services, amount: u64) -> Result<u64, Failure> {
    call("level1", None, None, |context| level1(services, context, amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_returns_what_is_documented() {
        let mut runs = [SINGLE, NESTED, TAGGED, FRESH_SINGLE, FRESH_NESTED].map(|it| (it.run)());
        for n in 1..4 {
            let results = runs.each_mut().map(|run| run.run());
            let (one, ten) = (n * RATE, n + 10 * RATE);
            assert_eq!(results, [one, ten, one + TENANT, one, ten]);
        }
    }

    #[test]
    fn nothing_allocates() {
        for beside in [SINGLE, NESTED, TAGGED, FRESH_SINGLE, FRESH_NESTED] {
            assert_eq!((beside.run)().allocated().count, 0, "{}", beside.what);
        }
    }

    #[test]
    fn a_panic_ends_only_its_call() {
        let result = call("outer", None, None, |context| {
            let inner = call("inner", Some(context), None, |_| -> Result<u64, Failure> {
                std::panic::resume_unwind(Box::new("inner"))
            });
            assert!(matches!(inner, Err(Failure::Panicked { name: "inner", .. })));
            Ok(1)
        });
        assert_eq!(unwrap(result), 1);
    }

    #[test]
    fn tags_are_seen_below() {
        let seen = call("outer", None, Some(TENANT), |context| {
            call("inner", Some(context), None, |context| Ok(context.tenant()))
        });
        assert_eq!(seen.ok().flatten(), Some(TENANT));
    }
}
