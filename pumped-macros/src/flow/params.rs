//! The parameters of a flow: inputs, and what the scope gives.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Lifetime, Meta, Type};

use super::model::{Param, Source};
use crate::function::{Parameter, Pattern, Signature};
use crate::hygiene;
use crate::lifetimes;
use crate::messages::{Message, Subject};
use crate::report::Errors;
use crate::signature::{self, cfgs};
use crate::suggest;
use crate::types::{self, Handle};

/// The names that lifetimes get which the user left out.
pub(crate) struct Names {
    taken: Vec<String>,
    pub(crate) given: Vec<Lifetime>,
}

impl Names {
    pub(crate) fn new(sig: &Signature) -> Self {
        let taken = sig.generics.lifetimes().map(|param| param.lifetime.ident.to_string());
        Self { taken: taken.collect(), given: Vec::new() }
    }

    /// A lifetime that is called like the input that borrows for it, so that an error that
    /// shows it says something.
    fn new_one(&mut self, input: &Ident, span: Span) -> Lifetime {
        let base = input.to_string();
        // What is raw is a keyword, mostly, which a lifetime cannot be called.
        let base = match base.strip_prefix("r#") {
            Some(raw) => format!("{raw}_input"),
            None if matches!(&*base, "static" | "_" | "") => "input".to_owned(),
            None => base,
        };
        let mut name = base.clone();
        let mut number = 1;
        while self.taken.contains(&name) {
            number += 1;
            name = format!("{base}_{number}");
        }
        let lifetime = Lifetime::new(&format!("'{name}"), hygiene::quiet(span));
        self.taken.push(name);
        self.given.push(lifetime.clone());
        lifetime
    }
}

/// Takes the parameters of `sig`, and leaves it as the kept function wants it: without
/// attributes of ours, and with names for all lifetimes of inputs.
pub(crate) fn of(sig: &mut Signature, names: &mut Names, errors: &mut Errors) -> Vec<Param> {
    let locals = signature::locals(sig);
    same_names(sig, errors);
    let borrowed = lifetimes_of_inputs(sig);
    sig.parameters_mut().map(|input| parameter(input, &locals, &borrowed, names, errors)).collect()
}

/// The lifetimes that inputs name, where a `Ref` names one as well: else nobody asks.
fn lifetimes_of_inputs(sig: &Signature) -> Vec<Ident> {
    let mut found = Vec::new();
    if !sig.parameters().any(|parameter| named_lifetime(&parameter.ty).is_some()) {
        return found;
    }
    for Parameter { attrs, ty, .. } in sig.parameters() {
        if attrs.iter().any(|attr| attr.path().is_ident("input")) {
            lifetimes::replace(ty.to_token_stream(), &mut |name, _| {
                found.extend(name.cloned());
                None
            });
        }
    }
    found
}

fn same_names(sig: &Signature, errors: &mut Errors) {
    let mut seen: Vec<&Ident> = Vec::new();
    for Parameter { pattern, attrs, .. } in sig.parameters() {
        let Some(name) = &pattern.name else { continue };
        // Of two, `#[cfg]` may leave one.
        if !cfgs(attrs).is_empty() {
            continue;
        }
        if seen.contains(&name) {
            errors.over(name, &Message::SameName { name: &name.to_string() });
        }
        seen.push(name);
    }
}

fn parameter(
    input: &mut Parameter,
    locals: &[Ident],
    borrowed: &[Ident],
    names: &mut Names,
    errors: &mut Errors,
) -> Param {
    let mut is_input = attributes(input, errors);
    if !is_input && types::is_plain(&input.ty) {
        let written = types::shown(&input.ty.to_token_stream());
        errors.over(&input.ty, &Message::ForgottenInput { ty: &written });
        is_input = !types::mentions_a_handle(&input.ty.to_token_stream());
    }
    let cfgs = cfgs(&input.attrs);
    let mut ty = hygiene::without_locals(input.ty.to_token_stream(), locals);
    if is_input {
        // What is generated uses one that the user may not: `_amount`.
        let name = hygiene::declared(&input_name(&input.pattern, errors));
        if let Some(span) = types::impl_trait(&ty) {
            errors.at(span, &Message::InputImplTrait);
        }
        if let Some((span, name)) = types::without_a_size(&input.ty) {
            errors.at(span, &Message::UnsizedInput { ty: &name });
            ty = quote!(&(#ty));
        }
        if let Some(span) = types::placeholder_in(&input.ty) {
            ty = errors.as_type(span, &Message::Placeholder);
        }
        if let Some((span, handle)) = hidden_lifetime(&input.ty, "Cow") {
            errors.at(span, &Message::HiddenLifetime { handle });
        }
        let ty = lifetimes::replace(ty, &mut |given, span| match given {
            None => Some(names.new_one(&name, span)),
            Some(_) => None,
        });
        *input.ty = Type::Verbatim(ty.clone());
        return Param { cfgs, ty, source: Source::Input(name) };
    }
    if !input.pattern.is_name() {
        errors.over(&input.pattern, &Message::Pattern { what: Subject::Flow });
    }
    dependency(&input.ty, &ty, errors);
    let ty = match named_lifetime(&input.ty) {
        // Where only the output has it, that is what is wrong.
        Some(lifetime) if lifetime.ident == "static" || borrowed.contains(&lifetime.ident) => {
            errors.at(lifetime.span(), &Message::NamedLifetime { handle: "Ref" });
            lifetimes::replace(ty, &mut |_, span| Some(Lifetime::new("'_", hygiene::quiet(span))))
        }
        _ => ty,
    };
    *input.ty = Type::Verbatim(ty.clone());
    let looked_up = lifetimes::for_ever(&ty);
    Param { cfgs, ty, source: Source::Dependency(looked_up) }
}

/// What may stand on a parameter.
const KNOWN: &[&str] =
    &["input", "cfg", "cfg_attr", "allow", "expect", "warn", "deny", "forbid", "doc"];

/// Takes the attributes of ours away; whether one says that it is an input.
fn attributes(input: &mut Parameter, errors: &mut Errors) -> bool {
    let mut is_input = false;
    input.attrs.retain(|attr| {
        if attr.path().is_ident("default") {
            errors.over(attr, &Message::DefaultOnParameter);
            return false;
        }
        let Some(name) = attr.path().get_ident().map(ToString::to_string) else {
            return true;
        };
        if name != "input" {
            let misspelled = suggest::nearest(&name, KNOWN) == Some("input");
            if misspelled {
                errors.over(attr, &Message::InputMisspelled { attribute: &name });
                is_input = true;
            }
            return !misspelled;
        }
        if is_input {
            errors.over(attr, &Message::InputTwice);
        }
        if !matches!(attr.meta, Meta::Path(_)) {
            errors.over(attr, &Message::InputSyntax);
        }
        is_input = true;
        false
    });
    is_input
}

fn input_name(pattern: &Pattern, errors: &mut Errors) -> Ident {
    pattern.name.clone().unwrap_or_else(|| {
        errors.over(pattern, &Message::InputPattern);
        Ident::new("input", Span::call_site())
    })
}

/// Refuses what rustc would say less well.
fn dependency(ty: &Type, tokens: &TokenStream, errors: &mut Errors) {
    if let Some(span) = types::impl_trait(tokens) {
        errors.at(span, &Message::ImplTraitInput { what: Subject::Flow });
    }
    if let Some((span, handle)) = hidden_lifetime(ty, "Ref") {
        // `Ref<_, config>` is one mistake.
        errors.at(span, &Message::HiddenLifetime { handle });
    } else if let Some(span) = types::placeholder_in(ty) {
        errors.at(span, &Message::Placeholder);
    }
    if let Some((handle, object)) = types::of_trait_object(ty) {
        let written = types::shown(&object);
        errors.over(&object, &Message::TraitObject { handle: &handle, object: &written });
    }
    if let Some((inner, instead)) = types::tag_without_a_size(ty) {
        let written = types::shown(&inner);
        errors.over(&inner, &Message::UnsizedTag { ty: &written, instead: &instead });
    }
    if types::is_scope(ty) {
        errors.over(ty, &Message::ScopeAsDependency { context: "ExecutionCtx" });
    }
    match types::handle(ty, "ExecutionCtx") {
        Some(Handle::Context(span)) => {
            errors.at(span, &Message::ContextByValue { context: "ExecutionCtx" });
        }
        Some(Handle::Borrowed(span, handle)) => {
            errors.at(span, &Message::BorrowedHandle { handle: &handle });
        }
        Some(Handle::StaticContext(span)) => {
            errors.at(span, &Message::StaticContext { context: "ExecutionCtx" });
        }
        Some(Handle::OtherContext(span)) => {
            errors
                .at(span, &Message::OtherContext { taken: "ResolveCtx", instead: "ExecutionCtx" });
        }
        None => {}
    }
}

/// The lifetime in `Ref<'a, E>`, which has to be `'_`.
fn named_lifetime(ty: &Type) -> Option<&Lifetime> {
    let last = types::last_segment(ty).filter(|last| last.ident == "Ref")?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        syn::GenericArgument::Lifetime(lifetime) if lifetime.ident != "_" => Some(lifetime),
        _ => None,
    })
}

/// `Ref<E>` for `Ref<'_, E>`: the place, if the last segment of `ty` is `name` and has no
/// lifetime.
fn hidden_lifetime<'n>(ty: &Type, name: &'n str) -> Option<(Span, &'n str)> {
    let Type::Path(path) = types::bare(ty) else { return None };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let has_lifetime =
        arguments.args.iter().any(|argument| matches!(argument, syn::GenericArgument::Lifetime(_)));
    (last.ident == name && !has_lifetime).then(|| (last.ident.span(), name))
}
