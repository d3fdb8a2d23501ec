//! What stands on an executor stays on it, and its key is seen as far as it is.
#![deny(missing_docs, unreachable_pub, deprecated, unused_must_use, dead_code, private_interfaces)]
#![forbid(unsafe_code)]

use pumped::prelude::*;

mod outer {
    pub(crate) mod inner {
        use pumped::prelude::*;

        #[executor]
        pub(in crate::outer) fn within() -> u8 {
            1
        }

        #[executor]
        pub(super) fn above(own: Dep<own>, within: Dep<within>) -> u8 {
            *own + *within
        }

        #[executor]
        fn own() -> u8 {
            2
        }

        #[executor]
        pub(self) struct Own {
            pub(super) above: Dep<above>,
        }

        pub(crate) fn read(scope: &Scope) -> u8 {
            *scope.get::<Own>().unwrap().above
        }
    }

    use self::inner::{above, within};
    use pumped::prelude::*;

    #[executor]
    pub(crate) fn sum(within: Dep<within>, above: Dep<above>) -> u8 {
        *within + *above
    }
}

/// A private value below a public one.
pub mod api {
    use pumped::prelude::*;

    /// What it yields.
    pub struct Service(pub(crate) u8);

    #[executor]
    fn hidden() -> u8 {
        4
    }

    /// A service.
    #[executor]
    pub fn service(hidden: Dep<hidden>, _later: Lazy<hidden>) -> Service {
        Service(*hidden)
    }

    /// A group of what is private.
    #[executor]
    pub struct Group {
        hidden: Dep<hidden>,
        pub(crate) service: Dep<service>,
    }

    impl Group {
        /// Reads both.
        #[must_use]
        pub fn sum(&self) -> u8 {
            *self.hidden + self.service.0
        }
    }
}

#[executor(mutable)]
#[inline]
#[must_use]
#[doc(hidden)]
#[expect(clippy::unnecessary_wraps)]
#[cfg_attr(not(feature = "absent"), track_caller)]
pub fn level() -> Result<u8, std::fmt::Error> {
    Ok(8)
}

/// Has a comment,
/** and another. */
#[doc = "And a third."]
#[executor(name = "told")]
#[cold]
#[allow(unused_variables, unused_mut)]
pub fn told(#[allow(unused)] mut level: Reactive<level>) -> u8 {
    let unused = 1;
    16
}

/// Derives above and below.
#[derive(Debug)]
#[executor]
#[derive(PartialEq)]
#[non_exhaustive]
#[must_use]
#[repr(C)]
pub struct Derived {
    /// A level.
    #[doc(alias = "volume")]
    pub level: Reactive<level>,
    #[default]
    #[allow(dead_code)]
    nothing: (),
}

#[executor]
#[derive(Default, Clone)]
struct Defaulted {
    #[default(3)]
    three: u8,
}

#[executor]
#[cfg(all(feature = "absent", not(feature = "absent")))]
struct Absent {
    gone: Dep<gone>,
}

#[executor]
#[cfg_attr(feature = "absent", doc = "Never.")]
#[deprecated]
fn old() -> u8 {
    32
}

#[executor]
#[allow(deprecated)]
fn user_of_old(old: Dep<old>) -> u8 {
    *old
}

fn main() {
    let scope = Scope::new();
    assert_eq!(*scope.get::<outer::sum>().unwrap(), 4);
    assert_eq!(outer::inner::read(&scope), 3);
    assert_eq!(scope.get::<api::Group>().unwrap().sum(), 8);
    assert_eq!(*scope.get::<told>().unwrap(), 16);
    assert_eq!(*scope.get::<Derived>().unwrap().level, 8);
    assert_eq!(*scope.get::<Derived>().unwrap(), *scope.get::<Derived>().unwrap());
    assert_eq!(scope.get::<Defaulted>().unwrap().clone().three, 3);
    assert_eq!(Defaulted::default().three, 0);
    assert_eq!(*scope.get::<user_of_old>().unwrap(), 32);
}
