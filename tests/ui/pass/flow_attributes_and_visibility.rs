//! What stands on a flow or a parameter goes where it belongs, and whoever may see a flow
//! sees all that belongs to it.
#![deny(warnings, unused, dead_code, private_interfaces, private_bounds)]
use pumped::prelude::*;

#[executor]
fn one() -> u8 {
    1
}

#[flow]
#[cfg(not(feature = "absent"))]
fn sum(
    #[cfg(feature = "absent")] nothing: Ref<'_, missing>,
    one: Ref<'_, one>,
    #[cfg(feature = "absent")]
    #[input]
    gone: Missing,
    #[cfg(not(feature = "absent"))]
    #[input]
    two: u8,
    #[cfg(not(feature = "absent"))] again: Dep<one>,
    #[cfg(feature = "absent")] again: Dep<missing>,
    #[input] three: &u8,
) -> u8 {
    *one + two + *again + three
}

#[flow]
#[cfg(feature = "absent")]
fn sum(#[input] gone: Missing) -> Missing {
    gone
}

/// Documented.
#[flow]
#[allow(unused_variables)]
fn allowed(#[input] unused: u8, one: Ref<'_, one>) -> u8 {
    let unused = 1;
    1
}

#[flow]
#[expect(unused_variables, reason = "to see that it is met once")]
fn expected(#[input] number: u8) -> u8 {
    let unused = 1;
    number
}

#[flow]
fn on_a_parameter(#[allow(unused_variables)] #[input] unused: u8, #[expect(unused)] one: Dep<one>) -> u8 {
    1
}

#[flow]
#[deprecated(note = "not any more")]
fn old(#[input] number: u8) -> u8 {
    number
}

#[flow]
#[must_use]
#[inline]
fn inlined(#[input] number: u8) -> u8 {
    number
}

pub mod shop {
    use pumped::prelude::*;

    pub(crate) struct Money(pub(crate) u8);
    struct Secret(u8);

    #[derive(Debug)]
    pub(super) struct PriceError;

    impl std::fmt::Display for PriceError {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("no price")
        }
    }

    #[executor]
    fn private() -> u8 {
        1
    }

    #[flow]
    pub(crate) fn price(private: Ref<'_, private>, #[input] money: Money) -> Result<Money, PriceError> {
        if money.0 == 0 { Err(PriceError) } else { Ok(Money(money.0 + *private)) }
    }

    #[flow]
    pub(in crate::shop) fn secret(#[input] secret: Secret) -> Result<Secret, PriceError> {
        if secret.0 == 0 { Err(PriceError) } else { Ok(secret) }
    }

    #[flow]
    pub fn public(cx: &ExecutionCtx<'_>, #[input] number: u8) -> Result<u8, Fault> {
        let secret = cx.exec(secret(Secret(number))).map_err(|_| FlowError::Cancelled)?;
        Ok(secret.0)
    }
}

mod hidden {
    use pumped::prelude::*;

    pub struct Output(pub u8);

    #[derive(Debug)]
    pub struct Problem;

    impl std::fmt::Display for Problem {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("a problem")
        }
    }

    #[flow]
    pub fn make(#[input] number: u8) -> Result<Output, Problem> {
        if number == 0 { Err(Problem) } else { Ok(Output(number)) }
    }
}

pub use hidden::make;

fn main() {
    let scope = Scope::new();
    assert_eq!(scope.exec(sum(2, &3)).unwrap(), 7);
    assert_eq!(scope.exec(allowed(1)).unwrap(), 1);
    assert_eq!(scope.exec(expected(1)).unwrap(), 1);
    assert_eq!(scope.exec(on_a_parameter(1)).unwrap(), 1);
    #[expect(deprecated)]
    let old = old(1);
    assert_eq!(scope.exec(old).unwrap(), 1);
    assert_eq!(scope.exec(inlined(1)).unwrap(), 1);
    assert_eq!(scope.exec(shop::price(shop::Money(1))).unwrap().0, 2);
    assert_eq!(scope.exec(shop::public(1)).unwrap(), 1);
    assert_eq!(scope.exec(make(1)).unwrap().0, 1);
}
