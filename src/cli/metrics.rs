//! The counters of a server that runs on, over HTTP.
//!
//! This port must not cost the server more than a little memory and a few descriptors, whoever
//! connects to it: connections are limited in number, each is one exchange of limited duration, and
//! the header of a request is limited in size.

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

/// HOST:PORT, HOST being a name or an address; an IPv6 address is put in brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HostAndPort {
    host: String,
    port: u16,
}

impl FromStr for HostAndPort {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (host, port) = text.rsplit_once(':').ok_or("it must be HOST:PORT")?;
        let port = port.parse().map_err(|_| "PORT must be 0 to 65535")?;
        let bare = host.strip_prefix('[').and_then(|h| h.strip_suffix(']'));
        if host.is_empty() || (bare.is_none() && host.contains(':')) {
            return Err("HOST must be a name or an address, one of IPv6 in brackets");
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

/// Answers `GET /metrics` for as long as the runtime lives; returns the address.
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
        // Further ones wait in the queue of the system. The semaphore is never closed.
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else {
            return;
        };
        let Ok((stream, _)) = listener.accept().await else {
            sleep(AFTER_FAILURE).await;
            continue;
        };
        let counters = Arc::clone(&counters);
        tokio::spawn(async move {
            // A client that goes away, or takes too long, misses the answer, and no other does.
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

/// Where Prometheus looks.
const PATH: &str = "/metrics";

/// The format of the text.
const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// How many connections there may be at a time: some scrapers, and a user who looks.
const CONNECTIONS: usize = 16;

/// How long a connection may take, from its begin to its end: as long as Prometheus waits.
const EXCHANGE: Duration = Duration::from_secs(10);

/// How large the header of a request may be: the least that hyper can be told.
const HEADER: usize = 8192;

/// After a failed accept it is tried again, and not at once.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_to_listen_is_a_name_or_an_address_and_a_port() {
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
