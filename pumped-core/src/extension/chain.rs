//! The way of an operation through the extensions of its scope.

use std::any::{Any, type_name};
use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::{Extension, Operation, OperationError, Outcome};
use crate::cleanup::{discard, report};
use crate::current::{self, Frame, Role};
use crate::error::{BoxError, CleanupError, ExtensionError, panic_message, text_of};
use crate::scope::{Core, Scope};
use crate::sorted::by_rank;
use crate::sync::{AtomicBool, Ordering};
use crate::tree::Status;

/// The extensions of a scope, from the outside in.
#[derive(Default)]
pub(crate) struct Extensions {
    pub(super) list: Vec<Registered>,
    /// Whether they are set up, and not disposed.
    are_set_up: AtomicBool,
}

pub(super) struct Registered {
    extension: Box<dyn Extension>,
    /// How many were registered before it.
    number: u64,
}

/// What extensions are around.
pub(crate) trait Work {
    /// Does it. Called once at most.
    fn run(&mut self) -> Result<(), BoxError>;

    /// An `Option` of what it yields, for an answer that is given instead.
    fn answer(&mut self) -> Option<&mut dyn Any> {
        None
    }

    /// How it ended, once it has not ended well.
    fn status(&self) -> Status {
        Status::Failed
    }
}

impl Extensions {
    pub(crate) fn add(&mut self, extension: Box<dyn Extension>) {
        let number = self.list.len() as u64;
        let order = extension.order();
        let at = self.list.partition_point(|other| other.extension.order() <= order);
        self.list.insert(at, Registered { extension, number });
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Leads `work` through the extensions.
    pub(crate) fn around(
        &self,
        core: &Core,
        operation: &Operation<'_>,
        work: &mut dyn Work,
    ) -> Result<(), BoxError> {
        let state = State::new(&self.list, core, operation);
        let mut passage = Passage { state, work };
        let _ = passage.layer(0);
        passage.state.failure.map_or(Ok(()), Err)
    }

    /// Sets the extensions up, from the outside in. If one fails, those before it are
    /// disposed again.
    pub(crate) fn init(&self, scope: &Scope) -> Result<(), (String, String)> {
        for (at, Registered { extension, .. }) in self.list.iter().enumerate() {
            let hook = Hook { extension: &**extension, core: scope.core(), at };
            if let Err(error) = hook.call(|| extension.init(scope)) {
                let name = extension.name().to_owned();
                for error in dispose(&self.list[..at], scope) {
                    report(error);
                }
                return Err((name, text_of(&*error)));
            }
        }
        self.are_set_up.store(!self.list.is_empty(), Ordering::Release);
        Ok(())
    }

    /// Whether [`dispose`](Self::dispose) has anything to do.
    pub(crate) fn are_set_up(&self) -> bool {
        self.are_set_up.load(Ordering::Acquire)
    }

    /// Disposes the extensions, once, the one that was registered last first.
    pub(crate) fn dispose(&self, scope: &Scope) -> Vec<ExtensionError> {
        if self.are_set_up.swap(false, Ordering::AcqRel) {
            dispose(&self.list, scope)
        } else {
            Vec::new()
        }
    }

    /// Whether an extension deals with the error of a cleanup.
    pub(crate) fn deal_with(&self, core: &Core, error: &CleanupError) -> bool {
        self.list.iter().enumerate().any(|(at, Registered { extension, .. })| {
            let hook = Hook { extension: &**extension, core, at };
            let dealt_with = hook.call(|| Ok(extension.on_cleanup_error(error)));
            dealt_with.unwrap_or_else(|error| {
                report(error);
                false
            })
        })
    }
}

fn dispose(extensions: &[Registered], scope: &Scope) -> Vec<ExtensionError> {
    let numbers: Vec<u64> = extensions.iter().map(|registered| registered.number).collect();
    let ended = by_rank(&numbers).into_iter().rev().filter_map(|at| {
        let extension = &extensions[at].extension;
        let hook = Hook { extension: &**extension, core: scope.core(), at };
        let result = hook.call(|| extension.dispose(scope));
        result.err().map(|error| ExtensionError::new(extension.name(), error))
    });
    ended.collect()
}

/// Calls an extension; a panic is its error.
pub(super) fn quietly<T>(
    extension: &dyn Extension,
    call: impl FnOnce() -> Result<T, BoxError>,
) -> Result<T, BoxError> {
    catch_unwind(AssertUnwindSafe(call)).unwrap_or_else(|payload| Err(panicked(extension, payload)))
}

/// What is to be said of the panic of an extension.
fn panicked(extension: &dyn Extension, payload: Box<dyn Any + Send>) -> BoxError {
    let said = panic_message(&*payload).to_owned();
    discard(payload);
    format!("the extension `{}` panicked: {said}", extension.name()).into()
}

/// What has failed is told further in already; those further out are told that it has.
pub(super) type Told = Result<(), BoxError>;

/// An operation on its way through the extensions, sync or async.
pub(super) struct State<'p> {
    list: &'p [Registered],
    core: &'p Core,
    pub(super) operation: &'p Operation<'p>,
    pub(super) started: Instant,
    /// Whether it has run, or was answered.
    is_done: bool,
    /// How it has ended, if it has run.
    status: Status,
    /// Why it has failed. Once it has, that stays.
    pub(super) failure: Option<BoxError>,
}

impl<'p> State<'p> {
    pub(super) fn new(
        list: &'p [Registered],
        core: &'p Core,
        operation: &'p Operation<'p>,
    ) -> Self {
        let (started, status) = (Instant::now(), Status::Success);
        Self { list, core, operation, started, is_done: false, status, failure: None }
    }

    /// The extension number `at`, or the next one that is not at work itself; none behind
    /// the last.
    pub(super) fn hook(&self, at: usize) -> Option<Hook<'p>> {
        let (list, core) = (self.list, self.core);
        let is_next = |at: &usize| !current::is_hook_of(core, *at);
        let at = (at..list.len()).find(is_next)?;
        Some(Hook { extension: &*list[at].extension, core, at })
    }

    /// The extension whose turn was before `at`, whoever is at work.
    pub(super) fn hook_before(&self, at: usize) -> Option<Hook<'p>> {
        let at = at.checked_sub(1)?;
        let extension = &*self.list.get(at)?.extension;
        Some(Hook { extension, core: self.core, at })
    }

    /// Whether the work may be done now: once.
    pub(super) fn may_perform(&mut self) -> bool {
        !std::mem::replace(&mut self.is_done, true)
    }

    /// What the work has come to.
    pub(super) fn performed(&mut self, status: Status, result: Result<(), BoxError>) -> Told {
        self.status = status;
        match result {
            Ok(()) => Ok(()),
            Err(error) => self.fail(error),
        }
    }

    /// What comes after the `wrap` of an extension.
    pub(super) fn wrapped(&mut self, hook: &Hook<'_>, wrapped: Result<(), BoxError>) -> Told {
        let (extension, operation) = (hook.extension, self.operation);
        let told = match wrapped {
            Ok(()) if self.failure.is_none() && !self.is_done => {
                let (name, what) = (extension.name(), operation.name());
                self.fail(
                    format!("the extension `{name}` neither ran nor answered `{what}`").into(),
                )
            }
            Ok(()) => self.told(),
            Err(error) => self.fail(error),
        };
        let error = self.failure.as_ref().map(|error| &**error as &(dyn Error + 'static));
        if let Some(error) = error {
            hook.tell(|| extension.on_error(operation, error));
        }
        let outcome = Outcome::new(self.status(), error, self.started);
        hook.tell(|| extension.after(operation, &outcome));
        told
    }

    /// Keeps the first failure, and tells of it.
    pub(super) fn fail(&mut self, error: BoxError) -> Told {
        self.failure.get_or_insert(error);
        self.told()
    }

    fn status(&self) -> Status {
        match (&self.failure, self.status) {
            (None, _) => Status::Success,
            // It has ended well, or was not run, and failed further out.
            (Some(_), Status::Success) => Status::Failed,
            (Some(_), status) => status,
        }
    }

    pub(super) fn told(&self) -> Told {
        match &self.failure {
            Some(failure) => Err(OperationError::new(self.status(), &**failure).into()),
            None => Ok(()),
        }
    }

    /// Puts an answer where `place` shows.
    pub(super) fn answer<T: Any>(&mut self, place: Option<&mut dyn Any>, value: T) -> Told {
        let node = self.operation.node();
        let name = node.name();
        let Some(place) = place else {
            let why = match self.operation.kind() {
                super::OperationKind::Execute => "its output borrows from its inputs",
                _ => "only a flow can be",
            };
            return Err(format!("`{name}` cannot be answered for: {why}").into());
        };
        let Some(place) = place.downcast_mut::<Option<T>>() else {
            let (wanted, given) = (node.output_name(), type_name::<T>());
            return Err(
                format!("`{name}` yields `{wanted}`, and was answered with `{given}`").into()
            );
        };
        *place = Some(value);
        self.is_done = true;
        Ok(())
    }
}

/// A sync operation on its way.
struct Passage<'p> {
    state: State<'p>,
    work: &'p mut dyn Work,
}

impl Passage<'_> {
    /// Leads through the extension number `at`, and all further in.
    fn layer(&mut self, at: usize) -> Told {
        let Some(hook) = self.state.hook(at) else {
            if !self.state.may_perform() {
                return self.state.told();
            }
            let result = self.work.run();
            let status = if result.is_ok() { Status::Success } else { self.work.status() };
            return self.state.performed(status, result);
        };
        let (extension, operation) = (hook.extension, self.state.operation);
        if let Err(error) = hook.call(|| extension.before(operation)) {
            return self.state.fail(error);
        }
        let at = hook.at + 1;
        let wrapped = hook.call(|| extension.wrap(operation, Next { passage: self, at }));
        self.state.wrapped(&hook, wrapped)
    }
}

/// One extension, while it is called.
#[derive(Clone, Copy)]
pub(super) struct Hook<'h> {
    pub(super) extension: &'h dyn Extension,
    pub(super) core: &'h Core,
    pub(super) at: usize,
}

impl Hook<'_> {
    /// Calls the extension, in a frame that keeps it from seeing what it does itself. A
    /// panic is its error.
    pub(super) fn call<T>(
        &self,
        call: impl FnOnce() -> Result<T, BoxError>,
    ) -> Result<T, BoxError> {
        let frame = Frame::of_extension(self.core, self.at, Role::Hook);
        let _inside = current::enter(&frame);
        quietly(self.extension, call)
    }

    pub(super) fn tell(&self, call: impl FnOnce()) {
        let told = self.call(|| {
            call();
            Ok(())
        });
        if let Err(error) = told {
            report(error);
        }
    }
}

/// What an [`Extension::wrap`] is around.
#[must_use = "an operation that neither runs nor is answered fails"]
pub struct Next<'n> {
    passage: &'n mut (dyn Onwards + 'n),
    at: usize,
}

/// A [`Passage`], whatever it borrows.
trait Onwards {
    fn go_on(&mut self, at: usize) -> Told;
    fn answer(&mut self, put: &mut dyn FnMut(Put<'_, '_>) -> Told) -> Told;
}

/// The state of an operation, and the place for an answer.
pub(super) type Put<'s, 'p> = (&'s mut State<'p>, Option<&'s mut dyn Any>);

impl Next<'_> {
    /// Lets the operation go on.
    ///
    /// # Errors
    /// With an [`OperationError`] if it fails. The error itself goes to whoever asked for
    /// the operation.
    pub fn run(self) -> Result<(), BoxError> {
        self.passage.go_on(self.at)
    }

    /// Answers for a flow, which is not run: from a cache, for a request that was handled
    /// before.
    ///
    /// # Errors
    /// If the flow yields something else than a `T`; if its output borrows, or if the
    /// operation is no execution of a flow. It then has neither run nor been answered.
    pub fn answer<T: Any>(self, value: T) -> Result<(), BoxError> {
        let mut value = Some(value);
        self.passage.answer(&mut |(state, place)| match value.take() {
            Some(value) => state.answer(place, value),
            None => Ok(()),
        })
    }
}

impl Onwards for Passage<'_> {
    fn go_on(&mut self, at: usize) -> Told {
        // What goes on is not the extension's own doing any more.
        let frame = Frame::of_extension(self.state.core, at - 1, Role::Next);
        let _inside = current::enter(&frame);
        self.layer(at)
    }

    fn answer(&mut self, put: &mut dyn FnMut(Put<'_, '_>) -> Told) -> Told {
        put((&mut self.state, self.work.answer()))
    }
}
