//! How a difference is said: what was seen, and what the oracle showed.

use super::Rules;
use super::channel::{Channel, ConnectionName, Place, Shown, Source};
use super::view::{lines, without_end};
use crate::interop::model::pair::run::PairRun;
use crate::interop::model::pair::{ActorName, PortNumber, Stream, Transport};
use crate::interop::model::participant::Role;
use crate::interop::model::traffic::hex;
use crate::text::quotation;

/// How many characters are quoted of a text.
const SHOWN: usize = 60;

/// What differs from this place of the channel on.
pub(super) fn difference(rules: &Rules<'_>, channel: &Channel, at: Place) -> String {
    match &channel.source {
        Source::Output(_, _, Stream::Stdout) => output("stdout", "prints", channel, at),
        Source::Output(_, _, Stream::Stderr) => output("stderr", "logs", channel, at),
        Source::Direction(name, role) => match channel.datagram() {
            Some(place) => datagram(channel, place),
            None => bytes(rules, channel, name, *role, at),
        },
    }
}

fn output(name: &str, does: &str, channel: &Channel, at: Place) -> String {
    if let Some(words) = unordered(name, channel, at) {
        return words;
    }
    let (expected, actual) = (&channel.expected.view, &channel.actual.view);
    format!(
        "{name} differs at byte {}: {does} {}, the oracle {}",
        actual.origin(at.actual),
        from_line_start(&actual.bytes, at.actual),
        from_line_start(&expected.bytes, at.expected)
    )
}

/// The line that only one run has, if the order of lines does not count there.
fn unordered(name: &str, channel: &Channel, at: Place) -> Option<String> {
    let both = [
        (&channel.actual, at.actual),
        (&channel.expected, at.expected),
    ];
    let stretches = both.map(|(shown, at)| {
        let view = &shown.view;
        let range = view.sorted_at(at).or_else(|| {
            let last = view.sorted.last()?;
            (last.end == at).then_some(last)
        })?;
        let text = &view.bytes[range.clone()];
        let lines = lines(text).into_iter().map(|line| without_end(&text[line]));
        Some(lines.map(<[u8]>::to_vec).collect::<Vec<_>>())
    });
    let [Some(actual), Some(expected)] = stretches else {
        return None;
    };
    let surplus = |of: &[Vec<u8>], against: &[Vec<u8>]| {
        let mut against = against.to_vec();
        let mut only = of.iter().filter(|line| {
            let place = against.iter().position(|other| other == *line);
            place.map(|place| against.swap_remove(place)).is_none()
        });
        only.next().map(|line| quotation::quoted(line, SHOWN))
    };
    Some(
        match (surplus(&actual, &expected), surplus(&expected, &actual)) {
            (None, None) => return None,
            (Some(more), None) => {
                format!("{name} has the line {more}, which the oracle does not have (in any order)")
            }
            (None, Some(less)) => {
                format!("{name} lacks the line {less} of the oracle (in any order)")
            }
            (Some(more), Some(less)) => {
                format!("{name} has the line {more} in place of the oracle's {less} (in any order)")
            }
        },
    )
}

/// What a text shows from the line of byte `at` on.
pub(super) fn from_line_start(text: &[u8], at: usize) -> String {
    /// A difference farther behind the start of its line is quoted without that start.
    const NEAR: usize = 30;
    const BEFORE: usize = 12;
    let newline = text[..at].iter().rposition(|&byte| byte == b'\n');
    let start = newline.map_or(0, |newline| newline + 1);
    if at - start <= NEAR {
        return quoted(&text[start..]);
    }
    let mut from = at - BEFORE;
    // Not within a character.
    while from > start && text[from] & 0xc0 == 0x80 {
        from -= 1;
    }
    format!("…{}", quoted(&text[from..]))
}

/// A text without the end of the line that was matched before.
pub(super) fn behind_line_end(text: &[u8]) -> &[u8] {
    let text = text.strip_prefix(b"\r").unwrap_or(text);
    text.strip_prefix(b"\n").unwrap_or(text)
}

/// A text in quotes, cut at the end of its line if it is long.
pub(super) fn quoted(text: &[u8]) -> String {
    if text.is_empty() {
        return "nothing more".to_owned();
    }
    quotation::quoted(text, SHOWN)
}

fn bytes(
    rules: &Rules<'_>,
    channel: &Channel,
    name: &ConnectionName,
    role: Role,
    at: Place,
) -> String {
    let (expected, actual) = (&channel.expected.view, &channel.actual.view);
    let mut words = format!(
        "the bytes on the wire differ at byte {}: {}, the oracle's {}",
        actual.origin(at.actual),
        dump(&actual.bytes, at.actual),
        dump(&expected.bytes, at.expected)
    );
    let fields = |shown: &Shown, at: usize| {
        let wire = rules.wire.of(role);
        // A masked text no longer fits its length.
        let fields = wire.fields(&shown.original);
        let place = shown.view.origin(at);
        let mut around = fields.into_iter();
        let field = around.find(|field| field.start + field.bytes.len() > place)?;
        Some(field.meaning)
    };
    let actual = fields(&channel.actual, at.actual);
    match (actual, fields(&channel.expected, at.expected)) {
        (Some(actual), Some(expected)) => {
            words.push_str(&format!(" (in {actual}, the oracle's {expected})"));
        }
        (Some(actual), None) => words.push_str(&format!(" (in {actual})")),
        (None, Some(expected)) => words.push_str(&format!(" (the oracle's {expected})")),
        (None, None) => {}
    }
    format!("{}{words}", on(rules, name))
}

/// Some bytes from `at` on, in hex, and as text if they are text.
fn dump(bytes: &[u8], at: usize) -> String {
    const BYTES: usize = 8;
    const TEXT: usize = 24;
    let rest = &bytes[at..];
    if rest.is_empty() {
        return "nothing more".to_owned();
    }
    let shown = hex(&rest[..rest.len().min(BYTES)]);
    let line = bytes[..at].iter().rposition(|&byte| byte == b'\n');
    let text = &rest[..rest.len().min(TEXT)];
    let is_text = |bytes: &[u8]| {
        let mut letters = bytes.iter();
        letters.all(|&byte| byte >= b' ' && byte != 0x7f || matches!(byte, b'\n' | b'\r' | b'\t'))
    };
    let from = line.map_or(0, |line| line + 1).max(at.saturating_sub(TEXT));
    if is_text(&bytes[from..at]) && is_text(text) {
        format!("{shown} {}", quotation::quoted(&bytes[from..], TEXT * 2))
    } else if is_text(&text[..text.len().min(3)]) && text.len() >= 3 {
        format!("{shown} {}", quotation::quoted(text, TEXT))
    } else {
        shown
    }
}

fn datagram(channel: &Channel, place: usize) -> String {
    let said = |shown: &Shown| {
        let datagrams = shown.datagrams.as_deref().unwrap_or_default();
        match datagrams.get(place) {
            None => "none".to_owned(),
            Some(range) => {
                let bytes = &shown.view.bytes[range.clone()];
                let text = quotation::quoted(bytes, SHOWN);
                format!("{} bytes, {text}", bytes.len())
            }
        }
    };
    format!(
        "datagram {} differs: {}, the oracle's {}",
        place + 1,
        said(&channel.actual),
        said(&channel.expected)
    )
}

/// `on connection 2 to port admin: `, as far as that is not clear.
pub(super) fn on(rules: &Rules<'_>, name: &ConnectionName) -> String {
    let number = (name.number > 0).then(|| format!("connection {}", name.number + 1));
    let port = rules.ports.get(name.port).filter(|_| rules.ports.len() > 1);
    let port = port.map(|port| match &*port.name {
        "" => "the first port".to_owned(),
        name => format!("port {name}"),
    });
    match (number, port) {
        (None, None) => String::new(),
        (Some(number), None) => format!("on {number}: "),
        (None, Some(port)) => format!("on the connection to {port}: "),
        (Some(number), Some(port)) => format!("on {number} to {port}: "),
    }
}

/// A connection in words: `connection 2 to port admin`.
pub(super) fn connection(rules: &Rules<'_>, name: &ConnectionName) -> String {
    let port = rules.ports.get(name.port).filter(|_| rules.ports.len() > 1);
    let port = match port.map(|port| &*port.name) {
        None => String::new(),
        Some("") => " to the first port".to_owned(),
        Some(name) => format!(" to port {name}"),
    };
    let is_udp = rules
        .ports
        .get(name.port)
        .is_some_and(|port| port.transport == Transport::Udp);
    let what = if is_udp { "conversation" } else { "connection" };
    format!("{what} {}{port}", name.number + 1)
}

/// That a UDP server answers from a port to which the client has sent nothing: a client that is
/// connected, or behind a firewall, does not receive that.
pub(super) fn from_another_port(client: &ActorName, is_missing: bool) -> String {
    let client = the(client);
    if is_missing {
        format!("does not answer {client} from another port, as the oracle does")
    } else {
        format!("answers {client} from another port than the one that it was asked on")
    }
}

/// The name of a program where its role does not say it: `client x`.
pub(super) fn named(actor: &ActorName, role: Role) -> Option<String> {
    let says_role = actor.0.starts_with(&role.to_string());
    (*actor.0 != role.to_string()).then(|| match says_role {
        true => actor.to_string(),
        false => format!("{role} {actor}"),
    })
}

/// A program within a sentence: `the server`, `the client`, `client x`.
pub(super) fn the(actor: &ActorName) -> String {
    match &*actor.0 {
        "client" | ActorName::SERVER => format!("the {actor}"),
        name if name.starts_with("client") => name.to_owned(),
        name => format!("client {name}"),
    }
}

/// A port in words: `port 2017`, `port admin`, or `its port`.
pub(super) fn port(rules: &Rules<'_>, index: usize) -> String {
    let Some(port) = rules.ports.get(index) else {
        return "its port".to_owned();
    };
    match (&port.number, &*port.name) {
        (PortNumber::Fixed(number), _) => format!("port {number}"),
        (PortNumber::Given, "") => "the port that it was given".to_owned(),
        (PortNumber::Announced(_), "") => "a port that it announced".to_owned(),
        (PortNumber::Given | PortNumber::Announced(_), name) => format!("port {name}"),
    }
}

/// The name or number of a port: `2017`, `admin`.
pub(crate) fn port_name(rules: &Rules<'_>, index: usize) -> String {
    let Some(port) = rules.ports.get(index) else {
        return index.to_string();
    };
    match (&port.number, &*port.name) {
        (PortNumber::Fixed(number), "") => number.to_string(),
        (PortNumber::Given | PortNumber::Announced(_), "") => "the first port".to_owned(),
        (_, name) => name.to_owned(),
    }
}

/// The first and the last line that a program has logged, in quotes.
pub(super) fn stderr(run: &PairRun, actor: &ActorName) -> Option<String> {
    const LINE: usize = 120;
    let stderr = String::from_utf8_lossy(&run.program(actor)?.stderr).into_owned();
    let mut lines = stderr.lines().filter(|line| !line.trim().is_empty());
    let line = |text: &str| quotation::quoted(text.as_bytes(), LINE);
    match (lines.next(), lines.next_back()) {
        (None, _) => None,
        (Some(only), None) => Some(line(only)),
        (Some(first), Some(last)) => Some(format!("{} … {}", line(first), line(last))),
    }
}
