//! Something to look at, when there is no configuration: two targets on loopback, one of
//! which is unwell now and then, and a file that watches them.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tracing::warn;

/// How long a round of the moody target is.
const ROUND: Duration = Duration::from_secs(20);
/// How much of it the target is well.
const WELL: Duration = Duration::from_secs(12);

/// A demo that runs. Its targets and its files are gone when it is dropped.
pub struct Demo {
    directory: TempDir,
    _targets: JoinSet<()>,
}

impl Demo {
    /// Starts its targets, and writes a configuration.
    ///
    /// # Errors
    /// If there is no port or no room for it.
    pub async fn start() -> io::Result<Self> {
        let mut targets = JoinSet::new();
        let steady = listen_steadily(&mut targets).await?;
        let moody = answer_moodily(&mut targets).await?;
        let directory = tempfile::Builder::new().prefix("health-monitor-").tempdir()?;
        let demo = Self { directory, _targets: targets };
        std::fs::write(demo.config(), demo.text(steady, moody)?)?;
        Ok(demo)
    }

    /// Its configuration file.
    #[must_use]
    pub fn config(&self) -> PathBuf {
        self.directory.path().join("monitor.toml")
    }

    fn text(&self, steady: SocketAddr, moody: SocketAddr) -> io::Result<String> {
        let database = self.directory.path().join("demo.db");
        let database = database.to_str().ok_or(ErrorKind::InvalidFilename)?;
        let database = toml::Value::from(database);
        Ok(format!(
            "# Written for the demo. Change it, and look at the page.\n\
             database = {database}\n\
             listen = \"127.0.0.1:0\"\n\
             \n\
             [[targets]]\n\
             name = \"steady\"\n\
             kind = \"tcp\"\n\
             address = \"{steady}\"\n\
             interval_ms = 1000\n\
             timeout_ms = 500\n\
             \n\
             [[targets]]\n\
             name = \"moody\"\n\
             kind = \"http\"\n\
             address = \"http://{moody}/health\"\n\
             interval_ms = 1000\n\
             timeout_ms = 500\n\
             failures_to_open = 3\n"
        ))
    }
}

/// It is always there.
async fn listen_steadily(targets: &mut JoinSet<()>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    targets.spawn(async move {
        loop {
            if let Err(error) = listener.accept().await {
                warn!("demo: {error}");
            }
        }
    });
    Ok(address)
}

/// It answers, but not always well.
async fn answer_moodily(targets: &mut JoinSet<()>) -> io::Result<SocketAddr> {
    let began = Instant::now();
    let answer = move || async move {
        let is_well = began.elapsed().as_millis() % ROUND.as_millis() < WELL.as_millis();
        if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let serving = axum::serve(listener, Router::new().route("/health", get(answer)));
    targets.spawn(async move {
        if let Err(error) = serving.await {
            warn!("demo: {error}");
        }
    });
    Ok(address)
}
