//! One pair of a file.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::case::{self, Usual};
use super::command::Surroundings;
use super::comparison;
use super::limits;
use super::ports;
use super::source::{Checked, Source, Wrong};
use super::table::{Section, Value};
use super::wire;
use crate::interop::model::pair::{Aspect, Compile, ProgramCommand, Sides};
use crate::interop::model::participant::Role;
use crate::interop::programs::pairs::definition::{Jdks, Pair, PairCase, ServerEnd, Stop};
use crate::interop::proxy::plan::NetworkPlan;

/// The keys of a pair.
pub(super) const KEYS: &[&str] = &[
    "name",
    "reference",
    "candidate",
    "compile",
    "port",
    "ports",
    "wire",
    "charset",
    "jdks",
    "files",
    "compare",
    "server-end",
    "timeout",
    "networks",
    "mask",
    "unordered",
    "known-difference",
    "case",
];

/// The pair of this section. Without a `name` it is `otherwise`, if that is one.
pub(super) fn pair(
    source: &Source<'_>,
    section: &Section<'_>,
    here: &Path,
    otherwise: Option<&str>,
) -> Checked<Pair> {
    let name = match (section.text("name")?, otherwise) {
        (Some(text), _) => text.name()?,
        (None, Some(name)) => name.to_owned(),
        (None, None) => {
            let what = "this pair has no `name`: write name = \"guess\"";
            return Err(Wrong::new(section.at, what));
        }
    };
    let compile = compile(section)?;
    let ports = ports::ports(section)?;
    let surroundings = Surroundings {
        here,
        ports: &ports,
        compiles: !compile.is_empty(),
    };
    let reference = reference(section, &surroundings)?;
    let candidate = candidate(section, &surroundings)?;
    let server_end = server_end(section)?;
    let comparison = comparison::comparison(section)?;
    let usual = Usual {
        surroundings,
        files: match section.get("files") {
            Some(value) => case::files_of(&surroundings, &value)?,
            None => Sides::default(),
        },
        networks: match section.get("networks") {
            Some(value) => case::networks_of(&surroundings, &value)?,
            None => vec![NetworkPlan::default()],
        },
        server_end: &server_end,
    };
    let cases = cases(source, section, &usual)?;
    let pair = Pair {
        name,
        here: here.to_owned(),
        reference,
        candidate,
        compile,
        wire: wire::wire(section)?,
        jdks: jdks(section)?,
        comparison,
        timeout: timeout(section)?,
        server_end: server_end.clone(),
        cases,
        ports: ports.clone(),
    };
    comparison::check_known_differences(section, &pair)?;
    check_commands(&pair, section)?;
    check_files(&pair, section)?;
    Ok(pair)
}

fn compile(section: &Section<'_>) -> Checked<Vec<Compile>> {
    let Some(value) = section.get("compile") else {
        return Ok(Vec::new());
    };
    let mut commands = Vec::new();
    for text in value.texts(limits::ITEMS, "commands")? {
        commands.push(Compile(text.filled()?.to_owned()));
    }
    Ok(commands)
}

const SIDES: &[&str] = &["client", "server"];

fn reference(
    section: &Section<'_>,
    surroundings: &Surroundings<'_>,
) -> Checked<Sides<ProgramCommand>> {
    let value = section.require("reference", REFERENCE)?;
    let sides = value.section("`reference`", SIDES)?;
    let side = |role: &str| {
        let value = sides.require(role, REFERENCE)?;
        surroundings.command(&named("reference", value))
    };
    Ok(Sides {
        client: side("client")?,
        server: side("server")?,
    })
}

const REFERENCE: &str = "reference.client and reference.server, the commands of the old programs, \
                         which show what is right";

fn candidate(
    section: &Section<'_>,
    surroundings: &Surroundings<'_>,
) -> Checked<Sides<Option<ProgramCommand>>> {
    let value = section.require("candidate", CANDIDATE)?;
    let sides = value.section("`candidate`", SIDES)?;
    let side = |role: &str| {
        let value = sides.get(role).map(|value| named("candidate", value));
        value.map(|value| surroundings.command(&value)).transpose()
    };
    let candidate = Sides {
        client: side("client")?,
        server: side("server")?,
    };
    match candidate {
        Sides {
            client: None,
            server: None,
        } => Err(value.wrong(format!("`candidate` is empty: write {CANDIDATE}"))),
        candidate => Ok(candidate),
    }
}

const CANDIDATE: &str = "candidate.client or candidate.server, the command of the new program, or \
                         both";

fn named<'a>(version: &str, mut value: Value<'a>) -> Value<'a> {
    value.key = format!("{version}.{}", value.key);
    value
}

fn server_end(section: &Section<'_>) -> Checked<ServerEnd> {
    let Some(value) = section.get("server-end") else {
        return Ok(ServerEnd::AfterClients(Stop::Terminate));
    };
    if let Some(text) = value.as_text() {
        let by_itself = text.one_of(&[("after-clients", false), ("by-itself", true)])?;
        return Ok(match by_itself {
            true => ServerEnd::ByItself,
            false => ServerEnd::AfterClients(Stop::Terminate),
        });
    }
    if !value.is_table() {
        return Err(value.expected(SERVER_END));
    }
    let table = value.section("`server-end`", &["stdin", "client"])?;
    match (table.text("stdin")?, table.text("client")?) {
        (Some(text), None) => {
            let bytes = text.text.as_bytes().to_vec();
            Ok(ServerEnd::AfterClients(Stop::Stdin(bytes)))
        }
        (None, Some(text)) => {
            let bytes = text.text.as_bytes().to_vec();
            Ok(ServerEnd::AfterClients(Stop::Client(bytes)))
        }
        (Some(_), Some(_)) | (None, None) => Err(value.expected(SERVER_END)),
    }
}

const SERVER_END: &str = "\"after-clients\", \"by-itself\", { stdin = \"quit\\n\" } or { client = \
                          \"shutdown\\n\" }";

fn jdks(section: &Section<'_>) -> Checked<Jdks> {
    let Some(value) = section.get("jdks") else {
        return Ok(Jdks::Default);
    };
    if let Some(text) = value.as_text() {
        text.one_of(&[("all", ())])
            .map_err(|_| value.expected("\"all\", or a list of releases: [17, 25]"))?;
        return Ok(Jdks::All);
    }
    let mut releases = Vec::new();
    let items = value.list()?;
    limits::check(value.at(), items.len(), limits::ITEMS, "JDKs")?;
    for item in items {
        let release: u32 = item.number("a release of Java, such as 17")?;
        if releases.contains(&release) {
            return Err(item.wrong(format!("`jdks` has {release} twice")));
        }
        releases.push(release);
    }
    match releases.is_empty() {
        true => Err(value.wrong("`jdks` is empty: leave it out for the `java` on PATH")),
        false => Ok(Jdks::These(releases)),
    }
}

fn timeout(section: &Section<'_>) -> Checked<Option<Duration>> {
    let Some(value) = section.get("timeout") else {
        return Ok(None);
    };
    let text = value.as_text();
    let text = text.ok_or_else(|| value.expected("a time in quotes, such as \"10s\""))?;
    let time = crate::text::duration::parse(text.text);
    time.map(Some)
        .map_err(|why| text.wrong(format!("`timeout`: {why}")))
}

fn cases(source: &Source<'_>, section: &Section<'_>, usual: &Usual<'_>) -> Checked<Vec<PairCase>> {
    let value = section.require("case", "[[pair.case]] with a name, for each thing to play")?;
    let sections = value.sections("[[pair.case]]", case::KEYS, limits::CASES)?;
    if sections.is_empty() {
        return Err(value.wrong("the pair has no case: write [[pair.case]] with a name"));
    }
    let mut names = BTreeSet::new();
    let mut cases = Vec::new();
    for section in sections {
        let case = usual.case(source, &section)?;
        if !names.insert(case.name.clone()) {
            let what = format!("there are two cases with the name {:?}", case.name);
            return Err(Wrong::new(section.at, what));
        }
        cases.push(case);
    }
    Ok(cases)
}

/// Every program must learn the ports that are not built in.
fn check_commands(pair: &Pair, section: &Section<'_>) -> Checked<()> {
    for (version, key, role) in [
        ("reference", "client", Role::Client),
        ("reference", "server", Role::Server),
        ("candidate", "client", Role::Client),
        ("candidate", "server", Role::Server),
    ] {
        let command = match version {
            "reference" => Some(pair.reference.of(role)),
            _ => pair.candidate.of(role).as_ref(),
        };
        let Some(command) = command else { continue };
        let arguments: Vec<_> = pair.cases.iter().map(|case| &case.arguments).collect();
        if let Some(why) = ports::unknown_port(&pair.ports, role, command, &arguments) {
            let value = section.require(version, "")?;
            let place = value.section(version, SIDES)?.require(key, "")?;
            return Err(place.wrong(format!("`{version}.{key}`: {why}")));
        }
    }
    Ok(())
}

/// A program has one working directory, and files are compared only in a copy.
fn check_files(pair: &Pair, section: &Section<'_>) -> Checked<()> {
    for role in [Role::Client, Role::Server] {
        let has_copy = |case: &PairCase| case.files.of(role).is_some();
        let commands = [
            Some(pair.reference.of(role)),
            pair.candidate.of(role).as_ref(),
        ];
        let has_folder = commands.into_iter().flatten().any(|it| it.folder.is_some());
        if has_folder && pair.cases.iter().any(has_copy) {
            let what = format!(
                "the {role} has a `folder` and `files`, but only one working directory: the copy of \
                 `files` is one already"
            );
            return Err(Wrong::new(section.at, what));
        }
    }
    let has_no_copy = |case: &&PairCase| case.files == Sides::<Option<PathBuf>>::default();
    let compares = pair.comparison.aspects.contains(&Aspect::Files);
    match pair.cases.iter().find(has_no_copy) {
        Some(case) if compares => {
            let value = section.require("compare", "")?;
            Err(value.wrong(format!(
                "`compare` has \"files\", and the case {:?} has no `files`, the folder of which each \
                 program starts in a copy",
                case.name
            )))
        }
        _ => Ok(()),
    }
}
