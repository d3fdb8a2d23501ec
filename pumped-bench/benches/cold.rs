//! Fresh scopes beside fresh structs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pumped_bench::workloads::{chain, complex, deep, simple, stress, wide};

fn cold(criterion: &mut Criterion) {
    macro_rules! rows {
        ($($module:ident)*) => {$(
            let mut group = criterion.benchmark_group(concat!("cold/", stringify!($module)));
            assert_eq!($module::ours(), $module::hand());
            group.bench_function("pumped", |bencher| bencher.iter(|| black_box($module::ours())));
            group.bench_function("by hand", |bencher| bencher.iter(|| black_box($module::hand())));
            group.bench_function("by hand, in an Arc", |bencher| {
                bencher.iter(|| black_box($module::shared()));
            });
            group.finish();
        )*};
    }
    rows! { simple chain deep wide complex }
}

fn stress(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("stress");
    group.sample_size(20);
    group.bench_function("pumped", |bencher| {
        bencher.iter(|| black_box(stress::in_threads(stress::ours)));
    });
    group.bench_function("by hand", |bencher| {
        bencher.iter(|| black_box(stress::in_threads(stress::hand)));
    });
    group.finish();
}

criterion_group!(benches, cold, stress);
criterion_main!(benches);
