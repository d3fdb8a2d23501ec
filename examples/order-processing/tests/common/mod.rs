//! Orders, and scopes to process them in.

use std::time::Duration;

use order_processing::orders::{Line, Order};
use order_processing::settings::Environment;
use order_processing::{Cli, wiring};
use pumped::ScopeBuilder;
use pumped::tree::{ExecutionTree, Status};

/// More than any test takes. The clock of the tests stands still, and goes on when all
/// that runs waits: so what would wait for ever runs out of time at once.
pub(crate) const HOUR: Duration = Duration::from_hours(1);

pub(crate) fn order(id: &str, sku: &str, quantity: u32) -> Order {
    Order {
        id: id.into(),
        customer: "ada".into(),
        card: "4242".into(),
        coupon: None,
        ship_to: "Berlin".into(),
        lines: vec![Line { sku: sku.into(), quantity }],
    }
}

/// Asks the carrier that never answers.
pub(crate) fn order_to_atlantis(id: &str, sku: &str, quantity: u32) -> Order {
    Order { ship_to: "Atlantis".into(), ..order(id, sku, quantity) }
}

pub(crate) fn builder() -> ScopeBuilder {
    let cli = Cli { deadline: Some(HOUR), tenant: Some("acme".into()), ..Cli::default() };
    wiring::builder(cli, Environment::default()).history(16)
}

/// The tree as it is drawn, but for how long each execution took.
pub(crate) fn drawn(tree: &ExecutionTree) -> String {
    let statuses =
        [Status::Success, Status::Failed, Status::Panicked, Status::Cancelled, Status::TimedOut];
    let mut text = String::new();
    for line in tree.to_string().lines() {
        let ends = statuses.iter().filter_map(|status| {
            let word = format!(" {status} ");
            line.find(&word).map(|at| at + word.len() - 1)
        });
        let end = ends.min().expect("each execution has ended somehow");
        text += &line[..end];
        text += line[end..].find(": ").map_or("", |error| &line[end + error..]);
        text += "\n";
    }
    text
}
