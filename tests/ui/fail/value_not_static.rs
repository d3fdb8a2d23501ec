use pumped::prelude::*;

struct View<'a>(&'a str);

#[executor]
fn view() -> View<'_> {
    View("")
}

fn main() {}
