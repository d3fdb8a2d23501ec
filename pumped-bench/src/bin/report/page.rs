//! `BENCHMARKS.md` is `template.md` with what was measured in it: words are
//! changed there, numbers by another run.

/// What the template leaves open.
pub(crate) struct Parts<'a> {
    pub(crate) host: &'a str,
    pub(crate) allocations: &'a str,
    pub(crate) time: &'a str,
}

const TEMPLATE: &str = include_str!("template.md");

pub(crate) fn page(parts: &Parts<'_>) -> String {
    let Parts { host, allocations, time } = parts;
    let mut page = TEMPLATE.to_owned();
    for (place, text) in [("{{host}}", host), ("{{allocations}}", allocations), ("{{time}}", time)]
    {
        assert!(page.contains(place), "the template has no {place}");
        page = page.replace(place, text.trim_end());
    }
    page
}

#[cfg(test)]
mod tests {
    use super::{Parts, page};
    use pumped_bench::workloads;

    #[test]
    fn nothing_is_left_open() {
        let parts = Parts { host: "h", allocations: "a", time: "t" };
        assert!(!page(&parts).contains("{{"));
    }

    /// The page is written by a run, which nobody may forget.
    #[test]
    #[cfg(not(feature = "ten-thousand"))]
    fn the_kept_page_has_every_workload() {
        let kept = include_str!("../../../../BENCHMARKS.md");
        for workload in workloads::all() {
            let name = format!("| {}: {} |", workload.name, workload.what);
            let said = "is not in BENCHMARKS.md: run the report with `--write`";
            assert!(kept.contains(&name), "{name} {said}");
        }
    }
}
