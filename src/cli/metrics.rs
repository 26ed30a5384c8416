//! The counters of a server that runs on, over HTTP.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use crate::chat::Error;
use crate::chat::forever::Counters;

/// Answers `GET /metrics` for as long as the runtime lives; says where.
pub(super) async fn serve(
    address: SocketAddr,
    counters: Arc<Counters>,
) -> Result<SocketAddr, Error> {
    let failed = |why| Error::Listen { address, why };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    tokio::spawn(async move {
        loop {
            let Ok((stream, _)) = listener.accept().await else {
                tokio::time::sleep(AFTER_FAILURE).await;
                continue;
            };
            let counters = Arc::clone(&counters);
            let service = service_fn(move |request| {
                let answer = answer(&request, &counters);
                async { Ok::<_, Infallible>(answer) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service);
            // Whoever asks and goes away misses the answer, and nobody else does.
            tokio::spawn(async { drop(connection.await) });
        }
    });
    Ok(address)
}

fn answer(request: &Request<Incoming>, counters: &Counters) -> Response<Full<Bytes>> {
    let found = request.method() == Method::GET && request.uri().path() == PATH;
    let (status, text) = match counters.text() {
        Ok(text) if found => (StatusCode::OK, text),
        Ok(_) => (StatusCode::NOT_FOUND, format!("GET {PATH}\n")),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why.to_string()),
    };
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    if status == StatusCode::OK {
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static(TYPE));
    }
    response
}

/// Where Prometheus looks.
const PATH: &str = "/metrics";

/// The format of the text.
const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// After a failed accept it is tried again, and not at once.
const AFTER_FAILURE: Duration = Duration::from_millis(100);
