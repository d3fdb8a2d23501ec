//! What is done to a scope and its model.

use std::cell::Cell;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use pumped::error::ScopeError;

use super::model::{Item, Model, Version};
use super::pair::{End, Ends, Pair};
use super::single::Part;
use super::universe::{Change, LiveNode, MutableNode};
use super::value::{Built, Value};

/// What a batch whose closure has failed says.
enum BatchError {
    Refused,
    Scope(ScopeError),
}

impl From<ScopeError> for BatchError {
    fn from(error: ScopeError) -> Self {
        Self::Scope(error)
    }
}

/// The serial and the data of what a change has made.
type Made = Rc<Cell<Option<(u64, i64)>>>;

/// A change in a batch: of which member, and what it has made.
type Told = (usize, Part, Made);

impl Pair {
    pub(crate) fn get(&mut self, at: usize) -> Ends {
        let result = self.graph.members[at].node().built(&self.scope);
        let end = self.end_of(result.map_err(ScopeError::from), |built| Some(built.serial));
        (end, self.expect(|model| model.get(at).into()))
    }

    pub(crate) fn hold(&mut self, at: usize) -> Ends {
        let result = (self.graph.members[at].node().dep)(&self.scope).map_err(ScopeError::from);
        let mut held = None;
        let end = self.end_of(result, |value| {
            let serial = value.built.serial;
            held = Some(value);
            Some(serial)
        });
        let expected = self.expect(|model| model.get(at).into());
        self.model.holds.extend(held.iter().map(|value| value.built.serial));
        self.held.extend(held);
        (end, expected)
    }

    pub(crate) fn update(&mut self, at: usize, node: &MutableNode, data: i64) -> Ends {
        let value = self.value(data);
        let serial = value.built.serial;
        let end = self.end_of((node.update)(&self.scope, value), |()| None);
        let update = |model: &mut Model| {
            if model.put(at, serial, data) {
                model.settle(&[at]);
            }
            End::Done(None)
        };
        (end, self.expect(update))
    }

    /// A change that makes a new value, and tells which.
    fn change(&self, by: i64) -> (Change, Made) {
        let told = Rc::new(Cell::new(None));
        let (tell, board, recorder) = (told.clone(), self.board.clone(), self.recorder.clone());
        let change = Box::new(move |now: &Value| {
            let (serial, data) = (recorder.seen().next_serial(), (now.built.data + by) % 7);
            tell.set(Some((serial, data)));
            board.given(Built { serial, data, ..Built::default() })
        });
        (change, told)
    }

    pub(crate) fn modify(&mut self, at: usize, node: &MutableNode, by: i64) -> Ends {
        let (change, told) = self.change(by);
        let end = self.end_of((node.modify)(&self.scope, change), |()| None);
        let modify = |model: &mut Model| {
            let old = match model.get(at) {
                Ok(old) => old,
                Err(failed) => return End::Failed(failed),
            };
            let (serial, given) = told.get().expect("the change was made");
            assert_eq!(given, (model.data(old) + by) % 7, "what a modify started from");
            if model.put(at, serial, given) {
                model.settle(&[at]);
            }
            End::Done(None)
        };
        (end, self.expect(modify))
    }

    pub(crate) fn batch(&mut self, parts: &[(usize, Part)], fails: bool) -> Ends {
        let mut told: Vec<Told> = Vec::new();
        let result = self.scope.try_batch(|batch| {
            for (raw, part) in parts {
                let Some((at, node)) = self.mutable(*raw) else { continue };
                match *part {
                    Part::Update(data) => {
                        let value = self.value(data);
                        told.push((
                            at,
                            *part,
                            Rc::new(Cell::new(Some((value.built.serial, data)))),
                        ));
                        (node.update_in)(batch, value)?;
                    }
                    Part::Modify(by) => {
                        let (change, tells) = self.change(by);
                        told.push((at, *part, tells));
                        (node.modify_in)(batch, change)?;
                    }
                }
            }
            if fails { Err(BatchError::Refused) } else { Ok(()) }
        });
        let end = match result {
            Ok(()) => End::Done(None),
            Err(BatchError::Refused) => End::Refused,
            Err(BatchError::Scope(error)) => self.end_of(Err(error), |()| None),
        };
        self.take_runs();
        let expected = if self.model.disposed && !told.is_empty() {
            End::Disposed
        } else if fails {
            End::Refused
        } else {
            self.model_batch(&told)
        };
        (end, expected)
    }

    /// The changes as if they came one after the other, and then the rest.
    fn model_batch(&mut self, told: &[Told]) -> End {
        let model = &mut self.model;
        // What each is given, in the order of the last changes; and what is lost on the way.
        let (mut writes, mut lost) = (Vec::<(usize, u64, i64)>::new(), Vec::new());
        for (at, part, told) in told {
            let before = writes.iter().position(|(to, ..)| to == at).map(|at| writes.remove(at));
            lost.extend(before);
            if let Part::Modify(by) = part {
                let now = match before {
                    Some((_, _, data)) => data,
                    None => match model.get(*at) {
                        Ok(now) => model.data(now),
                        Err(failed) => return End::Failed(failed),
                    },
                };
                let (_, given) = told.get().expect("the change was made");
                assert_eq!(given, (now + by) % 7, "what a modify in a batch started from");
            }
            let (serial, data) = told.get().expect("the change was made");
            writes.push((*at, serial, data));
        }
        model.batched.extend(writes.iter().chain(&lost).map(|(_, serial, _)| *serial));
        for (at, serial, data) in lost {
            let has_cleanup = model.node(at).declared;
            let version = Version { data, from: Vec::new(), has_cleanup };
            model.versions.insert(serial, version);
        }
        let mut changed = Vec::new();
        for (at, serial, data) in writes {
            if model.put(at, serial, data) {
                changed.push(at);
            }
        }
        model.settle(&changed);
        End::Done(None)
    }

    pub(crate) fn release(&mut self, at: usize) -> Ends {
        let end = self.end_of((self.live_node(at).release)(&self.scope), |()| None);
        let release = |model: &mut Model| {
            model.release(at);
            End::Done(None)
        };
        (end, self.expect(release))
    }

    pub(crate) fn reload(&mut self, at: usize) -> Ends {
        let mut serial = None;
        let result = (self.live_node(at).reload)(&self.scope, &mut |now| serial = Some(now.serial));
        let end = self.end_of(result, |()| serial);
        let reload = |model: &mut Model| {
            model.release(at);
            model.get(at).into()
        };
        (end, self.expect(reload))
    }

    fn live_node(&self, at: usize) -> &'static LiveNode {
        self.model.node(at).live.as_ref().expect("a live member")
    }

    pub(crate) fn follow(&mut self, at: usize) {
        self.last_follower += 1;
        let (id, recorder) = (self.last_follower, self.recorder.clone());
        let call = Box::new(move |now: &Value| recorder.seen().calls.push((id, now.built.serial)));
        self.followers.push((id, (self.live_node(at).on_change)(&self.scope, call)));
        self.take_runs();
        self.model.follow(id, at);
    }

    pub(crate) fn watch(&mut self, at: usize) {
        self.watchers.push((self.live_node(at).watch)(&self.scope));
        self.take_runs();
        self.model.watch(at);
    }

    pub(crate) fn poll(&mut self, at: usize) {
        let polled = self.watchers[at].poll(&mut Context::from_waker(Waker::noop()));
        let seen = match polled {
            Poll::Pending => None,
            Poll::Ready(item) => Some(item.map(|item| match item {
                Ok(built) => Ok(built.serial),
                Err(error) => Err(self.failed(&error)),
            })),
        };
        self.take_runs();
        let expected: Option<Item> = self.model.poll(at);
        assert_eq!(seen, expected, "what a watch brings");
    }
}
