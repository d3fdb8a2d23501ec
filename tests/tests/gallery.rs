//! `docs/ERRORS.md` is what the UI cases say: the code of some of them and its error, one
//! of each kind of mistake. It is compared here, and written by
//! `BLESS=1 cargo test -p pumped-tests --test gallery`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Mistakes that belong together: the cases, and a sentence about each.
struct Group {
    title: &'static str,
    cases: &'static [(&'static str, &'static str)],
}

const GROUPS: &[Group] = &[
    Group {
        title: "Naming a dependency",
        cases: &[
            (
                "fail/dep_of_the_output",
                "A handle names the executor, `Dep<config>`, and not the type of its value. (Where the body then uses a field of the value, rustc adds that it does not know it.)",
            ),
            (
                "fail/dep_of_an_unknown_name",
                "A misspelled name is reported once, whatever is done with it.",
            ),
            (
                "fail/forgotten_import",
                "An import is an edge of the graph; rustc finds the one that is missing.",
            ),
            ("fail/forgotten_annotation", "A plain function is no executor."),
            (
                "fail/not_a_dependency",
                "Every parameter of an executor is something that the scope gives.",
            ),
            ("fail/dependency_without_a_handle", "The handle says how the value is taken."),
            (
                "fail/dep_of_a_trait_object",
                "An executor yields the trait object; who needs it names that executor.",
            ),
            ("fail/dep_of_a_call", "A dependency is named, and the scope calls it."),
            ("fail/placeholder_dependency", "Every edge of the graph is written out."),
            ("fail/reference_to_a_dependency", "A handle is small and owned."),
            ("fail/scope_as_a_dependency", "The context knows its scope."),
            ("fail/optional_dependency", "Only tags are optional: an executor is always there."),
            ("fail/not_a_dependency_in_struct", "A field that is no dependency has a default."),
        ],
    },
    Group {
        title: "What changes and what does not",
        cases: &[
            ("fail/dep_of_live", "A value that can change is never kept by accident."),
            ("fail/reactive_of_fixed", "And what never changes need not be followed."),
            (
                "fail/update_of_read_only",
                "Whether something can be changed is said at its declaration.",
            ),
            (
                "fail/modify_that_returns_nothing",
                "`modify` computes a new value, readers keep the old one.",
            ),
            ("fail/release_of_fixed", "A fixed value lives as long as its scope."),
            ("fail/eq_of_fixed", "An option that would do nothing is refused."),
        ],
    },
    Group {
        title: "Values",
        cases: &[
            (
                "fail/value_not_sync",
                "All threads share a scope; the error is at the type of the value.",
            ),
            (
                "fail/value_holds_what_is_not_sync",
                "Which part of a type is to blame is said by rustc.",
            ),
            (
                "fail/borrowed_output_of_a_dependency",
                "The scope keeps a value longer than any borrow.",
            ),
            ("fail/impl_trait_output", "Whoever uses the value has to be able to name its type."),
            ("fail/error_is_no_error", "An error type of one's own needs one line."),
            (
                "fail/result_under_another_name",
                "Whether an executor can fail is seen by the name of its type, or said.",
            ),
            (
                "fail/cleanup_that_is_async",
                "What has to be awaited is cleaned up by another method.",
            ),
            ("fail/ref_in_an_executor", "Borrowed handles are for flows."),
        ],
    },
    Group {
        title: "The graph",
        cases: &[
            ("fail/cycle", "A cycle is reported once, with its path."),
            (
                "at_build/cycle_of_forty",
                "One that reaches far is found by `cargo build`, at the call.",
            ),
            (
                "fail/async_in_get",
                "What is async cannot be had without awaiting, however far below it is.",
            ),
            ("fail/forgotten_await", "A forgotten `.await` is rustc's to report."),
            ("fail/get_of_the_output", "`get` names the executor as well."),
        ],
    },
    Group {
        title: "Declarations",
        cases: &[
            ("fail/unknown_option", "Slips are recognised."),
            ("fail/option_beside_the_attribute", "Options stand in the attribute."),
            ("fail/option_with_a_value", "Each option says how it is written."),
            ("fail/enum_executor", "Only functions and structs can be executors."),
            ("fail/receiver", "An executor stands by itself."),
            ("fail/generic_function", "One declaration is one value."),
            (
                "fail/provided_fallible",
                "A function without a body is a value that the application provides.",
            ),
            ("fail/input_in_an_executor", "Inputs are for flows."),
            ("fail/several_mistakes", "All mistakes of a declaration are reported together."),
        ],
    },
    Group {
        title: "Presets",
        cases: &[
            ("fail/preset_of_another_type", "What stands in has the type of the value."),
            ("fail/preset_with_of_another_output", "So has another executor that stands in."),
            (
                "fail/live_instead_of_fixed",
                "And it keeps the promises of the one that it replaces.",
            ),
            ("at_build/provide_of_one_with_a_body", "Only what has no body is provided."),
            ("flow/preset_of_another_arity", "The closure for a flow takes its inputs."),
        ],
    },
    Group {
        title: "Flows",
        cases: &[
            (
                "flow/input_without_the_attribute",
                "What the caller gives is marked; the callers have no error of their own.",
            ),
            ("flow/misspelled_input", "A slip in the mark is recognised."),
            ("flow/ref_without_a_lifetime", "A `Ref` borrows for as long as the flow runs."),
            ("flow/reactive_in_a_flow", "A flow reads what is current."),
            ("flow/resolve_context_in_a_flow", "Executors and flows have contexts of their own."),
            (
                "flow/output_borrows_from_a_dependency",
                "What a flow returns can borrow from its inputs.",
            ),
            ("flow/exec_of_the_function", "A flow is called with its inputs, and then run."),
            ("flow/flow_that_is_not_run", "Calling it alone runs nothing."),
            ("flow/too_few_inputs", "Inputs are arguments like any other."),
            ("flow/exec_of_async", "An async flow is awaited."),
            (
                "flow/call_without_a_conversion",
                "`call` needs to know what the error type makes of a fault.",
            ),
            (
                "flow/error_without_display",
                "An error of a flow can be shown, in the history for one.",
            ),
        ],
    },
];

const BEGIN: &str = "# What mistakes look like

<!-- Written by `BLESS=1 cargo test -p pumped-tests --test gallery`; a test fails when it is out of date. -->

Some of the programs of `tests/ui`, one for each kind of mistake, and what rustc says to them. These are tests: a message that
changes shows up in review. The aim is one error per mistake, at the token that is wrong, which says what to write
instead; what follows in the notes is rustc's own account.
";

#[test]
fn the_gallery_is_current() {
    let mut page = String::from(BEGIN);
    for group in GROUPS {
        let _ = write!(page, "\n## {}\n", group.title);
        for (case, about) in group.cases {
            let _ = write!(
                page,
                "\n{about}\n\n```rust\n{}```\n\n```text\n{}```\n",
                code(case),
                error(case)
            );
        }
    }
    let path = in_crate("../docs/ERRORS.md");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, page).expect("the page can be written");
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).position(|(old, new)| old != new);
    assert!(
        written == page,
        "docs/ERRORS.md is out of date from line {}: write it with `BLESS=1`",
        differs.unwrap_or(0) + 1
    );
}

fn in_crate(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(case: &str, kind: &str) -> String {
    let path = in_crate("ui").join(format!("{case}.{kind}"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The program without what every program has; its lines keep their numbers.
fn code(case: &str) -> String {
    let code = read(case, "rs");
    let code = code.trim_end().trim_end_matches("fn main() {}").trim_end();
    let lines: Vec<&str> = code.lines().collect();
    if lines.len() < 60 {
        return format!("{code}\n");
    }
    let ends = [&lines[..18], &["// and so on"], &lines[lines.len() - 8..]];
    format!("{}\n", ends.concat().join("\n"))
}

/// The error with places as a user would see them.
fn error(case: &str) -> String {
    let error = read(case, "stderr");
    let file = format!("ui/{case}.rs");
    assert!(!error.contains("/rustc/"), "{case} points into the standard library");
    error.replace(&file, "src/main.rs").replace("$WORKSPACE/", "").replace("$DIR/", "")
}
