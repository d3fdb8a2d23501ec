//! Crates in a temporary directory, and cargo on them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::generate::Side;

/// The directory that holds all crates; removed at the end.
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new() -> std::io::Result<Self> {
        let name = format!("pumped-compile-time-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // What cannot be removed is left to the system: it is a temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What is timed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Cargo {
    Check,
    Build,
}

impl Cargo {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Build => "build",
        }
    }
}

/// A generated crate, with its dependencies compiled.
pub(super) struct Project {
    path: PathBuf,
    target: PathBuf,
    name: String,
}

impl Project {
    /// Writes a crate.
    pub(super) fn new(place: &Place, name: &str, side: Side, code: &str) -> Result<Self, String> {
        let path = place.0.join(name);
        let project = Self { target: place.0.join("target"), name: name.to_owned(), path };
        project
            .write(side, code)
            .map_err(|error| format!("{}: {error}", project.path.display()))?;
        Ok(project)
    }

    fn write(&self, side: Side, code: &str) -> std::io::Result<()> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let dependency = match side {
            Side::Ours => {
                format!("pumped = {{ path = \"{}\" }}", workspace.join("pumped").display())
            }
            Side::Hand => String::new(),
        };
        let manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [workspace]\n[dependencies]\n{dependency}\n",
            self.name
        );
        fs::create_dir_all(self.path.join("src"))?;
        fs::write(self.path.join("Cargo.toml"), manifest)?;
        fs::write(self.path.join("src/main.rs"), code)?;
        // The same versions as the workspace's, without asking the registry.
        fs::copy(workspace.join("Cargo.lock"), self.path.join("Cargo.lock"))?;
        Ok(())
    }

    /// Builds the program and runs it; what it prints.
    pub(super) fn run(&self) -> Result<String, String> {
        self.cargo("run")
    }

    /// The seconds that cargo takes after the program has changed.
    pub(super) fn rebuild(&self, cargo: Cargo) -> Result<f64, String> {
        let main = self.path.join("src/main.rs");
        let touched = fs::File::options()
            .append(true)
            .open(&main)
            .and_then(|file| file.set_modified(std::time::SystemTime::now()));
        touched.map_err(|error| format!("{}: {error}", main.display()))?;
        let start = Instant::now();
        self.cargo(cargo.name())?;
        Ok(start.elapsed().as_secs_f64())
    }

    fn cargo(&self, command: &str) -> Result<String, String> {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args([command, "--offline", "--quiet"])
            .current_dir(&self.path)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .map_err(|error| format!("cargo {command}: {error}"))?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let first: Vec<&str> = text.lines().take(30).collect();
        Err(format!("cargo {command} in {}:\n{}", self.name, first.join("\n")))
    }
}
