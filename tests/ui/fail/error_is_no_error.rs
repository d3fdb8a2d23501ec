use pumped::prelude::*;

struct AppError;

#[executor]
fn config() -> Result<u8, AppError> {
    Err(AppError)
}

fn main() {}
