//! Files, directories and pipes that do not do what one wants.

mod common;

use std::fs;

use common::Home;
use predicates::str::{contains, starts_with};

const CHANGES: &[&[&str]] = &[&["add", "b"], &["done", "1"], &["remove", "1"], &["clear", "--all"]];

#[test]
fn a_damaged_file_is_told_and_left_as_it_is() {
    let half = Home::with_tasks(["a", "b"]).bytes();
    let damaged: &[&[u8]] = &[
        &half[..half.len() / 2],
        b"not json",
        b"\n",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe\x00",
        br#"{"version": 2, "next_id": 1, "tasks": []}"#,
        br#"{"version": 1, "next_id": 1, "tasks": [{"id": 1, "text": "a", "done": false}]}"#,
        br#"{"version": 1, "next_id": 1, "tasks": [], "more": 1}"#,
    ];
    for bytes in damaged {
        let home = Home::with_file(bytes);
        for arguments in CHANGES.iter().chain([&["list"] as &[_], &["list", "--json"]].iter()) {
            let run = home.run(arguments).assert().code(1).stdout("");
            run.stderr(starts_with("error: ")).stderr(contains("tasks.json is damaged"));
            assert_eq!(home.bytes(), *bytes);
        }
        assert_eq!(home.names(), ["tasks.json", "tasks.json.lock"]);
    }
}

#[test]
fn an_empty_file_has_no_tasks() {
    let home = Home::with_file("");
    home.run(&["list"]).assert().success().stdout("no tasks\n");
    home.run(&["add", "a"]).assert().success().stdout("added 1: a\n");
}

#[test]
fn the_numbers_can_run_out() {
    let file = format!(r#"{{"version": 1, "next_id": {}, "tasks": []}}"#, u64::MAX);
    let home = Home::with_file(&file);
    home.run(&["add", "a"]).assert().code(1).stderr("error: there are no more numbers for tasks\n");
    assert_eq!(home.bytes(), file.as_bytes());
}

#[test]
fn directories_are_made_when_there_is_something_to_keep() {
    let home = Home::new();
    let path = home.path().join("not/there/tasks.json");
    let path = path.to_str().unwrap();
    home.run(&["--file", path, "list"]).assert().success().stdout("no tasks\n");
    assert!(home.names().is_empty());
    home.run(&["--file", path, "add", "a"]).assert().success();
    home.run(&["--file", path, "list"]).assert().success().stdout("1 [ ] a\n");
}

#[test]
fn a_path_without_a_directory_is_here() {
    let home = Home::new();
    let mut run = home.run(&["--file", "tasks.json", "add", "a"]);
    run.current_dir(home.path()).assert().success();
    assert_eq!(home.texts(), ["a"]);
}

#[test]
fn a_directory_is_no_file() {
    let home = Home::new();
    fs::create_dir(home.file()).unwrap();
    home.run(&["list"]).assert().code(1).stderr(contains("cannot read"));
    home.run(&["add", "a"]).assert().code(1).stderr(contains("cannot read"));
}

#[test]
fn a_file_is_no_directory() {
    let home = Home::with_tasks(["a"]);
    let path = home.file().join("tasks.json");
    home.run(&["--file", path.to_str().unwrap(), "add", "a"])
        .assert()
        .code(1)
        .stderr(contains("cannot lock"));
    assert_eq!(home.texts(), ["a"]);
}

#[test]
fn a_read_only_file_is_not_replaced() {
    let home = Home::with_tasks(["a"]);
    let mut permissions = fs::metadata(home.file()).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(home.file(), permissions).unwrap();
    home.run(&["list"]).assert().success().stdout("1 [ ] a\n");
    home.run(&["add", "b"]).assert().code(1).stdout("").stderr(contains("it is read-only"));
    assert_eq!(home.texts(), ["a"]);
    assert_eq!(home.names(), ["tasks.json", "tasks.json.lock"]);
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_can_be_listed() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::with_tasks(["a"]);
    let allow = |mode| fs::set_permissions(home.path(), fs::Permissions::from_mode(mode)).unwrap();
    allow(0o555);
    home.run(&["list"]).assert().success().stdout("1 [ ] a\n");
    let refused = fs::write(home.path().join("probe"), "").is_err();
    if refused {
        home.run(&["add", "b"]).assert().code(1).stdout("").stderr(contains("cannot lock"));
        assert_eq!(home.names(), ["tasks.json"]);
    }
    // Else this is root, who may do everything, but see below.
    allow(0o755);
    assert_eq!(home.texts(), ["a"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_takes_no_files_can_be_listed() {
    let home = Home::new();
    home.run(&["--file", "/proc/tasks.json", "list"]).assert().success().stdout("no tasks\n");
    let run = home.run(&["--file", "/proc/tasks.json", "add", "a"]).assert();
    run.code(1).stdout("").stderr(contains("error: cannot lock /proc/tasks.json.lock"));
}

#[cfg(unix)]
#[test]
fn links_and_permissions_stay() {
    use std::os::unix::fs::PermissionsExt;

    let home = Home::with_tasks(["a"]);
    fs::set_permissions(home.file(), fs::Permissions::from_mode(0o600)).unwrap();
    let link = home.path().join("link.json");
    std::os::unix::fs::symlink("tasks.json", &link).unwrap();
    home.run(&["--file", link.to_str().unwrap(), "add", "b"]).assert().success();
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::metadata(home.file()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(home.texts(), ["a", "b"]);
    // One lock, by whatever name the file is called.
    assert_eq!(home.names(), ["link.json", "tasks.json", "tasks.json.lock"]);
}

#[test]
fn a_reader_may_leave() {
    let long = "x".repeat(10_000);
    let home = Home::with_tasks(std::iter::repeat_n(&*long, 100));
    let mut process = home.process(&["list"]);
    let piped = process.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // More is to come than a pipe takes, and nobody takes it.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let home = Home::with_tasks(["a"]);
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let output = home.process(&["list"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot write the answer"));
}
