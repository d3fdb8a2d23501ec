//! The batch, in scopes whose parts are replaced.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use order_processing::audit::{RequestId, audit_log};
use order_processing::flows::{OrderError, price, process_order, validate};
use order_processing::orders::{Line, Money, Order};
use order_processing::payment::{Declined, Gateway, gateway};
use order_processing::settings::{Environment, Percent, tax_rate};
use order_processing::shop::stock;
use order_processing::{Cli, process, wiring};
use pumped::ScopeBuilder;
use pumped::prelude::*;
use pumped::tree::{ExecutionTree, Status};

fn order(id: &str, sku: &str, quantity: u32) -> Order {
    let lines = vec![Line { sku: sku.into(), quantity }];
    Order { id: id.into(), card: "4242".into(), coupon: None, lines }
}

fn builder() -> ScopeBuilder {
    wiring::builder(Cli::default(), Environment::default())
}

/// Takes money so many times, and then no more.
struct Limited(AtomicU32);

impl Gateway for Limited {
    fn charge(&self, _: &str, _: Money) -> Result<u32, Declined> {
        let left =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map_err(|_| Declined { reason: "enough for today" })
    }
}

#[test]
fn what_is_not_paid_goes_back_into_the_stock() {
    let limited: Arc<dyn Gateway> = Arc::new(Limited(AtomicU32::new(1)));
    let scope = builder().preset::<gateway>(limited).build().unwrap();
    let orders = [order("1", "teapot", 1), order("2", "teapot", 2)];
    let (summary, _) = process(&scope, &orders).unwrap();
    assert!(summary.orders[0].1.is_ok());
    assert!(matches!(summary.orders[1].1, Err(OrderError::Declined(_))));
    assert_eq!(scope.get::<stock>().unwrap().left("teapot"), 2);
}

#[test]
fn nor_is_it_lost_when_the_gateway_panics() {
    struct Broken;
    impl Gateway for Broken {
        fn charge(&self, _: &str, _: Money) -> Result<u32, Declined> {
            panic!("out of the blue")
        }
    }
    let broken: Arc<dyn Gateway> = Arc::new(Broken);
    let scope = builder().preset::<gateway>(broken).build().unwrap();
    let (summary, tree) = process(&scope, &[order("1", "cup", 5), order("2", "cup", 5)]).unwrap();
    assert_eq!(summary.failed(), 2);
    assert_eq!(scope.get::<stock>().unwrap().left("cup"), 24);
    assert_eq!(scope.get::<audit_log>().unwrap().lines()[1], "req-1 release_stock: 1 lines");
    // The panic is that of the charge; the order has failed because of it.
    let status = |name| tree.find(|node| node.name() == name).unwrap().status();
    assert_eq!(status("charge"), Status::Panicked);
    assert_eq!(status("process_order"), Status::Failed);
    assert_eq!(status("process_batch"), Status::Success);
}

#[test]
fn a_flow_is_replaced_by_a_closure_over_its_inputs() {
    let free = price::preset(|order: &Order| match &*order.id {
        "free" => Err(OrderError::Empty),
        _ => panic!("no price"),
    });
    let scope =
        builder().preset_flow(free).preset_flow(validate::preset(|_| Ok(()))).build().unwrap();
    let error = scope.call(process_order(&order("free", "tea", 1))).unwrap_err();
    assert!(matches!(error, OrderError::Empty));
    // A panic of one flow is an error of the one that has run it.
    let error = scope.call(process_order(&order("dear", "tea", 1))).unwrap_err();
    assert!(
        matches!(error, OrderError::Fault(Fault::Panicked(panic)) if panic.message() == "no price")
    );
    assert_eq!(scope.get::<stock>().unwrap().left("tea"), 100);
}

#[test]
fn every_step_is_in_the_tree_below_its_order() {
    let scope = builder().build().unwrap();
    let (_, tree) = process(&scope, &[order("1", "cup", 2), order("2", "gold", 1)]).unwrap();
    let [batch] = tree.roots()[..] else { panic!("{tree}") };
    assert_eq!((batch.name(), batch.status()), ("process_batch", Status::Success));
    let [first, second] = tree.children(batch.id())[..] else { panic!("{tree}") };
    let steps: Vec<_> = tree.children(first.id()).iter().map(|step| step.name()).collect();
    assert_eq!(steps, ["validate", "reserve_stock", "price", "charge", "confirm"]);
    assert_eq!(
        (second.status(), second.error()),
        (Status::Failed, Some("`gold` is not sold here"))
    );
}

/// The tree as it is drawn, but for how long each execution took.
fn drawn(tree: &ExecutionTree) -> String {
    let mut text = tree.to_string();
    for name in ["success ", "failed ", "panicked "] {
        let mut parts = text.split(name);
        let mut cut = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find([':', '\n']).unwrap_or(part.len());
            cut = cut + name.trim_end() + &part[end..];
        }
        text = cut;
    }
    text
}

#[test]
fn the_tree_shows_where_an_order_has_failed() {
    let scope = builder().build().unwrap();
    let mut with_coupon = order("1", "teapot", 1);
    with_coupon.coupon = Some("SUMMER19".into());
    let mut declined = order("2", "tea", 1);
    declined.card = "0069".into();
    let (_, tree) = process(&scope, &[with_coupon, declined]).unwrap();
    let expected = "\
process_batch success
├─ process_order success
│  ├─ validate success
│  ├─ reserve_stock success
│  ├─ price success
│  │  └─ discount failed: `SUMMER19` is no coupon
│  ├─ charge success
│  └─ confirm success
└─ process_order failed: the card was declined: it has expired
   ├─ validate success
   ├─ reserve_stock success
   ├─ price success
   ├─ charge failed: the card was declined: it has expired
   └─ release_stock success
";
    assert_eq!(drawn(&tree), expected);
}

#[test]
fn the_tree_knows_the_request_of_each_order() {
    let scope = builder().build().unwrap();
    let (_, tree) = process(&scope, &[order("1", "cup", 1), order("2", "cup", 0)]).unwrap();
    let failed = tree.find(|node| node.name() == "process_order" && node.error().is_some());
    let failed = failed.unwrap();
    assert_eq!(failed.tag::<RequestId>(), Some(&RequestId("req-2".into())));
    // It was set by the order, and is its own: the batch and its siblings have another or none.
    assert_eq!(tree.roots()[0].tag::<RequestId>(), None);
}

#[test]
fn each_order_has_its_own_request_in_the_audit_log() {
    let scope = builder().build().unwrap();
    process(&scope, &[order("1", "cup", 2), order("2", "cup", 1)]).unwrap();
    let lines = scope.get::<audit_log>().unwrap().lines();
    assert_eq!(lines[0], "req-1 reserve_stock: 1 lines");
    assert_eq!(lines[1], "req-1 charge: 19.04 €, payment 1");
    assert!(lines[2].starts_with("req-2 reserve_stock"));
}

#[test]
fn a_new_tax_is_in_force_from_the_next_order_on() {
    let scope = builder().build().unwrap();
    let paid = |id| scope.call(process_order(&order(id, "cup", 1))).unwrap().total;
    assert_eq!(paid("1"), Money(9_52));
    scope.update::<tax_rate>(Percent(0)).unwrap();
    assert_eq!(paid("2"), Money(8_00));
}
