pub struct Service {
    database: Dep<database>,
    logger: Controller<logger>,
    cache: Cache,
    started: Instant,
}
const _: () = {
    use ::pumped::__private as __pumped;
    static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::plain::<
        Service,
    >(
        "Service",
        6935305048621562106u64,
        __pumped::module_path!(),
        &[
            <Dep<database> as __pumped::Dependency<'_>>::PARAM,
            <Controller<logger> as __pumped::Dependency<'_>>::PARAM,
        ],
        &__PUMPED_INDEX,
    );
    impl __pumped::Executor for Service {
        type Output = Service;
        type Kind = __pumped::Fixed;
        type Mode = __pumped::Blocking;
        type Access = __pumped::ReadOnly;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            __pumped::Result::Ok(Self {
                database: <Dep<
                    database,
                > as __pumped::Dependency<'_>>::take(__pumped_cx, 0),
                logger: <Controller<
                    logger,
                > as __pumped::Dependency<'_>>::take(__pumped_cx, 1),
                cache: <Cache as __pumped::Default>::default(),
                started: (Instant::now()),
            })
        }
    }
    __pumped::check_definition(__PUMPED_NODE.node())
};
