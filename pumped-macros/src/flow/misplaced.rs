//! An `#[input]` on the type of a parameter, where no attribute may stand: what is meant is
//! clear, so the flow is read as if it stood before the name.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::fallback::is_input;
use crate::hygiene;
use crate::messages::Message;
use crate::parse::{self, Item};
use crate::report::Errors;

/// The item with every `#[input]` in its place, if that is what was wrong with it.
pub(crate) fn read(item: &TokenStream, errors: &mut Errors) -> Option<Item> {
    let mut misplaced = Vec::new();
    let item = item.clone().into_iter().map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            let params = moved(group.stream(), &mut misplaced);
            TokenTree::Group(hygiene::group(group.delimiter(), group.span(), params))
        }
        token => token,
    });
    let item = parse::item(item.collect()).ok()?;
    for (name, attribute) in misplaced {
        let name = name.to_string();
        errors.over(attribute, &Message::InputBeforeType { name: &name });
    }
    Some(item)
}

/// `#[input] name:` for each `name: #[input]`.
fn moved(params: TokenStream, misplaced: &mut Vec<(TokenTree, TokenStream)>) -> TokenStream {
    let mut left: Vec<TokenTree> = Vec::new();
    let mut all = params.into_iter().peekable();
    while let Some(token) = all.next() {
        let after_colon =
            matches!(left.last(), Some(TokenTree::Punct(colon)) if colon.as_char() == ':');
        if after_colon && is_input(Some(&token), all.peek()) {
            let attribute: TokenStream = [Some(token), all.next()].into_iter().flatten().collect();
            let (colon, name) = (left.pop(), left.pop());
            left.extend(attribute.clone());
            left.extend(name.clone());
            left.extend(colon);
            misplaced.extend(name.map(|name| (name, attribute)));
            continue;
        }
        left.push(token);
    }
    left.into_iter().collect()
}
