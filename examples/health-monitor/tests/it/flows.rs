//! What follows from what probes find, without a probe: flows over a database in memory.

use health_monitor::database::{Database, KEPT_CHECKS, database};
use health_monitor::flows::{record, retire};
use health_monitor::ledger::{Check, Incident, Ledger};
use health_monitor::probe::TargetName;
use health_monitor::wiring;
use pumped::prelude::*;

use crate::common::local::{Files, settings};

/// What a check at this time has found.
fn check(at_ms: i64, problem: Option<&str>) -> Check {
    Check { at_ms, took_ms: 1, problem: problem.map(ToOwned::to_owned) }
}

struct Book {
    scope: Scope,
    _files: Files,
}

impl Book {
    fn new(targets: &str) -> Self {
        let files = Files::new("never.db", targets);
        let (memory, _) = Database::open(":memory:".as_ref()).unwrap();
        let builder = wiring::builder(settings(&files.config())).preset::<database>(memory);
        Self { scope: builder.build().unwrap(), _files: files }
    }

    /// Three failures in a row are too many.
    async fn record(&self, target: &str, check: Check) {
        let context = self.scope.context().tag(TargetName(target.into()));
        context.exec_async(record(3, check)).await.unwrap();
    }

    async fn incidents(&self) -> Vec<Incident> {
        self.scope.dep::<Ledger>().unwrap().incidents.latest(100).await.unwrap()
    }
}

#[tokio::test]
async fn failures_in_a_row_open_an_incident_and_a_success_closes_it() {
    let book = Book::new("");
    for (at_ms, problem) in [
        (10, Some("first")),
        (20, Some("second")),
        (30, None),
        (40, Some("third")),
        (50, Some("fourth")),
    ] {
        book.record("web", check(at_ms, problem)).await;
        // Another target has nothing to do with it.
        book.record("other", check(at_ms, (at_ms < 30).then_some("other"))).await;
        assert_eq!(book.incidents().await, [], "at {at_ms}");
    }
    book.record("web", check(60, Some("fifth"))).await;
    book.record("web", check(70, Some("sixth"))).await;
    let mut incident = Incident {
        id: 1,
        target: "web".into(),
        opened_ms: 61,
        problem: "fifth".into(),
        closed_ms: None,
        outcome: None,
    };
    assert_eq!(book.incidents().await, [incident.clone()]);
    book.record("web", check(80, None)).await;
    book.record("web", check(90, None)).await;
    incident.closed_ms = Some(81);
    incident.outcome = Some("recovered".into());
    assert_eq!(book.incidents().await, [incident]);
}

#[tokio::test]
async fn only_the_last_checks_are_kept() {
    let book = Book::new("");
    for at_ms in 0..i64::from(KEPT_CHECKS) + 5 {
        book.record("web", check(at_ms, None)).await;
        book.record("other", check(at_ms, None)).await;
    }
    let ledger = book.scope.dep::<Ledger>().unwrap();
    let kept = ledger.checks.last("web", u32::MAX).await.unwrap();
    assert_eq!(kept.len(), KEPT_CHECKS as usize);
    assert_eq!((kept[0].at_ms, kept.last().unwrap().at_ms), (104, 5));
}

#[tokio::test]
async fn what_is_not_watched_any_more_has_no_open_incident() {
    let book = Book::new("[[targets]]\nname = 'web'\nkind = 'tcp'\naddress = 'localhost:1'");
    for at_ms in 0..3 {
        book.record("web", check(at_ms, Some("gone"))).await;
        book.record("removed", check(at_ms, Some("gone"))).await;
    }
    book.scope.exec_async(retire()).await.unwrap();
    let outcomes: Vec<_> =
        book.incidents().await.into_iter().map(|i| (i.target, i.outcome)).collect();
    let outcome = Some("not watched any more".into());
    assert_eq!(outcomes, [("web".into(), None), ("removed".into(), outcome)]);
}

#[tokio::test]
async fn a_check_has_to_be_of_a_target() {
    let book = Book::new("");
    let nobody = book.scope.exec_async(record(3, check(0, None))).await.unwrap_err();
    assert!(matches!(nobody, FlowError::Resolve(_)), "{nobody}");
    assert!(nobody.to_string().contains("TargetName"), "{nobody}");
}
