//! A counter.
fn main() {}
