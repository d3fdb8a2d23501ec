//! A counter, two values that are derived from it, and a button.
//!
//! `count` is the only thing that anybody changes. `doubled` and `label` are
//! derived: nobody calls them, and nobody tells them that `count` has changed.

use pumped::error::ScopeError;
use pumped::prelude::*;

/// How often the button was pressed. `mutable`: it can be updated.
#[executor(mutable)]
fn count() -> u32 {
    0
}

/// Rebuilt after a change of `count`, when it is next read.
#[executor]
fn doubled(count: Reactive<count>) -> u32 {
    println!("  computing `doubled`");
    *count * 2
}

/// Derived from both, and never from values that do not belong together.
#[executor]
fn label(count: Reactive<count>, doubled: Reactive<doubled>) -> String {
    println!("  computing `label`");
    format!("pressed {count} times, doubled that is {doubled}")
}

type Press = Box<dyn Fn() -> Result<(), ScopeError> + Send + Sync>;

/// A closure that keeps a controller: what a user interface would hold on to.
#[executor]
fn button(count: Controller<count>) -> Press {
    Box::new(move || count.modify(|now| now + 1))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scope = Scope::new();
    let press = scope.get::<button>()?;

    println!("the first read computes what it needs:");
    println!("  {}", scope.get::<label>()?);

    println!("a second read computes nothing:");
    println!("  {}", scope.get::<label>()?);

    println!("three presses compute nothing either:");
    for _ in 0..3 {
        press()?;
    }

    println!("the next read computes each derived value once:");
    println!("  {}", scope.get::<label>()?);

    scope.dispose()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_derived_follows_the_button() {
        let scope = Scope::builder().preset::<count>(20).build().unwrap();
        let press = scope.get::<button>().unwrap();
        assert_eq!(*scope.get::<label>().unwrap(), "pressed 20 times, doubled that is 40");
        press().unwrap();
        assert_eq!(*scope.get::<label>().unwrap(), "pressed 21 times, doubled that is 42");
    }
}
