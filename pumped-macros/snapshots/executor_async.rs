/**The key of the executor [`pool`](fn@pool).

Yields `Pool`, or fails.

Needs `Dep<config>`.

Async: `get_async` resolves it.*/
pub enum pool {}
pub async fn pool(config: Dep<config>) -> Result<Pool, PoolError> {
    Pool::connect(&config.url).await
}
const _: () = {
    use ::pumped::__private as __pumped;
    static __PUMPED_INDEX: __pumped::Index = __pumped::Index::NEW;
    static __PUMPED_NODE: __pumped::Declaration = __pumped::Declaration::new_async::<
        pool,
    >(
        __pumped::Spec {
            name: "pool",
            hash: 16823204901052671345u64,
            module: __pumped::module_path!(),
            params: &[<Dep<config> as __pumped::Dependency<'_>>::PARAM],
            fallible: true,
            ..__pumped::Spec::PLAIN
        },
        &__PUMPED_INDEX,
    );
    impl __pumped::Executor for pool {
        type Output = Pool;
        type Kind = __pumped::Fixed;
        type Mode = __pumped::Async;
        type Access = __pumped::ReadOnly;
        const NODE: __pumped::NodeRef = __PUMPED_NODE.node();
        fn build(__pumped_cx: &__pumped::ResolveCtx<'_>) -> __pumped::Built<Self> {
            __pumped::not_built()
        }
    }
    impl __pumped::AsyncExecutor for pool {
        fn build_async<'__pumped>(
            __pumped_cx: &'__pumped __pumped::ResolveCtx<'__pumped>,
        ) -> impl __pumped::Future<
            Output = __pumped::Built<Self>,
        > + __pumped::Send + '__pumped {
            async move {
                <Result<
                    Pool,
                    PoolError,
                > as __pumped::Fallible>::boxed(
                    pool(<Dep<config> as __pumped::Dependency<'_>>::take(__pumped_cx, 0))
                        .await,
                )
            }
        }
    }
    __pumped::check_definition(__PUMPED_NODE.node())
};
