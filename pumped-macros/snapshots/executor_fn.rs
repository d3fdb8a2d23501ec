/**The key of the executor [`config`](fn@config).

Yields `Config`.

Fixed: it never changes.*/
pub enum config {}
/// Where everything is.
pub fn config() -> Config {
    Config::default()
}
const _: () = {
    use ::pumped::__private as __pumped;
    use __pumped::NoResult as _;
    static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::plain::<
        config,
    >("config", 6917461180853128629u64, __pumped::module_path!(), &[], &__PUMPED_INDEX);
    impl __pumped::Executor for config {
        type Output = Config;
        type Kind = __pumped::Fixed;
        type Mode = __pumped::Blocking;
        type Access = __pumped::ReadOnly;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            __pumped::Result::Ok(config())
        }
    }
    __pumped::check_plain(__pumped::ResultProbe::<Config>::IS_RESULT);
    __pumped::check_definition(__PUMPED_NODE.node())
};
