//! Comparing two sides in one process: A B, B A, A B, … many short rounds, so
//! that whatever else the machine does hits both, and medians of what is left.

use std::time::Instant;

/// How two sides compare.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// The median of one side's time over the median of the other's.
    pub median: f64,
    /// The quartiles of the ratios of single rounds: how steady the machine was.
    pub spread: (f64, f64),
}

/// The rounds of one comparison.
#[derive(Clone, Copy, Debug)]
pub struct Rounds {
    /// How many.
    pub count: usize,
    /// How often each side runs in a round.
    pub batch: u32,
}

impl Rounds {
    /// Rounds of some 100 µs each, judged by `side`.
    pub fn fitting(count: usize, side: &mut dyn FnMut()) -> Self {
        const TARGET: f64 = 100e-6;
        let mut batch = 1;
        while time(batch, side) < TARGET && batch < 1 << 20 {
            batch *= 2;
        }
        Self { count, batch }
    }
}

/// The time of `a` over the time of `b`.
pub fn compare(count: usize, a: &mut dyn FnMut(), b: &mut dyn FnMut()) -> Ratio {
    let slower = Rounds::fitting(count, a);
    let other = Rounds::fitting(count, b);
    compare_in(Rounds { batch: slower.batch.min(other.batch), count }, a, b)
}

/// The same, in rounds of a given size.
pub fn compare_in(rounds: Rounds, a: &mut dyn FnMut(), b: &mut dyn FnMut()) -> Ratio {
    let mut times: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for round in 0..rounds.count {
        let (first, second) = if round % 2 == 0 {
            let first = time(rounds.batch, a);
            (first, time(rounds.batch, b))
        } else {
            let second = time(rounds.batch, b);
            (time(rounds.batch, a), second)
        };
        times[0].push(first);
        times[1].push(second);
    }
    ratio(&times[0], &times[1])
}

/// Compares two series that were taken in turns.
#[must_use]
pub fn ratio(a: &[f64], b: &[f64]) -> Ratio {
    let mut single: Vec<f64> = a.iter().zip(b).map(|(a, b)| a / b).collect();
    single.sort_unstable_by(f64::total_cmp);
    Ratio {
        median: median(a) / median(b),
        spread: (single[single.len() / 4], single[single.len() * 3 / 4]),
    }
}

/// The median of a series.
#[must_use]
pub fn median(series: &[f64]) -> f64 {
    let mut sorted = series.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

/// How long `times` runs take, in seconds.
pub fn time(times: u32, run: &mut dyn FnMut()) -> f64 {
    let start = Instant::now();
    for _ in 0..times {
        run();
    }
    start.elapsed().as_secs_f64()
}
