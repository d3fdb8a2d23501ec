/**The flow [`price`](fn@price) with its inputs, ready to be run.

Returns `u32`.

Needs `Ref<'_, catalog>`.*/
#[must_use = "a flow does nothing until it is run: give it to `exec` or `call`"]
pub struct price {
    sku: Sku,
    amount: u32,
}
/// What a number of something costs.
/**

This makes a flow of its inputs, and runs nothing: give it to `exec` or `call`.*/
pub fn price(sku: Sku, amount: u32) -> price {
    price { sku, amount }
}
const _: () = {
    use ::pumped::__private as __pumped;
    use __pumped::NoResult as _;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::flow(__pumped::FlowSpec {
        name: "price",
        hash: 5175521705470050544u64,
        module: __pumped::module_path!(),
        params: &[<Ref<'static, catalog> as __pumped::FlowParam>::PARAM],
        output: __pumped::output_name::<__PumpedReturns>,
        ..__pumped::FlowSpec::PLAIN
    });
    pub struct __PumpedReturned<T>(__pumped::PhantomData<fn() -> T>);
    type __PumpedReturns = __PumpedReturned<u32>;
    impl __pumped::Returns for __PumpedReturns {
        type Output = u32;
        type Error = __pumped::Infallible;
        type Called = __pumped::Fault;
    }
    fn __pumped_body(catalog: Ref<'_, catalog>, sku: Sku, amount: u32) -> u32 {
        catalog.price(sku) * amount
    }
    impl __pumped::Flow<__PumpedReturns> for price {
        type Mode = __pumped::Blocking;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn run(
            self,
            mut __pumped_from: __pumped::Taking<'_>,
        ) -> __pumped::Ran<__PumpedReturns> {
            let __pumped_0 = <Ref<
                'static,
                catalog,
            > as __pumped::FlowParam>::take(&mut __pumped_from, 0)?;
            __pumped::Result::Ok(__pumped_body(__pumped_0, self.sku, self.amount))
        }
        fn replaced(
            self,
            __pumped_by: &(dyn __pumped::Any + __pumped::Send + __pumped::Sync),
            __pumped_cx: &__pumped::ExecutionCtx<'_>,
        ) -> __pumped::Ran<__PumpedReturns> {
            __pumped::preset_of::<
                __PumpedPreset,
            >(__pumped_by)(__pumped_cx, self.sku, self.amount)
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
            Sku,
            u32,
        ) -> __pumped::Ran<__PumpedReturns> + __pumped::Send + __pumped::Sync,
    >;
    impl price {
        ///What stands in for `price` in a scope that is built with it: a closure over the inputs.
        pub fn preset(
            __pumped_by: impl for<> __pumped::Fn(
                Sku,
                u32,
            ) -> u32 + __pumped::Send + __pumped::Sync + 'static,
        ) -> __pumped::FlowPreset {
            let __pumped_by: __PumpedPreset = __pumped::Box::new(move |_, sku, amount| __pumped::Result::Ok(
                __pumped_by(sku, amount),
            ));
            __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
        }
        ///What stands in for `price` in a scope that is built with it: a closure over the context and the inputs, which can run another flow.
        pub fn preset_with(
            __pumped_by: impl for<'__pumped_cx> __pumped::Fn(
                &'__pumped_cx __pumped::ExecutionCtx<'__pumped_cx>,
                Sku,
                u32,
            ) -> __pumped::Ran<
                    __PumpedReturns,
                > + __pumped::Send + __pumped::Sync + 'static,
        ) -> __pumped::FlowPreset {
            let __pumped_by: __PumpedPreset = __pumped::Box::new(__pumped_by);
            __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
        }
    }
    __pumped::check_plain_flow(__pumped::ResultProbe::<u32>::IS_RESULT);
};
