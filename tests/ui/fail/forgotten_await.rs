use pumped::prelude::*;

#[executor]
async fn pool() -> u8 {
    1
}

async fn run(scope: &Scope) -> Result<u8, ResolveError> {
    let pool = scope.get_async::<pool>()?;
    Ok(*pool)
}

fn main() {}
