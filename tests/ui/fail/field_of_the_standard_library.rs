use pumped::prelude::*;
use std::collections::HashMap;

#[executor]
struct Sessions {
    by_name: HashMap<String, u64>,
    started: std::time::Instant,
    limit: Option<usize>,
}

fn main() {
    let scope = Scope::new();
    let sessions = scope.get::<Sessions>().unwrap();
    let _ = sessions.by_name.len() < sessions.limit.unwrap_or(9);
}
