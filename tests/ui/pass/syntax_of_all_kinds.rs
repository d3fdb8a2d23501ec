//! What is written in a signature, a pattern, a default or a meta value is rustc's to read:
//! no syntax is lost on the way through the macros.
#![deny(warnings)]
#![allow(unused_mut, clippy::all)]

use std::collections::BTreeMap;
use std::marker::PhantomData;

use pumped::prelude::*;

const N: usize = 2;

#[executor(meta(
    BTreeMap::<u8, (u16, u32)>::new(),
    <Vec<u8> as Into<Vec<u8>>>::into(Vec::new()),
    [1, 2],
    { let a = 1; a + 1 },
    if N > 1 { "many" } else { "one" },
    (1, 2),
    |a: u8| a,
    1..=3,
    -1,
    !true,
    |a: u8, b: u8| -> Result<u8, u8> { a.checked_add(b).ok_or(b) },
    move || BTreeMap::<u8, u8>::new(),
    BTreeMap::<u8, u8>::from_iter([1, 2].map(|a| (a, a))),
    [(1, 2)].into_iter().collect::<BTreeMap<u8, u8>>(),
    { Vec::new() } as Vec<Result<u8, u8>>,
    { 1 } < 2 && 3 > { 4 } || { true },
    match <Result<u8, u8> as Into<Result<u8, u8>>>::into(Ok(1)) { Ok(a) | Err(a) => a },
))]
fn port() -> u16 {
    80
}

#[executor]
struct Server {
    port: Dep<port>,
    #[default(|a, b| a + b)]
    add: fn(u16, u16) -> u16,
    #[default(if N > 1 { 1 } else { 2 })]
    number: u16,
    #[default([0; { let n = N; n }])]
    bytes: [u8; { N + 1 } - 1],
    #[default(match N { 2 => "two", _ => "many" })]
    name: &'static str,
    #[default(unsafe { std::num::NonZeroU8::new_unchecked(1) })]
    one: std::num::NonZeroU8,
    #[default(0..3)]
    range: std::ops::Range<u8>,
}

#[executor]
struct Pair(#[allow(dead_code)] Dep<port>, #[default((1, 2))] (u8, u8));

#[executor]
struct Where(#[default(PhantomData)] PhantomData<fn(&str) -> &str>)
where
    u8: Copy;

#[executor]
extern "C" fn none() -> [[u8; size_of::<u32>() * { N + 1 }]; N];

#[executor]
fn patterns(
    mut port: Dep<port>,
    _: Dep<Server>,
    r#type: Dep<Pair>,
) -> <u8 as std::ops::Add<u8>>::Output {
    let _ = &mut port;
    r#type.1.0
}

struct Bits<const BITS: usize>;

#[executor]
fn bits(
    _: Option<Tag<[u8; [1, 2][0]]>>,
) -> Bits<
    {
        let n = N;
        n + 1
    },
> {
    Bits
}

#[executor]
struct Wide
where
    u8: Copy,
{
    #[default([0; if N > 1 { 2 } else { 1 }])]
    bytes: [u8; if N > 1 { 2 } else { 1 }],
    bits: Dep<bits>,
}

#[flow]
fn first(
    #[input] of: &[u8; match N {
         2 => 1,
         _ => 2,
     }],
) -> [u8; const { 1 }] {
    let whole: [u8; {
        let n = 1;
        n
    }] = *of;
    whole
}

#[flow]
fn same<'a>(
    #[input] of: &'a u8,
    _: Option<Tag<Box<dyn for<'x> Fn(&'x u8) -> &'x u8 + Send + Sync>>>,
) -> (&'a u8, Box<dyn for<'x> Fn(&'x u8) -> &'x u8 + Send>) {
    (of, Box::new(|of| of))
}

#[flow]
fn in_doubt() -> Box<dyn for<'x> Fn(&'x u8) -> &'x u8 + Send + Sync> {
    Box::new(|of| of)
}

macro_rules! with {
    ($pattern:pat, $ty:ty, $name:ident, $vis:vis, $block:block, $value:expr, $life:lifetime) => {
        #[executor(meta($value, $value))]
        $vis fn $name($pattern: $ty) -> u8 $block

        #[executor]
        $vis struct Made {
            #[default($value)]
            value: u8,
        }

        #[flow]
        $vis fn borrows<$life>(#[input] text: &$life str, _: Ref<'_, $name>) -> &$life str {
            text
        }
    };
}
with!(_, Dep<port>, made, pub(crate), { 3 }, 1 + 2, 'text);

fn main() {
    let scope = Scope::new();
    let server = scope.get::<Server>().unwrap();
    assert_eq!((server.add)(*server.port, server.number), 81);
    assert_eq!((server.bytes, server.name, server.one.get()), ([0, 0], "two", 1));
    assert_eq!(server.range, 0..3);
    assert_eq!(*scope.get::<patterns>().unwrap(), 1);
    assert_eq!(*scope.get::<made>().unwrap() + scope.get::<Made>().unwrap().value, 6);
    assert_eq!(scope.exec(borrows("a")).unwrap(), "a");
    let _ = scope.get::<Where>().unwrap().0;
    let Bits::<3> = *scope.get::<Wide>().unwrap().bits;
    assert_eq!(scope.get::<Wide>().unwrap().bytes, [0, 0]);
    let (of, same) = scope.exec(same(&7)).unwrap();
    assert_eq!((of, same(&8), scope.exec(in_doubt()).unwrap()(&9)), (&7, &8, &9));
    assert_eq!(scope.exec(first(&[7])).unwrap(), [7]);
}
