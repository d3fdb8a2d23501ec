//! The head of a page: what a reader has to know of the run, and nothing that
//! names the machine or a place on it.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::markdown::Table;
use crate::threads::cores;

/// When it was made, by what, and on what.
#[must_use]
pub fn table() -> String {
    table_of("release, as cargo has it")
}

/// The same of what was compiled otherwise.
#[must_use]
pub fn table_of(profile: &str) -> String {
    let cpu = cpu().unwrap_or_else(|| "unknown processor".to_owned());
    let (cores, os, arch) = (cores(), std::env::consts::OS, std::env::consts::ARCH);
    let features = if cfg!(feature = "ten-thousand") { "`ten-thousand`" } else { "none" };
    let mut table = Table::new(&["date", &date(seconds())]);
    for (what, text) in [
        ("pumped", env!("CARGO_PKG_VERSION").to_owned()),
        ("features", format!("of pumped: none; of the report: {features}")),
        ("rustc", env!("RUSTC_VERSION").trim_start_matches("rustc ").to_owned()),
        ("profile", profile.to_owned()),
        ("machine", format!("{cpu}, {cores} cores of it, {os}, {arch}")),
    ] {
        table.row(vec![what.to_owned(), text]);
    }
    table.to_string()
}

fn cpu() -> Option<String> {
    let text = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// A day in UTC, from the seconds since 1970.
fn date(seconds: u64) -> String {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let mut day = seconds / (24 * 60 * 60);
    let mut year = 1970;
    loop {
        let days = if is_leap(year) { 366 } else { 365 };
        if day < days {
            break;
        }
        day -= days;
        year += 1;
    }
    let february = if is_leap(year) { 29 } else { 28 };
    let mut month = 1;
    for days in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if day < days {
            break;
        }
        day -= days;
        month += 1;
    }
    format!("{year}-{month:02}-{:02}", day + 1)
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_399, "2000-02-28"),
            (951_782_400, "2000-02-29"),
            (951_868_800, "2000-03-01"),
            (1_767_225_599, "2025-12-31"),
            (1_767_225_600, "2026-01-01"),
            (1_772_323_200, "2026-03-01"),
            (4_107_542_400, "2100-03-01"),
        ] {
            assert_eq!(date(seconds), day);
        }
    }
}
