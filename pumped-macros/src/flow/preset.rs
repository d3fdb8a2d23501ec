//! What can stand in for a flow: a closure over its inputs.

use proc_macro2::{Delimiter, Span, TokenStream};
use quote::quote_spanned;
use syn::Lifetime;

use super::expand::{angled, ran};
use super::model::Flow;
use crate::generated::quiet_visibility;
use crate::hygiene;

/// The type of the closure that the runtime keeps.
///
/// The inputs have their lifetimes each time anew: a closure may not hold on to them.
pub(crate) fn closure(flow: &Flow, with_context: bool, returned: &TokenStream) -> TokenStream {
    let mixed = Span::mixed_site();
    let cx = with_context
        .then(|| quote_spanned!(mixed=> &'__pumped_cx __pumped::ExecutionCtx<'__pumped_cx>,));
    let of_cx = with_context.then(|| quote_spanned!(mixed=> '__pumped_cx,));
    let lifetimes = flow.lifetimes.iter().map(|borrow| &borrow.lifetime);
    let inputs = flow.inputs().map(|(_, param)| &param.ty);
    quote_spanned! {mixed=>
        for<#of_cx #(#lifetimes),*> __pumped::Fn(#cx #(#inputs),*) -> #returned + __pumped::Send + __pumped::Sync
    }
}

/// Whether an input may be cut: then there is no type that a closure could have.
fn has_cfg(flow: &Flow) -> bool {
    flow.inputs().any(|(_, param)| !param.cfgs.is_empty())
}

/// `preset` and `preset_with`.
pub(crate) fn methods(flow: &Flow) -> TokenStream {
    if has_cfg(flow) {
        return TokenStream::new();
    }
    let mixed = Span::mixed_site();
    let ident = hygiene::declared(&flow.ident);
    // Without names: those are the closure's.
    let lifetimes: Vec<_> = flow.lifetimes.iter().map(|_| Lifetime::new("'_", mixed)).collect();
    let lifetimes = angled(&lifetimes);
    let vis = quiet_visibility(&flow.function.vis);
    let names: Vec<_> = flow.inputs().map(|(name, _)| name).collect();
    let kept = closure(flow, true, &ran(flow));
    let plain = closure(flow, false, &flow.output.returned);
    let call = quote_spanned!(mixed=> __pumped_by(#(#names),*));
    let value = super::expand::ended(flow, flow.output.borrows.is_empty(), call);
    let (without, with) = super::docs::of_presets(flow);
    quote_spanned! {mixed=>
        type __PumpedPreset = __pumped::Box<dyn #kept>;
        impl #ident #lifetimes {
            #[doc = #without]
            #vis fn preset(__pumped_by: impl #plain + 'static) -> __pumped::FlowPreset {
                let __pumped_by: __PumpedPreset = __pumped::Box::new(move |_, #(#names),*| #value);
                __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
            }
            #[doc = #with]
            #vis fn preset_with(__pumped_by: impl #kept + 'static) -> __pumped::FlowPreset {
                let __pumped_by: __PumpedPreset = __pumped::Box::new(__pumped_by);
                __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
            }
        }
    }
}

/// The method that calls what stands in.
pub(crate) fn replaced(flow: &Flow) -> TokenStream {
    let mixed = Span::mixed_site();
    let ran = ran(flow);
    let (first, last) = hygiene::ends(&flow.output.returned);
    let function = quote_spanned!(first=> fn);
    let body = if has_cfg(flow) {
        quote_spanned!(mixed=> let _ = (__pumped_by, __pumped_cx); __pumped::not_run())
    } else {
        let names = flow.inputs().map(|(name, _)| name);
        quote_spanned! {mixed=>
            __pumped::preset_of::<__PumpedPreset>(__pumped_by)(__pumped_cx, #(self.#names),*)
        }
    };
    let body = hygiene::group(Delimiter::Brace, last, body);
    quote_spanned! {mixed=>
        #function replaced(
            self,
            __pumped_by: &(dyn __pumped::Any + __pumped::Send + __pumped::Sync),
            __pumped_cx: &__pumped::ExecutionCtx<'_>,
        ) -> #ran #body
    }
}
