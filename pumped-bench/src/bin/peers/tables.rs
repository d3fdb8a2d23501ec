//! What came out, as tables.

use pumped_bench::markdown::{Table, thousands};
use pumped_bench::peers::{Contestant, Family, Row, Threads, Who};

use super::{Measured, Outcome};

/// How many times as long as by hand pumped may take.
pub(crate) const GOAL: f64 = 3.0;

/// One row, with all that was measured.
pub(crate) fn detail(measured: &Measured) -> String {
    let mut table = Table::new(&[
        "",
        "threads",
        "time",
        "middle half",
        "instructions",
        "ratio",
        "allocations",
        "bytes",
        "what it leaves out",
    ]);
    let hand = measured.results[0].instructions;
    for (contestant, outcome) in measured.each() {
        let Outcome { time, allocations, bytes, instructions } = outcome;
        let ratio = instructions.zip(hand).map(|(all, hand)| all / hand);
        table.row(vec![
            contestant.who.name.to_owned(),
            threads(contestant.who).to_owned(),
            number(time.median),
            format!("{} – {}", number(time.spread.0), number(time.spread.1)),
            or_none(instructions.map(whole)),
            or_none(ratio.map(number)),
            amount(*allocations),
            amount(*bytes),
            contestant.not.to_owned(),
        ]);
    }
    let Row { name, what, .. } = &measured.row;
    format!("### {what}\n\n`{name}`\n\n{table}")
}

/// The times of all rows of a family.
pub(crate) fn summary(measured: &[Measured], family: Family) -> Table {
    let rows = || measured.iter().filter(|measured| measured.row.family == family);
    let mut who: Vec<&Who> = Vec::new();
    for contestant in rows().flat_map(|measured| &measured.row.contestants) {
        if !who.iter().any(|known| known.name == contestant.who.name) {
            who.push(contestant.who);
        }
    }
    let mut header = vec!["row".to_owned()];
    header.extend(who.iter().map(|who| match who.threads {
        Threads::Many => who.name.to_owned(),
        Threads::One => format!("{} †", who.name.trim_end_matches(", one thread")),
    }));
    let mut table = Table::new(&header.iter().map(String::as_str).collect::<Vec<_>>());
    for measured in rows() {
        let mut cells = vec![measured.row.what.to_owned()];
        for who in &who {
            let found = measured.each().find(|(contestant, _)| contestant.who.name == who.name);
            let text = or_none(found.map(|(_, outcome)| number(outcome.time.median)));
            cells.push(if who.name == "pumped" { format!("**{text}**") } else { text });
        }
        table.row(cells);
    }
    table
}

/// Where pumped stands in each row.
pub(crate) fn standing(measured: &[Measured]) -> Table {
    let mut table = Table::new(&["row", "pumped", "goal", "ahead of every thread-safe peer?"]);
    for measured in measured {
        let ours = measured.each().find(|(contestant, _)| contestant.who.name == "pumped");
        let (_, ours) = ours.expect("it is in each row");
        let behind = |(contestant, outcome): &(&Contestant, &Outcome)| {
            let who = contestant.who;
            who.is_peer && who.threads == Threads::Many && outcome.time.median <= ours.time.median
        };
        let ahead: Vec<_> = measured
            .each()
            .filter(behind)
            .map(|(contestant, outcome)| {
                let not = contestant.not;
                let not = if not.is_empty() { String::new() } else { format!(": {not}") };
                format!("{} {}{not}", contestant.who.name, number(outcome.time.median))
            })
            .collect();
        table.row(vec![
            measured.row.what.to_owned(),
            number(ours.time.median),
            if ours.time.median <= GOAL { "ok" } else { "over" }.to_owned(),
            if ahead.is_empty() { "yes".to_owned() } else { format!("no ({})", ahead.join("; ")) },
        ]);
    }
    table
}

/// Who they are.
pub(crate) fn who(measured: &[Measured]) -> Table {
    let mut table = Table::new(&["", "version", "threads", "what it is, and does not do"]);
    let mut seen: Vec<&str> = Vec::new();
    for contestant in measured.iter().flat_map(|measured| &measured.row.contestants) {
        let who = contestant.who;
        if !who.about.is_empty() && !seen.contains(&who.about) {
            seen.push(who.about);
            table.row(vec![
                who.name.to_owned(),
                or_none(who.is_peer.then(|| version(who.name))),
                threads(who).to_owned(),
                who.about.to_owned(),
            ]);
        }
    }
    table
}

/// The version of a crate that this program is made with.
fn version(name: &str) -> String {
    let lock = include_str!("../../../../Cargo.lock");
    let (_, behind) = lock
        .split_once(&format!("name = \"{name}\"\nversion = \""))
        .unwrap_or_else(|| panic!("no {name} in Cargo.lock"));
    behind.split('"').next().unwrap_or_default().to_owned()
}

fn threads(who: &Who) -> &'static str {
    match who.threads {
        Threads::Many => "many",
        Threads::One => "one",
    }
}

fn or_none(text: Option<String>) -> String {
    text.unwrap_or_else(|| "–".to_owned())
}

/// A ratio.
fn number(ratio: f64) -> String {
    match ratio {
        ratio if ratio < 0.1 => format!("{ratio:.3}"),
        ratio if ratio < 10.0 => format!("{ratio:.2}"),
        ratio if ratio < 100.0 => format!("{ratio:.1}"),
        ratio => whole(ratio),
    }
}

fn whole(number: f64) -> String {
    let text = format!("{number:.0}");
    text.parse().map_or(text, thousands)
}

/// An average of what is whole each time, or nearly.
fn amount(number: f64) -> String {
    let text = format!("{number:.1}");
    if number < 100.0 && !text.ends_with(".0") { text } else { whole(number) }
}

#[cfg(test)]
mod tests {
    use super::{amount, number};

    #[test]
    fn numbers_are_as_long_as_they_mean_something() {
        let numbers = [0.0123, 0.5, 9.99, 12.34, 1234.5].map(number);
        assert_eq!(numbers, ["0.012", "0.50", "9.99", "12.3", "1,234"]);
        let amounts = [0.0, 11.0, 11.25, 72_064.5].map(amount);
        assert_eq!(amounts, ["0", "11", "11.2", "72,064"]);
    }
}
