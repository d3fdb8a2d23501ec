//! `#[executor]`: from the item to the key, the node and the `Executor` impl.

mod build;
mod docs;
mod expand;
mod fallback;
mod model;
mod params;
mod validate;

#[cfg(test)]
mod tests;

use proc_macro2::TokenStream;

use crate::called;
use crate::constants;
use crate::flow;
use crate::messages::{Message, Subject};
use crate::options;
use crate::parse;
use crate::report::Errors;
use crate::reported;

/// The whole attribute: cannot fail, because what is wrong is reported in place.
pub(crate) fn expand(options: TokenStream, item: &TokenStream) -> TokenStream {
    let read = parse::item(item.clone());
    if read.is_err()
        && let Some(hidden) = constants::hide(item)
    {
        return constants::show(expand(options, &hidden));
    }
    let mut errors = Errors::default();
    let options = options::parse(options, &options::OF_EXECUTORS, &mut errors);
    let read = match read.or_else(|error| called::read(item, &mut errors).ok_or(error)) {
        Ok(read) => read,
        Err(error) => {
            if !reported::is_reported(item) {
                errors.at(error.span(), &Message::Unread { what: Subject::Executor });
            }
            return fallback::unparsed(item, &options, errors);
        }
    };
    let krate = options.krate.clone();
    let checked = validate::item(read, options, &mut errors);
    let has_placed = errors.has_placed();
    match (errors.finish(), checked) {
        (None, validate::Checked::Executor(executor)) => expand::executor(&executor),
        (error, checked) => {
            // What has to stand in the item itself would be lost.
            let flow = if has_placed { None } else { flow::stand_in(item, krate) };
            fallback::item(checked, flow, error.as_ref(), item)
        }
    }
}
