//! The macros as functions over text.
//!
//! A macro crate exports nothing but its macros, so its sources are compiled here once more.
#![allow(dead_code, unreachable_pub, reason = "what only the attributes themselves use")]

extern crate proc_macro;

#[path = "../../pumped-macros/src/beside.rs"]
mod beside;
#[path = "../../pumped-macros/src/called.rs"]
mod called;
#[path = "../../pumped-macros/src/constants.rs"]
mod constants;
#[path = "../../pumped-macros/src/executor/mod.rs"]
mod executor;
#[path = "../../pumped-macros/src/expression.rs"]
mod expression;
#[path = "../../pumped-macros/src/flow/mod.rs"]
mod flow;
#[path = "../../pumped-macros/src/function.rs"]
mod function;
#[path = "../../pumped-macros/src/generated.rs"]
mod generated;
#[path = "../../pumped-macros/src/hygiene.rs"]
mod hygiene;
#[path = "../../pumped-macros/src/lifetimes.rs"]
mod lifetimes;
#[path = "../../pumped-macros/src/messages.rs"]
mod messages;
#[path = "../../pumped-macros/src/options.rs"]
mod options;
#[path = "../../pumped-macros/src/parse.rs"]
mod parse;
#[path = "../../pumped-macros/src/report.rs"]
mod report;
#[path = "../../pumped-macros/src/reported.rs"]
mod reported;
#[path = "../../pumped-macros/src/signature.rs"]
mod signature;
#[path = "../../pumped-macros/src/suggest.rs"]
mod suggest;
#[path = "../../pumped-macros/src/types.rs"]
mod types;

use std::str::FromStr;

use proc_macro2::TokenStream;

/// Expands `#[executor(first line)] the rest`.
pub fn expand_executor(text: &str) {
    expand(text, executor::expand);
}

/// Expands `#[flow(first line)] the rest`.
pub fn expand_flow(text: &str) {
    expand(text, flow::expand);
}

fn expand(text: &str, expand: fn(TokenStream, &TokenStream) -> TokenStream) {
    let (options, item) = text.split_once('\n').unwrap_or(("", text));
    let Ok(options) = TokenStream::from_str(options) else { return };
    let Ok(item) = TokenStream::from_str(item) else { return };
    if !item.is_empty() {
        assert!(!expand(options, &item).is_empty(), "nothing came out");
    }
}
