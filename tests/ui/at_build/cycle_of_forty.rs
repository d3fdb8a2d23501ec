// The check of a definition looks at 32 executors; the rest is found where `get` is built.
use pumped::prelude::*;

#[executor]
fn e0(next: Dep<e1>) -> u8 {
    *next
}

#[executor]
fn e1(next: Dep<e2>) -> u8 {
    *next
}

#[executor]
fn e2(next: Dep<e3>) -> u8 {
    *next
}

#[executor]
fn e3(next: Dep<e4>) -> u8 {
    *next
}

#[executor]
fn e4(next: Dep<e5>) -> u8 {
    *next
}

#[executor]
fn e5(next: Dep<e6>) -> u8 {
    *next
}

#[executor]
fn e6(next: Dep<e7>) -> u8 {
    *next
}

#[executor]
fn e7(next: Dep<e8>) -> u8 {
    *next
}

#[executor]
fn e8(next: Dep<e9>) -> u8 {
    *next
}

#[executor]
fn e9(next: Dep<e10>) -> u8 {
    *next
}

#[executor]
fn e10(next: Dep<e11>) -> u8 {
    *next
}

#[executor]
fn e11(next: Dep<e12>) -> u8 {
    *next
}

#[executor]
fn e12(next: Dep<e13>) -> u8 {
    *next
}

#[executor]
fn e13(next: Dep<e14>) -> u8 {
    *next
}

#[executor]
fn e14(next: Dep<e15>) -> u8 {
    *next
}

#[executor]
fn e15(next: Dep<e16>) -> u8 {
    *next
}

#[executor]
fn e16(next: Dep<e17>) -> u8 {
    *next
}

#[executor]
fn e17(next: Dep<e18>) -> u8 {
    *next
}

#[executor]
fn e18(next: Dep<e19>) -> u8 {
    *next
}

#[executor]
fn e19(next: Dep<e20>) -> u8 {
    *next
}

#[executor]
fn e20(next: Dep<e21>) -> u8 {
    *next
}

#[executor]
fn e21(next: Dep<e22>) -> u8 {
    *next
}

#[executor]
fn e22(next: Dep<e23>) -> u8 {
    *next
}

#[executor]
fn e23(next: Dep<e24>) -> u8 {
    *next
}

#[executor]
fn e24(next: Dep<e25>) -> u8 {
    *next
}

#[executor]
fn e25(next: Dep<e26>) -> u8 {
    *next
}

#[executor]
fn e26(next: Dep<e27>) -> u8 {
    *next
}

#[executor]
fn e27(next: Dep<e28>) -> u8 {
    *next
}

#[executor]
fn e28(next: Dep<e29>) -> u8 {
    *next
}

#[executor]
fn e29(next: Dep<e30>) -> u8 {
    *next
}

#[executor]
fn e30(next: Dep<e31>) -> u8 {
    *next
}

#[executor]
fn e31(next: Dep<e32>) -> u8 {
    *next
}

#[executor]
fn e32(next: Dep<e33>) -> u8 {
    *next
}

#[executor]
fn e33(next: Dep<e34>) -> u8 {
    *next
}

#[executor]
fn e34(next: Dep<e35>) -> u8 {
    *next
}

#[executor]
fn e35(next: Dep<e36>) -> u8 {
    *next
}

#[executor]
fn e36(next: Dep<e37>) -> u8 {
    *next
}

#[executor]
fn e37(next: Dep<e38>) -> u8 {
    *next
}

#[executor]
fn e38(next: Dep<e39>) -> u8 {
    *next
}

#[executor]
fn e39(next: Dep<e0>) -> u8 {
    *next
}

fn main() {
    let _ = Scope::new().get::<e0>();
}
