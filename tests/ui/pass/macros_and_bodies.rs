//! Executors that come out of `macro_rules!`, and in places where items seldom stand.
use pumped::prelude::*;

/// One token declares an executor in each of two modules: two declarations of the
/// same name at the same place, each of which depends on something of the other module.
macro_rules! modules {
    ($($module:ident needs $other:ident: $value:literal;)*) => {$(
        mod $module {
            use pumped::prelude::*;

            #[executor]
            pub(crate) fn base() -> u8 {
                $value
            }

            #[executor]
            pub(crate) fn both(own: Dep<base>, other: Dep<super::$other::base>) -> u8 {
                *own * 10 + *other
            }

            #[executor]
            pub(crate) struct Pair {
                pub(crate) both: Dep<both>,
                pub(crate) other: Dep<super::$other::both>,
            }
        }
    )*};
}

modules! {
    left needs right: 1;
    right needs left: 2;
}

/// Every part of a declaration from outside.
macro_rules! declare {
    ($(#[$meta:meta])* $vis:vis fn $name:ident($($param:ident: $of:ty),*) -> $ty:ty $body:block) => {
        #[executor]
        $(#[$meta])*
        $vis fn $name($($param: $of),*) -> $ty $body
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($field:ident: $of:ty = $value:expr),* }) => {
        #[executor]
        $(#[$meta])*
        $vis struct $name { $(#[default($value)] $field: $of),* }
    };
    (item $item:item) => {
        #[executor]
        $item
    };
}

declare! {
    /// Has docs.
    #[inline]
    pub(crate) fn passed(left: Dep<left::base>, level: Reactive<level>) -> u8 {
        *left + *level
    }
}
declare! { pub(crate) struct Given { a: u8 = 1 + 1, b: Vec<u8> = vec![1, 2] } }
declare! { item fn whole(given: Dep<Given>) -> usize { given.b.len() + usize::from(given.a) } }

#[executor(mutable, eq)]
fn level() -> u8 {
    5
}

trait Counts {
    fn count(scope: &Scope) -> u8;
}

struct Here;

impl Counts for Here {
    fn count(scope: &Scope) -> u8 {
        #[executor]
        fn base(outside: Reactive<level>) -> u8 {
            *outside + 1
        }

        {
            #[executor]
            fn twice(base: Reactive<base>) -> u8 {
                *base * 2
            }

            *scope.get::<twice>().unwrap()
        }
    }
}

const CONSTANT: fn(&Scope) -> u8 = |scope| {
    #[executor]
    struct Inside {
        level: Reactive<level>,
    }

    *scope.get::<Inside>().unwrap().level
};

fn generic<T>(scope: &Scope, of: T) -> (u8, T) {
    #[executor]
    fn inside_of_generic() -> u8 {
        7
    }

    (*scope.get::<inside_of_generic>().unwrap(), of)
}

fn main() {
    let scope = Scope::new();
    assert_eq!((*scope.get::<left::both>().unwrap(), *scope.get::<right::both>().unwrap()), (12, 21));
    let pair = scope.get::<left::Pair>().unwrap();
    assert_eq!((*pair.both, *pair.other), (12, 21));
    let pair = scope.get::<right::Pair>().unwrap();
    assert_eq!((*pair.both, *pair.other), (21, 12));
    assert_eq!(*scope.get::<passed>().unwrap(), 6);
    assert_eq!(*scope.get::<whole>().unwrap(), 4);
    assert_eq!(Here::count(&scope), 12);
    assert_eq!(CONSTANT(&scope), 5);
    assert_eq!(generic(&scope, 'a'), (7, 'a'));
}
