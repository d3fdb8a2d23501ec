//! Rule 1 under a crowd: ten thousand executions at once over one cold graph, on both
//! flavours of tokio, on an executor of threads that knows nothing of it, and on one thread
//! without any runtime. Each executor is built once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

use futures_util::stream::{FuturesUnordered, StreamExt};
use pollster::block_on;
use pumped::prelude::*;
use pumped_tests::Log;
use pumped_tests::futures::yield_now;

const CROWD: u32 = 10_000;

#[executor(mutable)]
fn factor(log: Tag<Log>) -> u32 {
    log.note("factor");
    2
}

#[executor]
async fn config(log: Tag<Log>) -> u32 {
    log.note("config");
    yield_now().await;
    10
}

macro_rules! layer {
    ($($name:ident: $above:ident)*) => {$(
        #[executor]
        async fn $name(below: Dep<$above>, log: Tag<Log>) -> u32 {
            log.note(stringify!($name));
            yield_now().await;
            *below + 1
        }
    )*};
}

layer! { left: config right: config left_above: left right_above: right }

#[executor]
fn joined(left: Dep<left_above>, right: Dep<right_above>, log: Tag<Log>) -> u32 {
    log.note("joined");
    *left + *right
}

#[executor]
async fn scaled(joined: Dep<joined>, factor: Reactive<factor>, log: Tag<Log>) -> u32 {
    log.note("scaled");
    yield_now().await;
    *joined * *factor
}

#[flow]
async fn request(scaled: Ref<'_, scaled>, joined: Ref<'_, joined>, #[input] number: u32) -> u32 {
    yield_now().await;
    *scaled + *joined + number
}

fn expected(number: u32) -> u32 {
    24 * 3 + number
}

const BUILT: [&str; 8] =
    ["factor", "config", "left", "right", "left_above", "right_above", "joined", "scaled"];

fn check(log: &Log, sum: u64) {
    let numbers: u64 = (0..CROWD).map(|number| u64::from(expected(number))).sum();
    assert_eq!(sum, numbers);
    for name in BUILT {
        assert_eq!(log.count(name), 1, "builds of {name}");
    }
}

async fn on_tokio(scope: Scope, log: Log) {
    let tasks: Vec<_> = (0..CROWD)
        .map(|number| {
            let scope = scope.clone();
            // The input may also be borrowed, from the task itself.
            tokio::spawn(async move { u64::from(scope.exec_async(request(number)).await.unwrap()) })
        })
        .collect();
    let mut sum = 0;
    for task in tasks {
        sum += task.await.unwrap();
    }
    check(&log, sum);
    scope.dispose_async().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn tokio_with_threads() {
    let log = Log::new();
    on_tokio(log.scope(), log).await;
}

#[tokio::test(flavor = "current_thread")]
async fn tokio_on_one_thread() {
    let log = Log::new();
    on_tokio(log.scope(), log).await;
}

#[test]
fn a_pool_of_threads_that_knows_nothing_of_tokio() {
    let log = Log::new();
    let scope = log.scope();
    let pool = futures_executor::ThreadPool::builder().pool_size(4).create().unwrap();
    let (sender, results) = mpsc::channel();
    for number in 0..CROWD {
        let (scope, sender) = (scope.clone(), sender.clone());
        pool.spawn_ok(async move {
            let result = scope.exec_async(request(number)).await;
            sender.send(u64::from(result.unwrap())).unwrap();
        });
    }
    drop(sender);
    check(&log, results.iter().sum());
}

#[test]
fn one_thread_and_no_runtime() {
    let log = Log::new();
    let scope = log.scope();
    let mut all: FuturesUnordered<_> =
        (0..CROWD).map(|number| scope.exec_async(request(number))).collect();
    let sum = block_on(async {
        let mut sum = 0;
        while let Some(result) = all.next().await {
            sum += u64::from(result.unwrap());
        }
        sum
    });
    check(&log, sum);
}

#[test]
fn threads_that_each_block_on_their_own() {
    let log = Log::new();
    let scope = log.scope();
    let sum = Arc::new(AtomicUsize::new(0));
    std::thread::scope(|threads| {
        for thread in 0..8 {
            let (scope, sum) = (&scope, sum.clone());
            threads.spawn(move || {
                for number in (thread..CROWD).step_by(8) {
                    let result = block_on(scope.exec_async(request(number))).unwrap();
                    sum.fetch_add(result as usize, Ordering::Relaxed);
                }
            });
        }
    });
    check(&log, sum.load(Ordering::Relaxed) as u64);
}

#[test]
fn an_update_in_the_middle_of_a_crowd_is_seen_by_all_who_come_later() {
    let log = Log::new();
    let scope = log.scope();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                let mut last = 0;
                for _ in 0..500 {
                    let now = block_on(scope.exec_async(request(0))).unwrap();
                    assert!(now >= last, "a reader went back: {now} after {last}");
                    last = now;
                }
            });
        }
        threads.spawn(|| {
            for factor_now in 3..203 {
                scope.update::<factor>(factor_now).unwrap();
                // Its own writes are seen.
                let now = block_on(scope.exec_async(request(0))).unwrap();
                assert_eq!(now, 24 * (factor_now + 1));
            }
        });
    });
    assert!(log.count("scaled") <= 201, "once a change: {}", log.count("scaled"));
}
