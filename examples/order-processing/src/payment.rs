//! The way to the money.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use pumped::prelude::*;

use crate::orders::Money;

/// Whoever takes the money from a card.
pub trait Gateway: Send + Sync {
    /// Takes an amount, and returns the number of the payment.
    ///
    /// # Errors
    /// If the card does not pay.
    fn charge(&self, card: &str, amount: Money) -> Result<u32, Declined>;
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

impl Gateway for Simulated {
    fn charge(&self, card: &str, _: Money) -> Result<u32, Declined> {
        match card.rsplit(' ').next() {
            Some("0002") => Err(Declined { reason: "insufficient funds" }),
            Some("0069") => Err(Declined { reason: "it has expired" }),
            Some("0119") => panic!("the gateway has sent half an answer"),
            _ => Ok(self.payments.fetch_add(1, Ordering::Relaxed) + 1),
        }
    }
}

/// The gateway that is paid through.
#[executor]
pub fn gateway() -> Arc<dyn Gateway> {
    Arc::new(Simulated::default())
}
