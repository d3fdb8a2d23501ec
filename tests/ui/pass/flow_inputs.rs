//! What inputs and outputs can be: anything that can be sent, and borrow as it likes.
use pumped::prelude::*;
use std::borrow::Cow;

struct Request<'a> {
    path: &'a str,
}

struct Pair<'a, 'b>(&'a str, &'b str);

trait Shape: Send + Sync {
    fn area(&self) -> u32;
}

struct Square(u32);

impl Shape for Square {
    fn area(&self) -> u32 {
        self.0 * self.0
    }
}

#[flow]
fn by_callback(#[input] f: &(dyn Fn(&str) -> &str + Sync), #[input] text: &str) -> String {
    f(text).to_owned()
}

#[flow]
fn by_pointer(#[input] f: fn(&str) -> &str, #[input] text: &str) -> String {
    f(text).to_owned()
}

#[flow]
fn by_bound_callback(#[input] f: &(dyn for<'x> Fn(&'x str, &str) -> &'x str + Sync)) -> String {
    f("a", "b").to_owned()
}

#[flow]
fn pushes<'t>(#[input] list: &mut Vec<&'t str>, #[input] text: &'t str) -> usize {
    list.push(text);
    list.len()
}

#[flow]
fn counts(#[input] list: &mut Vec<&str>) -> usize {
    list.truncate(1);
    list.len()
}

#[flow]
fn tuple(#[input] pair: (&str, &[u8]), #[input] nested: ((&u8, &u8), &u8)) -> usize {
    pair.0.len() + pair.1.len() + usize::from(*nested.0.0)
}

#[flow]
fn arrays(#[input] a: [u8; 2], #[input] b: &[&str; 2], #[input] c: [&u8; 1]) -> usize {
    usize::from(a[1]) + b[0].len() + usize::from(*c[0])
}

#[flow]
fn elided(#[input] request: Request<'_>, #[input] text: Cow<'_, str>) -> usize {
    request.path.len() + text.len()
}

#[flow]
fn borrows_out(#[input] request: &Request<'static>) -> Cow<'_, str> {
    Cow::Borrowed(request.path)
}

#[flow]
fn named<'a>(#[input] request: Request<'a>, #[input] other: &str) -> (&'a str, usize) {
    (request.path, other.len())
}

#[flow]
fn bounded<'a, 'b: 'a>(#[input] a: &'a str, #[input] b: &'b str) -> &'a str {
    if a.is_empty() { b } else { a }
}

#[flow]
fn clause<'a, 'b>(#[input] a: &'a str, #[input] b: &'b str) -> Result<&'a str, String>
where
    'b: 'a,
{
    if a.is_empty() { Ok(b) } else { Ok(a) }
}

#[flow]
fn wraps<'a, 'b>(#[input] a: &'a str, #[input] b: &'b str) -> Pair<'a, 'b> {
    Pair(a, b)
}

#[flow]
fn fallible_borrow(#[input] text: &str) -> Result<&str, std::num::ParseIntError> {
    text.parse::<u32>()?;
    Ok(text)
}

#[flow]
fn only_static(#[input] text: &'static str) -> &'static str {
    text
}

#[flow]
fn shape(#[input] shape: &dyn Shape, #[input] boxed: Box<dyn Shape>) -> Box<dyn Shape> {
    Box::new(Square(shape.area() + boxed.area()))
}

#[flow]
fn boxed_error(#[input] text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(text.parse()?)
}

#[flow]
fn of_io(#[input] text: String) -> std::io::Result<String> {
    Ok(text)
}

type Alias<T> = Result<T, std::fmt::Error>;
type AppResult<T, E = std::fmt::Error> = Result<T, E>;

#[flow(fallible)]
fn by_alias(#[input] number: u8) -> Alias<u8> {
    Ok(number)
}

#[flow]
fn by_named_alias(#[input] number: u8) -> AppResult<u8> {
    Ok(number)
}


#[flow(infallible)]
fn of_a_result(#[input] number: u8) -> Result<u8, u8> {
    Ok(number)
}

#[executor]
fn name() -> String {
    "name".into()
}

#[flow]
fn of_a_dependency<'d>(name: Ref<'d, name>, #[input] number: usize) -> usize {
    name.len() + number
}

fn main() {
    let scope = Scope::new();
    assert_eq!(scope.exec(by_callback(&|text| &text[1..], "ab")).unwrap(), "b");
    assert_eq!(scope.exec(by_pointer(|text| &text[1..], "ab")).unwrap(), "b");
    assert_eq!(scope.exec(by_bound_callback(&|a, _| a)).unwrap(), "a");
    let text = String::from("text");
    let mut list = vec!["a"];
    assert_eq!(scope.exec(pushes(&mut list, &text)).unwrap(), 2);
    assert_eq!(scope.exec(counts(&mut list)).unwrap(), 1);
    assert_eq!(scope.exec(tuple((&text, &[1]), ((&1, &2), &3))).unwrap(), 6);
    assert_eq!(scope.exec(arrays([1, 2], &["a", "b"], [&1])).unwrap(), 4);
    let request = Request { path: &text };
    assert_eq!(scope.exec(elided(request, "a".into())).unwrap(), 5);
    assert_eq!(scope.exec(borrows_out(&Request { path: "a" })).unwrap(), "a");
    let short = {
        let other = String::from("other");
        scope.exec(named(Request { path: &text }, &other)).unwrap()
    };
    assert_eq!(short, ("text", 5));
    assert_eq!(scope.exec(bounded("", &text)).unwrap(), "text");
    assert_eq!(scope.exec(clause("", &text)).unwrap(), "text");
    let Pair(a, b) = scope.exec(wraps("a", "b")).unwrap();
    assert_eq!((a, b), ("a", "b"));
    assert_eq!(scope.exec(fallible_borrow("1")).unwrap(), "1");
    assert_eq!(scope.exec(only_static("1")).unwrap(), "1");
    assert_eq!(scope.exec(shape(&Square(1), Box::new(Square(2)))).unwrap().area(), 25);
    assert_eq!(scope.exec(boxed_error("1")).unwrap(), 1);
    assert_eq!(scope.exec(of_io("1".into())).unwrap(), "1");
    assert_eq!(scope.exec(by_alias(1)).unwrap(), 1);
    assert_eq!(scope.exec(by_named_alias(1)).unwrap(), 1);
    assert_eq!(scope.exec(of_a_result(1)).unwrap(), Ok(1));
    assert_eq!(scope.exec(of_a_dependency(1)).unwrap(), 5);

    let presets = Scope::builder()
        .preset_flow(pushes::preset(|list, text| {
            list.clear();
            list.push(text);
            7
        }))
        .preset_flow(tuple::preset(|pair, _| pair.0.len()))
        .preset_flow(clause::preset(|a, _| Ok(a)))
        .preset_flow(elided::preset(|request, _| request.path.len()))
        .build()
        .unwrap();
    assert_eq!(presets.exec(pushes(&mut list, &text)).unwrap(), 7);
    assert_eq!(presets.exec(clause("a", "b")).unwrap(), "a");
}
