/**The flow [`checkout`](fn@checkout) with its inputs, ready to be run.

Returns `Result<Order, ShopError>`, so it can fail.

Needs `Dep<pool>`, `&ExecutionCtx<'_>`.*/
#[must_use = "a flow does nothing until it is run: give it to `exec` or `call`"]
pub struct checkout {
    cart: Cart,
}
/**

This makes a flow of its inputs, and runs nothing: give it to `exec` or `call`.*/
pub fn checkout(cart: Cart) -> checkout {
    checkout { cart }
}
const _: () = {
    use ::pumped::__private as __pumped;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::flow(__pumped::FlowSpec {
        name: "checkout",
        hash: 14279529329823876279u64,
        module: __pumped::module_path!(),
        params: &[
            <Dep<pool> as __pumped::FlowParam>::PARAM,
            <&'static ExecutionCtx<'static> as __pumped::FlowParam>::PARAM,
        ],
        output: __pumped::output_name::<__PumpedReturns>,
        fallible: true,
        asynchronous: true,
        ..__pumped::FlowSpec::PLAIN
    });
    pub struct __PumpedReturned<T>(__pumped::PhantomData<fn() -> T>);
    type __PumpedReturns = __PumpedReturned<Result<Order, ShopError>>;
    impl __pumped::Returns for __PumpedReturns {
        type Output = <Result<Order, ShopError> as __pumped::Fallible>::Output;
        type Error = <Result<Order, ShopError> as __pumped::Fallible>::Error;
        type Called = <Result<Order, ShopError> as __pumped::Fallible>::Error;
    }
    async fn __pumped_body(
        pool: Dep<pool>,
        cx: &ExecutionCtx<'_>,
        cart: Cart,
    ) -> Result<Order, ShopError> {
        let total = cx.call_async(total(&cart)).await?;
        pool.store(cart, total).await
    }
    impl __pumped::Flow<__PumpedReturns> for checkout {
        type Mode = __pumped::Async;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn run(self, _: __pumped::Taking<'_>) -> __pumped::Ran<__PumpedReturns> {
            __pumped::not_run()
        }
        fn run_async<'__pumped>(
            self,
            __pumped_cx: &'__pumped __pumped::ExecutionCtx<'__pumped>,
        ) -> impl __pumped::Future<
            Output = __pumped::Ran<__PumpedReturns>,
        > + __pumped::Send + '__pumped
        where
            Self: '__pumped,
        {
            async move {
                <Result<
                    Order,
                    ShopError,
                > as __pumped::Fallible>::ended(
                    {
                        let mut __pumped_from = __pumped::Taking::of(
                            __pumped_cx,
                            __PUMPED_NODE.node(),
                        );
                        __pumped_from.fill().await?;
                        let __pumped_0 = <Dep<
                            pool,
                        > as __pumped::FlowParam>::take(&mut __pumped_from, 0)?;
                        let __pumped_1 = <&'static ExecutionCtx<
                            'static,
                        > as __pumped::FlowParam>::take(&mut __pumped_from, 1)?;
                        __pumped_body(__pumped_0, __pumped_1, self.cart)
                    }
                        .await,
                )
            }
        }
        fn replaced(
            self,
            __pumped_by: &(dyn __pumped::Any + __pumped::Send + __pumped::Sync),
            __pumped_cx: &__pumped::ExecutionCtx<'_>,
        ) -> __pumped::Ran<__PumpedReturns> {
            __pumped::preset_of::<__PumpedPreset>(__pumped_by)(__pumped_cx, self.cart)
        }
        fn answer(
            __pumped_place: __pumped::Place<'_, __PumpedReturns>,
        ) -> __pumped::AnyPlace<'_> {
            __pumped::any_place(__pumped_place)
        }
    }
    type __PumpedPreset = __pumped::Box<
        dyn for<'__pumped_cx> __pumped::Fn(
            &'__pumped_cx __pumped::ExecutionCtx<'__pumped_cx>,
            Cart,
        ) -> __pumped::Ran<__PumpedReturns> + __pumped::Send + __pumped::Sync,
    >;
    impl checkout {
        ///What stands in for `checkout` in a scope that is built with it: a closure over the inputs.
        pub fn preset(
            __pumped_by: impl for<> __pumped::Fn(
                Cart,
            ) -> Result<Order, ShopError> + __pumped::Send + __pumped::Sync + 'static,
        ) -> __pumped::FlowPreset {
            let __pumped_by: __PumpedPreset = __pumped::Box::new(move |_, cart| <Result<
                Order,
                ShopError,
            > as __pumped::Fallible>::ended(__pumped_by(cart)));
            __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
        }
        ///What stands in for `checkout` in a scope that is built with it: a closure over the context and the inputs, which can run another flow.
        pub fn preset_with(
            __pumped_by: impl for<'__pumped_cx> __pumped::Fn(
                &'__pumped_cx __pumped::ExecutionCtx<'__pumped_cx>,
                Cart,
            ) -> __pumped::Ran<
                    __PumpedReturns,
                > + __pumped::Send + __pumped::Sync + 'static,
        ) -> __pumped::FlowPreset {
            let __pumped_by: __PumpedPreset = __pumped::Box::new(__pumped_by);
            __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
        }
    }
};
