//! The text of a new pair file, with a comment on every key.
//!
//! A key that is not used stands behind a `#` without a space, so that removing the `#` is enough.

use std::fmt::Write as _;
use std::path::Path;

use super::definition::Pair;
use super::file::command::Surroundings;
use super::file::{self, PairFileError};
use crate::interop::model::pair::{Port, PortNumber, Sides, Transport};
use crate::text::toml::quoted;

/// What a new pair file says.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// The name of the pair, in kebab case.
    pub(crate) name: String,
    /// The commands of the old programs.
    pub(crate) reference: Sides<String>,
    /// The commands of the new programs; at least one.
    pub(crate) candidate: Sides<Option<String>>,
    pub(crate) compile: Vec<String>,
    pub(crate) port: DraftPort,
    /// As after `wire =`; none if it is unknown.
    pub(crate) wire: Option<String>,
    /// The charset of the lines, if `wire` is `line`.
    pub(crate) charset: Option<String>,
}

/// How the programs of a new file learn their port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum DraftPort {
    Fixed(u16),
    Given,
    /// By a line of the server's stdout that this regular expression finds.
    Announced(String),
}

impl Draft {
    /// A draft that says nothing yet. The name is `name` in kebab case, or `pair`.
    pub(crate) fn named(name: &str) -> Self {
        Self {
            name: file::name_of(name).unwrap_or_else(|| "pair".to_owned()),
            reference: Sides::default(),
            candidate: Sides::default(),
            compile: Vec::new(),
            port: DraftPort::Given,
            wire: None,
            charset: None,
        }
    }

    /// The pairs of the file that this becomes in the folder `here`.
    ///
    /// # Errors
    ///
    /// What is wrong with what it says.
    pub(crate) fn check(&self, here: &Path) -> Result<Vec<Pair>, PairFileError> {
        file::parse("the new file", &self.text(), here, &self.name)
    }

    /// Looks whether this is a command, before the port is known.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub(crate) fn check_command(text: &str, here: &Path, compiles: bool) -> Result<(), String> {
        let ports = [Port {
            name: String::new(),
            transport: Transport::Tcp,
            number: PortNumber::Given,
        }];
        let surroundings = Surroundings {
            here,
            ports: &ports,
            compiles,
        };
        surroundings.line(text).map(|_| ())
    }

    /// Whether a command has `{port}`.
    pub(crate) fn mentions_port(&self) -> bool {
        let old = [&self.reference.client, &self.reference.server];
        let new = [&self.candidate.client, &self.candidate.server];
        let mut commands = old.into_iter().chain(new.into_iter().flatten());
        commands.any(|command| command.contains("{port}"))
    }

    /// The text of the file.
    pub(crate) fn text(&self) -> String {
        let mut text = format!(
            "# Old and new programs, and what they must do alike. Play it:\n\
             #\n\
             #     javatalk interop --pair {}.toml\n\
             #\n\
             # Remove the # in front of a key to use it.\n\n\
             [[pair]]\n",
            self.name
        );
        self.programs(&mut text);
        self.meeting(&mut text);
        text.push_str(RULES);
        text.push_str(CASES);
        text
    }

    fn programs(&self, text: &mut String) {
        let mut line = |line: String| {
            text.push_str(&line);
            text.push('\n');
        };
        line(format!("name = {}\n", quoted(&self.name)));
        line(
            "# The old programs show what is right. In a command, {host} and {port} stand for where \
             client\n# and server meet, {here} for the folder of this file, and {{ for a brace."
                .to_owned(),
        );
        line(format!(
            "reference.client = {}",
            quoted(&self.reference.client)
        ));
        line(format!(
            "reference.server = {}\n",
            quoted(&self.reference.server)
        ));
        line("# The new programs. Leave out a side that is not rewritten.".to_owned());
        for (key, command) in [
            ("candidate.client", &self.candidate.client),
            ("candidate.server", &self.candidate.server),
        ] {
            match command {
                Some(command) => line(format!("{key} = {}", quoted(command))),
                None => line(format!("#{key} = \"java New {{host}} {{port}}\"")),
            }
        }
        line(String::new());
        line(
            "# Runs once before the first case, by a shell in the folder of this file.".to_owned(),
        );
        match self.compile.is_empty() {
            true => line("#compile = [\"javac -d old old/*.java\"]\n".to_owned()),
            false => {
                let commands: Vec<String> = self.compile.iter().map(|it| quoted(it)).collect();
                line(format!("compile = [{}]\n", commands.join(", ")));
            }
        }
    }

    fn meeting(&self, text: &mut String) {
        text.push_str(
            "# The port: a number that is built into the programs; \"given\" if they get it as \
             {port}; or, if\n# the server chooses it, the line on which it says so. For UDP, add \
             transport = \"udp\".\n",
        );
        let _ = match &self.port {
            DraftPort::Fixed(number) => writeln!(text, "port = {number}"),
            DraftPort::Given => writeln!(text, "port = \"given\""),
            DraftPort::Announced(pattern) => {
                writeln!(text, "port = {{ announced = {} }}", quoted(pattern))
            }
        };
        text.push_str(
            "\n# What the bytes on the wire mean, for the reports: \"utf\" (writeUTF), \"line\", \
             \"raw\", or fields\n# such as \"int, utf\"; { client = \"utf\", server = \"int\" } if \
             both sides send something else.\n",
        );
        let _ = match &self.wire {
            Some(wire) => writeln!(text, "wire = {}", quoted(wire)),
            None => writeln!(text, "#wire = \"utf\""),
        };
        if let Some(charset) = &self.charset {
            let _ = writeln!(text, "charset = {}", quoted(charset));
        }
    }
}

const RULES: &str = r#"
# The JDKs on which old programs that start with `java` run: "all", or a list.
#jdks = [17, 25]

# What must be equal. There are stdout, stderr, success, exit-status, wire, files and stop.
#compare = ["stdout", "success", "wire"]

# A server that goes on is told to stop once its clients are gone, by SIGTERM. "by-itself" if it must
# end without being told; or { stdin = "quit\n" }, or { client = "shutdown\n" }.
#server-end = "after-clients"

# How long nothing may happen.
#timeout = "10s"

# Every case also runs over these networks.
#networks = ["byte by byte"]

# What may differ: every match is replaced, on stdout and stderr, in files and on the wire.
#[[pair.mask]]
#name = "time"
#match = '\d\d:\d\d:\d\d'

# Lines whose order may differ.
#[[pair.unordered]]
#in = "stdout"

# A difference that is accepted. It fails the run once it is gone.
#[[pair.known-difference]]
#case = "hello"
#matches = 'stdout differs'
#reason = "the old program misspells it"
"#;

const CASES: &str = r#"
# A case. `client` is what its user types; `server` the same for the server.
[[pair.case]]
name = "hello"
client = "hello\n"

# Several clients, at once or one after another.
#[[pair.case]]
#name = "three-at-once"
#clients = ["a\n", "b\n", "c\n"]
#order = "at-once"

# A script: the first step that names a client starts it; `prints` waits for the text.
#[[pair.case]]
#name = "in-turns"
#script = '''
#a types hello
#a prints hello
#b types "bye\n"
#b prints /b.e/
#a closes
#'''
"#;

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> Draft {
        Draft {
            name: "guess".to_owned(),
            reference: Sides {
                client: "java -cp 'old ones' Client {host} {port}".to_owned(),
                server: "java Server {port}".to_owned(),
            },
            candidate: Sides {
                client: None,
                server: Some("sh -c \"echo 'it''s' \\\\ {port}\"".to_owned()),
            },
            compile: Vec::new(),
            port: DraftPort::Given,
            wire: None,
            charset: None,
        }
    }

    fn check(text: &str) -> Vec<Pair> {
        file::parse("guess.toml", text, Path::new("/"), "guess")
            .unwrap_or_else(|why| panic!("{why}\n{text}"))
    }

    #[test]
    fn a_new_pair_file_says_what_its_draft_says() {
        let draft = draft();
        let pair = draft.check(Path::new("/")).unwrap().remove(0);
        assert_eq!(pair.name, "guess");
        assert_eq!(pair.reference.client.text, draft.reference.client);
        assert_eq!(pair.candidate.client, None);
        assert_eq!(
            Some(pair.candidate.server.unwrap().text),
            draft.candidate.server
        );
        assert!(matches!(pair.ports[0].number, PortNumber::Given));

        let full = Draft {
            candidate: Sides {
                client: Some("./not-compiled-yet {port}".to_owned()),
                server: None,
            },
            compile: vec!["make \"all\"".to_owned(), "true".to_owned()],
            port: DraftPort::Announced(r"port (\d+)".to_owned()),
            wire: Some("line".to_owned()),
            charset: Some("GBK".to_owned()),
            ..draft.clone()
        };
        let pair = full.check(Path::new("/")).unwrap().remove(0);
        assert_eq!(pair.compile[0].0, "make \"all\"");
        assert!(matches!(pair.ports[0].number, PortNumber::Announced(_)));
        let fixed = Draft {
            port: DraftPort::Fixed(2017),
            ..draft
        };
        let pair = fixed.check(Path::new("/")).unwrap().remove(0);
        assert!(matches!(pair.ports[0].number, PortNumber::Fixed(2017)));
    }

    /// Each paragraph whose keys stand behind a `#`, and all of them at once.
    #[test]
    fn every_key_of_a_new_pair_file_can_be_used_by_removing_its_number_sign() {
        let text = draft().text();
        let paragraphs: Vec<&str> = text.split("\n\n").collect();
        let is_unused =
            |line: &str| line.starts_with('#') && !line.starts_with("# ") && line != "#";
        let used = |paragraph: &str| -> String {
            let line = |line: &str| match is_unused(line) {
                true => format!("{}\n", &line[1..]),
                false => format!("{line}\n"),
            };
            paragraph.lines().map(line).collect()
        };
        let mut unused = 0;
        for (index, paragraph) in paragraphs.iter().enumerate() {
            if !paragraph.lines().any(is_unused) {
                continue;
            }
            unused += 1;
            let one: Vec<String> = paragraphs
                .iter()
                .enumerate()
                .map(|(other, text)| match other == index {
                    true => used(text),
                    false => (*text).to_owned(),
                })
                .collect();
            check(&one.join("\n\n"));
        }
        assert_eq!(unused, 13, "{text}");
        let all: Vec<String> = paragraphs.iter().map(|text| used(text)).collect();
        let pair = check(&all.join("\n\n")).remove(0);
        assert_eq!(pair.cases.len(), 3);
        // All keys of a pair but `files`, which needs a folder, `ports` and `charset`.
        for key in [
            "jdks",
            "compare",
            "server-end",
            "timeout",
            "networks",
            "wire",
            "compile",
        ] {
            assert!(text.contains(&format!("{key} = ")), "{key}");
        }
    }

    #[test]
    fn a_draft_that_cannot_be_says_why() {
        let draft = Draft {
            port: DraftPort::Given,
            reference: Sides {
                client: "java Client".to_owned(),
                ..draft().reference
            },
            ..draft()
        };
        let why = draft.check(Path::new("/")).unwrap_err().to_string();
        assert!(
            why.contains("the client does not get the port: write {port}"),
            "{why}"
        );
    }
}
