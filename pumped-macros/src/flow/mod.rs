//! `#[flow]`: from the function to the type of its inputs, the node and the `Flow` impl.

mod docs;
mod expand;
mod fallback;
mod misplaced;
mod model;
mod params;
mod preset;
mod validate;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;
use syn::Path;

use crate::called;
use crate::constants;
use crate::messages::{Message, Subject};
use crate::options::{self, Options};
use crate::parse;
use crate::report::Errors;
use crate::reported;

/// What stands in for a function that has inputs and is said to be an executor: a flow, which
/// those who run it take it for.
pub(crate) fn stand_in(item: &TokenStream, krate: Option<Path>) -> Option<TokenStream> {
    if fallback::head(item).is_none_or(|(_, inputs)| inputs == 0) {
        return None;
    }
    let options = Options { krate, ..Options::default() };
    let mut errors = Errors::default();
    match validate::item(parse::item(item.clone()).ok()?, options, &mut errors) {
        validate::Checked::Flow(flow) if !errors.has_placed() => Some(fallback::stand_in(*flow)),
        _ => None,
    }
}

/// The whole attribute: cannot fail, because what is wrong is reported in place.
pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let read = parse::item(item.clone());
    if read.is_err()
        && let Some(hidden) = constants::hide(item)
    {
        return constants::show(expand(options, &hidden));
    }
    let mut errors = Errors::default();
    let options = options::parse(options, &options::OF_FLOWS, &mut errors);
    let read = read.or_else(|error| {
        let meant = misplaced::read(item, &mut errors);
        meant.or_else(|| called::read(item, &mut errors)).ok_or(error)
    });
    let read = match read {
        Ok(read) => read,
        Err(error) => {
            if !reported::is_reported(item) {
                errors.at(error.span(), &Message::Unread { what: Subject::Flow });
            }
            return fallback::unparsed(item, &options, errors);
        }
    };
    let checked = validate::item(read, options, &mut errors);
    match (errors.finish(), checked) {
        (None, validate::Checked::Flow(flow)) => expand::flow(&flow),
        (error, checked) => fallback::item(checked, error.as_ref(), item),
    }
}
