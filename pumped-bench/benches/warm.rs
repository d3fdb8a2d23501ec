//! Reads of what is there: loops of a thousand, all cores, and 10,000 at random.

use criterion::{Criterion, criterion_group, criterion_main};
use pumped::Scope;
use pumped_bench::workloads::{concurrent, warm};

fn hot(criterion: &mut Criterion) {
    let ours = warm::Ours::new();
    let far = warm::Far::new();
    let hand = warm::Hand::new();
    let mut group = criterion.benchmark_group("warm, fixed, 1000 reads");
    group.bench_function("pumped", |bencher| bencher.iter(|| warm::ours_fixed(&ours)));
    group.bench_function("pumped, beyond the first page", |bencher| {
        bencher.iter(|| warm::ours_far(&far));
    });
    group.bench_function("OnceLock", |bencher| {
        bencher.iter(|| warm::hand_fixed(&hand));
    });
    group.finish();
    let mut group = criterion.benchmark_group("warm, live, 1000 reads");
    group.bench_function("pumped", |bencher| bencher.iter(|| warm::ours_live(&ours)));
    group.bench_function("ArcSwap", |bencher| bencher.iter(|| warm::hand_live(&hand)));
    group.finish();
    let mut group = criterion.benchmark_group("warm, live, eight held, 1000 reads");
    warm::with_eight_held(&ours, &hand, || {
        group.bench_function("pumped", |bencher| bencher.iter(|| warm::ours_live(&ours)));
        group.bench_function("ArcSwap", |bencher| bencher.iter(|| warm::hand_live(&hand)));
    });
    group.finish();
}

fn parallel(criterion: &mut Criterion) {
    let scope = Scope::new();
    let app = concurrent::Hand::default();
    assert_eq!(concurrent::ours(&scope), concurrent::hand(&app));
    let mut group = criterion.benchmark_group("all cores, ten chains of five, 10,000 rounds");
    group.sample_size(20);
    group.bench_function("pumped", |bencher| {
        bencher.iter(|| concurrent::on_all_cores(10_000, || concurrent::ours(&scope)));
    });
    group.bench_function("by hand", |bencher| {
        bencher.iter(|| concurrent::on_all_cores(10_000, || concurrent::hand(&app)));
    });
    group.finish();
}

#[cfg(feature = "ten-thousand")]
fn random(criterion: &mut Criterion) {
    use pumped_bench::workloads::ten_thousand::{Hand, Ours};
    let (ours, hand) = (Ours::new(), Hand::new());
    let mut group = criterion.benchmark_group("warm, random among 10,000, all read");
    group.bench_function("pumped", |bencher| bencher.iter(|| ours.read_all()));
    group.bench_function("OnceLock", |bencher| bencher.iter(|| hand.read_all()));
    group.finish();
}

#[cfg(not(feature = "ten-thousand"))]
fn random(_: &mut Criterion) {}

criterion_group!(benches, hot, parallel, random);
criterion_main!(benches);
