//! A comma that is missing: whoever uses the value has nothing to report.
use pumped::prelude::*;

struct Server {
    port: u16,
}

#[executor]
fn config() -> u16 {
    8080
}

#[executor]
pub fn server(config: Dep<config> cx: &ResolveCtx<'_>) -> Result<Server, std::io::Error> {
    let _ = cx;
    Ok(Server { port: *config })
}

#[executor(mutable)]
async fn level(config: Dep<config>) => u32 {
    u32::from(*config)
}

#[executor]
fn app(server: Dep<server>, level: Reactive<level>) -> u32 {
    u32::from(server.port) + *level
}

fn main() {
    let scope = Scope::builder().preset::<level>(1).build().unwrap();
    scope.update::<level>(2).unwrap();
    let _ = scope.get::<server>().unwrap().port + 1;
    let _ = *scope.get::<app>().unwrap() + 1;
}
