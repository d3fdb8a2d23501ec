//! The program as a user sees it.

use std::fs;
use std::process::Stdio;

use assert_cmd::Command;
use predicates::prelude::*;
use predicates::str::contains;

fn program() -> Command {
    let mut program = Command::cargo_bin("order-processing").unwrap();
    program.env_remove("ORDERS_TAX").env_remove("ORDERS_AUDIT").env_remove("RUST_LOG");
    program
}

#[test]
fn the_sample_fails_in_parts_and_the_batch_goes_on() {
    let run = program().assert().code(3);
    run.stdout(contains("1001 confirmed: 57.24 €, payment 1, req-1001"))
        .stdout(contains("1004 failed: panicked"))
        .stdout(contains("1008 failed: the execution timed out after 1s"))
        .stdout(contains("2 confirmed, 6 failed, 155.89 € taken"))
        .stdout(contains("└─ charge panicked"))
        .stdout(contains("order 1008 timed out"))
        .stdout(contains("└─ quote_shipping cancelled"));
}

#[test]
fn a_reader_may_leave() {
    let mut process = std::process::Command::new(assert_cmd::cargo::cargo_bin!("order-processing"));
    process.env_remove("ORDERS_TAX").env_remove("ORDERS_AUDIT").env("RUST_LOG", "off");
    let piped = process.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // It is gone before anything is written to it, or the pipe takes it all: both are fine.
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn an_option_wins_over_the_environment() {
    let tax = |program: &mut Command| program.assert().code(3);
    tax(program().env("ORDERS_TAX", "0")).stdout(contains("1001 confirmed: 48.10 €"));
    tax(program().env("ORDERS_TAX", "0").args(["--tax", "19"])).stdout(contains("57.24 €"));
    let wrong = program().env("ORDERS_TAX", "much").assert().code(1);
    wrong
        .stdout("")
        .stderr(contains("`much` is no percentage: write a whole number from 0 to 100"));
}

#[test]
fn the_audit_log_is_written_at_the_end() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("audit.log");
    program().arg("--audit").arg(&file).assert().code(3);
    let written = fs::read_to_string(&file).unwrap();
    for request in ["req-1002", "req-1004", "req-1007", "req-1008"] {
        assert!(written.contains(&format!("{request} given back: 1 lines\n")), "{written}");
    }
    let missing = home.path().join("missing/audit.log");
    let run = program().arg("--audit").arg(missing).assert().code(1);
    // The cards were charged all the same, and that is not kept to ourselves.
    run.stdout(contains("155.89 € taken")).stderr(contains("cannot write the audit log"));
}

#[test]
fn the_gateway_is_closed_at_the_end() {
    let run = program().arg("-v").assert().code(3);
    let log = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    let at = |what| log.find(what).unwrap_or_else(|| panic!("`{what}` is not in: {log}"));
    assert!(at("signed in to the gateway") < at("order 1001"));
    // Also the order that has timed out has ended by then.
    assert!(at("the execution timed out") < at("signed out of the gateway"));
}

#[test]
fn the_deadline_can_be_set() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("orders.json");
    let order = r#"[{"id": "1", "customer": "1", "card": "1", "ship_to": "Atlantis",
        "lines": [{"sku": "tea", "quantity": 1}]}]"#;
    fs::write(&file, order).unwrap();
    let run = program().arg(&file).args(["--deadline", "20"]).assert().code(3);
    run.stdout(contains("1 failed: the execution timed out after 20ms"));
    program().args(["--deadline", "soon"]).assert().code(2).stderr(contains("invalid digit"));
}

#[test]
fn a_file_that_holds_no_orders_is_told_of() {
    let home = tempfile::tempdir().unwrap();
    for (text, says) in [
        ("not json", "expected ident at line 1 column 2"),
        ("{}", "expected a sequence"),
        (
            r#"[{"id": "1", "customer": "1", "card": "1", "ship_to": "1", "lines": [], "more": 1}]"#,
            "unknown field `more`",
        ),
        (r#"[{"id": "1", "customer": "1", "card": "1", "ship_to": "1"}]"#, "missing field `lines`"),
    ] {
        let file = home.path().join("orders.json");
        fs::write(&file, text).unwrap();
        let run = program().arg(&file).assert().code(1).stdout("");
        run.stderr(contains("orders.json holds no list of orders: ").and(contains(says)));
    }
    program()
        .arg(home.path().join("nowhere.json"))
        .assert()
        .code(1)
        .stderr(contains("cannot read"));
    fs::write(home.path().join("none.json"), "[]").unwrap();
    let run = program().arg(home.path().join("none.json")).assert().success();
    run.stdout(contains("0 confirmed, 0 failed, 0.00 € taken"));
}
