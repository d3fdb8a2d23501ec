//! The shapes with pumped.

use std::hint::black_box;

use pumped::{Reactive, Scope, executor};

use super::{LOOPS, READS, Shape, busy, zero};
use crate::peers::{Contestant, PUMPED, Updates};
use crate::threads::Parallel;
use crate::workload::{Run, numbered, run};
use crate::workloads::{read_dependents, update_dependents};

pub(super) fn offer(shape: Shape) -> Contestant {
    let not = match shape {
        Shape::Avoidable => "`eq` on the second",
        _ => "",
    };
    Contestant::new(&PUMPED, not, move || make(shape))
}

fn make(shape: Shape) -> Box<dyn Run> {
    match shape {
        Shape::Fan => set_and_read(fan::set, fan::read),
        Shape::Chain => set_and_read(chain::set, chain::read),
        Shape::Broad => set_and_read(broad::set, broad::read),
        Shape::Diamond => set_and_read(diamond::set, diamond::read),
        Shape::Triangle => set_and_read(triangle::set, triangle::read),
        Shape::Avoidable => set_and_read(avoidable::set, avoidable::read),
        Shape::Warm => {
            let scope = warm::scope();
            run(move || warm::read(&scope))
        }
        Shape::WarmTwoThreads => {
            let scope = warm::scope();
            Parallel::boxed(2, LOOPS, move |_| warm::read(&scope))
        }
        Shape::Update(count) => {
            let scope = Scope::new();
            read_dependents(&scope, count);
            Updates::boxed(
                (scope, count),
                |(scope, _), value| update_dependents(scope, value),
                |(scope, count)| read_dependents(scope, *count),
            )
        }
        Shape::UpdateAndRead(count) => {
            set_and_read(update_dependents, move |scope| read_dependents(scope, count))
        }
        Shape::Creation => run(|| read_dependents(&black_box(Scope::new()), 1_000)),
    }
}

fn set_and_read(
    set: impl Fn(&Scope, u64) + 'static,
    read: impl Fn(&Scope) -> u64 + 'static,
) -> Box<dyn Run> {
    let scope = Scope::new();
    read(&scope);
    numbered(move |value| {
        set(&scope, value);
        read(&scope)
    })
}

/// The source of a shape, and its update.
macro_rules! source {
    () => {
        use super::*;

        #[executor(mutable)]
        fn base() -> u64 {
            0
        }

        pub(super) fn set(scope: &Scope, value: u64) {
            scope.update::<base>(value).unwrap();
        }
    };
}

/// The read of one value.
macro_rules! read {
    ($name:ident) => {
        pub(super) fn read(scope: &Scope) -> u64 {
            *scope.get::<$name>().unwrap()
        }
    };
}

mod fan {
    source!();

    #[executor]
    fn middle(base: Reactive<base>) -> u64 {
        *base + 1
    }

    macro_rules! top {
        ($($name:ident = $number:literal)*) => {
            $(
                #[executor]
                fn $name(middle: Reactive<middle>) -> u64 {
                    *middle + $number
                }
            )*

            pub(super) fn read(scope: &Scope) -> u64 {
                0 $(+ *scope.get::<$name>().unwrap())*
            }
        };
    }

    ten!(top!);
}

mod chain {
    source!();

    macro_rules! chain {
        ($first:ident = 1 $($name:ident = $number:literal)*) => {
            #[executor]
            fn $first(below: Reactive<base>) -> u64 {
                *below + 1
            }

            chain! { @links $first $($name)* }
        };
        (@links $below:ident $name:ident $($rest:ident)*) => {
            #[executor]
            fn $name(below: Reactive<$below>) -> u64 {
                *below + 1
            }

            chain! { @links $name $($rest)* }
        };
        (@links $last:ident) => {
            read!($last);
        };
    }

    fifty!(chain!);
}

mod broad {
    source!();

    macro_rules! pairs {
        ($($name:ident = $number:literal)*) => {
            $(mod $name {
                use super::*;

                #[executor]
                fn below(base: Reactive<base>) -> u64 {
                    *base + $number
                }

                #[executor]
                pub(super) fn above(below: Reactive<below>) -> u64 {
                    *below + 1
                }
            })*

            pub(super) fn read(scope: &Scope) -> u64 {
                0 $(+ *scope.get::<$name::above>().unwrap())*
            }
        };
    }

    fifty!(pairs!);
}

mod diamond {
    source!();

    macro_rules! diamond {
        ($($name:ident = $number:literal)*) => {
            $(
                #[executor]
                fn $name(base: Reactive<base>) -> u64 {
                    *base + 1
                }
            )*

            #[executor]
            fn sum($($name: Reactive<$name>),*) -> u64 {
                0 $(+ *$name)*
            }
        };
    }

    five!(diamond!);
    read!(sum);
}

#[expect(clippy::too_many_arguments, reason = "the sum of ten")]
mod triangle {
    source!();

    macro_rules! triangle {
        ($first:ident = 1 $($name:ident = $number:literal)*) => {
            #[executor]
            fn $first(below: Reactive<base>) -> u64 {
                *below
            }

            triangle! { @links $first $($name)* }

            #[executor]
            fn sum($first: Reactive<$first>, $($name: Reactive<$name>),*) -> u64 {
                *$first $(+ *$name)*
            }
        };
        (@links $below:ident $name:ident $($rest:ident)*) => {
            #[executor]
            fn $name(below: Reactive<$below>) -> u64 {
                *below + 1
            }

            triangle! { @links $name $($rest)* }
        };
        (@links $last:ident) => {};
    }

    ten!(triangle!);
    read!(sum);
}

mod avoidable {
    source!();

    #[executor]
    fn first(base: Reactive<base>) -> u64 {
        *base
    }

    #[executor(eq)]
    fn same(first: Reactive<first>) -> u64 {
        zero(*first)
    }

    #[executor]
    fn third(same: Reactive<same>) -> u64 {
        *same + 1 + busy()
    }

    #[executor]
    fn fourth(third: Reactive<third>) -> u64 {
        *third + 2
    }

    #[executor]
    fn fifth(fourth: Reactive<fourth>) -> u64 {
        *fourth + 3
    }

    read!(fifth);
}

mod warm {
    use super::{READS, Reactive, Scope, black_box, executor};

    #[executor(mutable)]
    fn base() -> u64 {
        0
    }

    #[executor]
    fn follower(base: Reactive<base>) -> u64 {
        *base + 1
    }

    pub(super) fn scope() -> Scope {
        let scope = Scope::new();
        read(&scope);
        scope
    }

    #[inline(never)]
    pub(super) fn read(scope: &Scope) -> u64 {
        (0..READS).map(|_| *black_box(scope).get::<follower>().unwrap()).sum()
    }
}
