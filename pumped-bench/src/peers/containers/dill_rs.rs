//! `dill`: a catalog of components, singletons here.

use std::hint::black_box;
use std::sync::Arc;

use dill::{Catalog, Singleton, component, scope};

use super::{Offer, Threads, Who, created, fresh, warm};

pub(super) const OFFER: Offer = Offer {
    who: &Who {
        name: "dill",
        is_peer: true,
        threads: Threads::Many,
        about: "looks values up by their type at run time; what is missing or a cycle shows at run \
                time; no cleanup",
    },
    warm: (
        "",
        warm!(Catalog::builder().add::<Value>().build(), |catalog: Catalog| {
            catalog.get_one::<Value>().unwrap().0
        }),
    ),
    strings: ("", fresh!(|| black_box(strings()).get_one::<Last>().unwrap().0.len() as u64)),
    chain: ("", fresh!(|| black_box(chain()).get_one::<C20>().unwrap().0)),
    wide: ("", fresh!(|| sum(&black_box(wide())))),
    creation: ("", created!(chain())),
};

struct Value(u64);

#[component]
#[scope(Singleton)]
impl Value {
    fn new() -> Self {
        Self(black_box(1))
    }
}

struct Base(String);

#[component]
#[scope(Singleton)]
impl Base {
    fn new() -> Self {
        Self("base".to_owned())
    }
}

struct Dependent(String);

#[component]
#[scope(Singleton)]
impl Dependent {
    fn new(base: Arc<Base>) -> Self {
        Self([base.0.as_str(), "-dependent"].concat())
    }
}

struct Last(String);

#[component]
#[scope(Singleton)]
impl Last {
    fn new(dependent: Arc<Dependent>) -> Self {
        Self([dependent.0.as_str(), "-last"].concat())
    }
}

fn strings() -> Catalog {
    Catalog::builder().add::<Base>().add::<Dependent>().add::<Last>().build()
}

macro_rules! chain {
    ($_:ident $first:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
        struct $first(u64);

        #[component]
        #[scope(Singleton)]
        impl $first {
            fn new() -> Self {
                Self(black_box(1))
            }
        }

        chain! { @links $first $($type)* }

        fn chain() -> Catalog {
            Catalog::builder().add::<$first>()$(.add::<$type>())*.build()
        }
    };
    (@links $below:ident $type:ident $($rest:ident)*) => {
        struct $type(u64);

        #[component]
        #[scope(Singleton)]
        impl $type {
            fn new(below: Arc<$below>) -> Self {
                Self(below.0 + 1)
            }
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

            #[component]
            #[scope(Singleton)]
            impl $type {
                fn new(base: Arc<Value>) -> Self {
                    Self(base.0 + $number)
                }
            }
        )*

        fn wide() -> Catalog {
            Catalog::builder().add::<Value>()$(.add::<$type>())*.build()
        }

        fn sum(catalog: &Catalog) -> u64 {
            0 $(+ catalog.get_one::<$type>().unwrap().0)*
        }
    };
}

fifty!(wide!);
