//! What is the same in the signatures of executors and flows.

use syn::ext::IdentExt;
use syn::{Attribute, Ident, LitStr};

use crate::function::{Function, Input, Signature};
use crate::messages::{Message, Subject};
use crate::options::Options;
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
    if let Some(token) = &sig.unsafety {
        errors.at(token.span, &Message::UnsafeFunction { what });
    }
    for input in &sig.inputs {
        if let Input::Variadic(variadic) = input {
            errors.over(variadic, &Message::Variadic { what });
        }
    }
}

/// The names of the parameters.
pub(crate) fn locals(sig: &Signature) -> Vec<Ident> {
    sig.parameters().filter_map(|parameter| parameter.pattern.name.clone()).collect()
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
