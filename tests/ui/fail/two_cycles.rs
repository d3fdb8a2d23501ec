// Two mistakes, two errors.
use pumped::prelude::*;

#[executor]
fn a(b: Dep<b>) -> u8 {
    *b
}

#[executor]
fn b(a: Dep<a>) -> u8 {
    *a
}

#[executor]
fn c(d: Dep<d>) -> u8 {
    *d
}

#[executor]
fn d(c: Dep<c>, a: Dep<a>) -> u8 {
    *c + *a
}

fn main() {}
