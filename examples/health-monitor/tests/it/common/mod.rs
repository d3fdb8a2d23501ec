//! What all of these tests need: targets that can fail, a monitor, and a client to ask it.

pub(crate) mod client;
pub(crate) mod local;
pub(crate) mod process;
pub(crate) mod targets;
