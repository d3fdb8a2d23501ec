//! Where generated tokens claim to come from.
//!
//! A span decides three things: which names a token can see, where an error is
//! shown, and whether lints look at it. Code of ours is `mixed_site`, so that
//! lints leave it alone and its locals cannot meet the user's. What an error
//! should point at has the user's own span.

use proc_macro2::{Delimiter, Group, Ident, Punct, Span, TokenStream, TokenTree};

/// An identifier of ours that stands for `name`: visible to everyone, shown at
/// `name`, and exempt from the lints on names, docs and reachability.
pub(crate) fn declared(name: &Ident) -> Ident {
    let mut ident = name.clone();
    ident.set_span(quiet(name.span()));
    ident
}

/// `span` as a place of generated code.
pub(crate) fn quiet(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The first and the last token's span.
pub(crate) fn ends(tokens: &TokenStream) -> (Span, Span) {
    let mut all = tokens.clone().into_iter();
    let Some(first) = all.next() else {
        return (Span::call_site(), Span::call_site());
    };
    let last = all.last().map(|token| token.span());
    (first.span(), last.unwrap_or_else(|| first.span()))
}

/// Hides the parameters from the types that stand beside them.
///
/// In `config: Dep<config>` without the import, rustc finds the parameter
/// `config` and complains about a non-constant value. A parameter is a local, and
/// locals are invisible to `mixed_site` names, while types are not: the error
/// becomes the one to be expected, that there is no such type.
pub(crate) fn without_locals(tokens: TokenStream, locals: &[Ident]) -> TokenStream {
    let hidden = Span::mixed_site();
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(mut ident) if locals.contains(&ident) => {
                ident.set_span(hidden.located_at(ident.span()));
                TokenTree::Ident(ident)
            }
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), without_locals(group.stream(), locals));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            token @ (TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_)) => token,
        })
        .collect()
}

/// `<>`, at a name.
pub(crate) fn no_parameters(name: Span) -> TokenStream {
    let at = quiet(name);
    [punct('<', at), punct('>', at)].map(TokenTree::Punct).into_iter().collect()
}

/// One of the characters `<` and `>` at `span`.
pub(crate) fn punct(character: char, span: Span) -> Punct {
    let mut punct = Punct::new(character, proc_macro2::Spacing::Alone);
    punct.set_span(span);
    punct
}

/// `(tokens)` whose parentheses are at `span`: an expression ends where they do.
pub(crate) fn parenthesized(span: Span, tokens: TokenStream) -> Group {
    group(Delimiter::Parenthesis, span, tokens)
}

/// `tokens` between delimiters that are at `span`.
pub(crate) fn group(delimiter: Delimiter, span: Span, tokens: TokenStream) -> Group {
    let mut group = Group::new(delimiter, tokens);
    group.set_span(span);
    group
}

/// A number for the declaration of `name`, from everything the macro knows of
/// its place: const code could compute it, but at some cost for each letter.
pub(crate) fn identity(name: &Ident) -> u64 {
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.add(name.to_string().as_bytes());
    hash.add(std::env::var("CARGO_CRATE_NAME").unwrap_or_default().as_bytes());
    if proc_macro::is_available() {
        let span = name.span().unwrap();
        hash.add(span.file().as_bytes());
        hash.add(&span.line().to_le_bytes());
        hash.add(&span.column().to_le_bytes());
    }
    hash.0
}

struct Fnv(u64);

impl Fnv {
    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().chain(&[0xff]) {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}
