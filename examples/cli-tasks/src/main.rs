//! A task list.
fn main() {}
