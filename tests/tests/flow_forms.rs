//! What a `#[flow]` may look like: aliases, results under other names, lifetimes, names,
//! and places.

use std::fmt;
use std::io;

use pumped::prelude::*;

#[executor]
fn catalog() -> Vec<(&'static str, u32)> {
    vec![("tea", 3), ("rum", 20)]
}

#[executor(mutable)]
fn rate() -> u32 {
    2
}

struct Tenant(&'static str);

type Cat<'a> = Ref<'a, catalog>;
type Rate = Dep<rate>;
type Of = Tag<Tenant>;
type MaybeOf = Option<Of>;
type Cx<'a> = &'a ExecutionCtx<'a>;
type Whole<'a> = Vec<&'a str>;

#[flow]
fn aliased(cat: Cat<'_>, rate: Rate, of: Of, maybe: MaybeOf, cx: Cx<'_>) -> (u32, bool) {
    assert_eq!(cx.name(), "aliased");
    (cat[0].1 * *rate, maybe.is_some_and(|maybe| maybe.0 == of.0))
}

#[flow]
fn words(#[input] texts: Whole<'_>) -> usize {
    texts.iter().map(|text| text.len()).sum()
}

/// Parameters are told apart by their types, so an alias of one is one.
#[test]
fn parity_26_aliases_of_parameters_are_parameters() {
    let scope = Scope::builder().tag(Tenant("acme")).build().unwrap();
    assert_eq!(scope.exec(aliased()).unwrap(), (6, true));
    assert_eq!(scope.exec(words(vec!["ab", "c"])).unwrap(), 3);
}

#[derive(Debug, PartialEq)]
struct Refused(u32);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused {}", self.0)
    }
}

type OwnResult<T> = Result<T, Refused>;
type Answer = Result<u32, Refused>;

#[flow]
fn reads(#[input] ok: bool) -> io::Result<u32> {
    if ok { Ok(1) } else { Err(io::Error::other("no disk")) }
}

#[flow]
fn own(#[input] ok: bool) -> OwnResult<u32> {
    if ok { Ok(2) } else { Err(Refused(2)) }
}

#[flow(fallible)]
fn said(#[input] ok: bool) -> Answer {
    if ok { Ok(3) } else { Err(Refused(3)) }
}

#[flow(infallible)]
fn kept(#[input] ok: bool) -> Result<u32, Refused> {
    if ok { Ok(4) } else { Err(Refused(4)) }
}

/// Rule 26: the error type is the flow's own, under whatever name the result goes.
#[test]
fn rule_26_results_under_other_names() {
    let scope = Scope::new();
    assert_eq!(scope.exec(reads(true)).unwrap(), 1);
    let Err(FlowError::Failed(error)) = scope.exec(reads(false)) else { panic!() };
    assert_eq!(error.kind(), io::ErrorKind::Other);
    assert_eq!(scope.exec(own(true)).unwrap(), 2);
    assert!(matches!(scope.exec(own(false)), Err(FlowError::Failed(Refused(2)))));
    assert_eq!(scope.exec(said(true)).unwrap(), 3);
    assert!(matches!(scope.exec(said(false)), Err(FlowError::Failed(Refused(3)))));
    assert_eq!(scope.exec(kept(true)).unwrap(), Ok(4));
    assert_eq!(scope.exec(kept(false)).unwrap(), Err(Refused(4)));
}

#[flow]
fn between<'text, 'end: 'text>(
    cat: Ref<'_, catalog>,
    #[input] text: &'text str,
    #[input] end: &'end str,
) -> &'text str {
    if cat.iter().any(|(name, _)| *name == text) { text } else { end }
}

#[flow]
fn first_of<'a>(#[input] texts: &'a [&'a str]) -> Result<&'a str, String> {
    texts.first().copied().ok_or_else(|| "nothing".into())
}

#[flow]
fn swap<'a>(#[input] place: &mut &'a str, #[input] by: &'a str) -> &'a str {
    std::mem::replace(place, by)
}

#[flow]
fn grows(cx: &ExecutionCtx<'_>, #[input] list: &mut Vec<u32>, #[input] left: u32) -> usize {
    list.push(left);
    if left > 0 { cx.exec(grows(list, left - 1)).unwrap() } else { list.len() }
}

/// Inputs borrow as a function's do, also mutably and through nested flows.
#[test]
fn parity_26_lifetimes_of_inputs() {
    let scope = Scope::new();
    let text = String::from("tea");
    let found = {
        let end = String::from("end");
        scope.exec(between(&text, &end)).unwrap().len()
    };
    assert_eq!(found, 3);
    assert_eq!(scope.exec(between("gin", "end")).unwrap(), "end");
    let texts = [&*text];
    assert_eq!(scope.exec(first_of(&texts)).unwrap(), "tea");
    assert_eq!(scope.exec(first_of(&[])).unwrap_err().to_string(), "nothing");
    let mut place = &*text;
    assert_eq!(scope.exec(swap(&mut place, "rum")).unwrap(), "tea");
    assert_eq!(place, "rum");
    let mut list = vec![];
    assert_eq!(scope.exec(grows(&mut list, 3)).unwrap(), 4);
    assert_eq!(list, [3, 2, 1, 0]);
}

#[flow]
fn r#match(r#ref: Ref<'_, catalog>, #[input] r#type: &str, #[input] mut r#in: u32) -> u32 {
    r#in += 1;
    r#ref.iter().filter(|(name, _)| *name == r#type).map(|(_, price)| price * r#in).sum()
}

#[flow(name = "the name")]
fn named(cx: &ExecutionCtx<'_>) -> String {
    cx.name().to_owned()
}

#[flow]
fn raw_name(cx: &ExecutionCtx<'_>) -> String {
    cx.exec(named()).unwrap()
}

/// Keywords are names, too, and a name can be given.
#[test]
fn parity_32_names_of_flows() {
    let scope = Scope::builder().history(2).build().unwrap();
    assert_eq!(scope.exec(r#match("tea", 1)).unwrap(), 6);
    assert_eq!(scope.executions().roots()[0].name(), "match");
    assert_eq!(scope.exec(raw_name()).unwrap(), "the name");
}

mod elsewhere {
    use pumped::prelude::*;

    pub(super) mod deeper {
        use pumped::prelude::*;

        #[flow]
        pub(in super::super) fn from_below(
            catalog: Ref<'_, super::super::catalog>,
            #[input] add: usize,
        ) -> usize {
            catalog.len() + add
        }
    }

    #[flow]
    pub(super) fn from_the_middle(cx: &ExecutionCtx<'_>) -> usize {
        cx.exec(self::deeper::from_below(1)).unwrap() + 1
    }
}

macro_rules! flows {
    ($($name:ident: $of:ident of $input:ident as $ty:ty => $body:expr;)*) => {$(
        #[flow]
        fn $name($of: Ref<'_, $of>, #[input] $input: $ty) -> u32 { $body }
    )*};
}

flows! {
    scaled: rate of amount as u32 => *rate * amount;
    length: catalog of text as &str => u32::try_from(catalog.len() + text.len()).unwrap();
}

/// A flow stands wherever a function can.
#[test]
fn parity_26_flows_in_functions_modules_and_macros() {
    #[flow]
    fn inner(rate: Ref<'_, rate>, #[input] number: u32) -> u32 {
        *rate + number
    }
    let scope = Scope::new();
    assert_eq!(scope.exec(inner(1)).unwrap(), 3);
    {
        #[flow]
        fn inner() -> &'static str {
            "another"
        }
        assert_eq!(scope.exec(inner()).unwrap(), "another");
    }
    assert_eq!(scope.exec(elsewhere::deeper::from_below(1)).unwrap(), 3);
    assert_eq!(scope.exec(elsewhere::from_the_middle()).unwrap(), 4);
    assert_eq!(scope.exec(scaled(4)).unwrap(), 8);
    assert_eq!(scope.exec(length("abc")).unwrap(), 5);
}
