//! `BENCHMARKS-PEERS.md` is `template.md` with what was measured in it.

use pumped_bench::host;
use pumped_bench::peers::Family;

use super::{Measured, tables};

const TEMPLATE: &str = include_str!("template.md");

pub(crate) fn page(measured: &[Measured]) -> String {
    let details: Vec<_> = measured.iter().map(tables::detail).collect();
    let mut page = TEMPLATE.to_owned();
    for (place, text) in [
        ("{{host}}", host::table()),
        ("{{standing}}", tables::standing(measured).to_string()),
        ("{{containers}}", tables::summary(measured, Family::Containers).to_string()),
        ("{{reactive}}", tables::summary(measured, Family::Reactive).to_string()),
        ("{{who}}", tables::who(measured).to_string()),
        ("{{details}}", details.join("\n")),
    ] {
        assert!(page.contains(place), "the template has no {place}");
        page = page.replace(place, text.trim_end());
    }
    page
}

#[cfg(test)]
mod tests {
    use pumped_bench::peers::rows;

    use super::page;

    #[test]
    fn nothing_is_left_open() {
        assert!(!page(&[]).contains("{{"));
    }

    /// The page is written by a run, which nobody may forget.
    #[test]
    fn the_kept_page_has_every_row() {
        let kept = include_str!("../../../../BENCHMARKS-PEERS.md");
        for row in rows() {
            let name = format!("\n### {}\n\n`{}`\n", row.what, row.name);
            let said = "is not in BENCHMARKS-PEERS.md: run `peers --write`";
            assert!(kept.contains(&name), "{} {said}", row.name);
        }
    }
}
