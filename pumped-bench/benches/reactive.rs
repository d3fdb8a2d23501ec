//! A source, one that depends on it, and ten that depend on that one.

use std::cell::Cell;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use pumped_bench::workloads::reactive::{Cells, Ours, Single};

fn reactive(criterion: &mut Criterion) {
    let ours = Ours::new();
    let cells = Cells::default();
    let single = Single::default();
    let value = Cell::new(0);
    let next = || value.replace(value.get() + 1);
    let mut group = criterion.benchmark_group("update");
    group.bench_function("pumped", |bencher| bencher.iter(|| ours.update(next())));
    group.bench_function("cells for threads", |bencher| {
        bencher.iter(|| cells.update(next()));
    });
    group.bench_function("plain cells", |bencher| {
        bencher.iter(|| single.update(next()));
    });
    group.finish();
    let mut group = criterion.benchmark_group("update and read of 1 + 10");
    macro_rules! rows {
        ($($name:literal $side:ident)*) => {$(
            group.bench_function($name, |bencher| {
                bencher.iter(|| {
                    $side.update(next());
                    black_box($side.read())
                });
            });
        )*};
    }
    rows! { "pumped" ours "cells for threads" cells "plain cells" single }
    group.finish();
}

criterion_group!(benches, reactive);
criterion_main!(benches);
