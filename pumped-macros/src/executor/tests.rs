//! The macro survives whatever it is given.

use super::expand;
use crate::survival::Macro;

const MACRO: Macro = Macro { expand, items: ITEMS };

/// Items with every feature, to be broken in every place.
const ITEMS: &[(&str, &str)] = &[
    ("", "pub fn config() -> Config { Config::default() }"),
    (
        "mutable, eq, name = \"a\", meta(1, \"b\"), crate = di",
        "fn a(mut b: Dep<b>, cx: &ResolveCtx<'_>) -> io::Result<Vec<u8>> { todo!() }",
    ),
    (
        "cleanup = path::to, eager",
        "#[cfg(x)] /// docs\n pub(crate) fn a(#[cfg(y)] b: Reactive<a::b>, _: Option<Tag<T>>) -> AppResult { 1 }",
    ),
    (
        "key = Redis, fallible",
        "#[executor] async unsafe extern \"C\" fn redis<'a, T>(&self, #[input] (a, b): &'a (A, B), ...) -> redis::Client where T: X { 1 }",
    ),
    ("infallible", "fn settings() -> &str;"),
    ("", "fn a<T>((b, c): Dep<d>, e: Dep<dyn F>) -> &str { e.g(b, c) }"),
    ("", "struct S { a: Dep<dyn F>, b: Vec<T> }"),
    (
        "",
        "pub struct S { a: Dep<a>, #[default] b: B, #[default(1 + 1)] #[cfg(z)] c: C, d: &'static str }",
    ),
    ("mutable", "struct S(#[default] u8, pub Dep<a>);"),
    ("", "struct S;"),
    ("", "struct S<T: X>(T) where T: Y;"),
    ("", "enum E<T> { A(T), B }"),
    ("", "union U { a: u8 }"),
    ("", "impl S { fn a() -> impl Fn(&str) -> &str { 1 } }"),
    ("", "fn a(r#type: dyn Fn(&a::b) -> a::c) -> ! { }"),
    ("crate", "unsafe auto trait T {}"),
];

#[test]
fn whole_items_survive() {
    MACRO.survives_whole_items();
}

#[test]
fn every_prefix_survives() {
    MACRO.survives_every_prefix();
}

#[test]
fn every_token_can_be_missing_doubled_or_wrong() {
    MACRO.survives_wrong_tokens();
}

#[test]
fn several_mistakes_survive() {
    MACRO.survives_several_mistakes();
}

#[test]
fn random_tokens_survive() {
    MACRO.survives_random_tokens();
}
