//! The generated code of a checked executor. Nothing here can fail.
//!
//! ```text
//! pub enum config {}                                  // the key
//! pub fn config(..) -> Config { .. }                  // the function, kept
//! const _: () = {
//!     use ::pumped::__private::{self as __pumped, NoResult as _};
//!     static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
//!     static __PUMPED_NODE: __pumped::Declaration =
//!         __pumped::Declaration::plain::<config>(.., &__PUMPED_INDEX);
//!     impl __pumped::Executor for config { .. }
//!     __pumped::check_definition(__PUMPED_NODE.node());
//! };
//! ```
//!
//! It is as short as it can be, because every executor of an application pays
//! for it: what is the same for all is a function of the runtime.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote, quote_spanned};

use super::build::{build, build_async};
use super::docs;
use super::model::{Declared, Executor, Mode, Param, Source};
use crate::function::Function;
use crate::generated;
use crate::hygiene::{self, quiet};

/// Everything that stands in the place of the item.
pub(crate) fn executor(executor: &Executor) -> TokenStream {
    let declared = declared(executor);
    let attrs = generated::block_attributes(executor.declared.attrs());
    let uses = generated::uses(executor.options.krate.as_ref(), executor.output.in_doubt);
    let statics = statics(executor);
    let implementation = implementation(executor);
    let checks = checks(executor);
    quote_spanned! {Span::mixed_site()=>
        #declared
        #attrs
        const _: () = {
            #uses
            #statics
            #implementation
            #checks
        };
    }
}

/// What the user named: the key and the function, or the struct.
pub(crate) fn declared(executor: &Executor) -> TokenStream {
    match &executor.declared {
        Declared::Struct(item) => item.to_token_stream(),
        Declared::Function(function) => {
            let key = key(executor, function);
            let kept = kept(function);
            quote!(#key #kept)
        }
    }
}

fn key(executor: &Executor, function: &Function) -> TokenStream {
    let key = &executor.key;
    let vis = generated::quiet_visibility(&function.vis);
    let provided = executor.mode == Mode::Provided;
    let carried = docs::carried(&executor.declared, provided);
    let text = docs::of_key(executor, function);
    let at = quiet(key.span());
    let docs = if provided && !carried.is_empty() { format!("\n\n{text}") } else { text };
    // From where the function begins to where it ends: of two executors with one name rustc
    // then reports one item, and not both of each.
    let (begin, end) = match &function.body {
        Some(body) if *key == executor.ident => (begin(function), quiet(body.span())),
        _ => (at, at),
    };
    let keyword = quote_spanned!(begin=> enum);
    let nothing = hygiene::group(Delimiter::Brace, end, TokenStream::new());
    quote_spanned! {at=>
        #carried
        #[doc = #docs]
        #vis #keyword #key #nothing
    }
}

/// The place of the first token after the visibility.
fn begin(function: &Function) -> Span {
    quiet(function.sig.begin())
}

/// The function as it was written. Its first and its last token are marked as
/// generated: lints that look at a whole function (`needless_pass_by_value`,
/// `must_use_candidate`) would blame the user for what an executor has to be.
fn kept(function: &Function) -> TokenStream {
    let Function { attrs, sig, body, .. } = function;
    let Some(body) = body else {
        return TokenStream::new();
    };
    let vis = generated::quiet_visibility(&function.vis);
    let mut sig = sig.clone();
    sig.fn_token.span = quiet(sig.fn_token.span);
    sig.set_begin(begin(function));
    // Without the `<>`, rustc would take a dependency that it does not know for a type
    // parameter that is missing, and so report it once with that advice and once without.
    let sig = sig.with_generics();
    let mut body = body.clone();
    body.set_span(quiet(body.span()));
    quote!(#(#attrs)* #vis #sig #body)
}

fn statics(executor: &Executor) -> TokenStream {
    let key = &executor.key;
    let name = &executor.name;
    let hash = hygiene::identity(&executor.ident);
    let params = taken(executor).map(|param| dependency(param, "PARAM", &TokenStream::new()));
    let flags = flags(executor);
    let mixed = Span::mixed_site();
    let module = quote_spanned!(mixed=> __pumped::module_path!());
    let params = quote_spanned!(mixed=> &[#(#params),*]);
    let spec = quote_spanned! {mixed=>
        __pumped::Spec { name: #name, hash: #hash, module: #module, params: #params, #flags ..__pumped::Spec::PLAIN }
    };
    let (new, arguments) = if executor.mode == Mode::Async {
        ("new_async", spec)
    } else if flags.is_empty() {
        ("plain", quote_spanned!(mixed=> #name, #hash, #module, #params))
    } else {
        ("new", spec)
    };
    let new = Ident::new(new, executor.ident.span());
    // The place of this call is the place of the declaration.
    let new = quote_spanned! {executor.ident.span()=>
        __pumped::Declaration::#new::<#key>(#arguments, &__PUMPED_INDEX)
    };
    quote_spanned! {mixed=>
        static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
        static __PUMPED_NODE: __pumped::Declaration = #new;
    }
}

/// The fields of the `Spec` that differ from the plain one.
fn flags(executor: &Executor) -> TokenStream {
    let options = &executor.options;
    let set = [
        ("fallible", executor.output.fallible),
        ("eager", options.eager),
        ("provided", executor.mode == Mode::Provided),
        ("eq", options.eq.is_some()),
        ("cleanup", options.cleanup.is_some()),
    ];
    let mixed = Span::mixed_site();
    let mut flags = TokenStream::new();
    for (flag, _) in set.into_iter().filter(|(_, set)| *set) {
        let flag = Ident::new(flag, mixed);
        flags.extend(quote_spanned!(mixed=> #flag: true,));
    }
    flags.extend(generated::meta(&options.meta));
    flags
}

fn implementation(executor: &Executor) -> TokenStream {
    let key = &executor.key;
    let output = &executor.output.ty;
    let mixed = Span::mixed_site();
    // Errors of the impl as a whole are shown at the name, those of its output there.
    let (first, last) = hygiene::ends(output);
    let ty = quote_spanned!(quiet(first)=> type Output =);
    let end = quote_spanned!(quiet(last)=> ;);
    let built = quote_spanned!(first=> __pumped::Built<Self);
    let function = quote_spanned!(first=> fn);
    let built_end = hygiene::punct('>', last);
    let header = quote_spanned!(quiet(executor.ident.span())=> impl __pumped::Executor for #key);
    let access = Ident::new(if executor.options.mutable { "Mutable" } else { "ReadOnly" }, mixed);
    let kind = kind(executor);
    let mode = if executor.mode == Mode::Async { "Async" } else { "Blocking" };
    let mode = Ident::new(mode, mixed);
    let body = hygiene::group(Delimiter::Brace, last, build(executor));
    let same = executor.options.eq.map(same);
    let cleanup = executor.options.cleanup.as_ref().map(cleanup);
    let build_async = build_async(executor);
    quote_spanned! {mixed=>
        #header {
            #ty #output #end
            type Kind = #kind;
            type Mode = __pumped::#mode;
            type Access = __pumped::#access;
            const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
            #function build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> #built #built_end #body
            #same
            #cleanup
        }
        #build_async
    }
}

/// Whether the value can change: said outright where no parameter has a say, and
/// otherwise computed from what the parameters say of themselves, which does not
/// look further along the graph.
fn kind(executor: &Executor) -> TokenStream {
    let mixed = Span::mixed_site();
    if executor.options.mutable {
        return quote_spanned!(mixed=> __pumped::Live);
    }
    // A constant that decides it costs rustc about as much as all else that a small executor
    // does, so it is asked only where the name of a handle leaves it open. A name that says
    // something else than it usually does is found by the declaration.
    let may_say = taken(executor).filter(|param| !is_never_live(&param.ty));
    let says: Vec<TokenStream> =
        may_say.map(|param| dependency(param, "LIVE", &TokenStream::new())).collect();
    if says.is_empty() {
        return quote_spanned!(mixed=> __pumped::Fixed);
    }
    let live = if has_cfg(executor) {
        quote_spanned!(mixed=> __pumped::any_live(&[#(#says),*]))
    } else {
        quote_spanned!(mixed=> #(#says)|*)
    };
    quote_spanned!(mixed=> <__pumped::Is<{ #live }> as __pumped::Liveness>::Kind)
}

/// Whether a parameter is, by its name, a handle that makes nothing live.
fn is_never_live(ty: &TokenStream) -> bool {
    const NAMES: [&str; 6] = ["Dep", "Snapshot", "Lazy", "Controller", "Tag", "ResolveCtx"];
    // The path before its arguments: `&`, `pumped::`, `Dep`.
    let mut last = None;
    for token in ty.clone() {
        match token {
            TokenTree::Ident(ident) => last = Some(ident.to_string()),
            TokenTree::Punct(punct) if punct.as_char() == '<' => break,
            TokenTree::Punct(_) => {}
            TokenTree::Group(_) | TokenTree::Literal(_) => return false,
        }
    }
    last.is_some_and(|name| NAMES.contains(&&*name))
}

fn taken(executor: &Executor) -> impl Iterator<Item = &Param> {
    executor.params.iter().filter(|param| matches!(param.source, Source::Dependency))
}

pub(crate) fn has_cfg(executor: &Executor) -> bool {
    executor.params.iter().any(|param| !param.cfgs.is_empty())
}

/// `<P as Dependency<'_>>::item arguments`, with exactly the span of `P`: rustc
/// shows an error once that it finds at the same place in the same words.
pub(crate) fn dependency(param: &Param, item: &str, arguments: &TokenStream) -> TokenStream {
    let Param { cfgs, ty, .. } = param;
    let (first, last) = hygiene::ends(ty);
    let open = hygiene::punct('<', first);
    let item = Ident::new(item, last);
    quote_spanned!(Span::mixed_site()=> #(#cfgs)* #open #ty as __pumped::Dependency<'_>>::#item #arguments)
}

fn same(at: Span) -> TokenStream {
    let compare = quote_spanned!(at=> <Self::Output as __pumped::Comparable>::same);
    quote_spanned! {Span::mixed_site()=>
        fn same(__pumped_old: &Self::Output, __pumped_new: &Self::Output) -> bool {
            #compare(__pumped_old, __pumped_new)
        }
    }
}

fn cleanup(path: &syn::Path) -> TokenStream {
    let mixed = Span::mixed_site();
    let (first, last) = hygiene::ends(&path.to_token_stream());
    let value = Ident::new("__pumped_value", mixed.located_at(last));
    let convert = quote_spanned!(quiet(first)=> __pumped::Cleaned::into_result);
    let call = hygiene::parenthesized(last, value.to_token_stream());
    let call = hygiene::parenthesized(last, quote!(#path #call));
    quote_spanned! {mixed=>
        fn cleanup(#value: &Self::Output) -> __pumped::Result<(), __pumped::BoxError> {
            #convert #call
        }
    }
}

/// The checks that are no trait bounds. All tokens of a call have the span where
/// its error is to be shown.
fn checks(executor: &Executor) -> TokenStream {
    let plain = executor.output.in_doubt.then(|| {
        let returned = &executor.output.returned;
        let (first, last) = hygiene::ends(returned);
        let begin = quote_spanned!(first=> __pumped::check_plain);
        let arguments = quote_spanned!(last=> (__pumped::ResultProbe::<#returned>::IS_RESULT));
        quote!(#begin #arguments;)
    });
    let definition = quote_spanned! {executor.ident.span()=>
        __pumped::check_definition(__PUMPED_NODE.node())
    };
    quote_spanned!(Span::mixed_site()=> #plain #definition)
}
