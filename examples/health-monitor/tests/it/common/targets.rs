//! Targets on loopback that fail when they are told to.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

use super::client::in_time;

#[derive(Clone, Copy)]
pub(crate) enum Mood {
    Well,
    Unwell,
    Silent,
}

/// Answers as it is told.
pub(crate) struct HttpTarget {
    address: SocketAddr,
    mood: watch::Sender<Mood>,
    asked: Arc<Notify>,
    serving: JoinHandle<()>,
}

impl HttpTarget {
    pub(crate) async fn start() -> Self {
        let (mood, now) = watch::channel(Mood::Well);
        let asked = Arc::new(Notify::new());
        let notes = asked.clone();
        let answer = move || {
            notes.notify_one();
            let mood = *now.borrow();
            async move {
                match mood {
                    Mood::Well => StatusCode::NO_CONTENT,
                    Mood::Unwell => StatusCode::INTERNAL_SERVER_ERROR,
                    Mood::Silent => pending().await,
                }
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let serving = axum::serve(listener, Router::new().route("/health", get(answer)));
        let serving = tokio::spawn(async move { serving.await.unwrap() });
        Self { address, mood, asked, serving }
    }

    /// Waits until somebody has asked, since the last time.
    pub(crate) async fn asked(&self) {
        in_time("somebody asks", self.asked.notified()).await;
    }

    pub(crate) fn is(&self, mood: Mood) {
        self.mood.send_replace(mood);
    }

    /// As a part of a configuration.
    pub(crate) fn toml(&self, name: &str, more: &str) -> String {
        let address = self.address;
        format!(
            "[[targets]]\nname = '{name}'\nkind = 'http'\naddress = 'http://{address}/health'\n{more}\n"
        )
    }
}

impl Drop for HttpTarget {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Accepts connections, as long as it is up.
pub(crate) struct TcpTarget {
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

impl TcpTarget {
    pub(crate) async fn start() -> Self {
        let mut target = Self { address: "127.0.0.1:0".parse().unwrap(), accepting: None };
        target.up().await;
        target
    }

    pub(crate) async fn up(&mut self) {
        let listener = TcpListener::bind(self.address).await.unwrap();
        self.address = listener.local_addr().unwrap();
        self.accepting = Some(tokio::spawn(async move {
            loop {
                drop(listener.accept().await.unwrap());
            }
        }));
    }

    /// When this returns, nobody listens.
    pub(crate) async fn down(&mut self) {
        let accepting = self.accepting.take().unwrap();
        accepting.abort();
        assert!(accepting.await.unwrap_err().is_cancelled());
    }

    /// As a part of a configuration.
    pub(crate) fn toml(&self, name: &str, more: &str) -> String {
        let address = self.address;
        format!("[[targets]]\nname = '{name}'\nkind = 'tcp'\naddress = '{address}'\n{more}\n")
    }
}

impl Drop for TcpTarget {
    fn drop(&mut self) {
        if let Some(accepting) = &self.accepting {
            accepting.abort();
        }
    }
}
