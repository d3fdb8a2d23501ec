//! The documentation of a key: what the function's signature says, seen from the
//! outside.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::ReturnType;

use super::model::{Declared, Executor, Mode};
use crate::function::Function;
use crate::types;

/// The text of the key that belongs to `function`.
pub(crate) fn of_key(executor: &Executor, function: &Function) -> String {
    let name = executor.ident.to_string();
    let output = value(executor, function);
    let first = match executor.mode {
        Mode::Provided => format!("The key of a `{output}` that the application provides."),
        // A raw identifier cannot be linked to.
        _ if name.starts_with("r#") => format!("The key of the executor `{name}`."),
        _ => format!("The key of the executor [`{name}`](fn@{name})."),
    };
    let mut parts = vec![first];
    if executor.mode != Mode::Provided {
        let fails = if executor.output.fallible { ", or fails" } else { "" };
        parts.push(format!("Yields `{output}`{fails}."));
    }
    if !executor.params.is_empty() {
        let needs = executor.params.iter().map(|param| format!("`{}`", code(&param.ty)));
        parts.push(format!("Needs {}.", needs.collect::<Vec<_>>().join(", ")));
    }
    if executor.mode == Mode::Async {
        parts.push("Async: `get_async` resolves it.".to_owned());
    }
    // Of the others `Kind` in the impl says it: types are not told apart by tokens.
    if executor.options.mutable {
        parts.push("Live: it can be updated.".to_owned());
    } else if executor.params.is_empty() {
        parts.push("Fixed: it never changes.".to_owned());
    }
    parts.join("\n\n")
}

/// The type of the value, or the return type where the value's has no name.
fn value(executor: &Executor, function: &Function) -> String {
    match &function.sig.output {
        ReturnType::Type(_, ty) if executor.output.projected => code(ty),
        _ => code(&executor.output.ty),
    }
}

fn code(tokens: impl ToTokens) -> String {
    types::shown(&tokens.into_token_stream())
}

/// The attributes of the user's function that are the key's, too.
pub(crate) fn carried(declared: &Declared, provided: bool) -> TokenStream {
    let mut carried = TokenStream::new();
    for attr in declared.attrs() {
        let path = attr.path();
        // A function keeps its docs to itself: the key links to it.
        let hidden = path.is_ident("doc") && matches!(attr.meta, syn::Meta::List(_));
        if path.is_ident("cfg") || hidden || (provided && path.is_ident("doc")) {
            attr.to_tokens(&mut carried);
        }
    }
    carried
}
