//! A block: some thousand cases that are sent to the reference JVM in one request.
//!
//! The encoding of a block is documented in `Sweep.java`.

use super::call::{Read, Write, put_len, put_string};
use crate::JavaString;
use crate::programs::charset::Charset;

/// Cases that are run together, and compared by the checksum of all their outcomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// The number of cases, as its family counts them.
    pub cases: usize,
    /// The calls to make.
    pub work: Work,
}

/// The calls of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// Calls of a `DataInputStream`, with a new stream for each source.
    Reads {
        /// The calls of one round, in this order.
        calls: Vec<Read>,
        /// The number of rounds. A round whose last call finds the end of the input is the last
        /// one.
        rounds: usize,
        /// The sources.
        sources: Sources,
    },
    /// The same of an `ObjectInputStream`. Each source begins with a header.
    ObjectReads {
        calls: Vec<Read>,
        rounds: usize,
        sources: Sources,
    },
    /// Lines of a console, with a new reader for each source.
    Lines {
        /// At most this many lines of each.
        rounds: usize,
        sources: Sources,
    },
    /// Calls of a `DataOutputStream`, with a new stream for each sink.
    Writes(Vec<Sink>),
    /// The same of an `ObjectOutputStream`, and then `flush` as one more call.
    ObjectWrites(Vec<Sink>),
    /// Lines from a connection, with a new reader for each source.
    Decoded {
        /// The charset of the reader.
        charset: Charset,
        /// At most this many lines of each.
        rounds: usize,
        sources: Sources,
    },
    /// Host names and addresses for `InetAddress.getByName`.
    Hosts(Vec<String>),
    /// String constants of a class file, each with its own outcome.
    Constants {
        /// The major version of the class file.
        version: u16,
        /// The bytes of each constant.
        bodies: Sources,
    },
    /// Lines to a connection, with a new writer for each sink.
    Encoded {
        /// The charset of the writer.
        charset: Charset,
        /// The lines for each sink.
        sinks: Vec<Vec<JavaString>>,
    },
}

/// A sink, and the calls that write to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sink {
    /// The sink fails once, after this many bytes.
    pub failing: Option<usize>,
    /// The calls, in this order.
    pub calls: Vec<Write>,
}

/// The bytes of all sources, stored in one buffer, because there may be many small ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sources {
    bytes: Vec<u8>,
    /// Where each source ends, and after how many bytes it fails.
    marks: Vec<(usize, Option<usize>)>,
}

impl Sources {
    pub fn one(bytes: Vec<u8>) -> Self {
        let marks = vec![(bytes.len(), None)];
        Self { bytes, marks }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.push_failing(bytes, None);
    }

    /// Adds a source that fails once, after `failing` bytes.
    pub fn push_failing(&mut self, bytes: &[u8], failing: Option<usize>) {
        self.bytes.extend_from_slice(bytes);
        self.marks.push((self.bytes.len(), failing));
    }

    /// The number of sources.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether there are no sources.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// The bytes of each source, and after how many it fails.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Option<usize>)> {
        let starts = std::iter::once(0).chain(self.marks.iter().map(|&(end, _)| end));
        starts
            .zip(&self.marks)
            .map(|(start, &(end, failing))| (&self.bytes[start..end], failing))
    }
}

impl<'a> FromIterator<&'a [u8]> for Sources {
    fn from_iter<I: IntoIterator<Item = &'a [u8]>>(all: I) -> Self {
        let mut sources = Self::default();
        for bytes in all {
            sources.push(bytes);
        }
        sources
    }
}

impl Work {
    /// The encoded request, without its length prefix.
    pub(crate) fn encode(&self, all: bool) -> Vec<u8> {
        let mut payload = Vec::new();
        let all = u8::from(all);
        match self {
            Self::Reads {
                calls,
                rounds,
                sources,
            } => {
                payload.extend([b'R', all]);
                put_reads(calls, *rounds, sources, &mut payload);
            }
            Self::ObjectReads {
                calls,
                rounds,
                sources,
            } => {
                payload.extend([b'O', all]);
                put_reads(calls, *rounds, sources, &mut payload);
            }
            Self::Lines { rounds, sources } => {
                payload.extend([b'L', all]);
                put_len(*rounds, &mut payload);
                put_sources(sources, &mut payload);
            }
            Self::Writes(sinks) => {
                payload.extend([b'W', all]);
                put_sinks(sinks, &mut payload);
            }
            Self::ObjectWrites(sinks) => {
                payload.extend([b'P', all]);
                put_sinks(sinks, &mut payload);
            }
            Self::Decoded {
                charset,
                rounds,
                sources,
            } => {
                payload.extend([b'D', all]);
                put_string(&charset.name().into(), &mut payload);
                put_len(*rounds, &mut payload);
                put_sources(sources, &mut payload);
            }
            Self::Hosts(hosts) => {
                payload.extend([b'H', all]);
                put_len(hosts.len(), &mut payload);
                for host in hosts {
                    put_string(&host.as_str().into(), &mut payload);
                }
            }
            Self::Constants { version, bodies } => {
                payload.extend([b'C', all]);
                put_len((*version).into(), &mut payload);
                put_len(bodies.len(), &mut payload);
                for (body, _) in bodies.iter() {
                    put_len(body.len(), &mut payload);
                    payload.extend_from_slice(body);
                }
            }
            Self::Encoded { charset, sinks } => {
                payload.extend([b'E', all]);
                put_string(&charset.name().into(), &mut payload);
                put_len(sinks.len(), &mut payload);
                for lines in sinks {
                    put_len(lines.len(), &mut payload);
                    for line in lines {
                        put_string(line, &mut payload);
                    }
                }
            }
        }
        payload
    }
}

fn put_reads(calls: &[Read], rounds: usize, sources: &Sources, payload: &mut Vec<u8>) {
    put_len(calls.len(), payload);
    for call in calls {
        let (method, argument) = call.code();
        payload.push(method);
        payload.extend(argument.to_be_bytes());
    }
    put_len(rounds, payload);
    put_sources(sources, payload);
}

fn put_sinks(sinks: &[Sink], payload: &mut Vec<u8>) {
    put_len(sinks.len(), payload);
    for sink in sinks {
        put_failing(sink.failing, payload);
        put_len(sink.calls.len(), payload);
        for call in &sink.calls {
            call.encode(payload);
        }
    }
}

fn put_sources(sources: &Sources, payload: &mut Vec<u8>) {
    put_len(sources.len(), payload);
    payload.reserve(sources.bytes.len() + 8 * sources.len());
    for (bytes, failing) in sources.iter() {
        put_len(bytes.len(), payload);
        put_failing(failing, payload);
        payload.extend_from_slice(bytes);
    }
}

fn put_failing(failing: Option<usize>, payload: &mut Vec<u8>) {
    match failing {
        Some(after) => put_len(after, payload),
        None => payload.extend((-1_i32).to_be_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_has_the_encoding_that_the_jvm_reads() {
        let mut sources = Sources::default();
        sources.push(b"ab");
        sources.push_failing(b"c", Some(0));
        let reads = Work::Reads {
            calls: vec![Read::Utf],
            rounds: 7,
            sources,
        };
        assert_eq!(
            reads.encode(false),
            b"R\0\0\0\0\x01\x0d\0\0\0\0\0\0\0\x07\0\0\0\x02\
              \0\0\0\x02\xff\xff\xff\xffab\0\0\0\x01\0\0\0\0c"
        );
        let writes = Work::Writes(vec![Sink {
            failing: None,
            calls: vec![Write::Boolean(true), Write::Utf("é".into())],
        }]);
        assert_eq!(
            writes.encode(true),
            b"W\x01\0\0\0\x01\xff\xff\xff\xff\0\0\0\x02\x01\x01\x0b\0\0\0\x01\0\xe9"
        );
    }
}
