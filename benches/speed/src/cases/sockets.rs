//! Conversations over loopback: the round trip, and a connection for each.
//!
//! The bare sockets do what has to be done and no more: one write for the message, one read for
//! what is known to be its length.

use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::thread;

use javatalk::JavaString;
use javatalk::data::{DataInputStream, DataOutput, DataOutputStream};

use super::Measuring;
use crate::clock::time_long;

pub(super) fn measure(measuring: &mut Measuring<'_>) {
    let sides: [(&str, Side); 2] = [
        (
            "javatalk",
            Side {
                ask: ask_in_java,
                answer: answer_in_java,
            },
        ),
        (
            "std",
            Side {
                ask: ask_bare,
                answer: answer_bare,
            },
        ),
    ];
    for (subject, side) in sides {
        let server = serve(side.answer).expect("there is a loopback interface");
        measuring.row([subject, "round trip", "hello"], ROUNDS, || {
            let stream = connect(server).expect("somebody listens");
            time_long(|| (side.ask)(&stream, ROUNDS).expect("it answers"))
        });
        measuring.row([subject, "connect, exchange, close", "hello"], 1, || {
            time_long(|| {
                let stream = connect(server).expect("somebody listens");
                (side.ask)(&stream, 1).expect("it answers");
            })
        });
    }
}

#[derive(Clone, Copy)]
struct Side {
    /// Says hello so many times, and hears the same each time.
    ask: fn(&TcpStream, u32) -> io::Result<()>,
    /// Says back what it hears, to the end.
    answer: fn(&TcpStream) -> io::Result<()>,
}

fn ask_in_java(stream: &TcpStream, rounds: u32) -> io::Result<()> {
    let mut input = DataInputStream::new(BufReader::new(stream));
    let mut output = DataOutputStream::new(stream);
    let mut text = JavaString::new();
    for _ in 0..rounds {
        output.write_utf("hello")?;
        input.read_utf_into(&mut text)?;
        assert_eq!(text, "hello");
    }
    Ok(())
}

fn answer_in_java(stream: &TcpStream) -> io::Result<()> {
    let mut input = DataInputStream::new(BufReader::new(stream));
    let mut output = DataOutputStream::new(stream);
    let mut text = JavaString::new();
    loop {
        input.read_utf_into(&mut text)?;
        output.write_utf(&text)?;
    }
}

fn ask_bare(mut stream: &TcpStream, rounds: u32) -> io::Result<()> {
    let mut answer = [0; MESSAGE.len()];
    for _ in 0..rounds {
        stream.write_all(MESSAGE)?;
        stream.read_exact(&mut answer)?;
        assert_eq!(&answer, MESSAGE);
    }
    Ok(())
}

fn answer_bare(mut stream: &TcpStream) -> io::Result<()> {
    let mut message = [0; MESSAGE.len()];
    loop {
        stream.read_exact(&mut message)?;
        stream.write_all(&message)?;
    }
}

fn connect(server: SocketAddr) -> io::Result<TcpStream> {
    let stream = TcpStream::connect(server)?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// Answers one after the other until the process ends.
fn serve(answer: fn(&TcpStream) -> io::Result<()>) -> io::Result<SocketAddr> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // Who closes first is the client, and that is the end of the conversation.
            let _ = stream.set_nodelay(true).and_then(|()| answer(&stream));
        }
    });
    Ok(address)
}

const MESSAGE: &[u8; 7] = b"\0\x05hello";
const ROUNDS: u32 = 100;
