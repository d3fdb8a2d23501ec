//! The monitor with real targets, real files and a real database, as a process and inside of
//! this one.

mod common;
mod flows;
mod incidents;
mod presets;
mod process;
mod reload;
