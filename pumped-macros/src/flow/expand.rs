//! The generated code of a checked flow. Nothing here can fail.
//!
//! ```text
//! pub struct price<'sku> { sku: &'sku str, amount: u32 }               // the inputs
//! pub fn price<'sku>(sku: &'sku str, amount: u32) -> price<'sku> { .. } // makes one
//! const _: () = {
//!     use ::pumped::__private::{self as __pumped};
//!     static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::flow(..);
//!     enum __PumpedReturns {}                                          // what it returns, as a type
//!     fn __pumped_body<'sku>(catalog: Ref<'_, catalog>, sku: &'sku str, amount: u32) -> .. { .. }
//!     impl<'sku> __pumped::Flow<__PumpedReturns> for price<'sku> { .. }
//!     impl price<'_> { pub fn preset(..) .. }
//! };
//! ```

use proc_macro2::{Delimiter, Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::Lifetime;

use super::docs;
use super::model::{Flow, Output, Param, Source};
use super::preset;
use crate::generated::{block_attributes, meta, quiet_visibility, uses};
use crate::hygiene::{self, quiet};

/// Everything that stands in the place of the item.
pub(crate) fn flow(flow: &Flow) -> TokenStream {
    let declared = declared(flow);
    let attrs = block_attributes(&flow.function.attrs);
    let uses = uses(flow.krate.as_ref(), flow.output.in_doubt);
    let node = node(flow);
    let body = body(flow);
    let returns = returns(&flow.output);
    let implementation = implementation(flow);
    let presets = preset::methods(flow);
    let checks = checks(flow);
    quote_spanned! {Span::mixed_site()=>
        #declared
        #attrs
        const _: () = {
            #uses
            #node
            #returns
            #body
            #implementation
            #presets
            #checks
        };
    }
}

/// What the user named: the type of the inputs, and the function that makes one.
pub(crate) fn declared(flow: &Flow) -> TokenStream {
    let ident = hygiene::declared(&flow.ident);
    let vis = quiet_visibility(&flow.function.vis);
    let at = quiet(flow.ident.span());
    let (bounded, lifetimes) = generics(flow);
    let attrs = docs::carried(&flow.function.attrs);
    let (of_type, of_function) = docs::of(flow);
    let fields = flow.inputs().map(|(name, Param { cfgs, ty, .. })| quote!(#(#cfgs)* #name: #ty));
    let params = flow.inputs().map(|(name, Param { cfgs, ty, .. })| quote!(#(#cfgs)* #name: #ty));
    let values = flow.inputs().map(|(name, Param { cfgs, .. })| quote!(#(#cfgs)* #name));
    let cfgs = flow.function.attrs.iter().filter(|attr| attr.path().is_ident("cfg"));
    quote_spanned! {at=>
        #(#cfgs)*
        #[doc = #of_type]
        #[must_use = "a flow does nothing until it is run: give it to `exec` or `call`"]
        #vis struct #ident #bounded { #(#fields),* }

        #attrs
        #[doc = #of_function]
        #vis fn #ident #bounded(#(#params),*) -> #ident #lifetimes { #ident { #(#values),* } }
    }
}

/// The lifetimes of the inputs with what they outlive, and without.
pub(crate) fn generics(flow: &Flow) -> (TokenStream, TokenStream) {
    if flow.lifetimes.is_empty() {
        return (TokenStream::new(), TokenStream::new());
    }
    let bounded = flow.lifetimes.iter().map(|borrow| {
        let (lifetime, outlives) = (&borrow.lifetime, &borrow.outlives);
        if outlives.is_empty() { quote!(#lifetime) } else { quote!(#lifetime: #(#outlives)+*) }
    });
    let plain = flow.lifetimes.iter().map(|borrow| &borrow.lifetime);
    // Errors of an impl are shown from its first token to its last: all at the name.
    let at = quiet(flow.ident.span());
    (quote_spanned!(at=> <#(#bounded),*>), quote_spanned!(at=> <#(#plain),*>))
}

/// The lifetimes of the output.
pub(crate) fn borrows(flow: &Flow) -> TokenStream {
    angled(&flow.output.borrows)
}

pub(crate) fn angled(lifetimes: &[Lifetime]) -> TokenStream {
    if lifetimes.is_empty() { TokenStream::new() } else { quote!(<#(#lifetimes),*>) }
}

fn node(flow: &Flow) -> TokenStream {
    let mixed = Span::mixed_site();
    let name = &flow.name;
    let hash = hygiene::identity(&flow.ident);
    let params = flow.dependencies().map(|(ty, param)| param_of(ty, param, "PARAM", None));
    let fallible = flow.output.fallible.then(|| quote_spanned!(mixed=> fallible: true,));
    let asynchronous = flow.is_async.then(|| quote_spanned!(mixed=> asynchronous: true,));
    let meta = meta(&flow.meta);
    // Not where nothing is left for it, which is a lint.
    let rest = (fallible.is_none() || asynchronous.is_none() || meta.is_empty())
        .then(|| quote_spanned!(mixed=> ..__pumped::FlowSpec::PLAIN));
    let output = output_name(flow);
    let spec = quote_spanned! {mixed=>
        __pumped::FlowSpec {
            name: #name,
            hash: #hash,
            module: __pumped::module_path!(),
            params: &[#(#params),*],
            output: #output,
            #fallible
            #asynchronous
            #meta
            #rest
        }
    };
    // The place of this call is the place of the declaration.
    let new = quote_spanned!(flow.ident.span()=> __pumped::Declaration::flow(#spec));
    quote_spanned!(mixed=> static __PUMPED_NODE: __pumped::Declaration = #new;)
}

/// The function that names the output, at the output. It borrows for ever: a static has no
/// other lifetimes.
fn output_name(flow: &Flow) -> TokenStream {
    let (first, last) = hygiene::ends(&flow.output.returned);
    let lifetimes = flow.output.borrows.iter().map(|_| Lifetime::new("'static", first));
    let lifetimes = angled(&lifetimes.collect::<Vec<_>>());
    let begin = quote_spanned!(first=> __pumped::output_name::<__PumpedReturns #lifetimes);
    let end = hygiene::punct('>', last);
    quote!(#begin #end)
}

/// What the flow returns, as a type of its own: its impl is where it is checked that the
/// output and the error fit, each at its place. A parameter and not an associated type
/// names them, so a private one can stand behind a public flow.
pub(crate) fn returns(output: &Output) -> TokenStream {
    let mixed = Span::mixed_site();
    let Output { returned, fallible, value, error, borrows, .. } = output;
    let borrows = angled(borrows);
    let (output, error, called) = if *fallible {
        let error = fallible_part(returned, error, "Error");
        (fallible_part(returned, value, "Output"), error.clone(), error)
    } else {
        let error = quote_spanned!(mixed=> __pumped::Infallible);
        (returned.clone(), error, quote_spanned!(mixed=> __pumped::Fault))
    };
    let (first, last) = hygiene::ends(returned);
    let (ty, end) = (quote_spanned!(first=> type), hygiene::punct(';', last));
    let header = quote_spanned!(first=> impl #borrows __pumped::Returns for);
    quote_spanned! {mixed=>
        pub struct __PumpedReturned<T>(__pumped::PhantomData<fn() -> T>);
        type __PumpedReturns #borrows = __PumpedReturned<#returned>;
        #header __PumpedReturns #borrows {
            #ty Output = #output #end
            #ty Error = #error #end
            #ty Called = #called #end
        }
    }
}

/// How the flow ends, as a type that is shown where the output is.
pub(crate) fn ran(flow: &Flow) -> TokenStream {
    let borrows = borrows(flow);
    let (first, last) = hygiene::ends(&flow.output.returned);
    let begin = quote_spanned!(first=> __pumped::Ran<__PumpedReturns #borrows);
    let end = hygiene::punct('>', last);
    quote!(#begin #end)
}

/// `<R as Fallible>::part`, at `place`: errors of the part are shown there.
fn fallible_part(returned: &TokenStream, place: &TokenStream, part: &str) -> TokenStream {
    let (first, last) = hygiene::ends(place);
    let open = hygiene::punct('<', first);
    let part = Ident::new(part, last);
    quote_spanned!(Span::mixed_site()=> #open #returned as __pumped::Fallible>::#part)
}

/// The function as it was written, under another name.
fn body(flow: &Flow) -> TokenStream {
    let function = &flow.function;
    let Some(body) = &function.body else { return TokenStream::new() };
    let mut sig = function.sig.clone();
    sig.ident = Ident::new("__pumped_body", quiet(flow.ident.span()));
    sig.fn_token.span = quiet(sig.fn_token.span);
    let attrs = function.attrs.iter().filter(|attr| {
        let path = attr.path();
        !(path.is_ident("doc") || path.is_ident("deprecated") || path.is_ident("must_use"))
    });
    quote!(#(#attrs)* #sig #body)
}

/// The type of the flow, at the one input, if there is just one: that it is not `Send` is
/// reported there.
fn at_the_input(flow: &Flow, lifetimes: TokenStream) -> TokenStream {
    let mut inputs = flow.inputs();
    let mut ident = hygiene::declared(&flow.ident);
    let (Some((_, input)), None) = (inputs.next(), inputs.next()) else {
        return quote!(#ident #lifetimes);
    };
    let (first, last) = hygiene::ends(&input.ty);
    ident.set_span(quiet(first));
    let lifetimes = lifetimes.into_iter().map(|mut token| {
        token.set_span(quiet(last));
        token
    });
    quote!(#ident #(#lifetimes)*)
}

fn implementation(flow: &Flow) -> TokenStream {
    let mixed = Span::mixed_site();
    let (bounded, lifetimes) = generics(flow);
    let borrows = borrows(flow);
    let ty = at_the_input(flow, lifetimes);
    let header = quote_spanned! {quiet(flow.ident.span())=>
        impl #bounded __pumped::Flow<__PumpedReturns #borrows> for #ty
    };
    let mode = Ident::new(if flow.is_async { "Async" } else { "Blocking" }, mixed);
    let run = run(flow);
    let (first, last) = hygiene::ends(&flow.output.returned);
    let function = quote_spanned!(first=> fn);
    let replaced = preset::replaced(flow);
    let answer = flow.output.borrows.is_empty().then(|| {
        let place = quote_spanned!(first=> __pumped_place);
        let end = hygiene::punct('>', last);
        let ty = quote_spanned!(first=> __pumped::Place<'_, __PumpedReturns);
        let argument = hygiene::parenthesized(last, quote!(#place: #ty #end));
        let any = quote_spanned!(first=> __pumped::AnyPlace<'_);
        let body = quote_spanned!(first=> __pumped::any_place(#place));
        let body = hygiene::group(Delimiter::Brace, last, body);
        quote!(#function answer #argument -> #any #end #body)
    });
    quote_spanned! {mixed=>
        #header {
            type Mode = __pumped::#mode;
            const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
            #run
            #replaced
            #answer
        }
    }
}

/// Takes what the scope gives, and calls the user's function.
fn run(flow: &Flow) -> TokenStream {
    let mixed = Span::mixed_site();
    let takes = flow.dependencies().next().is_some();
    let question = hygiene::punct('?', quiet(flow.ident.span()));
    let from = (takes && flow.is_async).then(|| {
        let of = quote_spanned!(mixed=> of(__pumped_cx, __PUMPED_NODE.node()));
        quote_spanned! {mixed=>
            let mut __pumped_from = __pumped::Taking::#of;
            __pumped_from.fill().await #question;
        }
    });
    let mut at = 0_usize;
    // In an order of their own: what is taken comes before what moves out of `self`.
    let mut before = TokenStream::new();
    let mut arguments = Vec::new();
    for param in &flow.params {
        let cfgs = &param.cfgs;
        match &param.source {
            Source::Input(name) => {
                arguments.push(quote_spanned!(mixed=> #(#cfgs)* self.#name));
            }
            Source::Dependency(ty) => {
                let local = format_ident!("__pumped_{at}", span = mixed);
                let index = proc_macro2::Literal::usize_unsuffixed(at);
                let arguments_of_take = quote_spanned!(mixed=> &mut __pumped_from, #index);
                let value = param_of(ty, param, "take", Some(arguments_of_take));
                before.extend(quote_spanned!(mixed=> #(#cfgs)* let #local = #value #question;));
                arguments.push(quote_spanned!(mixed=> #(#cfgs)* #local));
                at += 1;
            }
        }
    }
    let function = Ident::new("__pumped_body", mixed);
    let (first, last) = hygiene::ends(&flow.output.returned);
    let called = quote_spanned!(mixed=> #function(#(#arguments),*));
    let ran = ran(flow);
    let method = quote_spanned!(first=> fn);
    if !flow.is_async {
        let result = ended(flow, true, called);
        let body = hygiene::group(Delimiter::Brace, last, quote!(#before #result));
        let from = if takes {
            quote_spanned!(mixed=> mut __pumped_from)
        } else {
            quote_spanned!(mixed=> _)
        };
        return quote_spanned! {mixed=>
            #method run(self, #from: __pumped::Taking<'_>) -> #ran #body
        };
    }
    // In a block, so that the future does not keep what it has taken from.
    let called = match &from {
        Some(from) => quote_spanned!(mixed=> { #from #before #called }),
        None => called,
    };
    let awaited = quote_spanned!(quiet(last)=> .await);
    let result = ended(flow, true, quote!(#called #awaited));
    // What the future holds across an await, and may not, is said at the name.
    let at = quiet(flow.ident.span());
    let body = quote_spanned!(at=> async move { #result });
    let future = quote_spanned!(at=> impl __pumped::Future<Output = #ran> + __pumped::Send);
    quote_spanned! {mixed=>
        #method run(self, _: __pumped::Taking<'_>) -> #ran { __pumped::not_run() }
        fn run_async<'__pumped>(
            self,
            __pumped_cx: &'__pumped __pumped::ExecutionCtx<'__pumped>,
        ) -> #future + '__pumped
        where
            Self: '__pumped,
        {
            #body
        }
    }
}

/// What `call` returns, as the end of the flow. Where the lifetimes of the output are not
/// known, its type is found by the compiler.
pub(crate) fn ended(flow: &Flow, names_type: bool, call: TokenStream) -> TokenStream {
    let Output { returned, fallible, .. } = &flow.output;
    if !fallible {
        return quote_spanned!(Span::mixed_site()=> __pumped::Result::Ok(#call));
    }
    let (first, last) = hygiene::ends(returned);
    let ended = if names_type {
        fallible_part(returned, returned, "ended")
    } else {
        quote_spanned!(first=> __pumped::Fallible::ended)
    };
    let argument = hygiene::parenthesized(last, call);
    quote!(#ended #argument)
}

/// `<P as FlowParam>::item(arguments)`, with exactly the span of `P`: rustc shows an error
/// once that it finds at the same place in the same words.
fn param_of(
    ty: &TokenStream,
    param: &Param,
    item: &str,
    arguments: Option<TokenStream>,
) -> TokenStream {
    let cfgs = arguments.is_none().then_some(&param.cfgs).into_iter().flatten();
    let (first, last) = hygiene::ends(ty);
    let open = hygiene::punct('<', first);
    let item = Ident::new(item, last);
    let arguments = arguments.map(|arguments| hygiene::parenthesized(last, arguments));
    quote_spanned!(Span::mixed_site()=> #(#cfgs)* #open #ty as __pumped::FlowParam>::#item #arguments)
}

/// The checks that are no trait bounds.
fn checks(flow: &Flow) -> TokenStream {
    if !flow.output.in_doubt {
        return TokenStream::new();
    }
    let returned = crate::lifetimes::for_ever(&flow.output.returned);
    let (first, last) = hygiene::ends(&returned);
    let begin = quote_spanned!(first=> __pumped::check_plain_flow);
    let probe = quote_spanned!(last=> __pumped::ResultProbe::<#returned>::IS_RESULT);
    let arguments = hygiene::group(Delimiter::Parenthesis, last, probe);
    quote!(#begin #arguments;)
}
