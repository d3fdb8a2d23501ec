//! With pumped: fixed executors.

use std::hint::black_box;

use pumped::{Dep, Scope, executor};

use super::{Offer, created, fresh, warm};
use crate::peers::PUMPED;

pub(super) const OFFER: Offer = Offer {
    who: &PUMPED,
    warm: ("", warm!(Scope::new(), |scope: Scope| *scope.get::<value>().unwrap())),
    strings: ("", fresh!(|| black_box(&Scope::new()).get::<last>().unwrap().len() as u64)),
    chain: ("", fresh!(|| *black_box(&Scope::new()).get::<chain::c20>().unwrap())),
    wide: ("", fresh!(|| wide::sum(black_box(&Scope::new())))),
    creation: ("knows no executor before it is asked for it", created!(Scope::new())),
};

#[executor]
fn value() -> u64 {
    black_box(1)
}

#[executor]
fn base() -> String {
    "base".to_owned()
}

#[executor]
fn dependent(base: Dep<base>) -> String {
    [base.as_str(), "-dependent"].concat()
}

#[executor]
fn last(dependent: Dep<dependent>) -> String {
    [dependent.as_str(), "-last"].concat()
}

mod chain {
    use super::{Dep, black_box, executor};

    macro_rules! chain {
        ($first:ident $_:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
            #[executor]
            fn $first() -> u64 {
                black_box(1)
            }

            chain! { @links $first $($name)* }
        };
        (@links $below:ident $name:ident $($rest:ident)*) => {
            #[executor]
            pub(super) fn $name(below: Dep<$below>) -> u64 {
                *below + 1
            }

            chain! { @links $name $($rest)* }
        };
        (@links $last:ident) => {};
    }

    twenty!(chain!);
}

mod wide {
    use super::{Dep, Scope, black_box, executor};

    #[executor]
    fn base() -> u64 {
        black_box(1)
    }

    macro_rules! wide {
        ($($name:ident $type:ident = $number:literal)*) => {
            $(
                #[executor]
                fn $name(base: Dep<base>) -> u64 {
                    *base + $number
                }
            )*

            pub(super) fn sum(scope: &Scope) -> u64 {
                0 $(+ *scope.get::<$name>().unwrap())*
            }
        };
    }

    fifty!(wide!);
}
