//! The syntax of what `#[executor]` and `#[flow]` may stand on.
//!
//! A body is never parsed: it is the user's and comes out as it went in, so that
//! a mistake in it is reported by rustc alone, and costs us nothing.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Data, DataStruct, DeriveInput, Fields, Generics, Ident, Token, Visibility};

use crate::function::Function;
use crate::hygiene;

/// An item by what it is.
pub(crate) enum Item {
    Function(Function),
    Struct(Struct),
    Other(Other),
}

pub(crate) struct Struct {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    pub(crate) data: DataStruct,
}

/// Something else, which comes back unchanged beside the error.
pub(crate) struct Other {
    pub(crate) found: &'static str,
    /// What the error points at.
    pub(crate) at: TokenTree,
    /// The type that it declares, if it is one and has no parameters.
    pub(crate) name: Option<Ident>,
    pub(crate) tokens: TokenStream,
}

pub(crate) fn item(tokens: TokenStream) -> syn::Result<Item> {
    let all = tokens.clone();
    (move |input: ParseStream<'_>| parse(input, all)).parse2(tokens)
}

fn parse(input: ParseStream<'_>, tokens: TokenStream) -> syn::Result<Item> {
    let attrs = input.call(Attribute::parse_outer)?;
    let vis: Visibility = input.parse()?;
    if input.peek(Token![struct]) {
        rest(input)?;
        return structure(tokens).map(Item::Struct);
    }
    if starts_function(input) {
        return Function::parse(input, attrs, vis).map(Item::Function);
    }
    let found = what(input);
    let at: TokenTree = input.parse()?;
    let name = match found {
        "an enum" | "a union" => {
            let name = input.parse::<Ident>()?;
            (!input.peek(Token![<])).then_some(name)
        }
        _ => None,
    };
    rest(input)?;
    Ok(Item::Other(Other { found, at, name, tokens }))
}

/// Whether it is a tuple struct without its `;`, which rustc has missed.
pub(crate) fn lacks_end(tokens: &TokenStream) -> bool {
    let mut all = tokens.clone().into_iter();
    let is_struct = all.any(|token| matches!(token, TokenTree::Ident(it) if it == "struct"));
    let is_list = |last: TokenTree| matches!(last, TokenTree::Group(list) if list.delimiter() == Delimiter::Parenthesis);
    is_struct && all.last().is_some_and(is_list)
}

/// The function, as far as it can be read without its parameters. What rustc takes for an
/// arrow is one here.
pub(crate) fn without_parameters(tokens: &TokenStream) -> Option<Function> {
    let mut all = tokens.clone().into_iter();
    let mut is_named = false;
    let head: TokenStream = all
        .by_ref()
        .take_while(|token| {
            is_named |= matches!(token, TokenTree::Ident(ident) if ident == "fn");
            let group = matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis);
            !(is_named && group)
        })
        .collect();
    let mut rest = all.peekable();
    let arrow = match rest.peek() {
        Some(TokenTree::Punct(punct)) => match punct.as_char() {
            ':' => rest.next().map(|_| quote!(->)),
            '=' => rest.nth(1).map(|_| quote!(->)),
            _ => None,
        },
        _ => None,
    };
    let rest: TokenStream = rest.collect();
    match item(quote!(#head () #arrow #rest)) {
        Ok(Item::Function(function)) => Some(function),
        _ => None,
    }
}

/// The visibility that begins an item, whatever follows.
pub(crate) fn visibility(tokens: TokenStream) -> Visibility {
    let parsed = (|input: ParseStream<'_>| {
        input.call(Attribute::parse_outer)?;
        let vis = input.parse()?;
        rest(input)?;
        Ok(vis)
    })
    .parse2(tokens);
    parsed.unwrap_or(Visibility::Inherited)
}

fn rest(input: ParseStream<'_>) -> syn::Result<()> {
    input.parse::<TokenStream>().map(drop)
}

/// Whether a `fn` comes after nothing but qualifiers.
fn starts_function(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    while ahead.peek(Token![const])
        || ahead.peek(Token![async])
        || ahead.peek(Token![unsafe])
        || ahead.peek(Token![extern])
        || ahead.peek(syn::LitStr)
    {
        if ahead.parse::<TokenTree>().is_err() {
            return false;
        }
    }
    ahead.peek(Token![fn])
}

fn structure(tokens: TokenStream) -> syn::Result<Struct> {
    let DeriveInput { attrs, vis, ident, generics, data } = syn::parse2(tokens)?;
    match data {
        Data::Struct(data) => Ok(Struct { attrs, vis, ident, generics, data }),
        Data::Enum(_) | Data::Union(_) => Err(syn::Error::new(ident.span(), "expected a struct")),
    }
}

impl ToTokens for Struct {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, ident, generics, data } = self;
        let DataStruct { struct_token, fields, semi_token } = data;
        let clause = &generics.where_clause;
        // As for a function: else rustc would take a dependency that it does not know for a
        // type parameter, once.
        let none = generics.params.is_empty().then(|| hygiene::no_parameters(ident.span()));
        tokens.extend(quote!(#(#attrs)* #vis #struct_token #ident #generics #none));
        tokens.extend(match fields {
            Fields::Named(_) | Fields::Unit => quote!(#clause #fields #semi_token),
            Fields::Unnamed(_) => {
                // Where it is missing, rustc has said so.
                let end = semi_token.unwrap_or_default();
                quote!(#fields #clause #end)
            }
        });
    }
}

fn what(input: ParseStream<'_>) -> &'static str {
    if input.peek(Token![enum]) {
        "an enum"
    } else if input.peek(Token![trait]) || input.peek2(Token![trait]) {
        "a trait"
    } else if input.peek(Token![impl]) || input.peek2(Token![impl]) {
        "an `impl` block"
    } else if input.peek(Token![mod]) {
        "a module"
    } else if input.peek(Token![static]) {
        "a static"
    } else if input.peek(Token![const]) {
        "a constant"
    } else if input.peek(Token![type]) {
        "a type alias"
    } else if input.peek(Token![use]) {
        "an import"
    } else if input.peek(Token![let]) {
        "a variable"
    } else if input.fork().parse::<Ident>().is_ok_and(|ident| ident == "union") {
        "a union"
    } else {
        "something else"
    }
}
