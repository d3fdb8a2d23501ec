//! Several processes at once.

mod common;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use common::Home;
use predicates::str::contains;

#[test]
fn adding_at_once_loses_nothing() {
    const PROCESSES: usize = 8;
    const ROUNDS: usize = 3;
    let home = Home::new();
    let mut expected: Vec<String> = Vec::new();
    for round in 0..ROUNDS {
        let texts: Vec<_> = (0..PROCESSES).map(|at| format!("task {round}-{at}")).collect();
        let children: Vec<_> = texts
            .iter()
            .map(|text| {
                let mut process = home.process(&["--wait", "120", "add", text]);
                process.stdout(Stdio::null()).spawn().unwrap()
            })
            .collect();
        for mut child in children {
            assert!(child.wait().unwrap().success());
        }
        expected.extend(texts);
    }
    let mut texts = home.texts();
    texts.sort();
    assert_eq!(texts, expected);
}

/// The lock as another process would have it.
fn lock(home: &Home) -> File {
    let file = File::create(home.path().join("tasks.json.lock")).unwrap();
    file.lock().unwrap();
    file
}

#[test]
fn whoever_changes_waits_and_whoever_reads_does_not() {
    let home = Home::with_tasks(["a"]);
    let locked = lock(&home);
    home.run(&["--wait", "0", "list"]).assert().success().stdout("1 [ ] a\n");

    let mut process = home.process(&["-v", "--wait", "120", "add", "b"]);
    let mut child = process.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
    assert!(log.next().unwrap().unwrap().contains("waiting for another process"));
    assert_eq!(home.texts(), ["a"]);

    drop(locked);
    assert!(child.wait().unwrap().success());
    assert_eq!(home.texts(), ["a", "b"]);
}

#[test]
fn nobody_waits_for_ever() {
    let home = Home::with_tasks(["a"]);
    let _locked = lock(&home);
    let run = home.run(&["--wait", "0", "add", "b"]).assert().code(1).stdout("");
    run.stderr(contains("error: another process is changing the tasks"));
    assert_eq!(home.texts(), ["a"]);
}
