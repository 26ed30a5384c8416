//! The vectors of `ObjectInputStream`: the same strings as block data.

use javatalk::data::DataInput;
use javatalk::object::ObjectInput;

use super::{assert_no_failures, differs, ended, expected, text_value, vectors};

#[test]
fn every_string_of_an_object_stream_holds() {
    let mut failures = Vec::new();
    for vector in vectors(include_str!("../../vectors/object_stream.json")) {
        let bytes = vector.input();
        let mut input = ObjectInput::new(&bytes[..]).unwrap();
        for call in vector.calls() {
            assert_eq!(call["method"], "readUTF");
            let seen = ended(input.read_utf().map(|text| Some(text_value(&text))));
            let java = expected(call, &["returns", "throws", "message", "messageUnits"]);
            if seen != java {
                failures.push(differs(&vector, &seen, &java));
            }
        }
    }
    assert_no_failures(&failures);
}
