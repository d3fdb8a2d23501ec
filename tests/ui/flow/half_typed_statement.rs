use pumped::prelude::*;

mod shop {
    use pumped::prelude::*;

    #[executor]
    pub fn catalog() -> u32 {
        1
    }

    /// Of one.
    #[flow]
    pub fn price(catalog: Ref<'_, catalog>, #[input] sku: &str) -> Result<u32, String> {
        let found = catalog.
    }
}

fn main() {
    let scope = Scope::builder().preset_flow(shop::price::preset(|sku| Err(sku.to_owned())));
    let scope = scope.build().unwrap();
    let price: Result<u32, FlowError<String>> = scope.exec(shop::price("tea"));
    let _ = price.unwrap() + scope.exec(shop::price("rum")).unwrap();
}
