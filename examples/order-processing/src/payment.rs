//! The way to the money.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use pumped::prelude::*;
use tracing::info;

use crate::orders::Money;
use crate::settings::Tenant;

/// Whoever takes the money from a card.
#[async_trait]
pub trait Gateway: Send + Sync {
    /// Takes an amount for a shop, and returns the number of the payment.
    ///
    /// If the future is dropped before it ends, nothing is taken: an order can run out of
    /// time while its card is charged. An implementation calls off what it has begun.
    ///
    /// # Errors
    /// If the card does not pay.
    async fn charge(&self, shop: &Tenant, card: &str, amount: Money) -> Result<u32, Declined>;
}

/// A card does not pay.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("the card was declined: {reason}")]
pub struct Declined {
    /// In the words of the bank.
    pub reason: &'static str,
}

/// Moves no money. As with the sandboxes of real gateways, the last digits of a card say
/// what becomes of it; and, as real ones do, it can go wrong in a way that no type tells.
#[derive(Default)]
pub struct Simulated {
    payments: AtomicU32,
}

#[async_trait]
impl Gateway for Simulated {
    async fn charge(&self, _: &Tenant, card: &str, _: Money) -> Result<u32, Declined> {
        tokio::task::yield_now().await;
        match card.rsplit(' ').next() {
            Some("0002") => Err(Declined { reason: "insufficient funds" }),
            Some("0069") => Err(Declined { reason: "it has expired" }),
            Some("0119") => panic!("the gateway has sent half an answer"),
            _ => Ok(self.payments.fetch_add(1, Ordering::Relaxed) + 1),
        }
    }
}

/// The gateway that is paid through. One signs in at first, and out at the end, when
/// nothing is paid any more: [`Scope::dispose_async`] awaits that.
#[executor]
pub async fn gateway(cx: &ResolveCtx<'_>) -> Arc<dyn Gateway> {
    tokio::task::yield_now().await;
    info!("signed in to the gateway");
    cx.on_cleanup_async(|| async {
        tokio::task::yield_now().await;
        info!("signed out of the gateway");
    });
    Arc::new(Simulated::default())
}
