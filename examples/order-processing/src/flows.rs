//! What becomes of an order.
//!
//! Each step is a flow: its dependencies come from the scope, its `#[input]`s from
//! whoever runs it, and it ends up in the tree of executions.

use std::fmt;

use pumped::prelude::*;
use tracing::{info, warn};

use crate::audit::{RequestId, audit_log};
use crate::orders::{Money, Order};
use crate::payment::{Declined, gateway};
use crate::settings::{Percent, tax_rate};
use crate::shop::{OutOfStock, catalog, stock};
use crate::summary::Summary;

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
    /// What is added.
    pub tax: Money,
}

impl Price {
    /// What is paid.
    #[must_use]
    pub fn total(&self) -> Money {
        Money(self.subtotal.0 - self.discount.0 + self.tax.0)
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

/// Processes all orders, whatever becomes of one. Even if one panics the others go on.
#[flow]
pub fn process_batch(cx: &ExecutionCtx<'_>, #[input] orders: &[Order]) -> Summary {
    let process = |order: &Order| (order.id.clone(), cx.call(process_order(order)));
    Summary { orders: orders.iter().map(process).collect() }
}

/// Processes an order. What it took out of the stock goes back if it is not paid.
#[flow]
pub fn process_order(cx: &ExecutionCtx<'_>, #[input] order: &Order) -> Result<Receipt, OrderError> {
    // For everything below this order, and for no other.
    cx.set(RequestId(format!("req-{}", order.id)));
    cx.call(validate(order))?;
    cx.call(reserve_stock(order))?;
    let paid = cx.call(price(order)).and_then(|price| {
        // `exec` tells the gateway's answer from everything else, `call` does not.
        let payment = cx
            .exec(charge(&order.card, price.total()))
            .map_err(|error| error.split().map_or_else(OrderError::Fault, OrderError::Declined))?;
        Ok((price, payment))
    });
    match paid {
        Ok((price, payment)) => Ok(cx.call(confirm(order, &price, payment))?),
        Err(error) => {
            cx.call(release_stock(order))?;
            Err(error)
        }
    }
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

/// Takes it out of the stock.
#[flow]
pub fn reserve_stock(
    stock: Ref<'_, stock>,
    audit: Ref<'_, audit_log>,
    cx: &ExecutionCtx<'_>,
    #[input] order: &Order,
) -> Result<(), OrderError> {
    stock.take(&order.lines)?;
    audit.record(cx, format_args!("{} lines", order.lines.len()));
    Ok(())
}

/// Undoes [`reserve_stock`].
#[flow]
pub fn release_stock(
    stock: Ref<'_, stock>,
    audit: Ref<'_, audit_log>,
    cx: &ExecutionCtx<'_>,
    #[input] order: &Order,
) {
    stock.put_back(&order.lines);
    audit.record(cx, format_args!("{} lines", order.lines.len()));
}

/// What it costs. A coupon that is worth nothing costs us no customer.
#[flow]
pub fn price(
    catalog: Ref<'_, catalog>,
    tax_rate: Ref<'_, tax_rate>,
    request: Tag<RequestId>,
    cx: &ExecutionCtx<'_>,
    #[input] order: &Order,
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
    let tax = Money(subtotal.0 - discount.0).share(*tax_rate);
    Ok(Price { subtotal, discount, tax })
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

/// Has it paid.
#[flow]
pub fn charge(
    gateway: Ref<'_, gateway>,
    audit: Ref<'_, audit_log>,
    cx: &ExecutionCtx<'_>,
    #[input] card: &str,
    #[input] amount: Money,
) -> Result<u32, Declined> {
    let payment = gateway.charge(card, amount)?;
    audit.record(cx, format_args!("{amount}, payment {payment}"));
    Ok(payment)
}

/// Says that it is on its way.
#[flow]
pub fn confirm(
    request: Tag<RequestId>,
    #[input] order: &Order,
    #[input] price: &Price,
    #[input] payment: u32,
) -> Receipt {
    info!(request = request.0, order = order.id, total = %price.total(), "confirmed");
    Receipt { request: request.0.clone(), total: price.total(), payment }
}
