//! Rule 22 as far as scopes go: tags are typed, and the type is the key.

use pumped::error::{BuildProblem, ResolveErrorKind};
use pumped::prelude::*;
use pumped_tests::Log;

#[derive(Debug, PartialEq)]
struct Tenant(&'static str);

/// Parity 23 and B16: required and optional, by parameter and by context.
#[test]
fn rule_22_a_tag_reaches_every_executor() {
    #[executor]
    fn required(tenant: Tag<Tenant>) -> &'static str {
        tenant.0
    }
    #[executor]
    fn optional(tenant: Option<Tag<Tenant>>) -> &'static str {
        tenant.map_or("nobody", |tenant| tenant.0)
    }
    #[executor]
    fn by_context(cx: &ResolveCtx<'_>) -> &'static str {
        cx.tag::<Tenant>().map_or("nobody", |tenant| tenant.0)
    }
    #[executor(mutable)]
    fn live(tenant: Tag<Tenant>) -> &'static str {
        tenant.0
    }

    let scope = Scope::builder().tag(Tenant("acme")).build().unwrap();
    assert_eq!(*scope.get::<required>().unwrap(), "acme");
    assert_eq!(*scope.get::<optional>().unwrap(), "acme");
    assert_eq!(*scope.get::<by_context>().unwrap(), "acme");
    assert_eq!(*scope.get::<live>().unwrap(), "acme");
    assert_eq!(scope.tag::<Tenant>(), Some(&Tenant("acme")));

    let without = Scope::new();
    assert_eq!(*without.get::<optional>().unwrap(), "nobody");
    assert_eq!(*without.get::<by_context>().unwrap(), "nobody");
    assert_eq!(without.tag::<Tenant>(), None);
}

/// A required tag that is missing is an error that names the tag, the executor and
/// the path, and the function does not run. It is the same for each `get`.
#[test]
fn rule_22_a_missing_tag_is_an_error_with_its_path() {
    #[executor]
    fn table(log: Tag<Log>, tenant: Tag<Tenant>) -> &'static str {
        log.note("table");
        tenant.0
    }
    #[executor]
    fn repo(table: Dep<table>) -> &'static str {
        *table
    }

    let log = Log::new();
    let scope = log.scope();
    for _ in 0..2 {
        let error = scope.get::<repo>().unwrap_err();
        assert_eq!(error.kind(), ResolveErrorKind::MissingTag);
        assert_eq!(error.executor(), "table");
        assert_eq!(error.path(), ["repo", "table"]);
        let text = error.to_string();
        assert!(text.starts_with("resolving `repo` -> `table`: missing tag `"), "{text}");
        assert!(text.contains("Tenant`"), "{text}");
    }
    assert_eq!(log.take(), [""; 0]);

    let error = log.builder().root::<repo>().build().unwrap_err();
    let [BuildProblem::MissingTag { tag, path }] = error.problems() else { panic!("{error}") };
    assert!(tag.ends_with("Tenant"), "{tag}");
    assert_eq!(path, &["repo", "table"]);
}

/// A live executor misses its tag like a fixed one, and gets over it no more.
#[test]
fn rule_22_a_live_executor_misses_a_tag() {
    #[executor(mutable)]
    fn level(_tenant: Tag<Tenant>) -> u8 {
        1
    }
    #[executor]
    fn doubled(level: Reactive<level>) -> u8 {
        *level * 2
    }

    let scope = Scope::new();
    let error = scope.get::<doubled>().unwrap_err();
    assert_eq!(error.kind(), ResolveErrorKind::MissingTag);
    assert_eq!(error.path(), ["doubled", "level"]);
    // A value that was stored needs no tag.
    scope.update::<level>(3).unwrap();
    assert_eq!(*scope.get::<doubled>().unwrap(), 6);
}

/// Parity B16: the type is the key. Two types of one name, an alias, and a
/// generic type with two arguments.
#[test]
fn rule_22_the_type_is_the_key() {
    mod other {
        pub(super) struct Tenant(pub(super) u8);
    }
    struct Of<T>(T);
    type Alias = Tenant;

    #[executor]
    fn all(
        alias: Tag<Alias>,
        other: Tag<other::Tenant>,
        bytes: Tag<Of<u8>>,
        text: Tag<Of<&'static str>>,
        absent: Option<Tag<Of<u16>>>,
    ) -> String {
        format!("{} {} {} {} {}", alias.0, other.0, bytes.0, text.0, absent.is_none())
    }

    let builder = Scope::builder().tag(Tenant("acme")).tag(other::Tenant(1));
    let scope = builder.tag(Of(2_u8)).tag(Of("three")).build().unwrap();
    assert_eq!(*scope.get::<all>().unwrap(), "acme 1 2 three true");
}

/// A scope has one tag of a type: the last one that was set.
#[test]
fn rule_22_the_last_one_of_a_type_counts() {
    let scope = Scope::builder().tag(Tenant("first")).tag(1_u8).tag(Tenant("last"));
    let scope = scope.build().unwrap();
    assert_eq!(scope.tag::<Tenant>(), Some(&Tenant("last")));
    assert_eq!(scope.tag::<u8>(), Some(&1));
}

/// Parity 15: scopes see nothing of each other's tags; clones are one scope.
#[test]
fn rule_22_scopes_have_tags_of_their_own() {
    #[executor]
    fn name(tenant: Tag<Tenant>) -> &'static str {
        tenant.0
    }

    let acme = Scope::builder().tag(Tenant("acme")).build().unwrap();
    let other = Scope::builder().tag(Tenant("other")).build().unwrap();
    assert_eq!(*acme.get::<name>().unwrap(), "acme");
    assert_eq!(*other.get::<name>().unwrap(), "other");
    assert!(std::ptr::eq(acme.tag::<Tenant>().unwrap(), acme.clone().tag::<Tenant>().unwrap()));
}

/// A tag is shared, not copied, and outlives the scope with whoever holds it.
#[test]
fn rule_22_a_tag_is_shared() {
    struct NotClone(Log);
    impl Drop for NotClone {
        fn drop(&mut self) {
            self.0.note("dropped");
        }
    }
    #[executor]
    struct Holder {
        tag: Tag<NotClone>,
    }

    let log = Log::new();
    let scope = Scope::builder().tag(NotClone(log.clone())).build().unwrap();
    let holder = scope.dep::<Holder>().unwrap();
    assert!(std::ptr::eq(&raw const *holder.tag, scope.tag::<NotClone>().unwrap()));
    drop(scope);
    assert_eq!(log.count("dropped"), 0);
    drop(holder);
    assert_eq!(log.count("dropped"), 1);
}

/// Parity 25: tag, then environment, then default, in a line.
#[test]
fn rule_22_configuration_by_priority() {
    struct Port(u16);
    struct Environment(Option<&'static str>);

    #[executor]
    fn port(
        tag: Option<Tag<Port>>,
        environment: Tag<Environment>,
    ) -> Result<u16, std::num::ParseIntError> {
        tag.map(|tag| Ok(tag.0)).or(environment.0.map(str::parse)).unwrap_or(Ok(8080))
    }

    let builder = |environment| Scope::builder().tag(Environment(environment));
    let port_of = |builder: pumped::ScopeBuilder| *builder.build().unwrap().get::<port>().unwrap();
    assert_eq!(port_of(builder(Some("90")).tag(Port(1))), 1);
    assert_eq!(port_of(builder(Some("90"))), 90);
    assert_eq!(port_of(builder(None)), 8080);
}
