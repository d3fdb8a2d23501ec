//! The server over real HTTP, as a process and inside of this one.

mod common;
mod crud;
mod errors;
mod load;
mod presets;
mod quick_load;
mod reload;
mod shutdown;
