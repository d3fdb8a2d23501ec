//! Orders, processed as a batch with the flows of pumped.
//!
//! Start at [`flows`], which says what becomes of an order; [`wiring`] says with what,
//! and [`run`] when.

use std::io::{self, ErrorKind, Write};

pub mod audit;
pub mod cli;
pub mod flows;
pub mod logs;
pub mod orders;
pub mod payment;
pub mod settings;
pub mod shop;
pub mod summary;
pub mod wiring;

pub use cli::Cli;
pub use summary::Summary;

use flows::process_batch;
use orders::{Order, ReadError};
use pumped::error::{BuildError, DisposeError};
use pumped::prelude::*;
use pumped::tree::ExecutionTree;
use settings::Environment;
use wiring::Services;

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
    /// The batch itself came to no end.
    #[error(transparent)]
    Batch(#[from] Fault),
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
pub fn run(cli: Cli, from: Environment, output: &mut dyn Write) -> Result<Summary, Error> {
    let orders = match &cli.file {
        Some(path) => orders::read(path)?,
        None => orders::sample(),
    };
    let scope = wiring::builder(cli, from).build()?;
    let (summary, tree) = process(&scope, &orders)?;
    // Writes the audit log. Cards were charged by now: that is told even if it fails.
    let ended = scope.dispose();
    match write!(output, "{summary}\n{tree}").and_then(|()| output.flush()) {
        // Whoever reads has read enough, as in `order-processing | head -1`.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        written => written.map_err(Error::Output)?,
    }
    ended?;
    Ok(summary)
}

/// Processes a batch in this scope, and returns how it went with the executions it took.
///
/// # Errors
/// If something that all orders need cannot be had.
pub fn process(scope: &Scope, orders: &[Order]) -> Result<(Summary, ExecutionTree), Error> {
    scope.get::<Services>()?.tax_rate.get()?;
    let summary = scope.call(process_batch(orders))?;
    Ok((summary, scope.executions()))
}
