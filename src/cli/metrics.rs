//! Serves the counters of `javatalk server --forever` over HTTP.
//!
//! Clients of this port must not cost the server more than a little memory and a few descriptors:
//! the number of connections is limited, each connection is one exchange of limited duration, and
//! the size of the request header is limited.

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use crate::programs::service::Counters;
use crate::programs::{Error, resolve};

/// HOST:PORT. HOST is a name or an address; an IPv6 address is written in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostAndPort {
    host: String,
    port: u16,
}

impl FromStr for HostAndPort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = text.rsplit_once(':').ok_or("expected HOST:PORT")?;
        let port = port.parse().map_err(|_| "PORT must be 0 to 65535")?;
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        if host.is_empty() || (bare.is_none() && host.contains(':')) {
            return Err("HOST must be a name or an address; write an IPv6 address in brackets");
        }
        let host = bare.unwrap_or(host).to_owned();
        Ok(Self { host, port })
    }
}

impl fmt::Display for HostAndPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Answers `GET /metrics` for as long as the runtime lives. Returns the address it listens on.
pub(crate) async fn serve(at: &HostAndPort, counters: Arc<Counters>) -> Result<SocketAddr, Error> {
    let address = resolve(&at.host, at.port).map_err(|why| Error::UnknownHost {
        host: at.host.clone(),
        why,
    })?;
    let failed = |why| Error::Listen { address, why };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    tokio::spawn(accept(listener, counters));
    Ok(address)
}

async fn accept(listener: TcpListener, counters: Arc<Counters>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        // Further connections wait in the backlog of the system. The semaphore is never closed.
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            sleep(AFTER_FAILURE).await;
            continue;
        };
        let counters = Arc::clone(&counters);
        tokio::spawn(async move {
            // Only a client that disconnects or takes too long misses its answer.
            let _ = timeout(EXCHANGE, exchange(stream, &counters)).await;
            drop(permit);
        });
    }
}

async fn exchange(stream: TcpStream, counters: &Counters) -> hyper::Result<()> {
    let service = service_fn(|request| {
        let answer = answer(&request, counters);
        async { Ok::<_, Infallible>(answer) }
    });
    http1::Builder::new()
        .keep_alive(false)
        .max_buf_size(HEADER)
        // The time limit for the whole exchange is enough.
        .header_read_timeout(None)
        .serve_connection(TokioIo::new(stream), service)
        .await
}

fn answer(request: &Request<Incoming>, counters: &Counters) -> Response<Full<Bytes>> {
    let (status, header, text) = if request.uri().path() != PATH {
        let text = format!("GET {PATH}\n");
        (StatusCode::NOT_FOUND, None, text)
    } else if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let allow = (ALLOW, HeaderValue::from_static("GET, HEAD"));
        let text = format!("GET {PATH}\n");
        (StatusCode::METHOD_NOT_ALLOWED, Some(allow), text)
    } else {
        match counters.text() {
            Ok(text) => {
                let content_type = (CONTENT_TYPE, HeaderValue::from_static(TYPE));
                (StatusCode::OK, Some(content_type), text)
            }
            Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, None, why.to_string()),
        }
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    response.headers_mut().extend(header);
    response
}

/// The path that Prometheus requests.
const PATH: &str = "/metrics";

/// The format of the text.
const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The limit on simultaneous connections: enough for some scrapers and a curious user.
const CONNECTIONS: usize = 16;

/// The time limit for a connection, from accept to close: the default timeout of Prometheus.
const EXCHANGE: Duration = Duration::from_secs(10);

/// The size limit of a request header: the smallest that hyper accepts.
const HEADER: usize = 8192;

/// The delay before another accept after a failed one.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listening_address_is_a_host_and_a_port() {
        for (text, host, port) in [
            ("127.0.0.1:9666", "127.0.0.1", 9666),
            ("localhost:0", "localhost", 0),
            ("[::1]:9666", "::1", 9666),
        ] {
            let host = host.to_owned();
            assert_eq!(text.parse(), Ok(HostAndPort { host, port }), "{text}");
        }
        for text in [
            "",
            "9666",
            ":9666",
            "localhost",
            "localhost:x",
            "::1:9666",
            "localhost:65536",
        ] {
            assert!(text.parse::<HostAndPort>().is_err(), "{text}");
        }
    }
}
