//! Flows: what they take, what they return, and how they end.

use std::sync::atomic::{AtomicUsize, Ordering};

use pumped::error::ResolveErrorKind;
use pumped::prelude::*;

#[executor]
fn catalog() -> Vec<(&'static str, u32)> {
    vec![("tea", 3), ("rum", 20)]
}

#[executor(mutable)]
fn rate() -> u32 {
    2
}

#[flow]
fn price(
    catalog: Ref<'_, catalog>,
    #[input] sku: &str,
    #[input] amount: u32,
) -> Result<u32, String> {
    let found = catalog.iter().find(|(name, _)| *name == sku);
    found.map(|(_, price)| price * amount).ok_or_else(|| format!("no {sku}"))
}

#[test]
fn a_flow_takes_dependencies_and_inputs() {
    let scope = Scope::new();
    assert_eq!(scope.exec(price("tea", 2)).unwrap(), 6);
    assert!(
        matches!(scope.exec(price("gin", 2)), Err(FlowError::Failed(error)) if error == "no gin")
    );
}

#[flow]
fn longest<'a>(#[input] names: &'a [&'a str]) -> &'a str {
    names.iter().copied().max_by_key(|name| name.len()).unwrap_or("")
}

#[flow]
fn trimmed(cx: &ExecutionCtx<'_>, #[input] text: &str) -> &str {
    assert_eq!(cx.name(), "trimmed");
    text.trim()
}

#[flow]
fn pushes(#[input] list: &mut Vec<u32>, #[input] value: u32) {
    list.push(value);
}

#[test]
fn outputs_borrow_from_inputs_and_inputs_borrow_mutably() {
    let scope = Scope::new();
    let names = [String::from("ada"), String::from("grace")];
    let borrowed: Vec<&str> = names.iter().map(String::as_str).collect();
    assert_eq!(scope.exec(longest(&borrowed)).unwrap(), "grace");
    assert_eq!(scope.exec(trimmed("  x ")).unwrap(), "x");
    let mut list = vec![1];
    scope.exec(pushes(&mut list, 2)).unwrap();
    assert_eq!(list, [1, 2]);
}

#[flow]
fn live_pair(a: Ref<'_, rate>, b: Dep<rate>, c: Controller<rate>, d: Lazy<catalog>) -> (u32, u32) {
    c.update(*a + 1).unwrap();
    assert_eq!(d.get().unwrap().len(), 2);
    (*a, *b)
}

#[test]
fn a_flow_takes_live_values_controllers_and_lazy_ones() {
    let scope = Scope::new();
    assert_eq!(scope.exec(live_pair()).unwrap(), (2, 2));
    assert_eq!(scope.exec(live_pair()).unwrap(), (3, 3));
}

struct Tenant(&'static str);
struct Depth(u32);

#[flow]
fn tenant(tenant: Tag<Tenant>, depth: Option<Tag<Depth>>) -> (&'static str, Option<u32>) {
    (tenant.0, depth.map(|depth| depth.0))
}

#[flow]
fn outer(cx: &ExecutionCtx<'_>) -> Result<(&'static str, Option<u32>), Fault> {
    cx.set(Depth(1));
    cx.exec(tenant())
}

#[test]
fn rule_22_tags_are_read_upwards() {
    let scope = Scope::new();
    let missing = scope.exec(tenant()).unwrap_err();
    let FlowError::Resolve(error) = &missing else { panic!("{missing}") };
    assert_eq!(error.kind(), ResolveErrorKind::MissingTag);
    let scope = Scope::builder().tag(Tenant("scope")).build().unwrap();
    assert_eq!(scope.exec(tenant()).unwrap(), ("scope", None));
    assert_eq!(scope.call(outer()).unwrap(), ("scope", Some(1)));
    let own = scope.context().tag(Tenant("own"));
    assert_eq!(own.call(outer()).unwrap(), ("own", Some(1)));
}

static RUNS: AtomicUsize = AtomicUsize::new(0);

#[executor]
fn broken() -> Result<u32, std::num::ParseIntError> {
    RUNS.fetch_add(1, Ordering::Relaxed);
    "x".parse()
}

#[flow]
fn needs_broken(broken: Ref<'_, broken>) -> u32 {
    *broken
}

#[flow]
fn panics() -> u32 {
    panic!("boom")
}

#[flow]
fn survives(cx: &ExecutionCtx<'_>) -> Result<u32, String> {
    assert!(matches!(cx.exec(panics()), Err(FlowError::Panicked(_))));
    assert!(matches!(cx.exec(needs_broken()), Err(FlowError::Resolve(_))));
    cx.exec(price("tea", 1)).map_err(|error| error.to_string())
}

#[test]
fn rule_23_a_panic_is_an_error_and_the_parent_goes_on() {
    let scope = Scope::new();
    let FlowError::Panicked(panic) = scope.exec(panics()).unwrap_err() else { panic!() };
    assert_eq!(panic.message(), "boom");
    assert!(panic.file().ends_with("flows.rs"));
    assert_eq!(scope.exec(survives()).unwrap(), 3);
}

#[flow]
fn endless(cx: &ExecutionCtx<'_>, #[input] depth: u32) -> Result<u32, String> {
    match cx.exec(endless(depth + 1)) {
        Err(FlowError::TooDeep) => Ok(depth),
        other => other.map_err(|error| error.to_string()),
    }
}

#[test]
fn flows_without_end_are_too_deep() {
    let scope = Scope::builder().max_depth(10).build().unwrap();
    assert_eq!(scope.exec(endless(1)).unwrap(), 10);
    assert_eq!(Scope::new().exec(endless(1)).unwrap(), 128);
}
