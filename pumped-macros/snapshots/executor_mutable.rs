/**The key of the executor [`level`](fn@level).

Yields `Level`.

Live: it can be updated.*/
enum level {}
fn level() -> Level {
    Level::Info
}
const _: () = {
    use ::pumped::__private as __pumped;
    use __pumped::NoResult as _;
    static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::new::<
        level,
    >(
        __pumped::Spec {
            name: "log level",
            hash: 7839595221650821019u64,
            module: __pumped::module_path!(),
            params: &[],
            eq: true,
            cleanup: true,
            meta: __pumped::Option::Some({
                static __PUMPED_META: __pumped::MetaCell = __pumped::MetaCell::new(|| __pumped::meta_list([
                    __pumped::Meta::boxed("logging"),
                ]));
                &__PUMPED_META
            }),
            ..__pumped::Spec::PLAIN
        },
        &__PUMPED_INDEX,
    );
    impl __pumped::Executor for level {
        type Output = Level;
        type Kind = __pumped::Live;
        type Mode = __pumped::Blocking;
        type Access = __pumped::Mutable;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            __pumped::Result::Ok(level())
        }
        fn same(__pumped_old: &Self::Output, __pumped_new: &Self::Output) -> bool {
            <Self::Output as __pumped::Comparable>::same(__pumped_old, __pumped_new)
        }
        fn cleanup(
            __pumped_value: &Self::Output,
        ) -> __pumped::Result<(), __pumped::BoxError> {
            __pumped::Cleaned::into_result(forget(__pumped_value))
        }
    }
    __pumped::check_plain(__pumped::ResultProbe::<Level>::IS_RESULT);
    __pumped::check_definition(__PUMPED_NODE.node())
};
