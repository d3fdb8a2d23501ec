//! What runs side by side, what ends before its time, and what is left of it then.
//!
//! Services of the tests meet at barriers. If something ran one after the other, they would
//! wait for ever: then the clock goes on to the deadline, and the order has timed out.

mod common;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use common::{HOUR, builder, drawn, order, order_to_atlantis};
use futures_util::FutureExt;
use order_processing::audit::audit_log;
use order_processing::batch::process_one;
use order_processing::flows::{OrderError, process_order};
use order_processing::fraud::{Customer, Screening, Suspicious, screening};
use order_processing::orders::{Money, Order};
use order_processing::payment::{Declined, Gateway, gateway};
use order_processing::process;
use order_processing::settings::Tenant;
use order_processing::shipping::{Carrier, NoWay, carrier};
use order_processing::shop::stock;
use pumped::prelude::*;
use pumped::tree::Status;
use tokio::sync::Barrier;
use tokio_util::sync::CancellationToken;

/// Answers when enough have asked.
struct Meets(Arc<Barrier>);

#[async_trait]
impl Screening for Meets {
    async fn check(&self, _: &Customer, _: &str) -> Result<(), Suspicious> {
        self.0.wait().await;
        Ok(())
    }
}

#[async_trait]
impl Carrier for Meets {
    async fn quote(&self, _: &str, _: u32) -> Result<Money, NoWay> {
        self.0.wait().await;
        Ok(Money(0))
    }
}

#[async_trait]
impl Gateway for Meets {
    async fn charge(&self, _: &Tenant, _: &str, _: Money) -> Result<u32, Declined> {
        self.0.wait().await;
        Ok(1)
    }
}

fn left(scope: &Scope, sku: &str) -> u32 {
    scope.get::<stock>().unwrap().left(sku)
}

fn audited(scope: &Scope) -> Vec<String> {
    scope.get::<audit_log>().unwrap().lines()
}

#[tokio::test(start_paused = true)]
async fn both_sub_flows_have_begun_before_either_ends() {
    let both = Arc::new(Barrier::new(2));
    let scope = builder()
        .preset::<screening>(Arc::new(Meets(both.clone())))
        .preset::<carrier>(Arc::new(Meets(both)))
        .build()
        .unwrap();
    process_one(&scope, &order("1", "cup", 1), HOUR).await.unwrap();
    let tree = scope.executions();
    let order = tree.roots()[0];
    for name in ["reserve_stock", "check_fraud", "quote_shipping"] {
        let step = tree.find(|node| node.name() == name).unwrap();
        assert_eq!((step.status(), step.parent_id()), (Status::Success, Some(order.id())));
    }
}

#[tokio::test(start_paused = true)]
async fn all_orders_of_a_batch_are_charged_at_the_same_time() {
    let orders: Vec<_> = (0..20).map(|id| order(&id.to_string(), "cup", 1)).collect();
    let all = Meets(Arc::new(Barrier::new(orders.len())));
    let scope = builder().preset::<gateway>(Arc::new(all)).build().unwrap();
    let (summary, _) = process(&scope, &orders).await.unwrap();
    assert_eq!(summary.failed(), 0, "{summary}");
    assert_eq!(left(&scope, "cup"), 4);
}

#[tokio::test(start_paused = true)]
async fn who_fails_first_cancels_those_beside_it() {
    let scope = builder().build().unwrap();
    let suspicious = Order { customer: "mallory".into(), ..order_to_atlantis("1", "cup", 6) };
    let error = process_one(&scope, &suspicious, HOUR).await.unwrap_err();
    assert!(matches!(error, OrderError::Suspicious(_)), "{error}");
    let expected = "\
order 1 failed: `mallory` is suspected of fraud
├─ validate success
├─ reserve_stock success
├─ check_fraud failed: `mallory` is suspected of fraud
└─ quote_shipping cancelled: the execution was cancelled
";
    assert_eq!(drawn(&scope.executions()), expected);
    assert_eq!(left(&scope, "cup"), 24);
}

#[tokio::test(start_paused = true)]
async fn an_order_out_of_time_is_in_the_tree_with_what_it_was_waiting_for() {
    let scope = builder().build().unwrap();
    let error = process_one(&scope, &order_to_atlantis("1", "cup", 6), HOUR).await.unwrap_err();
    assert!(matches!(error, OrderError::Fault(Fault::TimedOut(HOUR))), "{error}");
    let expected = "\
order 1 timed out: the execution timed out after 3600s
├─ validate success
├─ reserve_stock success
├─ check_fraud success
└─ quote_shipping cancelled: the execution was cancelled
";
    assert_eq!(drawn(&scope.executions()), expected);
}

#[tokio::test(start_paused = true)]
async fn what_it_has_reserved_goes_back_and_others_are_not_disturbed() {
    let scope = builder().build().unwrap();
    let orders = [order_to_atlantis("1", "cup", 6), order("2", "cup", 1)];
    let (summary, _) = process(&scope, &orders).await.unwrap();
    assert_eq!(summary.failed(), 1, "{summary}");
    assert!(summary.orders[1].1.is_ok());
    assert_eq!(left(&scope, "cup"), 23);
    assert_eq!(
        audited(&scope),
        [
            "req-1 reserve_stock: 1 lines",
            "req-2 reserve_stock: 1 lines",
            "req-2 charge: 15.35 €, payment 1",
            "req-1 given back: 1 lines",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn so_it_does_when_nobody_waits_for_the_order_any_more() {
    let scope = builder().build().unwrap();
    let order = order_to_atlantis("1", "cup", 6);
    let mut running = Box::pin(process_one(&scope, &order, HOUR));
    assert!((&mut running).now_or_never().is_none());
    assert_eq!(left(&scope, "cup"), 18);
    drop(running);
    assert_eq!(left(&scope, "cup"), 24);
    assert_eq!(audited(&scope).last().unwrap(), "req-1 given back: 1 lines");
    let tree = scope.executions();
    assert_eq!(tree.roots()[0].status(), Status::Cancelled);
}

#[tokio::test(start_paused = true)]
async fn so_it_does_when_the_shop_closes() {
    let scope = builder().build().unwrap();
    let order = order_to_atlantis("1", "cup", 6);
    let (stock, audit) = (scope.dep::<stock>().unwrap(), scope.dep::<audit_log>().unwrap());
    let waits = process_one(&scope, &order, HOUR);
    let (ended, closed) = tokio::join!(waits, scope.shutdown(Duration::from_secs(5)));
    closed.unwrap();
    assert!(matches!(ended, Err(OrderError::Fault(Fault::Cancelled))), "{ended:?}");
    assert_eq!(stock.left("cup"), 24);
    assert_eq!(audit.lines().last().unwrap(), "req-1 given back: 1 lines");
}

#[tokio::test(start_paused = true)]
async fn what_is_paid_is_confirmed_however_late_it_is() {
    struct Late(CancellationToken);
    #[async_trait]
    impl Gateway for Late {
        async fn charge(&self, _: &Tenant, _: &str, _: Money) -> Result<u32, Declined> {
            self.0.cancel();
            Ok(7)
        }
    }
    let token = CancellationToken::new();
    let late = Late(token.clone());
    let scope = builder().preset::<gateway>(Arc::new(late)).build().unwrap();
    let order = order("1", "cup", 6);
    let context = scope.context().tag(Customer("ada".into())).cancel_on(token.clone());
    let receipt = context.call_async(process_order(&order)).await.unwrap();
    assert!(token.is_cancelled());
    assert_eq!(receipt.payment, 7);
    assert_eq!(left(&scope, "cup"), 18);
}

/// Writes down whom it was asked about.
#[derive(Clone, Default)]
struct Asked(Arc<Mutex<Vec<String>>>);

#[async_trait]
impl Screening for Asked {
    async fn check(&self, customer: &Customer, _: &str) -> Result<(), Suspicious> {
        tokio::task::yield_now().await;
        self.0.lock().unwrap().push(format!("screened {}", customer.0));
        Ok(())
    }
}

#[async_trait]
impl Gateway for Asked {
    async fn charge(&self, shop: &Tenant, card: &str, _: Money) -> Result<u32, Declined> {
        tokio::task::yield_now().await;
        self.0.lock().unwrap().push(format!("{card} pays {}", shop.0));
        Ok(1)
    }
}

#[tokio::test(start_paused = true)]
async fn children_read_the_tags_of_their_own_order_and_of_the_scope() {
    let asked = Asked::default();
    let scope = builder()
        .preset::<screening>(Arc::new(asked.clone()))
        .preset::<gateway>(Arc::new(asked.clone()))
        .build()
        .unwrap();
    let of = |id: &str, customer: &str| Order {
        customer: customer.into(),
        card: format!("the card of {customer}"),
        ..order(id, "cup", 1)
    };
    let (summary, tree) = process(&scope, &[of("1", "ada"), of("2", "bob")]).await.unwrap();
    assert_eq!(
        *asked.0.lock().unwrap(),
        ["screened ada", "screened bob", "the card of ada pays acme", "the card of bob pays acme",]
    );
    let requests: Vec<_> =
        summary.orders.into_iter().map(|(_, result)| result.unwrap().request).collect();
    assert_eq!(requests, ["req-1", "req-2"]);
    let customers: Vec<_> = tree.roots().iter().map(|root| root.tag::<Customer>()).collect();
    assert_eq!(customers, [Some(&Customer("ada".into())), Some(&Customer("bob".into()))]);
}

#[tokio::test(start_paused = true)]
async fn without_a_customer_nobody_is_screened() {
    let scope = builder().build().unwrap();
    let error = scope.call_async(process_order(&order("1", "cup", 1))).await.unwrap_err();
    let OrderError::Fault(Fault::Resolve(error)) = error else { panic!("{error}") };
    assert!(error.to_string().contains("Customer"), "{error}");
    assert_eq!(left(&scope, "cup"), 24);
}
