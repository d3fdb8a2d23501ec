//! What can be set, and what wins: an option, then the environment, then the default.
//!
//! The options are tags of the scope, so a test or another program sets them without a
//! command line.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use pumped::prelude::*;

/// What the environment says.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// `$ORDERS_TAX`
    pub tax: Option<String>,
    /// `$ORDERS_AUDIT`
    pub audit: Option<PathBuf>,
}

impl Environment {
    /// Asks the environment of this process: the only place that does.
    #[must_use]
    pub fn of_process() -> Self {
        let set = |name| std::env::var_os(name).filter(|value| !value.is_empty());
        Self {
            tax: set("ORDERS_TAX").map(|value| value.to_string_lossy().into_owned()),
            audit: set("ORDERS_AUDIT").map(PathBuf::from),
        }
    }
}

/// No body: [`wiring::builder`](crate::wiring::builder) provides it.
#[executor]
pub fn environment() -> Environment;

/// A tag: the `--tax` option.
pub struct TaxOption(pub Percent);

/// A tag: the `--audit` option.
pub struct AuditOption(pub PathBuf);

/// A tag: the `--deadline` option.
pub struct DeadlineOption(pub Duration);

/// A tag of the scope, which all orders of a batch read: the shop that they are orders of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub String);

/// How long an order may take.
#[executor]
pub fn deadline(option: Option<Tag<DeadlineOption>>) -> Duration {
    option.map_or(Duration::from_secs(1), |option| option.0)
}

/// The tax on everything. Mutable: a new rate is in force from the next order on.
#[executor(mutable)]
pub fn tax_rate(
    option: Option<Tag<TaxOption>>,
    environment: Dep<environment>,
) -> Result<Percent, BadPercent> {
    match (option, &environment.tax) {
        (Some(option), _) => Ok(option.0),
        (None, Some(text)) => text.parse(),
        (None, None) => Ok(Percent(19)),
    }
}

/// The file that the audit log is written to, if there is to be one.
#[executor]
pub fn audit_file(
    option: Option<Tag<AuditOption>>,
    environment: Dep<environment>,
) -> Option<PathBuf> {
    option.map(|option| option.0.clone()).or_else(|| environment.audit.clone())
}

/// A whole percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Percent(pub u8);

/// A text is no percentage.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no percentage: write a whole number from 0 to 100")]
pub struct BadPercent(String);

impl FromStr for Percent {
    type Err = BadPercent;

    fn from_str(text: &str) -> Result<Self, BadPercent> {
        let number = text.trim().parse().ok().filter(|number| *number <= 100);
        number.map(Self).ok_or_else(|| BadPercent(text.to_owned()))
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(tax: Option<&str>) -> Dep<environment> {
        Dep::new(Environment { tax: tax.map(str::to_owned), audit: None })
    }

    // An executor's function is still a function: the test calls it.
    #[test]
    fn the_option_wins_then_the_environment_then_the_default() {
        let option = || Some(Tag::new(TaxOption(Percent(7))));
        assert_eq!(tax_rate(option(), says(Some("21"))).unwrap(), Percent(7));
        assert_eq!(tax_rate(None, says(Some("21"))).unwrap(), Percent(21));
        assert_eq!(tax_rate(None, says(None)).unwrap(), Percent(19));
        assert!(tax_rate(None, says(Some("much"))).is_err());
    }
}
