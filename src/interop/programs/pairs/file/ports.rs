//! The ports of a pair.

use super::limits;
use super::pattern;
use super::source::Checked;
use super::table::{Section, Value, is_name};
use crate::interop::model::pair::{
    Announcement, Pattern, Port, PortNumber, ProgramCommand, Sides, Stream, Transport, WordPart,
};
use crate::interop::model::participant::Role;

/// `port` and `ports` of a pair. Without both, there is one port that is given.
pub(super) fn ports(pair: &Section<'_>) -> Checked<Vec<Port>> {
    let mut ports = Vec::new();
    if let Some(value) = pair.get("port") {
        ports.push(port("", &value)?);
    }
    if let Some(value) = pair.get("ports") {
        let more = Section::entries(&value)?;
        limits::check(value.at(), ports.len() + more.len(), limits::PORTS, "ports")?;
        for (name, value) in more {
            if !is_name(&name) {
                let what = format!(
                    "{name:?} cannot be the name of a port: names are small letters, digits and \
                     single hyphens between them"
                );
                return Err(value.wrong(what));
            }
            let port = port(&name, &value)?;
            if ports.iter().any(|other| is_same(other, &port)) {
                return Err(value.wrong(format!("`{}` is a port that was there before", value.key)));
            }
            ports.push(port);
        }
    }
    if ports.is_empty() {
        ports.push(Port {
            name: String::new(),
            transport: Transport::Tcp,
            number: PortNumber::Given,
        });
    }
    Ok(ports)
}

fn is_same(one: &Port, other: &Port) -> bool {
    match (&one.number, &other.number) {
        (PortNumber::Fixed(one_number), PortNumber::Fixed(number)) => {
            one_number == number && one.transport == other.transport
        }
        (PortNumber::Fixed(_) | PortNumber::Given | PortNumber::Announced(_), _) => false,
    }
}

fn port(name: &str, value: &Value<'_>) -> Checked<Port> {
    let name = name.to_owned();
    let of = |transport, number| Port {
        name,
        transport,
        number,
    };
    if value.is_number() {
        return Ok(of(Transport::Tcp, fixed(value)?));
    }
    if let Some(text) = value.as_text() {
        text.one_of(&[("given", ())])
            .map_err(|_| value.expected(FORMS))?;
        return Ok(of(Transport::Tcp, PortNumber::Given));
    }
    if !value.is_table() {
        return Err(value.expected(FORMS));
    }
    let table = value.section(
        &format!("`{}`", value.key),
        &["number", "announced", "on", "transport"],
    )?;
    let transport = match table.text("transport")? {
        Some(text) => text.one_of(&[("tcp", Transport::Tcp), ("udp", Transport::Udp)])?,
        None => Transport::Tcp,
    };
    let on = table.text("on")?;
    let number = match (table.get("number"), table.text("announced")?) {
        (Some(_), Some(announced)) => {
            return Err(announced.wrong("a port has either `number` or `announced`"));
        }
        (Some(number), None) => fixed(&number)?,
        (None, Some(announced)) => {
            let expression = pattern::regex(announced.filled()?);
            let expression =
                expression.map_err(|why| announced.wrong(format!("`announced`: {why}")))?;
            if expression.captures_len() < 2 {
                let what = "`announced` has no group for the port: write (\\d+) where it stands";
                return Err(announced.wrong(what));
            }
            let streams = [("stdout", Stream::Stdout), ("stderr", Stream::Stderr)];
            let on = on.as_ref().map(|text| text.one_of(&streams)).transpose()?;
            PortNumber::Announced(Announcement {
                pattern: Pattern::Regex(expression),
                on: on.unwrap_or(Stream::Stdout),
            })
        }
        (None, None) => PortNumber::Given,
    };
    match (&number, on) {
        (PortNumber::Fixed(_) | PortNumber::Given, Some(on)) => {
            Err(on.wrong("`on` needs `announced`: it is the output that says the port"))
        }
        _ => Ok(of(transport, number)),
    }
}

const FORMS: &str = "a number, \"given\", or a table with `number`, `announced`, `on` and \
                     `transport`";

fn fixed(value: &Value<'_>) -> Checked<PortNumber> {
    let number: u16 = value.number("a port from 1 to 65535")?;
    match number {
        0 => Err(value.expected("a port from 1 to 65535")),
        number => Ok(PortNumber::Fixed(number)),
    }
}

/// Why a program cannot know one of the ports, if it cannot. `arguments` are those of a case.
pub(super) fn unknown_port(
    ports: &[Port],
    role: Role,
    command: &ProgramCommand,
    arguments: &[&Sides<Vec<crate::interop::model::pair::Word>>],
) -> Option<String> {
    let environment = command.environment.iter().map(|(_, word)| word);
    let more = arguments.iter().flat_map(|sides| sides.of(role));
    let words: Vec<_> = command
        .words
        .iter()
        .chain(environment)
        .chain(more)
        .collect();
    let takes = |index: usize| {
        let mut parts = words.iter().flat_map(|word| &word.0);
        parts.any(|part| *part == WordPart::Port(index))
    };
    let (index, port) = ports.iter().enumerate().find(|(index, port)| {
        let must_take = match (&port.number, role) {
            (PortNumber::Fixed(_), _) | (PortNumber::Announced(_), Role::Server) => false,
            (PortNumber::Given, _) | (PortNumber::Announced(_), Role::Client) => true,
        };
        must_take && !takes(*index)
    })?;
    let (placeholder, key) = match ports[index].name.as_str() {
        "" => ("{port}".to_owned(), "port".to_owned()),
        name => (format!("{{port.{name}}}"), format!("ports.{name}")),
    };
    let or = match port.number {
        PortNumber::Announced(_) => String::new(),
        PortNumber::Fixed(_) | PortNumber::Given => format!(
            ", or {key} = 2017 if a number is built in, or {key} = {{ announced = 'listening on \
             (\\d+)' }} if the server chooses one"
        ),
    };
    Some(format!(
        "the {role} does not get the port: write {placeholder} where the command takes it{or}"
    ))
}
