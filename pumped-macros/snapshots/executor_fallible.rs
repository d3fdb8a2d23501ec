/**The key of the executor [`database`](fn@database).

Yields `Database`, or fails.

Needs `Dep<config>`, `&ResolveCtx<'_>`.*/
pub enum database {}
pub fn database(config: Dep<config>, cx: &ResolveCtx<'_>) -> Result<Database, DbError> {
    let database = Database::open(&config.url)?;
    cx.on_cleanup(|| println!("closed"));
    Ok(database)
}
const _: () = {
    use ::pumped::__private as __pumped;
    static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::new::<
        database,
    >(
        __pumped::Spec {
            name: "database",
            hash: 3047533505384286094u64,
            module: __pumped::module_path!(),
            params: &[
                <Dep<config> as __pumped::Dependency<'_>>::PARAM,
                <&ResolveCtx<'_> as __pumped::Dependency<'_>>::PARAM,
            ],
            fallible: true,
            ..__pumped::Spec::PLAIN
        },
        &__PUMPED_INDEX,
    );
    impl __pumped::Executor for database {
        type Output = Database;
        type Kind = __pumped::Fixed;
        type Mode = __pumped::Blocking;
        type Access = __pumped::ReadOnly;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            <Result<
                Database,
                DbError,
            > as __pumped::Fallible>::boxed(
                database(
                    <Dep<config> as __pumped::Dependency<'_>>::take(__pumped_cx, 0),
                    <&ResolveCtx<'_> as __pumped::Dependency<'_>>::take(__pumped_cx, 1),
                ),
            )
        }
    }
    __pumped::check_definition(__PUMPED_NODE.node())
};
