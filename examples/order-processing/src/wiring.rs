//! What there is, and how a scope of it is made.

use pumped::ScopeBuilder;
use pumped::extension::Tracing;
use pumped::prelude::*;

use crate::audit::audit_log;
use crate::cli::Cli;
use crate::payment::gateway;
use crate::settings::{AuditOption, Environment, TaxOption, environment, tax_rate};
use crate::shop::stock;

/// What has to be there before the first order: a setting that is wrong is an error of
/// the program, and not one of every order.
#[executor]
pub struct Services {
    /// What can be sold.
    pub stock: Dep<stock>,
    /// How it is paid.
    pub gateway: Dep<gateway>,
    /// What it is taxed with.
    pub tax_rate: Controller<tax_rate>,
    /// What has happened.
    pub audit_log: Dep<audit_log>,
}

/// A scope for one batch, which it remembers.
pub fn builder(cli: Cli, from: Environment) -> ScopeBuilder {
    let Cli { tax, audit, .. } = cli;
    let mut builder = Scope::builder()
        .provide::<environment>(from)
        .extension(Tracing::new())
        .history(1)
        .root::<Services>();
    if let Some(percent) = tax {
        builder = builder.tag(TaxOption(percent));
    }
    if let Some(path) = audit {
        builder = builder.tag(AuditOption(path));
    }
    builder
}
