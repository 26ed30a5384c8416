//! What is refused of a pair, word for word.

use super::{CASE, PAIR, parsed};

#[track_caller]
pub(super) fn refused(text: &str, why: &str) {
    match parsed(text) {
        Err(said) => assert_eq!(said, format!("guess.toml:{why}"), "{text}"),
        Ok(_) => panic!("not refused: {text}"),
    }
}

/// The file with this line at the end of the pair, before its only case.
#[track_caller]
fn with(line: &str, why: &str) {
    refused(&format!("{PAIR}{line}\n{CASE}"), why);
}

/// The file with these lines at the end of its only case.
#[track_caller]
pub(super) fn in_case(lines: &str, why: &str) {
    refused(&format!("{PAIR}{CASE}{lines}\n"), why);
}

#[test]
fn a_file_without_pairs_or_cases_is_refused() {
    refused(
        "",
        "1:1: the file has no `pair`: write [[pair]], with the commands of the old and new programs",
    );
    refused("pair = []", "1:8: the file has no pair: write [[pair]]");
    refused(
        "pairs = 1",
        "1:1: the file has no key `pairs`; did you mean \"pair\"?",
    );
    refused(
        "pair = 1",
        "1:8: `pair` is the number 1: expected sections [[pair]]",
    );
    refused(
        PAIR,
        "1:1: [[pair]] has no `case`: write [[pair.case]] with a name, for each thing to play",
    );
    refused(
        &format!("{PAIR}{CASE}[unused]\n"),
        "7:2: the file has no key `unused`; there are pair",
    );
    refused(
        &format!("{PAIR}case = []\n"),
        "5:8: the pair has no case: write [[pair.case]] with a name",
    );
    refused("[[pair]\n", "1:8: unclosed array table, expected `]`");
}

#[test]
fn unknown_keys_are_refused_with_a_suggestion() {
    with(
        "comparr = []",
        "5:1: [[pair]] has no key `comparr`; did you mean \"compare\"?",
    );
    with(
        "inputs = []",
        "5:1: [[pair]] has no key `inputs`; write [[pair.case]] with name and client for each input",
    );
    with(
        "reference-client = \"x\"",
        "5:1: [[pair]] has no key `reference-client`; write reference.client",
    );
    in_case(
        "stdin = \"\"",
        "7:1: [[pair.case]] has no key `stdin`; there are name, claim, client, \
             clients, order, server, script, arguments, files, networks",
    );
    with(
        "[[pair.mask]]\nnam = \"x\"",
        "6:1: [[pair.mask]] has no key `nam`; did you mean \"name\"?",
    );
}

#[test]
fn toml_that_cannot_be_read_is_refused_with_its_place() {
    with(
        "timeout = \"\\d\"",
        "5:13: missing escaped value, expected `b`, `e`, `f`, `n`, `r`, `\\`, `\"`, `x`, `u`, `U`; \
         between single quotes, '...' or '''...''', a backslash stands for itself",
    );
    with("port = 1\nport = 2", "6:1: duplicate key");
}

#[test]
fn programs_that_cannot_be_started_are_refused() {
    let command = |command: &str, why: &str| {
        let text = PAIR.replace("./new {port}", command);
        refused(
            &format!("{text}{CASE}"),
            &format!("4:20: `candidate.server`: {why}"),
        );
    };
    command("", "the command is empty");
    command("java 'Server {port}", "a quote is not closed");
    command(
        "no-such-program-here {port}",
        "no-such-program-here: there is no such program on PATH",
    );
    command(
        "new {port}",
        "new: there is no such program on PATH; write ./new for the one in HERE",
    );
    command(
        "./newer {port}",
        "HERE/newer: there is no such program; if it is compiled first, say how: compile = [\"...\"]",
    );
    command("./old {port}", "HERE/old: this is a folder");
    command(
        "./notes {port}",
        "HERE/notes: this file is not executable: run chmod +x on it",
    );
    command(
        "~/new {port}",
        "~/new: ~ means nothing here, since no shell runs: write the path",
    );
    command(
        "{port}/new",
        "the name of a program can have no {host} and no {port}",
    );
    command(
        "java {prot}",
        "{prot} stands for nothing; did you mean \"port\"? (write {{ for a brace)",
    );
    command(
        "java {port.admin}",
        "{port.admin} stands for nothing; there are {host}, {here}, {port} (write {{ for a brace)",
    );
    command(
        "java {port",
        "{port: a single brace; write {{ or }} for a brace",
    );
    command(
        "java {port}}",
        "{port}}: a single brace; write {{ or }} for a brace",
    );
    command(
        "java Server",
        "the server does not get the port: write {port} where the command takes it, or port = 2017 \
         if a number is built in, or port = { announced = 'listening on (\\d+)' } if the server \
         chooses one",
    );
}

#[test]
fn an_operator_of_a_shell_is_refused_where_no_shell_reads_it() {
    let why = |operator: &str| {
        format!(
            "no shell reads this, so {operator} would be a part of an argument: write sh -c '...' if \
             a shell is to read it, or '{operator}' in quotes if it is meant"
        )
    };
    let with_command = |command: &str| PAIR.replace("./new {port}", command) + CASE;
    for (command, operator) in [
        ("cd new && java S {port}", "&&"),
        ("java S {port} || true", "||"),
        ("java S {port} | tee log", "|"),
        ("java S {port} 2>&1", ">"),
        ("java S {port} <in", "<"),
        ("sleep 1; java S {port}", ";"),
        ("java S {port} &", "&"),
        ("java -cp $(pwd) S {port}", "$("),
        ("java -cp `pwd` S {port}", "`"),
        ("java 'a|b' S {port} 'it'\\\\''s' > x", ">"),
    ] {
        let why = format!("4:20: `candidate.server`: {}", why(operator));
        refused(&with_command(command), &why);
    }
    in_case(
        "arguments = { client = \"-v > log\" }",
        &format!("7:24: {}", why(">")),
    );
    for command in [
        "sh -c 'cd new && java S {port} | tee log'",
        "java S {port} 'a;b' \\\"x>y\\\" a\\\\&b",
    ] {
        let read = parsed(&with_command(command));
        assert!(read.is_ok(), "{command}: {:?}", read.err());
    }
    // A shell reads these commands.
    let read = parsed(&format!(
        "{PAIR}compile = 'cd old && javac *.java > log'\n{CASE}"
    ));
    assert!(read.is_ok(), "{:?}", read.err());
    // Each of these is one argument.
    let read = parsed(&format!(
        "{PAIR}{CASE}arguments = {{ client = ['a > b'] }}\n"
    ));
    assert!(read.is_ok(), "{:?}", read.err());
}

#[test]
fn missing_sides_are_refused() {
    refused(
        "[[pair]]\ncandidate.server = \"java\"\n",
        "1:1: [[pair]] has no `reference`: write reference.client and reference.server, the commands \
         of the old programs, which show what is right",
    );
    refused(
        "[[pair]]\nreference.server = \"java {port}\"\n",
        "2:1: `reference` has no `client`: write reference.client and reference.server, the commands \
         of the old programs, which show what is right",
    );
    let old = PAIR.replace("candidate.server = \"./new {port}\"\n", "");
    refused(
        &format!("{old}{CASE}"),
        "1:1: [[pair]] has no `candidate`: write candidate.client or candidate.server, the command of \
         the new program, or both",
    );
    refused(
        &format!("{old}candidate = {{}}\n{CASE}"),
        "4:13: `candidate` is empty: write candidate.client or candidate.server, the command of the \
         new program, or both",
    );
    refused(
        &format!("{old}candidate.client = 3\n{CASE}"),
        "4:20: `candidate.client` is the number 3: expected a command line, or a table with \
         `command`",
    );
    refused(
        &format!("{old}candidate.client = {{ folder = \"old\" }}\n{CASE}"),
        "4:20: `candidate.client` has no `command`: write command = \"java Server {port}\"",
    );
    refused(
        &format!(
            "{old}candidate.client.command = \"java {{port}}\"\ncandidate.client.folder = \"of\"\n{CASE}"
        ),
        "5:27: there is no folder \"of\" beside this file",
    );
    refused(
        &format!(
            "{old}candidate.client.command = \"java {{port}}\"\ncandidate.client.environment = {{ \"A=B\" = \"\" }}\n{CASE}"
        ),
        "5:42: \"A=B\" cannot be the name of a variable",
    );
}

#[test]
fn ports_that_cannot_be_are_refused() {
    with(
        "port = 0",
        "5:8: `port` is the number 0: expected a port from 1 to 65535",
    );
    with(
        "port = 65536",
        "5:8: `port` is the number 65536: expected a port from 1 to 65535",
    );
    with(
        "port = \"2017\"",
        "5:8: `port` is \"2017\": expected a number, \"given\", or a table with `number`, \
         `announced`, `on` and `transport`",
    );
    with(
        "port = { announced = 'port \\d+' }",
        "5:22: `announced` has no group for the port: write (\\d+) where it stands",
    );
    with(
        "port = { announced = '(' }",
        "5:22: `announced`: the regular expression \"(\" is wrong: unclosed group",
    );
    with(
        "port = { announced = '(x)', number = 1 }",
        "5:22: a port has either `number` or `announced`",
    );
    with(
        "port = { on = \"stdout\" }",
        "5:15: `on` needs `announced`: it is the output that says the port",
    );
    with(
        "port = { transport = \"upd\" }",
        "5:22: `transport` cannot be \"upd\"; did you mean \"udp\"?",
    );
    with(
        "port = 7\nports.admin = 7",
        "6:15: `ports.admin` is a port that was there before",
    );
    with(
        "port = 7\nports.Admin = 7",
        "6:15: \"Admin\" cannot be the name of a port: names are small letters, digits and single \
         hyphens between them",
    );
    with(
        "port = 7\nports.admin = \"given\"",
        "2:20: `reference.client`: the client does not get the port: write {port.admin} where the \
         command takes it, or ports.admin = 2017 if a number is built in, or ports.admin = { \
         announced = 'listening on (\\d+)' } if the server chooses one",
    );
}

#[test]
fn rules_of_comparison_that_cannot_be_are_refused() {
    with(
        "compare = []",
        "5:11: `compare` is empty, so nothing could fail: leave it out for stdout, success and wire",
    );
    with(
        "compare = \"stdoud\"",
        "5:11: `compare` cannot be \"stdoud\"; did you mean \"stdout\"?",
    );
    with(
        "compare = [\"wire\", \"wire\"]",
        "5:20: `compare` has \"wire\" twice",
    );
    with(
        "compare = \"files\"",
        "5:11: `compare` has \"files\", and the case \"hello\" has no `files`, the folder of which \
         each program starts in a copy",
    );
    let mask = |lines: &str, why: &str| with(&format!("[[pair.mask]]\n{lines}"), why);
    mask(
        "match = 'x'",
        "5:1: [[pair.mask]] has no `name`: write name = \"time\", for the reports",
    );
    mask(
        "name = 'x'",
        "5:1: [[pair.mask]] has no `match`: write match = '\\d\\d:\\d\\d:\\d\\d', a regular expression",
    );
    mask(
        "name = 'x'\nmatch = '(\\d'",
        "7:9: `match`: the regular expression \"(\\\\d\" is wrong: unclosed group",
    );
    mask(
        "name = 'x'\nmatch = '\\d*'",
        "7:9: `match` also matches nothing at all, so it would match everywhere: write + for *",
    );
    mask(
        "name = 'x'\nmatch = 'x'\n[[pair.mask]]\nname = 'x'\nmatch = 'y'",
        "9:8: there are two masks with the name \"x\"",
    );
    mask(
        "name = 'x'\nmatch = 'x'\nin = []",
        "8:6: `in` is empty: leave it out for all places",
    );
    with(
        "[[pair.unordered]]\nfrom = 'x'",
        "5:1: [[pair.unordered]] has no `in`: write in = \"stdout\"",
    );
    let known = |lines: &str, why: &str| with(&format!("[[pair.known-difference]]\n{lines}"), why);
    known(
        "matches = 'x'",
        "5:1: [[pair.known-difference]] has no `reason`: write why the difference is accepted",
    );
    known("matches = 'x'\nreason = ' '", "7:10: `reason` is empty");
    known(
        "matches = 'x'\nreason = 'y'\ncase = 'helo'",
        "8:8: there is no case \"helo\"; did you mean \"hello\"?",
    );
}

#[test]
fn a_known_difference_of_a_pairing_that_is_not_there_is_refused() {
    let pairing = |jdks: &str, name: &str| {
        format!(
            "{PAIR}{jdks}\n[[pair.known-difference]]\npairing = '{name}'\nmatches = 'x'\n\
             reason = 'y'\n{CASE}"
        )
    };
    let alone = "7:11: there is no pairing \"old-to-new\"; there are ";
    for (jdks, names) in [
        ("", "reference-to-reference and reference-to-candidate"),
        (
            "jdks = [17]",
            "reference-java17-to-reference-java17 and reference-java17-to-candidate",
        ),
        (
            "jdks = 'all'",
            "reference-javaN-to-reference-javaN and reference-javaN-to-candidate, where N is a \
             release of Java",
        ),
    ] {
        refused(&pairing(jdks, "old-to-new"), &format!("{alone}{names}"));
    }
    for (jdks, name) in [
        ("", "candidate-to-reference"),
        ("", "reference-java17-to-candidate"),
        ("jdks = [17]", "reference-java25-to-candidate"),
        ("jdks = 'all'", "reference-java8-to-reference-java17"),
        ("jdks = 'all'", "reference-javaN-to-candidate"),
    ] {
        assert!(parsed(&pairing(jdks, name)).is_err(), "{jdks} {name}");
    }
    for (jdks, name) in [
        ("", "reference-to-candidate"),
        ("jdks = [17]", "reference-java17-to-candidate"),
        ("jdks = 'all'", "reference-java8-to-reference-java8"),
    ] {
        assert!(parsed(&pairing(jdks, name)).is_ok(), "{jdks} {name}");
    }
}

#[test]
fn other_values_that_cannot_be_are_refused() {
    with(
        "name = \"Guess It\"",
        "5:8: `name` cannot be \"Guess It\": names are small letters, digits and single hyphens \
         between them, at most 100 characters",
    );
    with(
        "jdks = []",
        "5:8: `jdks` is empty: leave it out for the `java` on PATH",
    );
    with("jdks = [17, 17]", "5:13: `jdks` has 17 twice");
    with(
        "jdks = 17",
        "5:8: `jdks` is the number 17: expected a list in [ ]",
    );
    with(
        "timeout = 10",
        "5:11: `timeout` is the number 10: expected a time in quotes, such as \"10s\"",
    );
    with(
        "timeout = \"soon\"",
        "5:11: `timeout`: expected a time above 0, of at most a year: 90s, 10m, 2h, or a number of \
         seconds",
    );
    with(
        "server-end = \"by-itsef\"",
        "5:14: `server-end` cannot be \"by-itsef\"; did you mean \"by-itself\"?",
    );
    with(
        "server-end = {}",
        "5:14: `server-end` is a table: expected \"after-clients\", \"by-itself\", { stdin = \
         \"quit\\n\" } or { client = \"shutdown\\n\" }",
    );
    with("compile = ''", "5:11: `compile` is empty");
    with(
        "files = 'dat'",
        "5:9: there is no folder \"dat\" beside this file",
    );
    with(
        "compile = 'make'\nfiles = { server = 'dta' }",
        "6:20: there is no folder \"dta\" beside this file",
    );
    with(
        "files = 'notes'",
        "5:9: `files`: HERE/notes: this is no folder",
    );
    with(
        "networks = 'slice 1'",
        "5:12: `networks`: slice 1: a network begins with client to server, server to client or \
         both ways",
    );
    with(
        "networks = ['byte by byte', 'both ways slice 1']",
        "5:29: `networks` has \"both ways slice 1\" twice; every case also runs undisturbed",
    );
    with(
        "port = { transport = 'udp' }\nnetworks = 'byte by byte'",
        "6:12: `networks` disturbs TCP connections, and all ports of this pair are UDP: remove it",
    );
    with(
        "wire = 'int, uft'",
        "5:8: `wire` cannot be \"uft\"; did you mean \"utf\"?",
    );
    with(
        "wire = ''",
        "5:8: `wire` cannot be \"\": expected utf, line, raw, object, or fields such as \"int, utf\" out of \
         boolean, byte, short, char, int, long, float, double, utf",
    );
    with(
        "wire = 'utf'\ncharset = 'GBK'",
        "6:11: `charset` needs wire = \"line\": other messages have no charset",
    );
    let folder = PAIR.replace(
        "\"./new {port}\"",
        "{ command = \"./new {port}\", folder = \"old\" }",
    );
    refused(
        &format!("{folder}files = 'data'\n{CASE}"),
        "1:1: the server has a `folder` and `files`, but only one working directory: the copy of \
         `files` is one already",
    );
    refused(
        &format!("{PAIR}{CASE}{PAIR}{CASE}"),
        "1:1: this pair has no `name`: write name = \"guess\"",
    );
    let named = format!("{PAIR}name = \"x\"\n{CASE}");
    refused(
        &format!("{named}{named}"),
        "8:1: there are two pairs with the name \"x\"",
    );
}
