//! Every mistake has one error in the user's words, and every legal declaration
//! compiles under the strictest lints. The texts are those of the pinned
//! toolchain; on any other the tests skip.
//!
//! `TRYBUILD=overwrite cargo test -p pumped-tests --test ui` accepts new texts.

use std::process::Command;

const PINNED: &str = "rustc 1.95.";

fn is_pinned() -> bool {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let version = Command::new(rustc).arg("--version").output();
    version.is_ok_and(|version| version.stdout.starts_with(PINNED.as_bytes()))
}

#[test]
fn mistakes_have_one_error_each() {
    if is_pinned() {
        trybuild::TestCases::new().compile_fail("ui/fail/*.rs");
    }
}

#[test]
fn mistakes_in_flows_have_one_error_each() {
    if is_pinned() {
        trybuild::TestCases::new().compile_fail("ui/flow/*.rs");
    }
}

/// A constant of the whole graph is evaluated where the call that needs it is
/// built, so the primary place of such an error is in our source, and the user's
/// call is the note below it.
#[test]
fn mistakes_of_the_whole_graph_do_not_build() {
    if is_pinned() {
        let cases = trybuild::TestCases::new();
        cases.pass("ui/at_build/compiles.rs");
        for case in ["cycle_of_forty", "provide_of_one_with_a_body"] {
            cases.compile_fail(format!("ui/at_build/{case}.rs"));
        }
    }
}

#[test]
fn legal_declarations_compile() {
    if is_pinned() {
        trybuild::TestCases::new().pass("ui/pass/*.rs");
    }
}
