//! Whether a target is there.

use std::io;

use axum::http::header::HOST;
use axum::http::uri::Scheme;
use axum::http::{HeaderValue, Request, StatusCode, Uri};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use pumped::prelude::*;
use tokio::net::TcpStream;

use crate::settings::{Kind, Target};

/// Which target an execution is about: a tag of it, seen by all that is below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetName(pub String);

/// Why a target counts as not there.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// The configuration says nonsense.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Nobody listens there.
    #[error("cannot connect: {0}")]
    Connect(#[from] io::Error),
    /// What answers does not speak HTTP, or stops in the middle.
    #[error("no answer: {0}")]
    Http(#[from] hyper::Error),
    /// It says itself that it is not well.
    #[error("it answers {0}")]
    Status(StatusCode),
}

/// An address that is none.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no `{1}`")]
pub struct AddressError(String, &'static str);

/// Knocks at a target. How long it may take is up to whoever runs it, and what it means that
/// it has failed, to [`record`](crate::flows::record).
#[flow]
pub async fn probe(#[input] target: &Target) -> Result<(), ProbeError> {
    match target.kind {
        Kind::Tcp => {
            TcpStream::connect(&target.address).await?;
            Ok(())
        }
        Kind::Http => {
            let status = get(&parse_url(&target.address)?).await?;
            if status.as_u16() < 400 { Ok(()) } else { Err(ProbeError::Status(status)) }
        }
    }
}

/// Whether an address can be probed.
///
/// # Errors
/// If it cannot.
pub fn check_address(kind: Kind, address: &str) -> Result<(), AddressError> {
    match kind {
        Kind::Http => parse_url(address).map(drop),
        Kind::Tcp => {
            let is_one = address
                .rsplit_once(':')
                .is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
            let problem = || AddressError(address.into(), "host:port");
            is_one.then_some(()).ok_or_else(problem)
        }
    }
}

/// A URL, taken apart.
struct Url {
    host: String,
    port: u16,
    header: HeaderValue,
    path: String,
}

fn parse_url(address: &str) -> Result<Url, AddressError> {
    let parse = || {
        let uri: Uri = address.parse().ok()?;
        let authority = uri.authority()?;
        (uri.scheme() == Some(&Scheme::HTTP)).then_some(())?;
        Some(Url {
            // An IPv6 address is in brackets here, and is not where one connects.
            host: authority.host().trim_matches(['[', ']']).to_owned(),
            port: authority.port_u16().unwrap_or(80),
            header: HeaderValue::from_str(authority.as_str()).ok()?,
            path: uri.path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        })
    };
    parse().ok_or_else(|| AddressError(address.into(), "http://host:port/path"))
}

/// The status of an answer. Its body is not waited for.
async fn get(url: &Url) -> Result<StatusCode, ProbeError> {
    let stream = TcpStream::connect((url.host.as_str(), url.port)).await?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let mut request = Request::new(Empty::<Bytes>::new());
    *request.uri_mut() = url.path.parse().unwrap_or_default();
    request.headers_mut().insert(HOST, url.header.clone());
    let mut answer = std::pin::pin!(sender.send_request(request));
    // The connection does the work. It lives in here, so that it ends with the probe.
    let response = tokio::select! {
        response = &mut answer => response,
        _ = connection => answer.await,
    };
    Ok(response?.status())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart() {
        let url = parse_url("http://[::1]:81/a?b=c").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), ("::1", 81, "/a?b=c"));
        assert_eq!(url.header, "[::1]:81");
        let url = parse_url("http://host").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((url.host.as_str(), url.port, url.path.as_str()), ("host", 80, "/"));
    }

    #[test]
    fn what_cannot_be_probed_is_told_apart() {
        assert!(check_address(Kind::Tcp, "localhost:22").is_ok());
        for nowhere in ["localhost", ":22", "localhost:ssh", "localhost:70000"] {
            assert!(check_address(Kind::Tcp, nowhere).is_err(), "{nowhere}");
        }
        for nowhere in ["localhost", "https://localhost/", "/path", ""] {
            assert!(check_address(Kind::Http, nowhere).is_err(), "{nowhere}");
        }
    }
}
