//! Values that are built once, in a container. Fixed executors stand beside what other
//! containers call singletons.

/// Hands the names of nodes to a macro: of a module, of a type, and a number.
macro_rules! twenty {
    ($make:ident!) => {
        $make! {
            c1 C1 = 1 c2 C2 = 2 c3 C3 = 3 c4 C4 = 4 c5 C5 = 5 c6 C6 = 6 c7 C7 = 7
            c8 C8 = 8 c9 C9 = 9 c10 C10 = 10 c11 C11 = 11 c12 C12 = 12 c13 C13 = 13 c14 C14 = 14
            c15 C15 = 15 c16 C16 = 16 c17 C17 = 17 c18 C18 = 18 c19 C19 = 19 c20 C20 = 20
        }
    };
}

macro_rules! fifty {
    ($make:ident!) => {
        $make! {
            w1 W1 = 1 w2 W2 = 2 w3 W3 = 3 w4 W4 = 4 w5 W5 = 5 w6 W6 = 6 w7 W7 = 7
            w8 W8 = 8 w9 W9 = 9 w10 W10 = 10 w11 W11 = 11 w12 W12 = 12 w13 W13 = 13 w14 W14 = 14
            w15 W15 = 15 w16 W16 = 16 w17 W17 = 17 w18 W18 = 18 w19 W19 = 19 w20 W20 = 20 w21 W21 = 21
            w22 W22 = 22 w23 W23 = 23 w24 W24 = 24 w25 W25 = 25 w26 W26 = 26 w27 W27 = 27 w28 W28 = 28
            w29 W29 = 29 w30 W30 = 30 w31 W31 = 31 w32 W32 = 32 w33 W33 = 33 w34 W34 = 34 w35 W35 = 35
            w36 W36 = 36 w37 W37 = 37 w38 W38 = 38 w39 W39 = 39 w40 W40 = 40 w41 W41 = 41 w42 W42 = 42
            w43 W43 = 43 w44 W44 = 44 w45 W45 = 45 w46 W46 = 46 w47 W47 = 47 w48 W48 = 48 w49 W49 = 49
            w50 W50 = 50
        }
    };
}

mod by_hand;
#[expect(clippy::needless_pass_by_value, reason = "constructors take what the library gives them")]
mod dill_rs;
mod ferrunix_rs;
#[expect(clippy::unnecessary_wraps, reason = "factories return what the library takes")]
mod froodi_rs;
mod nject_rs;
mod ours;
#[expect(clippy::struct_field_names, reason = "the macro names the fields of modules")]
mod shaku_rs;

use super::{Contestant, Family, Row, Threads, Who};

/// How many reads are one run where a warm value is read.
const READS: u64 = 1_600;

/// What a container does in each row.
struct Offer {
    who: &'static Who,
    /// Reads of a value that is there.
    warm: Work,
    /// A new container with a chain of three strings, and the length of the last.
    strings: Work,
    /// A new container with a chain of twenty numbers, and the last.
    chain: Work,
    /// A new container with fifty that depend on one, and the sum of all.
    wide: Work,
    /// A new container with the chain of twenty, and nothing asked of it.
    creation: Work,
}

/// What it leaves out, and how to run it.
type Work = (&'static str, fn() -> Box<dyn crate::workload::Run>);

const OFFERS: &[&Offer] = &[
    &by_hand::LOCKS,
    &by_hand::ARCS,
    &ours::OFFER,
    &shaku_rs::OFFER,
    &nject_rs::OFFER,
    &froodi_rs::OFFER,
    &ferrunix_rs::OFFER,
    &dill_rs::OFFER,
];

pub(super) fn rows() -> Vec<Row> {
    let row = |name, what, work: fn(&Offer) -> &Work, expected| Row {
        name,
        what,
        family: Family::Containers,
        expected,
        contestants: OFFERS
            .iter()
            .map(|offer| {
                let (not, make) = *work(offer);
                Contestant::new(offer.who, not, make)
            })
            .collect(),
    };
    vec![
        row("warm", "warm get", |offer| &offer.warm, |_| READS),
        row(
            "cold-3",
            "new container, chain of three strings",
            |offer| &offer.strings,
            |_| "base-dependent-last".len() as u64,
        ),
        row("cold-20", "new container, chain of 20", |offer| &offer.chain, |_| 20),
        row(
            "cold-wide-50",
            "new container, 50 dependents of one",
            |offer| &offer.wide,
            |_| (1..=50).map(|number| number + 1).sum(),
        ),
        row(
            "creation",
            "new container that knows 20, nothing asked of it",
            |offer| &offer.creation,
            |_| 0,
        ),
    ]
}

/// A run that makes a container anew.
macro_rules! fresh {
    (|| $read:expr) => {
        || crate::workload::run(|| $read)
    };
}

/// A run that makes a container and drops it.
macro_rules! created {
    ($new:expr) => {
        || {
            crate::workload::run(|| {
                std::hint::black_box(&$new);
                0
            })
        }
    };
}

/// A loop of reads of what is made beforehand, in sixteen copies that run one after the
/// other: how fast so short a loop is also depends on where it happens to lie.
macro_rules! warm {
    ($new:expr, |$side:ident: $type:ty| $read:expr) => {{
        #[inline(never)]
        fn copy<const COPY: u64>(side: &$type) -> u64 {
            // Tells the copies apart, or they would become one.
            let mut sum = std::hint::black_box(COPY);
            for _ in 0..super::READS / 16 {
                let $side = std::hint::black_box(side);
                sum += $read;
            }
            sum - COPY
        }

        fn read(side: &$type) -> u64 {
            warm!(@copies side 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15)
        }

        || {
            let side = $new;
            read(&side);
            crate::workload::run(move || read(&side))
        }
    }};
    (@copies $side:ident $($number:literal)*) => {
        0 $(+ copy::<$number>($side))*
    };
}

use {created, fresh, warm};
