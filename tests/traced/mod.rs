//! What `javatalk trace` has seen, read from its JSON; and what becomes of a test where it sees little.

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use serde_json::Value;

/// The command under test.
pub(crate) fn javatalk() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_javatalk"))
}

/// `javatalk trace` with these arguments.
pub(crate) fn trace(arguments: &[&str]) -> Command {
    let mut command = Command::new(javatalk());
    command
        .arg("trace")
        .args(arguments)
        .env_remove("JAVATALK_JDK")
        .env("JAVATALK_CACHE", PathBuf::from(env!("CARGO_TARGET_TMPDIR")));
    command
}

/// A conversation that was traced.
#[derive(Debug)]
pub(crate) struct Traced(Value);

#[allow(dead_code, reason = "each of the tests asks for its own part")]
impl Traced {
    /// Traces one; none if this machine does not let everything be seen, and that is accepted.
    #[track_caller]
    pub(crate) fn of(arguments: &[&str]) -> Option<Self> {
        let output = trace(arguments).args(["--json", "-"]).assert().success();
        let traced = Self(serde_json::from_slice(&output.get_output().stdout).unwrap());
        let missing = traced.0["missing"].as_array().unwrap();
        if missing.is_empty() {
            return Some(traced);
        }
        assert!(
            std::env::var_os("JAVATALK_ALLOW_NOT_RUN").is_some(),
            "{missing:?}; or set JAVATALK_ALLOW_NOT_RUN=1 to do without"
        );
        anstream::eprintln!(
            "\nJAVATALK_ALLOW_NOT_RUN: nothing is proved here, since {missing:?}\n"
        );
        None
    }

    fn moments(&self) -> &Vec<Value> {
        self.0["moments"].as_array().unwrap()
    }

    /// The names of the calls of a role, each once, whatever the library calls them.
    pub(crate) fn calls(&self, role: &str) -> Vec<&str> {
        let calls = self.moments().iter().map(|moment| &moment["call"]);
        calls
            .filter(|call| call["role"] == role && call["is_plain"] == true)
            .filter(|call| call["part"] != "returns")
            .map(|call| plain(call["name"].as_str().unwrap()))
            .collect()
    }

    /// The bytes that a role has sent, field by field, and what each is.
    pub(crate) fn fields(&self, role: &str) -> Vec<(&str, &str)> {
        let segments = self.moments().iter().map(|moment| &moment["segment"]);
        let fields = segments
            .filter(|segment| segment["from"] == role)
            .flat_map(|segment| segment["fields"].as_array().unwrap());
        fields
            .map(|field| {
                let part = |name: &str| field[name].as_str().unwrap();
                (part("bytes"), part("meaning"))
            })
            .collect()
    }

    /// The flags of all segments.
    pub(crate) fn flags(&self) -> Vec<String> {
        let segments = self.moments().iter().map(|moment| &moment["segment"]);
        segments.filter_map(flags).collect()
    }

    /// All in one line: `server accept waits`, `client: SYN`.
    pub(crate) fn line(&self) -> Vec<String> {
        let told = |moment: &Value| {
            let (call, segment) = (&moment["call"], &moment["segment"]);
            if let Some(flags) = flags(segment) {
                return format!("{}: {flags}", segment["from"].as_str().unwrap());
            }
            let part = call["part"].as_str().unwrap();
            let name = plain(call["name"].as_str().unwrap());
            format!("{} {name} {part}", call["role"].as_str().unwrap())
        };
        self.moments().iter().map(told).collect()
    }

    /// The stacks under the calls of this name that a role has made.
    pub(crate) fn stacks(&self, role: &str, name: &str) -> Vec<String> {
        let calls = self.moments().iter().map(|moment| &moment["call"]);
        calls
            .filter(|call| call["role"] == role && plain(call["name"].as_str().unwrap()) == name)
            .filter_map(|call| {
                let frames = call["stack"].as_array().unwrap().iter();
                let frames: Vec<&str> = frames.map(|frame| frame.as_str().unwrap()).collect();
                (!frames.is_empty()).then(|| frames.join("\n"))
            })
            .collect()
    }
}

fn flags(segment: &Value) -> Option<String> {
    let flags = segment["flags"].as_array()?;
    let flags: Vec<&str> = flags.iter().map(|flag| flag.as_str().unwrap()).collect();
    Some(flags.join(" "))
}

fn plain(name: &str) -> &str {
    match name {
        "accept4" => "accept",
        "recvfrom" | "readv" | "recvmsg" => "read",
        "sendto" | "writev" | "sendmsg" => "write",
        name => name,
    }
}
