//! Where an expression ends, whatever it is: `syn` reads all kinds only with its feature
//! `full`, and rustc is to read it anyway.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{AngleBracketedGenericArguments, ReturnType, Token, Type};

/// All up to the comma behind an expression. Commas of its own, outside of all brackets, are
/// those of a closure and of types.
pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    // Whether an operand may begin here: `|` and `<` are no operators then.
    let mut begins = true;
    while !input.is_empty() && !input.peek(Token![,]) {
        if begins && let Some(part) = read(input, closure) {
            tokens.extend(part);
        } else if let Some(part) =
            read(input, if begins { qualified } else { cast }).or_else(|| read(input, turbofish))
        {
            tokens.extend(part);
            begins = false;
        } else if let Some(or) = input.parse::<Option<Token![||]>>()? {
            or.to_tokens(&mut tokens);
            begins = true;
        } else {
            let token: TokenTree = input.parse()?;
            begins = comes_before_an_operand(&token);
            token.to_tokens(&mut tokens);
        }
    }
    if tokens.is_empty() {
        return Err(input.error("expected a value"));
    }
    Ok(tokens)
}

type Part = fn(ParseStream<'_>) -> syn::Result<TokenStream>;

/// What `part` reads, if it can.
pub(crate) fn read(input: ParseStream<'_>, part: Part) -> Option<TokenStream> {
    let ahead = input.fork();
    let tokens = part(&ahead).ok()?;
    input.advance_to(&ahead);
    Some(tokens)
}

/// `|a, b|`, and the type that it returns, if that is written.
fn closure(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    if let Some(none) = input.parse::<Option<Token![||]>>()? {
        none.to_tokens(&mut tokens);
    } else {
        input.parse::<Token![|]>()?.to_tokens(&mut tokens);
        while !input.peek(Token![|]) {
            input.parse::<TokenTree>()?.to_tokens(&mut tokens);
        }
        input.parse::<Token![|]>()?.to_tokens(&mut tokens);
    }
    input.parse::<ReturnType>()?.to_tokens(&mut tokens);
    Ok(tokens)
}

/// `::<A, B>`.
pub(crate) fn turbofish(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let colons: Token![::] = input.parse()?;
    let arguments: AngleBracketedGenericArguments = input.parse()?;
    Ok(quote!(#colons #arguments))
}

/// `as Map<A, B>`.
fn cast(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let token: Token![as] = input.parse()?;
    let ty = Type::without_plus(input)?;
    Ok(quote!(#token #ty))
}

/// `<Map<A, B> as Into<C>>`, or `<Map<A, B>>`.
fn qualified(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let open: Token![<] = input.parse()?;
    let ty: Type = input.parse()?;
    let of = if input.peek(Token![as]) { cast(input)? } else { TokenStream::new() };
    let close: Token![>] = input.parse()?;
    Ok(quote!(#open #ty #of #close))
}

fn comes_before_an_operand(token: &TokenTree) -> bool {
    const WORDS: [&str; 9] =
        ["async", "break", "else", "if", "in", "match", "move", "return", "static"];
    match token {
        TokenTree::Ident(ident) => WORDS.iter().any(|word| ident == word),
        TokenTree::Punct(punct) => punct.as_char() != '?',
        TokenTree::Group(_) | TokenTree::Literal(_) => false,
    }
}
