//! What is no scenario file, and what is said of it, word for word.

use javatalk::internals::interop::scenario::language::{LoadError, Script, load};

/// The message for a file of these lines below the claim.
#[track_caller]
fn refused(lines: &str, message: &str) {
    let text = format!("# A claim.\n{lines}\n");
    let error = Script::parse("a.scenario", &text).unwrap_err();
    assert_eq!(error.to_string(), format!("a.scenario:{message}"));
}

#[test]
fn a_file_without_a_claim_is_refused() {
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
fn an_invalid_file_name_is_refused() {
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
fn a_line_with_an_unknown_keyword_is_refused() {
    refused(
        "robot flush",
        "2: robot: a line begins with client, server, sync, repeat, end, for, both ways, only with the oracle, network or #",
    );
    refused(
        "both",
        "2: both: a line begins with client, server, sync, repeat, end, for, both ways, only with the oracle, network or #",
    );
    refused(
        "network client to server burn 1",
        "2: client to server burn 1: no such thing; there are slice N, slice randomly SEED, \
         coalesce, pause MS (10000 at most), slow N, split at N, half-close at N, close at N, reset \
         at N",
    );
    refused(
        "client flush\nsync now",
        "3: now: sync stands alone on its line",
    );
    refused("end of it", "2: of it: end stands alone on its line");
}

#[test]
fn a_step_with_an_unknown_method_is_refused() {
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
fn a_step_with_a_value_its_method_does_not_take_is_refused() {
    for (step, message) in [
        ("readInt 1", "1: readInt takes no value"),
        ("readObject null", "null: readObject takes no value"),
        (
            "writeObject",
            "writeObject takes null, a string in quotes, a boxed value as Integer(7), or an array as \
             int[1, 2]",
        ),
        (
            "writeObject 7",
            "7: writeObject takes null, a string in quotes, a boxed value as Integer(7), or an array \
             as int[1, 2]",
        ),
        (
            "writeObject int[1] + long[1]",
            "int[1] + long[1]: writeObject takes null, a string in quotes, a boxed value as \
             Integer(7), or an array as int[1, 2]",
        ),
        (
            "writeObject Integer(2147483648)",
            "2147483648: no value of the type int",
        ),
        ("writeObject byte[1, 128]", "128: no value of the type byte"),
        ("writeObject Integer(1", "Integer: no ) closes it"),
        ("writeObject int[1", "int: no ] closes it"),
        (
            "writeObject a=\"b\"",
            "a: = has the number of an object before it",
        ),
        (
            "writeUTF 1=\"a\"",
            "1=\"a\": writeUTF takes a string in quotes",
        ),
        (
            "writeObject int[0] * 65537",
            "65536 elements are the most of an array",
        ),
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
fn an_incomplete_value_is_refused() {
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
fn an_incomplete_repeat_block_is_refused() {
    refused(
        "repeat\nclient flush\nend",
        "2: repeat needs a number from 1 behind it, or for and a name",
    );
    refused(
        "repeat 0\nclient flush\nend",
        "2: repeat needs a number from 1 behind it, or for and a name",
    );
    refused("client flush\nend", "3: end without a repeat above it");
    refused("repeat 2\nclient flush", "2: no end below this repeat");
    refused("repeat 2\nsync\nend", "4: nothing to repeat above this end");
    refused(
        "repeat 1000\nrepeat 101\nclient flush\nend\nend",
        "2: 101000 steps: 100000 are the most for a file",
    );
}

// Each would take more memory, stack or time than a machine has, if it were not counted first.
#[test]
fn a_file_over_the_limits_is_refused_with_its_line() {
    let within = |depth: usize| {
        let (open, close) = ("repeat 1\n".repeat(depth), "end\n".repeat(depth));
        format!("{open}client flush\n{close}")
    };
    Script::parse("a.scenario", &format!("# A claim.\n{}", within(16))).unwrap();
    refused(
        &within(20_000),
        "18: repeat within 16 others: that is one too many",
    );
    let generators: String = (0..64).map(|n| format!("for X{n} in 1, 2\n")).collect();
    let uses: String = (0..64).map(|n| format!("client writeInt X{n}\n")).collect();
    refused(&(generators + &uses), "11: 1024 cases: 1000 are the most");
    refused(
        "repeat 2000\nclient write [00] * 1048576\nend",
        "2: values of 2097152000 bytes: 134217728 are the most for a file",
    );
    refused(
        "repeat 18446744073709551615\nrepeat 18446744073709551615\nclient flush\nend\nend",
        "3: 18446744073709551615 steps: 100000 are the most for a file",
    );
    refused(
        "both ways\nrepeat 50001\nclient flush\nend",
        "1: 100002 steps: 100000 are the most for a file",
    );
    let values: Vec<String> = (0..200).map(|number| number.to_string()).collect();
    let values = values.join(", ");
    refused(
        &format!("for X in {values}\nclient writeInt X\nclient write [00] * 1000000"),
        "2: values of 200000000 bytes: 134217728 are the most for a file",
    );
    refused(
        "for X in \"a\" + \"b\"\nclient writeUTF X * 1000000000",
        "3: a value of 2000000000 units or bytes: 1048576 are the most",
    );
    let long = "a".repeat(10_000);
    let claim = "X ".repeat(10_000);
    let text = format!("# {claim}.\nfor X in \"{long}\"\nclient writeUTF X\n");
    assert_eq!(
        Script::parse("a.scenario", &text).unwrap_err().to_string(),
        "a.scenario:2: 16384 bytes are the most in the name and the claim of a case: give the \
         value a short label"
    );
}

#[test]
fn an_empty_value_can_be_repeated_any_number_of_times() {
    let text = "# A claim.\nfor X in \"\" + \"\"\nclient writeUTF X * 18446744073709551615\n";
    let script = Script::parse("a.scenario", text).unwrap();
    assert_eq!(
        script.scenarios()[0].steps[0].to_string(),
        "client writeUTF \"\""
    );
}

#[test]
fn an_invalid_or_unused_generator_is_refused() {
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
            "3: both ways: this line stands above the first step, below the claim",
        ),
        (
            "client flush\nfor X in 1",
            "3: for X in 1: this line stands above the first step, below the claim",
        ),
        (
            "client flush\nonly with the oracle",
            "3: only with the oracle: this line stands above the first step, below the claim",
        ),
        (
            "only with the oracle\nonly with the oracle",
            "3: only with the oracle stands here a second time",
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
fn a_folder_over_the_limits_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        let text = "# A claim.\nrepeat 120\nclient write [00] * 1000000\nend\n";
        std::fs::write(folder.path().join(format!("{name}.scenario")), text).unwrap();
    }
    let file = folder.path().join("c.scenario");
    assert_eq!(
        load(folder.path()).unwrap_err().to_string(),
        format!(
            "{}:1: with the files before it, values of 360000000 bytes: 268435456 are the most for \
             a folder",
            file.display()
        )
    );
    std::fs::write(&file, vec![b'#'; (4 << 20) + 1]).unwrap();
    assert_eq!(
        load(folder.path()).unwrap_err().to_string(),
        format!(
            "{}: 4194305 bytes: 4194304 are the most for a scenario file",
            file.display()
        )
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_links_to_itself_is_searched_once() {
    let folder = tempfile::tempdir().unwrap();
    let text = "# A claim.\nclient flush\n";
    std::fs::write(folder.path().join("a.scenario"), text).unwrap();
    for link in ["one", "two", "three"] {
        std::os::unix::fs::symlink(".", folder.path().join(link)).unwrap();
    }
    assert_eq!(load(folder.path()).unwrap().len(), 1);
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

#[test]
fn an_invalid_range_is_refused() {
    let expected = "a range goes up from one code unit, pair of surrogates or byte to another of \
                    the same kind";
    for range in [
        "\"b\"..\"a\"",
        "\"\"..\"a\"",
        "\"a\"..\"bc\"",
        "\"a\"..\"😀\"",
        "\"\\uDC00\\uD800\"..\"😀\"",
        "\"a\"..[62]",
        "[02]..[01]",
        "[]..[01]",
        "\"a\"..z",
    ] {
        refused(
            &format!("client writeUTF {range}"),
            &format!("2: {range}: {expected}"),
        );
    }
    refused(
        "client write \"a\"..\"z\"",
        "2: \"a\"..\"z\": write takes bytes in brackets",
    );
}

#[test]
fn an_invalid_repeat_for_block_is_refused() {
    refused(
        "repeat for\nclient flush\nend",
        "2: for needs a name in capitals behind it, as for VALUE in 1, 2",
    );
    refused(
        "repeat for X in\nclient writeByte X\nend",
        "2: a value is expected at the end of the line",
    );
    refused(
        "repeat for X in \"a\" by 2\nclient writeUTF X\nend",
        "2: \"a\": by cuts a range, as \"a\"..\"z\", and nothing else",
    );
    refused(
        "repeat for X in \"a\"..\"c\" by 0\nclient writeUTF X\nend",
        "2: by needs a number from 1 behind it",
    );
    refused(
        "repeat for X in 1, 2\nclient flush\nend",
        "2: X: no step uses it",
    );
    refused(
        "repeat for X in 1, 2\nclient writeByte X\nend\nclient writeByte X",
        "5: X: no for gives this name a value",
    );
    refused(
        "for X in 1, 2\nrepeat for X in 1, 2\nclient writeByte X\nend",
        "3: X has its values already",
    );
    refused(
        "repeat for X in \"\\u0000\"..\"\\uFFFF\" by 1\nclient writeUTF X\nclient writeUTF X\nend",
        "2: 100002 steps: 100000 are the most for a file",
    );
}
