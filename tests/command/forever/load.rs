//! Stopped in the middle of much to do: every message that was accepted is answered, and counted.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use rustix::process::Signal;

use super::client::Client;
use super::server::Server;

/// How many clients talk at a time.
const CLIENTS: usize = 40;

/// The server is stopped after so many answers: all of them have begun by then.
const ANSWERS: u64 = 4000;

#[test]
fn every_accepted_message_is_answered_when_stopped_under_load() {
    let server = Server::start(&["--grace", "600"]);
    let heard = Arc::new(AtomicU64::new(0));
    let talking: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let mut client = Client::of(&server);
            let heard = Arc::clone(&heard);
            thread::spawn(move || {
                let message = "x".repeat(number * 37);
                // The last message may come too late; its answer does not.
                while client.try_to_say(&message).is_ok() {
                    match client.try_to_hear() {
                        Ok(answer) => assert_eq!(answer, message),
                        Err(_) => break,
                    }
                    heard.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    while heard.load(Ordering::Relaxed) < ANSWERS {
        thread::yield_now();
    }
    server.stop(Signal::TERM);
    for client in talking {
        client.join().unwrap();
    }
    let (line, status) = server.stopped();
    assert_eq!(status.code(), Some(0), "{line:?}");
    assert_eq!(line.number("cut_off"), 0);
    assert_eq!(line.number("received"), line.number("answered"));
    assert_eq!(line.number("answered"), heard.load(Ordering::Relaxed));
}
