//! Orders, and what they are paid with.

use std::iter::Sum;
use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use serde::Deserialize;

use crate::settings::Percent;

/// What a customer wants.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// Its number.
    pub id: String,
    /// Who orders.
    pub customer: String,
    /// The card that pays.
    pub card: String,
    /// A code that makes it cheaper.
    pub coupon: Option<String>,
    /// Where it goes.
    pub ship_to: String,
    /// What is ordered.
    pub lines: Vec<Line>,
}

/// So many of a product.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The product.
    pub sku: String,
    /// How many of it.
    pub quantity: u32,
}

/// An amount in cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Money(pub u64);

impl Money {
    /// So many percent of it, rounded.
    #[must_use]
    pub fn share(self, Percent(percent): Percent) -> Self {
        Self((self.0 * u64::from(percent) + 50) / 100)
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        Self(amounts.map(|amount| amount.0).sum())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} €", self.0 / 100, self.0 % 100)
    }
}

/// Why there are no orders to process.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// The file does not hold orders.
    #[error("{} holds no list of orders: {error}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        error: serde_json::Error,
    },
}

/// Reads the orders of a file.
///
/// # Errors
/// If there is no such file, or something else in it.
pub fn read(path: &Path) -> Result<Vec<Order>, ReadError> {
    let text = fs::read_to_string(path)
        .map_err(|error| ReadError::Unreadable { path: path.to_owned(), error })?;
    serde_json::from_str(&text)
        .map_err(|error| ReadError::Malformed { path: path.to_owned(), error })
}

/// The orders of `orders.json`, for want of others.
///
/// # Panics
/// Never: it is the same file for everybody, and a test reads it.
#[must_use]
pub fn sample() -> Vec<Order> {
    serde_json::from_str(include_str!("../orders.json")).expect("the sample is well-formed")
}
