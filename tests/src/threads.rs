//! Threads that meet, wait for each other, and must not hang.

use std::sync::Barrier;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

/// Aborts the process if it is not dropped in time: a deadlock fails its test.
#[must_use = "it watches until it is dropped"]
pub struct Watchdog(#[expect(dead_code, reason = "its drop is the message")] Sender<()>);

impl Watchdog {
    /// Watches from now on.
    ///
    /// # Panics
    /// If no thread can be started.
    pub fn start() -> Self {
        let test = thread::current().name().unwrap_or("a test").to_owned();
        let (alive, watched) = mpsc::channel::<()>();
        let watch = move || {
            if watched.recv_timeout(Duration::from_mins(1)) == Err(RecvTimeoutError::Timeout) {
                eprintln!("{test}: still not done, this is a deadlock");
                std::process::abort();
            }
        };
        thread::Builder::new()
            .name("watchdog".into())
            .spawn(watch)
            .expect("a thread can be started");
        Self(alive)
    }
}

/// Runs `work` in `threads` threads at once, and returns what they return, in order.
/// A hang aborts the process.
///
/// # Panics
/// If one of them panics.
pub fn together<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let _watchdog = Watchdog::start();
    let start = Barrier::new(threads);
    let run = |number| {
        start.wait();
        work(number)
    };
    let run = &run;
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|at| scope.spawn(move || run(at))).collect();
        running.into_iter().map(|thread| thread.join().expect("no thread panics")).collect()
    })
}

/// Runs `work` in a thread with a stack of 2 MiB, the default of spawned threads.
///
/// # Panics
/// If `work` does.
pub fn on_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    const SIZE: usize = 2 << 20;
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(SIZE).spawn_scoped(scope, work);
        thread.expect("a thread can be started").join().expect("the thread does not panic")
    })
}

/// A thread, as the operating system knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tid(#[cfg(target_os = "linux")] std::path::PathBuf);

#[cfg(target_os = "linux")]
impl Tid {
    /// The calling thread.
    ///
    /// # Panics
    /// If `/proc` is not mounted.
    #[must_use]
    pub fn current() -> Self {
        let own = std::fs::read_link("/proc/thread-self").expect("Linux has /proc");
        Self(std::path::Path::new("/proc").join(own).join("stat"))
    }

    /// Whether the thread is blocked. Threads of a test do no input and output, so
    /// it waits for a lock or for another thread.
    fn is_blocked(&self) -> bool {
        let stat = std::fs::read_to_string(&self.0).unwrap_or_default();
        // `pid (name) state …`, where the name may contain anything.
        stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with('S'))
    }

    /// Returns once all of `threads` are seen blocked, several times in a row: what
    /// blocks them then is no lock that is held for a moment.
    pub fn until_blocked(threads: &[Self]) {
        const IN_A_ROW: usize = 20;
        let mut seen = 0;
        while seen < IN_A_ROW {
            seen = if threads.iter().all(Self::is_blocked) { seen + 1 } else { 0 };
            thread::yield_now();
        }
    }
}

/// Elsewhere the tests hold as well, but may meet fewer threads that wait.
#[cfg(not(target_os = "linux"))]
impl Tid {
    /// The calling thread.
    #[must_use]
    pub fn current() -> Self {
        Self()
    }

    /// Gives others a chance to block.
    pub fn until_blocked(_threads: &[Self]) {
        (0..1000).for_each(|_| thread::yield_now());
    }
}
