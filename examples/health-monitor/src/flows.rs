//! What is done with what probes find, and what can be asked.

use std::fmt::Display;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use pumped::prelude::*;
use serde::Serialize;
use tracing::{error, info, warn};

use crate::changes::changes;
use crate::database::DatabaseError;
use crate::ledger::{Check, Incident, Ledger};
use crate::probe::TargetName;
use crate::settings::{Target, config_problem, database_file, settings, targets};

/// So many checks of a target are shown, and incidents besides one for each target.
const SHOWN: u32 = 20;

/// Milliseconds since 1970.
#[must_use]
pub fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis().try_into().unwrap_or(i64::MAX)
}

/// Keeps what a probe has found: too many failures in a row open an incident, a success
/// closes it.
#[flow]
pub async fn record(
    ledger: Ref<'_, Ledger>,
    changes: Ref<'_, changes>,
    target: Tag<TargetName>,
    #[input] failures_to_open: u32,
    #[input] check: Check,
) -> Result<(), DatabaseError> {
    let name = &target.0;
    let (ended, problem) = (check.at_ms + check.took_ms, check.problem.clone());
    let failures = ledger.checks.insert(name, check).await?;
    match problem {
        None => {
            if ledger.incidents.close(name, ended, "recovered").await? {
                info!(target = name, "incident closed");
            }
        }
        Some(problem) => {
            if failures >= failures_to_open
                && ledger.incidents.open(name, ended, problem.clone()).await?
            {
                warn!(target = name, problem, "incident opened");
            }
        }
    }
    changes.announce();
    Ok(())
}

/// Closes what is open of targets that nobody watches any more: of this configuration, or of
/// the last one that had this database.
#[flow]
pub async fn retire(
    ledger: Ref<'_, Ledger>,
    targets: Ref<'_, targets>,
    changes: Ref<'_, changes>,
) -> Result<(), DatabaseError> {
    for name in ledger.incidents.close_others(&targets, now_ms(), "not watched any more").await? {
        info!(target = name, "incident closed, target not watched any more");
    }
    changes.announce();
    Ok(())
}

/// What nobody waits for may fail: a database that fails now may be there at the next check.
pub(crate) fn say_if_failed<T, E: Display>(outcome: &Result<T, FlowError<E>>) {
    match outcome {
        Ok(_) | Err(FlowError::Cancelled | FlowError::Disposed) => {}
        Err(error) => error!("not recorded: {error}"),
    }
}

/// How everything is.
#[derive(Debug, Serialize)]
pub struct State {
    /// Ask with this what comes after: `/state?after=..`.
    pub changes: u64,
    /// What is in force.
    pub configuration: Configuration,
    /// What is watched.
    pub targets: Vec<TargetState>,
    /// The open incidents, and the last of the others.
    pub incidents: Vec<Incident>,
}

/// What is in force.
#[derive(Debug, Serialize)]
pub struct Configuration {
    /// Where it was read.
    pub file: PathBuf,
    /// Where incidents are kept.
    pub database: PathBuf,
    /// Why the file as it is now is not in force.
    pub problem: Option<String>,
}

/// How a target is.
#[derive(Debug, Serialize)]
pub struct TargetState {
    /// What was configured.
    #[serde(flatten)]
    pub target: Target,
    /// In a word.
    pub health: Health,
    /// The last checks, the newest first.
    pub checks: Vec<Check>,
}

/// How a target is, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Health {
    /// It was not probed.
    Unknown,
    /// It was there.
    Up,
    /// It was not there, but that is no incident yet.
    Failing,
    /// It has an open incident.
    Down,
}

impl Health {
    fn of(target: &Target, checks: &[Check], incidents: &[Incident]) -> Self {
        let is_open =
            |incident: &Incident| incident.target == target.name && incident.closed_ms.is_none();
        match checks.first() {
            _ if incidents.iter().any(is_open) => Self::Down,
            None => Self::Unknown,
            Some(check) if check.problem.is_some() => Self::Failing,
            Some(_) => Self::Up,
        }
    }

    /// The word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Up => "up",
            Self::Failing => "failing",
            Self::Down => "down",
        }
    }
}

/// What the page shows. All that is live here is taken in one step: targets, database and
/// problem are of one configuration, also while that is being replaced.
#[flow]
pub async fn state(
    settings: Ref<'_, settings>,
    targets: Ref<'_, targets>,
    database_file: Ref<'_, database_file>,
    config_problem: Ref<'_, config_problem>,
    ledger: Ref<'_, Ledger>,
    changes: Ref<'_, changes>,
) -> Result<State, DatabaseError> {
    // First: what happens from here on is a change that is still to come.
    let changes = changes.count();
    let open = u32::try_from(targets.len()).unwrap_or(u32::MAX);
    let incidents = ledger.incidents.latest(SHOWN.saturating_add(open)).await?;
    let mut states = Vec::new();
    for target in targets.iter() {
        let checks = ledger.checks.last(&target.name, SHOWN).await?;
        let health = Health::of(target, &checks, &incidents);
        states.push(TargetState { target: target.clone(), health, checks });
    }
    let configuration = Configuration {
        file: settings.file.clone(),
        database: database_file.clone(),
        problem: config_problem.clone(),
    };
    Ok(State { changes, configuration, targets: states, incidents })
}
