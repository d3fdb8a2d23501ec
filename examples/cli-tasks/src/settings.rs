//! What the program is told from outside, and where that leads.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use etcetera::BaseStrategy;
use pumped::prelude::*;

/// What the environment and the command line say.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `$CLI_TASKS_FILE`, if it says something.
    pub file: Option<PathBuf>,
    /// Where this user's programs keep their data.
    pub data_dir: Option<PathBuf>,
    /// How long to wait for another process.
    pub wait: Duration,
}

impl Settings {
    /// Asks the environment of this process: the only place that does.
    #[must_use]
    pub fn from_environment(wait: Duration) -> Self {
        Self {
            file: std::env::var_os("CLI_TASKS_FILE")
                .filter(|path| !path.is_empty())
                .map(OsString::into),
            data_dir: etcetera::choose_base_strategy().ok().map(|user| user.data_dir()),
            wait,
        }
    }
}

/// No body: [`wiring::builder`](crate::wiring::builder) provides it.
#[executor]
pub fn settings() -> Settings;

/// A tag: the `--file` option.
#[derive(Clone, Debug)]
pub struct FileOption(pub PathBuf);

/// There is no place for the file.
#[derive(Debug, thiserror::Error)]
#[error("no home directory to keep the tasks in: say where with --file or $CLI_TASKS_FILE")]
pub struct NoPlace;

/// The file of the tasks: what the option says, else the environment, else one per user.
#[executor]
pub fn tasks_file(
    option: Option<Tag<FileOption>>,
    settings: Dep<settings>,
) -> Result<PathBuf, NoPlace> {
    let path = option
        .map(|option| option.0.clone())
        .or_else(|| settings.file.clone())
        .or_else(|| Some(settings.data_dir.as_ref()?.join("cli-tasks").join("tasks.json")))
        .ok_or(NoPlace)?;
    // A link stays a link: what it leads to is what is replaced and locked.
    Ok(fs::canonicalize(&path).unwrap_or(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(file: Option<&str>, data_dir: Option<&str>) -> Dep<settings> {
        let (file, data_dir) = (file.map(PathBuf::from), data_dir.map(PathBuf::from));
        Dep::new(Settings { file, data_dir, wait: Duration::ZERO })
    }

    // An executor's function is still a function: the tests call it.

    #[test]
    fn the_option_comes_first() {
        let option = Some(Tag::new(FileOption("option".into())));
        assert_eq!(
            tasks_file(option, told(Some("env"), Some("data"))).unwrap(),
            PathBuf::from("option")
        );
    }

    #[test]
    fn then_the_environment() {
        assert_eq!(
            tasks_file(None, told(Some("env"), Some("data"))).unwrap(),
            PathBuf::from("env")
        );
    }

    #[test]
    fn then_the_user() {
        let path = tasks_file(None, told(None, Some("data"))).unwrap();
        assert!(path.ends_with("data/cli-tasks/tasks.json"));
    }

    #[test]
    fn else_it_says_what_to_do() {
        assert!(tasks_file(None, told(None, None)).unwrap_err().to_string().contains("--file"));
    }
}
