//! A type of one's own that is called like a handle has its default.
use pumped::executor;

#[derive(Default)]
struct Snapshot(u8);

#[derive(Default)]
struct Tag<T>(T);

#[executor]
struct Store {
    #[default]
    last: Snapshot,
    #[default]
    tags: Vec<Tag<String>>,
    #[default]
    absent: Option<pumped::Dep<Store>>,
}

fn main() {
    let scope = pumped::Scope::new();
    let store = scope.get::<Store>().unwrap();
    assert!(store.last.0 == 0 && store.tags.iter().all(|tag| tag.0.is_empty()));
    assert!(store.absent.is_none());
}
