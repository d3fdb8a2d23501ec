//! What stands in for an item with an error: the least that makes its name a flow, so that
//! nothing that uses it is an error too.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

use super::expand;
use super::model::Flow;
use super::preset;
use super::validate::Checked;
use crate::generated::{block_attributes, uses};
use crate::hygiene;
use crate::report::Errors;

/// The tokens as they came, and then the error: rustc reads them first, and says best
/// what is wrong with them.
pub(crate) fn unparsed(item: &TokenStream, errors: Errors) -> TokenStream {
    let error = errors.finish().map(|error| error.to_compile_error());
    quote!(#item #error)
}

/// The errors, and the item or a stand-in for it.
pub(crate) fn item(checked: Checked, error: Option<syn::Error>) -> TokenStream {
    let error = error.map(|error| error.to_compile_error());
    let item = match checked {
        Checked::Flow(flow) => stand_in(&flow),
        Checked::Other(item) => item,
    };
    quote!(#error #item)
}

/// The type and its constructor, and an impl that fits whatever is asked of it.
fn stand_in(flow: &Flow) -> TokenStream {
    let declared = expand::declared(flow);
    let attrs = block_attributes(&flow.function.attrs);
    let (bounded, lifetimes) = expand::generics(flow);
    let ident = hygiene::declared(&flow.ident);
    let uses = uses(flow.krate.as_ref(), false);
    let borrows = expand::borrows(flow);
    let returns = expand::returns(flow);
    let presets = preset::methods(flow);
    quote_spanned! {Span::mixed_site()=>
        #declared
        #attrs
        const _: () = {
            #uses
            #returns
            static __PUMPED_NODE: __pumped::FlowDeclaration =
                __pumped::FlowDeclaration::new(__pumped::FlowSpec::PLAIN);
            impl #bounded __pumped::Flow<__PumpedReturns #borrows> for #ident #lifetimes {
                type Mode = __pumped::Broken;
                const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
                fn run(self, _: &__pumped::ExecutionCtx<'_>) -> __pumped::Ran<__PumpedReturns #borrows> {
                    __pumped::not_run()
                }
                fn replaced(
                    self,
                    _: &(dyn __pumped::Any + __pumped::Send + __pumped::Sync),
                    _: &__pumped::ExecutionCtx<'_>,
                ) -> __pumped::Ran<__PumpedReturns #borrows> {
                    __pumped::not_run()
                }
            }
            #presets
        };
    }
}
