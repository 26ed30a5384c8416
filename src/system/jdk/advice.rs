//! The advice that is printed if there is no JDK.

use std::fmt::Write as _;

use super::{Found, Request};

/// Where a JDK was searched for, and the command that installs one.
pub fn advice(found: &Found, request: &Request) -> String {
    if *request == Request::None {
        return "JAVATALK_JDK is `none`: without Java there is nothing to compare with; unset it, \
                or name a JDK\n"
            .to_owned();
    }
    let mut text = "no JDK was found; looked at\n".to_owned();
    for place in &found.searched {
        let _ = writeln!(text, "  {place}");
    }
    for rejected in &found.rejected {
        let _ = writeln!(text, "  {}: {}", rejected.path.display(), rejected.why);
    }
    let _ = writeln!(text, "{}", install());
    text
}

/// The advice if no runtime found has a compiler. `None` if one has.
pub fn without_compiler(found: &Found) -> Option<String> {
    if found.used.iter().any(|jdk| jdk.javac().is_some()) {
        return None;
    }
    let mut text = "only runtimes without compiler were found:\n".to_owned();
    for jdk in &found.used {
        let _ = writeln!(text, "  {jdk}");
    }
    let _ = writeln!(text, "{}", install());
    Some(text)
}

fn install() -> String {
    let command = COMMANDS
        .iter()
        .find(|(manager, _)| which::which(manager).is_ok())
        .map(|(_, command)| format!("install one with `{command}`"));
    let by_hand = "name one with JAVATALK_JDK=PATH or, for the command, --jdk PATH";
    match command {
        Some(command) => format!("{command}, or {by_hand}"),
        None => format!("install one from https://adoptium.net, or {by_hand}"),
    }
}

/// The package managers that offer a JDK, and the command that installs it.
const COMMANDS: [(&str, &str); 8] = [
    ("apt-get", "sudo apt-get install default-jdk-headless"),
    ("dnf", "sudo dnf install java-latest-openjdk-devel"),
    ("apk", "sudo apk add openjdk21-jdk"),
    ("pacman", "sudo pacman -S jdk-openjdk"),
    ("zypper", "sudo zypper install java-21-openjdk-devel"),
    ("brew", "brew install openjdk"),
    ("winget", "winget install EclipseAdoptium.Temurin.25.JDK"),
    ("choco", "choco install temurin"),
];
