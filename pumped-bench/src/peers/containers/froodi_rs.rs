//! `froodi`: a registry of factories, and a container of its `App` scope.

use std::hint::black_box;

use froodi::DefaultScope::App;
use froodi::{Container, Inject, InstantiateErrorKind, registry};

use super::{Offer, Threads, Who, created, fresh, warm};

pub(super) const OFFER: Offer = Offer {
    who: &Who {
        name: "froodi",
        is_peer: true,
        threads: Threads::Many,
        about: "looks values up by their type at run time, in scopes below each other; what is \
                missing is seen by its macro within one registry, what is async or built for one \
                request has scopes of its own",
    },
    warm: (
        "",
        warm!(Container::new(registry! { scope(App) [provide(value)] }), |container: Container| {
            container.get::<Value>().unwrap().0
        }),
    ),
    strings: ("", fresh!(|| black_box(strings()).get::<Last>().unwrap().0.len() as u64)),
    chain: ("", fresh!(|| black_box(chain()).get::<C20>().unwrap().0)),
    wide: ("", fresh!(|| sum(&black_box(wide())))),
    creation: ("", created!(chain())),
};

type Made<T> = Result<T, InstantiateErrorKind>;

struct Value(u64);

fn value() -> Made<Value> {
    Ok(Value(black_box(1)))
}

struct Base(String);

fn base() -> Made<Base> {
    Ok(Base("base".to_owned()))
}

struct Dependent(String);

fn dependent(Inject(base): Inject<Base>) -> Made<Dependent> {
    Ok(Dependent([base.0.as_str(), "-dependent"].concat()))
}

struct Last(String);

fn last(Inject(dependent): Inject<Dependent>) -> Made<Last> {
    Ok(Last([dependent.0.as_str(), "-last"].concat()))
}

fn strings() -> Container {
    Container::new(registry! { scope(App) [provide(base), provide(dependent), provide(last)] })
}

macro_rules! chain {
    ($first_name:ident $first:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
        struct $first(u64);

        fn $first_name() -> Made<$first> {
            Ok($first(black_box(1)))
        }

        chain! { @links $first $($name $type)* }

        fn chain() -> Container {
            Container::new(registry! { scope(App) [provide($first_name), $(provide($name)),*] })
        }
    };
    (@links $below:ident $name:ident $type:ident $($rest:ident)*) => {
        struct $type(u64);

        fn $name(Inject(below): Inject<$below>) -> Made<$type> {
            Ok($type(below.0 + 1))
        }

        chain! { @links $type $($rest)* }
    };
    (@links $last:ident) => {};
}

twenty!(chain!);

macro_rules! wide {
    ($($name:ident $type:ident = $number:literal)*) => {
        $(
            struct $type(u64);

            fn $name(Inject(base): Inject<Value>) -> Made<$type> {
                Ok($type(base.0 + $number))
            }
        )*

        fn wide() -> Container {
            Container::new(registry! { scope(App) [provide(value), $(provide($name)),*] })
        }

        fn sum(container: &Container) -> u64 {
            0 $(+ container.get::<$type>().unwrap().0)*
        }
    };
}

fifty!(wide!);
