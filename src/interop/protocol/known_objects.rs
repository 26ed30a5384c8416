//! The objects that one conversation has written and read, by their numbers.

use std::collections::HashMap;

use super::object::ObjectContent;
use super::value::Value;
use crate::data::object::Object;

/// The numbered objects that have been written: the same number and the same content are the same
/// object.
#[derive(Debug, Clone, Default)]
pub struct WrittenObjects(HashMap<Value, Object>);

impl WrittenObjects {
    /// The object that `value` stands for, and whether it has been asked for before; `None` is null.
    pub fn object(&mut self, value: &Value) -> (Option<Object>, bool) {
        let Some((number, content)) = value.as_object() else {
            return (None, false);
        };
        if number.is_none() {
            return (Some(content.to_object()), false);
        }
        if let Some(object) = self.0.get(value) {
            return (Some(object.clone()), true);
        }
        let object = content.to_object();
        self.0.insert(value.clone(), object.clone());
        (Some(object), false)
    }
}

/// The objects that have been read, numbered in their order.
#[derive(Debug, Clone, Default)]
pub struct ReadObjects(Vec<Object>);

impl ReadObjects {
    /// The value for `object`, with the number that says which one it is, and whether it has been read
    /// before. An empty string has no number: in some releases of the JDK all of them are one object.
    pub fn value(&mut self, object: Option<&Object>) -> (Value, bool) {
        let Some(object) = object else {
            return (Value::Null, false);
        };
        let content = ObjectContent::of(object);
        if matches!(&content, ObjectContent::String(text) if text.is_empty()) {
            return (Value::object(None, content), false);
        }
        let place = self.0.iter().rposition(|other| other.is_same(object));
        let number = place.unwrap_or_else(|| {
            self.0.push(object.clone());
            self.0.len() - 1
        });
        let value = Value::object(u32::try_from(number).ok(), content);
        (value, place.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_tells_equal_objects_apart() {
        let mut written = WrittenObjects::default();
        let mut object = |word: &str| written.object(&word.parse().unwrap()).0.unwrap();
        let one = object("1=u0061");
        assert!(one.is_same(&object("1=u0061")));
        assert!(!one.is_same(&object("2=u0061")));
        assert!(!one.is_same(&object("1=u0062")));
        assert!(!object("u0061").is_same(&object("u0061")));
    }

    #[test]
    fn an_object_that_is_read_again_keeps_its_number() {
        let [a, b, empty] = ["a", "a", ""].map(Object::from);
        let mut read = ReadObjects::default();
        let mut value = |object: &Object| read.value(Some(object)).0.to_string();
        assert_eq!(value(&a), "0=u0061");
        assert_eq!(value(&b), "1=u0061");
        assert_eq!(value(&a), "0=u0061");
        assert_eq!(value(&empty), "u");
        assert_eq!(read.value(None), (Value::Null, false));
    }
}
