//! `SimpleResolution`: one executor.

use std::hint::black_box;
use std::sync::OnceLock;

use pumped::executor;

use super::cold_run;

/// The one value.
#[executor]
pub fn answer() -> u64 {
    black_box(42)
}

/// The value by hand.
#[derive(Default)]
pub struct App {
    answer: OnceLock<u64>,
}

impl App {
    fn answer(&self) -> &u64 {
        self.answer.get_or_init(|| black_box(42))
    }
}

cold_run!(u64, App, |scope| *scope.get::<answer>().unwrap(), |app| *app.answer());
