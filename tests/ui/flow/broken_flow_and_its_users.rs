use pumped::prelude::*;

mod shop {
    use pumped::prelude::*;

    #[flow(nmae = "the price")]
    pub fn price(#[input] sku: &str, #[input] amount: u32) -> Result<u32, String> {
        let _ = sku;
        Ok(amount)
    }
}

#[flow]
fn total(cx: &ExecutionCtx<'_>, #[input] sku: &str) -> Result<u32, FlowError<String>> {
    Ok(cx.exec(shop::price(sku, 1))? + cx.exec(shop::price("rum", 2))?)
}

fn main() {
    let scope = Scope::builder()
        .preset_flow(shop::price::preset(|sku, amount| {
            if sku.is_empty() { Err(sku.to_owned()) } else { Ok(amount + 1) }
        }))
        .preset_flow(shop::price::preset_with(|cx, sku, _| cx.exec(shop::price(sku, 2))))
        .build()
        .unwrap();
    assert!(matches!(scope.exec(shop::price("tea", 2)), Err(FlowError::Failed(text)) if text.is_empty()));
    let _ = scope.exec(total("tea")).unwrap() + 1;
}
