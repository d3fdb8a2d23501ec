//! The body of `Executor::build`, or of `AsyncExecutor::build_async`: the one place where
//! generated code runs.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};

use super::expand::{dependency, has_cfg};
use super::model::{Declared, Executor, Mode, Param, Source};
use crate::hygiene;
use crate::types;

/// The body of `build`: the user's function, or the struct, with all it takes.
pub(crate) fn build(executor: &Executor) -> TokenStream {
    let mixed = Span::mixed_site();
    match executor.mode {
        Mode::Provided | Mode::Async => quote_spanned!(mixed=> __pumped::not_built()),
        Mode::Blocking => made(executor),
    }
}

/// The value, as a result.
fn made(executor: &Executor) -> TokenStream {
    let mixed = Span::mixed_site();
    let values = values(executor);
    let value = match &executor.declared {
        Declared::Function(_) => call(executor, &values),
        Declared::Struct(item) => match &item.data.fields {
            syn::Fields::Named(_) => quote_spanned!(mixed=> Self { #(#values),* }),
            syn::Fields::Unnamed(_) => quote_spanned!(mixed=> Self(#(#values),*)),
            syn::Fields::Unit => quote_spanned!(mixed=> Self),
        },
    };
    if !executor.output.fallible {
        return quote_spanned!(mixed=> __pumped::Result::Ok(#value));
    }
    let returned = &executor.output.returned;
    let (first, last) = hygiene::ends(returned);
    let open = hygiene::punct('<', first);
    let boxed = Ident::new("boxed", last);
    let argument = hygiene::parenthesized(last, value);
    quote_spanned!(mixed=> #open #returned as __pumped::Fallible>::#boxed #argument)
}

/// The impl of an async executor's own trait. Its future has the span of the function's
/// name: what it holds across an await, and may not, is said there.
pub(crate) fn build_async(executor: &Executor) -> TokenStream {
    if executor.mode != Mode::Async {
        return TokenStream::new();
    }
    let mixed = Span::mixed_site();
    let key = &executor.key;
    let made = made(executor);
    let at = hygiene::quiet(executor.ident.span());
    let body = quote_spanned!(at=> async move { #made });
    let future =
        quote_spanned!(at=> impl __pumped::Future<Output = __pumped::Built<Self>> + __pumped::Send);
    quote_spanned! {mixed=>
        impl __pumped::AsyncExecutor for #key {
            fn build_async<'__pumped>(
                __pumped_cx: &'__pumped __pumped::ResolveCtx<'__pumped>,
            ) -> #future + '__pumped {
                #body
            }
        }
    }
}

/// `function(values)`, at its return type: what does not fit is about that.
fn call(executor: &Executor, values: &[TokenStream]) -> TokenStream {
    let (first, last) = hygiene::ends(&executor.output.returned);
    let mut function = executor.ident.clone();
    if executor.output.fallible {
        function.set_span(function.span().located_at(first));
    }
    let arguments = hygiene::parenthesized(last, quote_spanned!(Span::mixed_site()=> #(#values),*));
    let is_async = executor.mode == Mode::Async;
    let awaited = is_async.then(|| quote_spanned!(hygiene::quiet(last)=> .await));
    quote!(#function #arguments #awaited)
}

/// What the parameters and fields are given, in order.
fn values(executor: &Executor) -> Vec<TokenStream> {
    let mixed = Span::mixed_site();
    let counted = has_cfg(executor);
    let mut before: Vec<TokenStream> = Vec::new();
    let mut values = Vec::new();
    for param in &executor.params {
        let Param { cfgs, ty, field, source } = param;
        let name = field.as_ref().map(|field| quote_spanned!(mixed=> #field:));
        let value = match source {
            Source::Dependency => {
                let at = index(&before, counted);
                before.push(quote_spanned!(mixed=> #(#cfgs)* ()));
                let bare = Param {
                    cfgs: Vec::new(),
                    field: None,
                    ty: ty.clone(),
                    source: Source::Dependency,
                };
                let (_, last) = hygiene::ends(ty);
                let arguments = quote_spanned!(mixed=> __pumped_cx, #at);
                dependency(
                    &bare,
                    "take",
                    &hygiene::parenthesized(last, arguments).into_token_stream(),
                )
            }
            Source::Default => {
                let (first, last) = hygiene::ends(ty);
                let open = hygiene::punct('<', first);
                let default = Ident::new("default", last);
                // The same for what has a default; it says where a handle comes from.
                let of = if types::mentions_a_handle(ty) { "Defaulted" } else { "Default" };
                let of = Ident::new(of, mixed);
                quote_spanned!(mixed=> #open #ty as __pumped::#of>::#default())
            }
            Source::Expression(expression) => expression.to_token_stream(),
        };
        values.push(quote_spanned!(mixed=> #(#cfgs)* #name #value));
    }
    values
}

/// The number of a parameter in the node. Where a `#[cfg]` may cut some of those
/// before it, rustc has to count: the length of an array of as many units.
fn index(before: &[TokenStream], counted: bool) -> TokenStream {
    if counted && !before.is_empty() {
        return quote_spanned!(Span::mixed_site()=> <[()]>::len(&[#(#before),*]));
    }
    proc_macro2::Literal::usize_unsuffixed(before.len()).to_token_stream()
}
