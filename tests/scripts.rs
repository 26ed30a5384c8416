//! The format of scenario files: what it means, what it refuses and how, and that printing and
//! reading are each other's reverse.
#![cfg(feature = "cli")]

use javatalk::JavaString;
use javatalk::interop::call::{Call, Kind, Method, Value};
use javatalk::interop::pairing::Role;
use javatalk::interop::script::{LoadError, Scenario, Script, Step, load};
use proptest::collection::vec;
use proptest::prelude::*;

fn parsed(text: &str) -> Script {
    Script::parse("a.scenario", text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The values that the calls of the only case are given.
fn values(steps: &str) -> Vec<Value> {
    let scenarios = parsed(&format!("# A claim.\n{steps}\n")).scenarios();
    assert_eq!(scenarios.len(), 1);
    calls(&scenarios[0])
        .into_iter()
        .filter_map(|(_, call)| call.value)
        .collect()
}

fn calls(scenario: &Scenario) -> Vec<(Role, Call)> {
    let calls = scenario.steps.iter().filter_map(|step| match step {
        Step::Call { role, call, .. } => Some((*role, call.clone())),
        Step::Sync { .. } => None,
    });
    calls.collect()
}

fn names(text: &str) -> Vec<String> {
    let scenarios = parsed(text).scenarios();
    scenarios
        .into_iter()
        .map(|scenario| scenario.name)
        .collect()
}

#[test]
fn a_script_is_a_claim_and_steps_with_their_lines() {
    let script = parsed("# It works.\n# More.\n\nclient writeInt 1\nsync\nserver readInt\n");
    assert_eq!(script.name, "a");
    assert_eq!(script.claim, "It works.");
    let scenarios = script.scenarios();
    assert_eq!(scenarios.len(), 1);
    assert_eq!(scenarios[0].name, "a");
    assert_eq!(scenarios[0].file, "a.scenario");
    let steps: Vec<String> = scenarios[0].steps.iter().map(Step::to_string).collect();
    assert_eq!(steps, ["client writeInt 1", "sync", "server readInt"]);
    let lines: Vec<usize> = scenarios[0].steps.iter().map(Step::line).collect();
    assert_eq!(lines, [4, 5, 6]);
}

#[test]
fn numbers_are_decimal_or_the_bits_of_their_type() {
    let steps = "client writeByte -128\nclient writeByte 0xff\nclient writeShort 0x8000\n\
                 client writeChar 0xffff\nclient writeInt 0xffffffff\nclient writeInt 0x10\n\
                 client writeLong 0x8000000000000000\nclient readFully 0x10\n";
    let expected = [-128, -1, -32768, 65535, -1, 16, i64::MIN, 16];
    assert_eq!(values(steps), expected.map(Value::Whole));
}

#[test]
fn floats_are_decimal_or_bits() {
    let steps = "client writeFloat 1.5\nclient writeFloat 1e-45\nclient writeFloat -0.0\n\
                 client writeFloat NaN\nclient writeFloat 0x7fa00001\nclient writeFloat 1\n\
                 client writeFloat -Infinity\nclient writeDouble 1.5\nclient writeDouble 0xfff8000000000001";
    let expected = [
        Value::Float(0x3fc0_0000),
        Value::Float(1),
        Value::Float(0x8000_0000),
        Value::Float(0x7fc0_0000),
        Value::Float(0x7fa0_0001),
        Value::Float(0x3f80_0000),
        Value::Float(0xff80_0000),
        Value::Double(0x3ff8_0000_0000_0000),
        Value::Double(0xfff8_0000_0000_0001),
    ];
    assert_eq!(values(steps), expected);
}

#[test]
fn strings_and_bytes_repeat_and_add_up() {
    let steps = r#"client writeUTF "a" * 3 + "\uD800" + "\n\r\t\"\\é😀" + "x" * 0
client write [00 FF] * 2 + [] + [01]
client write []
"#;
    let mut units: Vec<u16> = "aaa".encode_utf16().collect();
    units.push(0xD800);
    units.extend("\n\r\t\"\\é😀".encode_utf16());
    assert_eq!(
        values(steps),
        [
            Value::Text(units.into()),
            Value::Bytes(vec![0, 0xFF, 0, 0xFF, 1]),
            Value::Bytes(vec![]),
        ]
    );
}

#[test]
fn blocks_repeat_within_blocks() {
    let text =
        "# A claim.\nrepeat 2\nclient flush\nrepeat 3\nserver flush\nend\nend\nclient size\n";
    let methods: Vec<String> = calls(&parsed(text).scenarios()[0])
        .iter()
        .map(|(role, call)| format!("{role} {call}"))
        .collect();
    let block = [
        "client flush",
        "server flush",
        "server flush",
        "server flush",
    ];
    assert_eq!(methods[..4], block);
    assert_eq!(methods[4..8], block);
    assert_eq!(methods[8..], ["client size"]);
}

#[test]
fn each_value_makes_a_case_and_several_names_make_all_combinations() {
    let text = "# READ of VALUE, not of VALUES.\nfor VALUE in 1, minus: -1\nfor READ in readInt, readShort\n\
                client writeInt VALUE\nserver READ\n";
    assert_eq!(
        names(text),
        [
            "a.1.read-int",
            "a.1.read-short",
            "a.minus.read-int",
            "a.minus.read-short"
        ]
    );
    let scenarios = parsed(text).scenarios();
    assert_eq!(scenarios[1].claim, "readShort of 1, not of VALUES.");
    assert_eq!(scenarios[2].claim, "readInt of minus, not of VALUES.");
    assert_eq!(scenarios[3].steps[0].to_string(), "client writeInt -1");
}

#[test]
fn a_name_can_stand_for_a_part_of_a_value() {
    let text = "# A claim.\nfor PIECE in \"ab\", \"c\" * 2 + \"d\"\nfor TIMES in 1, 3\n\
                client writeUTF PIECE * TIMES + \"!\"\n";
    let texts: Vec<Value> = parsed(text)
        .scenarios()
        .iter()
        .flat_map(|scenario| calls(scenario).remove(0).1.value)
        .collect();
    let expected = ["ab!", "ababab!", "ccd!", "ccdccdccd!"];
    assert_eq!(texts, expected.map(|text| Value::Text(text.into())));
}

#[test]
fn labels_are_readable_and_safe_in_a_shell() {
    let text = r#"# A claim.
for TEXT in "", "Hi you", "\u0000\n", "é", "a" * 3 + "\"", two: "2"
client writeUTF TEXT
"#;
    assert_eq!(
        names(text),
        [
            "a.empty",
            "a.hi-0020-you",
            "a.0000-lf",
            "a.00e9",
            "a.a-x3-quote",
            "a.two"
        ]
    );
    let text = "# A claim.\nfor NUMBER in -0.0, NaN, -Infinity, 1e-45, 0x7FA00001\nclient writeFloat NUMBER\n";
    assert_eq!(
        names(text),
        [
            "a.minus-0.0",
            "a.nan",
            "a.minus-infinity",
            "a.1e-45",
            "a.0x7fa00001"
        ]
    );
    let text = "# A claim.\nfor BYTES in [], [00 ff]\nfor READ in readUTF, readUnsignedByte\nclient write BYTES\nserver READ\n";
    assert_eq!(names(text)[0], "a.none.read-utf");
    assert_eq!(names(text)[3], "a.00-ff.read-unsigned-byte");
}

#[test]
fn both_ways_is_once_more_with_the_roles_exchanged() {
    let text = "# It works.\nboth ways\nclient writeInt 1\nsync\nserver readInt\n";
    assert_eq!(names(text), ["a", "a.mirrored"]);
    let mirrored = &parsed(text).scenarios()[1];
    assert_eq!(mirrored.claim, "It works, with the roles exchanged.");
    assert_eq!(
        mirrored.to_string(),
        "# It works, with the roles exchanged.\nserver writeInt 1\nsync\nclient readInt\n"
    );
}

#[test]
fn printing_puts_blanks_where_they_belong() {
    let text = "#   It works.  \n  both   ways\nfor   X in 1,2 ,  b:3\r\n\n repeat  2\n#c\nclient   writeInt  X\n end\n\
                server write [ 00  FF ]*3+[01]\n";
    assert_eq!(
        parsed(text).to_string(),
        "# It works.\nboth ways\nfor X in 1, 2, b: 3\n\nrepeat 2\n  # c\n  client writeInt X\nend\n\
         server write [00 ff] * 3 + [01]\n"
    );
}

#[test]
fn long_runs_are_printed_as_such() {
    let text = "# It works.\nclient writeUTF \"x\" + \"a\" * 65535 + \"😀\" * 20\nclient write [00] * 16\n";
    assert_eq!(parsed(text).scenarios()[0].to_string(), text);
}

/// The message for a file of these lines below the claim.
#[track_caller]
fn refused(lines: &str, message: &str) {
    let text = format!("# A claim.\n{lines}\n");
    let error = Script::parse("a.scenario", &text).unwrap_err();
    assert_eq!(error.to_string(), format!("a.scenario:{message}"));
}

#[test]
fn a_file_begins_with_its_claim() {
    for (text, message) in [
        (
            "",
            "1: no claim: the first line is a comment of one sentence",
        ),
        (
            "client flush\n",
            "1: no claim: the first line is a comment of one sentence",
        ),
        (
            "\n# Late.\n",
            "1: no claim: the first line is a comment of one sentence",
        ),
        (
            "#\nclient flush\n",
            "1: no claim: the first line is a comment of one sentence",
        ),
        (
            "# and so\nclient flush\n",
            "1: the claim is one sentence on one line, and ends with a full stop",
        ),
        (
            "# A claim.\n# No steps.\n",
            "2: no steps: lines as client writeInt 1 are expected below the claim",
        ),
    ] {
        let error = Script::parse("a.scenario", text).unwrap_err();
        assert_eq!(error.to_string(), format!("a.scenario:{message}"), "{text}");
    }
}

#[test]
fn the_name_of_a_file_is_a_name() {
    for file in [
        "Nul.scenario",
        "a_b.scenario",
        "a.txt",
        ".scenario",
        "é.scenario",
    ] {
        let error = Script::parse(file, "# A claim.\nclient flush\n").unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "{file}:1: the name of the file is made of a-z, 0-9, - and ., and ends in .scenario"
            )
        );
    }
}

#[test]
fn a_line_begins_with_a_word_of_the_format() {
    refused(
        "robot flush",
        "2: robot: a line begins with client, server, sync, repeat, end, for, both ways or #",
    );
    refused(
        "both",
        "2: both: a line begins with client, server, sync, repeat, end, for, both ways or #",
    );
    refused(
        "network client to server slice 1",
        "2: network: not supported yet",
    );
    refused(
        "client flush\nsync now",
        "3: now: sync stands alone on its line",
    );
    refused("end of it", "2: of it: end stands alone on its line");
}

#[test]
fn a_step_calls_a_method_that_there_is() {
    refused(
        "client",
        "2: client needs a method behind it, as client readInt",
    );
    refused(
        "client readint",
        "2: readint: no method of DataInput or DataOutput has this name",
    );
}

#[test]
fn a_step_gives_what_its_method_takes() {
    for (step, message) in [
        ("readInt 1", "1: readInt takes no value"),
        (
            "writeByte",
            "writeByte takes a whole number from -128 to 127",
        ),
        (
            "writeByte 128",
            "128: writeByte takes a whole number from -128 to 127",
        ),
        (
            "writeByte 0x100",
            "0x100: writeByte takes a whole number from -128 to 127",
        ),
        (
            "writeByte 1.0",
            "1.0: writeByte takes a whole number from -128 to 127",
        ),
        (
            "writeChar -1",
            "-1: writeChar takes a whole number from 0 to 65535",
        ),
        (
            "skipBytes -1",
            "-1: skipBytes takes a whole number from 0 to 2147483647",
        ),
        (
            "skipBytes 0xffffffff",
            "0xffffffff: skipBytes takes a whole number from 0 to 2147483647",
        ),
        ("writeBoolean 1", "1: writeBoolean takes true or false"),
        (
            "writeFloat 0x7fc0",
            "0x7fc0: writeFloat takes a number, NaN, Infinity, -Infinity, or 0x and 8 hex digits",
        ),
        (
            "writeFloat 1e39",
            "1e39: writeFloat takes a number, NaN, Infinity, -Infinity, or 0x and 8 hex digits",
        ),
        (
            "writeDouble nan",
            "nan: writeDouble takes a number, NaN, Infinity, -Infinity, or 0x and 16 hex digits",
        ),
        ("writeUTF 1", "1: writeUTF takes a string in quotes"),
        (
            "writeUTF \"a\" + [61]",
            "\"a\" + [61]: writeUTF takes a string in quotes",
        ),
        ("write \"a\"", "\"a\": write takes bytes in brackets"),
        (
            "writeInt 1 * 2",
            "1 * 2: writeInt takes a whole number from -2147483648 to 2147483647",
        ),
        (
            "write [00] * 1048577",
            "a value of 1048577 units or bytes: 1048576 are the most",
        ),
    ] {
        refused(&format!("client {step}"), &format!("2: {message}"));
    }
}

#[test]
fn a_value_is_written_in_full() {
    for (value, message) in [
        ("\"abc", "\"abc: no quote closes the string"),
        ("\"\\u12", "\\u12: \\u needs four hex digits behind it"),
        (
            "\"\\u00é0\"",
            "\\u00é0: \\u needs four hex digits behind it",
        ),
        (
            "\"\\x\"",
            "\\x: no escape: there are \\u0000 to \\uFFFF, \\n, \\r, \\t, \\\" and \\\\",
        ),
        ("[00", "[00: no bracket closes the bytes"),
        ("[0 0]", "[0 0]: bytes are pairs of hex digits, as [00 ff]"),
        ("[+1]", "[+1]: bytes are pairs of hex digits, as [00 ff]"),
        ("\"a\" +", "a value is expected at the end of the line"),
        ("\"a\" + , 1", ", 1: a value is expected here"),
        (
            "\"a\" * -1",
            "* needs a number behind it, or the name of one",
        ),
        ("\"a\" *", "* needs a number behind it, or the name of one"),
        ("\"a\" \"b\"", "\"b\": nothing is expected behind \"a\""),
        ("\"a\" # b", "# b: nothing is expected behind \"a\""),
    ] {
        refused(
            &format!("client writeUTF {value}"),
            &format!("2: {message}"),
        );
    }
}

#[test]
fn a_block_has_a_number_steps_and_an_end() {
    refused(
        "repeat\nclient flush\nend",
        "2: repeat needs a number from 1 behind it",
    );
    refused(
        "repeat 0\nclient flush\nend",
        "2: repeat needs a number from 1 behind it",
    );
    refused("client flush\nend", "3: end without a repeat above it");
    refused("repeat 2\nclient flush", "2: no end below this repeat");
    refused("repeat 2\nsync\nend", "4: nothing to repeat above this end");
    refused(
        "repeat 1000\nrepeat 101\nclient flush\nend\nend",
        "2: 101000 steps: 100000 are the most",
    );
}

#[test]
fn a_generator_has_a_name_and_values_and_is_used() {
    for (lines, message) in [
        (
            "for x in 1",
            "2: for needs a name in capitals behind it, as for VALUE in 1, 2",
        ),
        ("for X of 1", "2: for X needs in and its values behind it"),
        ("for X in", "2: a value is expected at the end of the line"),
        (
            "for X in 1,",
            "2: a value is expected at the end of the line",
        ),
        ("for X in 1 2", "2: 2: a comma is expected before it"),
        ("for X in Y", "2: Y: a name cannot stand for another one"),
        (
            "for X in A_b: 1",
            "2: A_b: a label is made of a-z, 0-9, - and .",
        ),
        ("for X in 1\nfor X in 2", "3: X has its values already"),
        ("for X in 1\nclient flush", "2: X: no step uses it"),
        ("client writeInt X", "2: X: no for gives this name a value"),
        ("client X", "2: X: no for gives this name a value"),
        (
            "for X in 1\nclient X",
            "3: 1: no method of DataInput or DataOutput has this name",
        ),
        (
            "for X in \"a\"\nclient X",
            "3: \"a\": a method is expected here",
        ),
        (
            "for X in 1, 128\nclient writeByte X",
            "3: 128: writeByte takes a whole number from -128 to 127",
        ),
        (
            "for X in 1, 1\nclient writeByte X",
            "2: two cases are called a.1: give a value a label",
        ),
        (
            "both ways\nboth ways",
            "3: both ways stands here a second time",
        ),
        (
            "client flush\nboth ways",
            "3: generators stand above the first step, below the claim",
        ),
        (
            "client flush\nfor X in 1",
            "3: generators stand above the first step, below the claim",
        ),
    ] {
        refused(lines, message);
    }
    let many: Vec<String> = (0..1001).map(|number| number.to_string()).collect();
    refused(
        &format!("for X in {}\nclient writeInt X", many.join(", ")),
        "2: 1001 cases: 1000 are the most",
    );
}

#[test]
fn a_folder_is_loaded_with_all_below_it_sorted_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("z/a.scenario", "# A claim.\nclient flush\n");
    write("b.scenario", "# A claim.\nboth ways\nclient size\n");
    write("notes.txt", "nothing");
    let names = |scenarios: Vec<Scenario>| -> Vec<String> {
        scenarios
            .into_iter()
            .map(|scenario| scenario.name)
            .collect()
    };
    assert_eq!(
        names(load(folder.path()).unwrap()),
        ["a", "b", "b.mirrored"]
    );

    write("y/a.scenario", "# Another claim.\nclient flush\n");
    let shown = |path: &str| folder.path().join(path).display().to_string();
    assert_eq!(
        load(folder.path()).unwrap_err().to_string(),
        format!(
            "{}: a is the name of a scenario in {} too",
            shown("z/a.scenario"),
            shown("y/a.scenario")
        )
    );

    write("y/a.scenario", "client flush\n");
    assert_eq!(
        load(folder.path()).unwrap_err().to_string(),
        format!(
            "{}:1: no claim: the first line is a comment of one sentence",
            shown("y/a.scenario")
        )
    );
}

#[test]
fn a_folder_without_scenarios_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        load(folder.path()).unwrap_err().to_string(),
        format!(
            "{}: no scenario in it: the names of their files end in .scenario",
            folder.path().display()
        )
    );
    let missing = folder.path().join("missing");
    assert!(matches!(
        load(&missing).unwrap_err(),
        LoadError::Unreadable(path, _) if path == missing
    ));
}

fn value_of(kind: Kind) -> BoxedStrategy<Value> {
    match kind {
        Kind::Whole(least, most) => (least..=most).prop_map(Value::Whole).boxed(),
        Kind::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Kind::Float => any::<u32>().prop_map(Value::Float).boxed(),
        Kind::Double => any::<u64>().prop_map(Value::Double).boxed(),
        Kind::Text => texts().prop_map(Value::Text).boxed(),
        Kind::Bytes => repetitive(any::<u8>()).prop_map(Value::Bytes).boxed(),
    }
}

/// Strings of anything, with runs.
fn texts() -> impl Strategy<Value = JavaString> {
    let unit = prop_oneof![
        any::<u16>(),
        0xD800..=0xDFFFu16,
        0x00..=0x7Fu16,
        0x0300..=0x0310u16
    ];
    repetitive(unit).prop_map(JavaString::from)
}

fn repetitive<T: Copy + std::fmt::Debug + 'static>(
    element: impl Strategy<Value = T> + 'static,
) -> impl Strategy<Value = Vec<T>> {
    let run = (vec(element, 0..5), 1..30usize).prop_map(|(piece, times)| piece.repeat(times));
    vec(run, 0..4).prop_map(|runs| runs.concat())
}

fn a_call() -> impl Strategy<Value = Call> {
    prop::sample::select(Method::ALL).prop_flat_map(|method| match method.takes() {
        None => Just(Call {
            method,
            value: None,
        })
        .boxed(),
        Some(kind) => value_of(kind)
            .prop_map(move |value| Call {
                method,
                value: Some(value),
            })
            .boxed(),
    })
}

fn a_step() -> impl Strategy<Value = Step> {
    let role = prop::sample::select(vec![Role::Client, Role::Server]);
    prop_oneof![
        8 => (role, a_call()).prop_map(|(role, call)| Step::Call { role, call, line: 0 }),
        1 => Just(Step::Sync { line: 0 }),
    ]
}

/// Lines of a file, blanks as they come.
fn a_body() -> impl Strategy<Value = String> {
    let blanks = || "[ \t]{0,3}";
    let line = (blanks(), a_step(), blanks())
        .prop_map(|(before, step, after)| format!("{before}{step}{after}\n"));
    let other = prop::sample::select(vec!["\n", "#\n", "  #  why  \n", "# é\n"]);
    let plain = prop_oneof![4 => line, 1 => other.prop_map(str::to_owned)];
    let block = (1..4usize, vec(plain.clone(), 0..4)).prop_map(|(times, lines)| {
        format!("repeat  {times}\n{}client flush\n end\n", lines.concat())
    });
    vec(prop_oneof![4 => plain, 1 => block], 0..8).prop_map(|lines| lines.concat())
}

/// A header, and steps that use what it names.
fn a_header() -> impl Strategy<Value = (String, String)> {
    let generator = vec(any::<i8>(), 1..4).prop_map(|numbers| {
        let values: Vec<String> = numbers
            .iter()
            .enumerate()
            .map(|(index, number)| format!("v{index}:{number}"))
            .collect();
        (
            format!("for X in {}\n", values.join(" ,")),
            "client writeByte X\nserver writeDouble X\n".to_owned(),
        )
    });
    let text = texts().prop_map(|text| {
        let step = Step::Call {
            role: Role::Client,
            call: Call {
                method: Method::WriteUtf,
                value: Some(Value::Text(text)),
            },
            line: 0,
        };
        let literal = step.to_string().split_off("client writeUTF ".len());
        (
            format!("for TEXT in t:{literal},\"more\"\n"),
            "client writeUTF TEXT * 2 + \"x\"\n".to_owned(),
        )
    });
    let both = Just(("both  ways\n".to_owned(), String::new()));
    let none = Just((String::new(), "client flush\n".to_owned()));
    prop_oneof![generator, text, both, none]
}

proptest! {
    #[test]
    fn what_is_printed_is_read_again(header in a_header(), body in a_body()) {
        let (generators, steps) = header;
        let text = format!("# A claim.\n{generators}{steps}{body}client close\n");
        let script = parsed(&text);
        let printed = script.to_string();
        let again = parsed(&printed);
        prop_assert_eq!(&again, &script);
        prop_assert_eq!(again.to_string(), printed);
        for scenario in script.scenarios() {
            let file = format!("{}.scenario", scenario.name);
            let again = Script::parse(&file, &scenario.to_string()).unwrap().scenarios();
            prop_assert_eq!(again.len(), 1);
            prop_assert_eq!(&again[0].name, &scenario.name);
            prop_assert_eq!(&again[0].claim, &scenario.claim);
            prop_assert_eq!(again[0].to_string(), scenario.to_string());
            prop_assert_eq!(calls(&again[0]), calls(&scenario));
        }
    }

    #[test]
    fn every_call_is_printed_as_it_is_read(role in prop::bool::ANY, call in a_call()) {
        let role = if role { Role::Client } else { Role::Server };
        let step = Step::Call { role, call: call.clone(), line: 2 };
        let read = parsed(&format!("# A claim.\n{step}\n")).scenarios();
        prop_assert_eq!(&read[0].steps, &vec![step]);
    }

    #[test]
    fn nothing_makes_the_parser_panic(text in "(\\PC|\n| |\"|\\[|\\\\){0,60}") {
        let _ = Script::parse("a.scenario", &text);
        let _ = Script::parse("a.scenario", &format!("# A claim.\nclient writeUTF {text}"));
        let _ = Script::parse("a.scenario", &format!("# A claim.\nfor X in {text}\nclient writeUTF X"));
    }
}
