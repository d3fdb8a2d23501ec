//! The attributes of `pumped`.
//!
//! Use them through `pumped`, which re-exports and documents them next to the
//! types that they generate code for. An attribute goes through four stages, one
//! file each: `parse` knows syntax, `validate` knows the rules and raises every
//! error, `expand` knows the generated code and raises none, and `fallback`
//! stands in for an item that broke a rule. In between they pass a `model`.

// What the user wrote must never panic the macro: every error has a message.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod beside;
mod called;
mod constants;
mod executor;
mod expression;
mod flow;
mod function;
mod generated;
mod hygiene;
mod lifetimes;
mod messages;
mod options;
mod parse;
mod report;
mod reported;
mod signature;
#[cfg(test)]
mod snapshots;
mod suggest;
#[cfg(test)]
mod survival;
mod types;

use proc_macro::TokenStream;

/// Declares an executor: a long-lived value that a scope builds when it is first
/// needed, keeps, and cleans up.
///
/// # On a function
///
/// ```
/// # pub struct Database;
/// # impl Database {
/// #     fn open(_: &str) -> std::io::Result<Self> { Ok(Self) }
/// # }
/// use pumped::prelude::*;
///
/// pub struct Settings { url: String }
///
/// #[executor] // no body: the application provides the value
/// pub fn settings() -> Settings;
///
/// #[executor]
/// pub fn database(settings: Dep<settings>, cx: &ResolveCtx<'_>) -> std::io::Result<Database> {
///     cx.on_cleanup(|| println!("closed"));
///     Database::open(&settings.url)
/// }
///
/// let settings = Settings { url: "app.db".into() };
/// let scope = Scope::builder().provide::<settings>(settings).root::<database>().build().unwrap();
/// scope.get::<database>().unwrap();
/// ```
///
/// Every parameter is a dependency, by whatever name or alias:
///
/// | parameter | needs | means |
/// | --- | --- | --- |
/// | `Dep<E>` | `E` fixed | the value, shared and owned |
/// | `Reactive<E>` | `E` live | the value; a change of `E` makes this executor stale, and it is rebuilt at the next read |
/// | `Snapshot<E>` | `E` live | the value as it was when this executor was built |
/// | `Lazy<E>` | any `E` | nothing until `get` is called |
/// | `Controller<E>` | any `E` | a handle to read, update or release `E` later |
/// | `Tag<T>` | | a tag of the scope, which must be there |
/// | `Option<Tag<T>>` | | a tag of the scope, if it is there |
/// | `&ResolveCtx<'_>` | functions only | cleanups, the name, the scope |
///
/// *Live* are executors that are `mutable` or have a `Reactive` dependency; all
/// others are *fixed*.
///
/// The function stays an ordinary function, and a type of the same name and
/// visibility is declared beside it: the *key*, which is what dependents and scopes
/// name. The key has no values, so `let database = ..` nearby is what it was. In
/// links, say `fn@database` or `enum@database`. A function without a body declares a
/// value that the application provides.
///
/// The function may be `async`, and is then resolved by `get_async`; its future is `Send`.
/// An async executor is fixed: it takes live values as a `Snapshot` or by a `Controller`.
///
/// The function may return a `Result`, recognised by a name that ends in
/// `Result`; its error is anything that converts into a boxed error. Values are
/// `Send + Sync + 'static`, and as visible as the function: a private type behind a
/// `pub fn` is rustc's E0446.
///
/// If the name is also that of a module, or of a crate that the signature names,
/// give the key another one, and write the crate's path with `::` in front:
/// `#[executor(key = Redis)] fn redis(..) -> ::redis::Client`, used as `Dep<Redis>`.
///
/// # On a struct
///
/// ```
/// # #[derive(Default)]
/// # struct Cache;
/// use std::time::Instant;
/// use pumped::prelude::*;
///
/// #[executor]
/// fn port() -> u16 { 8080 }
///
/// #[executor]
/// pub struct UserService {
///     port: Dep<port>,
///     #[default]
///     cache: Cache,
///     #[default(Instant::now())]
///     started: Instant,
/// }
///
/// let scope = Scope::new();
/// assert_eq!(*scope.get::<UserService>().unwrap().port, 8080);
/// ```
///
/// Every field is a dependency, or is built by `Default` or by an expression. The
/// struct is its own key. Put `#[executor]` above `#[derive(Default)]`: a derive
/// that comes first reads `#[default]` as its own.
///
/// # When errors appear
///
/// What concerns one declaration and its neighbours is an error of `cargo check`, and
/// so in the editor: what is no dependency, what could go stale, short cycles. What
/// takes a walk of the whole graph (a long cycle) is checked where a value is asked
/// for, and appears with `cargo build`; so does `provide` for an executor with a body.
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | `mutable` | the value can be updated |
/// | `eq` | a new value that equals the old one changes nothing downstream |
/// | `eager` | rebuilt right after an update, not at the next read; what is async by whoever polls `WeakScope::keep_eager` |
/// | `name = ".."` | its name in errors, graphs and extensions |
/// | `cleanup = path` | a `fn(&T)` or `fn(&T) -> Result<(), E>` that is called with the value when it is let go |
/// | `meta(expr, ..)` | typed values that extensions can read from the declaration |
/// | `key = Ident` | the name of the key |
/// | `fallible`, `infallible` | whether the return type is a `Result` to look into, where its name does not tell |
/// | `crate = path` | where `pumped` is, if it is renamed or re-exported |
///
/// ```
/// use pumped::prelude::*;
///
/// #[executor(mutable, eq, name = "log level")]
/// fn level() -> u8 { 1 }
///
/// #[executor(key = Log, cleanup = flush, meta("logging"))]
/// fn log(level: Reactive<level>) -> Vec<u8> { vec![*level] }
///
/// fn flush(log: &Vec<u8>) -> std::io::Result<()> {
///     println!("{} bytes", log.len());
///     Ok(())
/// }
///
/// let scope = Scope::new();
/// scope.update::<level>(3).unwrap();
/// assert_eq!(*scope.get::<Log>().unwrap(), [3]);
/// scope.dispose().unwrap();
/// ```
#[proc_macro_attribute]
pub fn executor(options: TokenStream, item: TokenStream) -> TokenStream {
    executor::expand(options.into(), &item.into()).into()
}

/// Declares a flow: a short operation with inputs that a scope runs over its executors.
///
/// ```
/// # pub struct Catalog;
/// # impl Catalog { fn price(&self, _: &str) -> Option<u32> { Some(3) } }
/// use pumped::prelude::*;
///
/// #[executor]
/// pub fn catalog() -> Catalog { Catalog }
///
/// #[flow]
/// pub fn price(
///     catalog: Ref<'_, catalog>,
///     #[input] sku: &str,
///     #[input] amount: u32,
/// ) -> Result<u32, String> {
///     let price = catalog.price(sku).ok_or_else(|| format!("no {sku}"))?;
///     Ok(price * amount)
/// }
///
/// let scope = Scope::new();
/// assert_eq!(scope.exec(price("tea", 2)).unwrap(), 6);
/// ```
///
/// A type and a function of the name and visibility of the annotated function are declared.
/// The function takes the inputs alone and returns the type, which is the flow with its
/// inputs, ready to be run: by `exec` or `call` of a scope, or of the context of another
/// flow. In links, say `fn@price` or `struct@price`.
///
/// Every parameter is an input, marked `#[input]`, or something that the scope gives:
///
/// | parameter | means |
/// | --- | --- |
/// | `Ref<'_, E>` | the latest value, borrowed: the fast way |
/// | `Dep<E>` | the latest value, owned: where it must outlive the call |
/// | `Controller<E>` | a handle to read, update or release `E` |
/// | `Lazy<E>` | nothing until `get` is called |
/// | `Tag<T>` | a tag of the execution, of one around it, or of the scope; it must be there |
/// | `Option<Tag<T>>` | the same, if it is there |
/// | `&ExecutionCtx<'_>` | the context: tags, and running other flows |
/// | `#[input] name: T` | an input; it may borrow, also mutably |
///
/// The values of several live executors were current together.
///
/// An `async fn` is run by `exec_async` or `call_async`, which also run plain ones that
/// depend on what is async. Its future is `Send`.
///
/// The function may return a `Result`, recognised by a name that ends in `Result`. Its error
/// has `Display`, and running the flow returns it as `FlowError::Failed`. What it returns may
/// borrow from its inputs. Inputs, output and error are `Send`. A flow can have lifetime
/// parameters, but no generic ones.
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | `name = ".."` | its name in errors, trees and extensions |
/// | `meta(expr, ..)` | typed values that extensions can read from the declaration |
/// | `fallible`, `infallible` | whether the return type is a `Result` to look into, where its name does not tell |
/// | `crate = path` | where `pumped` is, if it is renamed or re-exported |
#[proc_macro_attribute]
pub fn flow(options: TokenStream, item: TokenStream) -> TokenStream {
    flow::expand(options.into(), &item.into()).into()
}
