use pumped::prelude::*;

struct Shop;

impl Shop {
    #[flow]
    fn price(&self, #[input] amount: u32) -> u32 {
        amount
    }

    #[flow]
    async fn order(&self, #[input] amount: u32) -> Result<u32, Fault> {
        pause().await;
        Ok(amount)
    }
}

trait Priced {
    #[flow]
    fn price(&self) -> u32;
}

async fn pause() {}

async fn run(scope: Scope) -> Result<u32, FlowError<Fault>> {
    scope.exec_async(Shop.order(1)).await
}

fn main() {
    let scope = Scope::new();
    let _: u32 = scope.exec(Shop.price(1)).unwrap();
    drop(run(scope));
}
