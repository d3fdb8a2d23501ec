//! Rule 27 for flows: what stands in for one is run on every path, and the original never.

use pumped::error::{BuildProblem, ResolveErrorKind};
use pumped::prelude::*;
use pumped::tree::Status;
use pumped_tests::{Log, Runs};

#[executor]
fn dear(log: Tag<Log>) -> u32 {
    log.note("dear");
    100
}

/// Where `price` is declared.
const PRICE_LINE: u32 = line!() + 3;

#[flow]
fn price(
    log: Tag<Log>,
    dear: Ref<'_, dear>,
    #[input] sku: &str,
    #[input] amount: u32,
) -> Result<u32, String> {
    log.note("price");
    if sku == "gin" { Err("no gin".into()) } else { Ok(*dear * amount) }
}

#[flow]
fn flat(#[input] amount: u32) -> u32 {
    amount * 10
}

#[flow]
fn order(cx: &ExecutionCtx<'_>, #[input] sku: &str) -> Result<u32, String> {
    cx.exec(price(sku, 2)).map_err(|error| error.to_string())
}

/// Through the scope, a context of it, the context of another flow, and their `call`s.
fn everywhere(scope: &Scope, sku: &str) -> Vec<Result<u32, String>> {
    let text = |error: FlowError<String>| error.to_string();
    vec![
        scope.exec(price(sku, 2)).map_err(text),
        scope.context().exec(price(sku, 2)).map_err(text),
        scope.context().name("other").tag(1_u8).exec(price(sku, 2)).map_err(text),
        scope.exec(order(sku)).map_err(text),
        scope.context().exec(order(sku)).map_err(text),
    ]
}

#[test]
fn rule_27_a_closure_stands_in_on_every_path() {
    let (log, seen) = (Log::new(), Log::new());
    let by = seen.clone();
    let preset = price::preset(move |sku, amount| {
        by.note(format!("{sku} {amount}"));
        if sku == "rum" { Err(format!("no {sku}")) } else { Ok(amount) }
    });
    let scope = log.builder().preset_flow(preset).build().unwrap();
    assert_eq!(everywhere(&scope, "tea"), vec![Ok(2); 5]);
    assert_eq!(everywhere(&scope, "gin"), vec![Ok(2); 5]);
    assert_eq!(everywhere(&scope, "rum"), vec![Err("no rum".into()); 5]);
    for sku in ["tea", "gin", "rum"] {
        assert_eq!(seen.count(&format!("{sku} 2")), 5);
    }
    // Neither the original nor what only it needs.
    assert_eq!((log.count("price"), log.count("dear")), (0, 0));
    // Another scope is none of its business.
    assert_eq!(log.scope().exec(price("tea", 2)).unwrap(), 200);
}

#[test]
fn rule_27_another_flow_stands_in_on_every_path() {
    let log = Log::new();
    let preset = price::preset_with(|cx, sku, amount| {
        assert_eq!(cx.scope().tag::<Log>().map(|log| log.count("price")), Some(0));
        let prices = cx.exec(flat(amount)).map_err(|fault| fault.map(|never| match never {}))?;
        Ok(prices + u32::try_from(sku.len()).unwrap())
    });
    let scope = log.builder().preset_flow(preset).history(1).build().unwrap();
    assert_eq!(everywhere(&scope, "tea"), vec![Ok(23); 5]);
    assert_eq!((log.count("price"), log.count("dear")), (0, 0));
    // In the tree it is the original's node, with what it ran below.
    let tree = scope.executions();
    let order = tree.roots()[0];
    let [price] = tree.children(order.id())[..] else { panic!("{tree}") };
    let [flat] = tree.children(price.id())[..] else { panic!("{tree}") };
    assert_eq!((order.name(), price.name(), flat.name()), ("order", "price", "flat"));
}

#[flow]
fn fill(#[input] list: &mut Vec<String>, #[input] text: &str) -> usize {
    list.push(text.to_owned());
    list.len()
}

#[flow]
fn part<'a>(#[input] texts: &'a [&'a str], #[input] at: usize) -> &'a str {
    texts[at]
}

/// A preset has the inputs as the flow has them, and may return what borrows from them.
#[test]
fn rule_27_presets_see_borrowed_inputs() {
    let scope = Scope::builder()
        .preset_flow(fill::preset(|list, text| {
            list.insert(0, text.to_uppercase());
            0
        }))
        .preset_flow(part::preset_with(|cx, texts, _at| {
            assert_eq!(cx.name(), "part");
            Ok(texts.last().copied().unwrap_or_default())
        }))
        .build()
        .unwrap();
    let mut list = vec!["a".to_owned()];
    assert_eq!(scope.exec(fill(&mut list, "b")).unwrap(), 0);
    assert_eq!(list, ["B", "a"]);
    let (one, two) = (String::from("one"), String::from("two"));
    assert_eq!(scope.exec(part(&[&one, &two], 0)).unwrap(), "two");
}

#[test]
fn rule_27_a_flow_is_replaced_once() {
    let twice = Scope::builder()
        .preset_flow(flat::preset(|_| 1))
        .preset_flow(price::preset(|_, _| Ok(1)))
        .preset_flow(flat::preset_with(|_, _| Ok(2)))
        .build();
    let error = twice.unwrap_err();
    assert_eq!(error.problems(), [BuildProblem::PresetTwice { executor: "flat" }]);
}

/// Rule 23: it may fail and panic like the flow itself.
#[test]
fn rule_27_a_preset_that_fails_or_panics() {
    static CALLS: Runs = Runs::new();
    let log = Log::new();
    let preset = price::preset_with(|_cx, sku, _amount| {
        CALLS.up();
        match sku {
            "fault" => Err(FlowError::Cancelled),
            "panic" => panic!("the preset"),
            _ => Err(FlowError::Failed("the preset's".into())),
        }
    });
    let scope = log.builder().preset_flow(preset).history(8).build().unwrap();
    assert!(matches!(scope.exec(price("a", 1)), Err(FlowError::Failed(e)) if e == "the preset's"));
    assert!(matches!(scope.exec(price("fault", 1)), Err(FlowError::Cancelled)));
    let Err(FlowError::Panicked(panic)) = scope.exec(price("panic", 1)) else { panic!() };
    assert_eq!(panic.message(), "the preset");
    assert_eq!(panic.line(), PRICE_LINE);
    assert_eq!((CALLS.get(), log.count("price")), (3, 0));
    let statuses: Vec<_> = scope.executions().roots().iter().map(|root| root.status()).collect();
    assert_eq!(statuses, [Status::Failed, Status::Cancelled, Status::Panicked]);
}

/// A preset of what a flow takes is what the flow gets.
#[test]
fn rule_27_presets_of_dependencies_reach_flows() {
    let log = Log::new();
    let scope = log.builder().preset::<dear>(7).build().unwrap();
    assert_eq!(everywhere(&scope, "tea"), vec![Ok(14); 5]);
    assert_eq!((log.count("price"), log.count("dear")), (5, 0));
    // Without a log it cannot run, and a preset needs none.
    let Err(FlowError::Resolve(error)) = Scope::new().exec(price("tea", 2)) else { panic!() };
    assert_eq!(error.kind(), ResolveErrorKind::MissingTag);
    let preset = price::preset(|_, amount| Ok(amount));
    assert_eq!(
        everywhere(&Scope::builder().preset_flow(preset).build().unwrap(), "tea"),
        vec![Ok(2); 5]
    );
}

/// A preset that runs the flow it stands for runs itself, until it is too deep.
#[test]
fn rule_27_a_preset_of_itself_is_too_deep() {
    let preset = flat::preset_with(|cx, amount| cx.exec(flat(amount + 1)));
    let scope = Scope::builder().preset_flow(preset).max_depth(20).build().unwrap();
    assert!(matches!(scope.exec(flat(0)), Err(FlowError::TooDeep)));
}
