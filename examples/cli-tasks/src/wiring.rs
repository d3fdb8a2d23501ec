//! What there is, and how a scope of it is made.
//!
//! There is no list of parts here: [`App`] asks for the store, the store for what
//! keeps it, and so on. `cli-tasks -vv list` draws what follows from that.

use std::time::Duration;

use pumped::ScopeBuilder;
use pumped::prelude::*;

use crate::cli::Options;
use crate::file_lock::file_lock;
use crate::file_store::file_store;
use crate::settings::{FileOption, Settings, settings};
use crate::store::{Storage, memory_store, store};

/// What commands work with.
#[executor]
pub struct App {
    /// The tasks.
    pub store: Dep<store>,
}

/// A scope for one command. What is missing in it is found when it is built, also
/// behind the lazy edges that will be taken.
pub fn builder(options: Options) -> ScopeBuilder {
    let Options { file, storage, wait } = options;
    let builder = Scope::builder()
        .provide::<settings>(Settings::from_environment(Duration::from_secs(wait)))
        .tag(storage)
        .root::<App>();
    let builder = match storage {
        Storage::File => builder.root::<file_store>().root::<file_lock>(),
        Storage::Memory => builder.root::<memory_store>(),
    };
    match file {
        Some(path) => builder.tag(FileOption(path)),
        None => builder,
    }
}
