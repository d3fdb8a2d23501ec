//! One file a workload, or a few that share their graph: each has a constant
//! `WORKLOADS`, and a line in [`ALL`] below.
//!
//! By hand means what a good Rust programmer would write: a struct with `OnceLock`
//! fields and a method per value; for what changes, `Mutex<Option<Arc<T>>>` and a
//! dirty flag. For flows it is written already, in [`crate::flow_by_hand`].

use crate::workload::Workload;

/// The modules, and their workloads in this order: that in which they run and stand
/// in the tables.
macro_rules! workloads {
    ($($(#[$attribute:meta])* $module:ident)*) => {
        $($(#[$attribute])* mod $module;)*

        /// Every file's workloads.
        pub const ALL: &[&[Workload]] = &[$($(#[$attribute])* $module::WORKLOADS),*];
    };
}

// A scope finds the first 64 executors of a process faster than others, so what a
// small application could consist of comes first, and large graphs after it.
workloads! {
    warm
    live
    chain
    simple
    deep
    complex
    flow
    wide
    far
    #[cfg(feature = "ten-thousand")] ten_thousand
    reactive
    dependents
    concurrent
    stress
    // Makes every later update slower: see there.
    crowd
}

#[cfg(feature = "peers")]
pub(crate) use dependents::{read as read_dependents, update as update_dependents};

/// All workloads.
pub fn all() -> impl Iterator<Item = &'static Workload> {
    ALL.iter().copied().flatten()
}

/// What needs a fresh scope: `ours` builds it, reads it, drops it, and returns what
/// it has read; `COLD` is the same by hand.
macro_rules! cold_run {
    ($app:ident, |$scope:ident| $ours:expr, |$hand:ident| $by_hand:expr) => {
        /// A fresh scope, resolved, read and dropped.
        fn ours() -> u64 {
            let $scope = std::hint::black_box(pumped::Scope::new());
            $ours
        }

        /// The same by hand, on the stack.
        fn hand() -> u64 {
            let mut app = $app::default();
            let $hand = &*std::hint::black_box(&mut app);
            $by_hand
        }

        /// The same by hand, in an `Arc`, as a scope is.
        fn shared() -> u64 {
            let $hand = std::hint::black_box(std::sync::Arc::new($app::default()));
            $by_hand
        }

        const COLD: &[$crate::workload::Beside] = &[
            $crate::workload::Beside {
                what: "fields on the stack",
                goal: Some(2.0),
                run: || run(hand),
            },
            $crate::workload::Beside {
                what: "fields in an `Arc`",
                goal: None,
                run: || run(shared),
            },
        ];
    };
}

/// A chain of numbers, each one more than the one before: executors, and a struct
/// `$app` with a field and a method for each.
macro_rules! number_chain {
    ($app:ident: $first:ident $($rest:ident)*) => {
        /// The chain by hand.
        #[derive(Default)]
        pub(super) struct $app {
            $first: std::sync::OnceLock<u64>,
            $($rest: std::sync::OnceLock<u64>,)*
        }

        /// The first link.
        #[pumped::executor]
        pub(super) fn $first() -> u64 {
            std::hint::black_box(1)
        }

        impl $app {
            /// The first link.
            pub(super) fn $first(&self) -> &u64 {
                self.$first.get_or_init(|| std::hint::black_box(1))
            }
        }

        $crate::workloads::number_chain!(@links $app $first $($rest)*);
    };
    (@links $app:ident $below:ident $this:ident $($rest:ident)*) => {
        /// A link.
        #[pumped::executor]
        pub(super) fn $this(below: pumped::Dep<$below>) -> u64 {
            *below + 1
        }

        impl $app {
            /// A link.
            pub(super) fn $this(&self) -> &u64 {
                self.$this.get_or_init(|| *self.$below() + 1)
            }
        }

        $crate::workloads::number_chain!(@links $app $this $($rest)*);
    };
    (@links $app:ident $last:ident) => {};
}

use {cold_run, number_chain};

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::all;

    #[test]
    fn both_sides_read_the_same() {
        for workload in all() {
            workload.assert_same();
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names = HashSet::new();
        for workload in all() {
            assert!(names.insert(workload.name), "{} twice", workload.name);
            assert!(!workload.beside.is_empty(), "{} stands beside nothing", workload.name);
        }
    }
}
