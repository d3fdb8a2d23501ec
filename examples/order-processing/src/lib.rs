//! Orders, processed as a batch with the flows of pumped.
//!
//! Start at [`flows`], which says what becomes of an order; [`wiring`] says with what,
//! [`batch`] how many of them at once and for how long, and [`run`] when.
//!
//! | what | where |
//! | --- | --- |
//! | flows with typed inputs, one below the other | [`fn@flows::process_order`], [`fn@flows::price`] |
//! | sub-flows side by side; if one fails, the others are cancelled | [`fn@flows::process_order`] |
//! | all orders at once, each with a deadline | [`batch::process`], [`batch::process_one`] |
//! | what was reserved goes back, also if the order is dropped | [`reservation::Reservation`] |
//! | tags of the scope, of an order, and set by a flow, all read further down | [`settings::Tenant`], [`fraud::Customer`], [`audit::RequestId`] |
//! | an executor that is opened and closed async | [`fn@payment::gateway`] |
//! | what is executed, drawn as a tree | [`run`] |
//! | services and flows that a test replaces | `tests/batch.rs`, `tests/side_by_side.rs` |

use std::io::{self, ErrorKind, Write};

pub mod audit;
pub mod batch;
pub mod cli;
pub mod flows;
pub mod fraud;
pub mod logs;
pub mod orders;
pub mod payment;
pub mod reservation;
pub mod settings;
pub mod shipping;
pub mod shop;
pub mod summary;
pub mod wiring;

pub use batch::process;
pub use cli::Cli;
pub use summary::Summary;

use orders::ReadError;
use pumped::error::{BuildError, DisposeError};
use pumped::prelude::*;
use settings::Environment;

/// Why a batch has not run to its end. An order that fails is no such reason.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There are no orders.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Something is missing: a mistake in the wiring.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Something cannot be had.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
    /// The audit log cannot be written.
    #[error(transparent)]
    Dispose(#[from] DisposeError),
    /// The summary cannot be written.
    #[error("cannot write the summary: {0}")]
    Output(io::Error),
}

/// Reads and processes a batch, and writes what has become of it.
///
/// # Errors
/// If the batch cannot be read, run or told about.
pub async fn run(cli: Cli, from: Environment, output: &mut dyn Write) -> Result<Summary, Error> {
    let orders = match &cli.file {
        Some(path) => orders::read(path)?,
        None => orders::sample(),
    };
    let scope = wiring::builder(cli, from).history(orders.len()).build()?;
    let processed = process(&scope, &orders).await;
    // Signs out of the gateway, and writes the audit log. Cards were charged by now: that is
    // told even if it fails.
    let ended = scope.dispose_async().await;
    let (summary, tree) = processed?;
    match write!(output, "{summary}\n{tree}").and_then(|()| output.flush()) {
        // Whoever reads has read enough, as in `order-processing | head -1`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        written => written.map_err(Error::Output)?,
    }
    ended?;
    Ok(summary)
}
