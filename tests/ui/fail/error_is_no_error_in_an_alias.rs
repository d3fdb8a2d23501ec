use pumped::prelude::*;

struct AppError;
type AppResult = Result<u8, AppError>;

#[executor]
fn config() -> AppResult {
    Err(AppError)
}

fn main() {}
