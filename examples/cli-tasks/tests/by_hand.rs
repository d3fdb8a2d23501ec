//! Executors are functions: these tests call them, without a scope.

mod common;

use std::sync::Arc;
use std::time::Duration;

use cli_tasks::disk::{RealDisk, disk};
use cli_tasks::file_lock::{FileLock, LockError, file_lock};
use cli_tasks::file_store::{FileStore, file_store};
use cli_tasks::settings::{Settings, settings};
use cli_tasks::store::{MemoryStore, Storage, Store, store};
use common::Home;
use pumped::prelude::*;

fn lock(home: &Home) -> Result<FileLock, LockError> {
    let patience = Settings { wait: Duration::ZERO, ..Settings::default() };
    file_lock(Dep::new(home.file()), Dep::<settings>::new(patience))
}

fn stored(home: &Home) -> Arc<FileStore> {
    let lock = Lazy::ready(lock(home).unwrap());
    file_store(Dep::new(home.file()), Dep::<disk>::new(Arc::new(RealDisk)), lock)
}

#[test]
fn a_lock_is_had_once() {
    let home = Home::new();
    let first = lock(&home).unwrap();
    assert!(matches!(lock(&home), Err(LockError::Busy { .. })));
    drop(first);
    assert!(lock(&home).is_ok());
}

#[test]
fn a_file_store_reads_what_it_will_write() {
    let home = Home::with_tasks(["a"]);
    let store = stored(&home);
    store.change(&mut |tasks| tasks.add("b").map(drop)).unwrap();
    assert_eq!(store.read().unwrap().tasks().len(), 2);
    // No scope has ended, so nothing is written.
    assert_eq!(home.texts(), ["a"]);
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let home = Home::with_tasks(["a"]);
    let stores: [Arc<dyn Store>; 2] = [stored(&home), Arc::new(MemoryStore::default())];
    for store in stores {
        let before = store.read().unwrap();
        let failed = store.change(&mut |tasks| {
            tasks.add("b")?;
            tasks.remove(99).map(drop)
        });
        assert!(failed.is_err());
        assert_eq!(store.read().unwrap(), before);
    }
}

#[test]
fn the_tag_chooses() {
    let home = Home::with_tasks(["in the file"]);
    let chosen = |tag: Option<Storage>| {
        let file = Lazy::ready(stored(&home));
        let store = store(tag.map(Tag::new), file, Lazy::ready(Arc::default())).unwrap();
        store.read().unwrap().tasks().len()
    };
    assert_eq!(chosen(None), 1);
    assert_eq!(chosen(Some(Storage::File)), 1);
    assert_eq!(chosen(Some(Storage::Memory)), 0);
}
