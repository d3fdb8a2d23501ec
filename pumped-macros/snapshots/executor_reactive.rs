/**The key of the executor [`logger`](fn@logger).

Yields `Logger`.

Needs `Reactive<level>`, `Dep<sink>`.*/
enum logger {}
fn logger(level: Reactive<level>, sink: Dep<sink>) -> Logger {
    Logger::new(*level, sink)
}
const _: () = {
    use ::pumped::__private as __pumped;
    use __pumped::NoResult as _;
    static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::plain::<
        logger,
    >(
        "logger",
        12644078723130942227u64,
        __pumped::module_path!(),
        &[
            <Reactive<level> as __pumped::Dependency<'_>>::PARAM,
            <Dep<sink> as __pumped::Dependency<'_>>::PARAM,
        ],
        &__PUMPED_INDEX,
    );
    impl __pumped::Executor for logger {
        type Output = Logger;
        type Kind = <__pumped::Is<
            { <Reactive<level> as __pumped::Dependency<'_>>::LIVE },
        > as __pumped::Liveness>::Kind;
        type Mode = __pumped::Blocking;
        type Access = __pumped::ReadOnly;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            __pumped::Result::Ok(
                logger(
                    <Reactive<level> as __pumped::Dependency<'_>>::take(__pumped_cx, 0),
                    <Dep<sink> as __pumped::Dependency<'_>>::take(__pumped_cx, 1),
                ),
            )
        }
    }
    __pumped::check_plain(__pumped::ResultProbe::<Logger>::IS_RESULT);
    __pumped::check_definition(__PUMPED_NODE.node())
};
