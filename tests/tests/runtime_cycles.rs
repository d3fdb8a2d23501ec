//! Rule 5: a cycle that is made at run time, by handles, is an error with its path,
//! on one thread and across several; and what is no cycle is none.

use std::sync::{Barrier, Mutex};

use pumped::error::ResolveErrorKind;
use pumped::graph::Graph;
use pumped::prelude::*;
use pumped_tests::{Log, Tid, Watchdog, on_small_stack, together};

fn assert_cycle<T>(result: Result<T, ResolveError>, path: &[&str]) {
    let Err(error) = result else { panic!("the cycle {path:?} went unnoticed") };
    assert_eq!(error.kind(), ResolveErrorKind::Cycle, "{error}");
    assert_eq!(error.path(), path);
    let names: Vec<String> = path.iter().map(|name| format!("`{name}`")).collect();
    assert_eq!(error.to_string(), format!("resolving {}: dependency cycle", names.join(" -> ")));
}

/// An executor that asks for itself, by every handle.
#[test]
fn rule_05_itself() {
    #[executor]
    fn by_lazy(me: Lazy<by_lazy>) -> Result<u8, ResolveError> {
        me.get().map(|value| *value)
    }
    #[executor]
    fn by_controller(me: Controller<by_controller>) -> Result<u8, ResolveError> {
        me.get().map(|value| *value)
    }
    #[executor]
    fn by_context(cx: &ResolveCtx<'_>) -> Result<u8, ResolveError> {
        let scope = cx.scope().upgrade().unwrap();
        scope.get::<by_context>().map(|value| *value)
    }
    #[executor(mutable)]
    fn live(me: Controller<live>) -> Result<u8, ResolveError> {
        me.get().map(|value| *value)
    }

    let _watchdog = Watchdog::start();
    let scope = Scope::new();
    for _ in 0..2 {
        assert_cycle(scope.get::<by_lazy>(), &["by_lazy", "by_lazy"]);
        assert_cycle(scope.get::<by_controller>(), &["by_controller", "by_controller"]);
        assert_cycle(scope.get::<by_context>(), &["by_context", "by_context"]);
        assert_cycle(scope.get::<live>(), &["live", "live"]);
    }
}

#[executor]
fn ring_a(next: Lazy<ring_b>) -> Result<u8, ResolveError> {
    next.get().map(|value| *value)
}
#[executor]
fn ring_b(next: Dep<ring_c>) -> u8 {
    *next
}
#[executor]
fn ring_c(next: Controller<ring_d>) -> Result<u8, ResolveError> {
    next.get().map(|value| *value)
}
#[executor]
fn ring_d(next: Dep<ring_a>) -> u8 {
    *next
}

/// The path begins with what was asked for, goes along edges of `graph`, and ends
/// where it has been before.
fn assert_leads_back<T>(result: Result<T, ResolveError>, asked: &str, graph: &Graph) {
    let Err(error) = result else { panic!("a cycle went unnoticed") };
    assert_eq!(error.kind(), ResolveErrorKind::Cycle, "{error}");
    let path = error.path();
    assert_eq!(path[0], asked, "{error}");
    for pair in path.windows(2) {
        let from = graph.nodes().iter().position(|node| node.name() == pair[0]).unwrap();
        let is_edge = graph.dependencies(from).any(|(_, to)| to.name() == pair[1]);
        assert!(is_edge, "`{}` does not lead to `{}`: {error}", pair[0], pair[1]);
    }
    let (last, before) = path.split_last().unwrap();
    assert!(before.contains(last), "{error}");
}

/// A ring of handles and dependencies, entered at each of its members.
#[test]
fn rule_05_a_ring_on_one_thread() {
    let _watchdog = Watchdog::start();
    let scope = Scope::new();
    let ring = Graph::of::<ring_a>();
    assert_leads_back(scope.get::<ring_a>(), "ring_a", &ring);
    assert_leads_back(scope.get::<ring_b>(), "ring_b", &ring);
    assert_leads_back(scope.get::<ring_c>(), "ring_c", &ring);
    assert_leads_back(scope.get::<ring_d>(), "ring_d", &ring);
}

/// What only leads to a cycle stands before it in the path.
#[test]
fn rule_05_the_way_to_a_ring() {
    #[executor]
    fn entry(ring: Dep<ring_b>) -> u8 {
        *ring
    }

    let _watchdog = Watchdog::start();
    assert_leads_back(Scope::new().get::<entry>(), "entry", &Graph::of::<entry>());
}

/// An executor may survive the cycle: the error is a value like any other.
#[test]
fn rule_05_a_cycle_can_be_handled() {
    #[executor]
    fn careful(me: Lazy<careful>) -> &'static str {
        let error = me.get().unwrap_err();
        assert_eq!((error.kind(), error.executor()), (ResolveErrorKind::Cycle, "careful"));
        "alone"
    }

    let _watchdog = Watchdog::start();
    assert_eq!(*Scope::new().get::<careful>().unwrap(), "alone");
}

/// After its build, an executor may well read itself through a handle.
#[test]
fn rule_05_a_handle_to_itself_is_fine_later() {
    #[executor]
    struct Service {
        me: Lazy<Service>,
        #[default(5)]
        number: u8,
    }

    let scope = Scope::new();
    let service = scope.get::<Service>().unwrap();
    assert_eq!(service.me.get().unwrap().me.get().unwrap().number, 5);
}

/// A cycle never overflows the stack, also when it is entered far up.
#[test]
fn rule_05_no_stack_overflow() {
    on_small_stack(|| {
        for _ in 0..1000 {
            let error = Scope::new().get::<ring_a>().unwrap_err();
            assert_eq!(error.kind(), ResolveErrorKind::Cycle);
        }
    });
}

/// Where the builds of a ring meet, and who of them waits already.
struct Meeting {
    all_build: Barrier,
    waiting: Mutex<Vec<Tid>>,
    threads: usize,
}

impl Meeting {
    fn of(threads: usize) -> Self {
        Self { all_build: Barrier::new(threads), waiting: Mutex::default(), threads }
    }

    /// Returns when every member of the ring is being built; and to the last one
    /// only when all others wait.
    fn before_asking(&self) {
        self.all_build.wait();
        let others = {
            let mut waiting = self.waiting.lock().unwrap();
            waiting.push(Tid::current());
            waiting.clone()
        };
        if others.len() == self.threads {
            Tid::until_blocked(&others[..others.len() - 1]);
        }
    }
}

#[executor]
fn first(log: Tag<Log>, meeting: Tag<Meeting>, next: Lazy<second>) -> Result<u8, ResolveError> {
    log.note("first");
    meeting.before_asking();
    next.get().map(|value| *value)
}
#[executor]
fn second(
    log: Tag<Log>,
    meeting: Tag<Meeting>,
    next: Controller<third>,
) -> Result<u8, ResolveError> {
    log.note("second");
    meeting.before_asking();
    next.get().map(|value| *value)
}
#[executor]
fn third(log: Tag<Log>, meeting: Tag<Meeting>, next: Lazy<first>) -> Result<u8, ResolveError> {
    log.note("third");
    meeting.before_asking();
    next.get().map(|value| *value)
}

/// Three threads, each building a member of the ring, and each waiting for the next:
/// an error for all of them, with the members in order.
#[test]
fn rule_05_a_ring_across_three_threads() {
    for _ in 0..20 {
        let log = Log::new();
        let scope = log.builder().tag(Meeting::of(3)).build().unwrap();
        let errors = together(3, |at| match at {
            0 => scope.get::<first>().unwrap_err(),
            1 => scope.get::<second>().unwrap_err(),
            _ => scope.get::<third>().unwrap_err(),
        });
        let ring = ["first", "second", "third"];
        let graph = Graph::of::<first>();
        for (name, error) in ring.iter().zip(errors) {
            assert_leads_back(Err::<(), _>(error), name, &graph);
        }
        assert_eq!([1; 3], ring.map(|name| log.count(name)));
    }
}

#[executor(mutable)]
fn live_left(meeting: Tag<Meeting>, other: Lazy<live_right>) -> Result<u8, ResolveError> {
    meeting.before_asking();
    other.get().map(|value| *value)
}
#[executor(mutable)]
fn live_right(meeting: Tag<Meeting>, other: Controller<live_left>) -> Result<u8, ResolveError> {
    meeting.before_asking();
    other.get().map(|value| *value)
}

/// Two threads and two live executors, through `Lazy` and `Controller`.
#[test]
fn rule_05_live_executors_across_two_threads() {
    for _ in 0..20 {
        let scope = Scope::builder().tag(Meeting::of(2)).build().unwrap();
        let errors = together(2, |at| match at {
            0 => scope.get::<live_left>().unwrap_err(),
            _ => scope.get::<live_right>().unwrap_err(),
        });
        let graph = Graph::of::<live_left>();
        for (name, error) in ["live_left", "live_right"].iter().zip(errors) {
            assert_leads_back(Err::<(), _>(error), name, &graph);
        }
    }
}

/// A cycle across two scopes: each builds a value that asks the other scope.
#[test]
fn rule_05_across_scopes() {
    struct Other(Mutex<Option<pumped::WeakScope>>);

    #[executor]
    fn asks_the_other(other: Tag<Other>) -> Result<u8, ResolveError> {
        let other = other.0.lock().unwrap().clone().unwrap().upgrade().unwrap();
        other.get::<asks_the_other>().map(|value| *value)
    }

    let _watchdog = Watchdog::start();
    let scope = || Scope::builder().tag(Other(Mutex::default())).build().unwrap();
    let (left, right) = (scope(), scope());
    let connect = |from: &Scope, to: &Scope| {
        *from.tag::<Other>().unwrap().0.lock().unwrap() = Some(to.downgrade());
    };
    connect(&left, &right);
    connect(&right, &left);
    assert_cycle(left.get::<asks_the_other>(), &["asks_the_other"; 3]);
}

/// Two builds, one of which waits for the other in a thread of its own, are no cycle.
#[test]
fn rule_05_waiting_is_no_cycle() {
    #[executor]
    fn waits(meeting: Tag<Meeting>, other: Lazy<waited_for>) -> Result<u8, ResolveError> {
        meeting.all_build.wait();
        meeting.waiting.lock().unwrap().push(Tid::current());
        other.get().map(|value| *value + 1)
    }
    #[executor]
    fn waited_for(meeting: Tag<Meeting>) -> u8 {
        meeting.all_build.wait();
        let waiting = loop {
            let waiting = meeting.waiting.lock().unwrap().clone();
            if !waiting.is_empty() {
                break waiting;
            }
            std::thread::yield_now();
        };
        Tid::until_blocked(&waiting);
        1
    }

    let scope = Scope::builder().tag(Meeting::of(2)).build().unwrap();
    let values = together(2, |at| match at {
        0 => *scope.get::<waits>().unwrap(),
        _ => *scope.get::<waited_for>().unwrap(),
    });
    assert_eq!(values, [2, 1]);
}

/// Two builds that both wait for a third one are no cycle, though the same two
/// threads also wait for each other's dependencies.
#[test]
fn rule_05_crossing_graphs_are_no_cycle() {
    #[executor]
    fn base_left() -> u8 {
        1
    }
    #[executor]
    fn base_right() -> u8 {
        2
    }
    #[executor]
    fn left(right: Lazy<base_right>, own: Dep<base_left>) -> u8 {
        *right.get().unwrap() + *own
    }
    #[executor]
    fn right(left: Lazy<base_left>, own: Dep<base_right>) -> u8 {
        *left.get().unwrap() + *own
    }

    for _ in 0..500 {
        let scope = Scope::new();
        let values = together(4, |at| match at % 2 {
            0 => *scope.get::<left>().unwrap(),
            _ => *scope.get::<right>().unwrap(),
        });
        assert_eq!(values, [3; 4]);
    }
}
