//! Who is not sold to.

use std::sync::Arc;

use async_trait::async_trait;
use pumped::prelude::*;

/// A tag: who has ordered. [`process_one`](crate::batch::process_one) sets it, and what
/// is below the order reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer(pub String);

/// Whoever knows of frauds.
#[async_trait]
pub trait Screening: Send + Sync {
    /// Has a look at a customer and a card.
    ///
    /// # Errors
    /// If they had better not be sold to.
    async fn check(&self, customer: &Customer, card: &str) -> Result<(), Suspicious>;
}

/// A customer is suspected of fraud.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is suspected of fraud")]
pub struct Suspicious(pub String);

/// Suspects Mallory, who is known for it.
pub struct Simulated;

#[async_trait]
impl Screening for Simulated {
    async fn check(&self, customer: &Customer, _: &str) -> Result<(), Suspicious> {
        // The way there and back: others go on in the meantime.
        tokio::task::yield_now().await;
        if customer.0 == "mallory" { Err(Suspicious(customer.0.clone())) } else { Ok(()) }
    }
}

/// Who is asked about frauds.
#[executor]
pub fn screening() -> Arc<dyn Screening> {
    Arc::new(Simulated)
}
