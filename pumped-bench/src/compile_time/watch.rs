//! What one crate costs rustc: this program in the place of rustc, which runs it, looks at
//! its memory while it runs, and ends it when it takes too much.
//!
//! Cargo calls what `RUSTC_WORKSPACE_WRAPPER` names, with rustc and its arguments. The most
//! memory that a process ever had is only to be read while it is there, so it is read every
//! few milliseconds: what is missed is what it grew by in the last of them.

use std::env;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// What rustc may take for one crate.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long it may run: processor time where that can be known (on Linux), so that a
    /// busy machine ends nobody.
    pub time: Duration,
    /// How much memory, where that can be known (on Linux).
    pub mebibytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_mins(2), mebibytes: 6 * 1024 }
    }
}

/// Which of the limits was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// It was not done in time.
    Time,
    /// It needed more memory.
    Memory,
}

const LOG: &str = "PUMPED_BENCH_RUSTC_LOG";
const MILLISECONDS: &str = "PUMPED_BENCH_RUSTC_MILLISECONDS";
const KIBIBYTES: &str = "PUMPED_BENCH_RUSTC_KIBIBYTES";
const NO_TIME: &str = "time";
const NO_MEMORY: &str = "memory";

/// Has cargo call this program instead of rustc, for the crates of the workspace alone.
pub(super) fn watch(cargo: &mut Command, limits: Limits, log: &Path) -> std::io::Result<()> {
    cargo
        .env("RUSTC_WRAPPER", "")
        .env("RUSTC_WORKSPACE_WRAPPER", env::current_exe()?)
        .env(LOG, log)
        .env(MILLISECONDS, limits.time.as_millis().to_string())
        .env(KIBIBYTES, (limits.mebibytes * 1024).to_string());
    Ok(())
}

/// What the log says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    /// The most memory that rustc had, in KiB.
    pub(super) peak: Option<u64>,
    pub(super) limit: Option<Limit>,
}

/// Reads the log and removes it. A crate with a build script has called rustc twice.
pub(super) fn seen(log: &Path) -> Seen {
    let text = fs::read_to_string(log).unwrap_or_default();
    // Nothing was compiled where there is none.
    let _ = fs::remove_file(log);
    parsed(&text)
}

fn parsed(text: &str) -> Seen {
    let mut seen = Seen::default();
    for word in text.split_whitespace() {
        match word {
            NO_TIME => seen.limit = Some(Limit::Time),
            NO_MEMORY => seen.limit = Some(Limit::Memory),
            peak => seen.peak = seen.peak.max(peak.parse().ok()),
        }
    }
    seen
}

/// If this process was called in the place of rustc: the exit code for `main` to return.
#[must_use]
pub fn in_place_of_rustc() -> Option<ExitCode> {
    let log = env::var_os(LOG)?;
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    Some(match run(&arguments, &log) {
        Ok(status) => {
            let code = status.code().and_then(|code| u8::try_from(code).ok());
            code.map_or(ExitCode::FAILURE, ExitCode::from)
        }
        Err(error) => {
            eprintln!("rustc is not to be run: {error}");
            ExitCode::FAILURE
        }
    })
}

fn run(arguments: &[OsString], log: &OsString) -> std::io::Result<ExitStatus> {
    let Some((rustc, arguments)) = arguments.split_first() else {
        return Err(std::io::Error::other("no arguments"));
    };
    let mut child = Command::new(rustc).args(arguments).spawn()?;
    // Cargo's own questions (`rustc -vV`, `--print cfg`) are no crates: they name `___` or none.
    let crate_name = arguments.windows(2).find(|pair| pair[0] == "--crate-name");
    if crate_name.is_none_or(|pair| pair[1] == "___") {
        return child.wait();
    }
    let (status, line) = wait(&mut child)?;
    let mut log = File::options().create(true).append(true).open(log)?;
    writeln!(log, "{line}")?;
    Ok(status)
}

/// Waits for it, or ends it; and what there is to say.
fn wait(child: &mut Child) -> std::io::Result<(ExitStatus, String)> {
    const STEP: Duration = Duration::from_millis(2);
    let limit = |name| env::var(name).ok().and_then(|value| value.parse().ok());
    let time = limit(MILLISECONDS).map_or(Duration::MAX, Duration::from_millis);
    let kibibytes = limit(KIBIBYTES).unwrap_or(u64::MAX);
    let start = Instant::now();
    let mut peak = None;
    loop {
        peak = peak.max(peak_of(child.id()));
        if let Some(status) = child.try_wait()? {
            return Ok((status, peak.map(|peak| peak.to_string()).unwrap_or_default()));
        }
        let ended = if peak > Some(kibibytes) {
            NO_MEMORY
        } else if time_of(child.id()).unwrap_or_else(|| start.elapsed()) > time {
            NO_TIME
        } else {
            thread::sleep(STEP);
            continue;
        };
        child.kill()?;
        return Ok((child.wait()?, ended.to_owned()));
    }
}

/// The most memory that a process has had so far, in KiB, if the system tells.
fn peak_of(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// The processor time that a process has taken so far, if the system tells.
fn time_of(process: u32) -> Option<Duration> {
    Duration::try_from_secs_f64(stat(&process.to_string(), 11)?).ok()
}

/// The seconds of processor time that ended children of this process have taken, and
/// theirs, if the system tells.
pub(super) fn time_of_children() -> Option<f64> {
    stat("self", 13)
}

/// The sum of two times of a process, in user code and in the kernel, of which the first
/// is so many fields behind its name.
fn stat(process: &str, first: usize) -> Option<f64> {
    // Linux counts in hundredths, whatever its clock does.
    const TICKS: f64 = 100.0;
    let text = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name may contain anything.
    let (_, fields) = text.rsplit_once(')')?;
    let fields: Vec<&str> = fields.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<u32>().ok().map(f64::from);
    Some((ticks(first)? + ticks(first + 1)?) / TICKS)
}

#[cfg(test)]
mod tests {
    use super::{Limit, Seen, parsed, peak_of, time_of, time_of_children};

    #[test]
    fn the_log_of_several_is_their_most() {
        assert_eq!(parsed("100\n250\n120\n"), Seen { peak: Some(250), limit: None });
        assert_eq!(parsed("100\nmemory\n"), Seen { peak: Some(100), limit: Some(Limit::Memory) });
        assert_eq!(parsed("time\n"), Seen { peak: None, limit: Some(Limit::Time) });
        assert_eq!(parsed("\n"), Seen::default());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells() {
        assert!(peak_of(std::process::id()) > Some(100));
        assert!(time_of_children() >= Some(0.0));
        assert!(time_of(std::process::id()).is_some());
    }
}
