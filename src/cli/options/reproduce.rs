//! The options that a command needs to run the same case again.

/// The arguments of this process that decide how a case runs, and with which peers.
pub(crate) fn options() -> String {
    among(arguments(), &[PLAY, PEERS].concat())
}

/// The same for a case without peers of the command line.
pub(crate) fn options_without_peers() -> String {
    among(arguments(), PLAY)
}

/// The options that decide how a case runs.
const PLAY: &[&str] = &[
    "--jdk",
    "--client",
    "--server",
    "--reference-client",
    "--reference-server",
    "--port",
    "--wire",
    "--charset",
    "--network",
    "--timeout",
];

/// The options that choose peers, pairs of programs and scenarios.
const PEERS: &[&str] = &["--peer", "--cast", "--pair", "--scenarios"];

fn arguments() -> impl Iterator<Item = String> {
    let arguments = std::env::args_os().skip(1);
    arguments.map(|argument| argument.to_string_lossy().into_owned())
}

/// The options with these names among the arguments, with their values.
fn among(mut arguments: impl Iterator<Item = String>, names: &[&str]) -> String {
    let mut needed = Vec::new();
    while let Some(argument) = arguments.next() {
        let name = argument.split('=').next().unwrap_or_default();
        if names.contains(&name) {
            let has_value = name.len() < argument.len();
            needed.push(argument);
            needed.extend(if has_value { None } else { arguments.next() });
        }
    }
    // Only a NUL cannot be quoted, and an argument cannot contain one.
    shlex::try_join(needed.iter().map(String::as_str)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_options_that_reproduce_a_case_are_kept() {
        let arguments = [
            "interop",
            "emoji",
            "--peer",
            "python3 peer.py",
            "--json",
            "a.json",
            "--network=both ways slice 1",
            "--jdk",
            "/opt/jdk",
        ];
        assert_eq!(
            among(
                arguments.into_iter().map(str::to_owned),
                &[PLAY, PEERS].concat()
            ),
            "--peer 'python3 peer.py' '--network=both ways slice 1' --jdk /opt/jdk"
        );
        assert_eq!(
            among(arguments.into_iter().map(str::to_owned), PLAY),
            "'--network=both ways slice 1' --jdk /opt/jdk"
        );
    }
}
