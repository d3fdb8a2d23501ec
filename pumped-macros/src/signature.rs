//! What is the same in the signatures of executors and flows.

use syn::ext::IdentExt;
use syn::{Attribute, FnArg, Ident, LitStr, Pat, PatType, Safety, Signature};

use crate::messages::{Message, Subject};
use crate::options::Options;
use crate::parse::Function;
use crate::report::Errors;

/// Refuses a second attribute of ours, which would declare the item again.
pub(crate) fn single_attribute(attrs: &mut Vec<Attribute>, what: Subject, errors: &mut Errors) {
    attrs.retain(|attr| {
        let Some(last) = attr.path().segments.last() else {
            return true;
        };
        let attribute = last.ident.to_string();
        let ours = matches!(attribute.as_str(), "executor" | "flow");
        if ours {
            errors.over(attr, &Message::DeclaredTwice { what, attribute: &attribute });
        }
        !ours
    });
}

/// Refuses what stands around the `fn` and does not fit.
pub(crate) fn qualifiers(it: &Function, what: Subject, errors: &mut Errors) {
    let sig = &it.sig;
    if let Safety::Unsafe(token) = &sig.safety {
        errors.at(token.span, &Message::UnsafeFunction { what });
    }
    if let Some(variadic) = &sig.variadic {
        errors.over(variadic, &Message::Variadic { what });
    }
}

/// The names of the parameters.
pub(crate) fn locals(sig: &Signature) -> Vec<Ident> {
    let names = sig.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(PatType { pat, .. }) => match &**pat {
            Pat::Ident(pat) => Some(pat.ident.clone()),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    names.collect()
}

/// Whether a pattern is a plain name, or none.
pub(crate) fn is_name(pat: &Pat) -> bool {
    match pat {
        Pat::Wild(_) => true,
        Pat::Ident(pat) => pat.by_ref.is_none() && pat.subpat.is_none(),
        _ => false,
    }
}

pub(crate) fn cfgs(attrs: &[Attribute]) -> Vec<Attribute> {
    attrs.iter().filter(|attr| attr.path().is_ident("cfg")).cloned().collect()
}

/// What the declaration is called.
pub(crate) fn name(options: &Options, ident: &Ident) -> LitStr {
    match &options.name {
        Some(name) => name.clone(),
        None => LitStr::new(&ident.unraw().to_string(), ident.span()),
    }
}
