//! The documentation of what a flow declares.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{Attribute, ReturnType};

use super::model::Flow;
use crate::types;

/// The texts of the type and of the function that makes one.
pub(crate) fn of(flow: &Flow) -> (String, String) {
    let name = flow.ident.to_string();
    // A raw identifier cannot be linked to.
    let link = if name.starts_with("r#") { String::new() } else { format!("(fn@{name})") };
    let made_by = if link.is_empty() { format!("`{name}`") } else { format!("[`{name}`]{link}") };
    let made_by = format!("The flow {made_by} with its inputs, ready to be run.");
    let mut parts = vec![made_by];
    if let ReturnType::Type(_, _) = &flow.function.sig.output {
        let fails = if flow.output.fallible { ", so it can fail" } else { "" };
        let returned = types::shown(&flow.output.returned);
        parts.push(format!("Returns `{returned}`{fails}."));
    }
    let needs = flow.dependencies().map(|(_, param)| format!("`{}`", types::shown(&param.ty)));
    let needs: Vec<_> = needs.collect();
    if !needs.is_empty() {
        parts.push(format!("Needs {}.", needs.join(", ")));
    }
    let of_function =
        "\n\nThis makes a flow of its inputs, and runs nothing: give it to `exec` or `call`.";
    (parts.join("\n\n"), of_function.to_owned())
}

/// The texts of `preset` and `preset_with`.
pub(crate) fn of_presets(flow: &Flow) -> (String, String) {
    let name = flow.ident.to_string();
    (
        format!(
            "What stands in for `{name}` in a scope that is built with it: a closure over the inputs."
        ),
        format!(
            "What stands in for `{name}` in a scope that is built with it: a closure over the context and the inputs, which can run another flow."
        ),
    )
}

/// The attributes of the user's function that are the constructor's.
pub(crate) fn carried(attrs: &[Attribute]) -> TokenStream {
    let mut carried = TokenStream::new();
    for attr in attrs {
        let path = attr.path();
        if path.is_ident("cfg") || path.is_ident("doc") || path.is_ident("deprecated") {
            attr.to_tokens(&mut carried);
        }
    }
    carried
}
