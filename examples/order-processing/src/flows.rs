//! What becomes of an order.
//!
//! Each step is a flow: its dependencies come from the scope, its `#[input]`s from
//! whoever runs it, and it ends up in the tree of executions.

use std::fmt;

use futures_util::future::try_join3;
use pumped::prelude::*;
use tracing::{info, warn};

use crate::audit::{RequestId, audit_log};
use crate::fraud::{Customer, Suspicious, screening};
use crate::orders::{Money, Order};
use crate::payment::{Declined, gateway};
use crate::reservation::Reservation;
use crate::settings::{Percent, Tenant, tax_rate};
use crate::shipping::{NoWay, carrier};
use crate::shop::{OutOfStock, catalog, stock};

/// Why an order has failed.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// Nothing is ordered.
    #[error("nothing is ordered")]
    Empty,
    /// A line is of none.
    #[error("none of `{0}` is ordered")]
    NoneOf(String),
    /// It is not sold here.
    #[error("`{0}` is not sold here")]
    Unknown(String),
    /// There is not enough of it.
    #[error(transparent)]
    OutOfStock(#[from] OutOfStock),
    /// It is not sold to this customer.
    #[error(transparent)]
    Suspicious(#[from] Suspicious),
    /// It cannot be brought.
    #[error(transparent)]
    NoWay(#[from] NoWay),
    /// It is not paid.
    #[error(transparent)]
    Declined(#[from] Declined),
    /// What is no fault of the order: with this, `call` and `?` work.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A code is not, or no more, worth anything.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no coupon")]
pub struct NoCoupon(String);

/// What an order costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Price {
    /// What its lines cost.
    pub subtotal: Money,
    /// What is taken off.
    pub discount: Money,
    /// What it costs to bring it.
    pub shipping: Money,
    /// What is added.
    pub tax: Money,
}

impl Price {
    /// What is paid.
    #[must_use]
    pub fn total(&self) -> Money {
        Money(self.subtotal.0 - self.discount.0 + self.shipping.0 + self.tax.0)
    }
}

/// What the customer gets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The request that it was.
    pub request: String,
    /// What was paid.
    pub total: Money,
    /// The number of the payment.
    pub payment: u32,
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { request, total, payment } = self;
        write!(f, "{total}, payment {payment}, {request}")
    }
}

/// Processes an order. What it took out of the stock goes back if it is not paid, and also if
/// it is dropped on the way: see [`Reservation`].
#[flow]
pub async fn process_order(
    cx: &ExecutionCtx<'_>,
    #[input] order: &Order,
) -> Result<Receipt, OrderError> {
    // For everything below this order, and for no other.
    let request = format!("req-{}", order.id);
    cx.set(RequestId(request.clone()));
    cx.call(validate(order))?;
    // None of the three needs another. The first that fails ends them all: who is still
    // waiting is cancelled, and what was reserved goes back.
    let (reserved, (), shipping) = try_join3(
        cx.call_async(reserve_stock(order)),
        cx.call_async(check_fraud(order)),
        cx.call_async(quote_shipping(order)),
    )
    .await?;
    let price = cx.call(price(order, shipping))?;
    // `exec` tells the gateway's answer from everything else, `call` does not.
    let paid = cx.exec_async(charge(&order.card, price.total())).await;
    let payment =
        paid.map_err(|error| error.split().map_or_else(OrderError::Fault, OrderError::Declined))?;
    // It is paid. From here on nothing may keep the customer from knowing: no `.await`, where
    // the order could be dropped, and no sub-flow, which is refused once the time is up.
    reserved.keep();
    let total = price.total();
    info!(request, order = order.id, %total, "confirmed");
    Ok(Receipt { request, total, payment })
}

/// Whether it is an order at all.
#[flow]
pub fn validate(catalog: Ref<'_, catalog>, #[input] order: &Order) -> Result<(), OrderError> {
    if order.lines.is_empty() {
        return Err(OrderError::Empty);
    }
    for line in &order.lines {
        if !catalog.contains_key(&*line.sku) {
            return Err(OrderError::Unknown(line.sku.clone()));
        }
        if line.quantity == 0 {
            return Err(OrderError::NoneOf(line.sku.clone()));
        }
    }
    Ok(())
}

/// Takes it out of the stock. Sync, as all that does not wait: it goes beside async ones.
#[flow]
pub fn reserve_stock(
    stock: Dep<stock>,
    audit: Dep<audit_log>,
    request: Tag<RequestId>,
    cx: &ExecutionCtx<'_>,
    #[input] order: &Order,
) -> Result<Reservation, OrderError> {
    let reserved = Reservation::of(&order.lines, &request, stock, audit.clone())?;
    audit.record(cx, format_args!("{} lines", order.lines.len()));
    Ok(reserved)
}

/// Whether one had better not sell it.
#[flow]
pub async fn check_fraud(
    screening: Ref<'_, screening>,
    customer: Tag<Customer>,
    #[input] order: &Order,
) -> Result<(), OrderError> {
    Ok(screening.check(&customer, &order.card).await?)
}

/// What it costs to bring it.
#[flow]
pub async fn quote_shipping(
    carrier: Ref<'_, carrier>,
    #[input] order: &Order,
) -> Result<Money, OrderError> {
    let pieces = order.lines.iter().map(|line| line.quantity).sum();
    Ok(carrier.quote(&order.ship_to, pieces).await?)
}

/// What it costs. A coupon that is worth nothing costs us no customer.
#[flow]
pub fn price(
    catalog: Ref<'_, catalog>,
    tax_rate: Ref<'_, tax_rate>,
    request: Tag<RequestId>,
    cx: &ExecutionCtx<'_>,
    #[input] order: &Order,
    #[input] shipping: Money,
) -> Result<Price, OrderError> {
    let mut subtotal = Money(0);
    for line in &order.lines {
        let product = catalog.get(&*line.sku);
        let product = product.ok_or_else(|| OrderError::Unknown(line.sku.clone()))?;
        subtotal.0 += product.price.0 * u64::from(line.quantity);
    }
    let discount = match &order.coupon {
        None => Money(0),
        Some(coupon) => match cx.exec(discount(coupon, subtotal)).map_err(FlowError::split) {
            Ok(discount) => discount,
            Err(Ok(error)) => {
                warn!(request = request.0, %error, "no discount");
                Money(0)
            }
            Err(Err(fault)) => return Err(fault.into()),
        },
    };
    let tax = Money(subtotal.0 - discount.0 + shipping.0).share(*tax_rate);
    Ok(Price { subtotal, discount, shipping, tax })
}

/// What a coupon takes off.
#[flow]
pub fn discount(#[input] coupon: &str, #[input] subtotal: Money) -> Result<Money, NoCoupon> {
    match coupon {
        "WELCOME10" => Ok(subtotal.share(Percent(10))),
        "HALF" => Ok(subtotal.share(Percent(50))),
        other => Err(NoCoupon(other.to_owned())),
    }
}

/// Has it paid, to the shop that the scope is of.
#[flow]
pub async fn charge(
    gateway: Ref<'_, gateway>,
    tenant: Tag<Tenant>,
    audit: Ref<'_, audit_log>,
    cx: &ExecutionCtx<'_>,
    #[input] card: &str,
    #[input] amount: Money,
) -> Result<u32, Declined> {
    let payment = gateway.charge(&tenant, card, amount).await?;
    audit.record(cx, format_args!("{amount}, payment {payment}"));
    Ok(payment)
}
