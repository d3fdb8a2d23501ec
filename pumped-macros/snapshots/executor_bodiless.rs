/// What was said on the command line.
/**

The key of a `Settings` that the application provides.

Fixed: it never changes.*/
pub enum settings {}
const _: () = {
    use ::pumped::__private as __pumped;
    use __pumped::NoResult as _;
    static __PUMPED_INDEX: __pumped::Index<settings> = __pumped::Index::new();
    static __PUMPED_NODE: __pumped::Declaration<settings> = __pumped::Declaration::new(
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
        const NODE: __pumped::NodePtr<Self> = __pumped::NodePtr::new(&__PUMPED_NODE);
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            __pumped::not_built()
        }
    }
    __pumped::check_plain(__pumped::ResultProbe::<Settings>::IS_RESULT);
    __pumped::check_definition(<settings as __pumped::Executor>::NODE.erase())
};
