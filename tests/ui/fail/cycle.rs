use pumped::prelude::*;

#[executor]
fn a(b: Dep<b>) -> u8 {
    *b
}

#[executor]
fn b(c: Dep<c>) -> u8 {
    *c
}

#[executor]
fn c(a: Dep<a>) -> u8 {
    *a
}

fn main() {}
