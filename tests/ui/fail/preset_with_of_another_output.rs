use pumped::prelude::*;

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn fake_config() -> u16 {
    2
}

fn main() {
    let _ = Scope::builder().preset_with::<config, fake_config>().build();
}
