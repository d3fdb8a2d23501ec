//! A function, as far as we look into it: its body and its patterns stay tokens.
//!
//! `syn` has types for these with its feature `full`, which would take it twice as long to
//! compile, for everyone who depends on pumped.

use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::discouraged::Speculative;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Generics, Ident, Lifetime, ReturnType, Token, Type, Visibility};
use syn::{parenthesized, token};

use crate::expression;
use crate::hygiene;
use crate::types;

pub(crate) struct Function {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) sig: Signature,
    /// None: the function ends in `;`.
    pub(crate) body: Option<Group>,
}

/// All between the visibility and the body.
#[derive(Clone)]
pub(crate) struct Signature {
    /// What stands before the `fn`, in any order: whether it may is for rustc to say.
    qualifiers: Vec<TokenTree>,
    pub(crate) asyncness: Option<Token![async]>,
    pub(crate) unsafety: Option<Token![unsafe]>,
    pub(crate) fn_token: Token![fn],
    pub(crate) ident: Ident,
    pub(crate) generics: Generics,
    paren: token::Paren,
    pub(crate) inputs: Punctuated<Input, Token![,]>,
    pub(crate) output: ReturnType,
}

#[derive(Clone)]
pub(crate) enum Input {
    /// `self` in any form.
    Receiver(TokenStream),
    Parameter(Parameter),
    /// `...`, with its name if it has one.
    Variadic(TokenStream),
}

#[derive(Clone)]
pub(crate) struct Parameter {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) pattern: Pattern,
    colon: Token![:],
    pub(crate) ty: Box<Type>,
}

#[derive(Clone)]
pub(crate) struct Pattern {
    tokens: TokenStream,
    /// The name in `name` and `mut name`.
    pub(crate) name: Option<Ident>,
}

impl Function {
    /// Reads what follows `attrs` and `vis`.
    pub(crate) fn parse(
        input: ParseStream<'_>,
        attrs: Vec<Attribute>,
        vis: Visibility,
    ) -> syn::Result<Self> {
        let sig: Signature = input.parse()?;
        if input.parse::<Option<Token![;]>>()?.is_some() {
            return Ok(Self { attrs, vis, sig, body: None });
        }
        let at = input.span();
        let Some(body) = block(input.parse()?) else {
            return Err(syn::Error::new(at, "expected `{` or `;`"));
        };
        Ok(Self { attrs, vis, sig, body: Some(body) })
    }

    /// The place of a `Self`, in the signature or in the body, that is the type of an `impl`
    /// around it.
    pub(crate) fn self_of_an_impl(&self) -> Option<Span> {
        let Self { sig, body, .. } = self;
        let inputs = may_say_self(sig.paren.span.join()).then(|| sig.inputs.to_token_stream());
        let body = body.as_ref().filter(|body| may_say_self(body.span()));
        types::self_type(&sig.output.to_token_stream())
            .or_else(|| types::self_type(&inputs?))
            .or_else(|| types::self_of_an_impl(&body?.stream()))
    }
}

/// The block, taken out of the group that `macro_rules!` puts around a `$body:block`.
fn block(token: TokenTree) -> Option<Group> {
    let TokenTree::Group(group) = token else {
        return None;
    };
    match group.delimiter() {
        Delimiter::Brace => Some(group),
        Delimiter::None => block(group.stream().into_iter().next()?),
        Delimiter::Parenthesis | Delimiter::Bracket => None,
    }
}

/// Whether the text at `span` has the word. To ask for it is one question, to look through
/// tokens is one for each group.
fn may_say_self(span: Span) -> bool {
    span.source_text().is_none_or(|text| text.contains("Self"))
}

impl ToTokens for Function {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Self { attrs, vis, sig, body } = self;
        let end = body.is_none().then(|| quote!(;));
        tokens.extend(quote!(#(#attrs)* #vis #sig #body #end));
    }
}

impl Signature {
    /// The place of the first token.
    pub(crate) fn begin(&self) -> Span {
        self.qualifiers.first().map_or(self.fn_token.span, TokenTree::span)
    }

    /// Makes the first token one that stands at `span`.
    pub(crate) fn set_begin(&mut self, span: Span) {
        match self.qualifiers.first_mut() {
            Some(first) => first.set_span(span),
            None => self.fn_token.span = span,
        }
    }

    /// The signature with `<>` behind the name if nothing else is there.
    pub(crate) fn with_generics(&self) -> TokenStream {
        if !self.generics.params.is_empty() {
            return self.to_token_stream();
        }
        self.with(hygiene::no_parameters(self.ident.span()))
    }

    /// The signature with `parameters` behind the name.
    fn with(&self, parameters: impl ToTokens) -> TokenStream {
        let Self { qualifiers, fn_token, ident, generics, inputs, output, .. } = self;
        let mut tokens = quote!(#(#qualifiers)* #fn_token #ident #parameters);
        self.paren.surround(&mut tokens, |tokens| inputs.to_tokens(tokens));
        let clause = &generics.where_clause;
        tokens.extend(quote!(#output #clause));
        tokens
    }

    /// The first `self`.
    pub(crate) fn receiver(&self) -> Option<&TokenStream> {
        self.inputs.iter().find_map(|input| match input {
            Input::Receiver(receiver) => Some(receiver),
            Input::Parameter(_) | Input::Variadic(_) => None,
        })
    }

    /// Takes the `async` away.
    pub(crate) fn take_async(&mut self) -> Option<Token![async]> {
        let is_async = |token: &TokenTree| matches!(token, TokenTree::Ident(it) if it == "async");
        let qualifiers = std::mem::take(&mut self.qualifiers).into_iter();
        self.qualifiers = qualifiers.filter(|token| !is_async(token)).collect();
        self.asyncness.take()
    }

    pub(crate) fn parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.inputs.iter().filter_map(|input| match input {
            Input::Parameter(parameter) => Some(parameter),
            Input::Receiver(_) | Input::Variadic(_) => None,
        })
    }

    pub(crate) fn parameters_mut(&mut self) -> impl Iterator<Item = &mut Parameter> {
        self.inputs.iter_mut().filter_map(|input| match input {
            Input::Parameter(parameter) => Some(parameter),
            Input::Receiver(_) | Input::Variadic(_) => None,
        })
    }
}

impl Parse for Signature {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut qualifiers = Vec::new();
        let (mut asyncness, mut unsafety) = (None, None);
        while !input.is_empty() && !input.peek(Token![fn]) {
            if input.peek(Token![async]) {
                asyncness = Some(input.fork().parse()?);
            } else if input.peek(Token![unsafe]) {
                unsafety = Some(input.fork().parse()?);
            }
            qualifiers.push(input.parse()?);
        }
        let fn_token = input.parse()?;
        let ident = input.parse()?;
        let mut generics: Generics = input.parse()?;
        let content;
        let paren = parenthesized!(content in input);
        let inputs = Punctuated::parse_terminated(&content)?;
        let output = input.parse()?;
        generics.where_clause = input.parse()?;
        Ok(Self {
            qualifiers,
            asyncness,
            unsafety,
            fn_token,
            ident,
            generics,
            paren,
            inputs,
            output,
        })
    }
}

impl ToTokens for Signature {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.with(&self.generics));
    }
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        if begins_receiver(input) {
            let receiver = to_comma(input)?;
            return Ok(Self::Receiver(quote!(#(#attrs)* #receiver)));
        }
        if input.peek(Token![...]) {
            let dots = to_comma(input)?;
            return Ok(Self::Variadic(quote!(#(#attrs)* #dots)));
        }
        let pattern: Pattern = input.parse()?;
        let colon = input.parse()?;
        if input.peek(Token![...]) {
            let dots = to_comma(input)?;
            return Ok(Self::Variadic(quote!(#(#attrs)* #pattern #colon #dots)));
        }
        Ok(Self::Parameter(Parameter { attrs, pattern, colon, ty: input.parse()? }))
    }
}

/// `self`, `mut self`, `&self`, `&'a mut self`.
fn begins_receiver(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    let read = || {
        if ahead.parse::<Option<Token![&]>>()?.is_some() {
            ahead.parse::<Option<Lifetime>>()?;
        }
        ahead.parse::<Option<Token![mut]>>()?;
        ahead.parse::<Token![self]>()
    };
    read().is_ok() && !ahead.peek(Token![::])
}

/// All up to the comma that is not in a type's arguments.
fn to_comma(input: ParseStream<'_>) -> syn::Result<TokenStream> {
    let mut tokens = TokenStream::new();
    while !input.is_empty() && !input.peek(Token![,]) {
        if input.peek(Token![:]) {
            let colon: Token![:] = input.parse()?;
            let ty: Type = input.parse()?;
            tokens.extend(quote!(#colon #ty));
        } else {
            input.parse::<TokenTree>()?.to_tokens(&mut tokens);
        }
    }
    Ok(tokens)
}

impl ToTokens for Input {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Receiver(written) | Self::Variadic(written) => written.to_tokens(tokens),
            Self::Parameter(Parameter { attrs, pattern, colon, ty }) => {
                tokens.extend(quote!(#(#attrs)* #pattern #colon #ty));
            }
        }
    }
}

impl Pattern {
    /// Whether it is a plain name, or none.
    pub(crate) fn is_name(&self) -> bool {
        self.name.is_some() || self.tokens.to_string() == "_"
    }
}

impl Pattern {
    /// Whether it can be one: neither nothing, nor a keyword alone, nor brackets and a name.
    fn is_one(&self) -> bool {
        let mut tokens = self.tokens.clone().into_iter();
        match (tokens.next(), tokens.next()) {
            (None, _) => false,
            (Some(TokenTree::Ident(word)), None) => word == "_",
            (Some(TokenTree::Group(_)), next) => !matches!(next, Some(TokenTree::Ident(_))),
            _ => true,
        }
    }
}

impl Parse for Pattern {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(Token![let]) || input.peek(Token![@]) {
            return Err(input.error("expected a pattern"));
        }
        let ahead = input.fork();
        let mutability: Option<Token![mut]> = ahead.parse()?;
        if let Ok(name) = ahead.parse::<Ident>()
            && ends_pattern(&ahead)
        {
            input.advance_to(&ahead);
            return Ok(Self { tokens: quote!(#mutability #name), name: Some(name) });
        }
        let mut tokens = TokenStream::new();
        while !input.is_empty() && !ends_pattern(input) {
            if let Some(path) = expression::read(input, expression::turbofish) {
                tokens.extend(path);
            } else if input.peek(Token![::]) {
                input.parse::<Token![::]>()?.to_tokens(&mut tokens);
            } else {
                input.parse::<TokenTree>()?.to_tokens(&mut tokens);
            }
        }
        let pattern = Self { tokens, name: None };
        if pattern.is_one() { Ok(pattern) } else { Err(input.error("expected a pattern")) }
    }
}

/// At the `:` before the type, or where it is missing.
fn ends_pattern(input: ParseStream<'_>) -> bool {
    input.peek(Token![,]) || (input.peek(Token![:]) && !input.peek(Token![::]))
}

impl ToTokens for Pattern {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        self.tokens.to_tokens(tokens);
    }
}
