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
fn legal_declarations_compile() {
    if is_pinned() {
        trybuild::TestCases::new().pass("ui/pass/*.rs");
    }
}
