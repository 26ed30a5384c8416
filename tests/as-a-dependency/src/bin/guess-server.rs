//! `old/Server.java` in Rust: lets any number of clients guess a word, until it is stopped.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::SystemTime;
use std::{env, thread};

fn main() -> io::Result<()> {
    let port = env::args().nth(1).unwrap_or_default();
    let port: u16 = port.parse().map_err(io::Error::other)?;
    for client in TcpListener::bind(("0.0.0.0", port))?.incoming() {
        let client = client?;
        thread::spawn(move || match play(client) {
            Ok(()) => println!("gone"),
            Err(error) => eprintln!("{error}"),
        });
    }
    Ok(())
}

fn play(mut client: TcpStream) -> io::Result<()> {
    let mut length = [0; 2];
    while client.read(&mut length[..1])? == 1 {
        client.read_exact(&mut length[1..])?;
        let mut body = vec![0; u16::from_be_bytes(length).into()];
        client.read_exact(&mut body)?;
        let word = guess::decode(&body).map_err(|error| io::Error::other(format!("{error:?}")))?;
        let word = String::from_utf16_lossy(&word);
        println!("guessed: {word}");
        let answer = match word.as_str() {
            "pear" => format!("yes, at {}", time()),
            _ => "no".to_owned(),
        };
        let body = guess::encode(&answer);
        client.write_all(&[&(body.len() as u16).to_be_bytes()[..], &body].concat())?;
    }
    Ok(())
}

/// The time of day in UTC, which the pair file masks.
fn time() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let seconds = now.unwrap_or_default().as_secs();
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}", seconds % 60)
}
