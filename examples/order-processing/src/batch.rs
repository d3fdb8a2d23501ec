//! All orders of a batch at once, each with a deadline of its own.

use std::time::Duration;

use futures_util::future::join_all;
use pumped::prelude::*;
use pumped::tree::ExecutionTree;

use crate::Error;
use crate::flows::{OrderError, Receipt, process_order};
use crate::fraud::Customer;
use crate::orders::Order;
use crate::summary::Summary;
use crate::wiring::Services;

/// Processes a batch in this scope, and returns how it went with the executions it took.
/// Whatever becomes of one order, even if it panics, the others go on.
///
/// # Errors
/// If something that all orders need cannot be had.
pub async fn process(scope: &Scope, orders: &[Order]) -> Result<(Summary, ExecutionTree), Error> {
    let services = scope.get_async::<Services>().await?;
    services.tax_rate.get()?;
    let deadline = *services.deadline;
    let all = orders.iter().map(|order| process_one(scope, order, deadline));
    // In the order of the batch, whichever ends first.
    let results = join_all(all).await;
    let ids = orders.iter().map(|order| order.id.clone());
    Ok((Summary { orders: ids.zip(results).collect() }, scope.executions()))
}

/// Processes an order, for so long. It is a root of the tree of executions: only a root can
/// be given a deadline, which is that of all below it.
///
/// # Errors
/// If the order has failed, or run out of time.
pub async fn process_one(
    scope: &Scope,
    order: &Order,
    deadline: Duration,
) -> Result<Receipt, OrderError> {
    let context = scope
        .context()
        .name(format!("order {}", order.id))
        .tag(Customer(order.customer.clone()))
        .timeout(deadline);
    context.call_async(process_order(order)).await
}
