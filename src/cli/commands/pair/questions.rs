//! Asks on the terminal for what the options of `javatalk pair new` do not say.

use std::path::Path;

use super::new::port;
use crate::cli::line_editor::LineEditor;
use crate::cli::output::println;
use crate::cli::{Exit, complain, shown};
use crate::interop::programs::pairs::template::{Draft, DraftPort};
use crate::programs::framing::Framing;

/// A user at a terminal.
pub(super) struct Questions<'a> {
    editor: LineEditor,
    /// The folder of the file.
    here: &'a Path,
}

impl<'a> Questions<'a> {
    pub(super) fn new(here: &'a Path) -> Result<Self, Exit> {
        let editor = LineEditor::new().map_err(|why| {
            complain(format!("the terminal cannot be used: {why}"));
            Exit::Local
        })?;
        Ok(Self { editor, here })
    }

    /// The draft with what it lacks. `has_port` says whether an option gives its port.
    pub(super) fn complete(&mut self, mut draft: Draft, has_port: bool) -> Result<Draft, Exit> {
        println!("Old programs show what is right; new ones must do the same.");
        println!("In a command, {{host}} and {{port}} stand for where client and server meet.");
        if draft.compile.is_empty() {
            let line = self.ask("A shell command that compiles them [none]", Ok)?;
            draft.compile.extend(line);
        }
        let compiles = !draft.compile.is_empty();
        if draft.reference.client.is_empty() {
            draft.reference.client = self.command("Old client", compiles)?;
        }
        if draft.reference.server.is_empty() {
            draft.reference.server = self.command("Old server", compiles)?;
        }
        if draft.candidate.client.is_none() && draft.candidate.server.is_none() {
            draft.candidate.client = self.new_command("New client [not rewritten]", compiles)?;
            draft.candidate.server = match draft.candidate.client {
                Some(_) => self.new_command("New server [not rewritten]", compiles)?,
                None => Some(self.command("New server", compiles)?),
            };
        }
        if !has_port {
            draft.port = self.port(&draft)?;
        }
        if draft.wire.is_none() {
            let question = format!("On the wire: {} [unknown]", Framing::choices("int, utf"));
            let here = self.here;
            draft.wire = self.ask(&question, |wire| {
                let said = wire.clone();
                let with = Draft {
                    wire,
                    ..draft.clone()
                };
                let checked = with.check(here);
                checked.map(|_| said).map_err(|why| why.what().to_owned())
            })?;
        }
        Ok(draft)
    }

    /// A command that must be there.
    fn command(&mut self, question: &str, compiles: bool) -> Result<String, Exit> {
        let here = self.here;
        self.ask(question, |line| {
            let line = line.ok_or_else(|| "a command is needed".to_owned())?;
            Draft::check_command(&line, here, compiles)?;
            Ok(line)
        })
    }

    fn new_command(&mut self, question: &str, compiles: bool) -> Result<Option<String>, Exit> {
        let here = self.here;
        self.ask(question, |line| {
            if let Some(line) = &line {
                Draft::check_command(line, here, compiles)?;
            }
            Ok(line)
        })
    }

    fn port(&mut self, draft: &Draft) -> Result<DraftPort, Exit> {
        let here = self.here;
        let usual = match draft.mentions_port() {
            true => " [given as {port}]",
            false => "",
        };
        println!(
            "The port: a number that is built in, or the line on which the server says it, such as \
             listening on (\\d+)"
        );
        self.ask(&format!("Port{usual}"), |line| {
            let port = match line {
                Some(line) => port(&line)?,
                None => DraftPort::Given,
            };
            let with = Draft {
                port: port.clone(),
                ..draft.clone()
            };
            let checked = with.check(here);
            checked.map(|_| port).map_err(|why| why.what().to_owned())
        })
    }

    /// Asks until the answer is one; an empty line is none.
    fn ask<T>(
        &mut self,
        question: &str,
        check: impl Fn(Option<String>) -> Result<T, String>,
    ) -> Result<T, Exit> {
        loop {
            let line = self.editor.ask(&format!("{question}: ")).map_err(|why| {
                complain(&why);
                Exit::from(&why)
            })?;
            let Some(line) = line else {
                complain("no file is written");
                return Err(Exit::Usage);
            };
            let line = Some(line.trim().to_owned()).filter(|line| !line.is_empty());
            match check(line) {
                Ok(answer) => return Ok(answer),
                Err(why) => println!("{}", shown(why)),
            }
        }
    }
}
