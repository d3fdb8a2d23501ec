//! Names that the expansion of a flow could stumble over, and places where one can stand.
#![allow(non_camel_case_types, non_snake_case, dead_code, non_upper_case_globals)]

use pumped::{Dep, ExecutionCtx, Ref, executor, flow};

struct Result;
struct Option;
struct Box;
struct Flow;
struct FlowParam;
struct Returns;
struct Fault;
struct Infallible;
trait Send {}
trait Sync {}
trait Fn {}
mod std {}
mod core {}
mod alloc {}

fn Ok() {}
fn Err() {}
fn Some() {}
const cx: u8 = 0;
static at: u8 = 0;
struct run {}
struct preset {}
struct replaced {}

#[executor]
fn config() -> u8 {
    1
}

#[flow]
fn price(config: Ref<'_, config>, #[input] amount: &u8) -> ::std::result::Result<u8, String> {
    ::std::result::Result::Ok(*config + *amount)
}

#[flow]
fn plain(#[input] amount: u8) -> u8 {
    amount
}

#[flow]
fn r#match(#[input] r#type: u8, #[input] r#fn: &str, r#config: Dep<r#config>) -> u8 {
    r#type + *r#config + u8::try_from(r#fn.len()).unwrap()
}

// An input that is called like its flow, one like a dependency's executor, and some like
// what the expansion might call its own.
#[flow]
fn same(#[input] same: u8, #[input] config: u8, it: Ref<'_, config>) -> u8 {
    same + config + *it
}

#[flow]
fn odd(
    #[input] self_: u8,
    #[input] this: u8,
    #[input] from: u8,
    #[input] flow: u8,
    #[input] by: u8,
    #[input] _unused: u8,
) -> u8 {
    self_ + this + from + flow + by
}

#[flow]
fn run_(#[input] run: u8, #[input] preset: &u8, #[input] replaced: &u8) -> u8 {
    run + preset + replaced
}

// Lifetimes that are called like inputs, and inputs that are called like lifetimes.
#[flow]
fn lifetimes<'b, 'input>(#[input] a: &'b str, #[input] b: &str, #[input] input: &'input str) -> &'b str {
    assert_ne!(b.len(), input.len());
    a
}

#[flow]
fn twice(#[input] mut number: u8, #[input] mut text: String, mut it: Dep<config>) -> String {
    number += *it;
    it = Dep::new(number);
    text.push_str(&it.to_string());
    text
}

macro_rules! flows {
    ($($name:ident($($input:ident: $ty:ty),*) -> $output:ty $body:block)*) => {$(
        #[flow]
        fn $name(it: Ref<'_, config>, $(#[input] $input: $ty),*) -> $output {
            let _ = it;
            $body
        }
    )*};
}

flows! {
    first(list: &[u8], text: &str) -> u8 { list[text.len()] }
    second(text: String) -> String { text }
    third(text: &str) -> &str { text }
}

macro_rules! whole {
    ($item:item) => { #[flow] $item };
}

whole! { fn by_item(#[input] a: u8) -> u8 { a } }

const fn constant(number: u8) -> u8 {
    number
}

#[flow]
const fn of_a_constant(#[input] a: u8) -> u8 {
    constant(a)
}

#[flow]
extern "C" fn of_c(#[input] a: u8) -> u8 {
    a
}

#[flow]
fn nothing() {}

#[flow]
fn recursive(context: &ExecutionCtx<'_>, #[input] number: u8) -> ::std::result::Result<u8, pumped::Fault> {
    if number == 0 {
        return ::std::result::Result::Ok(0);
    }
    context.call(recursive(number - 1)).map(|below| below + 1)
}

fn inside() -> u8 {
    #[executor]
    fn local() -> u8 {
        3
    }

    #[flow]
    fn local_price(local: Ref<'_, local>, #[input] amount: u8) -> u8 {
        *local * amount
    }

    pumped::Scope::new().exec(local_price(2)).unwrap()
}

fn main() {
    let scope = pumped::Scope::new();
    assert_eq!(scope.exec(price(&1)).unwrap(), 2);
    assert_eq!(scope.exec(plain(1)).unwrap(), 1);
    assert_eq!(scope.exec(r#match(1, "ab")).unwrap(), 4);
    assert_eq!(scope.exec(same(1, 2)).unwrap(), 4);
    assert_eq!(scope.exec(odd(1, 2, 3, 4, 5, 6)).unwrap(), 15);
    assert_eq!(scope.exec(run_(1, &2, &3)).unwrap(), 6);
    assert_eq!(scope.exec(lifetimes("a", "b", "cd")).unwrap(), "a");
    assert_eq!(scope.exec(twice(1, "n".into())).unwrap(), "n2");
    assert_eq!(scope.exec(first(&[1, 2], "a")).unwrap(), 2);
    assert_eq!(scope.exec(second("a".into())).unwrap(), "a");
    assert_eq!(scope.exec(third("a")).unwrap(), "a");
    assert_eq!(scope.exec(by_item(1)).unwrap(), 1);
    assert_eq!(scope.exec(of_a_constant(1)).unwrap(), 1);
    assert_eq!(scope.exec(of_c(1)).unwrap(), 1);
    scope.exec(nothing()).unwrap();
    assert_eq!(scope.call(recursive(3)).unwrap(), 3);
    assert_eq!(inside(), 6);

    let presets = pumped::Scope::builder()
        .preset_flow(price::preset(|_| ::std::result::Result::Ok(9)))
        .preset_flow(r#match::preset(|_, text| u8::try_from(text.len()).unwrap()))
        .preset_flow(same::preset_with(|context, a, b| {
            context.exec(plain(a + b)).map_err(|_| unreachable!())
        }))
        .preset_flow(lifetimes::preset(|a, _, _| a))
        .preset_flow(nothing::preset(|| ()))
        .build()
        .unwrap();
    assert_eq!(presets.exec(price(&1)).unwrap(), 9);
    assert_eq!(presets.exec(r#match(1, "ab")).unwrap(), 2);
    assert_eq!(presets.exec(same(1, 2)).unwrap(), 3);
    assert_eq!(presets.exec(lifetimes("x", "b", "cd")).unwrap(), "x");
    presets.exec(nothing()).unwrap();
}
