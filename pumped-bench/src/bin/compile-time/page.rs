//! `BENCHMARKS-COMPILE-TIME.md` is `template.md` with what was measured in it.

use pumped_bench::compile_time::{Cargo, Measured, Nodes, Options};
use pumped_bench::host;

use super::{chart, tables};

const TEMPLATE: &str = include_str!("template.md");

pub(crate) fn page(options: &Options, measured: &Measured) -> String {
    // How many layers the charts are of.
    const LAYERS: usize = 40;
    let mut page = TEMPLATE.to_owned();
    for (place, text) in [
        ("{{host}}", host::table_of(&profile(options))),
        ("{{executors}}", tables::graphs(measured, Nodes::Executors).to_string()),
        ("{{flows}}", tables::graphs(measured, Nodes::Flows).to_string()),
        ("{{growth}}", tables::growth(measured).to_string()),
        ("{{chains}}", tables::chains(measured).to_string()),
        ("{{peers}}", tables::peers(measured).to_string()),
        ("{{clean}}", tables::clean(measured).to_string()),
        ("{{tokens}}", tables::tokens().to_string()),
        ("{{check chart}}", chart::graphs(measured, Cargo::Check, LAYERS)),
        ("{{build chart}}", chart::graphs(measured, Cargo::Build, LAYERS)),
        ("{{peers chart}}", chart::peers(measured, LAYERS)),
    ] {
        assert!(page.contains(place), "the template has no {place}");
        page = page.replace(place, text.trim_end());
    }
    page
}

/// How the crates were compiled.
fn profile(options: &Options) -> String {
    let jobs = std::env::var("CARGO_BUILD_JOBS").unwrap_or_else(|_| "as many as cores".to_owned());
    let rounds = options.rounds;
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().nth(2).unwrap_or("unknown");
    format!(
        "dev, as cargo has it, but not incremental; jobs: {jobs}; rounds: at most {rounds}; \
         load of the machine in the last 15 minutes: {load}"
    )
}

#[cfg(test)]
mod tests {
    use pumped_bench::compile_time::{Measured, Options};

    use super::page;

    #[test]
    fn nothing_is_left_open() {
        assert!(!page(&Options::default(), &Measured::default()).contains("{{"));
    }

    /// The page is written by a run, which nobody may forget.
    #[test]
    fn the_kept_page_has_every_size() {
        let kept = include_str!("../../../../BENCHMARKS-COMPILE-TIME.md");
        for nodes in Options::default().nodes {
            let row = format!("| {nodes} | ");
            let said = "nodes are not in BENCHMARKS-COMPILE-TIME.md: run `compile-time --write`";
            assert!(kept.contains(&row), "{nodes} {said}");
        }
    }
}
