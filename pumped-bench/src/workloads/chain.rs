//! `ResolveCtxAllocation`: base -> dependent -> last, three strings.

use std::sync::OnceLock;

use pumped::{Dep, executor};

use super::cold_run;

/// The first string.
#[executor]
pub fn base() -> String {
    "base".to_owned()
}

/// The second.
#[executor]
pub fn dependent(base: Dep<base>) -> String {
    [base.as_str(), "-dependent"].concat()
}

/// The third.
#[executor]
pub fn last(dependent: Dep<dependent>) -> String {
    [dependent.as_str(), "-final"].concat()
}

/// The chain by hand.
#[derive(Default)]
pub struct App {
    base: OnceLock<String>,
    dependent: OnceLock<String>,
    last: OnceLock<String>,
}

impl App {
    fn base(&self) -> &str {
        self.base.get_or_init(|| "base".to_owned())
    }

    fn dependent(&self) -> &str {
        self.dependent.get_or_init(|| [self.base(), "-dependent"].concat())
    }

    fn last(&self) -> &str {
        self.last.get_or_init(|| [self.dependent(), "-final"].concat())
    }
}

cold_run!(
    usize,
    App,
    |scope| std::hint::black_box(scope.get::<last>().unwrap().as_str()).len(),
    |app| std::hint::black_box(app.last()).len()
);
