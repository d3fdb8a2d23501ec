//! What the functions of a scope do, and the book that they keep of it: every build that
//! begins, how it ends, every read that it does by itself, and every cleanup.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pumped::prelude::*;
use pumped_tests::futures::yield_now;

use super::graph::{Graph, To};
use super::value::{Built, Input, Value};

/// What an executor makes of a handle whose executor fails.
const NOTHING: i64 = -1;

/// What was there from the start, or was given, or built.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Origin {
    Preset,
    /// At this moment.
    Given(u64),
    /// Begun at this moment.
    Built(u64),
}

/// How a version is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cleanup {
    None,
    AtOnce,
    Awaited,
}

/// What was built or given. Also a build that never came to an end has a number, and may
/// have something to close.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    /// Of which member; none, if it takes the place of a parameter.
    pub(crate) at: Option<usize>,
    pub(crate) data: i64,
    /// The serials of the inputs, in the order of the parameters that bring values.
    pub(crate) from: Vec<u64>,
    pub(crate) origin: Origin,
    pub(crate) cleanup: Cleanup,
    /// Whether there ever was a value.
    pub(crate) has_value: bool,
}

/// What the functions of a scope did.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    /// A build; the slot then had that value, or none, and that was current or not.
    Began {
        serial: u64,
        before: Option<u64>,
        was_cached: bool,
    },
    Ended(u64),
    Failed(u64),
    /// It was dropped before its end.
    Dropped(u64),
    /// A build has read a handle for later, between these moments.
    Read {
        at: usize,
        serial: u64,
        since: u64,
        until: u64,
    },
}

/// The book of one scope.
#[derive(Default)]
pub(crate) struct Seen {
    last_serial: u64,
    /// Each change takes a moment.
    pub(crate) now: u64,
    pub(crate) versions: BTreeMap<u64, Version>,
    pub(crate) events: Vec<Event>,
    /// Everything that was closed, in this order.
    pub(crate) closed: Vec<u64>,
    pub(crate) failing: BTreeSet<usize>,
    /// What went wrong where a panic would not be seen.
    pub(crate) faults: Vec<String>,
}

impl Seen {
    /// Another version.
    pub(crate) fn add(&mut self, version: Version) -> u64 {
        self.last_serial += 1;
        self.versions.insert(self.last_serial, version);
        self.last_serial
    }

    fn close(&mut self, serial: u64) {
        self.closed.push(serial);
    }
}

struct Book {
    graph: Arc<Graph>,
    seen: Mutex<Seen>,
}

/// The book of a scope, as its tag. Each value holds one count of it.
#[derive(Clone)]
pub(crate) struct Board(Arc<Book>);

/// The declared cleanup.
pub(crate) fn close(value: &Value) {
    value.board.seen().close(value.serial());
}

/// A build that has begun. Dropped before it has ended, it says so.
struct Build<'b> {
    board: &'b Board,
    at: usize,
    serial: u64,
    data: Vec<i64>,
    is_over: bool,
}

impl Build<'_> {
    fn end(mut self) -> Result<Value, String> {
        self.is_over = true;
        let (member, serial) = (&self.board.0.graph.members[self.at], self.serial);
        let mut seen = self.board.seen();
        if seen.failing.contains(&self.at) {
            seen.events.push(Event::Failed(serial));
            return Err(format!("{} fails", member.node().name));
        }
        seen.events.push(Event::Ended(serial));
        let data = member.combine(&self.data);
        let version = seen.versions.get_mut(&serial).expect("it has begun");
        (version.data, version.has_value) = (data, true);
        if member.node().declared {
            version.cleanup = Cleanup::AtOnce;
        }
        drop(seen);
        Ok(self.board.value(Built { serial, data }))
    }
}

impl Drop for Build<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.board.seen().events.push(Event::Dropped(self.serial));
        }
    }
}

impl Board {
    pub(crate) fn new(graph: Arc<Graph>) -> Self {
        Self(Arc::new(Book { graph, seen: Mutex::default() }))
    }

    pub(crate) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many values, scopes and others hold the board.
    pub(crate) fn holders(&self) -> usize {
        Arc::strong_count(&self.0)
    }

    fn value(&self, built: Built) -> Value {
        Value { built, board: self.clone() }
    }

    /// A value that is given in the place of a member, or of a mere parameter.
    pub(crate) fn given(&self, at: Option<usize>, data: i64, origin: Origin) -> Value {
        let is_declared = |at: usize| self.0.graph.members[at].node().declared;
        let cleanup = match origin {
            Origin::Given(_) if at.is_some_and(is_declared) => Cleanup::AtOnce,
            _ => Cleanup::None,
        };
        let version = Version { at, data, from: Vec::new(), origin, cleanup, has_value: true };
        let serial = self.seen().add(version);
        self.value(Built { serial, data })
    }

    fn begin(&self, name: &str, cx: &ResolveCtx<'_>, inputs: &[&dyn Input]) -> Build<'_> {
        let at = self.0.graph.member(name);
        let node = self.0.graph.members[at].node();
        let scope = cx.scope().upgrade();
        let before = scope.as_ref().and_then(|scope| (node.peek)(scope));
        let was_cached = scope.is_some_and(|scope| (node.is_cached)(&scope));
        let values = inputs.iter().filter_map(|input| input.value());
        let values: Vec<Built> = values.map(Value::built).collect();
        let cleanup = match node {
            // What is declared closes the values that there are.
            node if node.declared => Cleanup::None,
            node if node.awaits => Cleanup::Awaited,
            _ => Cleanup::AtOnce,
        };
        let mut seen = self.seen();
        let serial = seen.last_serial + 1;
        let version = Version {
            at: Some(at),
            data: 0,
            from: values.iter().map(|value| value.serial).collect(),
            origin: Origin::Built(seen.now),
            cleanup,
            has_value: false,
        };
        seen.add(version);
        seen.events.push(Event::Began { serial, before, was_cached });
        drop(seen);
        let board = self.clone();
        match cleanup {
            Cleanup::None => {}
            Cleanup::AtOnce => cx.on_cleanup(move || board.seen().close(serial)),
            Cleanup::Awaited => cx.on_cleanup_async(move || async move {
                yield_now().await;
                board.seen().close(serial);
            }),
        }
        let data = values.iter().map(|value| value.data).collect();
        Build { board: self, at, serial, data, is_over: false }
    }

    pub(crate) fn build(
        &self,
        name: &str,
        cx: &ResolveCtx<'_>,
        inputs: &[&dyn Input],
    ) -> Result<Value, String> {
        self.begin(name, cx, inputs).end()
    }

    /// As [`build`](Self::build), in some polls, and with what it reads by itself.
    pub(crate) async fn build_async(
        &self,
        name: &str,
        cx: &ResolveCtx<'_>,
        inputs: &[&dyn Input],
    ) -> Result<Value, String> {
        let mut build = self.begin(name, cx, inputs);
        yield_now().await;
        let wires = self.0.graph.members[build.at].wires.iter();
        for (wire, input) in wires.zip(inputs).filter(|(wire, _)| wire.reads) {
            let since = self.seen().now;
            let read = input.read().unwrap_or_else(|| panic!("{wire:?} brings a value")).await;
            build.data.push(read.as_ref().map_or(NOTHING, |value| value.data));
            let mut seen = self.seen();
            if let (Ok(value), To::Member(at)) = (read, wire.to) {
                let (serial, until) = (value.serial, seen.now);
                seen.events.push(Event::Read { at, serial, since, until });
            }
        }
        for _ in 0..build.at % 3 {
            yield_now().await;
        }
        build.end()
    }

    /// A value is gone: whatever there was to close is closed.
    pub(crate) fn dropped(&self, serial: u64) {
        let mut seen = self.seen();
        let has_cleanup = seen.versions[&serial].cleanup != Cleanup::None;
        if has_cleanup && !seen.closed.contains(&serial) {
            seen.faults.push(format!("{serial} is dropped, and was not closed"));
        }
    }

    /// What happened since this was last asked.
    pub(crate) fn take_events(&self) -> Vec<Event> {
        mem::take(&mut self.seen().events)
    }
}
