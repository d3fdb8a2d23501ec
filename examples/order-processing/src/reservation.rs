//! What an order has taken out of the stock, and how it goes back.

use pumped::prelude::*;

use crate::audit::{RequestId, audit_log};
use crate::orders::Line;
use crate::shop::{OutOfStock, stock};

/// Lines that are out of the stock for an order. They go back when this is dropped, unless
/// they are [kept](Self::keep).
///
/// This is how a step of an async flow is undone. An order that runs out of time, or that
/// nobody waits for any more, is dropped where it waits: no line of it runs after that, and no
/// sub-flow begins that could put things in order. But its variables are dropped, as they
/// are after a `?` and after a panic. (What has to be awaited cannot be done in `drop`: that
/// leaves a note for a task that can.)
#[derive(Debug)]
#[must_use = "what is not kept goes back"]
pub struct Reservation {
    // Owned handles: a reservation outlives the flow that has made it.
    stock: Dep<stock>,
    audit: Dep<audit_log>,
    request: String,
    lines: Vec<Line>,
    is_kept: bool,
}

impl Reservation {
    /// Takes all lines out of the stock, or none of them.
    ///
    /// # Errors
    /// If there is not enough of one.
    pub fn of(
        lines: &[Line],
        request: &RequestId,
        stock: Dep<stock>,
        audit: Dep<audit_log>,
    ) -> Result<Self, OutOfStock> {
        stock.take(lines)?;
        let (request, lines) = (request.0.clone(), lines.to_vec());
        Ok(Self { stock, audit, request, lines, is_kept: false })
    }

    /// It is sold.
    pub fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        if !self.is_kept {
            self.stock.put_back(&self.lines);
            let what = format_args!("{} lines", self.lines.len());
            self.audit.record_of(&self.request, "given back", what);
        }
    }
}
