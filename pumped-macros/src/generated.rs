//! Pieces of generated code that executors and flows have in common.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, Path, Visibility};

use crate::hygiene::{self, quiet};

pub(crate) fn quiet_visibility(vis: &Visibility) -> Visibility {
    let mut vis = vis.clone();
    match &mut vis {
        Visibility::Public(token) => token.span = quiet(token.span),
        Visibility::Restricted(restricted) => {
            restricted.pub_token.span = quiet(restricted.pub_token.span);
        }
        Visibility::Inherited => {}
    }
    vis
}

/// What of the item's attributes concerns the generated code as well.
pub(crate) fn block_attributes(attrs: &[Attribute]) -> TokenStream {
    let mut carried = TokenStream::new();
    for attr in attrs {
        let path = attr.path();
        if path.is_ident("cfg") || path.is_ident("allow") {
            attr.to_tokens(&mut carried);
        } else if path.is_ident("expect")
            && let syn::Meta::List(list) = &attr.meta
        {
            // What the user expects is met in the function, and may not be here.
            let lints = &list.tokens;
            carried.extend(quote_spanned!(Span::mixed_site()=> #[allow(#lints)]));
        } else if path.is_ident("deprecated") {
            carried.extend(quote_spanned!(Span::mixed_site()=> #[allow(deprecated)]));
        }
    }
    carried
}

/// The item as it was written, for an editor to help with what is being typed in it. rustc
/// is not shown it: it would find errors that follow from the one that there is.
pub(crate) fn written(item: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        #[allow(unexpected_cfgs)]
        const _: () = {
            #[cfg(rust_analyzer)]
            const _: () = { #item };
        };
    }
}

/// Where the library is.
pub(crate) fn root(krate: Option<&Path>) -> TokenStream {
    let given = krate.map(ToTokens::to_token_stream);
    given.unwrap_or_else(|| quote_spanned!(Span::mixed_site()=> ::pumped))
}

/// The import that every other path of the block goes through. Whether the output is a
/// `Result` by another name is asked of a trait.
pub(crate) fn uses(krate: Option<&Path>, asks_for_result: bool) -> TokenStream {
    let mixed = Span::mixed_site();
    let root = root(krate);
    let probe = asks_for_result.then(|| quote_spanned!(mixed=> use __pumped::NoResult as _;));
    quote_spanned!(mixed=> use #root::__private as __pumped; #probe)
}

/// The field `meta`, if there are values.
pub(crate) fn meta(values: &[TokenStream]) -> TokenStream {
    if values.is_empty() {
        return TokenStream::new();
    }
    let values = values.iter().map(boxed);
    quote_spanned! {Span::mixed_site()=>
        meta: __pumped::Option::Some({
            static __PUMPED_META: __pumped::MetaCell = __pumped::MetaCell::new(
                || __pumped::meta_list([#(#values),*])
            );
            &__PUMPED_META
        }),
    }
}

/// `Meta::boxed(value)`, at the value.
fn boxed(value: &TokenStream) -> TokenStream {
    let (first, last) = hygiene::ends(value);
    let path = quote_spanned!(quiet(first)=> __pumped::Meta::boxed);
    let argument = hygiene::parenthesized(last, value.clone());
    quote!(#path #argument)
}
