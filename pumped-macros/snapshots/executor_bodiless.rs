/// What was said on the command line.
/**

The key of a `Settings` that the application provides.

Fixed: it never changes.*/
pub enum settings {}
const _: () = {
    use ::pumped::__private as __pumped;
    use __pumped::NoResult as _;
    static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::new::<
        settings,
    >(
        __pumped::Spec {
            name: "settings",
            hash: 7228394633589106590u64,
            module: __pumped::module_path!(),
            params: &[],
            provided: true,
            ..__pumped::Spec::PLAIN
        },
        &__PUMPED_INDEX,
    );
    impl __pumped::Executor for settings {
        type Output = Settings;
        type Kind = __pumped::Fixed;
        type Mode = __pumped::Blocking;
        type Access = __pumped::ReadOnly;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            __pumped::not_built()
        }
    }
    __pumped::check_plain(__pumped::ResultProbe::<Settings>::IS_RESULT);
    __pumped::check_definition(__PUMPED_NODE.node())
};
