//! The table of methods is that of the JDK: no method of `DataInput` and `DataOutput` is missing, and
//! none is declared otherwise.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use javatalk::internals::interop::protocol::call::Method;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Jdk;

/// What the JDK declares and the table leaves out, each with the reason.
const LEFT_OUT: [(&str, &str, &str); 5] = [
    (DATA_INPUT, "void readFully(byte[],int,int)", PART),
    (DATA_OUTPUT, "void write(byte[],int,int)", PART),
    (
        DATA_OUTPUT,
        "void write(int)",
        "in Rust the first byte of a slice",
    ),
    (DATA_OUTPUT_STREAM, "void write(byte[],int,int)", PART),
    (
        DATA_OUTPUT_STREAM,
        "void write(int)",
        "in Rust the first byte of a slice",
    ),
];

const PART: &str = "in Rust a part of a slice is a slice";

const DATA_INPUT: &str = "java.io.DataInput";
const DATA_OUTPUT: &str = "java.io.DataOutput";
const DATA_OUTPUT_STREAM: &str = "java.io.DataOutputStream";

pub(crate) fn the_table_of_methods_is_that_of_every_jdk(toolbox: &Arc<Toolbox>) {
    let mut asked = 0;
    for jdk in toolbox.jdks() {
        let Some(javap) = javap(jdk) else {
            continue;
        };
        asked += 1;
        for class in [DATA_INPUT, DATA_OUTPUT] {
            let mut table = in_table(class);
            table.extend(left_out(class));
            assert_eq!(table, declared(&javap, class), "{class} of {jdk}");
        }
        // What the stream adds to its interface, besides its constructor.
        let mut table = in_table(DATA_OUTPUT_STREAM);
        table.extend(in_table(DATA_OUTPUT));
        table.extend(left_out(DATA_OUTPUT_STREAM));
        // It inherits this one from `FilterOutputStream`.
        table.remove("void write(byte[])");
        let declared = declared(&javap, DATA_OUTPUT_STREAM);
        assert_eq!(table, declared, "{DATA_OUTPUT_STREAM} of {jdk}");
    }
    assert!(asked > 0, "no JDK has a javap");
}

/// The tool that prints what a class declares; it belongs to every JDK that can compile.
fn javap(jdk: &Jdk) -> Option<PathBuf> {
    Some(jdk.home().join("bin/javap")).filter(|javap| javap.exists())
}

fn in_table(class: &str) -> BTreeSet<String> {
    let methods = Method::ALL.iter();
    methods
        .filter_map(|method| {
            let declaration = method.declaration()?;
            let parameters = declaration.parameters.iter().map(ToString::to_string);
            let parameters: Vec<String> = parameters.collect();
            let returns = declaration.returns;
            (declaration.class == class)
                .then(|| format!("{returns} {method}({})", parameters.join(",")))
        })
        .collect()
}

fn left_out(class: &str) -> impl Iterator<Item = String> {
    LEFT_OUT
        .iter()
        .filter(move |(of, ..)| *of == class)
        .map(|(_, declaration, _)| (*declaration).to_owned())
}

/// The methods that `javap` prints: `void readFully(byte[],int,int)`.
fn declared(javap: &PathBuf, class: &str) -> BTreeSet<String> {
    let output = Command::new(javap)
        .args(["-public", class])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines = text.lines().filter_map(|line| {
        let (before, after) = line.trim().split_once('(')?;
        let (parameters, _) = after.split_once(')')?;
        // A constructor has no type before its name.
        let mut words = before.rsplit(' ');
        let name = words.next()?;
        let returns = words.next().filter(|word| *word != "public")?;
        Some(format!(
            "{returns} {name}({})",
            parameters.replace(", ", ",")
        ))
    });
    lines.collect()
}
