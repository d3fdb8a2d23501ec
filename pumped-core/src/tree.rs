//! The history of executions, to look at: which flows ran, below which, for how long,
//! and how they ended.
//!
//! A scope keeps one if it is told how much of it:
//! [`ScopeBuilder::history`](crate::ScopeBuilder::history).
//!
//! ```
//! use pumped::prelude::*;
//! use pumped::tree::Status;
//!
//! #[flow]
//! fn price(#[input] amount: u32) -> Result<u32, String> {
//!     if amount == 0 { Err("nothing to pay".into()) } else { Ok(amount * 3) }
//! }
//!
//! #[flow]
//! fn checkout(cx: &ExecutionCtx<'_>) -> u32 {
//!     cx.exec(price(2)).unwrap() + cx.exec(price(0)).unwrap_or(1)
//! }
//!
//! let scope = Scope::builder().history(8).build().unwrap();
//! assert_eq!(scope.exec(checkout()).unwrap(), 7);
//!
//! let tree = scope.executions();
//! let root = tree.roots()[0];
//! assert_eq!((root.name(), root.status()), ("checkout", Status::Success));
//! let [first, second] = tree.children(root.id())[..] else { panic!() };
//! assert_eq!((first.status(), second.status()), (Status::Success, Status::Failed));
//! assert_eq!(second.error(), Some("nothing to pay"));
//! ```

mod draw;

use std::fmt;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant, SystemTime};

use crate::maps::HashMap;
use crate::tags::TagList;

/// The number of an execution, which no other of its scope has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExecutionId(u64);

impl ExecutionId {
    pub(crate) fn new(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Display for ExecutionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far an execution has come, or how it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Status {
    /// It has not ended.
    Running,
    /// It returned a value.
    Success,
    /// It returned an error, or something that it needs did.
    Failed,
    /// It panicked.
    Panicked,
    /// It was cancelled.
    Cancelled,
    /// It took longer than it was given.
    TimedOut,
}

impl Status {
    /// The word for it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Success => "success",
            Self::Failed => "failed",
            Self::Panicked => "panicked",
            Self::Cancelled => "cancelled",
            Self::TimedOut => "timed out",
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One execution of a flow, after its end.
pub struct ExecutionNode {
    pub(crate) id: ExecutionId,
    pub(crate) parent: Option<ExecutionId>,
    pub(crate) depth: u32,
    pub(crate) name: Name,
    pub(crate) status: Status,
    pub(crate) started: Instant,
    pub(crate) duration: Duration,
    pub(crate) error: Option<Box<str>>,
    pub(crate) tags: TagList,
}

/// A name: that of a declaration, mostly.
pub(crate) enum Name {
    Declared(&'static str),
    Given(Box<str>),
}

impl ExecutionNode {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> ExecutionId {
        self.id
    }

    /// The number of the execution that ran it; none for a root.
    #[must_use]
    pub fn parent_id(&self) -> Option<ExecutionId> {
        self.parent
    }

    /// The name of the flow, or what a root was given instead.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.name {
            Name::Declared(name) => name,
            Name::Given(name) => name,
        }
    }

    /// How it ended.
    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    /// When it began.
    #[must_use]
    pub fn started(&self) -> SystemTime {
        // The system's clock may be set; of the steady one we know how it compares.
        static BOTH: LazyLock<(Instant, SystemTime)> =
            LazyLock::new(|| (Instant::now(), SystemTime::now()));
        let (steady, system) = *BOTH;
        match self.started.checked_duration_since(steady) {
            Some(later) => system + later,
            None => system - steady.duration_since(self.started),
        }
    }

    /// How long it took.
    #[must_use]
    pub fn duration(&self) -> Duration {
        self.duration
    }

    /// What its error said, if it failed.
    #[must_use]
    pub fn error(&self) -> Option<&str> {
        self.error.as_deref()
    }

    /// The tag of the type `T`, if it was set on this execution itself.
    #[must_use]
    pub fn tag<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.tags.get()
    }

    /// How many executions were around it.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }
}

impl fmt::Debug for ExecutionNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExecutionNode")
            .field("id", &self.id)
            .field("parent", &self.parent)
            .field("name", &self.name())
            .field("status", &self.status)
            .field("duration", &self.duration)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// A root execution with what is kept of all below it. The root comes last.
pub(crate) struct Root {
    nodes: Vec<ExecutionNode>,
    dropped: usize,
}

impl Root {
    pub(crate) fn new(nodes: Vec<ExecutionNode>, dropped: usize) -> Self {
        Self { nodes, dropped }
    }

    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }
}

/// What a scope remembers of its executions, as it was when this was made: see
/// [`Scope::executions`](crate::Scope::executions).
///
/// `Display` draws it.
#[derive(Clone)]
pub struct ExecutionTree {
    roots: Arc<[Arc<Root>]>,
    /// The place of each node: which root, and where in it.
    places: Arc<HashMap<ExecutionId, (usize, usize)>>,
    children: Arc<HashMap<ExecutionId, Vec<(usize, usize)>>>,
}

impl ExecutionTree {
    pub(crate) fn new(roots: Vec<Arc<Root>>) -> Self {
        let mut places = HashMap::default();
        let mut children: HashMap<_, Vec<_>> = HashMap::default();
        for (number, root) in roots.iter().enumerate() {
            for (at, node) in root.nodes.iter().enumerate() {
                places.insert(node.id, (number, at));
                if let Some(parent) = node.parent {
                    children.entry(parent).or_default().push((number, at));
                }
            }
        }
        Self { roots: roots.into(), places: Arc::new(places), children: Arc::new(children) }
    }

    fn at(&self, (root, at): (usize, usize)) -> &ExecutionNode {
        &self.roots[root].nodes[at]
    }

    /// The root executions, in the order in which they ended.
    #[must_use]
    pub fn roots(&self) -> Vec<&ExecutionNode> {
        self.roots.iter().filter_map(|root| root.nodes.last()).collect()
    }

    /// The executions that `id` has run itself, in the order in which they ended.
    #[must_use]
    pub fn children(&self, id: ExecutionId) -> Vec<&ExecutionNode> {
        let places = self.children.get(&id).map(Vec::as_slice).unwrap_or_default();
        places.iter().map(|place| self.at(*place)).collect()
    }

    /// The execution with the number `id`, if it is kept.
    #[must_use]
    pub fn node(&self, id: ExecutionId) -> Option<&ExecutionNode> {
        self.places.get(&id).map(|place| self.at(*place))
    }

    /// The first execution that `is_wanted`, in the order in which they ended.
    pub fn find(
        &self,
        mut is_wanted: impl FnMut(&ExecutionNode) -> bool,
    ) -> Option<&ExecutionNode> {
        self.roots.iter().flat_map(|root| &root.nodes).find(|node| is_wanted(node))
    }

    /// Shows `visitor` the execution `id` and all below it, each before its children. Where
    /// it answers `false`, what is below is left out.
    ///
    /// ```
    /// use pumped::prelude::*;
    ///
    /// #[flow]
    /// fn leaf() -> u8 { 1 }
    /// #[flow]
    /// fn branch(cx: &ExecutionCtx<'_>) -> u8 { cx.exec(leaf()).unwrap() }
    ///
    /// let scope = Scope::builder().history(1).build().unwrap();
    /// scope.exec(branch()).unwrap();
    /// let tree = scope.executions();
    /// let mut seen = Vec::new();
    /// tree.walk(tree.roots()[0].id(), |node| {
    ///     seen.push(node.name().to_owned());
    ///     true
    /// });
    /// assert_eq!(seen, ["branch", "leaf"]);
    /// ```
    pub fn walk(&self, id: ExecutionId, mut visitor: impl FnMut(&ExecutionNode) -> bool) {
        let mut stack: Vec<&ExecutionNode> = self.node(id).into_iter().collect();
        while let Some(node) = stack.pop() {
            if visitor(node) {
                stack.extend(self.children(node.id).into_iter().rev());
            }
        }
    }

    /// How many executions below the root `id` are not kept, because there were too many.
    #[must_use]
    pub fn dropped(&self, id: ExecutionId) -> usize {
        self.places.get(&id).map_or(0, |(root, _)| self.roots[*root].dropped)
    }

    /// How many executions are kept, of all roots together.
    #[must_use]
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }
}

impl fmt::Display for ExecutionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        draw::tree(self, f)
    }
}

impl fmt::Debug for ExecutionTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.roots()).finish()
    }
}
