//! What is refused of a case and of its script, word for word.

use super::refusals::{in_case, refused};
use super::{CASE, PAIR};

#[test]
fn cases_that_cannot_be_are_refused() {
    refused(
        &format!("{PAIR}{CASE}{CASE}"),
        "7:1: there are two cases with the name \"hello\"",
    );
    refused(
        &format!("{PAIR}[[pair.case]]\n"),
        "5:1: [[pair.case]] has no `name`: write name = \"hello\"",
    );
    in_case("claim = ''", "7:9: `claim` is empty");
    in_case(
        "clients = []",
        "7:11: `clients` is empty: write the stdin of each",
    );
    in_case(
        "client = ''\nclients = ['']",
        "8:11: a case has either `client`, the stdin of one, or `clients`, the stdin of each",
    );
    in_case(
        "order = 'at-once'",
        "7:9: `order` needs `clients`, the stdin of each client",
    );
    in_case(
        "clients = ['']\norder = 'once'",
        "8:9: `order` cannot be \"once\": expected at-once, one-after-another",
    );
    in_case(
        "script = 'a starts'\nserver = ''",
        "8:10: a case has either `script` or `server`: in a script, write `server types ...`",
    );
    in_case("arguments.server = \"'\"", "7:20: a quote is not closed");
    in_case(
        "arguments.server = ['{x}']",
        "7:21: {x} stands for nothing; there are {host}, {here}, {port} (write {{ for a brace)",
    );
    let clients = format!("clients = [{}]", "'',".repeat(101));
    in_case(
        &clients,
        "7:11: 101 clients are too many: at most 100 are allowed",
    );
}

#[test]
fn steps_that_cannot_be_are_refused_with_their_line() {
    let script = |lines: &str, why: &str| {
        in_case(&format!("script = '''\n{lines}\n'''"), why);
    };
    script(
        "a starts\n  a sais x",
        "9:3: \"a sais x\": there is no step `sais`; there are starts, \
            types, prints, logs, closes, ends, stops",
    );
    script(
        "a print x",
        "8:1: \"a print x\": there is no step `print`; did you mean \"prints\"?",
    );
    script(
        "a",
        "8:1: \"a\": nothing is said of a: write starts, types, prints, logs, closes, ends, \
            stops",
    );
    script(
        "A starts",
        "8:1: \"A starts\": a step begins with the name of a program, in small \
            letters and digits, not with \"A\"",
    );
    script(
        "a types",
        "8:1: \"a types\": `types` needs a text: write types \"\\n\" for an empty line",
    );
    script(
        "a types \"\"",
        "8:1: \"a types \\\"\\\"\": this types nothing; to end the stdin, write \
            `closes`",
    );
    script(
        "a prints",
        "8:1: \"a prints\": `prints` needs a text: write what is expected on its \
            stdout",
    );
    script(
        "a prints /(/",
        "8:1: \"a prints /(/\": the regular expression \"(\" is wrong: unclosed \
            group",
    );
    script(
        "a closes now",
        "8:1: \"a closes now\": `closes` takes no text, and here stands \"now\"",
    );
    script(
        "a closes\na types x",
        "9:1: \"a types x\": a cannot type here: its stdin was closed \
            before",
    );
    script(
        "a ends\na closes",
        "9:1: \"a closes\": a cannot close its stdin here: it has ended \
            before",
    );
    script(
        "a stops\na stops",
        "9:1: \"a stops\": a cannot be stopped here: it was stopped before",
    );
    script(
        "a starts\na starts",
        "9:1: \"a starts\": a was started by the first step that names it",
    );
    script(
        "server starts",
        "8:1: \"server starts\": the server is started before the first step: \
            remove this one",
    );
    in_case(
        "script = 'server types x'",
        "7:10: the script names no client: begin a line with any name, such as `a starts`, to start \
         one",
    );
}

#[test]
fn a_script_has_a_limit() {
    let lines = "a types x\n".repeat(10_001);
    in_case(
        &format!("script = '''\n{lines}'''"),
        "7:10: 10001 steps are too many: at most 10000 are allowed",
    );
    let names: String = (0..101).map(|name| format!("c{name} starts\n")).collect();
    in_case(
        &format!("script = '''\n{names}'''"),
        "7:10: 101 clients are too many: at most 100 are allowed",
    );
}
