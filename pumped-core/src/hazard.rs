//! Reading a value that may be replaced at any moment: without a lock, and without
//! counting, so that nothing is written that other threads read.
//!
//! A reader notes the address of what it reads in a *hazard* of its own thread, and looks
//! whether that still is the current value. Whoever replaces a value looks through the
//! hazards of all threads and gives a count to each that notes it. A reader that lets go
//! takes its note back; if it is gone, it has a count, like any other holder, and drops
//! that: so the last who uses a value is the one who takes it apart.

use std::cell::Cell;
use std::ptr::{self, NonNull};
use std::sync::OnceLock;

use crate::sync::{AtomicPtr, AtomicUsize, Mutex, Ordering, fence_in_models};
use crate::value::{Handle, Header};

/// A place for a value, or for none.
pub(crate) struct Current(AtomicPtr<Header>);

impl Current {
    /// A place without a value.
    pub(crate) fn new() -> Self {
        Self(AtomicPtr::new(ptr::null_mut()))
    }

    /// The value of this moment. Call it without a lock: it may have to drop what another
    /// thread has let go of. A call, so that each place that reads a value is short.
    #[inline(never)]
    pub(crate) fn load(&self) -> Option<Guard> {
        let seen = NonNull::new(self.0.load(Ordering::Acquire))?;
        match Hazards::of_this_thread().and_then(Hazards::free) {
            Some(hazard) => self.note(hazard, seen),
            None => self.load_counted(),
        }
    }

    #[inline]
    fn note(&self, hazard: &'static Hazard, seen: NonNull<Header>) -> Option<Guard> {
        hazard.note(seen);
        let now = self.0.load(Ordering::SeqCst);
        match NonNull::new(now) {
            // The same address; of the two, the one that is known to be alive.
            Some(header) if header == seen => Some(Guard { header, hazard: Some(hazard) }),
            _ => self.note_again(hazard, seen),
        }
    }

    /// Goes on where the value was replaced while it was noted.
    #[cold]
    fn note_again(&self, hazard: &'static Hazard, seen: NonNull<Header>) -> Option<Guard> {
        if !hazard.take_back(seen) {
            // Not to be used: where the value that was seen is gone, its address may have been
            // that of another place's value when it was noted.
            // SAFETY: whoever replaced that gave this thread a count of it.
            drop(unsafe { Handle::from_raw(seen) });
            // What was dropped may have read something, and noted it in the same hazard.
            return self.load();
        }
        let seen = NonNull::new(self.0.load(Ordering::Acquire))?;
        self.note(hazard, seen)
    }

    /// As [`load`](Self::load), for a thread that has no hazard left, or is ending.
    #[cold]
    fn load_counted(&self) -> Option<Guard> {
        let mine = Hazards::of_this_thread();
        if let Some(hazards) = mine {
            return self.count(hazards.of_a_moment());
        }
        let leased = registry().lease();
        let counted = self.count(leased.hazards.of_a_moment());
        registry().give_back(leased);
        counted
    }

    fn count(&self, hazard: &'static Hazard) -> Option<Guard> {
        let seen = NonNull::new(self.0.load(Ordering::Acquire))?;
        let noted = self.note(hazard, seen)?;
        // SAFETY: the guard keeps the value.
        Some(Guard::counted(unsafe { Handle::share(noted.header) }))
    }

    /// The address of the value, for those who know that it stays.
    #[inline]
    pub(crate) fn address(&self) -> Option<NonNull<Header>> {
        NonNull::new(self.0.load(Ordering::Relaxed))
    }

    /// Puts another value into the place.
    #[inline]
    pub(crate) fn swap(&self, value: Option<Handle>) -> Option<Handle> {
        let new = value.map_or(ptr::null_mut(), |value| value.into_raw().as_ptr());
        let old = NonNull::new(self.0.swap(new, Ordering::SeqCst))?;
        // SAFETY: the count of the place, which nobody else can take any more.
        let old = unsafe { Handle::from_raw(old) };
        registry().give_counts_of(&old);
        Some(old)
    }

    /// Takes the value out where nobody can be reading it any more: at no cost.
    ///
    /// # Safety
    /// No guard that notes the value will be used after this. One may still be dropped: it
    /// takes its note back, or has a count of what lies at that address by then.
    pub(crate) unsafe fn take_unread(&self) -> Option<Handle> {
        let old = NonNull::new(self.0.swap(ptr::null_mut(), Ordering::Relaxed))?;
        // SAFETY: the count of the place.
        Some(unsafe { Handle::from_raw(old) })
    }
}

/// A value that is held: by a note, until somebody replaces it, or by a count.
pub(crate) struct Guard {
    header: NonNull<Header>,
    hazard: Option<&'static Hazard>,
}

// SAFETY: a guard is a holder of the value like a `Handle`; a note may be taken back on
// any thread.
unsafe impl Send for Guard {}
// SAFETY: as above.
unsafe impl Sync for Guard {}

impl Guard {
    #[inline]
    pub(crate) fn counted(value: Handle) -> Self {
        Self { header: value.into_raw(), hazard: None }
    }

    #[inline]
    pub(crate) fn as_raw(&self) -> NonNull<Header> {
        self.header
    }

    #[inline]
    pub(crate) fn header(&self) -> &Header {
        // SAFETY: the guard keeps the value.
        unsafe { self.header.as_ref() }
    }
}

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        if !self.hazard.is_some_and(|hazard| hazard.take_back(self.header)) {
            // SAFETY: the guard's count: it never had a note, or was given one for it.
            drop(unsafe { Handle::from_raw(self.header) });
        }
    }
}

/// Room for the address of one value that a thread reads.
struct Hazard(AtomicPtr<Header>);

impl Hazard {
    #[inline]
    fn is_free(&self) -> bool {
        self.0.load(Ordering::Relaxed).is_null()
    }

    /// Notes a value that may be replaced already.
    #[inline]
    fn note(&self, header: NonNull<Header>) {
        // Before the second look at the place, in the one order of what is `SeqCst`: so
        // either that look sees another value, or whoever replaces this one sees the note.
        self.0.swap(header.as_ptr(), Ordering::SeqCst);
        fence_in_models();
    }

    /// Has whoever noted `value` own a count of it instead, unless it lets go just now.
    #[cold]
    fn give_count_of(&self, value: &Handle) {
        let (count, none) = (value.clone(), ptr::null_mut());
        let noted = value.as_raw().as_ptr();
        // Acquire also if it fails: what the reader did with the value comes before its end.
        if self.0.compare_exchange(noted, none, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            count.into_raw();
        }
    }

    /// Takes a note back; whether it was still there. If it was not, there is a count for
    /// it. Two notes of the same value in one hazard, one after the other, may be taken
    /// for each other: there is one count fewer to drop then for the second.
    #[inline]
    fn take_back(&self, header: NonNull<Header>) -> bool {
        let (noted, none) = (header.as_ptr(), ptr::null_mut());
        // Release: what was read comes before whatever the one who sees this does.
        // Acquire: the count that was given is there.
        self.0.compare_exchange(noted, none, Ordering::Release, Ordering::Acquire).is_ok()
    }
}

/// How many values a thread can note at once, and one that is noted for a moment only.
const HAZARDS: usize = if cfg!(loom) { 2 } else { 8 };

/// The hazards of one thread: a cache line.
#[repr(align(64))]
struct Hazards([Hazard; HAZARDS]);

impl Hazards {
    #[inline]
    fn of_this_thread() -> Option<&'static Self> {
        MINE.with(Cell::get).or_else(Lease::of_this_thread)
    }

    /// One that notes nothing, if there is one.
    #[inline]
    fn free(&'static self) -> Option<&'static Hazard> {
        self.0[..HAZARDS - 1].iter().find(|hazard| hazard.is_free())
    }

    /// Whether none of them notes anything. What nobody has leased stays so.
    fn are_free(&self) -> bool {
        // Acquire: whoever took a note back is done with the value, as whoever does not look
        // here any more has to know.
        self.0.iter().all(|hazard| hazard.0.load(Ordering::Acquire).is_null())
    }

    /// The one that is never left in use.
    fn of_a_moment(&'static self) -> &'static Hazard {
        &self.0[HAZARDS - 1]
    }
}

/// The right of a thread to its hazards, which then go to another one.
struct Lease(Cell<Option<Leased>>);

/// Hazards that are one thread's, and their number among all.
#[derive(Clone, Copy)]
struct Leased {
    number: usize,
    hazards: &'static Hazards,
}

#[cfg(not(loom))]
thread_local! {
    /// What `LEASE` has: without a destructor, so that it can be read at any time.
    static MINE: Cell<Option<&'static Hazards>> = const { Cell::new(None) };
    static LEASE: Lease = const { Lease(Cell::new(None)) };
}

#[cfg(loom)]
loom::thread_local! {
    static MINE: Cell<Option<&'static Hazards>> = Cell::new(None);
    static LEASE: Lease = Lease(Cell::new(None));
}

impl Lease {
    /// The hazards of this thread from now on, unless it is ending.
    #[cold]
    fn of_this_thread() -> Option<&'static Hazards> {
        LEASE
            .try_with(|lease| {
                let leased = registry().lease();
                lease.0.set(Some(leased));
                MINE.with(|mine| mine.set(Some(leased.hazards)));
                leased.hazards
            })
            .ok()
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        // Loom's statics go before the locals of its threads.
        if !cfg!(loom)
            && let Some(leased) = self.0.take()
        {
            let _ = MINE.try_with(|mine| mine.set(None));
            registry().give_back(leased);
        }
    }
}

/// How many threads have their hazards in one piece of memory.
const BLOCK: usize = 16;

/// The hazards of all threads. They are never freed: those of a thread that has ended are
/// the next one's.
struct Registry {
    first: Block,
    /// How many of the blocks' hazards are to be looked at: beyond these, none notes anything.
    used: AtomicUsize,
    /// Of each of those, whether it is a thread's.
    leased: Mutex<Vec<bool>>,
}

struct Block {
    hazards: [Hazards; BLOCK],
    next: OnceLock<Box<Block>>,
}

#[cfg(not(loom))]
fn registry() -> &'static Registry {
    static REGISTRY: Registry = Registry::new();
    &REGISTRY
}

#[cfg(loom)]
fn registry() -> &'static Registry {
    loom::lazy_static! {
        static ref REGISTRY: Registry = Registry::new();
    }
    &REGISTRY
}

// Constants, so that nobody has to make the registry first. Loom's types are none.

impl Hazards {
    #[cfg(not(loom))]
    const fn new() -> Self {
        Self([const { Hazard(AtomicPtr::new(ptr::null_mut())) }; HAZARDS])
    }

    #[cfg(loom)]
    fn new() -> Self {
        Self(std::array::from_fn(|_| Hazard(AtomicPtr::new(ptr::null_mut()))))
    }
}

impl Block {
    #[cfg(not(loom))]
    const fn new() -> Self {
        Self { hazards: [const { Hazards::new() }; BLOCK], next: OnceLock::new() }
    }

    #[cfg(loom)]
    fn new() -> Self {
        Self { hazards: std::array::from_fn(|_| Hazards::new()), next: OnceLock::new() }
    }
}

impl Registry {
    #[cfg(not(loom))]
    const fn new() -> Self {
        let leased = Mutex::new(Vec::new());
        Self { first: Block::new(), used: AtomicUsize::new(0), leased }
    }

    #[cfg(loom)]
    fn new() -> Self {
        let leased = Mutex::new(Vec::new());
        Self { first: Block::new(), used: AtomicUsize::new(0), leased }
    }

    /// Gives out the first that are nobody's.
    fn lease(&'static self) -> Leased {
        let mut leased = self.leased.lock();
        let number = leased.iter().position(|taken| !taken).unwrap_or(leased.len());
        // Made before they are counted: whoever counts them has to find them.
        let hazards = self.hazards(number);
        if number == leased.len() {
            leased.push(true);
            // Before the first note, in the order that `Hazard::note` speaks of.
            self.used.store(leased.len(), Ordering::SeqCst);
        } else {
            leased[number] = true;
        }
        Leased { number, hazards }
    }

    /// Takes them back; there may be notes left in them, of guards that live on elsewhere.
    fn give_back(&'static self, Leased { number, .. }: Leased) {
        let mut leased = self.leased.lock();
        leased[number] = false;
        let used = leased.len();
        // What notes nothing and is nobody's need not be looked at until it is leased again.
        while leased.last() == Some(&false) && self.hazards(leased.len() - 1).are_free() {
            leased.pop();
        }
        if leased.len() < used {
            self.used.store(leased.len(), Ordering::SeqCst);
        }
    }

    fn hazards(&'static self, number: usize) -> &'static Hazards {
        let mut block = &self.first;
        for _ in 0..number / BLOCK {
            block = block.next.get_or_init(|| Box::new(Block::new()));
        }
        &block.hazards[number % BLOCK]
    }

    /// Gives a count to each note of a value that is no longer to be found.
    #[inline]
    fn give_counts_of(&self, value: &Handle) {
        fence_in_models();
        let mut left = self.used.load(Ordering::SeqCst);
        let mut block = &self.first;
        loop {
            let here = left.min(BLOCK);
            for Hazards(hazards) in &block.hazards[..here] {
                for hazard in hazards {
                    if hazard.0.load(Ordering::SeqCst) == value.as_raw().as_ptr() {
                        hazard.give_count_of(value);
                    }
                }
            }
            left -= here;
            match block.next.get() {
                Some(next) if left > 0 => block = next,
                _ => return,
            }
        }
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    fn looked_at(registry: &Registry) -> usize {
        registry.used.load(Ordering::SeqCst)
    }

    #[test]
    fn what_was_given_back_is_leased_first_and_not_looked_at() {
        static REGISTRY: Registry = Registry::new();
        let registry = &REGISTRY;
        // Of several blocks.
        let leased: Vec<Leased> = (0..2 * BLOCK + 3).map(|_| registry.lease()).collect();
        assert_eq!(looked_at(registry), 2 * BLOCK + 3);
        registry.give_back(leased[4]);
        registry.give_back(leased[2]);
        assert_eq!(looked_at(registry), 2 * BLOCK + 3);
        assert_eq!(registry.lease().number, 2);
        assert!(ptr::eq(registry.lease().hazards, leased[4].hazards));
        for at in (1..2 * BLOCK + 3).rev() {
            registry.give_back(leased[at]);
            assert_eq!(looked_at(registry), at);
        }
        assert!(ptr::eq(registry.lease().hazards, leased[1].hazards));
        assert_eq!(looked_at(registry), 2);
    }

    #[test]
    fn a_note_that_is_left_is_looked_at() {
        static REGISTRY: Registry = Registry::new();
        let registry = &REGISTRY;
        let (first, second) = (registry.lease(), registry.lease());
        // Nobody reads what it points to.
        let header = NonNull::<Header>::dangling();
        let hazard = second.hazards.free().unwrap();
        hazard.note(header);
        registry.give_back(second);
        assert_eq!(looked_at(registry), 2);
        assert!(hazard.take_back(header));
        registry.give_back(first);
        assert_eq!(looked_at(registry), 0);
    }
}
