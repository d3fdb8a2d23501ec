//! What all of these tests need: a client, and a server to talk to.

pub(crate) mod client;
pub(crate) mod local;
pub(crate) mod process;
