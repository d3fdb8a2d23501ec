/**The flow [`longest`](fn@longest) with its inputs, ready to be run.

Returns `Result<&'a str, NoText>`, so it can fail.*/
#[must_use = "a flow does nothing until it is run: give it to `exec` or `call`"]
struct longest<'a, 'filter> {
    texts: &'a [String],
    filter: &'filter Filter,
}
/**

This makes a flow of its inputs, and runs nothing: give it to `exec` or `call`.*/
fn longest<'a, 'filter>(
    texts: &'a [String],
    filter: &'filter Filter,
) -> longest<'a, 'filter> {
    longest { texts, filter }
}
const _: () = {
    use ::pumped::__private as __pumped;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::flow(__pumped::FlowSpec {
        name: "longest",
        hash: 9882805793659557651u64,
        module: __pumped::module_path!(),
        params: &[],
        output: __pumped::output_name::<__PumpedReturns<'static>>,
        fallible: true,
        ..__pumped::FlowSpec::PLAIN
    });
    pub struct __PumpedReturned<T>(__pumped::PhantomData<fn() -> T>);
    type __PumpedReturns<'a> = __PumpedReturned<Result<&'a str, NoText>>;
    impl<'a> __pumped::Returns for __PumpedReturns<'a> {
        type Output = <Result<&'a str, NoText> as __pumped::Fallible>::Output;
        type Error = <Result<&'a str, NoText> as __pumped::Fallible>::Error;
        type Called = <Result<&'a str, NoText> as __pumped::Fallible>::Error;
    }
    fn __pumped_body<'a, 'filter>(
        texts: &'a [String],
        filter: &'filter Filter,
    ) -> Result<&'a str, NoText> {
        texts
            .iter()
            .filter(|text| filter.accepts(text))
            .max_by_key(|text| text.len())
            .ok_or(NoText)
    }
    impl<'a, 'filter> __pumped::Flow<__PumpedReturns<'a>> for longest<'a, 'filter> {
        type Mode = __pumped::Blocking;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn run(self, _: __pumped::Taking<'_>) -> __pumped::Ran<__PumpedReturns<'a>> {
            <Result<
                &'a str,
                NoText,
            > as __pumped::Fallible>::ended(__pumped_body(self.texts, self.filter))
        }
        fn replaced(
            self,
            __pumped_by: &(dyn __pumped::Any + __pumped::Send + __pumped::Sync),
            __pumped_cx: &__pumped::ExecutionCtx<'_>,
        ) -> __pumped::Ran<__PumpedReturns<'a>> {
            __pumped::preset_of::<
                __PumpedPreset,
            >(__pumped_by)(__pumped_cx, self.texts, self.filter)
        }
    }
    type __PumpedPreset = __pumped::Box<
        dyn for<'__pumped_cx, 'a, 'filter> __pumped::Fn(
            &'__pumped_cx __pumped::ExecutionCtx<'__pumped_cx>,
            &'a [String],
            &'filter Filter,
        ) -> __pumped::Ran<__PumpedReturns<'a>> + __pumped::Send + __pumped::Sync,
    >;
    impl longest<'_, '_> {
        ///What stands in for `longest` in a scope that is built with it: a closure over the inputs.
        fn preset(
            __pumped_by: impl for<'a, 'filter> __pumped::Fn(
                &'a [String],
                &'filter Filter,
            ) -> Result<&'a str, NoText> + __pumped::Send + __pumped::Sync + 'static,
        ) -> __pumped::FlowPreset {
            let __pumped_by: __PumpedPreset = __pumped::Box::new(move |_, texts, filter| __pumped::Fallible::ended(
                __pumped_by(texts, filter),
            ));
            __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
        }
        ///What stands in for `longest` in a scope that is built with it: a closure over the context and the inputs, which can run another flow.
        fn preset_with(
            __pumped_by: impl for<'__pumped_cx, 'a, 'filter> __pumped::Fn(
                &'__pumped_cx __pumped::ExecutionCtx<'__pumped_cx>,
                &'a [String],
                &'filter Filter,
            ) -> __pumped::Ran<
                    __PumpedReturns<'a>,
                > + __pumped::Send + __pumped::Sync + 'static,
        ) -> __pumped::FlowPreset {
            let __pumped_by: __PumpedPreset = __pumped::Box::new(__pumped_by);
            __pumped::FlowPreset::new(__PUMPED_NODE.node(), __pumped_by)
        }
    }
};
