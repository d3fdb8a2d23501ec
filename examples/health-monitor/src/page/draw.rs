//! The state as a page: tables, without a script.

use std::fmt::Write;

use crate::flows::{State, TargetState, now_ms};
use crate::ledger::{Check, Incident};

const STYLE: &str = "
    body { font: 15px system-ui, sans-serif; margin: 2em; color: #222 }
    table { border-collapse: collapse } td, th { padding: .3em .9em; text-align: left }
    tr { border-bottom: 1px solid #ddd } code { font-family: ui-monospace, monospace }
    .word { border-radius: 1em; padding: .1em .7em; background: #eee }
    .up { background: #d8f0d8 } .failing { background: #ffe9b0 } .down { background: #f6c5c0 }
    .check { display: inline-block; width: .5em; height: 1.1em; margin-right: 2px }
    pre { background: #f6c5c0; padding: 1em; white-space: pre-wrap }
";

/// The whole page. It asks for itself again after two seconds.
pub(super) fn page(state: &State) -> String {
    let configuration = &state.configuration;
    let problem = configuration.problem.as_ref().map_or(String::new(), |problem| {
        format!(
            "<p>The file has changed, but what was in force before still is:</p>\n<pre>{}</pre>\n",
            escape(problem)
        )
    });
    let (open, past): (Vec<_>, Vec<_>) =
        state.incidents.iter().partition(|incident| incident.closed_ms.is_none());
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta http-equiv=\"refresh\" content=\"2\"><title>health</title>\
         <style>{STYLE}</style></head>\n<body><h1>Health</h1>\n{problem}{}\
         <h2>Open incidents</h2>\n{}<h2>Past incidents</h2>\n{}\
         <p>Configuration <code>{}</code>, database <code>{}</code>. \
         <a href=\"/state\">JSON</a>, <a href=\"/debug/graph\">graph</a>, \
         <a href=\"/debug/executions\">executions</a>.</p>\n</body></html>\n",
        targets(&state.targets),
        incidents(&open),
        incidents(&past),
        escape(&configuration.file.display().to_string()),
        escape(&configuration.database.display().to_string()),
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn targets(targets: &[TargetState]) -> String {
    if targets.is_empty() {
        return "<p>Nothing is watched.</p>\n".into();
    }
    let mut out = String::from(
        "<table><tr><th>target</th><th>is</th><th>last checks</th><th>took</th><th>every</th>\
         <th>address</th></tr>\n",
    );
    for TargetState { target, health, checks } in targets {
        let word = health.word();
        let took = checks.first().map_or(String::new(), |check| format!("{} ms", check.took_ms));
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td><span class=\"word {word}\">{word}</span></td><td>{}</td>\
             <td>{took}</td><td>{} ms</td><td><code>{}</code></td></tr>",
            escape(&target.name),
            strip(checks),
            target.interval_ms,
            escape(&target.address),
        );
    }
    out + "</table>\n"
}

/// The last checks, the newest at the right.
fn strip(checks: &[Check]) -> String {
    let mut out = String::new();
    for check in checks.iter().rev() {
        let (class, said) = match &check.problem {
            None => ("up", format!("{} ms", check.took_ms)),
            Some(problem) => ("down", problem.clone()),
        };
        let said = format!("{}: {said}", ago(check.at_ms));
        let _ = write!(out, "<span class=\"check {class}\" title=\"{}\"></span>", escape(&said));
    }
    out
}

fn incidents(incidents: &[&Incident]) -> String {
    if incidents.is_empty() {
        return "<p>None.</p>\n".into();
    }
    let mut out = String::from(
        "<table><tr><th>target</th><th>opened</th><th>closed</th><th>problem</th></tr>\n",
    );
    for incident in incidents {
        let outcome = incident.outcome.as_deref().unwrap_or_default();
        let closed =
            incident.closed_ms.map_or(String::new(), |at| format!("{}, {outcome}", ago(at)));
        let _ = writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            escape(&incident.target),
            ago(incident.opened_ms),
            escape(&closed),
            escape(&incident.problem),
        );
    }
    out + "</table>\n"
}

fn ago(at_ms: i64) -> String {
    match (now_ms() - at_ms).max(0) / 1_000 {
        seconds @ 0..120 => format!("{seconds} s ago"),
        seconds @ 120..7_200 => format!("{} min ago", seconds / 60),
        seconds => format!("{} h ago", seconds / 3_600),
    }
}
