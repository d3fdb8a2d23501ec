//! What stands in for an item with an error: the item itself, and the least that
//! makes its name an executor, so that nothing that uses it is an error too.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};

use super::expand;
use super::model::Executor;
use super::validate::{self, Checked};
use crate::generated;
use crate::hygiene;
use crate::options::Options;
use crate::parse;
use crate::report::Errors;

/// The tokens as they came, and then the error.
///
/// They are no item that could be understood here. rustc reads them first, stops
/// at what is wrong, and says it best; ours remains for what only we refuse. The
/// key comes before both, so that the executor's users have nothing to report.
pub(crate) fn unparsed(item: &TokenStream, options: &Options, errors: Errors) -> TokenStream {
    let root = generated::root(options.krate.as_ref());
    let key = name_after("fn", item).map(|(name, _)| {
        let key = hygiene::declared(options.key.as_ref().map_or(&name, |(_, key)| key));
        let vis = generated::quiet_visibility(&parse::visibility(item.clone()));
        let implementation = implementation(&key, &output(item, options), &root);
        quote_spanned!(Span::mixed_site()=> #vis enum #key {} #implementation)
    });
    // Of a struct, rustc keeps at least the name.
    let structure = name_after("struct", item).filter(|(_, has_parameters)| !has_parameters);
    let structure = structure.map(|(name, _)| implementation(&name, &quote!(Self), &root));
    let end = parse::lacks_end(item).then(|| quote!(;));
    let error = errors.finish();
    quote!(#key #structure #item #end #error)
}

/// The type of the value, if that much can be read, so that whatever is done with it is none
/// of the errors.
fn output(item: &TokenStream, options: &Options) -> TokenStream {
    let mut errors = Errors::default();
    let function = parse::without_parameters(item);
    let output = function.map(|mut it| validate::output(&mut it, options, &mut errors));
    let output = output.filter(|_| errors.finish().is_none());
    output.map_or_else(|| quote!(()), |output| output.ty)
}

/// The identifier after the first `keyword`, and whether parameters follow it.
fn name_after(keyword: &str, item: &TokenStream) -> Option<(Ident, bool)> {
    let mut tokens = item.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == keyword))?;
    let TokenTree::Ident(name) = tokens.next()? else { return None };
    let name = syn::parse2(TokenTree::Ident(name).into()).ok()?;
    let parameters = matches!(tokens.next(), Some(TokenTree::Punct(it)) if it.as_char() == '<');
    Some((name, parameters))
}

/// The errors, the item without our attributes, and a stand-in for its impl: with inputs, it
/// is a flow for those who run it.
pub(crate) fn item(
    checked: Checked,
    flow: Option<TokenStream>,
    error: Option<&TokenStream>,
    written: &TokenStream,
) -> TokenStream {
    let item = match checked {
        Checked::Executor(executor) => {
            let written = generated::written(written);
            let stand_in = stand_in(&executor, flow);
            quote!(#written #stand_in)
        }
        Checked::Other(item, name) => {
            let implementation =
                name.map(|name| implementation(&name, &quote!(Self), &generated::root(None)));
            quote!(#item #implementation)
        }
    };
    quote!(#error #item)
}

fn stand_in(executor: &Executor, flow: Option<TokenStream>) -> TokenStream {
    // The type of a flow has the name of its function.
    let flow = flow.filter(|_| executor.key == executor.ident);
    let declared = flow.unwrap_or_else(|| expand::declared(executor));
    let attrs = generated::block_attributes(executor.declared.attrs());
    let root = generated::root(executor.options.krate.as_ref());
    let implementation = implementation(&executor.key, &executor.output.ty, &root);
    quote!(#declared #attrs #implementation)
}

fn implementation(key: &Ident, output: &TokenStream, root: &TokenStream) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            use #root::__private as __pumped;
            static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
            static __PUMPED_NODE: __pumped::Declaration =
                __pumped::Declaration::new::<#key>(__pumped::Spec::PLAIN, &__PUMPED_INDEX);
            impl __pumped::Executor for #key {
                type Output = #output;
                type Kind = __pumped::Broken;
                type Mode = __pumped::Broken;
                type Access = __pumped::Broken;
                const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
                fn build(_: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
                    __pumped::not_built()
                }
            }
        };
    }
}
