//! `nject`: injectables, and a provider that makes them; what is to be shared is a
//! field of the provider.

use std::hint::black_box;

use nject::{inject, injectable, provider};

use super::{Offer, Threads, Who, created, fresh, warm};

pub(super) const OFFER: Offer = Offer {
    who: &Who {
        name: "nject",
        is_peer: true,
        threads: Threads::Many,
        about: "makes each value anew, by value, for each that needs it; what is to be shared is a \
                field of the provider, made by hand or with it, and borrowed; nothing is lazy",
    },
    warm: (
        "a field, made with the provider",
        warm!(Shared { value: Value(black_box(1)) }, |shared: Shared| {
            let value: &Value = shared.provide();
            value.0
        }),
    ),
    strings: (
        "by value: shares nothing",
        fresh!(|| {
            let last: Last = black_box(&Provider).provide();
            last.0.len() as u64
        }),
    ),
    chain: (
        "by value: shares nothing",
        fresh!(|| {
            let last: C20 = black_box(&Provider).provide();
            last.0
        }),
    ),
    wide: ("keeps none of the 50", fresh!(|| sum(black_box(&Shared { value: Value(1) })))),
    creation: ("is nothing", created!(Provider)),
};

struct Value(u64);

#[provider]
struct Shared {
    #[provide]
    value: Value,
}

#[provider]
struct Provider;

#[inject(Self("base".to_owned()))]
struct Base(String);

#[inject(|base: Base| Self([base.0.as_str(), "-dependent"].concat()))]
struct Dependent(String);

#[inject(|dependent: Dependent| Self([dependent.0.as_str(), "-last"].concat()))]
struct Last(String);

macro_rules! chain {
    ($_:ident $first:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
        #[inject(Self(black_box(1)))]
        struct $first(u64);

        chain! { @links $first $($type)* }
    };
    (@links $below:ident $type:ident $($rest:ident)*) => {
        #[inject(|below: $below| Self(below.0 + 1))]
        struct $type(u64);

        chain! { @links $type $($rest)* }
    };
    (@links $last:ident) => {};
}

twenty!(chain!);

macro_rules! wide {
    ($($name:ident $type:ident = $number:literal)*) => {
        $(
            #[injectable]
            struct $type<'a> {
                base: &'a Value,
            }

            impl $type<'_> {
                fn value(&self) -> u64 {
                    self.base.0 + $number
                }
            }
        )*

        fn sum(shared: &Shared) -> u64 {
            0 $(+ {
                let one: $type<'_> = shared.provide();
                black_box(one).value()
            })*
        }
    };
}

fifty!(wide!);
