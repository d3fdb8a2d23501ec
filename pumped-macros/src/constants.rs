//! Constants in types that `syn` cannot read without its feature `full`, as in
//! `[u8; if WIDE { 8 } else { 4 }]` and `Bits<{ let n = N; n }>`.
//!
//! They are rare, so an item is first read as it is. If that fails, each constant becomes the
//! argument of a macro, which `syn` leaves alone, and comes out again behind the expansion.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;

use crate::hygiene;
use crate::parse;

/// Its argument is a constant.
pub(crate) const MACRO: &str = "__pumped_constant";

/// The item with its constants hidden, if it can be read so.
pub(crate) fn hide(item: &TokenStream) -> Option<TokenStream> {
    let hidden = hide_in(item.clone(), true);
    parse::item(hidden.clone()).is_ok().then_some(hidden)
}

fn hide_in(tokens: TokenStream, is_item: bool) -> TokenStream {
    let mut all = tokens.into_iter().peekable();
    let mut hidden = TokenStream::new();
    let (mut before, mut is_function) = (None, false);
    while let Some(token) = all.next() {
        let is_last = is_item && all.peek().is_none();
        let next = match &token {
            TokenTree::Group(group) => {
                // Attributes and macros have a syntax of their own, and a body is not read.
                let is_opaque = matches!(before, Some('#' | '!')) || (is_last && is_function);
                let is_constant = matches!(before, Some('<' | ',' | '=')) && !is_last;
                (!is_opaque).then(|| {
                    let inner = match group.delimiter() {
                        Delimiter::Bracket => array(group.stream()),
                        Delimiter::Brace if is_constant => constant(&group.stream()),
                        Delimiter::None => hide_in(group.stream(), is_item),
                        Delimiter::Brace | Delimiter::Parenthesis => hide_in(group.stream(), false),
                    };
                    TokenTree::Group(hygiene::group(group.delimiter(), group.span(), inner))
                })
            }
            _ => None,
        };
        before = match &token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
        is_function |= matches!(&token, TokenTree::Ident(ident) if ident == "fn");
        hidden.extend([next.unwrap_or(token)]);
    }
    hidden
}

/// What stands in `[T; N]` or `[T]`.
fn array(tokens: TokenStream) -> TokenStream {
    let mut all = tokens.into_iter();
    let mut ty = TokenStream::new();
    for token in all.by_ref() {
        if matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';') {
            let (ty, length) = (hide_in(ty, false), constant(&all.collect()));
            return quote!(#ty #token #length);
        }
        ty.extend([token]);
    }
    hide_in(ty, false)
}

fn constant(tokens: &TokenStream) -> TokenStream {
    let name = Ident::new(MACRO, Span::call_site());
    quote!(#name! { #tokens })
}

/// The tokens with the constants that were hidden in them.
pub(crate) fn show(tokens: TokenStream) -> TokenStream {
    let mut all = tokens.into_iter();
    let mut shown = TokenStream::new();
    while let Some(token) = all.next() {
        match token {
            TokenTree::Ident(ident) if ident == MACRO => {
                if let (Some(_), Some(TokenTree::Group(constant))) = (all.next(), all.next()) {
                    shown.extend(constant.stream());
                }
            }
            TokenTree::Group(group) if holds_any(group.stream()) => {
                let inner = show(group.stream());
                let group = hygiene::group(group.delimiter(), group.span(), inner);
                shown.extend([TokenTree::Group(group)]);
            }
            token => shown.extend([token]),
        }
    }
    shown
}

fn holds_any(tokens: TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == MACRO,
        TokenTree::Group(group) => holds_any(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
