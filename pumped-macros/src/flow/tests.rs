//! The macro survives whatever it is given.

use super::expand;
use crate::survival::Macro;

const MACRO: Macro = Macro { expand, items: ITEMS };

/// Items with every feature, to be broken in every place.
const ITEMS: &[(&str, &str)] = &[
    ("", "pub fn ping() -> u8 { 1 }"),
    (
        "name = \"a\", meta(1, \"b\"), crate = di",
        "fn a(mut b: Ref<'_, b>, cx: &ExecutionCtx<'_>, #[input] c: &str, #[input] mut d: u32) -> io::Result<Vec<u8>> { todo!() }",
    ),
    (
        "fallible",
        "#[cfg(x)] /// docs\n pub(crate) fn a<'a, 'b: 'a>(#[cfg(y)] #[input] b: &'a [&'b str], _: Option<Tag<T>>) -> AppAlias<'a> where 'a: 'b { 1 }",
    ),
    (
        "infallible",
        "#[flow] async unsafe extern \"C\" fn f<'a, T>(&self, #[input(x)] (a, b): &'a (A, B), ...) -> impl Fn(&str) -> &str where T: X { 1 }",
    ),
    ("", "fn settings() -> &str;"),
    (
        "",
        "fn f<T>((a, b): Dep<c>, d: Ref<'_, dyn E>, e: Vec<T>, g: #[input] u8) -> impl H { d.i(a, b) }",
    ),
    (
        "",
        "fn f(#[input] r#type: &dyn Fn(&str, fn(&'static u8) -> &u8) -> &str, #[input] b: Cow<str>) -> &str { }",
    ),
    ("", "pub struct S { a: Dep<a> }"),
    ("", "impl S { fn a() -> ! { 1 } }"),
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
