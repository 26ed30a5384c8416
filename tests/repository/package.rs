//! What is published: the files of the package, and what depending on it brings.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The lines that this `cargo` command prints. It never asks the network.
fn cargo(folder: &Path, arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(arguments)
        .arg("--offline")
        .current_dir(folder)
        .assert()
        .success();
    let output = String::from_utf8(output.get_output().stdout.clone()).unwrap();
    output.lines().map(str::to_owned).collect()
}

/// The files that are packaged, relative to the root. Those that cargo writes itself are not among them.
fn packaged() -> BTreeSet<PathBuf> {
    let listed = cargo(root(), &["package", "--list", "--allow-dirty"]);
    let files = listed.into_iter().map(PathBuf::from);
    files.filter(|file| root().join(file).exists()).collect()
}

/// Every file below this path, or the file itself, relative to the root.
fn files(path: &Path) -> Vec<PathBuf> {
    let whole = root().join(path);
    if !whole.is_dir() {
        return vec![path.to_owned()];
    }
    let entries = fs::read_dir(whole).unwrap();
    entries
        .flat_map(|entry| files(&path.join(entry.unwrap().file_name())))
        .collect()
}

/// Without `..`: a path of the list has none.
fn plain(path: &Path) -> PathBuf {
    path.components().fold(PathBuf::new(), |mut plain, part| {
        match part {
            Component::ParentDir => assert!(plain.pop(), "{} leaves the root", path.display()),
            other => plain.push(other),
        }
        plain
    })
}

/// What a source file includes: the quoted names behind these macros.
fn included(source: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(root().join(source)).unwrap();
    let macros = ["include_str!(", "include_bytes!(", "include_dir!("];
    let name = |rest: &str| {
        let name = rest.trim_start().strip_prefix('"')?.split('"').next()?;
        Some(match name.strip_prefix("$CARGO_MANIFEST_DIR/") {
            Some(name) => PathBuf::from(name),
            None => plain(&source.parent().unwrap().join(name)),
        })
    };
    macros
        .iter()
        .flat_map(|start| text.split(start).skip(1).filter_map(name))
        .collect()
}

#[test]
fn the_package_has_all_that_its_sources_include() {
    let packaged = packaged();
    let mut seen = 0;
    for source in packaged
        .iter()
        .filter(|file| file.extension() == Some("rs".as_ref()))
    {
        for path in included(source) {
            for file in files(&path) {
                assert!(
                    packaged.contains(&file),
                    "{} includes {}, which `include` in Cargo.toml leaves out",
                    source.display(),
                    file.display()
                );
                seen += 1;
            }
        }
    }
    assert!(
        seen > 200,
        "only {seen} files: are they included otherwise now?"
    );
}

#[test]
fn the_package_has_nothing_big() {
    // The largest file of vectors.
    const FILE: u64 = 128 * 1024;
    const ALL: u64 = 4_400_000;
    let mut all = 0;
    for file in packaged() {
        let size = fs::metadata(root().join(&file)).unwrap().len();
        assert!(size <= FILE, "{} has {size} bytes", file.display());
        all += size;
    }
    assert!(all <= ALL, "the package has {all} bytes");
}

#[test]
fn the_package_has_the_tests_of_the_library_and_no_others() {
    let packaged = packaged();
    let tests: BTreeSet<_> = packaged
        .iter()
        .filter_map(|file| file.strip_prefix("tests").ok()?.iter().next()?.to_str())
        .collect();
    let expected = ["allocation.rs", "library", "peers", "scenarios", "vectors"];
    assert_eq!(
        tests,
        expected.into(),
        "peers, scenarios and vectors are included by the sources"
    );
    let sources = packaged
        .iter()
        .filter(|file| file.starts_with("tests/peers"));
    assert!(sources.count() == 4);
}

#[test]
fn depending_on_the_library_adds_one_package() {
    let folder = TempDir::new().unwrap();
    let manifest = format!(
        "[package]\nname = \"new\"\nedition = \"2024\"\n\
         [workspace]\n\
         [dependencies]\njavatalk = {{ path = {:?} }}\n",
        root()
    );
    fs::create_dir(folder.path().join("src")).unwrap();
    fs::write(folder.path().join("src/lib.rs"), "").unwrap();
    fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    let all = [
        "tree", "--edges", "all", "--target", "all", "--prefix", "none",
    ];
    let tree = cargo(folder.path(), &all);
    // Below a package `tree` also shows the features that it is used with.
    let packages: BTreeSet<_> = tree
        .iter()
        .filter_map(|line| line.split_whitespace().next())
        .collect();
    assert_eq!(packages, ["javatalk", "new"].into(), "{tree:#?}");
}
