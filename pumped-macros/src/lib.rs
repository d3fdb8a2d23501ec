//! The attributes of `pumped`.
//!
//! Use them through `pumped`, which re-exports and documents them next to the
//! types that they generate code for. An attribute goes through four stages, one
//! file each: `parse` knows syntax, `validate` knows the rules and raises every
//! error, `expand` knows the generated code and raises none, and `fallback`
//! stands in for an item that broke a rule. In between they pass a `model`.

// What the user wrote must never panic the macro: every error has a message.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod executor;
mod hygiene;
mod messages;
mod report;
mod suggest;

use proc_macro::TokenStream;

/// Declares an executor: a long-lived value that a scope builds when it is first
/// needed, keeps, and cleans up.
///
/// # On a function
///
/// ```ignore
/// #[executor]
/// pub fn database(config: Dep<config>, cx: &ResolveCtx<'_>) -> Result<Database, DbError> { … }
///
/// #[executor]
/// pub fn settings() -> Settings;
/// ```
///
/// Every parameter is a dependency: `Dep`, `Reactive`, `Snapshot`, `Lazy`,
/// `Controller`, `Tag`, `Option<Tag>` or `&ResolveCtx<'_>`. The function stays an
/// ordinary function, and a type of the same name and visibility is declared
/// beside it: the key, which is what dependents and scopes name. A function
/// without a body declares a value that the application provides.
///
/// The function may return a `Result`, recognised by a name that ends in
/// `Result`; its error is anything that converts into a boxed error.
///
/// If the name is also that of a module, or of a crate that the signature names,
/// give the key another one: `#[executor(key = Redis)] fn redis(..) -> redis::Client`.
///
/// # On a struct
///
/// ```ignore
/// #[executor]
/// pub struct UserService {
///     database: Dep<database>,
///     #[default] cache: Cache,
///     #[default(Instant::now())] started: Instant,
/// }
/// ```
///
/// Every field is a dependency, or is built by `Default` or by an expression. The
/// struct is its own key. Put `#[executor]` above `#[derive(Default)]`: a derive
/// that comes first reads `#[default]` as its own.
///
/// # Options
///
/// | option | meaning |
/// | --- | --- |
/// | `mutable` | the value can be updated |
/// | `eq` | a new value that equals the old one changes nothing downstream |
/// | `eager` | rebuilt right after an update, not at the next read |
/// | `name = ".."` | its name in errors, graphs and extensions |
/// | `cleanup = path` | a `fn(&T)` or `fn(&T) -> Result<(), E>` that is called with the value when it is let go |
/// | `meta(expr, ..)` | typed values that extensions can read from the declaration |
/// | `key = Ident` | the name of the key |
/// | `fallible`, `infallible` | whether the return type is a `Result` to look into, where its name does not tell |
/// | `crate = path` | where `pumped` is, if it is renamed or re-exported |
#[proc_macro_attribute]
pub fn executor(options: TokenStream, item: TokenStream) -> TokenStream {
    executor::expand(options.into(), &item.into()).into()
}
