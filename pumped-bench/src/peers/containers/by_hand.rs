//! By hand: a struct of `OnceLock` fields with a method for each value, and one whose
//! fields are `Arc`s, made in order.

use std::hint::black_box;
use std::sync::{Arc, OnceLock};

use super::{Offer, Threads, Who, created, fresh, warm};

pub(super) const LOCKS: Offer = Offer {
    who: &Who {
        name: "by hand",
        is_peer: false,
        threads: Threads::Many,
        about: "a struct of `OnceLock` fields, on the stack, and a method for each value",
    },
    warm: ("", warm!(OnceLock::new(), |field: OnceLock<u64>| *field.get_or_init(|| black_box(1)))),
    strings: ("", fresh!(|| black_box(&locks::Strings::default()).last().len() as u64)),
    chain: ("", fresh!(|| *black_box(&locks::Chain::default()).c20())),
    wide: ("", fresh!(|| black_box(&locks::Wide::default()).sum())),
    creation: ("", created!(locks::Chain::default())),
};

pub(super) const ARCS: Offer = Offer {
    who: &Who {
        name: "by hand, `Arc`",
        is_peer: false,
        threads: Threads::Many,
        about: "a struct of `Arc` fields, all of them made when it is made",
    },
    warm: ("", warm!(Arc::new(black_box(1)), |field: Arc<u64>| *field.clone())),
    strings: ("eager", fresh!(|| black_box(&arcs::Strings::new()).last.text.len() as u64)),
    chain: ("eager", fresh!(|| black_box(&arcs::Chain::new()).c20.value)),
    wide: ("eager", fresh!(|| black_box(&arcs::Wide::new()).sum())),
    creation: ("builds everything", created!(arcs::Chain::new())),
};

mod locks {
    use super::{OnceLock, black_box};

    #[derive(Default)]
    pub(super) struct Strings {
        base: OnceLock<String>,
        dependent: OnceLock<String>,
        last: OnceLock<String>,
    }

    impl Strings {
        fn base(&self) -> &str {
            self.base.get_or_init(|| "base".to_owned())
        }

        fn dependent(&self) -> &str {
            self.dependent.get_or_init(|| [self.base(), "-dependent"].concat())
        }

        pub(super) fn last(&self) -> &str {
            self.last.get_or_init(|| [self.dependent(), "-last"].concat())
        }
    }

    macro_rules! chain {
        ($first:ident $_:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
            #[derive(Default)]
            pub(super) struct Chain {
                $first: OnceLock<u64>,
                $($name: OnceLock<u64>,)*
            }

            impl Chain {
                fn $first(&self) -> &u64 {
                    self.$first.get_or_init(|| black_box(1))
                }
            }

            chain! { @links $first $($name)* }
        };
        (@links $below:ident $name:ident $($rest:ident)*) => {
            impl Chain {
                pub(super) fn $name(&self) -> &u64 {
                    self.$name.get_or_init(|| *self.$below() + 1)
                }
            }

            chain! { @links $name $($rest)* }
        };
        (@links $last:ident) => {};
    }

    twenty!(chain!);

    macro_rules! wide {
        ($($name:ident $type:ident = $number:literal)*) => {
            #[derive(Default)]
            pub(super) struct Wide {
                base: OnceLock<u64>,
                $($name: OnceLock<u64>,)*
            }

            impl Wide {
                fn base(&self) -> &u64 {
                    self.base.get_or_init(|| black_box(1))
                }

                $(fn $name(&self) -> &u64 {
                    self.$name.get_or_init(|| *self.base() + $number)
                })*

                pub(super) fn sum(&self) -> u64 {
                    0 $(+ *self.$name())*
                }
            }
        };
    }

    fifty!(wide!);
}

#[expect(dead_code, reason = "values keep what they are built from, as they would to use it")]
mod arcs {
    use super::{Arc, black_box};

    pub(super) struct Base {
        text: String,
    }

    pub(super) struct Dependent {
        base: Arc<Base>,
        text: String,
    }

    pub(super) struct Last {
        dependent: Arc<Dependent>,
        pub(super) text: String,
    }

    pub(super) struct Strings {
        base: Arc<Base>,
        dependent: Arc<Dependent>,
        pub(super) last: Arc<Last>,
    }

    impl Strings {
        pub(super) fn new() -> Self {
            let base = Arc::new(Base { text: "base".to_owned() });
            let text = [base.text.as_str(), "-dependent"].concat();
            let dependent = Arc::new(Dependent { base: base.clone(), text });
            let text = [dependent.text.as_str(), "-last"].concat();
            let last = Arc::new(Last { dependent: dependent.clone(), text });
            Self { base, dependent, last }
        }
    }

    macro_rules! chain {
        ($first:ident $first_type:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
            pub(super) struct $first_type {
                value: u64,
            }

            pub(super) struct Chain {
                $first: Arc<$first_type>,
                $(pub(super) $name: Arc<$type>,)*
            }

            chain! { @types $first_type $($type)* }

            impl Chain {
                pub(super) fn new() -> Self {
                    let $first = Arc::new($first_type { value: black_box(1) });
                    chain! { @lets $first $($name $type)* }
                    Self { $first, $($name),* }
                }
            }
        };
        (@types $below:ident $type:ident $($rest:ident)*) => {
            pub(super) struct $type {
                below: Arc<$below>,
                pub(super) value: u64,
            }

            chain! { @types $type $($rest)* }
        };
        (@types $last:ident) => {};
        (@lets $below:ident $($name:ident $type:ident)*) => {
            // Each is the one before from here on.
            let below = $below.clone();
            $(
                let value = below.value + 1;
                let $name = Arc::new($type { below, value });
                let below = $name.clone();
            )*
            drop(below);
        };
    }

    twenty!(chain!);

    macro_rules! wide {
        ($($name:ident $type:ident = $number:literal)*) => {
            $(pub(super) struct $type {
                base: Arc<u64>,
                value: u64,
            })*

            pub(super) struct Wide {
                base: Arc<u64>,
                $($name: Arc<$type>,)*
            }

            impl Wide {
                pub(super) fn new() -> Self {
                    let base = Arc::new(black_box(1));
                    $(let $name = Arc::new($type { base: base.clone(), value: *base + $number });)*
                    Self { base, $($name),* }
                }

                pub(super) fn sum(&self) -> u64 {
                    0 $(+ self.$name.value)*
                }
            }
        };
    }

    fifty!(wide!);
}
