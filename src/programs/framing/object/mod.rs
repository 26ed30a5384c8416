//! Messages in Java's object streams: a string of `writeObject`, or of `writeUTF` in a block of
//! primitive data.
//!
//! Most programs that wrap their socket in an `ObjectOutputStream` exchange strings by `writeObject`,
//! and the others by `writeUTF`. Both are read, and a server answers as it was asked. A client writes
//! objects.
//!
//! The output is opened before the input, and its header is sent at once: the constructor of the other
//! side's `ObjectInputStream` waits for it.

mod fields;

use std::borrow::Cow;
use std::io::{self, Chain, Cursor, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

pub(super) use fields::{fields, texts};

use super::{Messages, recv};
use crate::JavaString;
use crate::data::object::wire::{HEADER, RESET};
use crate::data::object::{Object, ObjectError, ObjectInput, ObjectOutput};
use crate::data::{self, DataInput, DataOutput};
use crate::programs::Error;
use crate::programs::console::Lines;
use crate::programs::error::Peer;
use crate::programs::partial_message::PartialMessage;

pub(super) const NAME: &str = "object";
pub(super) const SUMMARY: &str =
    "A string in an object stream: writeObject and readObject; writeUTF is read as well";
pub(super) const NO_CHARSET: &str = "an object stream has a charset of its own";

/// How long a client waits for the header of the server's stream. A Java server sends it as soon as
/// it has accepted the connection, if it opens its output first.
const HEADER_LIMIT: Duration = Duration::from_secs(10);

/// A message, and how it was written.
#[derive(Debug)]
pub(crate) enum ObjectMessage {
    /// A string, or null, of `writeObject`.
    Object(Option<Object>),
    /// A string of `writeUTF`.
    Utf(JavaString),
}

/// The messages of one connection.
#[derive(Debug)]
pub(crate) struct ObjectMessages<R, W> {
    input: ObjectInput<MessageReader<Chain<Cursor<Vec<u8>>, R>>>,
    /// It collects a message, which is then sent in one write.
    output: ObjectOutput<Vec<u8>>,
    sink: W,
    peer: Peer,
}

impl<R: Read, W: Write> ObjectMessages<R, W> {
    /// Sends the header of the output, and waits for that of the input.
    ///
    /// # Errors
    ///
    /// [`Error::Closed`] or [`Error::NoHeader`] if the input does not begin with a header;
    /// [`Error::Lost`].
    pub(crate) fn open(mut input: R, mut sink: W, peer: Peer) -> Result<Self, Error> {
        let lost = |why| Error::Lost(peer, why);
        let mut output = ObjectOutput::new(Vec::new()).map_err(|why| failed(peer, why))?;
        send(&mut output, &mut sink).map_err(lost)?;
        // The bytes behind the header, if they have come, may say what the other side is instead.
        let mut start = [0; PartialMessage::KEPT];
        let mut came = 0;
        while came < HEADER.len() {
            match recv(&mut input, &mut start[came..]).map_err(lost)? {
                [] if came == 0 => return Err(Error::Closed(peer)),
                [] => break,
                bytes => came += bytes.len(),
            }
        }
        let start = &start[..came];
        let reader = MessageReader::new(Cursor::new(start.to_vec()).chain(input));
        let input = ObjectInput::new(reader)
            .map_err(|_| Error::NoHeader(peer, PartialMessage::of(start)))?;
        Ok(Self {
            input,
            output,
            sink,
            peer,
        })
    }

    fn failed(&self, why: data::Error) -> Error {
        failed(self.peer, why)
    }
}

impl<'a> ObjectMessages<&'a TcpStream, &'a TcpStream> {
    /// Opens the messages of a client, which waits for the server's header only for a limited time: a
    /// server that sends none waits for something itself.
    ///
    /// # Errors
    ///
    /// [`Error::NoHeaderInTime`], and those of [`open`](Self::open).
    pub(crate) fn open_in_time(server: &'a TcpStream) -> Result<Self, Error> {
        Self::open_within(HEADER_LIMIT, server)
    }

    fn open_within(limit: Duration, server: &'a TcpStream) -> Result<Self, Error> {
        let peer = Peer::Server;
        let set = |limit| {
            let set = server.set_read_timeout(limit);
            set.map_err(|why| Error::Lost(peer, why))
        };
        set(Some(limit))?;
        let opened = Self::open(server, server, peer);
        set(None)?;
        opened.map_err(|why| match why {
            Error::Lost(_, why) if why.kind() == ErrorKind::WouldBlock => {
                Error::NoHeaderInTime(limit)
            }
            why => why,
        })
    }
}

impl<R: Read, W: Write> Messages for ObjectMessages<R, W> {
    type Message = ObjectMessage;

    fn typed(&mut self, lines: &mut impl Lines) -> Result<Option<ObjectMessage>, Error> {
        let line = lines.next_line()?;
        Ok(line.map(|line| ObjectMessage::Object(Some(line.into()))))
    }

    fn printed(message: &ObjectMessage) -> Cow<'_, [u8]> {
        let text = match message {
            ObjectMessage::Object(None) => return b"null".into(),
            ObjectMessage::Object(Some(object)) => {
                let text = object.as_java_str();
                text.map_or_else(String::new, |text| text.to_string())
            }
            ObjectMessage::Utf(text) => text.to_string(),
        };
        text.into_bytes().into()
    }

    fn is_farewell(_: &ObjectMessage) -> bool {
        false
    }

    /// # Errors
    ///
    /// [`Error::TooLong`], before anything is sent: for a message that `writeUTF` cannot write.
    fn send(&mut self, message: &ObjectMessage) -> Result<(), Error> {
        let written = match message {
            ObjectMessage::Object(object) => self.output.write_object(object),
            ObjectMessage::Utf(text) => self.output.write_utf(text),
        };
        written.map_err(|why| self.failed(why))?;
        send(&mut self.output, &mut self.sink).map_err(|why| Error::Lost(self.peer, why))
    }

    /// # Errors
    ///
    /// [`Error::NoText`] for an object that is no string; [`Error::ObjectStream`];
    /// [`Error::CutShort`] if the input ends within a message.
    fn receive(&mut self) -> Result<Option<ObjectMessage>, Error> {
        self.input.get_mut().has_begun = false;
        let object = match self.input.read_object() {
            Ok(object) => object,
            Err(data::Error::EndOfInput(_)) if !self.input.get_ref().has_begun => return Ok(None),
            Err(data::Error::Object(why)) if is_primitive_data(&why) => {
                let text = self.input.read_utf().map_err(|why| self.failed(why))?;
                return Ok(Some(ObjectMessage::Utf(text)));
            }
            Err(why) => return Err(self.failed(why)),
        };
        match &object {
            Some(other) if other.as_java_str().is_none() => {
                Err(Error::NoText(self.peer, other.class_name()))
            }
            Some(_) | None => Ok(Some(ObjectMessage::Object(object))),
        }
    }

    /// # Errors
    ///
    /// [`Error::MoreThanAsked`].
    fn expect_end(&mut self) -> Result<(), Error> {
        self.input.get_mut().has_begun = false;
        // An object ends the primitive data as the end of the input does.
        match self.input.read_byte() {
            Err(data::Error::EndOfInput(_)) if !self.input.get_ref().has_begun => Ok(()),
            Err(data::Error::EndOfInput(_)) | Ok(_) => Err(Error::MoreThanAsked),
            Err(why) => Err(self.failed(why)),
        }
    }
}

/// Sends what the stream has collected.
fn send(output: &mut ObjectOutput<Vec<u8>>, sink: &mut impl Write) -> io::Result<()> {
    output.flush()?;
    let sent = sink.write_all(output.get_ref()).and_then(|()| sink.flush());
    output.get_mut().clear();
    sent
}

/// Whether `readObject` has found data of `writeUTF` and its like.
fn is_primitive_data(why: &ObjectError) -> bool {
    matches!(why, ObjectError::OptionalData { eof: false, .. })
}

fn failed(peer: Peer, why: data::Error) -> Error {
    match why {
        data::Error::EndOfInput(_) => Error::CutShort(peer),
        why => Error::from_data(peer, why, PartialMessage::default()),
    }
}

/// A reader that tells the end of the input between two messages from an end within one.
#[derive(Debug)]
struct MessageReader<R> {
    source: R,
    /// Whether anything of a message has come. A reset is none.
    has_begun: bool,
}

impl<R> MessageReader<R> {
    fn new(source: R) -> Self {
        Self {
            source,
            has_begun: false,
        }
    }
}

impl<R: Read> Read for MessageReader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.source.read(buffer)?;
        self.has_begun |= buffer[..count].iter().any(|&byte| byte != RESET);
        Ok(count)
    }
}

/// A client waits for the server behind the header of its stream: the input is opened next.
pub(super) fn missing(received: &[u8]) -> usize {
    HEADER.len().saturating_sub(received.len())
}

/// Why both sides wait, if they wait for each other's header, after they have sent this.
pub(super) fn why_both_wait(to_server: &[u8], to_client: &[u8]) -> Option<String> {
    let silent = [("client", to_server), ("server", to_client)]
        .into_iter()
        .filter_map(|(role, sent)| sent.is_empty().then_some(role));
    let silent: Vec<&str> = silent.collect();
    match silent[..] {
        [] => None,
        [role] => Some(format!(
            "the {role} has not sent the header of its object stream: it must create and flush the \
             ObjectOutputStream before it creates the ObjectInputStream"
        )),
        _ => Some(
            "neither has sent the header of its object stream, for which the other's constructor of \
             ObjectInputStream waits: create and flush the ObjectOutputStream first"
                .to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    const STREAM: &[u8] = b"\xac\xed\0\x05";

    fn messages(input: &[u8]) -> Result<ObjectMessages<&[u8], Vec<u8>>, Error> {
        ObjectMessages::open(input, Vec::new(), Peer::Client)
    }

    /// What the messages behind the header are printed as, and the error or end behind them; what is
    /// answered.
    fn answered(input: &[u8]) -> (Vec<String>, Result<(), String>, Vec<u8>) {
        let input = [STREAM, input].concat();
        let mut messages = messages(&input).unwrap();
        let mut printed = Vec::new();
        let end = loop {
            match messages.receive() {
                Ok(Some(message)) => {
                    let text = ObjectMessages::<&[u8], Vec<u8>>::printed(&message);
                    printed.push(String::from_utf8(text.into_owned()).unwrap());
                    if let Err(why) = messages.send(&message) {
                        break Err(why.to_string());
                    }
                }
                Ok(None) => break Ok(()),
                Err(why) => break Err(why.to_string()),
            }
        };
        (printed, end, messages.sink[STREAM.len()..].to_vec())
    }

    #[test]
    fn the_header_is_sent_before_one_is_read() {
        let mut sent = Vec::new();
        let opened = ObjectMessages::open(io::empty(), &mut sent, Peer::Server);
        assert!(matches!(opened, Err(Error::Closed(Peer::Server))));
        assert_eq!(sent, STREAM);
    }

    #[test]
    fn an_answer_is_written_as_its_message_was() {
        let input = b"t\0\x02hi\x77\x04\0\x02hip\x71\0\x7e\0\0";
        let (printed, end, sent) = answered(input);
        assert_eq!(printed, ["hi", "hi", "null", "hi"]);
        assert_eq!(end, Ok(()));
        assert_eq!(sent, input);
    }

    #[test]
    fn the_input_may_end_between_messages_only() {
        let message = b"t\0\x02hi";
        for cut in 1..message.len() {
            let (printed, end, _) = answered(&[&message[..], &message[..cut]].concat());
            assert_eq!(printed, ["hi"]);
            assert!(end.unwrap_err().contains("incomplete message"), "{cut}");
        }
        // A reset is no message.
        assert_eq!(answered(b"t\0\x02hi\x79").1, Ok(()));
        assert_eq!(answered(b"\x79\x79").1, Ok(()));
    }

    #[test]
    fn an_object_that_is_no_text_is_refused_with_its_class() {
        let mut number = ObjectOutput::new(Vec::new()).unwrap();
        number.write_object(&Object::from(7)).unwrap();
        let number = number.into_inner().unwrap();
        let (_, end, _) = answered(&number[STREAM.len()..]);
        assert!(end.unwrap_err().contains("java.lang.Integer"));
    }

    #[test]
    fn other_bytes_than_a_header_are_named() {
        for (bytes, hint) in [
            (&b"GET / HTTP/1.1\r\n"[..], "looks like HTTP"),
            (b"hello\n", "\"hello\" looks like a line of println"),
            (b"\0\x05hello", "looks like writeUTF of a DataOutputStream"),
            (b"\x16\x03\x01\x02", "looks like TLS"),
            (b"\xac\xed", "does it write with an ObjectOutputStream?"),
        ] {
            let why = messages(bytes).unwrap_err().to_string();
            assert!(why.contains(hint), "{why}");
        }
    }

    #[test]
    fn data_behind_the_last_answer_are_an_error() {
        for (behind, is_end) in [
            (&b""[..], true),
            (b"\x79", true),
            (b"p", false),
            (b"t\0\0", false),
            (b"\x77\x01x", false),
        ] {
            let input = [STREAM, behind].concat();
            let mut messages = messages(&input).unwrap();
            let ended = messages.expect_end();
            let is_as_expected = match ended {
                Ok(()) => is_end,
                Err(Error::MoreThanAsked) => !is_end,
                Err(_) => false,
            };
            assert!(is_as_expected, "{behind:02x?}");
        }
    }

    #[test]
    fn a_client_does_not_wait_for_ever_for_a_header() -> io::Result<()> {
        let listener = TcpListener::bind(("127.0.0.1", 0))?;
        let client = TcpStream::connect(listener.local_addr()?)?;
        let (_server, _) = listener.accept()?;
        let opened = ObjectMessages::open_within(Duration::from_millis(1), &client);
        let why = opened.unwrap_err().to_string();
        assert!(why.contains("has not sent the header"), "{why}");
        Ok(())
    }
}
