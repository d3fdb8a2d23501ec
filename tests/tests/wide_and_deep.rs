//! Rules 7 and 15: many dependents, long chains, and long lives.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::thread;

use pumped::prelude::*;
use pumped_tests::alloc::{Counting, allocations, live_bytes};

#[global_allocator]
static COUNTING: Counting = Counting;

/// Counts the builds of one scope.
#[derive(Default)]
struct Builds(AtomicUsize);

impl Builds {
    fn up(&self) {
        self.0.fetch_add(1, SeqCst);
    }
}

fn scope() -> Scope {
    Scope::builder().tag(Builds::default()).build().unwrap()
}

fn builds(scope: &Scope) -> usize {
    scope.tag::<Builds>().unwrap().0.load(SeqCst)
}

#[executor(mutable)]
fn source() -> u32 {
    0
}

/// A hundred names.
macro_rules! hundred {
    ($then:ident) => {
        $then! {
            a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 a10 a11 a12 a13 a14 a15 a16 a17 a18 a19 a20 a21
            a22 a23 a24 a25 a26 a27 a28 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 a41
            a42 a43 a44 a45 a46 a47 a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58 a59 a60 a61
            a62 a63 a64 a65 a66 a67 a68 a69 a70 a71 a72 a73 a74 a75 a76 a77 a78 a79 a80 a81
            a82 a83 a84 a85 a86 a87 a88 a89 a90 a91 a92 a93 a94 a95 a96 a97 a98 a99
        }
    };
}

/// A hundred and one names, each beside the one before.
macro_rules! hundred_pairs {
    ($then:ident) => {
        $then! {
            a1 on a0 a2 on a1 a3 on a2 a4 on a3 a5 on a4 a6 on a5 a7 on a6 a8 on a7 a9 on a8
            a10 on a9 a11 on a10 a12 on a11 a13 on a12 a14 on a13 a15 on a14 a16 on a15 a17
            on a16 a18 on a17 a19 on a18 a20 on a19 a21 on a20 a22 on a21 a23 on a22 a24 on
            a23 a25 on a24 a26 on a25 a27 on a26 a28 on a27 a29 on a28 a30 on a29 a31 on a30
            a32 on a31 a33 on a32 a34 on a33 a35 on a34 a36 on a35 a37 on a36 a38 on a37 a39
            on a38 a40 on a39 a41 on a40 a42 on a41 a43 on a42 a44 on a43 a45 on a44 a46 on
            a45 a47 on a46 a48 on a47 a49 on a48 a50 on a49 a51 on a50 a52 on a51 a53 on a52
            a54 on a53 a55 on a54 a56 on a55 a57 on a56 a58 on a57 a59 on a58 a60 on a59 a61
            on a60 a62 on a61 a63 on a62 a64 on a63 a65 on a64 a66 on a65 a67 on a66 a68 on
            a67 a69 on a68 a70 on a69 a71 on a70 a72 on a71 a73 on a72 a74 on a73 a75 on a74
            a76 on a75 a77 on a76 a78 on a77 a79 on a78 a80 on a79 a81 on a80 a82 on a81 a83
            on a82 a84 on a83 a85 on a84 a86 on a85 a87 on a86 a88 on a87 a89 on a88 a90 on
            a89 a91 on a90 a92 on a91 a93 on a92 a94 on a93 a95 on a94 a96 on a95 a97 on a96
            a98 on a97 a99 on a98 a100 on a99
        }
    };
}

macro_rules! fan {
    ($($name:ident)*) => {
        $(#[executor]
        fn $name(source: Reactive<source>, builds: Tag<Builds>) -> u32 {
            builds.up();
            *source
        })*

        pub(super) const GETS: [fn(&Scope) -> u32; 100] = [$(|scope| *scope.get::<$name>().unwrap()),*];
    };
}

macro_rules! chain {
    ($($name:ident on $below:ident)*) => {
        $(#[executor]
        pub(super) fn $name(below: Reactive<$below>, builds: Tag<Builds>) -> u32 {
            builds.up();
            *below + 1
        })*
    };
}

macro_rules! fixed_chain {
    ($($name:ident on $below:ident)*) => {
        $(#[executor]
        pub(super) fn $name(below: Dep<$below>) -> u32 {
            *below + 1
        })*
    };
}

macro_rules! block {
    ($block:ident: $list:ident $kind:ident $(on $first:path)?) => {
        mod $block {
            #[allow(unused_imports, reason = "each kind uses some of them")]
            use super::{Builds, Dep, Reactive, Scope, Tag, executor, source};
            $(use $first as a0;)?

            $list! { $kind }
        }
    };
}

block! { fan0: hundred fan }
block! { fan1: hundred fan }
block! { fan2: hundred fan }
block! { fan3: hundred fan }
block! { fan4: hundred fan }
block! { chain0: hundred_pairs chain on super::source }
block! { chain1: hundred_pairs chain on super::chain0::a100 }
block! { chain2: hundred_pairs chain on super::chain1::a100 }
block! { chain3: hundred_pairs chain on super::chain2::a100 }
block! { chain4: hundred_pairs chain on super::chain3::a100 }
block! { fixed0: hundred_pairs fixed_chain on super::bottom }
block! { fixed1: hundred_pairs fixed_chain on super::fixed0::a100 }
block! { fixed2: hundred_pairs fixed_chain on super::fixed1::a100 }

/// What the fixed chain stands on: live, so that snapshots and versions are in it.
#[executor]
fn bottom(middle: Snapshot<chain2::a100>) -> u32 {
    *middle
}

/// On a stack that recursion over a chain of hundreds would overflow.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    const SMALL: usize = 160 << 10;
    thread::Builder::new().stack_size(SMALL).spawn(work).unwrap().join().unwrap();
}

/// Rule 15: each of 500 dependents is rebuilt once per change that is read, and invalidating them
/// allocates no more than invalidating one.
#[test]
fn a_wide_fan() {
    let scope = scope();
    let gets = [fan0::GETS, fan1::GETS, fan2::GETS, fan3::GETS, fan4::GETS].concat();
    assert_eq!(gets.len(), 500);
    for round in 1..5 {
        let before = allocations();
        scope.update::<source>(round).unwrap();
        let spent = allocations() - before;
        assert!(spent <= 8, "{spent} allocations for an update of {} dependents", gets.len());
        for get in &gets {
            assert_eq!(get(&scope), round);
        }
        for get in gets.iter().rev() {
            assert_eq!(get(&scope), round);
        }
        assert_eq!(builds(&scope), 500 * usize::try_from(round).unwrap());
    }
    // Stale ones that nobody reads cost nothing more.
    let before = allocations();
    for round in 5..105 {
        scope.update::<source>(round).unwrap();
    }
    assert!(allocations() - before <= 100 * 8);
    assert_eq!(gets[499](&scope), 104);
    assert_eq!(builds(&scope), 4 * 500 + 1);
    scope.release::<source>().unwrap();
    assert_eq!(gets[7](&scope), 0);
}

/// Rules 7 and 15: a chain of 500 is invalidated, rebuilt, released and dropped without recursion.
#[test]
fn a_long_chain() {
    on_a_small_stack(|| {
        let scope = scope();
        for round in 1..4 {
            scope.update::<source>(round).unwrap();
            assert_eq!(*scope.get::<chain4::a100>().unwrap(), 500 + round);
            assert_eq!(builds(&scope), 500 * usize::try_from(round).unwrap());
        }
        let held = scope.dep::<chain4::a100>().unwrap();
        scope.release::<source>().unwrap();
        assert!(scope.peek::<chain0::a1>().is_none() && scope.peek::<chain4::a100>().is_none());
        drop(held);
        assert_eq!(*scope.get::<chain4::a100>().unwrap(), 500);
        let held = scope.dep::<chain4::a100>().unwrap();
        drop(scope);
        drop(held);
    });
}

/// Rule 7: the same for a chain of fixed values on top of live ones.
#[test]
fn a_long_fixed_chain() {
    on_a_small_stack(|| {
        let scope = scope();
        assert_eq!(*scope.get::<fixed2::a100>().unwrap(), 600);
        let held = scope.dep::<fixed2::a100>().unwrap();
        scope.dispose().unwrap();
        drop(scope);
        assert_eq!(*held, 600);
        drop(held);
    });
}

/// A value that holds the version before.
struct Link(Option<Dep<link>>);

#[executor(mutable)]
fn link() -> Link {
    Link(None)
}

/// Rule 15: 100,000 values that hold each other are dropped in a loop.
#[test]
fn a_very_long_chain_of_versions() {
    const LENGTH: u32 = 100_000;
    on_a_small_stack(|| {
        let scope = Scope::new();
        for _ in 0..LENGTH {
            let before = scope.dep::<link>().unwrap();
            scope.update::<link>(Link(Some(before))).unwrap();
        }
        let mut length = 0;
        let mut at = scope.dep::<link>().unwrap();
        while let Some(before) = &at.0 {
            length += 1;
            at = before.clone();
        }
        assert_eq!(length, LENGTH);
        drop(at);
        scope.release::<link>().unwrap();
        assert!(scope.get::<link>().unwrap().0.is_none());
    });
}

#[executor]
fn cleaned(source: Reactive<source>, cx: &ResolveCtx<'_>) -> String {
    cx.on_cleanup(|| {});
    source.to_string()
}

#[executor]
fn snapped(source: Snapshot<source>, cleaned: Reactive<cleaned>) -> usize {
    cleaned.len() + usize::try_from(*source).unwrap()
}

#[executor(eq)]
fn same(cleaned: Reactive<cleaned>) -> usize {
    cleaned.len()
}

#[executor]
fn failing(same: Reactive<same>, source: Reactive<source>) -> Result<usize, String> {
    if *source % 2 == 1 { Err("odd".to_owned()) } else { Ok(*same) }
}

#[executor]
fn lazy(cleaned: Lazy<cleaned>, failing: Controller<failing>, source: Reactive<source>) -> usize {
    let failing = failing.get().map_or(0, |value| *value);
    cleaned.get().unwrap().len() + failing + usize::try_from(*source).unwrap()
}

/// What `rounds` of `work` leave behind, once it has warmed up.
fn left_behind(rounds: u32, mut work: impl FnMut(u32)) -> isize {
    (0..50).for_each(&mut work);
    let before = live_bytes();
    (50..50 + rounds).for_each(&mut work);
    live_bytes() - before
}

fn read_all(scope: &Scope) {
    scope.get::<snapped>().unwrap();
    scope.get::<same>().unwrap();
    let _ = scope.get::<failing>();
    scope.get::<lazy>().unwrap();
}

/// Rule 15, parity B17: edges of released values do not pile up.
#[test]
fn ten_thousand_releases_leave_nothing_behind() {
    let scope = Scope::new();
    let left = left_behind(10_000, |_| {
        scope.release::<source>().unwrap();
        read_all(&scope);
    });
    assert!(left < 512, "{left} bytes are left");
    let left = left_behind(10_000, |_| {
        scope.release::<cleaned>().unwrap();
        scope.reload::<same>().unwrap();
        read_all(&scope);
    });
    assert!(left < 512, "{left} bytes are left");
}

/// Rule 15: nor do those of updates, failures and discarded rebuilds.
#[test]
fn ten_thousand_updates_leave_nothing_behind() {
    let scope = Scope::new();
    let left = left_behind(10_000, |round| {
        scope.update::<source>(round % 100).unwrap();
        read_all(&scope);
        scope.modify::<source>(|now| now + 1).unwrap();
        let _ = scope.get::<failing>();
    });
    assert!(left < 512, "{left} bytes are left");
}

/// Rule 15: nor do scopes.
#[test]
fn a_thousand_scopes_leave_nothing_behind() {
    let left = left_behind(1_000, |round| {
        let scope = Scope::new();
        scope.update::<source>(round % 100).unwrap();
        read_all(&scope);
        let held = scope.dep::<snapped>().unwrap();
        if round % 2 == 0 {
            scope.dispose().unwrap();
        }
        drop(scope);
        drop(held);
    });
    assert!(left < 512, "{left} bytes are left");
}
