//! What the lines of a scenario file mean.

use javatalk::internals::interop::model::participant::Pairings;
use javatalk::internals::interop::protocol::call::Value;
use javatalk::internals::interop::scenario::language::{Scenario, Step, load};

use super::{calls, parsed};

/// The values that the calls of the only case are given.
fn values(steps: &str) -> Vec<Value> {
    let scenarios = parsed(&format!("# A claim.\n{steps}\n")).scenarios();
    assert_eq!(scenarios.len(), 1);
    calls(&scenarios[0])
        .into_iter()
        .filter_map(|(_, call)| call.argument())
        .collect()
}

fn names(text: &str) -> Vec<String> {
    let scenarios = parsed(text).scenarios();
    scenarios
        .into_iter()
        .map(|scenario| scenario.name)
        .collect()
}

#[test]
fn a_script_parses_into_a_claim_and_steps_with_line_numbers() {
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
fn objects_are_null_strings_boxed_values_and_arrays_with_numbers_or_without() {
    for (written, value) in [
        ("null", "null"),
        ("\"a\" * 2", "u00610061"),
        ("Integer(0xffffffff)", "Integer(-1)"),
        ("Character( 97 )", "Character(97)"),
        ("Float(1.5)", "Float(0x3fc00000)"),
        ("Double(-Infinity)", "Double(0xfff0000000000000)"),
        ("Boolean(true)", "Boolean(true)"),
        ("int[]", "int[]"),
        ("int[1,2 , 0x10]", "int[1,2,16]"),
        ("byte[0] * 3 + byte[-1]", "byte[0,0,0,-1]"),
        ("boolean[true, false]", "boolean[true,false]"),
        ("7=\"a\"", "7=u0061"),
        ("1=Long(1)", "1=Long(1)"),
    ] {
        let steps = format!("client writeObject {written}");
        let value: Value = value.parse().unwrap();
        assert_eq!(values(&steps), [value], "{written}");
    }
}

#[test]
fn a_generator_gives_objects_and_their_numbers() {
    let text = "# A claim.\nfor OBJECT in \"a\", Byte(-1), int[1, 2], three: 3=\"b\"\nclient writeObject \
                OBJECT\n";
    assert_eq!(
        names(text),
        ["a.a", "a.byte-minus-1", "a.int-1-2", "a.three"]
    );
    let text = "# A claim.\nfor OBJECT in \"a\"\nclient writeObject 2=OBJECT\n";
    let scenarios = parsed(text).scenarios();
    assert_eq!(
        scenarios[0].steps[0].to_string(),
        "client writeObject 2=\"a\""
    );
}

#[test]
fn integers_are_written_in_decimal_or_as_hex_bits() {
    let steps = "client writeByte -128\nclient writeByte 0xff\nclient writeShort 0x8000\n\
                 client writeChar 0xffff\nclient writeInt 0xffffffff\nclient writeInt 0x10\n\
                 client writeLong 0x8000000000000000\nclient readFully 0x10\n";
    let expected = [-128, -1, -32768, 65535, -1, 16, i64::MIN, 16];
    assert_eq!(values(steps), expected.map(Value::Whole));
}

#[test]
fn floats_are_written_in_decimal_or_as_hex_bits() {
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
fn strings_and_bytes_can_be_repeated_and_concatenated() {
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
fn a_range_expands_to_all_code_units_pairs_or_bytes_between() {
    let steps = r#"client writeUTF "x" + "\uD7FE".."\uDBFF" * 2
client writeUTF "\uD83D\uDFFE" .. "\uD83E\uDC01"
client write [fe]..[ff] + [00]..[00]
"#;
    let units = || (0xD7FE..=0xDBFF).collect::<Vec<u16>>();
    let text = [vec![0x78], units(), units()].concat();
    let pairs = [
        0xD83D, 0xDFFE, 0xD83D, 0xDFFF, 0xD83E, 0xDC00, 0xD83E, 0xDC01,
    ];
    assert_eq!(
        values(steps),
        [
            Value::Text(text.into()),
            Value::Text(pairs.to_vec().into()),
            Value::Bytes(vec![0xFE, 0xFF, 0]),
        ]
    );
}

#[test]
fn a_block_repeats_for_each_value_and_each_part_of_a_range() {
    let text = "# A claim.\nfor END in \"!\"\nrepeat for PART in \"a\"..\"e\" by 2, \"é\"\n\
                repeat for METHOD in writeUTF, writeChars\n\
                client METHOD PART * 2 + END\nend\nend\n";
    let written: Vec<String> = calls(&parsed(text).scenarios()[0])
        .iter()
        .map(|(_, call)| format!("{} {}", call.method(), call.argument().unwrap()))
        .collect();
    let text = |text: &str| Value::Text(text.into()).to_string();
    let expected: Vec<String> = ["abab!", "cdcd!", "ee!", "éé!"]
        .iter()
        .flat_map(|each| {
            ["writeUTF", "writeChars"].map(|method| format!("{method} {}", text(each)))
        })
        .collect();
    assert_eq!(written, expected);
    let bytes = "# A claim.\nrepeat for PART in [fd]..[ff] by 2, [01]\nclient write PART\nend\n";
    let written: Vec<_> = calls(&parsed(bytes).scenarios()[0])
        .into_iter()
        .map(|(_, call)| call.argument())
        .collect();
    let expected = [vec![0xFD, 0xFE], vec![0xFF], vec![1]];
    assert_eq!(written, expected.map(|bytes| Some(Value::Bytes(bytes))));
}

#[test]
fn ascending_values_are_printed_as_a_range() {
    for steps in [
        "client writeUTF \"\\u0000\"..\"\\uFFFF\"",
        "client writeUTF \"😀\"..\"🙏\" + \"abcdef\"",
        "client writeUTF \"z\" + \"Ā\"..\"ǿ\" + \"a\" * 20",
    ] {
        let scenario = parsed(&format!("# A claim.\n{steps}\n"))
            .scenarios()
            .remove(0);
        assert_eq!(scenario.steps[0].to_string(), steps);
    }
}

#[test]
fn repeat_blocks_can_be_nested() {
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
fn each_combination_of_generator_values_makes_a_case() {
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
fn a_name_can_be_part_of_a_value() {
    let text = "# A claim.\nfor PIECE in \"ab\", \"c\" * 2 + \"d\"\nfor TIMES in 1, 3\n\
                client writeUTF PIECE * TIMES + \"!\"\n";
    let texts: Vec<Value> = parsed(text)
        .scenarios()
        .iter()
        .flat_map(|scenario| calls(scenario).remove(0).1.argument())
        .collect();
    let expected = ["ab!", "ababab!", "ccd!", "ccdccdccd!"];
    assert_eq!(texts, expected.map(|text| Value::Text(text.into())));
}

#[test]
fn case_labels_are_readable_and_safe_in_a_shell() {
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
fn both_ways_adds_a_case_with_the_roles_exchanged() {
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
fn a_scenario_that_is_played_only_with_the_oracle_says_so_when_printed() {
    let text = "# It works.\nfor X in 1, 2\nonly   with the  oracle\nclient writeInt X\n";
    let script = parsed(text);
    assert_eq!(
        script.to_string(),
        text.replace("only   with the  oracle", "only with the oracle")
    );
    let scenario = script.scenarios().remove(1);
    assert_eq!(scenario.pairings, Pairings::WithTheOracle);
    let printed = "# It works.\nonly with the oracle\nclient writeInt 2\n";
    assert_eq!(scenario.to_string(), printed);
    assert_eq!(scenario.into_printed().steps[0].line(), 3);
}

#[test]
fn printing_normalizes_whitespace() {
    let text = "#   It works.  \n  both   ways\nfor   X in 1,2 ,  b:3\r\n\n repeat  2\n#c\nclient   writeInt  X\n end\n\
                server write [ 00  FF ]*3+[01]\n";
    assert_eq!(
        parsed(text).to_string(),
        "# It works.\nboth ways\nfor X in 1, 2, b: 3\n\nrepeat 2\n  # c\n  client writeInt X\nend\n\
         server write [00 ff] * 3 + [01]\n"
    );
}

#[test]
fn long_runs_are_printed_as_repetitions() {
    let text = "# It works.\nclient writeUTF \"x\" + \"a\" * 65535 + \"😀\" * 20\nclient write [00] * 16\n";
    assert_eq!(parsed(text).scenarios()[0].to_string(), text);
}

#[test]
fn a_folder_is_loaded_recursively_and_sorted_by_name() {
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
