//! The documentation of a key: what the function's signature says, seen from the
//! outside.

use proc_macro2::TokenStream;
use quote::ToTokens;

use super::model::{Declared, Executor, Mode};
use super::parse::Function;

/// The text of the key that belongs to `function`.
pub(crate) fn of_key(executor: &Executor, function: &Function) -> String {
    let name = executor.ident.to_string();
    let output = code(&executor.output.ty);
    let mut text = match executor.mode {
        Mode::Provided => format!("The key of a `{output}` that the application provides."),
        // A raw identifier cannot be linked to.
        Mode::Blocking if name.starts_with("r#") => format!("The key of the executor `{name}`."),
        Mode::Blocking => format!("The key of the executor [`{name}`](fn@{name})."),
    };
    if executor.mode != Mode::Provided {
        let fails = if executor.output.fallible { ", or fails" } else { "" };
        text.push_str(&format!("\n\nYields `{}`{fails}.", value(executor, function, output)));
    }
    if !executor.params.is_empty() {
        let needs: Vec<String> =
            executor.params.iter().map(|param| format!("`{}`", code(&param.ty))).collect();
        text.push_str(&format!("\n\nNeeds {}.", needs.join(", ")));
    }
    match executor.options.mutable {
        true => text.push_str("\n\nLive: it can be updated."),
        false if executor.params.is_empty() => text.push_str("\n\nFixed: it never changes."),
        // Types are not told apart by their tokens; `Kind` in the impl below says.
        false => {}
    }
    text
}

/// The type of the value, or the return type where that has no other name.
fn value(executor: &Executor, function: &Function, output: String) -> String {
    let projected = executor.output.fallible && output.contains("__pumped");
    if projected { code(&function.sig.output).trim_start_matches("-> ").to_owned() } else { output }
}

fn code(tokens: impl ToTokens) -> String {
    tokens.into_token_stream().to_string()
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
