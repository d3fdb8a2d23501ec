//! The commands: what each does with the store, and what it says.

use std::fmt::Write;

use crate::cli::Command;
use crate::error::Error;
use crate::tasks::{Task, TaskList};
use crate::wiring::App;

/// Runs a command. What it returns is for stdout, once everything is stored.
///
/// # Errors
/// If the tasks are not such that it can be done, or cannot be had.
pub fn run(app: &App, command: &Command) -> Result<String, Error> {
    let store = &**app.store;
    let mut reply = String::new();
    match command {
        Command::List { json: true } => reply = as_json(&store.read()?),
        Command::List { json: false } => reply = as_text(&store.read()?),
        Command::Add { text } => store.change(&mut |tasks| {
            reply = said("added", &tasks.add(text)?);
            Ok(())
        })?,
        Command::Done { id } => store.change(&mut |tasks| {
            reply = said("done", &tasks.finish(*id)?);
            Ok(())
        })?,
        Command::Remove { id } => store.change(&mut |tasks| {
            reply = said("removed", &tasks.remove(*id)?);
            Ok(())
        })?,
        Command::Clear { all } => store.change(&mut |tasks| {
            reply = match tasks.clear(*all) {
                1 => "removed 1 task\n".into(),
                count => format!("removed {count} tasks\n"),
            };
            Ok(())
        })?,
    }
    Ok(reply)
}

fn said(what: &str, task: &Task) -> String {
    format!("{what} {}: {}\n", task.id, printable(&task.text))
}

fn as_text(list: &TaskList) -> String {
    if list.tasks().is_empty() {
        return "no tasks\n".into();
    }
    let width = list.tasks().iter().map(|task| task.id.to_string().len()).max().unwrap_or(0);
    let mut text = String::new();
    for task in list.tasks() {
        let mark = if task.done { 'x' } else { ' ' };
        // Writing to a string does not fail.
        let _ = writeln!(text, "{:>width$} [{mark}] {}", task.id, printable(&task.text));
    }
    text
}

fn as_json(list: &TaskList) -> String {
    serde_json::to_string_pretty(list.tasks()).expect("text and numbers can be written") + "\n"
}

/// One line, whatever it was: neither line feeds nor orders for the terminal.
fn printable(text: &str) -> String {
    let escaped = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.into() };
    text.chars().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_aligned_and_each_task_is_a_line() {
        let task = |id, text: &str, done| Task { id, text: text.into(), done };
        let tasks = vec![task(9, "日本語", true), task(10, "a\nb\u{1b}[31m", false)];
        let list = TaskList::restore(11, tasks).unwrap();
        assert_eq!(as_text(&list), " 9 [x] 日本語\n10 [ ] a\\nb\\u{1b}[31m\n");
        assert_eq!(as_text(&TaskList::default()), "no tasks\n");
        assert_eq!(as_json(&TaskList::default()), "[]\n");
    }
}
