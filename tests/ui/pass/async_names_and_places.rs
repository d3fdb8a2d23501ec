//! Names that the expansion of what is async could stumble over, places where it can stand,
//! and what stands on it.
#![allow(non_camel_case_types, non_snake_case, dead_code, non_upper_case_globals)]

use pumped::{Dep, ExecutionCtx, Ref, ResolveCtx, Scope, executor, flow};

struct Result;
struct Option;
struct Box;
struct Vec;
struct String;
struct Executor;
struct AsyncExecutor;
struct Flow;
struct Built;
trait Future {}
trait IntoFuture {}
trait Send {}
trait Sync {}
trait Fn {}
mod std {}
mod core {}
mod alloc {}
mod pin {}

fn Ok() {}
fn Err() {}
fn Some() {}
const cx: u8 = 0;
static at: u8 = 0;
struct build_async {}
struct run_async {}

async fn pause() {}

#[executor]
async fn config() -> u8 {
    pause().await;
    1
}

#[executor]
async fn r#type(config: Dep<config>) -> ::std::result::Result<u8, ::std::fmt::Error> {
    pause().await;
    ::std::result::Result::Ok(*config + 1)
}

#[executor(key = Key)]
pub(crate) async fn pumped(cx_: &ResolveCtx<'_>, r#type: Dep<r#type>) -> u8 {
    pause().await;
    cx_.on_cleanup(|| ());
    *r#type + 1
}

#[executor(mutable)]
async fn level() -> u8 {
    1
}

#[executor]
async fn live(#[cfg(not(feature = "absent"))] r#level: pumped::Reactive<r#level>) -> u8 {
    pause().await;
    *r#level
}

#[executor]
async fn nothing() {}

#[executor]
#[cfg(feature = "absent")]
async fn gone(missing: Dep<missing>) -> Missing {}

#[executor]
#[inline]
#[doc(hidden)]
#[cfg_attr(not(feature = "absent"), must_use)]
async fn cut(
    #[cfg(feature = "absent")] nothing: Dep<missing>,
    #[cfg(not(feature = "absent"))] config: Dep<config>,
    #[allow(unused)] mut again: Dep<config>,
) -> u8 {
    pause().await;
    *config
}

#[flow]
async fn price(config: Ref<'_, config>, #[input] amount: &u8) -> ::std::result::Result<u8, ::std::fmt::Error> {
    pause().await;
    ::std::result::Result::Ok(*config + *amount)
}

#[flow]
async fn r#match(#[input] r#type: u8, #[input] r#fn: &str, r#config: Dep<r#config>) -> u8 {
    pause().await;
    r#type + *r#config + u8::try_from(r#fn.len()).unwrap()
}

#[flow]
async fn same(#[input] same: u8, #[input] config: u8, it: Ref<'_, config>) -> u8 {
    pause().await;
    same + config + *it
}

#[flow]
async fn cut_flow(
    #[cfg(feature = "absent")] nothing: Ref<'_, missing>,
    #[cfg(feature = "absent")]
    #[input]
    gone: Missing,
    #[cfg(not(feature = "absent"))]
    #[input]
    two: u8,
    #[input] three: &u8,
) -> u8 {
    pause().await;
    two + three
}

macro_rules! declare {
    ($($name:ident: $ty:ty = $value:expr, $flow:ident($($input:ident: $of:ty),*) $body:block;)*) => {$(
        #[executor]
        async fn $name() -> $ty {
            pause().await;
            $value
        }

        #[flow]
        async fn $flow(it: Ref<'_, $name>, $(#[input] $input: $of),*) -> $ty {
            let _ = it;
            $body
        }
    )*};
}

declare! {
    text: &'static str = "a", of_text(longer: &'static str) { longer };
    number: u8 = 2, of_number(list: &[u8], index: usize) { list[index] };
}

macro_rules! whole {
    ($($item:item)*) => { $(#[executor] $item)* };
}

whole! { async fn by_item(number: Dep<number>) -> u8 { *number } }

mod outer {
    pub(crate) mod inner {
        use pumped::{Dep, executor, flow};

        pub(in crate::outer) struct Hidden(pub(in crate::outer) u8);

        #[executor]
        pub(in crate::outer) async fn within() -> Hidden {
            Hidden(1)
        }

        #[flow]
        pub(in crate::outer) async fn reads(within: Dep<within>) -> u8 {
            within.0
        }
    }

    use pumped::{Dep, ExecutionCtx, Fault, executor, flow};

    #[executor]
    async fn own() -> u8 {
        2
    }

    #[executor]
    pub(crate) async fn sum(within: Dep<inner::within>, own: Dep<own>) -> u8 {
        within.0 + *own
    }

    #[flow]
    pub(crate) async fn public(context: &ExecutionCtx<'_>) -> Result<u8, Fault> {
        context.call_async(inner::reads()).await
    }
}

#[flow]
async fn recursive(context: &ExecutionCtx<'_>, #[input] number: u8) -> ::std::result::Result<u8, pumped::Fault> {
    if number == 0 {
        return ::std::result::Result::Ok(0);
    }
    let below = ::std::boxed::Box::pin(context.call_async(recursive(number - 1)));
    below.await.map(|below| below + 1)
}

async fn inside(scope: &Scope) -> u8 {
    #[executor]
    async fn local() -> u8 {
        3
    }

    #[flow]
    async fn local_price(local: Ref<'_, local>, #[input] amount: u8) -> u8 {
        *local * amount
    }

    scope.exec_async(local_price(2)).await.unwrap()
}

fn main() {
    pollster::block_on(async {
        let scope = Scope::new();
        assert_eq!(*scope.get_async::<Key>().await.unwrap(), 3);
        assert_eq!(*scope.get_async::<cut>().await.unwrap(), 1);
        scope.update::<level>(2).unwrap();
        assert_eq!(*scope.get_async::<live>().await.unwrap(), 2);
        assert_eq!(*scope.get_async::<by_item>().await.unwrap(), 2);
        assert_eq!(*scope.get_async::<outer::sum>().await.unwrap(), 3);
        scope.get_async::<nothing>().await.unwrap();
        assert_eq!(scope.exec_async(price(&1)).await.unwrap(), 2);
        assert_eq!(scope.exec_async(r#match(1, "ab")).await.unwrap(), 4);
        assert_eq!(scope.exec_async(same(1, 2)).await.unwrap(), 4);
        assert_eq!(scope.exec_async(cut_flow(1, &2)).await.unwrap(), 3);
        assert_eq!(scope.exec_async(of_text("b")).await.unwrap(), "b");
        assert_eq!(scope.exec_async(of_number(&[1, 2], 1)).await.unwrap(), 2);
        assert_eq!(scope.exec_async(outer::public()).await.unwrap(), 1);
        assert_eq!(scope.call_async(recursive(3)).await.unwrap(), 3);
        assert_eq!(inside(&scope).await, 6);

        let scope = Scope::builder()
            .preset_flow(price::preset(|_| ::std::result::Result::Ok(9)))
            .preset_flow(r#match::preset(|_, text| u8::try_from(text.len()).unwrap()))
            .build()
            .unwrap();
        assert_eq!(scope.exec_async(price(&1)).await.unwrap(), 9);
        assert_eq!(scope.exec_async(r#match(1, "ab")).await.unwrap(), 2);
    });
}
