//! Tests by preset: parts are replaced without touching the code that uses them.

mod common;

use std::io;
use std::path::Path;
use std::sync::Arc;

use cli_tasks::cli::Options;
use cli_tasks::disk::{Disk, RealDisk, disk};
use cli_tasks::file_lock::file_lock;
use cli_tasks::file_store::file_store;
use cli_tasks::store::{Change, MemoryStore, Storage, Store, StoreError, memory_store, store};
use cli_tasks::tasks::TaskList;
use cli_tasks::wiring::{self, App};
use cli_tasks::{Command, Error, commands, run_in};
use common::Home;
use pumped::error::BuildProblem;
use pumped::prelude::*;

fn options(home: &Home) -> Options {
    Options { file: Some(home.file()), ..Options::default() }
}

fn add(text: &str) -> Command {
    Command::Add { text: text.into() }
}

#[test]
fn commands_work_with_any_store() {
    let home = Home::new();
    let memory = Arc::new(MemoryStore::default());
    let scope = wiring::builder(options(&home)).preset::<store>(memory.clone()).build().unwrap();
    let app = scope.get::<App>().unwrap();
    assert_eq!(commands::run(&app, &add("a")).unwrap(), "added 1: a\n");
    assert_eq!(commands::run(&app, &Command::List { json: false }).unwrap(), "1 [ ] a\n");
    assert_eq!(memory.read().unwrap().tasks().len(), 1);
    assert!(home.names().is_empty());
}

/// A store that always has trouble.
struct Unwell;

impl Store for Unwell {
    fn read(&self) -> Result<TaskList, Error> {
        let error = io::Error::other("the disk is unwell");
        Err(StoreError::Read { path: "somewhere".into(), error }.into())
    }

    fn change(&self, _: Change<'_>) -> Result<(), Error> {
        self.read().map(drop)
    }
}

#[test]
fn trouble_with_the_store_is_told() {
    let scope = Scope::builder().preset::<store>(Arc::new(Unwell)).root::<App>().build().unwrap();
    let mut output = Vec::new();
    let error = run_in(&scope, &add("a"), &mut output).unwrap_err();
    assert_eq!(error.to_string(), "cannot read somewhere: the disk is unwell");
    assert!(output.is_empty());
}

/// A disk on which there is no room to finish.
#[executor]
fn full_disk() -> Arc<dyn Disk> {
    struct Full;
    impl Disk for Full {
        fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
            RealDisk.write(path, &bytes[..1])?;
            Err(io::ErrorKind::StorageFull.into())
        }

        fn replace(&self, _: &Path, _: &Path) -> io::Result<()> {
            unreachable!("what was not written is not put in place")
        }
    }
    Arc::new(Full)
}

#[test]
fn what_cannot_be_written_is_not_said_to_be_done() {
    let home = Home::with_tasks(["old"]);
    let before = home.bytes();
    let scope = wiring::builder(options(&home)).preset_with::<disk, full_disk>().build().unwrap();
    let mut output = Vec::new();
    let error = run_in(&scope, &add("new"), &mut output).unwrap_err();
    assert!(error.to_string().starts_with("cannot write "), "{error}");
    assert!(output.is_empty());
    assert_eq!(home.bytes(), before);
    // Nothing is left over, and the lock was let go nevertheless.
    assert_eq!(home.names(), ["tasks.json", "tasks.json.lock"]);
    home.run(&["--wait", "0", "add", "next"]).assert().success();
}

#[test]
fn a_panic_while_writing_is_an_error_and_lets_the_lock_go() {
    struct Panicking;
    impl Disk for Panicking {
        fn write(&self, _: &Path, _: &[u8]) -> io::Result<()> {
            panic!("out of the blue")
        }

        fn replace(&self, _: &Path, _: &Path) -> io::Result<()> {
            unreachable!()
        }
    }
    let home = Home::with_tasks(["old"]);
    let builder = wiring::builder(options(&home)).preset::<disk>(Arc::new(Panicking));
    let error = run_in(&builder.build().unwrap(), &add("new"), &mut io::sink()).unwrap_err();
    assert!(matches!(error, Error::Dispose(_)));
    assert!(error.to_string().contains("out of the blue"), "{error}");
    home.run(&["--wait", "0", "add", "next"]).assert().success();
    assert_eq!(home.texts(), ["old", "next"]);
}

#[test]
fn only_the_store_of_the_tag_is_built() {
    let home = Home::new();
    for storage in [Storage::File, Storage::Memory] {
        let scope = wiring::builder(Options { storage, ..options(&home) }).build().unwrap();
        scope.get::<App>().unwrap();
        assert_eq!(scope.is_cached::<file_store>(), storage == Storage::File);
        assert_eq!(scope.is_cached::<memory_store>(), storage == Storage::Memory);
    }
}

#[test]
fn only_a_change_takes_the_lock() {
    let home = Home::with_tasks(["a"]);
    let scope = wiring::builder(options(&home)).build().unwrap();
    let app = scope.get::<App>().unwrap();
    commands::run(&app, &Command::List { json: true }).unwrap();
    assert!(!scope.is_cached::<file_lock>());
    commands::run(&app, &Command::Done { id: 1 }).unwrap();
    assert!(scope.is_cached::<file_lock>());
}

#[test]
fn several_commands_can_share_a_scope() {
    let home = Home::new();
    let scope = wiring::builder(options(&home)).build().unwrap();
    let app = scope.get::<App>().unwrap();
    for text in ["a", "b"] {
        commands::run(&app, &add(text)).unwrap();
    }
    assert_eq!(commands::run(&app, &Command::List { json: false }).unwrap(), "1 [ ] a\n2 [ ] b\n");
    assert!(!home.file().exists());
    scope.dispose().unwrap();
    assert_eq!(home.texts(), ["a", "b"]);
}

#[test]
fn what_is_missing_is_found_before_anything_runs() {
    let error = Scope::builder().root::<App>().root::<file_store>().build().unwrap_err();
    let missing: Vec<_> = error
        .problems()
        .iter()
        .map(|problem| match problem {
            BuildProblem::NotProvided { executor, .. } => *executor,
            other => panic!("{other}"),
        })
        .collect();
    assert_eq!(missing, ["settings"]);
}
