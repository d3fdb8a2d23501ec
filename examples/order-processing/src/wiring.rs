//! What there is, and how a scope of it is made.

use pumped::ScopeBuilder;
use pumped::extension::Tracing;
use pumped::prelude::*;

use crate::audit::audit_log;
use crate::cli::Cli;
use crate::fraud::screening;
use crate::payment::gateway;
use crate::settings::{
    AuditOption, DeadlineOption, Environment, TaxOption, Tenant, deadline, environment, tax_rate,
};
use crate::shipping::carrier;
use crate::shop::stock;

/// What has to be there before the first order: a setting that is wrong is an error of
/// the program, and not one of every order.
///
/// The gateway is async, and so is what has to wait for it: `get_async::<Services>()`.
#[executor]
pub struct Services {
    /// What can be sold.
    pub stock: Dep<stock>,
    /// Who is not sold to.
    pub screening: Dep<screening>,
    /// How it gets there.
    pub carrier: Dep<carrier>,
    /// How it is paid.
    pub gateway: Dep<gateway>,
    /// How long it may take.
    pub deadline: Dep<deadline>,
    /// What it is taxed with.
    pub tax_rate: Controller<tax_rate>,
    /// What has happened.
    pub audit_log: Dep<audit_log>,
}

/// A scope for one batch. How many orders it remembers, whoever has them says:
/// [`history`](ScopeBuilder::history).
pub fn builder(cli: Cli, from: Environment) -> ScopeBuilder {
    let Cli { tax, audit, deadline, tenant, .. } = cli;
    let mut builder = Scope::builder()
        .provide::<environment>(from)
        .tag(Tenant(tenant.unwrap_or_else(|| "main".into())))
        .extension(Tracing::new())
        .root::<Services>();
    if let Some(percent) = tax {
        builder = builder.tag(TaxOption(percent));
    }
    if let Some(path) = audit {
        builder = builder.tag(AuditOption(path));
    }
    if let Some(within) = deadline {
        builder = builder.tag(DeadlineOption(within));
    }
    builder
}
