//! Crates in a temporary directory, and cargo on them.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

use super::generate::Author;
use super::watch::{self, Limit, Limits};

/// The directory that holds all crates; removed at the end.
pub(super) struct Place(PathBuf);

impl Place {
    pub(super) fn new() -> Result<Self, String> {
        let name = format!("pumped-compile-time-{}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).map_err(|error| format!("no temporary directory: {error}"))?;
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cargo {
    /// `cargo check`.
    Check,
    /// `cargo build`, without `--release`.
    Build,
}

impl Cargo {
    /// Its command.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Build => "build",
        }
    }
}

/// What a build has taken.
#[derive(Clone, Copy, Debug)]
pub struct Sample {
    /// Seconds, on the clock.
    pub time: f64,
    /// Seconds of all processors, cargo and the linker included, where the system tells.
    pub cpu: Option<f64>,
    /// MiB of rustc, where the system tells.
    pub memory: Option<f64>,
}

/// Why there is no sample.
#[derive(Clone, Debug)]
pub enum Ended {
    /// It has been ended.
    Limit(Limit),
    /// Something that takes less took too long.
    NotTried,
    /// What cargo said.
    Failed(String),
}

impl From<Ended> for String {
    fn from(ended: Ended) -> Self {
        match ended {
            Ended::Limit(limit) => format!("rustc was ended: no more {limit:?}"),
            Ended::NotTried => "not tried".to_owned(),
            Ended::Failed(text) => text,
        }
    }
}

/// A generated crate.
pub(super) struct Project {
    path: PathBuf,
    target: PathBuf,
    log: PathBuf,
    name: String,
    limits: Limits,
}

impl Project {
    /// Writes a crate.
    pub(super) fn new(
        place: &Place,
        name: &str,
        author: Author,
        code: &str,
        limits: Limits,
    ) -> Result<Self, String> {
        let path = place.0.join(name);
        let project = Self {
            target: place.0.join("target"),
            log: path.join("rustc.log"),
            name: name.to_owned(),
            path,
            limits,
        };
        let written = project.write(author, code);
        written.map_err(|error| format!("{}: {error}", project.path.display()))?;
        if author.version().is_some() {
            // The only step that asks the registry: for what pumped's own lock file does not have.
            project.cargo(&["fetch", "--quiet"], false)?;
        }
        Ok(project)
    }

    /// The same with a target directory of its own.
    pub(super) fn alone(mut self) -> Self {
        self.target = self.path.join("target");
        self
    }

    fn write(&self, author: Author, code: &str) -> std::io::Result<()> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let dependency = match (author, author.version()) {
            (Author::Pumped, _) => {
                format!("pumped = {{ path = \"{}\" }}\n", workspace.join("pumped").display())
            }
            (_, Some(version)) => format!("{} = \"={version}\"\n", author.name()),
            (_, None) => String::new(),
        };
        let mut manifest = format!(
            "[package]\nname = \"{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
             [workspace]\n[dependencies]\n{dependency}",
            self.name
        );
        fs::create_dir_all(self.path.join("src"))?;
        if let Some(script) = author.build_script() {
            fs::write(self.path.join("build.rs"), script)?;
            write!(manifest, "[build-dependencies]\n{dependency}").expect("a string takes all");
        }
        fs::write(self.path.join("Cargo.toml"), manifest)?;
        fs::write(self.path.join("src/main.rs"), code)?;
        // The same versions as the workspace's, without asking the registry.
        fs::copy(workspace.join("Cargo.lock"), self.path.join("Cargo.lock"))?;
        Ok(())
    }

    /// Builds the program and runs it; what it prints.
    pub(super) fn run(&self) -> Result<String, Ended> {
        let output = self.cargo(&["run", "--quiet", "--offline"], true)?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// What it takes after the program has changed.
    pub(super) fn rebuild(&self, cargo: Cargo) -> Result<Sample, Ended> {
        let main = self.path.join("src/main.rs");
        let touched = fs::File::options()
            .append(true)
            .open(&main)
            .and_then(|file| file.set_modified(std::time::SystemTime::now()));
        touched.map_err(|error| Ended::Failed(format!("{}: {error}", main.display())))?;
        watch::seen(&self.log);
        let before = watch::time_of_children();
        let start = Instant::now();
        self.cargo(&[cargo.name(), "--quiet", "--offline"], true)?;
        let time = start.elapsed().as_secs_f64();
        let cpu = before.zip(watch::time_of_children()).map(|(before, after)| after - before);
        let memory =
            watch::seen(&self.log).peak.map(|kibibytes| super::to_float(kibibytes) / 1024.0);
        Ok(Sample { time, cpu, memory })
    }

    /// Builds it with all that it depends on; the packages that it depends on.
    pub(super) fn clean_build(&self) -> Result<(Sample, Vec<String>), Ended> {
        if self.target.exists() {
            let removed = fs::remove_dir_all(&self.target);
            removed.map_err(|error| Ended::Failed(error.to_string()))?;
        }
        let before = watch::time_of_children();
        let start = Instant::now();
        let output = self.cargo(&["build", "--offline"], false)?;
        let time = start.elapsed().as_secs_f64();
        let cpu = before.zip(watch::time_of_children()).map(|(before, after)| after - before);
        let text = String::from_utf8_lossy(&output.stderr);
        let compiled = text.lines().filter_map(|line| line.trim().strip_prefix("Compiling "));
        let names = compiled.filter_map(|package| package.split_whitespace().next());
        let mut names: Vec<_> =
            names.filter(|name| *name != self.name).map(str::to_owned).collect();
        names.sort_unstable();
        Ok((Sample { time, cpu, memory: None }, names))
    }

    fn cargo(&self, arguments: &[&str], watched: bool) -> Result<Output, Ended> {
        let failed = |error| Ended::Failed(format!("cargo {}: {error}", arguments[0]));
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo
            .args(arguments)
            .current_dir(&self.path)
            .env("CARGO_TARGET_DIR", &self.target)
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_TERM_COLOR", "never");
        if watched {
            watch::watch(&mut cargo, self.limits, &self.log).map_err(failed)?;
        } else {
            // So cargo compiles what comes from a registry; what lies at a path is looked
            // through for lints as well.
            cargo.env("RUSTFLAGS", "--cap-lints=allow");
        }
        let output = cargo.output().map_err(failed)?;
        if output.status.success() {
            return Ok(output);
        }
        if let Some(limit) = watch::seen(&self.log).limit {
            return Err(Ended::Limit(limit));
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let first: Vec<&str> = text.lines().take(30).collect();
        let command = arguments.join(" ");
        Err(Ended::Failed(format!("cargo {command} in {}:\n{}", self.name, first.join("\n"))))
    }
}
