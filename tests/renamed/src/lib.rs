//! An application of the 2021 edition that knows the library by another name.

use di::{Dep, ExecutionCtx, Reactive, Ref, executor, flow};

/// A port.
#[executor(crate = di, mutable)]
pub fn port() -> u16 {
    8080
}

/// A path to the library that is the application's own.
pub mod wiring {
    pub use di;
}

/// A server.
#[executor(crate = crate::wiring::di)]
pub fn server(port: Reactive<port>) -> Result<u16, std::fmt::Error> {
    Ok(*port)
}

/// A service.
#[executor(crate = ::di)]
pub struct Service {
    /// The server it runs on.
    pub server: Reactive<server>,
}

/// A fixed one.
#[executor(crate = di)]
pub fn name() -> String {
    "name".to_owned()
}

/// Its user.
#[executor(crate = di)]
pub fn shout(name: Dep<name>) -> String {
    name.to_uppercase()
}

/// A flow.
#[flow(crate = di)]
pub fn greet<'n>(
    name: Ref<'_, name>,
    #[input] greeting: &'n str,
    #[input] times: u8,
) -> Result<&'n str, String> {
    if times == 0 { Err(name.to_uppercase()) } else { Ok(greeting) }
}

/// One that runs it.
#[flow(crate = crate::wiring::di)]
pub fn greet_once(cx: &ExecutionCtx<'_>, #[input] greeting: &str) -> usize {
    cx.exec(greet(greeting, 1)).map_or(0, str::len)
}

/// An async executor.
#[executor(crate = di)]
pub async fn pool(name: Dep<name>) -> Result<String, std::fmt::Error> {
    Ok(std::future::ready(format!("pool of {}", *name)).await)
}

/// An async flow.
#[flow(crate = crate::wiring::di)]
pub async fn ping(pool: Ref<'_, pool>, #[input] times: usize, #[input] text: &str) -> String {
    format!("{}: {}", *pool, std::future::ready(text).await.repeat(times))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolves_what_is_async() {
        let scope = di::Scope::new();
        let pinged = pollster::block_on(scope.exec_async(ping(2, "a")));
        assert_eq!(pinged.unwrap(), "pool of name: aa");
    }

    #[test]
    fn resolves() {
        let scope = di::Scope::new();
        assert_eq!(*scope.get::<Service>().unwrap().server, 8080);
        assert_eq!(*scope.get::<shout>().unwrap(), "NAME");
        assert_eq!(scope.exec(greet_once("hello")).unwrap(), 5);
        assert!(
            matches!(scope.exec(greet("", 0)), Err(di::FlowError::Failed(name)) if name == "NAME")
        );
    }
}
