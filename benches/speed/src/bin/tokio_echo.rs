//! A server written by hand on tokio, as fast as it can be: it sends back every message of a two-byte
//! length and a body. It does not decode the text, print it, limit or count anything.

use std::io;
use std::net::Ipv4Addr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

#[tokio::main]
async fn main() -> io::Result<()> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let listener = socket.listen(4096)?;
    eprintln!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        // The end of a conversation, in whatever way, is no concern of the others.
        tokio::spawn(async move { answer(stream).await.ok() });
    }
}

/// Answers every message that is complete with one write.
async fn answer(mut stream: TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = vec![0; 256];
    let mut filled = 0;
    loop {
        let count = stream.read(&mut bytes[filled..]).await?;
        if count == 0 {
            return Ok(());
        }
        filled += count;
        let complete = complete(&bytes[..filled]);
        stream.write_all(&bytes[..complete]).await?;
        bytes.copy_within(complete..filled, 0);
        filled -= complete;
        if filled == bytes.len() {
            bytes.resize(2 * filled, 0);
        }
    }
}

/// The number of bytes that are complete messages.
fn complete(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(length) = bytes[at..].first_chunk() {
        let end = at + 2 + usize::from(u16::from_be_bytes(*length));
        if end > bytes.len() {
            break;
        }
        at = end;
    }
    at
}
