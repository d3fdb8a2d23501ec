//! The way to the customer.

use std::future::pending;
use std::sync::Arc;

use async_trait::async_trait;
use pumped::prelude::*;

use crate::orders::Money;

/// Whoever brings it.
#[async_trait]
pub trait Carrier: Send + Sync {
    /// What it costs to bring so many pieces there.
    ///
    /// # Errors
    /// If there is no way.
    async fn quote(&self, to: &str, pieces: u32) -> Result<Money, NoWay>;
}

/// It cannot be brought there.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("nobody delivers to `{0}`")]
pub struct NoWay(pub String);

/// Asks the same for each parcel, and drives no further than the mainland. Asked for the way
/// to Atlantis it says nothing, for as long as one waits: real ones do that, too.
pub struct Simulated;

#[async_trait]
impl Carrier for Simulated {
    async fn quote(&self, to: &str, _: u32) -> Result<Money, NoWay> {
        tokio::task::yield_now().await;
        match to {
            "Atlantis" => pending().await,
            "Helgoland" => Err(NoWay(to.to_owned())),
            _ => Ok(Money(4_90)),
        }
    }
}

/// Who brings it.
#[executor]
pub fn carrier() -> Arc<dyn Carrier> {
    Arc::new(Simulated)
}
