//! The rules of a declaration: every error of `#[executor]` itself is raised
//! here, and none keeps the next from being found.

use proc_macro2::{Delimiter, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, Ident, ReturnType, Type};

use super::model::{Declared, Executor, Mode, Output, Settings};
use super::params;
use crate::beside;
use crate::function::Function;
use crate::hygiene;
use crate::lifetimes;
use crate::messages::{Message, Subject};
use crate::options::{self, Options};
use crate::parse::{Item, Other, Struct};
use crate::report::Errors;
use crate::signature;
use crate::types;

/// What is left of an item after the checks.
pub(crate) enum Checked {
    /// An executor, though maybe with errors.
    Executor(Box<Executor>),
    /// No executor: the item, and the type that it declares.
    Other(TokenStream, Option<Ident>),
}

pub(crate) fn item(item: Item, options: Options, errors: &mut Errors) -> Checked {
    match item {
        Item::Function(it) => function(it, options, errors),
        Item::Struct(it) => structure(it, options, errors),
        Item::Other(it) => other(it, errors),
    }
}

fn other(item: Other, errors: &mut Errors) -> Checked {
    errors.at(item.at.span(), &Message::NotAnItem { what: Subject::Executor, found: item.found });
    Checked::Other(item.tokens, item.name)
}

fn function(mut it: Function, options: Options, errors: &mut Errors) -> Checked {
    signature::single_attribute(&mut it.attrs, Subject::Executor, errors);
    beside::options(&mut it.attrs, &options::OF_EXECUTORS, Subject::Executor, errors);
    signature(&it, errors);
    if let Some(receiver) = it.sig.receiver() {
        errors.over(receiver, &Message::Receiver { what: Subject::Executor });
        return Checked::Other(it.into_token_stream(), None);
    }
    if let Some(span) = it.self_of_an_impl() {
        errors.at(span, &Message::SelfOutput);
        return Checked::Other(it.into_token_stream(), None);
    }
    let provided = it.body.is_none();
    if provided {
        without_body(&it, &options, errors);
    }
    let mut output = output(&mut it, &options, errors);
    // An output of type parameters means nothing outside of the function.
    if let Some(ty) = generics(&it.sig.generics, errors) {
        output.ty = ty;
    }
    let ident = it.sig.ident.clone();
    let key = options.key.as_ref().map_or(&ident, |(_, key)| key);
    let params = params::of_function(&mut it.sig, errors);
    let types = params.iter().map(|param| &param.ty).chain([&output.returned]);
    let hidden = types.into_iter().find_map(|ty| types::path_through(ty, key));
    if let Some((span, path)) = &hidden {
        let key = key.to_string();
        errors.at(*span, &Message::KeyHidesCrate { key: &key, path });
    }
    let key = hygiene::declared(key);
    if hidden.is_some() {
        // The name is taken for good: nothing that stands in for the item may use it.
        return Checked::Other(it.into_token_stream(), None);
    }
    Checked::Executor(Box::new(Executor {
        key,
        name: signature::name(&options, &ident),
        mode: match (provided, it.sig.asyncness) {
            (true, _) => Mode::Provided,
            (false, Some(_)) => Mode::Async,
            (false, None) => Mode::Blocking,
        },
        output,
        params,
        options: settings(options, errors),
        ident,
        declared: Declared::Function(it),
    }))
}

fn structure(mut it: Struct, options: Options, errors: &mut Errors) -> Checked {
    signature::single_attribute(&mut it.attrs, Subject::Executor, errors);
    beside::options(&mut it.attrs, &options::OF_EXECUTORS, Subject::Executor, errors);
    let _ = generics(&it.generics, errors);
    for (given, name, why) in [
        (options.key.as_ref().map(|(span, _)| *span), "key", "a struct is its own key"),
        (options.fallible, "fallible", "building a struct from its dependencies cannot fail"),
        (options.infallible, "infallible", "building a struct from its dependencies cannot fail"),
    ] {
        if let Some(span) = given {
            errors.at(span, &Message::NotForStructs { name, why });
        }
    }
    let params = params::of_struct(&mut it, errors);
    if !it.generics.params.is_empty() {
        return Checked::Other(it.into_token_stream(), None);
    }
    let ident = it.ident.clone();
    let output = Output::plain(ident.to_token_stream());
    Checked::Executor(Box::new(Executor {
        key: ident.clone(),
        name: signature::name(&options, &ident),
        mode: Mode::Blocking,
        output,
        params,
        options: settings(options, errors),
        ident,
        declared: Declared::Struct(it),
    }))
}

fn signature(it: &Function, errors: &mut Errors) {
    if it.body.is_none()
        && let Some(token) = &it.sig.asyncness
    {
        errors.at(token.span, &Message::ProvidedAsync);
    }
    signature::qualifiers(it, Subject::Executor, errors);
}

/// Refuses what a declaration would have several instances by; a type that is that error.
fn generics(generics: &Generics, errors: &mut Errors) -> Option<TokenStream> {
    if generics.params.is_empty() {
        return None;
    }
    let lifetimes = generics.lifetimes().count() == generics.params.len();
    let parameters = if lifetimes { "lifetime parameters" } else { "generic parameters" };
    let message = Message::Generics { what: Subject::Executor, parameters };
    errors.over(&generics.params, &message);
    Some(errors.as_type_over(&generics.params, &message))
}

/// What makes no sense where the application provides the value.
fn without_body(it: &Function, options: &Options, errors: &mut Errors) {
    if !it.sig.inputs.is_empty() {
        errors.over(&it.sig.inputs, &Message::ProvidedWithParameters);
    }
    for (given, name, why) in [
        (
            options.cleanup.as_ref().map(|(span, _)| *span),
            "cleanup",
            "a provided value is the application's to clean up",
        ),
        (options.eager, "eager", "a provided value is never rebuilt"),
        (options.fallible, "fallible", "a provided value cannot fail"),
    ] {
        if let Some(span) = given {
            errors.at(span, &Message::NotForProvided { name, why });
        }
    }
    if let ReturnType::Type(_, ty) = &it.sig.output
        && options.infallible.is_none()
        && let Some(segment) = types::result_segment(ty)
    {
        let value = types::first_argument(segment).unwrap_or_else(|| quote!(T));
        errors.over(ty, &Message::ProvidedFallible { output: &types::shown(&value) });
    }
}

/// What a function yields.
pub(super) fn output(it: &mut Function, options: &Options, errors: &mut Errors) -> Output {
    let ReturnType::Type(_, ty) = &mut it.sig.output else {
        return Output::plain(quote!(()));
    };
    let is_generic = !it.sig.generics.params.is_empty();
    let returned = ty.to_token_stream();
    let found = match types::bare(ty) {
        Type::Never(never) => Some((never.bang_token.span, Message::NeverOutput)),
        _ => None,
    };
    let unsized_type = types::without_a_size(ty);
    let found = found
        .or_else(|| types::placeholder_in(ty).map(|span| (span, Message::Placeholder)))
        .or_else(|| {
            let (span, ty) = unsized_type.as_ref()?;
            Some((*span, Message::UnsizedOutput { ty }))
        })
        .or_else(|| types::impl_trait(&returned).map(|span| (span, Message::ImplTraitOutput)))
        .or_else(|| types::elided_borrow(&returned).map(|span| (span, Message::BorrowedOutput)))
        .or_else(|| {
            let is_bare = is_generic || types::is_names(ty);
            let undeclared = if is_bare { None } else { lifetimes::free(&returned).pop() };
            undeclared.map(|lifetime| (lifetime.ident.span(), Message::BorrowedOutput))
        });
    if let Some((span, message)) = found {
        if matches!(message, Message::BorrowedOutput) {
            // Or rustc would ask for the lifetime again, and for another one.
            **ty = Type::Verbatim(lifetimes::for_ever(&returned));
            // Or it would say of the body what it cannot return.
            if let Some(body) = &mut it.body {
                let (error, statements) = (errors.as_statement(span, &message), body.stream());
                let whole = quote!(#error #statements);
                *body = hygiene::group(Delimiter::Brace, body.span(), whole);
            }
        }
        // Whatever the type was to be: nothing that uses the value is to be an error.
        let error = errors.as_type(span, &message);
        if matches!(message, Message::UnsizedOutput { .. } | Message::Placeholder) {
            **ty = Type::Verbatim(error.clone());
            return Output::plain(error);
        }
        return Output { ty: error, ..Output::plain(returned) };
    }
    let named = types::result_segment(ty);
    let sure = options.infallible.is_some();
    if sure || (named.is_none() && options.fallible.is_none()) {
        let in_doubt = !sure && matches!(types::bare(ty), Type::Path(_) | Type::Macro(_));
        return Output { in_doubt, ..Output::plain(returned) };
    }
    match named.and_then(types::first_argument) {
        Some(first) => Output { ty: first, fallible: true, ..Output::plain(returned) },
        None => Output {
            ty: projected(&returned),
            fallible: true,
            projected: true,
            ..Output::plain(returned)
        },
    }
}

/// `<R as Fallible>::Output`, at `R`: an error in it is the one of the call.
fn projected(returned: &TokenStream) -> TokenStream {
    let (first, last) = hygiene::ends(returned);
    let open = hygiene::punct('<', first);
    let output = Ident::new("Output", last);
    quote_spanned!(Span::mixed_site()=> #open #returned as __pumped::Fallible>::#output)
}

fn settings(options: Options, errors: &mut Errors) -> Settings {
    if let (Some(_), Some(span)) = (options.fallible, options.infallible) {
        errors.at(span, &Message::FallibleAndInfallible);
    }
    Settings {
        krate: options.krate,
        mutable: options.mutable.is_some(),
        eager: options.eager.is_some(),
        eq: options.eq,
        cleanup: options.cleanup.map(|(_, path)| path),
        meta: options.meta.unwrap_or_default(),
    }
}
