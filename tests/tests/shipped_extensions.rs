//! Parity A 37: the extensions that come with pumped.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use pumped::extension::GraphDebug;
use pumped::prelude::*;

/// A writer whose text can be read later.
#[derive(Clone, Default)]
struct Text(Arc<Mutex<Vec<u8>>>);

impl Text {
    fn read(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Text {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[executor]
fn config() -> u8 {
    1
}

#[executor]
fn database(config: Dep<config>) -> Result<u8, std::num::ParseIntError> {
    let _ = config;
    "x".parse()
}

#[executor]
fn cache(config: Dep<config>) -> u8 {
    *config
}

#[executor]
fn repo(database: Dep<database>, cache: Dep<cache>) -> u8 {
    *database + *cache
}

#[executor]
fn server(config: Dep<config>, repo: Dep<repo>) -> u8 {
    *config + *repo
}

#[flow]
fn serve(server: Ref<'_, server>) -> u8 {
    *server
}

#[test]
fn graph_debug_draws_what_is_ok_what_failed_and_what_waits() {
    let text = Text::default();
    let scope = Scope::builder().extension(GraphDebug::new(text.clone())).build().unwrap();
    scope.get::<server>().unwrap_err();
    assert_eq!(
        text.read(),
        "\
resolving `database`: invalid digit found in string
server (pending) <-
├─ config (ok)
└─ repo (pending) <-
   ├─ database (failed) <-
   │  └─ config (ok)
   └─ cache (pending)
      └─ config (ok)
"
    );
    scope.exec(serve()).unwrap_err();
    assert!(text.read().contains("(in the flow `serve`)\nserver (pending) <-"));
}

#[executor(mutable)]
fn level() -> u8 {
    1
}

#[executor]
fn parsed(level: Reactive<level>) -> Result<u8, String> {
    if *level > 1 { Err("too much".into()) } else { Ok(*level) }
}

#[executor]
fn logger(parsed: Reactive<parsed>) -> u8 {
    *parsed
}

#[test]
fn graph_debug_knows_the_way_to_a_live_executor() {
    let text = Text::default();
    let scope = Scope::builder().extension(GraphDebug::new(text.clone())).build().unwrap();
    scope.get::<logger>().unwrap();
    scope.update::<level>(2).unwrap();
    scope.get::<logger>().unwrap_err();
    assert_eq!(
        text.read(),
        "\
resolving `parsed`: too much
logger (stale) <-
└─ parsed (failed) <-
   └─ level (ok)
"
    );
}

#[cfg(feature = "tracing")]
mod tracing_spans {
    use pumped::extension::Tracing;
    use pumped_tests::futures::{poll_once, yield_now};

    use super::*;

    #[flow]
    fn fails() -> Result<u8, String> {
        Err("no luck".into())
    }

    #[flow]
    fn panics() -> u8 {
        panic!("boom")
    }

    #[flow]
    fn outer(cx: &ExecutionCtx<'_>, cache: Dep<cache>) -> u8 {
        cx.exec(fails()).unwrap_err();
        cx.exec(panics()).unwrap_err();
        *cache
    }

    #[flow]
    async fn waits(cache: Ref<'_, cache>) -> u8 {
        yield_now().await;
        *cache
    }

    /// What is logged while `run` runs.
    fn logged(run: impl FnOnce(&Scope)) -> String {
        let text = Text::default();
        let writer = text.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .finish();
        let _default = tracing::subscriber::set_default(subscriber);
        run(&Scope::builder().extension(Tracing::new()).build().unwrap());
        text.read()
    }

    #[test]
    fn an_async_flow_is_in_its_span_at_each_poll_and_not_between() {
        let text = logged(|scope| {
            let mut running = Box::pin(scope.exec_async(waits()));
            assert!(poll_once(running.as_mut()).is_pending());
            tracing::info!("in between");
            assert!(poll_once(running.as_mut()).is_ready());
        });
        let lines: Vec<&str> = text.lines().collect();
        let between = lines.iter().position(|line| line.contains("in between")).unwrap();
        assert!(!lines[between].contains("execute{"), "{text}");
        assert!(lines[0].contains(r#"execute{name="waits""#), "{text}");
        assert!(lines[0].contains(r#":resolve{name="config""#), "{text}");
        let last = lines.last().unwrap();
        assert!(last.contains(r#"outcome="success""#) && last.contains("ended"), "{text}");
    }

    #[test]
    fn one_that_is_dropped_was_cancelled() {
        let text = logged(|scope| {
            let mut running = Box::pin(scope.exec_async(waits()));
            assert!(poll_once(running.as_mut()).is_pending());
        });
        let last = text.lines().last().unwrap();
        assert!(last.contains(r#"outcome="cancelled""#), "{text}");
        assert!(last.contains(r#"pumped: cancelled name="waits" duration_us="#), "{text}");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_runs_out_of_time_is_no_error_of_the_program() {
        #[flow]
        async fn endless() {
            std::future::pending::<()>().await;
        }
        let text = logged(|scope| {
            let within = std::time::Duration::ZERO;
            let mut running = Box::pin(scope.context().timeout(within).exec_async(endless()));
            assert!(poll_once(running.as_mut()).is_ready());
        });
        let last = text.lines().last().unwrap().trim_start();
        assert!(last.starts_with("WARN") && last.contains("timed out name=\"endless\""), "{text}");
    }

    #[test]
    fn every_operation_is_a_span_inside_of_the_one_that_asked_for_it() {
        let text = logged(|scope| {
            scope.context().name("GET /").exec(outer()).unwrap();
            scope.update::<level>(4).unwrap();
        });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 6, "{text}");
        assert!(lines[0].contains("execute{name=\"GET /\""), "{text}");
        assert!(lines[0].contains(":resolve{name=\"config\""), "{text}");
        assert!(lines[0].contains("outcome=\"success\""), "{text}");
        assert!(lines[1].contains(":resolve{name=\"cache\""), "{text}");
        assert!(
            lines[2].contains("WARN") && lines[2].contains(":execute{name=\"fails\""),
            "{text}"
        );
        assert!(lines[2].contains("outcome=\"failed\" otel.status_code=\"ERROR\""), "{text}");
        assert!(lines[2].contains("error=no luck"), "{text}");
        assert!(lines[3].contains("ERROR") && lines[3].contains("outcome=\"panicked\""), "{text}");
        assert!(
            lines[4].contains("execute{name=\"GET /\"") && lines[4].contains("ended"),
            "{text}"
        );
        assert!(lines[5].contains("update{name=\"level\""), "{text}");
    }
}
