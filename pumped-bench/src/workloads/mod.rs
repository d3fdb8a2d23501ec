//! One workload a module. What needs a fresh scope is a pair of functions, `ours`
//! and `hand`, that build it, read it, drop it, and return what they read;
//! `shared` is `hand` with its struct in an `Arc`, as a scope is.

pub mod chain;
pub mod complex;
pub mod concurrent;
pub mod deep;
pub mod reactive;
pub mod simple;
pub mod stress;
#[cfg(feature = "ten-thousand")]
pub mod ten_thousand;
pub mod warm;
pub mod wide;

/// The three cold functions of a workload, from what is read of a scope and of
/// the struct written by hand.
macro_rules! cold_run {
    ($value:ty, $app:ident, |$scope:ident| $ours:expr, |$hand:ident| $by_hand:expr) => {
        /// A fresh scope, resolved, read and dropped.
        #[must_use]
        pub fn ours() -> $value {
            let $scope = std::hint::black_box(pumped::Scope::new());
            $ours
        }

        /// The same by hand, on the stack.
        #[must_use]
        pub fn hand() -> $value {
            let mut app = $app::default();
            let $hand = &*std::hint::black_box(&mut app);
            $by_hand
        }

        /// The same by hand, in an `Arc`.
        #[must_use]
        pub fn shared() -> $value {
            let $hand = std::hint::black_box(std::sync::Arc::new($app::default()));
            $by_hand
        }
    };
}

/// A chain of numbers, each one more than the one before: executors, and a struct
/// `$app` with a field and a method for each.
macro_rules! number_chain {
    ($app:ident: $first:ident $($rest:ident)*) => {
        /// The chain by hand.
        #[derive(Default)]
        pub struct $app {
            $first: std::sync::OnceLock<u64>,
            $($rest: std::sync::OnceLock<u64>,)*
        }

        /// The first link.
        #[pumped::executor]
        pub fn $first() -> u64 {
            std::hint::black_box(1)
        }

        impl $app {
            /// The first link.
            pub fn $first(&self) -> &u64 {
                self.$first.get_or_init(|| std::hint::black_box(1))
            }
        }

        $crate::workloads::number_chain!(@links $app $first $($rest)*);
    };
    (@links $app:ident $below:ident $this:ident $($rest:ident)*) => {
        /// A link.
        #[pumped::executor]
        pub fn $this(below: pumped::Dep<$below>) -> u64 {
            *below + 1
        }

        impl $app {
            /// A link.
            pub fn $this(&self) -> &u64 {
                self.$this.get_or_init(|| *self.$below() + 1)
            }
        }

        $crate::workloads::number_chain!(@links $app $this $($rest)*);
    };
    (@links $app:ident $last:ident) => {};
}

pub(crate) use {cold_run, number_chain};

#[cfg(test)]
mod tests {
    use super::{chain, complex, concurrent, deep, reactive, simple, stress, wide};

    #[test]
    fn both_sides_compute_the_same() {
        let expected = "base-dependent-final".len();
        assert_eq!([chain::ours(), chain::hand(), chain::shared()], [expected; 3]);
        assert_eq!([simple::ours(), simple::hand(), simple::shared()], [42; 3]);
        assert_eq!([deep::ours(), deep::hand(), deep::shared()], [20; 3]);
        let expected: u64 = (1..=50).map(|number| 1 + number).sum();
        assert_eq!([wide::ours(), wide::hand(), wide::shared()], [expected; 3]);
        let expected = 4 * (2 + 3 + 4);
        assert_eq!([complex::ours(), complex::hand(), complex::shared()], [expected; 3]);
        let warm = (concurrent::Hand::default(), pumped::Scope::new());
        assert_eq!([concurrent::hand(&warm.0), concurrent::ours(&warm.1)], [50; 2]);
        assert_eq!(stress::ours(), stress::hand());
    }

    #[test]
    fn updates_reach_all_dependents() {
        let ours = reactive::Ours::new();
        let cells = reactive::Cells::default();
        let single = reactive::Single::default();
        for value in [0, 5, 6] {
            ours.update(value);
            cells.update(value);
            single.update(value);
            let expected = 10 * (value + 1) + 55;
            assert_eq!([ours.read(), cells.read(), single.read()], [expected; 3]);
            assert_eq!([ours.read(), cells.read(), single.read()], [expected; 3]);
        }
    }
}
