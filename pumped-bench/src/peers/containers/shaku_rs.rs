//! `shaku`: components behind traits, and a module that knows them.

use std::hint::black_box;

use shaku::{Component, HasComponent, Interface, module};

use super::{Offer, Threads, Who, created, fresh, warm};

pub(super) const OFFER: Offer = Offer {
    who: &Who {
        name: "shaku",
        is_peer: true,
        threads: Threads::Many,
        about: "components behind traits; builds all of them when its module is built; a component \
                is a struct of its dependencies, so what is computed from them is computed at each \
                read; no cleanup",
    },
    warm: (
        "",
        warm!(Warm::builder().build(), |module: Warm| {
            let value: &dyn Value = module.resolve_ref();
            value.value()
        }),
    ),
    strings: (
        "eager",
        fresh!(|| {
            let module = black_box(Strings::builder().build());
            let last: &dyn Last = module.resolve_ref();
            last.text().len() as u64
        }),
    ),
    chain: (
        "eager",
        fresh!(|| {
            let module = black_box(chain::Chain::builder().build());
            let last: &dyn chain::c20::Value = module.resolve_ref();
            last.value()
        }),
    ),
    wide: ("eager", fresh!(|| wide::sum(&black_box(wide::Wide::builder().build())))),
    creation: ("builds everything", created!(chain::Chain::builder().build())),
};

trait Value: Interface {
    fn value(&self) -> u64;
}

#[derive(Component)]
#[shaku(interface = Value)]
struct One {
    #[shaku(default = black_box(1))]
    value: u64,
}

impl Value for One {
    fn value(&self) -> u64 {
        self.value
    }
}

module! {
    Warm {
        components = [One],
        providers = []
    }
}

use strings::{Last, Strings};

mod strings {
    use std::sync::Arc;

    use shaku::{Component, Interface, module};

    pub(super) trait Base: Interface {
        fn text(&self) -> &str;
    }

    #[derive(Component)]
    #[shaku(interface = Base)]
    struct BaseText {
        #[shaku(default = "base".to_owned())]
        text: String,
    }

    impl Base for BaseText {
        fn text(&self) -> &str {
            &self.text
        }
    }

    pub(super) trait Dependent: Interface {
        fn text(&self) -> String;
    }

    #[derive(Component)]
    #[shaku(interface = Dependent)]
    struct DependentText {
        #[shaku(inject)]
        base: Arc<dyn Base>,
    }

    impl Dependent for DependentText {
        fn text(&self) -> String {
            [self.base.text(), "-dependent"].concat()
        }
    }

    pub(super) trait Last: Interface {
        fn text(&self) -> String;
    }

    #[derive(Component)]
    #[shaku(interface = Last)]
    struct LastText {
        #[shaku(inject)]
        dependent: Arc<dyn Dependent>,
    }

    impl Last for LastText {
        fn text(&self) -> String {
            [self.dependent.text().as_str(), "-last"].concat()
        }
    }

    module! {
        pub(super) Strings {
            components = [BaseText, DependentText, LastText],
            providers = []
        }
    }
}

mod chain {
    macro_rules! chain {
        ($first:ident $_:ident = 1 $($name:ident $type:ident = $number:literal)*) => {
            pub(super) mod $first {
                use std::hint::black_box;

                use shaku::{Component, Interface};

                pub(crate) trait Value: Interface {
                    fn value(&self) -> u64;
                }

                #[derive(Component)]
                #[shaku(interface = Value)]
                pub(super) struct Link {
                    #[shaku(default = black_box(1))]
                    value: u64,
                }

                impl Value for Link {
                    fn value(&self) -> u64 {
                        self.value
                    }
                }
            }

            chain! { @links $first $($name)* }

            shaku::module! {
                pub(super) Chain {
                    components = [$first::Link, $($name::Link),*],
                    providers = []
                }
            }
        };
        (@links $below:ident $name:ident $($rest:ident)*) => {
            pub(super) mod $name {
                use std::sync::Arc;

                use shaku::{Component, Interface};

                use super::$below::Value as Below;

                pub(crate) trait Value: Interface {
                    fn value(&self) -> u64;
                }

                #[derive(Component)]
                #[shaku(interface = Value)]
                pub(super) struct Link {
                    #[shaku(inject)]
                    below: Arc<dyn Below>,
                }

                impl Value for Link {
                    fn value(&self) -> u64 {
                        self.below.value() + 1
                    }
                }
            }

            chain! { @links $name $($rest)* }
        };
        (@links $last:ident) => {};
    }

    twenty!(chain!);
}

mod wide {
    use std::hint::black_box;

    use shaku::{Component, HasComponent, Interface, module};

    pub(crate) trait Base: Interface {
        fn value(&self) -> u64;
    }

    #[derive(Component)]
    #[shaku(interface = Base)]
    struct One {
        #[shaku(default = black_box(1))]
        value: u64,
    }

    impl Base for One {
        fn value(&self) -> u64 {
            self.value
        }
    }

    macro_rules! wide {
        ($($name:ident $type:ident = $number:literal)*) => {
            $(mod $name {
                use std::sync::Arc;

                use shaku::{Component, Interface};

                use super::Base;

                pub(crate) trait Value: Interface {
                    fn value(&self) -> u64;
                }

                #[derive(Component)]
                #[shaku(interface = Value)]
                pub(super) struct Leaf {
                    #[shaku(inject)]
                    base: Arc<dyn Base>,
                }

                impl Value for Leaf {
                    fn value(&self) -> u64 {
                        self.base.value() + $number
                    }
                }
            })*

            module! {
                pub(super) Wide {
                    components = [One, $($name::Leaf),*],
                    providers = []
                }
            }

            pub(super) fn sum(module: &Wide) -> u64 {
                0 $(+ {
                    let leaf: &dyn $name::Value = module.resolve_ref();
                    leaf.value()
                })*
            }
        };
    }

    fifty!(wide!);
}
