//! The tasks, and nothing about where they are kept.

use serde::{Deserialize, Serialize};

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its number, never given out twice.
    pub id: u64,
    /// What is to be done.
    pub text: String,
    /// Whether it is.
    pub done: bool,
}

/// All tasks, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskList {
    next_id: u64,
    tasks: Vec<Task>,
}

/// Why a list was left as it was.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum TaskError {
    /// It is not there.
    #[error("no such task: {0}")]
    NoSuchTask(u64),
    /// There are no more numbers.
    #[error("there are no more numbers for tasks")]
    Full,
}

impl Default for TaskList {
    fn default() -> Self {
        Self { next_id: 1, tasks: Vec::new() }
    }
}

impl TaskList {
    /// A list that was stored.
    ///
    /// # Errors
    /// If ids do not grow up to `next_id`: it was not stored by us.
    pub fn restore(next_id: u64, tasks: Vec<Task>) -> Result<Self, String> {
        if let Some(pair) = tasks.windows(2).find(|pair| pair[0].id >= pair[1].id) {
            return Err(format!("task {} stands after task {}", pair[1].id, pair[0].id));
        }
        match tasks.last() {
            Some(last) if last.id >= next_id => {
                Err(format!("task {} is there, and the next is to be {next_id}", last.id))
            }
            _ => Ok(Self { next_id, tasks }),
        }
    }

    /// The number that the next task gets.
    #[must_use]
    pub fn next_id(&self) -> u64 {
        self.next_id
    }

    /// The tasks.
    #[must_use]
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Adds a task and returns it.
    ///
    /// # Errors
    /// If there are no more numbers.
    pub fn add(&mut self, text: &str) -> Result<Task, TaskError> {
        let following = self.next_id.checked_add(1).ok_or(TaskError::Full)?;
        let task = Task { id: self.next_id, text: text.into(), done: false };
        self.next_id = following;
        self.tasks.push(task.clone());
        Ok(task)
    }

    /// Marks a task as done and returns it. That it is done already is no error.
    ///
    /// # Errors
    /// If it is not there.
    pub fn finish(&mut self, id: u64) -> Result<Task, TaskError> {
        let at = find(&self.tasks, id)?;
        let task = &mut self.tasks[at];
        task.done = true;
        Ok(task.clone())
    }

    /// Removes a task and returns it.
    ///
    /// # Errors
    /// If it is not there.
    pub fn remove(&mut self, id: u64) -> Result<Task, TaskError> {
        Ok(self.tasks.remove(find(&self.tasks, id)?))
    }

    /// Removes what is done, or all, and returns how many that were.
    pub fn clear(&mut self, all: bool) -> usize {
        let before = self.tasks.len();
        self.tasks.retain(|task| !all && !task.done);
        before - self.tasks.len()
    }
}

fn find(tasks: &[Task], id: u64) -> Result<usize, TaskError> {
    tasks.binary_search_by_key(&id, |task| task.id).map_err(|_| TaskError::NoSuchTask(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(texts: &[&str]) -> TaskList {
        let mut list = TaskList::default();
        for text in texts {
            list.add(text).unwrap();
        }
        list
    }

    #[test]
    fn numbers_are_not_given_out_twice() {
        let mut list = list(&["a", "b"]);
        list.remove(2).unwrap();
        assert_eq!(list.add("c").unwrap().id, 3);
        list.clear(true);
        assert_eq!(list.add("d").unwrap().id, 4);
    }

    #[test]
    fn what_is_not_there_is_an_error_and_changes_nothing() {
        let mut list = list(&["a"]);
        let before = list.clone();
        for id in [0, 2, u64::MAX] {
            assert_eq!(list.finish(id), Err(TaskError::NoSuchTask(id)));
            assert_eq!(list.remove(id), Err(TaskError::NoSuchTask(id)));
        }
        assert_eq!(list, before);
    }

    #[test]
    fn clear_keeps_what_is_open() {
        let mut list = list(&["a", "b", "c"]);
        list.finish(2).unwrap();
        assert_eq!(list.clear(false), 1);
        let left: Vec<_> = list.tasks().iter().map(|task| task.id).collect();
        assert_eq!(left, [1, 3]);
    }

    #[test]
    fn the_last_number_is_not_passed() {
        let mut list = TaskList::restore(u64::MAX, Vec::new()).unwrap();
        assert_eq!(list.add("one too many"), Err(TaskError::Full));
        assert_eq!(list.tasks(), []);
    }

    #[test]
    fn a_list_out_of_order_is_not_restored() {
        let task = |id| Task { id, text: "a".into(), done: false };
        assert!(TaskList::restore(4, vec![task(1), task(3)]).is_ok());
        assert!(TaskList::restore(4, vec![task(3), task(1)]).is_err());
        assert!(TaskList::restore(4, vec![task(3), task(3)]).is_err());
        assert!(TaskList::restore(3, vec![task(3)]).is_err());
    }
}
