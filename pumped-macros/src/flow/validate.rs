//! The rules of a declaration: every error of `#[flow]` itself is raised here, and none
//! keeps the next from being found.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{GenericParam, Generics, Lifetime, ReturnType, Type};

use super::model::{Borrow, Flow, Output, Param};
use super::params::{self, Names};
use crate::beside;
use crate::function::{Function, Signature};
use crate::lifetimes;
use crate::messages::{Message, Subject};
use crate::options::{self, Options};
use crate::parse::Item;
use crate::report::Errors;
use crate::signature;
use crate::types;

/// What is left of an item after the checks.
pub(crate) enum Checked {
    /// A flow, though maybe with errors.
    Flow(Box<Flow>),
    /// No flow: the item.
    Other(TokenStream),
}

pub(crate) fn item(item: Item, options: Options, errors: &mut Errors) -> Checked {
    match item {
        Item::Function(it) => function(it, options, errors),
        Item::Struct(it) => {
            let found = "a struct";
            errors
                .at(it.data.struct_token.span, &Message::NotAnItem { what: Subject::Flow, found });
            Checked::Other(it.into_token_stream())
        }
        Item::Other(it) => {
            let found = it.found;
            errors.at(it.at.span(), &Message::NotAnItem { what: Subject::Flow, found });
            Checked::Other(it.tokens)
        }
    }
}

fn function(mut it: Function, options: Options, errors: &mut Errors) -> Checked {
    signature::single_attribute(&mut it.attrs, Subject::Flow, errors);
    beside::options(&mut it.attrs, &options::OF_FLOWS, Subject::Flow, errors);
    signature::qualifiers(&it, Subject::Flow, errors);
    if it.body.is_none() && it.sig.receiver().is_none() {
        errors.over(&it.sig.ident, &Message::FlowWithoutBody);
    }
    if let Some(span) = it.self_of_an_impl() {
        let message = match it.sig.receiver() {
            Some(_) => Message::Receiver { what: Subject::Flow },
            None => Message::FlowSelf,
        };
        return Checked::Other(refused(it, Ident::new("Self", span), &message, errors));
    }
    if let Some(receiver) = it.sig.receiver().map(ToTokens::to_token_stream) {
        let message = Message::Receiver { what: Subject::Flow };
        return Checked::Other(refused(it, receiver, &message, errors));
    }
    if it.sig.generics.type_params().next().is_some()
        || it.sig.generics.const_params().next().is_some()
    {
        let parameters = "generic parameters";
        let message = Message::Generics { what: Subject::Flow, parameters };
        errors.over(&it.sig.generics.params, &message);
    }
    if let (Some(_), Some(span)) = (options.fallible, options.infallible) {
        errors.at(span, &Message::FallibleAndInfallible);
    }
    undeclared(&mut it.sig, errors);
    let mut names = Names::new(&it.sig);
    let params = params::of(&mut it.sig, &mut names, errors);
    let borrowed = borrowed(&params, &names.given, &it.sig.generics);
    let output = output(&mut it, &options, &borrowed, &params, errors);
    let lifetimes = borrows(borrowed, &it.sig.generics);
    for lifetime in names.given {
        declare(&mut it.sig, lifetime);
    }
    let ident = it.sig.ident.clone();
    Checked::Flow(Box::new(Flow {
        name: signature::name(&options, &ident),
        is_async: it.sig.asyncness.is_some(),
        ident,
        params,
        output,
        lifetimes,
        krate: options.krate,
        meta: options.meta.unwrap_or_default(),
        function: it,
    }))
}

/// Lifetimes come before other parameters.
fn declare(sig: &mut Signature, lifetime: Lifetime) {
    let at = sig.generics.lifetimes().count();
    let lifetime = GenericParam::Lifetime(syn::LifetimeParam::new(lifetime));
    sig.generics.params.insert(at, lifetime);
}

/// Reports a lifetime once that is used and not declared, which rustc would do for each of
/// the generated items.
fn undeclared(sig: &mut Signature, errors: &mut Errors) {
    let types = sig.inputs.to_token_stream().into_iter();
    let types = types.chain(sig.output.to_token_stream()).collect();
    for used in lifetimes::free(&types) {
        if sig.generics.lifetimes().all(|it| it.lifetime.ident != used.ident) {
            let (lifetime, flow) = (used.to_string(), sig.ident.to_string());
            let message = Message::UndeclaredLifetime { lifetime: &lifetime, flow: &flow };
            errors.at(used.ident.span(), &message);
            declare(sig, used);
        }
    }
}

/// The item as it came, but for its type, which is the error: so nothing is wrong with what
/// is made of its value, which is no flow. The type that was written stays for editors.
fn refused(
    it: Function,
    at: impl ToTokens,
    message: &Message<'_>,
    errors: &mut Errors,
) -> TokenStream {
    if it.body.is_none() {
        errors.over(at, message);
        return it.into_token_stream();
    }
    let Function { attrs, vis, mut sig, body } = it;
    let asyncness = sig.take_async().map(|token| quote!(#token move));
    let error = Box::new(Type::Verbatim(errors.as_type_over(at, message)));
    let output = ReturnType::Type(syn::token::RArrow::default(), error);
    let written = match std::mem::replace(&mut sig.output, output) {
        ReturnType::Type(_, ty) => Some(quote!(#[cfg(any())] type Written = #ty;)),
        ReturnType::Default => None,
    };
    quote!(#(#attrs)* #[allow(unused_braces)] #vis #sig { #written #asyncness #body })
}

/// The lifetimes that the inputs borrow for: given by us, or declared by the user.
fn borrowed(params: &[Param], given: &[Lifetime], generics: &Generics) -> Vec<Lifetime> {
    let declared = |name: &Ident| generics.lifetimes().any(|it| it.lifetime.ident == *name);
    let is_given = |name: &Ident| given.iter().any(|lifetime| lifetime.ident == *name);
    let mut found: Vec<Lifetime> = Vec::new();
    for param in params {
        let super::model::Source::Input(_) = &param.source else { continue };
        lifetimes::replace(param.ty.clone(), &mut |name, span| {
            let name = name?;
            if (is_given(name) || declared(name)) && found.iter().all(|other| other.ident != *name)
            {
                found.push(Lifetime { apostrophe: span, ident: name.clone() });
            }
            None
        });
    }
    found
}

/// What is declared of the lifetimes of inputs.
fn borrows(borrowed: Vec<Lifetime>, generics: &Generics) -> Vec<Borrow> {
    let known = borrowed.clone();
    let outlives = |lifetime: &Lifetime| {
        let declared = generics.lifetimes().find(|it| it.lifetime.ident == lifetime.ident);
        let inline = declared.into_iter().flat_map(|it| it.bounds.iter().cloned());
        let clause = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
        let clause = clause.filter_map(|predicate| match predicate {
            syn::WherePredicate::Lifetime(it) if it.lifetime.ident == lifetime.ident => {
                Some(it.bounds.iter().cloned())
            }
            _ => None,
        });
        let all: Vec<Lifetime> = inline.chain(clause.flatten()).collect();
        all.into_iter()
            .filter(|bound| {
                bound.ident == "static" || known.iter().any(|it| it.ident == bound.ident)
            })
            .collect()
    };
    borrowed
        .into_iter()
        .map(|lifetime| Borrow { outlives: outlives(&lifetime), lifetime })
        .collect()
}

/// What a function yields.
pub(super) fn output(
    it: &mut Function,
    options: &Options,
    borrowed: &[Lifetime],
    params: &[Param],
    errors: &mut Errors,
) -> Output {
    let ReturnType::Type(_, ty) = &mut it.sig.output else {
        if let Some(span) = options.fallible {
            errors.at(span, &Message::FallibleOfNothing);
        }
        return Output::plain(quote!(()));
    };
    let mut returned = ty.to_token_stream();
    let looks = types::result_segment(ty).is_some();
    let places = types::result_segment(ty).and_then(types::two_arguments);
    let is_path = matches!(types::bare(ty), Type::Path(_) | Type::Macro(_));
    if let Some((span, written)) = types::without_a_size(ty) {
        let error = errors.as_type(span, &Message::UnsizedOutput { ty: &written });
        **ty = Type::Verbatim(error.clone());
        return Output::plain(error);
    }
    if let Some(span) = types::placeholder_in(ty) {
        let error = errors.as_type(span, &Message::Placeholder);
        **ty = Type::Verbatim(error.clone());
        return Output::plain(error);
    }
    let unnamed = match types::bare(ty) {
        Type::Never(never) => Some((never.bang_token.span, Message::FlowNeverOutput)),
        _ => types::impl_trait(&returned).map(|span| (span, Message::FlowImplTraitOutput)),
    };
    if let Some((span, message)) = unnamed {
        // Whatever the type was to be: nothing that uses the value is to be an error.
        return Output::plain(errors.as_type(span, &message));
    }
    if let Some(span) = lifetimes::left_out(&returned) {
        let from_dependency = params.iter().any(|param| {
            matches!(param.source, super::model::Source::Dependency(_))
                && lifetimes::left_out(&param.ty).is_some()
        });
        let lifetime = match borrowed {
            [only] => only.clone(),
            several => {
                let message = match several {
                    [] if from_dependency => Message::FlowOutputFromDependency,
                    [] => Message::FlowOutput,
                    _ => Message::FlowOutputInDoubt,
                };
                errors.at(span, &message);
                Lifetime::new("'static", Span::call_site())
            }
        };
        returned = lifetimes::replace(returned, &mut |name, span| match name {
            None => Some(Lifetime { apostrophe: span, ident: lifetime.ident.clone() }),
            Some(_) => None,
        });
        **ty = Type::Verbatim(returned.clone());
    }
    let named = lifetimes::named(&returned);
    let declared = |name: &Ident| it.sig.generics.lifetimes().any(|l| l.lifetime.ident == *name);
    let is_input = |name: &Ident| borrowed.iter().any(|other| other.ident == *name);
    if let Some(other) = named.iter().find(|name| declared(name) && !is_input(name)) {
        errors.at(other.span(), &Message::FlowOutputFromDependency);
    }
    let borrows = borrowed.iter().filter(|lifetime| named.contains(&lifetime.ident));
    let borrows = borrows.cloned().collect();
    let sure = options.infallible.is_some();
    let fallible = !sure && (looks || options.fallible.is_some());
    let (value, error) = places.unwrap_or_else(|| (returned.clone(), returned.clone()));
    Output { returned, fallible, in_doubt: !sure && !fallible && is_path, borrows, value, error }
}
