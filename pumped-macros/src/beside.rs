//! Options that stand beside the attribute, as in `#[executor] #[mutable]`, instead of in it.

use quote::ToTokens;
use syn::{Attribute, Meta};

use crate::messages::{Message, Subject};
use crate::options::Known;
use crate::report::Errors;
use crate::types;

/// Takes attributes away that are called like an option, and says where they belong. rustc
/// knows none of them, unless a `derive` does.
pub(crate) fn options(
    attrs: &mut Vec<Attribute>,
    known: &Known,
    what: Subject,
    errors: &mut Errors,
) {
    if attrs.iter().any(|attr| attr.path().is_ident("derive")) {
        return;
    }
    attrs.retain(|attr| {
        let name = attr.path().get_ident().map(ToString::to_string);
        let Some(name) = name.filter(|name| known.names.contains(&name.as_str())) else {
            return true;
        };
        let option = match &attr.meta {
            Meta::List(_) if name != "meta" => format!("{name} = .."),
            meta => types::shown(&meta.to_token_stream()),
        };
        errors.over(attr, &Message::OptionBeside { name: &name, option: &option, what });
        false
    });
}
