//! Collects the errors of one item, so that they are all reported together and
//! no stage has to stop at the first.

use proc_macro2::Span;
use quote::ToTokens;

use crate::messages::Message;

/// The errors found so far.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

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
        match &mut self.0 {
            Some(all) => all.combine(error),
            none => *none = Some(error),
        }
    }

    /// All errors as one, if there are any.
    pub(crate) fn finish(self) -> Option<syn::Error> {
        self.0
    }
}
