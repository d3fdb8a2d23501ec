//! What there is, and how a scope of it is made.

use pumped::ScopeBuilder;
use pumped::extension::Tracing;
use pumped::prelude::*;

use crate::changes::changes;
use crate::database::database;
use crate::ledger::Ledger;
use crate::scheduler::scheduler;
use crate::settings::{Settings, config, config_problem, settings};

/// What the program works with, besides its flows.
#[executor]
pub struct App {
    /// What was given at the start.
    pub settings: Dep<settings>,
    /// What is in force.
    pub config: Controller<config>,
    /// Why something is not in force.
    pub config_problem: Controller<config_problem>,
    /// Where all is kept.
    pub database: Controller<database>,
    /// What is kept there.
    pub ledger: Controller<Ledger>,
    /// Who probes.
    pub scheduler: Controller<scheduler>,
    /// Who is told.
    pub changes: Dep<changes>,
}

/// A scope for one monitor. What is missing in it is found when it is built.
pub fn builder(given: Settings) -> ScopeBuilder {
    Scope::builder().provide::<settings>(given).extension(Tracing::new()).history(64).root::<App>()
}
