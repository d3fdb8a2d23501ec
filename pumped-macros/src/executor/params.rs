//! The parameters of a function and the fields of a struct, which mean the same.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, Ident, Meta, Type};

use super::model::{Param, Source};
use crate::expression;
use crate::function::{Parameter, Signature};
use crate::hygiene;
use crate::lifetimes;
use crate::messages::{Message, Subject};
use crate::parse::Struct;
use crate::report::Errors;
use crate::signature::{self, cfgs};
use crate::suggest;
use crate::types::{self, Handle};

/// Takes the parameters of `sig`, and leaves it as the kept function wants it:
/// without attributes of ours, and with types that cannot see the parameters.
pub(crate) fn of_function(sig: &mut Signature, errors: &mut Errors) -> Vec<Param> {
    let locals = signature::locals(sig);
    if sig.generics.params.is_empty() {
        undeclared(sig, errors);
    }
    sig.parameters_mut().map(|input| parameter(input, &locals, errors)).collect()
}

/// Reports each lifetime once, which rustc would do for each place that names its type.
fn undeclared(sig: &mut Signature, errors: &mut Errors) {
    let mut seen: Vec<Ident> = Vec::new();
    for input in sig.parameters_mut() {
        if types::is_names(&input.ty) {
            continue;
        }
        let free = lifetimes::free(&input.ty.to_token_stream());
        if free.is_empty() {
            continue;
        }
        for lifetime in free {
            if !seen.contains(&lifetime.ident) {
                let written = lifetime.to_string();
                let message = Message::LifetimeOfExecutor { lifetime: &written };
                errors.at(lifetime.ident.span(), &message);
                seen.push(lifetime.ident);
            }
        }
        let elided = lifetimes::elided(&input.ty.to_token_stream());
        *input.ty = syn::parse2(elided.clone()).unwrap_or(Type::Verbatim(elided));
    }
}

fn parameter(input: &mut Parameter, locals: &[Ident], errors: &mut Errors) -> Param {
    let written = input.attrs.len();
    input.attrs.retain(|attr| {
        let message = match () {
            () if attr.path().is_ident("input") => Message::Input,
            () if attr.path().is_ident("default") => Message::DefaultOnParameter,
            () => return true,
        };
        errors.over(attr, &message);
        false
    });
    // What to do about the type has then been said.
    let is_plain = input.attrs.len() == written && types::is_plain(&input.ty);
    let pattern = (!input.pattern.is_name()).then(|| {
        errors.as_type_over(&input.pattern, &Message::Pattern { what: Subject::Executor })
    });
    let ty = input.ty.to_token_stream();
    let ty = if locals.is_empty() { ty } else { hygiene::without_locals(ty, locals) };
    check(&ty, errors);
    handle(&input.ty, errors);
    let ty = pattern
        .or_else(|| placeholder(&input.ty, errors))
        .or_else(|| is_plain.then(|| plain(&input.ty, errors)))
        .or_else(|| trait_object(&input.ty, errors))
        .or_else(|| scope(&input.ty, &Message::ScopeAsDependency { context: "ResolveCtx" }, errors))
        .unwrap_or(ty);
    *input.ty = Type::Verbatim(ty.clone());
    Param { cfgs: cfgs(&input.attrs), field: None, ty, source: Source::Dependency }
}

/// What stands in the place of a type that is no dependency by any name.
fn plain(ty: &Type, errors: &mut Errors) -> TokenStream {
    let written = types::shown(&ty.to_token_stream());
    errors.as_type_over(ty, &Message::PlainParameter { ty: &written })
}

/// What stands in the place of a handle to a trait object, which is no executor, or of a tag
/// without a size.
fn trait_object(ty: &Type, errors: &mut Errors) -> Option<TokenStream> {
    if let Some((inner, instead)) = types::tag_without_a_size(ty) {
        let written = types::shown(&inner);
        let message = Message::UnsizedTag { ty: &written, instead: &instead };
        return Some(errors.as_type_over(inner, &message));
    }
    let (handle, object) = types::of_trait_object(ty)?;
    let written = types::shown(&object);
    let message = Message::TraitObject { handle: &handle, object: &written };
    Some(errors.as_type_over(object, &message))
}

/// What stands in the place of a type with a `_` in it.
fn placeholder(ty: &Type, errors: &mut Errors) -> Option<TokenStream> {
    let span = types::placeholder_in(ty)?;
    Some(errors.as_type(span, &Message::Placeholder))
}

/// What stands in the place of a scope.
fn scope(ty: &Type, message: &Message<'_>, errors: &mut Errors) -> Option<TokenStream> {
    types::is_scope(ty).then(|| errors.as_type_over(ty, message))
}

fn check(ty: &TokenStream, errors: &mut Errors) {
    if let Some(span) = types::impl_trait(ty) {
        errors.at(span, &Message::ImplTraitInput { what: Subject::Executor });
    }
}

/// Refuses what rustc would suggest a reference for, and then report again.
fn handle(ty: &Type, errors: &mut Errors) {
    match types::handle(ty, "ResolveCtx") {
        Some(Handle::Context(span)) => {
            errors.at(span, &Message::ContextByValue { context: "ResolveCtx" });
        }
        Some(Handle::StaticContext(span)) => {
            errors.at(span, &Message::StaticContext { context: "ResolveCtx" });
        }
        Some(Handle::OtherContext(span)) => {
            errors
                .at(span, &Message::OtherContext { taken: "ExecutionCtx", instead: "ResolveCtx" });
        }
        Some(Handle::Borrowed(span, handle)) => {
            errors.at(span, &Message::BorrowedHandle { handle: &handle });
        }
        None => {}
    }
}

/// Takes the fields of `item`, and removes their `#[default]`s.
pub(crate) fn of_struct(item: &mut Struct, errors: &mut Errors) -> Vec<Param> {
    let ident = item.ident.clone();
    let is_generic = !item.generics.params.is_empty();
    // Of two of one name, `#[cfg]` may leave one.
    let names = item.data.fields.iter().filter(|field| cfgs(&field.attrs).is_empty());
    let mut seen = Vec::new();
    for name in names.filter_map(|field| field.ident.as_ref()) {
        if seen.contains(&name) {
            errors.left_to_rustc();
        }
        seen.push(name);
    }
    // An attribute that we do not know may be one of a `derive`.
    let has_derive = item.attrs.iter().any(|attr| attr.path().is_ident("derive"));
    item.data
        .fields
        .iter_mut()
        .map(|field| {
            if !has_derive {
                misspelled(&mut field.attrs, errors);
            }
            let source = source(&mut field.attrs, errors);
            let ty = field.ty.to_token_stream();
            if types::is_just(&ty, &ident) {
                let name = ident.to_string();
                let error = errors.as_type_over(&ty, &Message::FieldOfItself { name: &name });
                field.ty = Type::Verbatim(error);
            }
            let is_dependency = matches!(source, Source::Dependency);
            let instead = placeholder(&field.ty, errors)
                .or_else(|| if is_dependency { no_dependency(&field.ty, errors) } else { None })
                .or_else(|| if is_generic { None } else { borrowed(&field.ty, errors) });
            if is_dependency && instead.is_none() && types::is_plain(&field.ty) {
                let written = types::shown(&ty);
                errors.over(&field.ty, &Message::PlainField { ty: &written });
            }
            if let Some(instead) = instead {
                field.ty = Type::Verbatim(instead);
            }
            Param { cfgs: cfgs(&field.attrs), field: field.ident.clone(), ty, source }
        })
        .collect()
}

/// Refuses a field that borrows; what stands in its place.
fn borrowed(ty: &Type, errors: &mut Errors) -> Option<TokenStream> {
    if types::is_names(ty) {
        return None;
    }
    let tokens = ty.to_token_stream();
    let named = || lifetimes::free(&tokens).pop().map(|lifetime| lifetime.ident.span());
    let span = types::elided_borrow(&tokens).or_else(named)?;
    errors.at(span, &Message::BorrowedField);
    Some(lifetimes::for_ever(&tokens))
}

/// Refuses a field that is none by its tokens; what stands in its place, where rustc would say
/// the same.
fn no_dependency(ty: &Type, errors: &mut Errors) -> Option<TokenStream> {
    check(&ty.to_token_stream(), errors);
    trait_object(ty, errors).or_else(|| scope(ty, &Message::ScopeAsField, errors))
}

/// Reads an attribute that is called nearly like `default` as one.
fn misspelled(attrs: &mut [Attribute], errors: &mut Errors) {
    for attr in attrs {
        let Some(ident) = attr.path().get_ident().cloned() else { continue };
        let name = ident.to_string();
        if name != "default" && suggest::nearest(&name.to_lowercase(), KNOWN) == Some("default") {
            errors.over(&*attr, &Message::DefaultMisspelled { attribute: &name });
            attr.meta = Meta::Path(Ident::new("default", ident.span()).into());
        }
    }
}

/// What may stand on a field.
const KNOWN: &[&str] =
    &["default", "input", "cfg", "cfg_attr", "allow", "expect", "warn", "deny", "forbid", "doc"];

fn source(attrs: &mut Vec<Attribute>, errors: &mut Errors) -> Source {
    let mut source = Source::Dependency;
    attrs.retain(|attr| {
        if attr.path().is_ident("input") {
            errors.over(attr, &Message::Input);
            return false;
        }
        if !attr.path().is_ident("default") {
            return true;
        }
        if !matches!(source, Source::Dependency) {
            errors.over(attr, &Message::DefaultRepeated);
        }
        source = default(attr, errors);
        false
    });
    source
}

fn default(attr: &Attribute, errors: &mut Errors) -> Source {
    match &attr.meta {
        Meta::Path(_) => return Source::Default,
        Meta::List(list) if !list.tokens.is_empty() => {
            match list.parse_args_with(expression::parse) {
                Ok(expression) => {
                    let at = hygiene::quiet(list.delimiter.span().close());
                    return Source::Expression(hygiene::parenthesized(at, expression));
                }
                Err(error) => errors.syntax(error),
            }
        }
        Meta::List(_) | Meta::NameValue(_) => errors.over(attr, &Message::DefaultSyntax),
    }
    Source::Default
}
