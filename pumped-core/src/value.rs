//! One value of an executor: a counted header, the value, and the handles to
//! what it was built from.
//!
//! A fixed value lives in its scope's arena and is counted only from outside; a live version is an allocation of its own. Both are reached by the same
//! [`Handle`]: one pointer wide, without the value's type, so that drop glue and
//! auto traits never follow the graph. The last handle to go hands the value to
//! `reclaim`.

mod spare;

use std::alloc::{Layout, handle_alloc_error};
use std::any::TypeId;
use std::cell::Cell;
use std::mem::{ManuallyDrop, offset_of};
use std::ptr::NonNull;

use crate::cleanup::CleanupSlot;
use crate::error::BoxError;
use crate::executor::Executor;
use crate::node::Node;
use crate::reclaim;
use crate::scope::Core;
use crate::scope::arena::Arena;
use crate::short::Short;
use crate::sync::{Arc, AtomicUsize, Ordering, fence};

use spare::size_in_steps;
pub(crate) use spare::{Kind, Spares};

/// What stands before every value. It is short: versions are rebuilt one after the other, and
/// each takes the cache lines that it has.
pub(crate) struct Header {
    count: AtomicUsize,
    /// The declaration whose function made the value.
    node: &'static Node,
    /// When it was made, within its scope: later values are cleaned up first.
    number: Cell<u64>,
    pub(crate) cleanups: CleanupSlot,
    /// Of a fixed value: the one that was built before it. If it outlives its scope, then the
    /// core, whose arena it keeps.
    link: Cell<Option<NonNull<()>>>,
    inputs: u32,
    storage: Storage,
    /// What is to become of the memory, if nothing is to be dropped in it.
    kind: Kind,
    /// Whether it ever had cleanups: `dispose` may then find it without holding it.
    is_registered: Cell<bool>,
    /// Whether its link is the core.
    is_kept: Cell<bool>,
}

/// Where a value's memory comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Storage {
    /// The scope's arena, which frees it.
    Arena,
    /// An allocation of its own.
    Heap,
}

/// The address of a value's header.
pub(crate) type Raw = NonNull<Header>;

/// The header and the value, as they lie in memory. The inputs follow.
#[repr(C)]
struct Holder<T> {
    header: Header,
    value: T,
}

/// The layout of a `T` behind its header.
pub(crate) const fn layout<T>() -> Layout {
    Layout::new::<Holder<T>>()
}

/// How much memory a node's value takes with `inputs` handles behind it.
#[inline]
fn full_size(node: &Node, inputs: usize) -> usize {
    node.layout.size() + inputs * size_of::<Handle>()
}

/// As much in an allocation of its own: in steps, so that what was memory for one value often
/// is for another.
#[inline]
fn size_on_heap(node: &Node, inputs: usize) -> usize {
    size_in_steps(full_size(node, inputs))
}

/// The layout of `size` bytes for a value of `node`.
#[inline]
fn layout_of(node: &Node, size: usize) -> Layout {
    Layout::from_size_align(size, node.layout.align()).expect("a value fits into memory")
}

/// Where the handles behind a value of `node` begin, from its header on.
#[inline]
fn inputs_offset(node: &Node) -> usize {
    // The header is aligned as a handle at least, and a size is a multiple of that.
    node.layout.size()
}

/// The address of the value behind `header`.
///
/// # Safety
/// `header` stands before a `T`, or before room for one.
pub(crate) unsafe fn value_of<T>(header: NonNull<Header>) -> NonNull<T> {
    // SAFETY: `Holder<T>` is `repr(C)`, so the room for the value is at this offset.
    unsafe { header.byte_add(offset_of!(Holder<T>, value)).cast() }
}

/// Makes room for a value of `node`: the header is written, the value is not, and neither are
/// the inputs if there are any.
///
/// # Safety
/// `memory` is unused, and of the layout that `layout_of` gives for `count` inputs.
#[inline]
unsafe fn prepare(
    memory: NonNull<u8>,
    node: &'static Node,
    count: usize,
    storage: Storage,
    kind: Kind,
) -> NonNull<Header> {
    let header = memory.cast::<Header>();
    // SAFETY: the memory is large enough for the header.
    unsafe {
        header.write(Header {
            count: AtomicUsize::new(1),
            node,
            number: Cell::new(0),
            cleanups: CleanupSlot::new(),
            link: Cell::new(None),
            inputs: u32::try_from(count).expect("as many handles as parameters"),
            storage,
            kind,
            is_registered: Cell::new(false),
            is_kept: Cell::new(false),
        });
    }
    header
}

/// Writes the inputs of a value of `node`.
///
/// # Safety
/// `header` is from [`prepare`] for that node and `count` inputs, which are not written yet.
///
/// # Panics
/// If there are not as many inputs as that.
#[inline]
unsafe fn put_inputs(
    header: NonNull<Header>,
    node: &'static Node,
    count: usize,
    inputs: impl Iterator<Item = Handle>,
) {
    // SAFETY: at this offset there is room for as many handles.
    let room = unsafe { header.byte_add(inputs_offset(node)).cast::<Handle>() };
    let mut written = 0;
    inputs.take(count).for_each(|input| {
        // SAFETY: as above.
        unsafe { room.add(written).write(input) };
        written += 1;
    });
    assert_eq!(written, count, "as many inputs as there is room for");
}

/// The handles to what a value is built from.
pub(crate) type Inputs = Short<Handle, 4>;

/// Memory in `arena` for a value of `node` with `inputs` inputs.
#[inline]
pub(crate) fn memory_in(arena: &mut Arena, node: &'static Node, inputs: usize) -> NonNull<u8> {
    arena.allocate(layout_of(node, full_size(node, inputs)))
}

/// Room in an arena.
///
/// # Safety
/// `memory` is from [`memory_in`], for that many inputs, and unused.
#[inline]
pub(crate) unsafe fn room_in_arena(
    memory: NonNull<u8>,
    node: &'static Node,
    inputs: Option<&mut Inputs>,
) -> NonNull<Header> {
    let count = inputs.as_ref().map_or(0, |inputs| inputs.len());
    // SAFETY: the caller's promise.
    unsafe {
        let header = prepare(memory, node, count, Storage::Arena, Kind::NONE);
        if let Some(inputs) = inputs {
            put_inputs(header, node, count, inputs.drain());
        }
        header
    }
}

/// The kind of the memory that a value of `node` with `inputs` inputs has on the heap.
#[inline]
pub(crate) fn kind_on_heap(node: &Node, inputs: usize) -> Kind {
    Kind::of(layout_of(node, size_on_heap(node, inputs)))
}

/// Memory on the heap for a value of `node` with `inputs` inputs: what is spare, if there is
/// any of its kind.
#[inline]
pub(crate) fn memory_on_heap(
    node: &'static Node,
    inputs: usize,
    kind: Kind,
    spares: &mut Spares,
) -> NonNull<u8> {
    spares.take(kind).unwrap_or_else(|| {
        let layout = layout_of(node, size_on_heap(node, inputs));
        // SAFETY: there is a header at least.
        let memory = unsafe { std::alloc::alloc(layout) };
        NonNull::new(memory).unwrap_or_else(|| handle_alloc_error(layout))
    })
}

/// Room in an allocation of its own, for a value that is built from `count` inputs.
///
/// # Safety
/// `memory` is from [`memory_on_heap`], for that many inputs and of that kind, and unused.
///
/// # Panics
/// If there are not as many as that.
#[inline]
pub(crate) unsafe fn room_on_heap(
    memory: NonNull<u8>,
    node: &'static Node,
    count: usize,
    kind: Kind,
    inputs: impl Iterator<Item = Handle>,
) -> NonNull<Header> {
    // SAFETY: the caller's promise.
    unsafe {
        let kind = if node.drop_value.is_none() { kind } else { Kind::NONE };
        let header = prepare(memory, node, count, Storage::Heap, kind);
        if count > 0 {
            put_inputs(header, node, count, inputs);
        }
        header
    }
}

/// Gives up a room whose value was never written. Returns its memory if it is an
/// arena's, for the next attempt.
///
/// # Safety
/// Nobody else knows the room.
pub(crate) unsafe fn give_up(room: NonNull<Header>) -> Option<NonNull<u8>> {
    // SAFETY: the room's inputs are taken once, and it is freed or forgotten.
    unsafe {
        let in_arena = room.as_ref().storage == Storage::Arena;
        dismantle(room);
        in_arena.then(|| room.cast())
    }
}

impl Header {
    #[inline]
    pub(crate) fn node(&self) -> &'static Node {
        self.node
    }

    #[inline]
    pub(crate) fn number(&self) -> u64 {
        self.number.get()
    }

    /// Numbers a value that nobody else knows yet.
    #[inline]
    pub(crate) fn set_number(&self, number: u64) {
        self.number.set(number);
    }

    /// Says that `dispose` will look for a value that nobody else knows yet.
    pub(crate) fn set_registered(&self) {
        self.is_registered.set(true);
    }

    /// Whether the one who asks is the only holder, and nobody can become another.
    #[inline]
    fn is_alone(&self) -> bool {
        self.count.load(Ordering::Acquire) == 1 && !self.is_registered.get()
    }

    /// Whether taking the value apart comes to nothing: no cleanups, nothing to
    /// drop, nothing to free.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.node.drop_value.is_none()
            && self.inputs == 0
            && self.storage == Storage::Arena
            && self.cleanups.is_empty()
    }

    /// Whether there is nothing to do at its end but to let go of its inputs.
    #[inline]
    pub(crate) fn is_plain_data(&self) -> bool {
        // Only what is in an arena ever keeps one.
        self.storage == Storage::Heap && self.node.drop_value.is_none() && self.cleanups.is_empty()
    }

    /// Whether the value is a `T`.
    #[inline]
    pub(crate) fn holds<T: 'static>(&self) -> bool {
        self.node.output == TypeId::of::<T>()
    }

    /// The fixed value that was built before this one. Until somebody [keeps](Self::keep) it.
    #[inline]
    pub(crate) fn previous(&self) -> Option<NonNull<Self>> {
        debug_assert!(!self.is_kept.get(), "asked before");
        self.link.get().map(NonNull::cast)
    }

    /// Says which fixed value was built before this one, which nobody else knows yet.
    #[inline]
    pub(crate) fn set_previous(&self, previous: Option<NonNull<Self>>) {
        self.link.set(previous.map(NonNull::cast));
    }

    /// Makes a value that outlives its scope keep the scope's arena. Nobody asks any more what
    /// was built before it.
    pub(crate) fn keep(&self, core: Arc<Core>) {
        self.link.set(NonNull::new(Arc::into_raw(core).cast_mut().cast()));
        self.is_kept.set(true);
    }

    /// Takes back what [`keep`](Self::keep) gave, if it was called.
    pub(crate) fn release_keeper(&self) -> Option<Arc<Core>> {
        let core = if self.is_kept.replace(false) { self.link.take() } else { None };
        // SAFETY: `keep` gave it away, and it is taken back once.
        core.map(|core| unsafe { Arc::from_raw(core.cast::<Core>().as_ptr()) })
    }

    /// Whether the scope's own count is the only one left.
    #[inline]
    pub(crate) fn is_unshared(&self) -> bool {
        self.count.load(Ordering::Acquire) == 1
    }
}

/// The handles of a value whose last holder is gone, one by one.
///
/// # Safety
/// Nobody else reads the value any more, and this is called once.
unsafe fn take_inputs(header: NonNull<Header>) -> impl Iterator<Item = Handle> {
    // SAFETY: the header lives until `free`.
    let (node, inputs) = unsafe { (header.as_ref().node, header.as_ref().inputs as usize) };
    let offset = inputs_offset(node);
    // SAFETY: `put_inputs` wrote that many handles at that offset; each is read once.
    (0..inputs).map(move |at| unsafe { header.byte_add(offset).cast::<Handle>().add(at).read() })
}

/// The inputs of a value that somebody holds.
///
/// # Safety
/// The value is alive for `'a`.
pub(crate) unsafe fn inputs<'a>(header: NonNull<Header>) -> &'a [Handle] {
    // SAFETY: `put_inputs` wrote that many handles at that offset.
    unsafe {
        let (node, inputs) = (header.as_ref().node, header.as_ref().inputs as usize);
        NonNull::slice_from_raw_parts(header.byte_add(inputs_offset(node)).cast(), inputs).as_ref()
    }
}

/// Lets go of what a value was built from, and gives its memory back if that is an
/// allocation of its own.
///
/// # Safety
/// The value was dropped or needs no drop, nobody holds it, and this is called once.
#[inline]
pub(crate) unsafe fn dismantle(header: NonNull<Header>) {
    // SAFETY: the caller's promise.
    unsafe {
        take_inputs(header).for_each(drop::<Handle>);
        free(header);
    }
}

/// Gives the memory of a value back, if it is an allocation of its own.
///
/// # Safety
/// The value was dropped, its inputs were taken, and nobody holds it.
unsafe fn free(header: NonNull<Header>) {
    // SAFETY: by the caller's promise this is the last look at the header.
    let (node, inputs, storage) = unsafe {
        let header = header.as_ref();
        (header.node, header.inputs as usize, header.storage)
    };
    if storage == Storage::Heap {
        let size = size_on_heap(node, inputs);
        // SAFETY: `room_on_heap` allocated it with this layout, which it has checked.
        unsafe {
            let layout = Layout::from_size_align_unchecked(size, node.layout.align());
            std::alloc::dealloc(header.as_ptr().cast(), layout);
        }
    }
}

/// Drops the value behind `header`; the entry of a node's table.
///
/// # Safety
/// `header` stands before a `T` that nobody will read again.
pub(crate) unsafe fn drop_value<T>(header: NonNull<Header>) {
    // SAFETY: the caller's promise.
    unsafe { value_of::<T>(header).drop_in_place() }
}

/// Compares two values of `E`; the entry of a node's table.
///
/// # Safety
/// Both stand before a value of `E` that is held.
pub(crate) unsafe fn same<E: Executor>(old: NonNull<Header>, new: NonNull<Header>) -> bool {
    // SAFETY: the caller's promise.
    unsafe { E::same(value_of::<E::Output>(old).as_ref(), value_of::<E::Output>(new).as_ref()) }
}

/// Runs the declared cleanup of `E`; the entry of a node's table.
///
/// # Safety
/// `header` stands before a value of `E` that is still alive.
pub(crate) unsafe fn cleanup<E: Executor>(header: NonNull<Header>) -> Result<(), BoxError> {
    // SAFETY: the caller's promise.
    E::cleanup(unsafe { value_of::<E::Output>(header).as_ref() })
}

/// A counted pointer to a value whose type is known elsewhere.
pub(crate) struct Handle(NonNull<Header>);

// SAFETY: values are `Send + Sync` (the bound on `Executor::Output`), the count
// is atomic, and the cells of a header are written before it is published or
// when nobody else can reach it.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Handle {
    /// A value of `E` that was given, not built. Costs one allocation.
    pub(crate) fn given<E: Executor>(value: E::Output) -> Self {
        Self::given_in::<E>(value, &mut Spares::default())
    }

    /// As [`given`](Self::given), in memory that is spare, if there is any.
    pub(crate) fn given_in<E: Executor>(value: E::Output, spares: &mut Spares) -> Self {
        let node = E::NODE.get();
        let kind = kind_on_heap(node, 0);
        let memory = memory_on_heap(node, 0, kind, spares);
        // SAFETY: there is room for an `E::Output`, and the one count is ours.
        unsafe {
            let room = room_on_heap(memory, node, 0, kind, std::iter::empty());
            value_of(room).write(value);
            Self::from_raw(room)
        }
    }

    /// Takes over one count of `header`.
    ///
    /// # Safety
    /// The caller owns that count.
    pub(crate) unsafe fn from_raw(header: NonNull<Header>) -> Self {
        Self(header)
    }

    /// One more handle to a value that somebody holds.
    ///
    /// # Safety
    /// The value is alive, and stays so for the length of the call.
    #[inline]
    pub(crate) unsafe fn share(header: NonNull<Header>) -> Self {
        // SAFETY: the caller's promise.
        let count = unsafe { &header.as_ref().count };
        if count.fetch_add(1, Ordering::Relaxed) > usize::MAX / 2 {
            std::process::abort();
        }
        Self(header)
    }

    /// One more handle to a value, unless its last one is gone.
    ///
    /// # Safety
    /// The value's memory is not freed during the call.
    pub(crate) unsafe fn share_if_held(header: NonNull<Header>) -> Option<Self> {
        // SAFETY: the caller's promise.
        let count = unsafe { &header.as_ref().count };
        let add = |count| if count == 0 { None } else { Some(count + 1) };
        count.fetch_update(Ordering::Acquire, Ordering::Relaxed, add).ok()?;
        Some(Self(header))
    }

    /// A new first handle to a value that its last one has let go of.
    ///
    /// # Safety
    /// The caller was to take the value apart, and does not.
    pub(crate) unsafe fn revive(header: NonNull<Header>) -> Self {
        // SAFETY: the caller's promise: nobody else knows the value.
        unsafe { &header.as_ref().count }.store(1, Ordering::Relaxed);
        Self(header)
    }

    /// A second handle to a value that nobody else knows yet: at no cost.
    #[inline]
    pub(crate) fn second(&self) -> Self {
        debug_assert!(self.header().is_unshared());
        self.header().count.store(2, Ordering::Relaxed);
        Self(self.0)
    }

    /// Lets go of the value where nothing may be dropped; gives the handle back if it is
    /// the last.
    #[inline]
    pub(crate) fn let_go(self) -> Option<Self> {
        if self.header().is_alone() {
            return Some(self);
        }
        let header = ManuallyDrop::new(self).0;
        // SAFETY: the handle's count, which is given up here.
        if unsafe { header.as_ref() }.count.fetch_sub(1, Ordering::Release) > 1 {
            return None;
        }
        fence(Ordering::Acquire);
        // SAFETY: it was the last count.
        Some(unsafe { Self::revive(header) })
    }

    /// Takes a value apart, by its last handle, where nothing may be dropped: its inputs go to
    /// `each`, its memory to `spares`. Gives the handle back if there is more to do, or more
    /// memory than is kept.
    #[inline]
    pub(crate) fn into_spare(self, spares: &mut Spares, each: impl FnMut(Self)) -> Option<Self> {
        let kind = self.header().kind;
        if !spares.keeps(kind) || !self.header().cleanups.is_empty() {
            return Some(self);
        }
        let header = self.into_raw();
        // SAFETY: this was the last handle, and the value needs no drop; the memory is of that
        // kind.
        unsafe {
            take_inputs(header).for_each(each);
            spares.put(header.cast(), kind);
        }
        None
    }

    /// Gives the count away.
    pub(crate) fn into_raw(self) -> NonNull<Header> {
        ManuallyDrop::new(self).0
    }

    pub(crate) fn as_raw(&self) -> NonNull<Header> {
        self.0
    }

    pub(crate) fn header(&self) -> &Header {
        // SAFETY: the handle holds a count.
        unsafe { self.0.as_ref() }
    }

    /// Whether both point to the same value.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Clone for Handle {
    #[inline]
    fn clone(&self) -> Self {
        // SAFETY: this handle keeps the value alive.
        unsafe { Self::share(self.0) }
    }
}

impl Drop for Handle {
    #[inline]
    fn drop(&mut self) {
        let header = self.header();
        if header.is_alone() || header.count.fetch_sub(1, Ordering::Release) == 1 {
            fence(Ordering::Acquire);
            // SAFETY: this was the last handle, and the fence makes what the
            // others did with the value visible here.
            unsafe { reclaim::reclaim(self.0) };
        }
    }
}
