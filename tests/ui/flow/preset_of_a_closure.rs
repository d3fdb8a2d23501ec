use pumped::prelude::*;

fn main() {
    let _ = Scope::builder().preset_flow(|amount: u32| amount);
}
