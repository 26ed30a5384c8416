//! What it was measured on.

use std::process::Command;
use std::{fs, thread};

/// A machine, in words.
pub(crate) struct Machine {
    pub(crate) processor: String,
    pub(crate) system: String,
    pub(crate) rust: String,
}

impl Machine {
    pub(crate) fn this() -> Self {
        let said = |program: &str, arguments: &[&str]| {
            Command::new(program)
                .args(arguments)
                .output()
                .ok()
                .and_then(|output| String::from_utf8(output.stdout).ok())
                .map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
        };
        let cores = thread::available_parallelism().map_or(0, usize::from);
        Self {
            processor: format!("{}, {cores} cores", processor()),
            system: said("uname", &["-sm"]),
            rust: said("rustc", &["--version"]),
        }
    }
}

/// As Linux names it, with the instructions that decide here.
fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        info.lines()
            .find(|line| line.starts_with(name))
            .and_then(|line| line.split_once(": "))
            .map(|(_, value)| value)
    };
    let Some(model) = field("model name") else {
        return "unknown processor".to_owned();
    };
    let flags = field("flags").unwrap_or_default();
    let has = |flag| flags.split(' ').any(|word| word == flag);
    let vectors = if has("avx512_vbmi2") {
        "AVX-512 with VBMI2"
    } else if has("avx2") {
        "AVX2"
    } else {
        "neither AVX2 nor AVX-512"
    };
    let number = |name| field(name).unwrap_or("?");
    format!(
        "{model} (family {}, model {}, {vectors})",
        number("cpu family"),
        number("model\t"),
    )
}
