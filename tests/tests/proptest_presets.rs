//! Rules 1, 3 and 27 for any presets of a small graph: what a scope yields, what it
//! runs and what it refuses is what a model says that it should.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use pumped::ScopeBuilder;
use pumped::error::BuildProblem;
use pumped::prelude::*;
use pumped_tests::Log;

/// What stands in for an executor.
#[derive(Clone, Copy, Debug)]
enum Preset {
    Value(u64),
    /// The one executor that the table allows for it.
    Other,
}

/// An executor of the table below.
struct Row {
    name: &'static str,
    needs: &'static [&'static str],
    other: &'static str,
    give: fn(ScopeBuilder, Preset) -> ScopeBuilder,
    get: fn(&Scope) -> u64,
}

/// Declares executors that add up what they need and one, and the table of them.
macro_rules! table {
    ($($name:ident or $other:ident needs $($needs:ident)*;)*) => {
        $(
            #[executor]
            fn $name(ran: Tag<Log>, $($needs: Dep<$needs>),*) -> u64 {
                ran.note(stringify!($name));
                1 $(+ *$needs)*
            }
        )*

        const TABLE: &[Row] = &[$(
            Row {
                name: stringify!($name),
                needs: &[$(stringify!($needs)),*],
                other: stringify!($other),
                give: |builder, preset| match preset {
                    Preset::Value(value) => builder.preset::<$name>(value),
                    Preset::Other => builder.preset_with::<$name, $other>(),
                },
                get: |scope| *scope.get::<$name>().unwrap(),
            }
        ),*];
    };
}

// The `fake_`s reach back up, so that some presets close a cycle, and some lead
// round in a circle.
table! {
    base or fake_base needs;
    left or fake_left needs base;
    right or fake_right needs base;
    join or fake_join needs left right;
    top or base needs join base left;
    fake_base or fake_left needs;
    fake_left or fake_right needs right;
    fake_right or left needs base;
    fake_join or fake_base needs top fake_left;
}

type Presets = BTreeMap<usize, Preset>;

fn row(name: &str) -> usize {
    TABLE.iter().position(|row| row.name == name).expect("a name of the table")
}

/// What the scope should do, by the rules, without any of its machinery.
struct Model<'p> {
    presets: &'p Presets,
    values: BTreeMap<usize, u64>,
    ran: BTreeSet<&'static str>,
}

/// The presets lead back to where they were.
struct Cycle;

impl<'p> Model<'p> {
    fn new(presets: &'p Presets) -> Self {
        Self { presets, values: BTreeMap::new(), ran: BTreeSet::new() }
    }

    /// The value of an executor; `way` leads to it.
    fn get(&mut self, at: usize, way: &mut Vec<usize>) -> Result<u64, Cycle> {
        if way.contains(&at) {
            return Err(Cycle);
        }
        if let Some(known) = self.values.get(&at) {
            return Ok(*known);
        }
        way.push(at);
        let value = match self.presets.get(&at) {
            Some(Preset::Value(value)) => *value,
            Some(Preset::Other) => self.get(row(TABLE[at].other), way)?,
            None => {
                let mut sum = 1;
                for needed in TABLE[at].needs {
                    sum += self.get(row(needed), way)?;
                }
                self.ran.insert(TABLE[at].name);
                sum
            }
        };
        way.pop();
        self.values.insert(at, value);
        Ok(value)
    }

    fn has_cycle(presets: &Presets) -> bool {
        (0..TABLE.len()).any(|at| Model::new(presets).get(at, &mut Vec::new()).is_err())
    }
}

fn any_presets() -> impl Strategy<Value = Presets> {
    let preset = prop_oneof![(100..200_u64).prop_map(Preset::Value), Just(Preset::Other)];
    proptest::collection::btree_map(0..TABLE.len(), preset, 0..7)
}

fn build(
    log: &Log,
    presets: impl Iterator<Item = (usize, Preset)>,
) -> Result<Scope, pumped::error::BuildError> {
    presets.fold(log.builder(), |builder, (at, preset)| (TABLE[at].give)(builder, preset)).build()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// In whatever order presets are given and executors are asked for: values, runs
    /// (each once, and no original of a preset) and refusals are the model's.
    #[test]
    fn rule_27_any_presets(
        presets in any_presets(),
        reversed: bool,
        asked in proptest::collection::vec(0..TABLE.len(), 1..6),
    ) {
        let log = Log::new();
        let given = presets.iter().map(|(at, preset)| (*at, *preset));
        let built = if reversed { build(&log, given.rev()) } else { build(&log, given) };
        if Model::has_cycle(&presets) {
            let error = built.expect_err("the presets make a cycle");
            for problem in error.problems() {
                let BuildProblem::Cycle { path } = problem else { panic!("{problem}") };
                prop_assert_eq!(path.first(), path.last());
                prop_assert!(path.len() > 1);
            }
            return Ok(());
        }
        let scope = built.expect("the presets make no cycle");
        let mut model = Model::new(&presets);
        for at in asked {
            let expected = model.get(at, &mut Vec::new()).unwrap_or_else(|Cycle| unreachable!());
            prop_assert_eq!((TABLE[at].get)(&scope), expected, "of {}", TABLE[at].name);
            let ran = log.lines();
            let each_once: BTreeSet<&str> = ran.iter().map(String::as_str).collect();
            prop_assert_eq!(each_once.len(), ran.len(), "some ran twice: {:?}", ran);
            prop_assert_eq!(each_once, model.ran.clone());
        }
    }
}

/// The strategy above is worth its name: it meets cycles as well as none.
#[test]
fn the_model_knows_both_outcomes() {
    assert!(!Model::has_cycle(&Presets::new()));
    let circle =
        [("left", Preset::Other), ("fake_left", Preset::Other), ("fake_right", Preset::Other)];
    let circle: Presets = circle.into_iter().map(|(name, preset)| (row(name), preset)).collect();
    assert!(Model::has_cycle(&circle));
    let over_dependencies = Presets::from([(row("join"), Preset::Other)]);
    assert!(Model::has_cycle(&over_dependencies));
    let cut = Presets::from([(row("join"), Preset::Other), (row("top"), Preset::Value(7))]);
    assert!(!Model::has_cycle(&cut));
}
