//! The lifetimes of a type: those that are named, and those that were left out.

use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::Lifetime;

use crate::hygiene;

/// `tokens` with every lifetime replaced by what `replace` makes of it: of a name, or of
/// none where one was left out.
///
/// In `fn(&str) -> &str` and `Fn(&str) -> &str` the borrows are the type's own.
pub(crate) fn replace(
    tokens: TokenStream,
    replace_one: &mut dyn FnMut(Option<&Ident>, Span) -> Option<Lifetime>,
) -> TokenStream {
    let mut replaced = TokenStream::new();
    let mut all = tokens.into_iter().peekable();
    // Between the parameters of a function type and what may follow its arrow.
    let mut callable = false;
    while let Some(token) = all.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '&' => {
                let named =
                    matches!(all.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'');
                let span = punct.span();
                replaced.extend([TokenTree::Punct(punct)]);
                if !named
                    && !callable
                    && let Some(lifetime) = replace_one(None, span)
                {
                    lifetime.to_tokens(&mut replaced);
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                let Some(TokenTree::Ident(name)) = all.next() else {
                    replaced.extend([TokenTree::Punct(punct)]);
                    continue;
                };
                let left_out = name == "_";
                let new = match (left_out, callable) {
                    (true, true) => None,
                    (true, false) => replace_one(None, name.span()),
                    (false, _) => replace_one(Some(&name), name.span()),
                };
                match new {
                    Some(lifetime) => lifetime.to_tokens(&mut replaced),
                    None => replaced.extend([TokenTree::Punct(punct), TokenTree::Ident(name)]),
                }
            }
            TokenTree::Punct(punct) => {
                callable &= !matches!(punct.as_char(), ',' | ';' | '+');
                replaced.extend([TokenTree::Punct(punct)]);
            }
            TokenTree::Ident(ident) => {
                replaced.extend([TokenTree::Ident(ident)]);
                if let Some(TokenTree::Group(group)) = all.peek()
                    && group.delimiter() == Delimiter::Parenthesis
                {
                    callable = true;
                    replaced.extend(all.next());
                }
            }
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), replace(group.stream(), replace_one));
                inner.set_span(group.span());
                replaced.extend([TokenTree::Group(inner)]);
            }
            token @ TokenTree::Literal(_) => replaced.extend([token]),
        }
    }
    replaced
}

/// `tokens` with `'static` for every lifetime, but those that a `for<..>` declares.
pub(crate) fn for_ever(tokens: &TokenStream) -> TokenStream {
    let mut bound = Vec::new();
    declared_inside(tokens, &mut bound);
    replace(tokens.clone(), &mut |name, span| {
        let is_bound = name.is_some_and(|name| bound.contains(name));
        (!is_bound).then(|| Lifetime::new("'static", hygiene::quiet(span)))
    })
}

/// `tokens` with `'_` for every lifetime that is named, but `'static` and those that a
/// `for<..>` declares.
pub(crate) fn elided(tokens: &TokenStream) -> TokenStream {
    let free: Vec<Ident> = free(tokens).into_iter().map(|lifetime| lifetime.ident).collect();
    replace(tokens.clone(), &mut |name, span| {
        let is_free = name.is_some_and(|name| free.contains(name));
        is_free.then(|| Lifetime::new("'_", hygiene::quiet(span)))
    })
}

/// The lifetimes that `tokens` names, each once; `'static` is none.
pub(crate) fn named(tokens: &TokenStream) -> Vec<Ident> {
    let mut found: Vec<Ident> = Vec::new();
    replace(tokens.clone(), &mut |name, _| {
        if let Some(name) = name
            && name != "static"
            && !found.contains(name)
        {
            found.push(name.clone());
        }
        None
    });
    found
}

/// Whether `tokens` leaves a lifetime out.
pub(crate) fn left_out(tokens: &TokenStream) -> Option<Span> {
    let mut found = None;
    replace(tokens.clone(), &mut |name, span| {
        if name.is_none() {
            found.get_or_insert(span);
        }
        None
    });
    found
}

/// The lifetimes that `tokens` names, but those that a `for<..>` declares.
pub(crate) fn free(tokens: &TokenStream) -> Vec<Lifetime> {
    let mut bound = Vec::new();
    declared_inside(tokens, &mut bound);
    let names = named(tokens).into_iter().filter(|name| !bound.contains(name));
    names.map(|ident| Lifetime { apostrophe: ident.span(), ident }).collect()
}

fn declared_inside(tokens: &TokenStream, bound: &mut Vec<Ident>) {
    let mut all = tokens.clone().into_iter().peekable();
    let mut inside = false;
    while let Some(token) = all.next() {
        match token {
            TokenTree::Ident(ident) if ident == "for" => inside = true,
            TokenTree::Punct(punct) if punct.as_char() == '>' => inside = false,
            TokenTree::Punct(punct) if punct.as_char() == '\'' && inside => {
                if let Some(TokenTree::Ident(name)) = all.peek() {
                    bound.push(name.clone());
                }
            }
            TokenTree::Group(group) => declared_inside(&group.stream(), bound),
            _ => {}
        }
    }
}
