//! What has become of a batch, for people.

use std::fmt;

use crate::flows::{OrderError, Receipt};
use crate::orders::Money;

/// What has become of each order.
#[derive(Debug, Default)]
pub struct Summary {
    /// The numbers of the orders, as they came, and how each ended.
    pub orders: Vec<(String, Result<Receipt, OrderError>)>,
}

impl Summary {
    /// How many orders have failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.orders.iter().filter(|(_, result)| result.is_err()).count()
    }

    fn receipts(&self) -> impl Iterator<Item = &Receipt> {
        self.orders.iter().filter_map(|(_, result)| result.as_ref().ok())
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (id, result) in &self.orders {
            match result {
                Ok(receipt) => writeln!(f, "{id} confirmed: {receipt}")?,
                Err(error) => writeln!(f, "{id} failed: {error}")?,
            }
        }
        let taken: Money = self.receipts().map(|receipt| receipt.total).sum();
        let (confirmed, failed) = (self.receipts().count(), self.failed());
        writeln!(f, "{confirmed} confirmed, {failed} failed, {taken} taken")
    }
}
