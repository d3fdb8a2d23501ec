//! The options in `#[executor(..)]` and `#[flow(..)]`. One that is wrong does not keep the others
//! from being read.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token, parenthesized, token};

use crate::expression;
use crate::messages::Message;
use crate::report::Errors;
use crate::suggest::nearest;
use crate::types;

/// The options that an attribute has.
pub(crate) struct Known {
    pub(crate) names: &'static [&'static str],
    /// Those that only the other attribute has.
    others: &'static [&'static str],
    /// The same as a sentence.
    list: &'static str,
}

pub(crate) const OF_EXECUTORS: Known = Known {
    names: &[
        "mutable",
        "eq",
        "eager",
        "name",
        "cleanup",
        "meta",
        "key",
        "fallible",
        "infallible",
        "crate",
    ],
    others: &[],
    list: "`mutable`, `eq`, `eager`, `name = \"..\"`, `cleanup = path`, `meta(..)`, `key = Ident`, \
        `fallible`, `infallible`, `crate = path`",
};

pub(crate) const OF_FLOWS: Known = Known {
    names: &["name", "meta", "fallible", "infallible", "crate"],
    others: &["mutable", "eq", "eager", "cleanup", "key"],
    list: "`name = \"..\"`, `meta(..)`, `fallible`, `infallible`, `crate = path`",
};

/// What was asked for, each with the place where it was.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) mutable: Option<Span>,
    pub(crate) eq: Option<Span>,
    pub(crate) eager: Option<Span>,
    pub(crate) fallible: Option<Span>,
    pub(crate) infallible: Option<Span>,
    pub(crate) name: Option<LitStr>,
    pub(crate) cleanup: Option<(Span, Path)>,
    pub(crate) meta: Option<Vec<TokenStream>>,
    pub(crate) key: Option<(Span, Ident)>,
    pub(crate) krate: Option<Path>,
}

pub(crate) fn parse(tokens: TokenStream, known: &Known, errors: &mut Errors) -> Options {
    let mut options = Options::default();
    let parsed = (|input: ParseStream<'_>| {
        all(input, known, &mut options, errors);
        Ok(())
    })
    .parse2(tokens);
    if let Err(error) = parsed {
        errors.syntax(error);
    }
    options
}

fn all(input: ParseStream<'_>, known: &Known, options: &mut Options, errors: &mut Errors) {
    let mut seen = Vec::new();
    while !input.is_empty() {
        match one(input, known, options, &mut seen, errors) {
            Ok(()) if input.is_empty() || input.peek(Token![,]) => {}
            Ok(()) => errors.at(input.span(), &Message::ExpectedComma),
            Err(error) => errors.syntax(error),
        }
        // To the next option, wherever the last one stopped making sense.
        while !input.is_empty() && !input.peek(Token![,]) {
            if input.parse::<TokenTree>().is_err() {
                return;
            }
        }
        if input.parse::<Option<Token![,]>>().is_err() {
            return;
        }
    }
}

fn one(
    input: ParseStream<'_>,
    known: &Known,
    options: &mut Options,
    seen: &mut Vec<String>,
    errors: &mut Errors,
) -> syn::Result<()> {
    let ident = match input.call(Ident::parse_any) {
        Ok(ident) => ident,
        Err(error) => {
            errors.at(error.span(), &Message::NoOption { list: known.list });
            return skip_value(input);
        }
    };
    let name = ident.to_string();
    let span = ident.span();
    if !known.names.contains(&name.as_str()) {
        let similar = nearest(&name, known.names);
        errors.at(
            span,
            &if name == "async" {
                Message::AsyncOption
            } else if known.others.contains(&name.as_str()) {
                Message::OptionOfExecutors { name: &name, list: known.list }
            } else {
                Message::UnknownOption { name: &name, similar, list: known.list }
            },
        );
        return skip_value(input);
    }
    if seen.contains(&name) {
        errors.at(span, &Message::RepeatedOption { name: &name });
        return skip_value(input);
    }
    let flag = match name.as_str() {
        "mutable" => Some(&mut options.mutable),
        "eq" => Some(&mut options.eq),
        "eager" => Some(&mut options.eager),
        "fallible" => Some(&mut options.fallible),
        "infallible" => Some(&mut options.infallible),
        _ => None,
    };
    match (flag, name.as_str()) {
        (Some(flag), _) => {
            *flag = Some(span);
            if has_value(input) {
                errors.at(span, &Message::OptionTakesNoValue { name: &name });
                skip_value(input)?;
            }
        }
        (None, "name") => options.name = Some(value(input, &ident, "a string", "name = \"..\"")?),
        (None, "cleanup") => {
            let path: Path = value(input, &ident, "the path of a function", "cleanup = path")?;
            if input.peek(token::Paren) {
                let called = types::shown(&path.to_token_stream());
                errors.at(input.span(), &Message::PathIsCalled { name: &name, path: &called });
                skip_value(input)?;
            }
            options.cleanup = Some((span, path));
        }
        (None, "key") => {
            options.key = Some((span, value(input, &ident, "an identifier", "key = Ident")?));
        }
        (None, "crate") => options.krate = Some(value(input, &ident, "a path", "crate = path")?),
        (None, _) => options.meta = Some(list(input, &ident)?),
    }
    seen.push(name);
    Ok(())
}

fn has_value(input: ParseStream<'_>) -> bool {
    input.peek(Token![=]) || input.peek(Token![:]) || input.peek(token::Paren)
}

fn skip_value(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The `= value` of `option`.
fn value<T: syn::parse::Parse>(
    input: ParseStream<'_>,
    option: &Ident,
    what: &str,
    example: &str,
) -> syn::Result<T> {
    let parsed = input.parse::<Token![=]>().and_then(|_| input.parse::<T>());
    parsed.map_err(|_| incomplete(option, what, example))
}

/// The values of `meta(..)`, which rustc reads.
fn list(input: ParseStream<'_>, option: &Ident) -> syn::Result<Vec<TokenStream>> {
    if !input.peek(token::Paren) {
        return Err(incomplete(option, "a list of values", "meta(value, ..)"));
    }
    let content;
    parenthesized!(content in input);
    let mut values = Vec::new();
    while !content.is_empty() {
        values.push(expression::parse(&content)?);
        content.parse::<Option<Token![,]>>()?;
    }
    Ok(values)
}

fn incomplete(option: &Ident, what: &str, example: &str) -> syn::Error {
    let name = option.to_string();
    syn::Error::new(option.span(), Message::OptionNeedsValue { name: &name, what, example })
}
