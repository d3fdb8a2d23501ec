//! The program, in a directory of its own.

#![allow(dead_code, reason = "each test file uses its own part of this")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use assert_cmd::{Command, cargo::cargo_bin};
use tempfile::TempDir;

pub(crate) struct Home {
    directory: TempDir,
}

impl Home {
    pub(crate) fn new() -> Self {
        Self { directory: TempDir::new().unwrap() }
    }

    /// A home whose file holds these bytes.
    pub(crate) fn with_file(bytes: impl AsRef<[u8]>) -> Self {
        let home = Self::new();
        fs::write(home.file(), bytes).unwrap();
        home
    }

    /// A home with tasks of these texts.
    pub(crate) fn with_tasks<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut tasks = cli_tasks::tasks::TaskList::default();
        for text in texts {
            tasks.add(text).unwrap();
        }
        Self::with_file(cli_tasks::format::encode(&tasks))
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.path().join("tasks.json")
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        fs::read(self.file()).unwrap()
    }

    /// What is in the directory, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.path()).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// The program with these arguments. It finds the file through the environment.
    pub(crate) fn run(&self, arguments: &[&str]) -> Command {
        Command::from_std(self.process(arguments))
    }

    /// The same, to be run beside others.
    pub(crate) fn process(&self, arguments: &[&str]) -> Process {
        let mut process = Process::new(cargo_bin!("cli-tasks"));
        process.args(arguments).env("CLI_TASKS_FILE", self.file()).env_remove("RUST_LOG");
        process
    }

    /// The texts of all tasks, in order.
    pub(crate) fn texts(&self) -> Vec<String> {
        let tasks = cli_tasks::format::decode(&self.bytes()).unwrap();
        tasks.tasks().iter().map(|task| task.text.clone()).collect()
    }
}
