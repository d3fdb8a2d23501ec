//! Collects the errors of one item, so that they are all reported together and
//! no stage has to stop at the first.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};

use crate::messages::Message;

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Errors {
    listed: Option<syn::Error>,
    placed: bool,
}

impl Errors {
    /// Reports `message` at one token.
    pub(crate) fn at(&mut self, span: Span, message: &Message<'_>) {
        self.syntax(syn::Error::new(span, message));
    }

    /// Reports `message` at everything that `tokens` covers.
    pub(crate) fn over(&mut self, tokens: impl ToTokens, message: &Message<'_>) {
        self.syntax(syn::Error::new_spanned(tokens, message));
    }

    /// Reports what the parser said.
    pub(crate) fn syntax(&mut self, error: syn::Error) {
        match &mut self.listed {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    /// Reports `message` by a statement, which has to stand in the body: the borrow checker
    /// then has nothing to say of that.
    pub(crate) fn as_statement(&mut self, span: Span, message: &Message<'_>) -> TokenStream {
        self.placed = true;
        syn::Error::new(span, message).to_compile_error()
    }

    /// Reports `message` by a type, which has to stand in the item.
    pub(crate) fn as_type(&mut self, span: Span, message: &Message<'_>) -> TokenStream {
        self.placed = true;
        type_of(&syn::Error::new(span, message))
    }

    /// The same at everything that `tokens` covers.
    pub(crate) fn as_type_over(
        &mut self,
        tokens: impl ToTokens,
        message: &Message<'_>,
    ) -> TokenStream {
        self.placed = true;
        type_of(&syn::Error::new_spanned(tokens, message))
    }

    /// Whether a mistake is reported by what stands in the item.
    pub(crate) fn has_placed(&self) -> bool {
        self.placed
    }

    /// Says that rustc will report a mistake, or has.
    pub(crate) fn left_to_rustc(&mut self) {
        self.placed = true;
    }

    /// The errors that are to stand beside the item, if there are any at all.
    pub(crate) fn finish(self) -> Option<TokenStream> {
        match self.listed {
            Some(all) => Some(all.to_compile_error()),
            None => self.placed.then(TokenStream::new),
        }
    }

    /// The first error once more, as a type: rustc reports the same at the same place once.
    pub(crate) fn first_as_type(&self) -> Option<TokenStream> {
        let first = self.listed.clone()?.into_iter().next()?;
        Some(type_of(&first))
    }
}

/// A type that is an error: whatever has it is used without another one. It is what becomes
/// of an associated type of an array whose length is an error; a macro in the place of a
/// type, which has to yield one, would be `()`.
fn type_of(error: &syn::Error) -> TokenStream {
    let error = error.to_compile_error();
    quote_spanned!(Span::mixed_site()=> <[(); #error] as ::core::ops::Deref>::Target)
}
