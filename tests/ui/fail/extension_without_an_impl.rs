use pumped::extension::Extension;
use pumped::prelude::*;
use std::sync::Arc;

struct Log;
impl Extension for Log {}

struct Count;

fn main() {
    let _ = Scope::builder().extension(Arc::new(Log)).extension(Count).build();
}
