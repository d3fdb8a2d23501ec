//! `Dep<config()>`: a function that is called where its name alone is meant. What is meant is
//! clear, so the item is read as if the parentheses were not there.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::hygiene;
use crate::messages::Message;
use crate::parse::{self, Item};
use crate::report::Errors;
use crate::reported;

/// The item without such parentheses, if that is what was wrong with it.
pub(crate) fn read(item: &TokenStream, errors: &mut Errors) -> Option<Item> {
    let mut called = Vec::new();
    let mut is_function = false;
    let item = item.clone().into_iter().map(|token| match token {
        // What a function calls in its body is its own.
        TokenTree::Group(group)
            if group.delimiter() == Delimiter::Parenthesis
                || (group.delimiter() == Delimiter::Brace && !is_function) =>
        {
            let inner = named(group.stream(), &mut called);
            TokenTree::Group(hygiene::group(group.delimiter(), group.span(), inner))
        }
        token => {
            is_function |= matches!(&token, TokenTree::Ident(it) if it == "fn");
            token
        }
    });
    let item = item.collect();
    if called.is_empty() {
        return None;
    }
    let item = parse::item(item).ok()?;
    for call in called {
        let name = call.clone().into_iter().next().map_or_else(String::new, |it| it.to_string());
        errors.over(call, &Message::CalledType { name: &name });
    }
    Some(item)
}

/// `config` for each `config()` that begins a type.
fn named(list: TokenStream, called: &mut Vec<TokenStream>) -> TokenStream {
    let mut left: Vec<TokenTree> = Vec::new();
    let mut all = list.into_iter().peekable();
    while let Some(token) = all.next() {
        let begins_type =
            matches!(left.last(), Some(TokenTree::Punct(it)) if "<:,".contains(it.as_char()));
        let next = all.peek();
        let is_call = matches!(token, TokenTree::Ident(_)) && reported::is_called(&token, next);
        let call = next.filter(|next| begins_type && is_call && is_nothing(next));
        if let Some(nothing) = call.cloned() {
            all.next();
            called.push([token.clone(), nothing].into_iter().collect());
        }
        left.push(token);
    }
    left.into_iter().collect()
}

/// `()`
fn is_nothing(token: &TokenTree) -> bool {
    let TokenTree::Group(group) = token else { return false };
    group.delimiter() == Delimiter::Parenthesis && group.stream().is_empty()
}
