//! Comparing two sides in one process: A B, B A, A B, … many short rounds, so
//! that whatever else the machine does hits both, and medians of what is left.

use crate::workload::Run;

/// How two sides compare.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// The median of one side's time over the median of the other's; of many sides, the
    /// median of the ratios of single rounds.
    pub median: f64,
    /// The quartiles of the ratios of single rounds: how steady the machine was.
    pub spread: (f64, f64),
}

/// How long a comparison may take, roughly: more rounds are steadier.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// In seconds.
    pub seconds: f64,
}

impl Effort {
    /// For a look, and for CI, where times decide nothing.
    pub const QUICK: Self = Self { seconds: 0.1 };
    /// For what is kept.
    pub const THOROUGH: Self = Self { seconds: 1.0 };

    /// As many rounds as there is time for, within reason; odd, so that one is the median.
    fn rounds(self, round: f64) -> usize {
        const ROUNDS: std::ops::RangeInclusive<usize> = 7..=1001;
        let (mut count, mut taken) = (*ROUNDS.start(), 0.0);
        while taken < self.seconds && count < *ROUNDS.end() {
            count += 2;
            taken += 2.0 * round;
        }
        count
    }
}

/// The time of `a` over the time of `b`.
pub fn compare(effort: Effort, a: &mut dyn Run, b: &mut dyn Run) -> Ratio {
    let batch = batch(a).min(batch(b));
    let round = a.time(batch) + b.time(batch);
    let mut times: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for round in 0..effort.rounds(round) {
        let (first, second) = if round % 2 == 0 {
            let first = a.time(batch);
            (first, b.time(batch))
        } else {
            let second = b.time(batch);
            (a.time(batch), second)
        };
        times[0].push(first);
        times[1].push(second);
    }
    ratio(&times[0], &times[1])
}

/// Runs many in turns, each round beginning with another one; the times of each over
/// those of the first, round by round. One run of each before it is timed brings back
/// what the others have pushed out of the caches.
pub fn compare_all(effort: Effort, sides: &mut [Box<dyn Run>]) -> Vec<Ratio> {
    let count = sides.len();
    let batches: Vec<u32> = sides.iter_mut().map(|side| batch(&mut **side)).collect();
    let mut round = |from: usize| {
        let mut taken = vec![0.0; count];
        for at in (0..count).map(|at| (from + at) % count) {
            sides[at].time(1);
            taken[at] = sides[at].time(batches[at]);
        }
        taken
    };
    // The first round says how long one takes.
    let rounds = effort.rounds(round(0).iter().sum());
    let mut singles: Vec<Vec<f64>> = vec![Vec::with_capacity(rounds); count];
    for at in 0..rounds {
        let taken = round(at);
        let each: Vec<f64> =
            taken.iter().zip(&batches).map(|(time, batch)| time / f64::from(*batch)).collect();
        for (side, time) in singles.iter_mut().zip(&each) {
            side.push(time / each[0]);
        }
    }
    singles.into_iter().map(of_singles).collect()
}

/// The median of ratios of single rounds, and their quartiles.
fn of_singles(mut single: Vec<f64>) -> Ratio {
    single.sort_unstable_by(f64::total_cmp);
    let at = |part: usize| single[single.len() * part / 4];
    Ratio { median: at(2), spread: (at(1), at(3)) }
}

/// How many runs make a round of some 100 µs.
fn batch(side: &mut dyn Run) -> u32 {
    const TARGET: f64 = 100e-6;
    let mut batch = 1;
    while side.time(batch) < TARGET && batch < 1 << 20 {
        batch *= 2;
    }
    batch
}

/// Compares two series that were taken in turns.
fn ratio(a: &[f64], b: &[f64]) -> Ratio {
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
