//! What the program is told, by a file that may change while it runs.
//!
//! [`reload`](crate::reload) replaces `config` when the file has changed. What depends on it
//! depends on a part of it: each part is an executor of its own, with `eq`, so that another
//! interval does not open another database.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{fs, io};

use pumped::prelude::*;
use serde::{Deserialize, Serialize};

use crate::database::{self, KEPT_CHECKS, OpenError};
use crate::probe;

/// What is fixed from the start.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The file that is watched.
    pub file: PathBuf,
    /// What it said at the start.
    pub config: Config,
}

/// No body: [`wiring::builder`](crate::wiring::builder) provides it.
#[executor]
pub fn settings() -> Settings;

/// What the file says.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The file of the database.
    pub database: PathBuf,
    /// Where the page is. A change of this takes effect at the next start.
    pub listen: SocketAddr,
    /// What is watched.
    #[serde(default)]
    pub targets: Vec<Target>,
}

/// Something that should be there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Unique.
    pub name: String,
    /// How it is probed.
    pub kind: Kind,
    /// `http://host:port/path`, or `host:port`.
    pub address: String,
    /// From one probe to the next.
    #[serde(default = "default_interval")]
    pub interval_ms: u64,
    /// How long a probe may take.
    #[serde(default = "default_timeout")]
    pub timeout_ms: u64,
    /// So many failures in a row make an incident.
    #[serde(default = "default_failures")]
    pub failures_to_open: u32,
}

/// How a target is probed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// It answers a GET with a status below 400.
    Http,
    /// It accepts a connection.
    Tcp,
}

fn default_interval() -> u64 {
    10_000
}

fn default_timeout() -> u64 {
    2_000
}

fn default_failures() -> u32 {
    3
}

impl Target {
    /// From one probe to the next.
    #[must_use]
    pub fn interval(&self) -> Duration {
        Duration::from_millis(self.interval_ms)
    }

    /// How long a probe may take.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    fn check(&self) -> Result<(), String> {
        if self.name.trim().is_empty() {
            return Err("its name is empty".into());
        }
        let most = Duration::from_hours(24).as_millis().try_into().unwrap_or(u64::MAX);
        for (what, value) in [("interval_ms", self.interval_ms), ("timeout_ms", self.timeout_ms)] {
            if !(10..=most).contains(&value) {
                return Err(format!("`{what}` is not between 10 and {most}"));
            }
        }
        if !(1..=KEPT_CHECKS).contains(&self.failures_to_open) {
            return Err(format!("`failures_to_open` is not between 1 and {KEPT_CHECKS}"));
        }
        probe::check_address(self.kind, &self.address).map_err(|error| error.to_string())
    }
}

/// Why a configuration cannot be put in force.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", file.display())]
    Read {
        /// The file.
        file: PathBuf,
        /// Why not.
        error: io::Error,
    },
    /// It is no TOML, or not what we want to know, or makes no sense.
    #[error("{}: {problem}", file.display())]
    Invalid {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Its database cannot be opened.
    #[error(transparent)]
    Database(#[from] OpenError),
}

impl Config {
    /// Reads and checks a file.
    ///
    /// # Errors
    /// If it cannot be read, or cannot be worked with.
    pub fn load(file: &Path) -> Result<Self, ConfigError> {
        let text = fs::read_to_string(file)
            .map_err(|error| ConfigError::Read { file: file.into(), error })?;
        Self::parse(&text).map_err(|problem| ConfigError::Invalid { file: file.into(), problem })
    }

    fn parse(text: &str) -> Result<Self, String> {
        let config: Self =
            toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        config.check()?;
        Ok(config)
    }

    /// As [`load`](Self::load), and tries the database if it is another than before: nobody
    /// is to be left with one that cannot be opened.
    ///
    /// # Errors
    /// As [`load`](Self::load), or if the database cannot be opened.
    pub fn load_in_place_of(old: &Self, file: &Path) -> Result<Self, ConfigError> {
        let config = Self::load(file)?;
        if config.database != old.database {
            database::try_open(&config.database)?;
        }
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        if self.database.as_os_str().is_empty() {
            return Err("`database` is empty".into());
        }
        let mut names = HashSet::new();
        for target in &self.targets {
            target.check().map_err(|problem| format!("target `{}`: {problem}", target.name))?;
            if !names.insert(&target.name) {
                return Err(format!("there are two targets `{}`", target.name));
            }
        }
        Ok(())
    }
}

/// The configuration in force.
#[executor(mutable, eq)]
pub fn config(settings: Dep<settings>) -> Config {
    settings.config.clone()
}

/// Why the file as it is now is not in force, if it is not.
#[executor(mutable, eq)]
pub fn config_problem() -> Option<String> {
    None
}

/// The part that the database depends on.
#[executor(eq)]
pub fn database_file(config: Reactive<config>) -> PathBuf {
    config.database.clone()
}

/// The part that the scheduler depends on.
#[executor(eq)]
pub fn targets(config: Reactive<config>) -> Vec<Target> {
    config.targets.clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_target(line: &str) -> Result<Config, String> {
        Config::parse(&format!(
            "database = 'a.db'\nlisten = '127.0.0.1:0'\n\
             [[targets]]\nname = 'web'\nkind = 'http'\n{line}"
        ))
    }

    #[test]
    fn what_is_not_said_has_a_default() {
        let config = with_target("address = 'http://localhost/'").unwrap();
        let target = &config.targets[0];
        assert_eq!(target.interval(), Duration::from_secs(10));
        assert_eq!((target.timeout_ms, target.failures_to_open), (2_000, 3));
        assert!(
            Config::parse("database = 'a.db'\nlisten = '127.0.0.1:0'").unwrap().targets.is_empty()
        );
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let good = "address = 'http://localhost/'\n";
        for (line, problem) in [
            ("address = 'https://localhost/'", "target `web`: `https://localhost/` is no"),
            ("address = 'localhost:80'", "target `web`: `localhost:80` is no"),
            (&format!("{good}interval_ms = 0"), "target `web`: `interval_ms` is not between"),
            (&format!("{good}timeout_ms = 9"), "target `web`: `timeout_ms` is not between"),
            (&format!("{good}failures_to_open = 0"), "target `web`: `failures_to_open` is not"),
            (&format!("{good}tiemout_ms = 10"), "unknown field `tiemout_ms`"), // typos: allow
            (
                &format!("{good}[[targets]]\nname = 'web'\nkind = 'tcp'\naddress = 'localhost:1'"),
                "there are two targets `web`",
            ),
        ] {
            let refused = with_target(line).unwrap_err();
            assert!(refused.contains(problem), "{line}: {refused}");
        }
    }
}
