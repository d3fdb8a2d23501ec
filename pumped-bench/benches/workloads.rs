//! Every workload, and all that stands beside it, by criterion: for the wall time of
//! one side and for its history. Ratios are better taken from the report.

use std::time::Duration;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main};
use pumped_bench::workload::Make;
use pumped_bench::workloads;

fn all(criterion: &mut Criterion) {
    for workload in workloads::all() {
        workload.assert_same();
        let mut group = criterion.benchmark_group(workload.name);
        side(&mut group, "pumped", workload.ours);
        for beside in workload.beside {
            side(&mut group, beside.what, beside.run);
        }
        group.finish();
    }
}

fn side(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, make: Make) {
    let mut run = make();
    if run.has_threads() {
        group.sample_size(20);
    }
    group.bench_function(name, |bencher| {
        bencher.iter_custom(|times| {
            let times = u32::try_from(times).expect("criterion measures for seconds");
            Duration::from_secs_f64(run.time(times))
        });
    });
}

criterion_group!(benches, all);
criterion_main!(benches);
