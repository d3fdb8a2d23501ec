//! Values with other libraries, each as its own documentation would have it.

use std::fmt::{Result, Write as _};

use super::{list, main, sum};
use crate::compile_time::graph::Graph;

/// Components behind traits, and a module that knows them. A component is a struct of what
/// it depends on, so what is computed from that is kept beside it when it is first read.
pub(super) fn shaku(graph: Graph, code: &mut String) -> Result {
    code.push_str(
        "use std::sync::{Arc, OnceLock};\n\
         use shaku::{Component, HasComponent, Interface, module};\n",
    );
    for (node, below) in graph.declarations() {
        let fields =
            list(&below, |at, below| format!("#[shaku(inject)] d{at}: Arc<dyn N{below}>, "));
        let sum = sum(&below, |at| format!("self.d{at}.sum()"));
        writeln!(
            code,
            "pub trait N{node}: Interface {{ fn sum(&self) -> u64; }}\n\
             #[derive(Component)]\n#[shaku(interface = N{node})]\n\
             pub struct V{node} {{ {fields}#[shaku(default)] sum: OnceLock<u64> }}\n\
             impl N{node} for V{node} {{ fn sum(&self) -> u64 {{ \
             *self.sum.get_or_init(|| 1u64{sum}) }} }}"
        )?;
    }
    let all: Vec<_> = (0..graph.nodes()).map(|node| format!("V{node}")).collect();
    let all = all.join(", ");
    writeln!(code, "module! {{ pub App {{ components = [{all}], providers = [] }} }}")?;
    let value = |node| format!("{{ let it: &dyn N{node} = app.resolve_ref(); it.sum() }}");
    code.push_str(&main(graph, "let app = App::builder().build();", value));
    Ok(())
}

/// Injectables, which are made by value for each that needs them, and a provider.
pub(super) fn nject(graph: Graph, code: &mut String) -> Result {
    code.push_str("use nject::{inject, provider};\n#[provider]\npub struct App;\n");
    for (node, below) in graph.declarations() {
        let fields = list(&below, |at, below| format!("d{at}: V{below}, "));
        let moved = list(&below, |at, _| format!("d{at}, "));
        let sum = sum(&below, |at| format!("d{at}.sum"));
        writeln!(
            code,
            "#[inject(|{fields}| {{ let sum = 1u64{sum}; V{node} {{ {moved}sum }} }})]\n\
             pub struct V{node} {{ {fields}sum: u64 }}"
        )?;
    }
    let value = |node| format!("{{ let it: V{node} = App.provide(); it.sum }}");
    code.push_str(&main(graph, "", value));
    Ok(())
}

/// A registry of factories, and a container.
pub(super) fn froodi(graph: Graph, code: &mut String) -> Result {
    code.push_str(
        "use std::sync::Arc;\n\
         use froodi::DefaultScope::App;\n\
         use froodi::{Container, Inject, InstantiateErrorKind, registry};\n",
    );
    for (node, below) in graph.declarations() {
        let fields = list(&below, |at, below| format!("d{at}: Arc<V{below}>, "));
        let taken = list(&below, |at, below| format!("Inject(d{at}): Inject<V{below}>, "));
        let moved = list(&below, |at, _| format!("d{at}, "));
        let sum = sum(&below, |at| format!("d{at}.sum"));
        writeln!(
            code,
            "pub struct V{node} {{ {fields}sum: u64 }}\n\
             pub fn n{node}({taken}) -> Result<V{node}, InstantiateErrorKind> {{ \
             let sum = 1u64{sum}; Ok(V{node} {{ {moved}sum }}) }}"
        )?;
    }
    let all: Vec<_> = (0..graph.nodes()).map(|node| format!("provide(n{node})")).collect();
    let all = all.join(", ");
    let app = format!("let app = Container::new(registry! {{ scope(App) [{all}] }});");
    let value = |node| format!("app.get::<V{node}>().unwrap().sum");
    code.push_str(&main(graph, &app, value));
    Ok(())
}

/// Injectables that live in a component, which a build script and a macro at the end of the
/// program put together.
pub(super) fn lockjaw(graph: Graph, code: &mut String) -> Result {
    code.push_str("use lockjaw::{component, epilogue, injectable};\n");
    for (node, below) in graph.declarations() {
        let taken = list(&below, |at, below| format!("d{at}: &crate::V{below}, "));
        let sum = sum(&below, |at| format!("d{at}.sum"));
        writeln!(
            code,
            "pub struct V{node} {{ sum: u64 }}\n\
             #[injectable(scope: crate::App)]\n\
             impl V{node} {{ #[inject] pub fn new({taken}) -> Self {{ \
             V{node} {{ sum: 1u64{sum} }} }} }}"
        )?;
    }
    code.push_str("#[component]\npub trait App {\n");
    for node in graph.last() {
        writeln!(code, "fn n{node}(&self) -> &crate::V{node};")?;
    }
    code.push_str("}\n");
    let value = |node| format!("app.n{node}().sum");
    let app = "let app: Box<dyn App> = <dyn App>::new();";
    code.push_str(&main(graph, app, value));
    code.push_str("epilogue!();\n");
    Ok(())
}
