//! `javatalk pair new`.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use clap::Args;

use super::EXITS;
use super::questions::Questions;
use crate::cli::output::eprintln;
use crate::cli::{Exit, complain, exit, output_file, shown};
use crate::interop::model::pair::Sides;
use crate::interop::programs::pairs::template::{Draft, DraftPort};
use crate::programs::charset::Charset;
use crate::programs::framing::Framing;

/// Writes a pair file with a comment on everything that it can say
///
/// Asks on a terminal for the commands that the options do not give. The file has one case to begin
/// with, and every further key behind a `#`.
#[derive(Args)]
#[command(after_help = format!("Examples:
  javatalk pair new
      asks, and writes pair.toml
  javatalk pair new guess.toml --reference-client 'java -cp old Client {{host}} {{port}}' \\
          --reference-server 'java -cp old Server {{port}}' --server './new-server {{port}}'
      writes guess.toml without asking: only the server is new
  javatalk pair new --reference-client 'java Client' --reference-server 'java Server' \\
          --client 'python3 client.py' --port 2017 --wire utf
      the port is built into the programs
  javatalk interop --pair guess.toml
      plays it

{}", exit::help(EXITS)))]
pub(crate) struct Options {
    /// The file to write; `-` is stdout
    #[arg(default_value = "pair.toml")]
    file: PathBuf,
    /// The new client; without it, the client is not rewritten
    #[arg(long, value_name = "COMMAND")]
    client: Option<String>,
    /// The new server; without it, the server is not rewritten
    #[arg(long, value_name = "COMMAND")]
    server: Option<String>,
    /// The old client
    ///
    /// In a command, {host} and {port} stand for where client and server meet, {here} for the folder
    /// of the file. A relative path refers to that folder.
    #[arg(long, value_name = "COMMAND")]
    reference_client: Option<String>,
    /// The old server
    #[arg(long, value_name = "COMMAND")]
    reference_server: Option<String>,
    /// A command that compiles programs, by a shell in the folder of the file (repeatable)
    #[arg(long, value_name = "COMMAND")]
    compile: Vec<String>,
    /// The port: a number that is built into the programs, `given` if they get it as {port}, or a
    /// regular expression for the line on which the server says it, such as 'listening on (\d+)'
    /// [default: given, if a command has {port}]
    #[arg(long, value_parser = port)]
    port: Option<DraftPort>,
    #[arg(
        long,
        value_name = "KIND",
        help = format!("What the bytes on the wire mean: {}", Framing::choices("'int, utf'"))
    )]
    wire: Option<String>,
    /// The charset of --wire line: UTF-8, ISO-8859-1, US-ASCII, UTF-16BE or GBK [default: UTF-8]
    #[arg(long, value_name = "NAME", requires = "wire")]
    charset: Option<Charset>,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
}

pub(super) fn port(text: &str) -> Result<DraftPort, String> {
    match (text, text.parse::<u16>()) {
        ("given", _) => Ok(DraftPort::Given),
        (_, Ok(number)) if number > 0 => Ok(DraftPort::Fixed(number)),
        (text, _) if text.contains('(') => Ok(DraftPort::Announced(text.to_owned())),
        _ => Err(
            "expected a port from 1 to 65535, `given`, or a regular expression with (\\d+) for the \
             port"
                .to_owned(),
        ),
    }
}

pub(super) fn run(options: &Options) -> Exit {
    match write(options) {
        Ok(()) => Exit::Success,
        Err(exit) => exit,
    }
}

fn write(options: &Options) -> Result<(), Exit> {
    let file = &options.file;
    let to_stdout = output_file::is_stdout(file);
    if !to_stdout && !options.force && file.symlink_metadata().is_ok() {
        complain(format!(
            "{}: there is such a file; replace it by --force, or name another",
            file.display()
        ));
        return Err(Exit::Usage);
    }
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") && !to_stdout => folder,
        _ => Path::new("."),
    };
    let here = folder
        .canonicalize()
        .map_err(|why| output_file::failed(folder, why))?;
    output_file::check([file])?;
    let draft = draft(options, &here)?;
    draft.check(&here).map_err(|why| {
        complain(why.what());
        Exit::Usage
    })?;
    output_file::write(file, draft.text().as_bytes())?;
    if !to_stdout {
        let path = file.display().to_string();
        let path = shlex::try_quote(&path).map_or(path.clone(), |quoted| quoted.into_owned());
        eprintln!(
            "{}",
            shown(format!(
                "wrote {path}; play it: javatalk interop --pair {path}"
            ))
        );
    }
    Ok(())
}

/// What the options say, and what the user answers.
fn draft(options: &Options, here: &Path) -> Result<Draft, Exit> {
    let stem = options.file.file_stem().unwrap_or_default();
    let draft = Draft::named(&stem.to_string_lossy());
    let given = Draft {
        reference: Sides {
            client: options.reference_client.clone().unwrap_or_default(),
            server: options.reference_server.clone().unwrap_or_default(),
        },
        candidate: Sides {
            client: options.client.clone(),
            server: options.server.clone(),
        },
        compile: options.compile.clone(),
        port: options.port.clone().unwrap_or(DraftPort::Given),
        wire: options.wire.clone(),
        charset: options.charset.map(|charset| charset.name().to_owned()),
        ..draft
    };
    let missing: Vec<&str> = [
        ("--reference-client", options.reference_client.is_none()),
        ("--reference-server", options.reference_server.is_none()),
        (
            "--client or --server",
            options.client.is_none() && options.server.is_none(),
        ),
        (
            "--port (or {port} in the commands)",
            options.port.is_none() && !given.mentions_port(),
        ),
    ]
    .into_iter()
    .filter_map(|(option, is_missing)| is_missing.then_some(option))
    .collect();
    if missing.is_empty() {
        return Ok(given);
    }
    if !io::stdin().is_terminal() {
        complain(format!(
            "{} {} missing, and stdin is no terminal on which to ask",
            missing.join(", "),
            if missing.len() == 1 { "is" } else { "are" }
        ));
        return Err(Exit::Usage);
    }
    Questions::new(here)?.complete(given, options.port.is_some())
}
