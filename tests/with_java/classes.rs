//! How the Java programs are compiled, kept and borrowed.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use javatalk::internals::interop::model::observation::Ending;
use javatalk::internals::interop::model::participant::{Pairing, Participant};
use javatalk::internals::interop::proxy::plan::NetworkPlan;
use javatalk::internals::interop::toolbox::Toolbox;
use javatalk::internals::system::jdk::{Classes, Freshness, Jdk, Origin};
use predicates::prelude::*;
use predicates::str::contains;

use crate::{hello, programs};

// The options are those of every run: all warnings, and each an error.
pub(crate) fn java_sources_compile_without_warnings(toolbox: &Arc<Toolbox>) {
    for jdk in toolbox.jdks().iter().filter(|jdk| jdk.javac().is_some()) {
        let cache = tempfile::tempdir().unwrap();
        let classes = Classes::of(jdk, &[], cache.path(), toolbox.javatalk()).unwrap();
        let client = fs::read(classes.folder().join("client.class")).unwrap();
        let release_8 = [0, 52];
        assert_eq!(client[6..8], release_8, "{jdk}");
    }
}

pub(crate) fn concurrent_compilations_compile_once(toolbox: &Arc<Toolbox>) {
    let jdk = compiler(toolbox);
    let cache = tempfile::tempdir().unwrap();
    let made: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let classes = Classes::of(jdk, &[], cache.path(), toolbox.javatalk()).unwrap();
                    let class = classes.folder().join("server.class");
                    fs::metadata(class).unwrap().modified().unwrap()
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().unwrap()).collect()
    });
    assert!(made.iter().all(|time| *time == made[0]), "{made:?}");
    let names = names(cache.path());
    assert_eq!(
        names.len(),
        3,
        "one folder of classes, its digest and the lock: {names:?}"
    );
}

pub(crate) fn modified_classes_are_recompiled(toolbox: &Arc<Toolbox>) {
    let jdk = compiler(toolbox);
    let cache = tempfile::tempdir().unwrap();
    let classes = || Classes::of(jdk, &[], cache.path(), toolbox.javatalk()).unwrap();
    let folder = classes().folder().to_path_buf();
    let (class, planted) = (folder.join("client.class"), folder.join("Planted.class"));
    let whole = fs::read(&class).unwrap();
    fs::write(&class, &whole[..100]).unwrap();
    fs::write(&planted, "planted").unwrap();
    assert_eq!(classes().folder(), folder);
    assert_eq!(fs::read(&class).unwrap(), whole);
    assert!(!planted.exists());
}

pub(crate) fn an_unusable_cache_is_not_reported_as_a_missing_jdk(toolbox: &Arc<Toolbox>) {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let refused = |cache: &Path, why: &str| {
        crate::javatalk(toolbox)
            .args(["interop", "chat::ascii::rust-to-rust"])
            .args(crate::jdk_options(toolbox))
            .arg("--cache")
            .arg(cache)
            .assert()
            .code(7)
            .stdout("")
            .stderr(contains(why).and(contains("--cache or JAVATALK_CACHE")));
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "precious").unwrap();
    refused(&file.join("cache"), "Not a directory");

    let cache = folder.path().join("cache");
    fs::create_dir(&cache).unwrap();
    symlink(&file, cache.join("lock")).unwrap();
    refused(&cache, "it is a symbolic link: remove it");
    assert_eq!(fs::read_to_string(&file).unwrap(), "precious");

    fs::set_permissions(&cache, fs::Permissions::from_mode(0o777)).unwrap();
    refused(&cache, "chmod go-w");
}

pub(crate) fn leftovers_of_a_killed_compiler_are_removed(toolbox: &Arc<Toolbox>) {
    let cache = tempfile::tempdir().unwrap();
    fs::create_dir(cache.path().join(".compiling-left")).unwrap();
    Classes::of(compiler(toolbox), &[], cache.path(), toolbox.javatalk()).unwrap();
    let names = names(cache.path());
    assert!(!names.iter().any(|name| name.starts_with('.')), "{names:?}");
}

fn compiler(toolbox: &Arc<Toolbox>) -> &Jdk {
    toolbox
        .jdks()
        .iter()
        .rev()
        .find(|jdk| jdk.javac().is_some())
        .expect("one can compile")
}

fn names(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// A runtime without compiler, made of a JDK: a home with links to all that is not `javac`.
pub(crate) fn a_runtime_without_a_compiler_uses_classes_of_another_jdk(toolbox: &Arc<Toolbox>) {
    use std::os::unix::fs::symlink;

    let jdk = compiler(toolbox);
    let root = tempfile::tempdir().unwrap();
    let home = root.path().join("runtime");
    fs::create_dir_all(home.join("bin")).unwrap();
    symlink(jdk.java(), home.join("bin/java")).unwrap();
    fs::write(home.join("release"), "JAVA_VERSION=\"999.1\"\n").unwrap();
    let runtime = Jdk::at(&home, Origin::Named).unwrap();
    assert_eq!(runtime.javac(), None);

    let toolbox = Toolbox::new(
        toolbox.javatalk().to_path_buf(),
        vec![jdk.clone(), runtime],
        PathBuf::from(env!("CARGO_TARGET_TMPDIR")),
    );
    let pairing = Pairing {
        client: Participant::Java(999),
        server: Participant::Rust,
    };
    let outcome = programs(&Arc::new(toolbox))
        .run(&hello(), NetworkPlan::default(), pairing, Freshness::Fresh)
        .unwrap();
    assert_eq!(outcome.ending, Ending::Complete);
    assert_eq!(outcome.client.unwrap().stdout, b"---client---\nhello\n");
}
