//! Writes what nobody would by hand: a thousand dependents of one value, and for the
//! feature `ten-thousand` as many, and 10,000 executors beside as many fields. Also
//! tells the report which compiler it was made by.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

const COUNT: usize = 10_000;
/// Declarations a module, so that no file of the compiler's gets too large.
const CHUNK: usize = 500;

type Code = Result<String, std::fmt::Error>;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let ten_thousand = env::var_os("CARGO_FEATURE_TEN_THOUSAND").is_some();
    write("dependents.rs", dependents(if ten_thousand { COUNT } else { 1_000 }));
    if ten_thousand {
        write("ten_thousand.rs", executors());
    }
    println!("cargo::rustc-env=RUSTC_VERSION={}", rustc().as_deref().unwrap_or("rustc"));
}

fn write(name: &str, code: Code) {
    let directory = env::var_os("OUT_DIR").expect("cargo sets it");
    let path = Path::new(&directory).join(name);
    fs::write(path, code.expect("a string takes all")).expect("the directory is writable");
}

fn rustc() -> Option<String> {
    let output = Command::new(env::var_os("RUSTC")?).arg("--version").output().ok()?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn dependents(count: usize) -> Code {
    let mut code = "#[executor(mutable)] pub(super) fn base() -> u64 { 0 }\n".to_owned();
    for first in (0..count).step_by(CHUNK) {
        writeln!(code, "mod m{first} {{ use super::{{Reactive, Scope, base, executor}};")?;
        for at in first..first + CHUNK {
            writeln!(
                code,
                "#[executor] fn d{at}(base: Reactive<base>) -> u64 {{ *base + {} }}
                pub(super) fn read{at}(scope: &Scope) -> u64 {{ *scope.get::<d{at}>().unwrap() }}",
                at + 1
            )?;
        }
        code.push_str("}\n");
    }
    write!(code, "static READ: [fn(&Scope) -> u64; {count}] = [")?;
    for at in 0..count {
        write!(code, "m{}::read{at},", at / CHUNK * CHUNK)?;
    }
    code.push_str("];\n");
    Ok(code)
}

fn executors() -> Code {
    let mut code = String::new();
    for first in (0..COUNT).step_by(CHUNK) {
        writeln!(code, "mod m{first} {{ use super::{{Fields, Scope, executor}};")?;
        for at in first..first + CHUNK {
            writeln!(
                code,
                "#[executor] pub(super) fn e{at}() -> u64 {{ {at} }}
                pub(super) fn ours{at}(scope: &Scope) -> u64 {{ *scope.get::<e{at}>().unwrap() }}
                pub(super) fn hand{at}(fields: &Fields) -> u64 {{ *fields.f{at}.get_or_init(|| {at}) }}"
            )?;
        }
        code.push_str("}\n");
    }
    code.push_str("#[derive(Default)] struct Fields {");
    for at in 0..COUNT {
        write!(code, "f{at}: OnceLock<u64>,")?;
    }
    code.push_str("}\n");
    for (table, argument) in [("ours", "Scope"), ("hand", "Fields")] {
        let name = table.to_uppercase();
        write!(code, "static {name}: [fn(&{argument}) -> u64; {COUNT}] = [")?;
        for at in 0..COUNT {
            write!(code, "m{}::{table}{at},", at / CHUNK * CHUNK)?;
        }
        code.push_str("];\n");
    }
    Ok(code)
}
