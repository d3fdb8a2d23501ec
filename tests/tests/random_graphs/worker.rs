//! What one of several threads does at a scope, and what it must never see.

use std::cell::Cell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::atomic::Ordering::SeqCst;
use std::task::{Context, Poll, Waker};

use pumped::error::{ResolveErrorKind, ScopeError};
use pumped::prelude::*;

use super::arena::{Arena, Random, Seen};
use super::universe::{Change, MutableNode, Watching, cut};
use super::value::{Built, Held, Value};

/// The scope is disposed.
pub(crate) struct Disposed;

/// One thread and what it knows.
pub(crate) struct Worker<'a> {
    arena: &'a Arena,
    random: Random,
    seen: Seen,
    held: VecDeque<Held>,
    watch: Option<Box<dyn Watching>>,
}

impl<'a> Worker<'a> {
    pub(crate) fn new(arena: &'a Arena, seed: u64) -> Self {
        Self {
            arena,
            random: Random(seed),
            seen: Seen::new(arena.roles.growing.clone()),
            held: VecDeque::new(),
            watch: None,
        }
    }

    /// A failure is nothing wrong, as long as somebody asked for it.
    fn accept<T>(result: Result<T, ScopeError>) -> Result<Option<T>, Disposed> {
        match result {
            Ok(value) => Ok(Some(value)),
            Err(ScopeError::Disposed) => Err(Disposed),
            Err(ScopeError::Resolve(error)) => match error.kind() {
                ResolveErrorKind::Disposed => Err(Disposed),
                ResolveErrorKind::Failed => Ok(None),
                _ => panic!("{error}"),
            },
            Err(error) => panic!("{error}"),
        }
    }

    fn meet(&mut self, built: &Built) {
        self.arena.tally.check(built);
        self.seen.meet(built);
        // Rule 13: who has seen half a batch sees the other half.
        for (at, version) in &built.stamps {
            if self.arena.roles.pair.is_some_and(|pair| pair.contains(at))
                && let Some((other, version)) = self.arena.tally.partner(*at, *version)
            {
                self.seen.is_after(other, version);
            }
        }
    }

    /// Reads something in some way.
    pub(crate) fn read(&mut self) -> Result<(), Disposed> {
        let at = self.random.below(self.arena.graph.len()).expect("a source, at least");
        let arena = self.arena;
        let (node, scope) = (arena.graph.members[at].node(), &arena.scope);
        match self.random.next() % 8 {
            0 => {
                if let Some(value) = Self::accept((node.dep)(scope).map_err(Into::into))? {
                    self.meet(&value.built);
                    self.held.push_back(value);
                }
            }
            1 => {
                if let Some(held) = self.held.pop_front() {
                    self.arena.tally.check(&held.built);
                }
            }
            // Perhaps an old one, but not cleaned up.
            2 => (node.peek)(scope, &mut |built| self.arena.tally.check(built)),
            3 => self.read_cut()?,
            4 => self.watch()?,
            5 => self.read_upwards()?,
            _ => {
                let result = (node.get)(scope, &mut |built| self.meet(built));
                Self::accept(result.map_err(Into::into))?;
            }
        }
        Ok(())
    }

    /// Rules 9 and 13: a source, and at once what is to be as new.
    pub(crate) fn read_upwards(&mut self) -> Result<(), Disposed> {
        let arena = self.arena;
        let Some(way) = self.random.below(arena.roles.ways.len()) else { return Ok(()) };
        let way = arena.roles.ways[way].map(|at| arena.graph.members[at].node());
        for node in way.into_iter().cycle().take(16) {
            let result = (node.get)(&arena.scope, &mut |built| self.meet(built));
            Self::accept(result.map_err(Into::into))?;
        }
        Ok(())
    }

    /// Polls a watch.
    fn watch(&mut self) -> Result<(), Disposed> {
        let arena = self.arena;
        let at = self.random.one_of(&arena.roles.live).expect("a source, at least");
        let live = arena.graph.members[at].node().live.as_ref().expect("a live member");
        let watch = self.watch.get_or_insert_with(|| (live.watch)(&arena.scope));
        match watch.poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => Ok(()),
            Poll::Ready(None) => Err(Disposed),
            Poll::Ready(Some(item)) => {
                if let Some(built) = Self::accept(item.map_err(ScopeError::from))? {
                    self.seen.meet(&built);
                }
                Ok(())
            }
        }
    }

    /// Rule 10: the parameters of one flow are of one moment.
    fn read_cut(&mut self) -> Result<(), Disposed> {
        let tally = &self.arena.tally;
        let mut values: Vec<Built> = Vec::new();
        let result = self.arena.scope.exec(cut(&mut |met: [&Built; 3]| {
            tally.agree(met);
            values.extend(met.map(Clone::clone));
        }));
        for value in &values {
            self.seen.meet(value);
        }
        match result {
            Ok(()) => Ok(()),
            Err(FlowError::Resolve(error)) => Self::accept::<()>(Err(error.into())).map(drop),
            Err(FlowError::Disposed) => Err(Disposed),
            Err(error) => panic!("{error}"),
        }
    }

    fn mutable(&self, at: usize) -> &'static MutableNode {
        self.arena.graph.members[at].node().mutable.as_ref().expect("a mutable member")
    }

    /// A change that notes the serial of what it makes.
    fn change(&self, at: usize, made: &Rc<Cell<u64>>) -> Change {
        let (made, board, tally) =
            (made.clone(), self.arena.board.clone(), self.arena.tally.clone());
        Box::new(move |now: &Value| {
            tally.check(&now.built);
            made.set(tally.next_serial());
            board.given(tally.given(at, made.get()))
        })
    }

    /// Changes something; what is read next is at least as new.
    pub(crate) fn write(&mut self, owns: bool) -> Result<(), Disposed> {
        let roles = &self.arena.roles;
        match self.random.next() % 4 {
            0 if let Some(pair) = roles.pair => self.write_pair(pair),
            1 if owns && let Some(at) = self.random.one_of(&roles.owned) => {
                let (tally, board) = (&self.arena.tally, &self.arena.board);
                let serial = tally.next_serial();
                tally.commits(at);
                let new = board.given(tally.given(at, serial));
                Self::accept((self.mutable(at).update)(&self.arena.scope, new))?;
                self.took(at, serial);
                Ok(())
            }
            2 => self.write_several(),
            _ => {
                let Some(at) = self.random.one_of(&roles.shared) else { return Ok(()) };
                let made = Rc::new(Cell::new(0));
                self.arena.tally.commits(at);
                let change = self.change(at, &made);
                let done = Self::accept((self.mutable(at).modify)(&self.arena.scope, change))?;
                if done.is_some() {
                    self.took(at, made.get());
                }
                Ok(())
            }
        }
    }

    fn took(&mut self, at: usize, serial: u64) {
        self.arena.tally.taken(at, serial);
        self.seen.is_after(at, serial);
    }

    fn write_pair(&mut self, mut pair: [usize; 2]) -> Result<(), Disposed> {
        if self.random.percent(50) {
            pair.reverse();
        }
        let made: [Rc<Cell<u64>>; 2] = Default::default();
        let [first, second] = pair;
        self.arena.tally.commits(first);
        self.arena.tally.commits(second);
        let done = self.arena.scope.batch(|batch| {
            (self.mutable(first).modify_in)(batch, self.change(first, &made[0]))?;
            let (change, before) = (self.change(second, &made[1]), made.clone());
            let tally = self.arena.tally.clone();
            let change = Box::new(move |now: &Value| {
                let value = change(now);
                tally.partners(before[0].get(), before[1].get());
                value
            });
            (self.mutable(second).modify_in)(batch, change)
        });
        if Self::accept(done)?.is_some() {
            self.took(first, made[0].get());
            self.took(second, made[1].get());
        }
        Ok(())
    }

    /// A batch of anything, each member once.
    fn write_several(&mut self) -> Result<(), Disposed> {
        let mut parts: Vec<(usize, Rc<Cell<u64>>)> = Vec::new();
        for _ in 0..3 {
            let shared = self.random.one_of(&self.arena.roles.shared);
            if let Some(at) = shared.filter(|at| parts.iter().all(|(other, _)| other != at)) {
                parts.push((at, Rc::default()));
            }
        }
        for (at, _) in &parts {
            self.arena.tally.commits(*at);
        }
        let done = self.arena.scope.batch(|batch| {
            let mut parts = parts.iter();
            parts.try_for_each(|(at, made)| {
                (self.mutable(*at).modify_in)(batch, self.change(*at, made))
            })
        });
        if Self::accept(done)?.is_some() {
            for (at, made) in &parts {
                self.took(*at, made.get());
            }
        }
        Ok(())
    }

    /// Releases something, or makes something fail, or all well.
    pub(crate) fn disturb(&mut self) -> Result<(), Disposed> {
        let arena = self.arena;
        let (tally, scope) = (&arena.tally, &arena.scope);
        let Some(at) = self.random.one_of(&self.arena.roles.released) else { return Ok(()) };
        let live = self.arena.graph.members[at].node().live.as_ref().expect("a live member");
        let before = tally.last_serial();
        match self.random.next() % 6 {
            0 => tally.failing[at].store(true, SeqCst),
            1 | 2 => tally.failing.iter().for_each(|failing| failing.store(false, SeqCst)),
            3 => {
                tally.commits(at);
                let result = (live.reload)(scope, &mut |built| self.meet(built));
                Self::accept(result)?;
                self.seen.is_after(at, before + 1);
            }
            _ => {
                tally.commits(at);
                Self::accept((live.release)(scope))?;
                self.seen.is_after(at, before + 1);
            }
        }
        Ok(())
    }
}
