//! Every form that a function executor may take: options and parameters.
#![expect(
    clippy::too_many_arguments,
    clippy::unnecessary_wraps,
    reason = "they show what is allowed"
)]

use std::error::Error;
use std::io;

use pumped::error::ResolveErrorKind;
use pumped::graph::Graph;
use pumped::prelude::*;
use pumped::{Executor, Node};
use pumped_tests::{Log, Runs};

/// The declaration of an executor.
fn declaration<E: Executor>() -> &'static Node {
    Graph::of::<E>().nodes()[0].declaration()
}

/// Parity 2: every kind of parameter, in one function.
#[test]
fn form_every_parameter() {
    struct Present(u8);
    struct Absent;

    #[executor]
    fn fixed() -> u8 {
        1
    }
    #[executor(mutable)]
    fn live() -> u8 {
        2
    }
    #[executor]
    fn everything(
        dep: Dep<fixed>,
        reactive: Reactive<live>,
        snapshot: Snapshot<live>,
        lazy: Lazy<fixed>,
        controller: Controller<live>,
        present: Tag<Present>,
        optional: Option<Tag<Present>>,
        absent: Option<Tag<Absent>>,
        cx: &ResolveCtx<'_>,
    ) -> Result<String, Box<dyn Error + Send + Sync>> {
        assert!(absent.is_none());
        assert!(cx.tag::<Absent>().is_none());
        let tags = [present.0, optional.unwrap().0, cx.tag::<Present>().unwrap().0];
        let values = [*dep, *reactive, *snapshot, *lazy.get()?, *controller.get()?];
        Ok(format!("{} {values:?} {tags:?}", cx.name()))
    }

    let scope = Scope::builder().tag(Present(3)).build().unwrap();
    assert_eq!(*scope.get::<everything>().unwrap(), "everything [1, 2, 2, 1, 2] [3, 3, 3]");
    let graph = Graph::of::<everything>();
    let kinds: Vec<&str> = graph.dependencies(0).map(|(kind, _)| kind.name()).collect();
    assert_eq!(kinds, ["dep", "reactive", "snapshot", "lazy", "controller"]);
}

/// Parameters are extracted through traits, so aliases and full paths work, in
/// every combination.
#[test]
fn form_parameters_by_other_names() {
    type Port = pumped::Dep<port>;
    type MaybeName<T> = Option<pumped::Tag<T>>;
    use pumped::ResolveCtx as Cx;

    #[executor]
    fn port() -> u16 {
        80
    }
    #[executor]
    fn url(
        _: Port,
        again: ::pumped::Dep<self::by_path::host>,
        name: MaybeName<u8>,
        cx: &Cx<'_>,
    ) -> String {
        assert!(name.is_none());
        format!("{}: {}", cx.name(), *again)
    }

    assert_eq!(*Scope::new().get::<url>().unwrap(), "url: localhost");
}

mod by_path {
    use pumped::prelude::*;

    #[executor]
    pub(crate) fn host() -> &'static str {
        "localhost"
    }
}

/// The key is a type without a value: a `let` of the executor's name stays a
/// variable, and the function itself is what that name calls.
#[test]
fn form_the_key_leaves_the_name_to_variables() {
    #[executor]
    fn port() -> u16 {
        8080
    }

    let scope = Scope::new();
    let by_call: u16 = port();
    // Were `port` a unit struct, this would be a pattern, and would not compile.
    let port = scope.get::<port>().unwrap();
    assert_eq!(*port, by_call);
    let is_seven = |port: u16| port == 7;
    assert!(is_seven(7));
    assert_eq!(std::mem::size_of::<Option<self::port_key::port>>(), 0, "no value exists");
}

mod port_key {
    use pumped::prelude::*;

    #[executor]
    pub(crate) fn port() -> u16 {
        1
    }
}

/// A function without a body is provided by the application.
#[test]
fn form_provided() {
    #[derive(Debug, PartialEq)]
    struct Settings {
        verbose: bool,
    }
    #[executor]
    fn settings() -> Settings;
    #[executor]
    fn is_verbose(settings: Dep<settings>) -> bool {
        settings.verbose
    }

    let scope = Scope::builder().provide::<settings>(Settings { verbose: true }).build().unwrap();
    assert!(*scope.get::<is_verbose>().unwrap());
    assert_eq!(*scope.get::<settings>().unwrap(), Settings { verbose: true });
    assert!(declaration::<settings>().is_provided());
    assert!(!declaration::<is_verbose>().is_provided());

    let error = Scope::new().get::<is_verbose>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::NotProvided);
    assert_eq!(error.path(), ["is_verbose", "settings"]);
}

/// A provided one may be live as well.
#[test]
fn form_provided_and_mutable() {
    #[executor(mutable)]
    fn level() -> u8;
    #[executor]
    fn doubled(level: Reactive<level>) -> u8 {
        *level * 2
    }

    let scope = Scope::builder().provide::<level>(1).build().unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 2);
    scope.update::<level>(5).unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 10);
    scope.release::<level>().unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 2, "a release returns to what was provided");
}

/// Parity 4: `key` names the key where the function's own name is taken.
#[test]
fn form_key() {
    mod redis {
        pub(super) struct Client(pub(super) &'static str);
    }
    #[executor(key = Redis)]
    fn redis() -> redis::Client {
        redis::Client("open")
    }
    #[executor]
    fn cache(client: Dep<Redis>) -> &'static str {
        client.0
    }

    assert_eq!(*Scope::new().get::<cache>().unwrap(), "open");
    assert_eq!(declaration::<Redis>().name(), "redis", "its name is the identifier, not the key");
    assert_eq!(redis().0, "open");
}

/// `name` is what errors, graphs and the context say.
#[test]
fn form_name() {
    #[executor(name = "main database")]
    fn database(cx: &ResolveCtx<'_>) -> Result<u8, io::Error> {
        assert_eq!(cx.name(), "main database");
        Err(io::Error::other("no disk"))
    }

    assert_eq!(declaration::<database>().name(), "main database");
    let error = Scope::new().get::<database>().unwrap_err();
    assert_eq!(error.to_string(), "resolving `main database`: no disk");
}

/// Parity 8 and 23: `meta` is typed data of the declaration, made once, when asked for.
#[test]
fn form_meta() {
    static MADE: Runs = Runs::new();
    #[derive(Debug, PartialEq)]
    struct Owner(&'static str);
    fn owner() -> Owner {
        MADE.up();
        Owner("billing")
    }

    #[executor(meta(owner(), 3_u8, "text", 4_u8))]
    fn invoices() -> u8 {
        0
    }
    #[executor]
    fn plain() -> u8 {
        0
    }

    Scope::new().get::<invoices>().unwrap();
    assert_eq!(MADE.get(), 0);
    let node = declaration::<invoices>();
    assert_eq!(node.meta::<Owner>(), Some(&Owner("billing")));
    assert_eq!(node.meta::<u8>(), Some(&3), "the first of a type");
    assert_eq!(node.meta::<&str>(), Some(&"text"));
    assert_eq!(node.meta::<u16>(), None);
    assert_eq!(declaration::<plain>().meta::<Owner>(), None);
    assert_eq!(MADE.get(), 1);
}

/// Parity 8: a declaration knows its place and what it is.
#[test]
fn form_declaration() {
    const LINE: u32 = line!() + 2;
    #[executor]
    fn plain() -> u64 {
        0
    }
    #[executor(mutable, eq)]
    fn live() -> Result<u64, io::Error> {
        Ok(0)
    }
    #[executor]
    fn derived(live: Reactive<live>) -> u64 {
        *live
    }

    let node = declaration::<plain>();
    assert_eq!((node.file(), node.line(), node.output_name()), (file!(), LINE, "u64"));
    let facts =
        |node: &Node| [node.is_live(), node.is_mutable(), node.is_fallible(), node.is_async()];
    assert_eq!(facts(node), [false, false, false, false]);
    assert_eq!(facts(declaration::<live>()), [true, true, true, false]);
    assert_eq!(facts(declaration::<derived>()), [true, false, false, false]);
}

/// `crate = path` is for a `pumped` that is renamed or re-exported.
#[test]
fn form_crate() {
    mod facade {
        pub(super) mod inner {
            pub(crate) use ::pumped as renamed;
        }
    }
    use facade::inner::renamed::{Dep as Needs, executor as component};

    #[component(crate = facade::inner::renamed)]
    fn port() -> u16 {
        8080
    }
    #[component(crate = facade::inner::renamed)]
    struct Server {
        port: Needs<port>,
    }

    assert_eq!(*Scope::new().get::<Server>().unwrap().port, 8080);
}

/// Public, so that a private type in an interface would be an error.
pub mod private {
    use super::{Dep, executor};

    #[executor]
    fn secret() -> u32 {
        42
    }

    /// Depends on what nobody else can name.
    #[executor]
    pub fn public(secret: Dep<secret>) -> u32 {
        *secret + 1
    }

    #[executor]
    pub(crate) struct Public {
        secret: Dep<secret>,
    }

    impl Public {
        pub(crate) fn secret(&self) -> u32 {
            *self.secret
        }
    }
}

/// A `pub` executor may depend on private ones.
#[test]
fn form_private_dependencies() {
    let scope = Scope::new();
    assert_eq!(*scope.get::<private::public>().unwrap(), 43);
    assert_eq!(scope.get::<private::Public>().unwrap().secret(), 42);
}

/// `cleanup` is a path to a function of the value, run before what the build registered.
#[test]
fn form_cleanup() {
    struct Connection(Log);
    impl Connection {
        fn close(&self) {
            self.0.note("closed");
        }
        fn fail(&self) -> Result<(), io::Error> {
            self.0.note("failed");
            Err(io::Error::other("still busy"))
        }
    }

    #[executor(cleanup = Connection::close)]
    fn plain(log: Tag<Log>, cx: &ResolveCtx<'_>) -> Connection {
        let by_build = log.clone();
        cx.on_cleanup(move || {
            by_build.note("registered");
        });
        Connection(log.clone())
    }
    #[executor(cleanup = Connection::fail)]
    fn fallible(log: Tag<Log>, _plain: Dep<plain>) -> Connection {
        Connection(log.clone())
    }

    let log = Log::new();
    let scope = log.scope();
    scope.get::<fallible>().unwrap();
    assert_eq!(log.lines(), [""; 0]);
    let error = scope.dispose().unwrap_err();
    assert_eq!(log.take(), ["failed", "closed", "registered"]);
    assert_eq!(error.errors().len(), 1);
    assert_eq!(error.errors()[0].executor(), "fallible");
    assert_eq!(error.errors()[0].to_string(), "cleaning up `fallible`: still busy");
}
