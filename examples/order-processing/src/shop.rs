//! What the shop has: a catalog and a stock.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pumped::prelude::*;

use crate::orders::{Line, Money};

/// What is sold.
pub struct Product {
    /// The price of one, before tax.
    pub price: Money,
    /// How many there are at first.
    pub in_stock: u32,
}

/// All products, by what orders call them.
pub type Catalog = BTreeMap<&'static str, Product>;

/// What is sold here.
#[executor]
pub fn catalog() -> Catalog {
    let product = |price, in_stock| Product { price: Money(price), in_stock };
    BTreeMap::from([
        ("tea", product(4_50, 100)),
        ("cup", product(8_00, 24)),
        ("teapot", product(39_00, 5)),
    ])
}

/// How many there are of each product.
pub struct Stock(Mutex<BTreeMap<String, u32>>);

/// Filled from the catalog. Orders change what is in it, and nobody replaces it: so it
/// is an ordinary value with a lock inside, and not `mutable`.
#[executor]
pub fn stock(catalog: Dep<catalog>) -> Stock {
    let count = |(sku, product): (&&str, &Product)| ((*sku).to_owned(), product.in_stock);
    Stock(Mutex::new(catalog.iter().map(count).collect()))
}

/// There is not enough of a product.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} × {sku} wanted, {left} left")]
pub struct OutOfStock {
    sku: String,
    wanted: u32,
    left: u32,
}

impl Stock {
    /// Takes all lines out of the stock, or none of them.
    ///
    /// # Errors
    /// If there is not enough of one.
    pub fn take(&self, lines: &[Line]) -> Result<(), OutOfStock> {
        let mut counts = self.lock();
        let mut rest = counts.clone();
        for Line { sku, quantity } in lines {
            let left = self::left(&rest, sku);
            let missing = || OutOfStock { sku: sku.clone(), wanted: *quantity, left };
            rest.insert(sku.clone(), left.checked_sub(*quantity).ok_or_else(missing)?);
        }
        *counts = rest;
        Ok(())
    }

    /// Puts lines back that were taken.
    pub fn put_back(&self, lines: &[Line]) {
        let mut counts = self.lock();
        for Line { sku, quantity } in lines {
            *counts.entry(sku.clone()).or_default() += quantity;
        }
    }

    /// How many there are of a product.
    #[must_use]
    pub fn left(&self, sku: &str) -> u32 {
        left(&self.lock(), sku)
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn left(counts: &BTreeMap<String, u32>, sku: &str) -> u32 {
    counts.get(sku).copied().unwrap_or(0)
}
