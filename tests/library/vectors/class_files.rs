//! The vectors of the class loader: the constants of class files.

use javatalk::mutf8::Rules;
use serde_json::json;

use super::{assert_no_failures, differs, expected, text_value, vectors};

#[test]
fn every_constant_is_decoded_as_the_class_loader_decodes_it() {
    let mut failures = Vec::new();
    for vector in vectors(include_str!("../../vectors/class_file.json")) {
        let version = vector.group["classFileVersion"].as_u64().unwrap();
        let rules = Rules::of_class_file(version.try_into().unwrap());
        let seen = match rules.decode(&vector.input()) {
            Ok(text) => json!({"returns": text_value(&text)}),
            Err(_) => json!({"throws": "java.lang.ClassFormatError"}),
        };
        let java = expected(&vector.calls()[0], &["returns", "throws"]);
        if seen != java {
            failures.push(differs(&vector, &seen, &java));
        }
    }
    assert_no_failures(&failures);
}
