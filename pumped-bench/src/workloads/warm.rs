//! Warm reads: a fixed value beside a `OnceLock` field, a live one beside a bare
//! `ArcSwap`, alone and on two threads.

use std::hint::black_box;
use std::sync::{Arc, Barrier, OnceLock};
use std::thread;
use std::time::Instant;

use arc_swap::ArcSwap;
use pumped::{Scope, executor};

/// A fixed value.
#[executor]
pub fn fixed() -> u64 {
    black_box(1)
}

/// A fixed value that is first asked for after many others: see [`Far`].
#[executor]
pub fn far() -> u64 {
    black_box(1)
}

/// A live value.
#[executor(mutable)]
pub fn live() -> u64 {
    black_box(1)
}

/// A warm scope.
pub struct Ours(Scope);

/// A warm scope with one of the later executors of a process.
///
/// A scope finds the first 64 executors that a process uses in its own table, and
/// the others through pages.
pub struct Far(Scope);

impl Far {
    /// Resolves more than 64 others first, should nobody have done so.
    #[must_use]
    pub fn new() -> Self {
        black_box((super::deep::ours(), super::wide::ours()));
        let this = Self(Scope::new());
        assert_eq!(*this.0.get::<far>().unwrap(), 1);
        this
    }
}

impl Default for Far {
    fn default() -> Self {
        Self::new()
    }
}

/// The equivalent of a warm scope by hand.
pub struct Hand {
    fixed: OnceLock<u64>,
    live: ArcSwap<u64>,
}

impl Ours {
    /// A scope that has resolved both.
    #[must_use]
    pub fn new() -> Self {
        let ours = Self(Scope::new());
        ours_fixed(&ours);
        ours_live(&ours);
        ours
    }
}

impl Hand {
    /// Both values, initialized.
    #[must_use]
    pub fn new() -> Self {
        let live = ArcSwap::new(Arc::new(black_box(1)));
        let hand = Self { fixed: OnceLock::new(), live };
        hand_fixed(&hand);
        hand_live(&hand);
        hand
    }
}

impl Default for Ours {
    fn default() -> Self {
        Self::new()
    }
}

impl Default for Hand {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads in one loop: enough that the loop's own cost is that of an addition.
pub const READS: u64 = 1000;

macro_rules! loops {
    ($($name:ident: |$side:ident: $type:ty| $read:expr;)*) => {$(
        /// A hot loop of [`READS`] reads.
        #[inline(never)]
        pub fn $name(side: &$type) {
            let mut sum = 0;
            for _ in 0..READS {
                let $side = black_box(side);
                sum += $read;
            }
            assert_eq!(black_box(sum), READS);
        }
    )*};
}

// Written out here, so that what is measured is the read and not a call round it.
loops! {
    ours_fixed: |side: Ours| *side.0.get::<fixed>().unwrap();
    ours_far: |side: Far| *side.0.get::<far>().unwrap();
    hand_fixed: |side: Hand| *side.fixed.get_or_init(|| black_box(1));
    ours_live: |side: Ours| *side.0.get::<live>().unwrap();
    hand_live: |side: Hand| **side.live.load();
}

/// With eight versions held by the thread, so that the fast path of `arc-swap` has
/// no room left: our loop and the bare one.
pub fn with_eight_held(ours: &Ours, hand: &Hand, f: impl FnOnce()) {
    let _ours: [_; 4] = std::array::from_fn(|_| ours.0.get::<live>().unwrap());
    let _hand: [_; 4] = std::array::from_fn(|_| hand.live.load());
    f();
}

/// How long `threads` threads take for `rounds` of `read` each, in seconds per
/// thread: all begin together.
pub fn in_parallel(threads: usize, rounds: u32, read: impl Fn() + Sync) -> f64 {
    let barrier = Barrier::new(threads);
    let reader = || {
        barrier.wait();
        let start = Instant::now();
        for _ in 0..rounds {
            read();
        }
        start.elapsed().as_secs_f64()
    };
    thread::scope(|scope| {
        let readers: Vec<_> = (0..threads).map(|_| scope.spawn(reader)).collect();
        let times = readers.into_iter().map(|reader| reader.join().unwrap());
        times.fold(0.0, f64::max)
    })
}
