//! B20 and section 3.3: executions of many threads see nothing of each other, and warm
//! ones allocate nothing.

use pumped::prelude::*;
use pumped::tree::ExecutionId;
use pumped_tests::alloc::{Counting, allocations, live_bytes};
use pumped_tests::futures::{run, yield_now};
use pumped_tests::{Log, together};

#[global_allocator]
static COUNTING: Counting = Counting;

/// Which execution this is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Request(usize, usize);

#[executor]
fn shared(log: Tag<Log>) -> usize {
    log.note("shared")
}

#[executor(mutable)]
fn level(log: Tag<Log>) -> usize {
    log.note("level")
}

#[flow]
fn inner(
    shared: Ref<'_, shared>,
    request: Tag<Request>,
    step: Option<Tag<usize>>,
    #[input] thread: &str,
    #[input] number: usize,
) -> (usize, usize, usize) {
    assert_eq!(thread, request.0.to_string());
    assert_eq!(number, request.1);
    assert_eq!(step.map(|step| *step), Some(number * 2));
    (request.0, number, *shared)
}

#[flow]
fn outer(
    cx: &ExecutionCtx<'_>,
    #[input] thread: &str,
    #[input] number: usize,
) -> Result<(usize, usize, usize), Fault> {
    assert_eq!(cx.own_tag::<usize>(), None);
    cx.set(number);
    cx.set(number * 2);
    let first = cx.exec(inner(thread, number))?;
    assert_eq!(cx.tag::<Request>(), Some(&Request(first.0, number)));
    if number.is_multiple_of(7) {
        assert!(cx.exec(panics(number)).unwrap_err().to_string().ends_with(&number.to_string()));
    }
    cx.exec(inner(thread, number))
}

#[flow]
fn panics(#[input] number: usize) {
    std::panic::resume_unwind(Box::new(format!("{number}")));
}

/// B20: nobody sees another's tags or inputs; what is shared is built once.
#[test]
fn b_20_executions_of_many_threads_never_mix() {
    for history in [0, 16] {
        let log = Log::new();
        let scope = log.builder().history(history).build().unwrap();
        together(8, |thread| {
            let text = thread.to_string();
            for number in 0..1000 {
                let context = scope.context().tag(Request(thread, number));
                assert_eq!(context.call(outer(&text, number)).unwrap(), (thread, number, 1));
            }
        });
        assert_eq!(log.count("shared"), 1);
        let tree = scope.executions();
        assert_eq!(tree.roots().len(), history);
        for root in tree.roots() {
            let Request(_, number) = *root.tag::<Request>().unwrap();
            assert_eq!(root.tag::<usize>(), Some(&(number * 2)));
            let children = tree.children(root.id());
            assert_eq!(children.len(), if number % 7 == 0 { 3 } else { 2 });
        }
    }
}

#[flow]
fn parent(cx: &ExecutionCtx<'_>) -> Option<ExecutionId> {
    cx.parent_id()
}

#[flow]
fn ids(cx: &ExecutionCtx<'_>, #[input] deeper: bool) -> Vec<ExecutionId> {
    assert_eq!(cx.exec(parent()).unwrap(), Some(cx.id()));
    let mut all = vec![cx.id()];
    if deeper {
        all.extend(cx.exec(ids(false)).unwrap());
        all.extend(cx.scope().exec(ids(false)).unwrap());
    }
    all
}

/// Every execution has a number of its own, and its children know it.
#[test]
fn parity_32_ids_are_unique_across_threads() {
    let scope = Scope::new();
    let all =
        together(4, |_| (0..500).flat_map(|_| scope.exec(ids(true)).unwrap()).collect::<Vec<_>>());
    let mut all = all.concat();
    assert_eq!(all.len(), 4 * 500 * 3);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 4 * 500 * 3);
    assert_eq!(scope.exec(parent()).unwrap(), None);
}

/// How often `work` allocates, and what is left of it.
fn cost(mut work: impl FnMut()) -> (usize, isize) {
    // Warm.
    work();
    work();
    let before = (allocations(), live_bytes());
    work();
    (allocations() - before.0, live_bytes() - before.1)
}

#[flow]
fn price(shared: Ref<'_, shared>, level: Ref<'_, level>, #[input] amount: usize) -> usize {
    *shared * amount + *level
}

#[flow]
fn fails(#[input] amount: usize) -> Result<usize, std::num::TryFromIntError> {
    Ok(usize::from(u8::try_from(amount)?))
}

#[flow]
fn deep(cx: &ExecutionCtx<'_>, shared: Ref<'_, shared>, #[input] depth: usize) -> usize {
    if depth == 1 { *shared } else { cx.exec(deep(depth - 1)).unwrap() + 1 }
}

#[flow]
fn tagged(cx: &ExecutionCtx<'_>) -> bool {
    cx.set(5_u64);
    cx.exec(reads_tag()).unwrap() && cx.tag::<u64>() == Some(&5)
}

#[flow]
fn reads_tag(tag: Option<Tag<u64>>, missing: Option<Tag<i64>>, log: Tag<Log>) -> bool {
    drop(log);
    tag.is_some_and(|tag| *tag == 5) && missing.is_none()
}

/// Section 3.3: a warm flow allocates nothing, nor does one below it.
#[test]
fn section_3_3_warm_flows_do_not_allocate() {
    let scope = Log::new().scope();
    assert_eq!(cost(|| assert_eq!(scope.exec(price(2)).unwrap(), 3)), (0, 0));
    assert_eq!(cost(|| assert_eq!(scope.call(price(2)).unwrap(), 3)), (0, 0));
    assert_eq!(cost(|| assert_eq!(scope.context().name("a").exec(price(2)).unwrap(), 3)), (0, 0));
    assert_eq!(cost(|| assert!(scope.exec(fails(256)).is_err())), (0, 0));
    assert_eq!(cost(|| assert_eq!(scope.exec(deep(10)).unwrap(), 10)), (0, 0));
}

#[flow]
async fn awaits(shared: Ref<'_, shared>, level: Dep<level>, #[input] steps: usize) -> usize {
    for _ in 0..steps {
        yield_now().await;
    }
    *shared + *level
}

#[flow]
async fn two_live(level: Ref<'_, level>, other: Ref<'_, other_level>) -> usize {
    yield_now().await;
    *level + *other
}

#[executor(mutable)]
fn other_level() -> usize {
    1
}

#[flow]
async fn nested(cx: &ExecutionCtx<'_>, #[input] steps: usize) -> Result<usize, Fault> {
    let (sync, other) = (cx.exec_async(price(2)).await?, cx.exec_async(awaits(steps)).await?);
    Ok(sync + other)
}

/// Section 3.3: nor does an async one, whether it waits or not.
#[test]
fn section_3_3_warm_async_flows_do_not_allocate() {
    let scope = Log::new().scope();
    let awaited = |steps| cost(|| assert_eq!(run(scope.exec_async(awaits(steps))).0.unwrap(), 2));
    assert_eq!([0, 1, 3].map(awaited), [(0, 0); 3]);
    assert_eq!(cost(|| assert_eq!(run(scope.exec_async(nested(2))).0.unwrap(), 5)), (0, 0));
    assert_eq!(cost(|| assert_eq!(run(scope.exec_async(price(2))).0.unwrap(), 3)), (0, 0));
    assert_eq!(cost(|| assert_eq!(run(scope.exec_async(two_live())).0.unwrap(), 2)), (0, 0));
}

/// Section 3.3: setting a tag costs one allocation, reading none; nothing of it is left.
#[test]
fn section_3_3_a_tag_costs_one_allocation() {
    let scope = Log::new().scope();
    assert_eq!(cost(|| assert!(scope.exec(tagged()).unwrap())), (1, 0));
    let context = || scope.context().tag(5_u64);
    assert_eq!(cost(|| assert!(context().exec(reads_tag()).unwrap())), (1, 0));
    assert_eq!(cost(|| assert!(context().exec(tagged()).unwrap())), (2, 0));
}
