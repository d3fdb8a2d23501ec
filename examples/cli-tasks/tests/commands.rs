//! The program as a user sees it: what it says, and what it ends with.

mod common;

use common::Home;
use predicates::prelude::*;
use predicates::str::contains;

#[test]
fn what_was_added_is_listed() {
    let home = Home::new();
    home.run(&["add", "write the report"]).assert().success().stdout("added 1: write the report\n");
    home.run(&["add", "日本語 🦀"]).assert().success();
    home.run(&["done", "1"]).assert().success().stdout("done 1: write the report\n");
    let listed = "1 [x] write the report\n2 [ ] 日本語 🦀\n";
    home.run(&["list"]).assert().success().stdout(listed).stderr("");
}

#[test]
fn done_twice_is_done() {
    let home = Home::with_tasks(["a"]);
    home.run(&["done", "1"]).assert().success();
    let before = home.bytes();
    home.run(&["done", "1"]).assert().success();
    assert_eq!(home.bytes(), before);
}

#[test]
fn tasks_are_removed_and_numbers_stay() {
    let home = Home::with_tasks(["a", "b", "c"]);
    home.run(&["remove", "2"]).assert().success().stdout("removed 2: b\n");
    home.run(&["done", "3"]).assert().success();
    home.run(&["clear"]).assert().success().stdout("removed 1 task\n");
    home.run(&["list"]).assert().stdout("1 [ ] a\n");
    home.run(&["clear", "--all"]).assert().success();
    home.run(&["list"]).assert().stdout("no tasks\n");
    home.run(&["add", "d"]).assert().stdout("added 4: d\n");
}

#[test]
fn json_keeps_every_character() {
    let text = "\"quoted\" \\ 🦀 a\nb";
    let home = Home::with_tasks([text]);
    let output = home.run(&["list", "--json"]).output().unwrap();
    let tasks: Vec<cli_tasks::tasks::Task> = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(tasks[0].text, text);
    // For people it is one line.
    home.run(&["list"]).assert().stdout("1 [ ] \"quoted\" \\ 🦀 a\\nb\n");
}

#[test]
fn a_task_that_is_not_there_has_an_exit_code_of_its_own() {
    let home = Home::with_tasks(["a"]);
    let before = home.bytes();
    for command in ["done", "remove"] {
        for id in ["0", "2", "18446744073709551615"] {
            let run = home.run(&[command, id]).assert().code(3).stdout("");
            run.stderr(format!("error: no such task: {id}\n"));
        }
    }
    assert_eq!(home.bytes(), before);
}

#[test]
fn a_wrong_command_line_touches_nothing() {
    let home = Home::new();
    let wrong: &[&[&str]] = &[
        &[],
        &["add"],
        &["add", ""],
        &["add", " \n"],
        &["done", "18446744073709551616"],
        &["done", "-1"],
        &["done", "one"],
        &["list", "--storage", "cloud"],
        &["--file", "", "list"],
    ];
    for arguments in wrong {
        home.run(arguments)
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("Usage").or(contains("--help")));
    }
    assert!(home.names().is_empty());
}

#[test]
fn a_text_may_look_like_an_option() {
    let home = Home::new();
    home.run(&["add", "--", "--file"]).assert().success().stdout("added 1: --file\n");
}

#[test]
fn help_tells_the_exit_codes() {
    Home::new()
        .run(&["--help"])
        .assert()
        .success()
        .stdout(contains("3  there is no task of that id"));
}

#[test]
fn the_option_comes_before_the_environment() {
    let (home, other) = (Home::with_tasks(["mine"]), Home::with_tasks(["other"]));
    let path = other.file();
    home.run(&["list", "--file", path.to_str().unwrap()]).assert().stdout("1 [ ] other\n");
}

#[cfg(unix)]
#[test]
fn without_both_each_user_has_a_file() {
    let home = Home::new();
    home.run(&["add", "a"])
        .env("CLI_TASKS_FILE", "")
        .env("XDG_DATA_HOME", home.path())
        .assert()
        .success();
    assert!(home.path().join("cli-tasks/tasks.json").is_file());
}

#[test]
fn memory_keeps_nothing() {
    let home = Home::with_tasks(["a"]);
    home.run(&["--storage", "memory", "add", "b"]).assert().success().stdout("added 1: b\n");
    assert_eq!(home.texts(), ["a"]);
    assert_eq!(home.names(), ["tasks.json"]);
}

#[test]
fn the_file_is_written_before_it_is_unlocked() {
    let home = Home::new();
    let output = home.run(&["-v", "add", "a"]).output().unwrap();
    let log = String::from_utf8(output.stderr).unwrap();
    let words: Vec<_> = log.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(words, ["locked", "written", "unlocked"]);
}

#[test]
fn logs_are_asked_for() {
    let home = Home::new();
    home.run(&["add", "a"]).assert().stderr("");
    home.run(&["add", "a"]).env("RUST_LOG", "info").assert().stderr(contains("written"));
    home.run(&["add", "a"]).env("RUST_LOG", "=,=").assert().success().stderr(contains("RUST_LOG"));
    home.run(&["-vv", "list"]).assert().stderr(contains("file_lock (lazy, empty)"));
}
