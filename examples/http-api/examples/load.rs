//! Loads a server, for `load.sh`: `load <address> <process id> <seconds> <database> <database>`.
//!
//! As it is, then while `PUT /config` changes the configuration ten times a second, then again.
//! Says what came of it, and fails if a request did or if the server has grown.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/common"]
mod common {
    pub(crate) mod client;
}
#[allow(dead_code, reason = "the tests use more of it")]
#[path = "../tests/it/load.rs"]
mod load;

use common::client::Client;
use load::Load;

const CONNECTIONS: usize = 16;
const BETWEEN_CHANGES: Duration = Duration::from_millis(100);
/// How much larger the server may be in the end than it was after a third of the time.
const MOST_GROWTH: f64 = 1.1;

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, process, seconds, first, second] = &arguments[..] else {
        eprintln!("usage: load <address> <process id> <seconds> <database> <database>");
        return ExitCode::from(2);
    };
    let seconds: u32 = seconds.parse().expect("a number of seconds");
    let databases = [first.clone(), second.clone()];
    let load = Load::prepare(Client::new(address), databases).await;

    // The others who use this machine come and go: so before, and after.
    let time = Duration::from_secs(1) * seconds;
    let before = during(&load, time / 6, None, process).await;
    let changing = during(&load, time, Some(BETWEEN_CHANGES), process).await;
    let after = during(&load, time / 6, None, process).await;

    let failures = load.failures();
    println!("requests: {}, of which {} have failed", load.requests(), failures.len());
    println!("configurations: {}", load.changes());
    println!("requests/s while they change, to those while they do not: {:.2}", {
        changing.rate * 2. / (before.rate + after.rate)
    });
    let [start, third, middle, end] = changing.sizes;
    println!("memory in KiB: start {start}, third {third}, middle {middle}, end {end}");
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    let growth = end as f64 / third as f64;
    println!("memory at the end, to that after a third: {growth:.2}");
    println!("databases: {}", load.databases());
    for failure in failures.iter().take(10) {
        eprintln!("failed: {failure}");
    }
    let is_flat = if third == 0 {
        // Only Linux says how large another process is.
        eprintln!("memory is not measured here");
        !cfg!(target_os = "linux")
    } else {
        growth <= MOST_GROWTH
    };
    if !is_flat {
        eprintln!("failed: the server has grown");
    }
    if failures.is_empty() && is_flat { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

struct Phase {
    /// Requests in a second.
    rate: f64,
    /// Of the server: at the start, after a third, in the middle, at the end.
    sizes: [u64; 4],
}

/// Rounds from all connections, for so long.
async fn during(load: &Load, time: Duration, every: Option<Duration>, process: &str) -> Phase {
    let enough = Arc::new(AtomicBool::new(false));
    let (before, began) = (load.requests(), Instant::now());
    let mut working = Vec::new();
    for _ in 0..CONNECTIONS {
        let (load, enough) = (load.clone(), enough.clone());
        working.push(tokio::spawn(async move {
            while !enough.load(Ordering::Relaxed) {
                load.round().await;
            }
        }));
    }
    if let Some(every) = every {
        let (load, enough) = (load.clone(), enough.clone());
        working.push(tokio::spawn(async move {
            let mut ticks = tokio::time::interval(every);
            while !enough.load(Ordering::Relaxed) {
                ticks.tick().await;
                load.change().await;
            }
        }));
    }
    let mut sizes = [resident(process); 4];
    for (at, part) in [(1, time / 3), (2, time / 6), (3, time / 2)] {
        tokio::time::sleep(part).await;
        sizes[at] = resident(process);
    }
    enough.store(true, Ordering::Relaxed);
    for worker in working {
        worker.await.expect("no worker panics");
    }
    #[expect(clippy::cast_precision_loss, reason = "a ratio")]
    let rate = (load.requests() - before) as f64 / began.elapsed().as_secs_f64();
    Phase { rate, sizes }
}

/// The memory of a process in KiB; 0 where there is no `/proc`.
fn resident(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
