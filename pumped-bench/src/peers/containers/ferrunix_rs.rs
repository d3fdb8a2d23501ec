//! `ferrunix`, with its feature `multithread`: a registry of constructors.

use std::hint::black_box;

use ferrunix::{Registry, Singleton};

use super::{Offer, Threads, Who, created, fresh, warm};

pub(super) const OFFER: Offer = Offer {
    who: &Who {
        name: "ferrunix",
        is_peer: true,
        threads: Threads::Many,
        about: "looks values up by their type at run time; what is missing or a cycle shows at run \
                time, at once where one asks for it; no cleanup",
    },
    warm: ("", warm!(warm(), |registry: Registry| registry.singleton::<Value>().unwrap().0)),
    strings: ("", fresh!(|| black_box(strings()).singleton::<Last>().unwrap().0.len() as u64)),
    chain: ("", fresh!(|| black_box(chain()).singleton::<C20>().unwrap().0)),
    wide: ("", fresh!(|| sum(&black_box(wide())))),
    creation: ("", created!(chain())),
};

struct Value(u64);

fn warm() -> Registry {
    let registry = Registry::empty();
    registry.register_singleton(|| Value(black_box(1)));
    registry
}

struct Base(String);
struct Dependent(String);
struct Last(String);

fn strings() -> Registry {
    let registry = Registry::empty();
    registry.register_singleton(|| Base("base".to_owned()));
    registry
        .with_deps::<_, (Singleton<Base>,)>()
        .register_singleton(|(base,)| Dependent([base.get().0.as_str(), "-dependent"].concat()));
    registry
        .with_deps::<_, (Singleton<Dependent>,)>()
        .register_singleton(|(dependent,)| Last([dependent.get().0.as_str(), "-last"].concat()));
    registry
}

macro_rules! chain {
    ($_:ident $first:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
        struct $first(u64);
        $(struct $type(u64);)*

        fn chain() -> Registry {
            let registry = Registry::empty();
            registry.register_singleton(|| $first(black_box(1)));
            chain! { @links registry $first $($type)* }
            registry
        }
    };
    (@links $registry:ident $below:ident $type:ident $($rest:ident)*) => {
        $registry
            .with_deps::<_, (Singleton<$below>,)>()
            .register_singleton(|(below,)| $type(below.get().0 + 1));
        chain! { @links $registry $type $($rest)* }
    };
    (@links $registry:ident $last:ident) => {};
}

twenty!(chain!);

macro_rules! wide {
    ($($name:ident $type:ident = $number:literal)*) => {
        $(struct $type(u64);)*

        fn wide() -> Registry {
            let registry = warm();
            $(registry
                .with_deps::<_, (Singleton<Value>,)>()
                .register_singleton(|(base,)| $type(base.get().0 + $number));)*
            registry
        }

        fn sum(registry: &Registry) -> u64 {
            0 $(+ registry.singleton::<$type>().unwrap().0)*
        }
    };
}

fifty!(wide!);
