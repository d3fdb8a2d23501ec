//! What `#[cfg]` takes out is gone from the node, too.
use pumped::prelude::*;

#[executor]
fn one() -> u8 {
    1
}

#[executor]
#[cfg(not(feature = "absent"))]
fn two() -> u16 {
    2
}

#[executor]
#[cfg(feature = "absent")]
fn two() -> Missing {
    2
}

#[executor]
fn sum(
    #[cfg(feature = "absent")] nothing: Reactive<missing>,
    one: Dep<one>,
    #[cfg(not(feature = "absent"))] two: Dep<two>,
    #[cfg(feature = "absent")] nothing: Dep<missing>,
    again: Dep<one>,
) -> u32 {
    u32::from(*one) + u32::from(*two) + u32::from(*again) * 10
}

#[executor]
struct Sum {
    #[cfg(feature = "absent")]
    nothing: Reactive<missing>,
    #[cfg(feature = "absent")]
    #[default]
    none: Missing,
    one: Dep<one>,
    #[default]
    zero: u8,
    two: Dep<two>,
}

#[executor]
struct Tuple(#[cfg(feature = "absent")] Dep<missing>, Dep<two>, #[default(4)] u8);

#[executor]
struct Unit;

#[executor]
struct Empty {}

fn main() {
    let scope = Scope::new();
    assert_eq!(*scope.get::<sum>().unwrap(), 13);
    let it = scope.get::<Sum>().unwrap();
    assert_eq!((*it.one, it.zero, *it.two), (1, 0, 2));
    let it = scope.get::<Tuple>().unwrap();
    assert_eq!((*it.0, it.1), (2, 4));
    scope.get::<Unit>().unwrap();
    scope.get::<Empty>().unwrap();
}
