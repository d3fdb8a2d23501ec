//! What stands in for an item with an error: the least that makes its name a flow, so that
//! nothing that uses it is an error too.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::Path;

use super::expand;
use super::model::{Flow, Output};
use super::preset;
use super::validate::{self, Checked};
use crate::generated::{self, block_attributes, quiet_visibility, root, uses};
use crate::hygiene;
use crate::lifetimes;
use crate::options::Options;
use crate::parse;
use crate::report::Errors;
use crate::types;

/// The tokens as they came, and then the error: rustc reads them first, and says best
/// what is wrong with them. The function is out of the way in a block, and what its
/// callers see is a flow that takes as many inputs, of any types.
pub(crate) fn unparsed(item: &TokenStream, options: &Options, errors: Errors) -> TokenStream {
    let Some((name, inputs)) = head(item) else {
        let item = without_inputs(item.clone());
        let error = errors.finish();
        return quote!(#item #error);
    };
    let any = || quote_spanned!(Span::mixed_site()=> impl ::core::marker::Sized);
    let wrong = errors.first_as_type().unwrap_or_else(any);
    let error = errors.finish();
    let mixed = Span::mixed_site();
    let ident = hygiene::declared(&name);
    let vis = quiet_visibility(&parse::visibility(item.clone()));
    let krate = options.krate.as_ref();
    let root = root(krate);
    let inputs = vec![wrong; inputs];
    let returned = expand::returns(&unparsed_output(item, options));
    let implementation = implementation(&ident, &returned, &any_presets(&vis), krate);
    let item = without_inputs(item.clone());
    quote_spanned! {mixed=>
        #vis struct #ident {}
        #vis fn #ident(#(_: #inputs),*) -> #ident { #root::__private::not_run() }
        const _: () = { #item };
        #implementation
        #error
    }
}

/// What it returns, if that much can be read.
fn unparsed_output(item: &TokenStream, options: &Options) -> Output {
    let mut errors = Errors::default();
    let function = parse::without_parameters(item).filter(|it| it.sig.generics.params.is_empty());
    let output = function.map(|mut it| validate::output(&mut it, options, &[], &[], &mut errors));
    match (output, errors.finish()) {
        (Some(output), None) => for_ever(&output),
        _ => Output::plain(quote!(())),
    }
}

/// The identifier after the first `fn`, and how many inputs seem to follow it. None for a
/// method, beside which no type can stand.
pub(super) fn head(item: &TokenStream) -> Option<(Ident, usize)> {
    let mut tokens = item.clone().into_iter();
    tokens.find(|token| matches!(token, TokenTree::Ident(ident) if ident == "fn"))?;
    let TokenTree::Ident(name) = tokens.next()? else { return None };
    let name: Ident = syn::parse2(TokenTree::Ident(name).into()).ok()?;
    let params = tokens.find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Parenthesis => {
            Some(group.stream())
        }
        _ => None,
    })?;
    let has_self = |token: TokenTree| matches!(token, TokenTree::Ident(ident) if ident == "self");
    if params.clone().into_iter().any(has_self) {
        return None;
    }
    let all: Vec<TokenTree> = params.into_iter().collect();
    let inputs = all.windows(2).filter(|pair| is_input(pair.first(), pair.last())).count();
    Some((name, inputs))
}

/// Whether two tokens begin an `#[input]`.
pub(crate) fn is_input(first: Option<&TokenTree>, second: Option<&TokenTree>) -> bool {
    let (Some(TokenTree::Punct(hash)), Some(TokenTree::Group(group))) = (first, second) else {
        return false;
    };
    let name = group.stream().into_iter().next();
    hash.as_char() == '#'
        && group.delimiter() == Delimiter::Bracket
        && matches!(name, Some(TokenTree::Ident(name)) if name == "input")
}

/// `tokens` with a `#[cfg(all())]` for every `#[input]`, which rustc does not know. In its
/// place and not gone: what rustc has to say of the tokens around it stays the same, and
/// is said once.
fn without_inputs(tokens: TokenStream) -> TokenStream {
    let mut left = TokenStream::new();
    let mut all = tokens.into_iter().peekable();
    while let Some(token) = all.next() {
        if is_input(Some(&token), all.peek())
            && let Some(attribute) = all.next()
        {
            let inner = quote_spanned!(attribute.span()=> cfg(all()));
            let nothing = hygiene::group(Delimiter::Bracket, attribute.span(), inner);
            left.extend([token, TokenTree::Group(nothing)]);
            continue;
        }
        left.extend([match token {
            TokenTree::Group(group) => {
                let inner = without_inputs(group.stream());
                // rustc has found an error at the end of a group already, and shows it once.
                TokenTree::Group(hygiene::group(group.delimiter(), group.span_close(), inner))
            }
            token => token,
        }]);
    }
    left
}

/// The errors, and the item or a stand-in for it.
pub(crate) fn item(
    checked: Checked,
    error: Option<&TokenStream>,
    written: &TokenStream,
) -> TokenStream {
    let item = match checked {
        Checked::Flow(flow) => {
            let written = generated::written(&without_inputs(written.clone()));
            let stand_in = stand_in(*flow);
            quote!(#written #stand_in)
        }
        Checked::Other(item) => without_inputs(item),
    };
    quote!(#error #item)
}

/// A type without inputs and a function that pretends to make one: so there are no fields
/// whose types would be errors of their own.
pub(super) fn stand_in(mut flow: Flow) -> TokenStream {
    let mixed = Span::mixed_site();
    flow.output = output(&flow);
    let ident = hygiene::declared(&flow.ident);
    let vis = quiet_visibility(&flow.function.vis);
    let attrs = block_attributes(&flow.function.attrs);
    let root = root(flow.krate.as_ref());
    let (generics, _, clause) = flow.function.sig.generics.split_for_impl();
    let params = flow.inputs().map(|(_, param)| {
        let (cfgs, ty) = (&param.cfgs, &param.ty);
        quote_spanned!(mixed=> #(#cfgs)* _: #ty)
    });
    let presets = if has_named_inputs(&flow) { presets(&flow) } else { any_presets(&vis) };
    let returned = expand::returns(&flow.output);
    let implementation = implementation(&ident, &returned, &presets, flow.krate.as_ref());
    quote_spanned! {mixed=>
        #attrs
        #vis struct #ident {}
        #attrs
        #vis fn #ident #generics(#(#params),*) -> #ident #clause { #root::__private::not_run() }
        #attrs
        #implementation
    }
}

/// Whether the types of the inputs can stand in that of a closure.
fn has_named_inputs(flow: &Flow) -> bool {
    let generics = &flow.function.sig.generics;
    generics.lifetimes().count() == generics.params.len()
        && flow.inputs().all(|(_, param)| types::impl_trait(&param.ty).is_none())
        && flow.inputs().all(|(_, param)| param.cfgs.is_empty())
}

/// The output if it means something outside of the function, borrowing for ever.
fn output(flow: &Flow) -> Output {
    let generics = &flow.function.sig.generics;
    let types = generics.type_params().map(|param| &param.ident);
    let parameters: Vec<_> = types.chain(generics.const_params().map(|it| &it.ident)).collect();
    let output = &flow.output;
    if mentions(&output.returned, &parameters) {
        return Output::plain(quote!(()));
    }
    for_ever(output)
}

fn for_ever(output: &Output) -> Output {
    Output {
        returned: lifetimes::for_ever(&output.returned),
        value: lifetimes::for_ever(&output.value),
        error: lifetimes::for_ever(&output.error),
        borrows: Vec::new(),
        ..*output
    }
}

fn mentions(tokens: &TokenStream, names: &[&Ident]) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => names.iter().any(|name| **name == ident),
        TokenTree::Group(group) => mentions(&group.stream(), names),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// `preset` and `preset_with` for closures of the right types.
fn presets(flow: &Flow) -> TokenStream {
    let vis = quiet_visibility(&flow.function.vis);
    let plain = preset::closure(flow, false, &flow.output.returned);
    let with = preset::closure(flow, true, &expand::ran(flow));
    quote_spanned! {Span::mixed_site()=>
        #vis fn preset(_: impl #plain + 'static) -> __pumped::FlowPreset { __pumped::not_run() }
        #vis fn preset_with(_: impl #with + 'static) -> __pumped::FlowPreset { __pumped::not_run() }
    }
}

/// `preset` and `preset_with` for anything.
fn any_presets(vis: &syn::Visibility) -> TokenStream {
    quote_spanned! {Span::mixed_site()=>
        #vis fn preset<F>(_: F) -> __pumped::FlowPreset { __pumped::not_run() }
        #vis fn preset_with<F>(_: F) -> __pumped::FlowPreset { __pumped::not_run() }
    }
}

/// An impl that fits whatever is asked of it.
fn implementation(
    ident: &Ident,
    returned: &TokenStream,
    presets: &TokenStream,
    krate: Option<&Path>,
) -> TokenStream {
    let uses = uses(krate, false);
    quote_spanned! {Span::mixed_site()=>
        const _: () = {
            #uses
            #returned
            static __PUMPED_NODE: __pumped::Declaration =
                __pumped::Declaration::flow(__pumped::FlowSpec::PLAIN);
            impl __pumped::Flow<__PumpedReturns> for #ident {
                type Mode = __pumped::Broken;
                const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
                fn run(self, _: __pumped::Taking<'_>) -> __pumped::Ran<__PumpedReturns> {
                    __pumped::not_run()
                }
                fn replaced(
                    self,
                    _: &(dyn __pumped::Any + __pumped::Send + __pumped::Sync),
                    _: &__pumped::ExecutionCtx<'_>,
                ) -> __pumped::Ran<__PumpedReturns> {
                    __pumped::not_run()
                }
            }
            impl #ident { #presets }
        };
    }
}
