//! What a crash leaves: a process that dies for good, in the middle of its work.
//!
//! The program knows nothing of this. A preset puts a disk in the place of the
//! real one that ends the process at a chosen step.

#![cfg(unix)]

mod common;

use std::env;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{self, Command as Process};
use std::sync::Arc;

use cli_tasks::Command;
use cli_tasks::cli::Options;
use cli_tasks::disk::{Disk, RealDisk, disk};
use cli_tasks::wiring;
use common::Home;

const FILE: &str = "CRASHING_FILE";
const POINT: &str = "CRASHING_POINT";

/// A disk that does its work up to a point.
struct Crashing(String);

impl Disk for Crashing {
    fn write(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        if self.0 == "half written" {
            RealDisk.write(path, &bytes[..bytes.len() / 2])?;
            process::abort();
        }
        RealDisk.write(path, bytes)
    }

    fn replace(&self, path: &Path, with: &Path) -> io::Result<()> {
        if self.0 == "written" {
            process::abort();
        }
        RealDisk.replace(path, with)?;
        process::abort();
    }
}

/// Not a test: the process that crashes. The tests below run it.
#[test]
#[ignore = "crashes; run by the tests of this file"]
fn crashing_process() {
    let (Some(file), Ok(point)) = (env::var_os(FILE), env::var(POINT)) else { return };
    let options = Options { file: Some(file.into()), wait: 0, ..Options::default() };
    let scope = wiring::builder(options).preset::<disk>(Arc::new(Crashing(point))).build().unwrap();
    let add = Command::Add { text: "new".into() };
    let _ = cli_tasks::run_in(&scope, &add, &mut io::sink());
}

fn crash(home: &Home, point: &str) {
    let mut process = Process::new(env::current_exe().unwrap());
    process.args(["--exact", "crashing_process", "--ignored", "--nocapture"]);
    let output = process.env(FILE, home.file()).env(POINT, point).output().unwrap();
    assert_eq!(output.status.code(), None, "{point}: it was to be ended by a signal: {output:?}");
}

#[test]
fn before_the_file_is_replaced_the_old_tasks_are_there() {
    for point in ["half written", "written"] {
        let home = Home::with_tasks(["old"]);
        let before = home.bytes();
        crash(&home, point);
        assert_eq!(home.bytes(), before, "{point}");
        assert_eq!(home.names(), ["tasks.json", "tasks.json.lock", "tasks.json.new"]);

        // The lock has died with its process, and what was left is in nobody's way.
        home.run(&["list"]).assert().success().stdout("1 [ ] old\n");
        home.run(&["--wait", "0", "add", "next"]).assert().success().stdout("added 2: next\n");
        assert_eq!(home.texts(), ["old", "next"]);
        assert_eq!(home.names(), ["tasks.json", "tasks.json.lock"]);
    }
}

#[test]
fn after_it_the_new_ones_are() {
    let home = Home::with_tasks(["old"]);
    crash(&home, "replaced");
    assert_eq!(home.texts(), ["old", "new"]);
    home.run(&["--wait", "0", "add", "next"]).assert().success().stdout("added 3: next\n");
}

#[test]
fn what_a_crash_left_is_not_read() {
    let home = Home::with_tasks(["old"]);
    fs::write(home.path().join("tasks.json.new"), "half a fi").unwrap();
    home.run(&["add", "next"]).assert().success();
    assert_eq!(home.texts(), ["old", "next"]);
    assert_eq!(home.names(), ["tasks.json", "tasks.json.lock"]);
}
