mod handles {
    pub type Dep<E> = pumped::Reactive<E>;
}

use handles::Dep;
use pumped::executor;

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[executor]
fn filter(level: Dep<level>) -> u8 {
    *level
}

fn main() {}
