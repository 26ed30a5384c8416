//! The examples read what a JDK has just written, or came with.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use assert_cmd::Command;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::Jdk;
use libtest_mimic::{Failed, Trial};

/// A test and its name.
type Test = (&'static str, fn(&Jdk));

pub(crate) fn trials(toolbox: &Arc<Toolbox>) -> Vec<Trial> {
    let tests: [Test; 4] = [
        (
            "the_readme_example_reads_what_java_wrote",
            the_readme_example_reads_what_java_wrote,
        ),
        (
            "tzdb_regions_equal_those_known_to_java",
            tzdb_regions_equal_those_known_to_java,
        ),
        (
            "jks_aliases_equal_those_given_to_keytool",
            jks_aliases_equal_those_given_to_keytool,
        ),
        (
            "class_strings_equal_those_in_the_source",
            class_strings_equal_those_in_the_source,
        ),
    ];
    let trial = |(name, test): Test| {
        let toolbox = Arc::clone(toolbox);
        Trial::test(name, move || -> Result<(), Failed> {
            toolbox
                .jdks()
                .iter()
                .filter(|jdk| jdk.javac().is_some())
                .for_each(test);
            Ok(())
        })
    };
    tests.into_iter().map(trial).collect()
}

/// The Java of the README writes, the Rust of the README reads; both as they stand there.
fn the_readme_example_reads_what_java_wrote(jdk: &Jdk) {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(project.join("README.md")).unwrap();
    let block = |language: &str| {
        let (_, rest) = readme.split_once(&format!("```{language}\n")).unwrap();
        rest.split_once("```").unwrap().0
    };
    let program = fs::read_to_string(project.join("examples/read_record.rs")).unwrap();
    assert!(program.ends_with(block("rust,no_run")), "{program}");

    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("Record.java");
    let writer = format!(
        "import java.io.*;
         class Record {{
             public static void main(String[] args) throws IOException {{ {} }}
         }}",
        block("java")
    );
    fs::write(&source, writer).unwrap();
    Command::new(jdk.javac().unwrap())
        .args(["-encoding", "UTF-8", "-d"])
        .args([folder.path(), &source])
        .assert()
        .success();
    Command::new(jdk.java())
        .args(["-cp", ".", "Record"])
        .current_dir(folder.path())
        .assert()
        .success();
    Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--example", "read_record"])
        .arg("--manifest-path")
        .arg(project.join("Cargo.toml"))
        .current_dir(folder.path())
        .assert()
        .success()
        .stdout("7 héllo 😀 true\n");
}

fn tzdb_regions_equal_those_known_to_java(jdk: &Jdk) {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("Regions.java");
    let program = r"
        class Regions {
            public static void main(String[] args) {
                java.time.zone.ZoneRulesProvider.getAvailableZoneIds().forEach(System.out::println);
            }
        }
    ";
    fs::write(&source, program).unwrap();
    let known = lines(Command::new(jdk.java()).arg(&source));
    let read = example("tzdb_regions", &jdk.home().join("lib/tzdb.dat"));
    assert!(read.len() > 500, "{jdk}: {} regions", read.len());
    assert_eq!(read, known, "{jdk}");
}

fn jks_aliases_equal_those_given_to_keytool(jdk: &Jdk) {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store.jks");
    let certificate = folder.path().join("certificate");
    let keytool = |arguments: &[&str], file: Option<&Path>| {
        Command::new(jdk.home().join("bin").join("keytool"))
            .args(arguments)
            .args(
                file.iter()
                    .flat_map(|file| [OsStr::new("-file"), file.as_os_str()]),
            )
            .args(["-storetype", "JKS", "-storepass", "changeit", "-keystore"])
            .arg(&store)
            .assert()
            .success();
    };
    let key = [
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=nobody",
        "-keypass",
        "changeit",
    ];
    keytool(&[&key[..], &["-alias", "mine"]].concat(), None);
    keytool(&[&key[..], &["-alias", "My other one"]].concat(), None);
    keytool(&["-exportcert", "-alias", "mine"], Some(&certificate));
    keytool(
        &["-importcert", "-noprompt", "-alias", "trusted"],
        Some(&certificate),
    );

    // A JKS keystore has its aliases in lower case.
    let given = ["mine", "my other one", "trusted"].map(String::from);
    assert_eq!(
        example("jks_aliases", &store),
        BTreeSet::from(given),
        "{jdk}"
    );
}

fn class_strings_equal_those_in_the_source(jdk: &Jdk) {
    // In a form that Java and Rust write alike.
    const CONSTANTS: [&str; 7] = [
        r#""""#,
        r#""hello""#,
        r#""line\nand \"quote\" and \\""#,
        r#""café 中 😀""#,
        r#""\0""#,
        r#""\uD800""#,
        r#""\uDE00 before \uD83D""#,
    ];
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("Strings.java");
    let program = format!(
        "class Strings {{
            long wide = 1234567890123L;
            double wider = 0.1;
            Runnable lambda = () -> System.out.println(wide);
            Object[] all = {{ {} }};
        }}",
        CONSTANTS.join(", ")
    );
    fs::write(&source, program).unwrap();
    Command::new(jdk.javac().unwrap())
        .args(["-encoding", "UTF-8", "-d"])
        .args([folder.path(), &source])
        .assert()
        .success();
    let read = example("class_strings", &folder.path().join("Strings.class"));
    assert_eq!(read, CONSTANTS.map(String::from).into(), "{jdk}");
}

/// What the example of that name prints for that file.
fn example(name: &str, file: &Path) -> BTreeSet<String> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .args(["run", "--quiet", "--example", name, "--"])
        .arg(file);
    lines(cargo.current_dir(env!("CARGO_MANIFEST_DIR")))
}

fn lines(command: &mut Command) -> BTreeSet<String> {
    let output = command.assert().success().get_output().stdout.clone();
    String::from_utf8(output)
        .unwrap()
        .lines()
        .map(String::from)
        .collect()
}
