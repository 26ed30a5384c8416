//! The page on your own tests shows the files of the crate that CI builds and runs.

use std::fs;
use std::path::Path;

#[test]
fn the_page_on_your_own_tests_shows_the_crate_that_is_tested() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/your-own-tests.md")).unwrap();
    let file = |name| fs::read_to_string(root.join("tests/as-a-dependency").join(name)).unwrap();
    for (language, name) in [
        ("rust,ignore", "tests/codec.rs"),
        ("rust,ignore", "tests/guess.rs"),
        ("toml", "tests/guess.toml"),
    ] {
        let block = format!("```{language}\n{}```\n", file(name));
        assert!(page.contains(&block), "{name} is not on the page as it is");
    }
    let manifest = file("Cargo.toml");
    let (_, manifest) = manifest.split_once("[dev-dependencies]").unwrap();
    let published = manifest.replace(r#"{ path = "../..","#, r#"{ version = "0.1","#);
    let block = format!("```toml\n[dev-dependencies]{published}```\n");
    assert!(page.contains(&block), "{block}");
    let library = file("src/lib.rs");
    for line in page.lines().filter(|line| line.starts_with("pub fn ")) {
        assert!(library.contains(line), "the crate has no {line}");
    }
}
