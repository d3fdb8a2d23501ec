//! The batch, in scopes whose parts are replaced.

mod common;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use common::{HOUR, builder, drawn, order, order_to_atlantis};
use order_processing::audit::{RequestId, audit_log};
use order_processing::batch::process_one;
use order_processing::flows::{OrderError, price, quote_shipping, validate};
use order_processing::orders::{Money, Order};
use order_processing::payment::{Declined, Gateway, gateway};
use order_processing::process;
use order_processing::settings::{Percent, Tenant, tax_rate};
use order_processing::shop::stock;
use pumped::prelude::*;
use pumped::tree::Status;

/// Takes money so many times, and then no more.
struct Limited(AtomicU32);

#[async_trait]
impl Gateway for Limited {
    async fn charge(&self, _: &Tenant, _: &str, _: Money) -> Result<u32, Declined> {
        let left =
            self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map_err(|_| Declined { reason: "enough for today" })
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_not_paid_goes_back_into_the_stock() {
    let limited: Arc<dyn Gateway> = Arc::new(Limited(AtomicU32::new(1)));
    let scope = builder().preset::<gateway>(limited).build().unwrap();
    let orders = [order("1", "teapot", 1), order("2", "teapot", 2)];
    let (summary, _) = process(&scope, &orders).await.unwrap();
    assert!(summary.orders[0].1.is_ok());
    assert!(matches!(summary.orders[1].1, Err(OrderError::Declined(_))));
    assert_eq!(scope.get::<stock>().unwrap().left("teapot"), 4);
}

#[tokio::test(start_paused = true)]
async fn nor_is_it_lost_when_the_gateway_panics() {
    struct Broken;
    #[async_trait]
    impl Gateway for Broken {
        async fn charge(&self, _: &Tenant, _: &str, _: Money) -> Result<u32, Declined> {
            panic!("out of the blue")
        }
    }
    let broken: Arc<dyn Gateway> = Arc::new(Broken);
    let scope = builder().preset::<gateway>(broken).build().unwrap();
    let orders = [order("1", "cup", 5), order("2", "cup", 5)];
    let (summary, tree) = process(&scope, &orders).await.unwrap();
    assert_eq!(summary.failed(), 2);
    assert_eq!(scope.get::<stock>().unwrap().left("cup"), 24);
    let lines = scope.get::<audit_log>().unwrap().lines();
    assert!(lines.contains(&"req-1 given back: 1 lines".into()), "{lines:?}");
    // The panic is that of the charge; the order has failed because of it.
    let status = |name| tree.find(|node| node.name() == name).unwrap().status();
    assert_eq!(status("charge"), Status::Panicked);
    assert_eq!(status("order 1"), Status::Failed);
}

#[tokio::test(start_paused = true)]
async fn a_flow_is_replaced_by_a_closure_over_its_inputs() {
    let free = price::preset(|order: &Order, _| match &*order.id {
        "free" => Err(OrderError::Empty),
        _ => panic!("no price"),
    });
    let scope =
        builder().preset_flow(free).preset_flow(validate::preset(|_| Ok(()))).build().unwrap();
    let error = process_one(&scope, &order("free", "tea", 1), HOUR).await.unwrap_err();
    assert!(matches!(error, OrderError::Empty));
    // A panic of one flow is an error of the one that has run it.
    let error = process_one(&scope, &order("dear", "tea", 1), HOUR).await.unwrap_err();
    assert!(
        matches!(error, OrderError::Fault(Fault::Panicked(panic)) if panic.message() == "no price")
    );
    assert_eq!(scope.get::<stock>().unwrap().left("tea"), 100);
}

#[tokio::test(start_paused = true)]
async fn a_closure_stands_in_for_an_async_flow() {
    let free = quote_shipping::preset(|order: &Order| {
        assert_eq!(order.ship_to, "Atlantis");
        Ok(Money(0))
    });
    let scope = builder().preset_flow(free).build().unwrap();
    let receipt = process_one(&scope, &order_to_atlantis("1", "cup", 1), HOUR).await.unwrap();
    assert_eq!(receipt.total, Money(9_52));
}

#[tokio::test(start_paused = true)]
async fn every_step_is_in_the_tree_below_its_order() {
    let scope = builder().build().unwrap();
    let orders = [order("1", "cup", 2), order("2", "gold", 1)];
    let (_, tree) = process(&scope, &orders).await.unwrap();
    // In the order in which they ended.
    let [second, first] = tree.roots()[..] else { panic!("{tree}") };
    assert_eq!((first.name(), first.status()), ("order 1", Status::Success));
    let steps: Vec<_> = tree.children(first.id()).iter().map(|step| step.name()).collect();
    assert_eq!(
        steps,
        ["validate", "reserve_stock", "check_fraud", "quote_shipping", "price", "charge"]
    );
    assert_eq!(
        (second.status(), second.error()),
        (Status::Failed, Some("`gold` is not sold here"))
    );
}

#[tokio::test(start_paused = true)]
async fn the_tree_shows_where_an_order_has_failed() {
    let scope = builder().build().unwrap();
    let mut with_coupon = order("1", "teapot", 1);
    with_coupon.coupon = Some("SUMMER19".into());
    let mut declined = order("2", "tea", 1);
    declined.card = "0069".into();
    let (_, tree) = process(&scope, &[with_coupon, declined]).await.unwrap();
    let expected = "\
order 1 success
├─ validate success
├─ reserve_stock success
├─ check_fraud success
├─ quote_shipping success
├─ price success
│  └─ discount failed: `SUMMER19` is no coupon
└─ charge success
order 2 failed: the card was declined: it has expired
├─ validate success
├─ reserve_stock success
├─ check_fraud success
├─ quote_shipping success
├─ price success
└─ charge failed: the card was declined: it has expired
";
    assert_eq!(drawn(&tree), expected);
}

#[tokio::test(start_paused = true)]
async fn the_summary_is_in_the_order_of_the_batch() {
    let scope = builder().build().unwrap();
    let orders = [order_to_atlantis("1", "cup", 1), order("2", "cup", 1), order("3", "cup", 0)];
    let (summary, tree) = process(&scope, &orders).await.unwrap();
    let ids: Vec<_> = summary.orders.iter().map(|(id, _)| &**id).collect();
    assert_eq!(ids, ["1", "2", "3"]);
    let ended: Vec<_> = tree.roots().iter().map(|root| root.name()).collect();
    assert_eq!(ended, ["order 3", "order 2", "order 1"]);
    assert!(summary.to_string().ends_with("1 confirmed, 2 failed, 15.35 € taken\n"), "{summary}");
}

#[tokio::test(start_paused = true)]
async fn the_tree_knows_the_request_of_each_order() {
    let scope = builder().build().unwrap();
    let orders = [order("1", "cup", 1), order("2", "cup", 0)];
    let (_, tree) = process(&scope, &orders).await.unwrap();
    let requests: Vec<_> = tree.roots().iter().map(|root| root.tag::<RequestId>()).collect();
    let request = |id: &str| RequestId(format!("req-{id}"));
    assert_eq!(requests, [Some(&request("2")), Some(&request("1"))]);
    // It was set by the order, and is its own: what is below has none, and reads it there.
    let charge = tree.find(|node| node.name() == "charge").unwrap();
    assert_eq!(charge.tag::<RequestId>(), None);
}

#[tokio::test(start_paused = true)]
async fn each_order_has_its_own_request_in_the_audit_log() {
    let scope = builder().build().unwrap();
    process(&scope, &[order("1", "cup", 2), order("2", "cup", 1)]).await.unwrap();
    // Side by side, and neither takes the other's.
    assert_eq!(
        scope.get::<audit_log>().unwrap().lines(),
        [
            "req-1 reserve_stock: 1 lines",
            "req-2 reserve_stock: 1 lines",
            "req-1 charge: 24.87 €, payment 1",
            "req-2 charge: 15.35 €, payment 2",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_new_tax_is_in_force_from_the_next_order_on() {
    let scope = builder().build().unwrap();
    let first = process_one(&scope, &order("1", "cup", 1), HOUR).await.unwrap();
    assert_eq!(first.total, Money(15_35));
    scope.update::<tax_rate>(Percent(0)).unwrap();
    let second = process_one(&scope, &order("2", "cup", 1), HOUR).await.unwrap();
    assert_eq!(second.total, Money(12_90));
}
