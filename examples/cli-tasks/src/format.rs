//! How a task list is written down: JSON with a version.

use serde::{Deserialize, Serialize};

use crate::tasks::{Task, TaskList};

const VERSION: u32 = 1;

/// The part of every version.
#[derive(Deserialize)]
struct Header {
    version: u32,
}

/// Unknown fields are refused, not ignored: the next write would lose them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document<T> {
    version: u32,
    next_id: u64,
    tasks: T,
}

/// The bytes of a list.
///
/// # Panics
/// Never: text and numbers can be written.
#[must_use]
pub fn encode(list: &TaskList) -> Vec<u8> {
    let document = Document { version: VERSION, next_id: list.next_id(), tasks: list.tasks() };
    let mut bytes = serde_json::to_vec_pretty(&document).expect("text and numbers can be written");
    bytes.push(b'\n');
    bytes
}

/// The list of these bytes. No bytes at all are an empty list: `mktemp` makes such a file.
///
/// # Errors
/// With what is wrong, for a person.
pub fn decode(bytes: &[u8]) -> Result<TaskList, String> {
    if bytes.is_empty() {
        return Ok(TaskList::default());
    }
    let text = |error: serde_json::Error| error.to_string();
    let Header { version } = serde_json::from_slice(bytes).map_err(text)?;
    if version != VERSION {
        return Err(format!("version {version} is not known here, only {VERSION}"));
    }
    let document: Document<Vec<Task>> = serde_json::from_slice(bytes).map_err(text)?;
    TaskList::restore(document.next_id, document.tasks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let mut list = TaskList::default();
        for text in ["plain", "日本語 🦀 \u{202e}", "\"quoted\"\n\t\0"] {
            list.add(text).unwrap();
        }
        list.finish(2).unwrap();
        assert_eq!(decode(&encode(&list)).unwrap(), list);
    }

    #[test]
    fn no_bytes_are_no_tasks() {
        assert_eq!(decode(b"").unwrap(), TaskList::default());
    }

    #[test]
    fn half_a_file_is_refused_at_every_byte() {
        let mut list = TaskList::default();
        list.add("écrire").unwrap();
        let bytes = encode(&list);
        // The last byte is a line feed, and may be missing.
        for length in 1..bytes.len() - 1 {
            assert!(decode(&bytes[..length]).is_err(), "{length} bytes");
        }
    }

    #[test]
    fn what_would_be_lost_is_refused() {
        let newer = br#"{"version": 2, "next_id": 1, "tasks": [], "tags": []}"#;
        assert_eq!(decode(newer).unwrap_err(), "version 2 is not known here, only 1");
        assert!(decode(br#"{"version": 1, "next_id": 1, "tasks": [], "tags": []}"#).is_err());
        assert!(decode(br#"{"next_id": 1, "tasks": []}"#).is_err());
        let huge = br#"{"version": 1, "next_id": 18446744073709551616, "tasks": []}"#;
        assert!(decode(huge).is_err());
    }
}
