//! Writes 10,000 executors and as many fields for the feature `ten-thousand`.

use std::env;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const COUNT: usize = 10_000;
/// Declarations a module, so that no file of the compiler's gets too large.
const CHUNK: usize = 500;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_TEN_THOUSAND").is_none() {
        return;
    }
    let directory = env::var_os("OUT_DIR").expect("cargo sets it");
    let path = Path::new(&directory).join("ten_thousand.rs");
    fs::write(path, generate().expect("a string takes all")).expect("the directory is writable");
}

fn generate() -> Result<String, std::fmt::Error> {
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
