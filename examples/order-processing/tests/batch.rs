//! The batch, in scopes whose parts are replaced.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use order_processing::audit::audit_log;
use order_processing::flows::{OrderError, price, process_order, validate};
use order_processing::orders::{Line, Money, Order};
use order_processing::payment::{Declined, Gateway, gateway};
use order_processing::settings::{Environment, Percent, tax_rate};
use order_processing::shop::stock;
use order_processing::{Cli, process, wiring};
use pumped::ScopeBuilder;
use pumped::prelude::*;
use pumped::tree::Status;

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
