//! A word to those who look: something is not as it was.

use pumped::prelude::*;
use tokio::sync::watch;

/// Counts what was recorded and what was configured anew. It carries no data: whoever hears
/// of a change asks for the state.
#[executor]
pub fn changes() -> Changes {
    Changes(watch::Sender::new(1))
}

/// See [`fn@changes`].
pub struct Changes(watch::Sender<u64>);

impl Changes {
    /// Something has changed, and can be seen.
    pub fn announce(&self) {
        self.0.send_modify(|count| *count += 1);
    }

    /// How many changes there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        *self.0.borrow()
    }

    /// Waits until there were others than these.
    pub async fn other_than(&self, seen: u64) {
        // It fails when the sender is gone, and that is ours.
        let _ = self.0.subscribe().wait_for(|count| *count != seen).await;
    }
}
