//! JSON documents from outside: one object, no key twice (RFC 8259 leaves open which one would count), so deep and so
//! large and no more.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// Objects and lists within each other.
const DEPTH_MAX: usize = 16;
/// Values in all, keys not counted.
const VALUES_MAX: usize = 50_000;

/// Reads one JSON object.
///
/// # Errors
/// A sentence that says what is wrong and where: line and column.
pub fn object(text: &str) -> Result<Map<String, Value>, String> {
    let left = Cell::new(VALUES_MAX);
    let mut reader = serde_json::Deserializer::from_str(text);
    let value = Any { depth: 0, left: &left }.deserialize(&mut reader);
    let value = value.and_then(|value| reader.end().map(|()| value));
    match value {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err("the document must be a JSON object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Any value, `depth` objects and lists down.
#[derive(Clone, Copy)]
struct Any<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl Any<'_> {
    fn inside<E: Error>(self) -> Result<Self, E> {
        if self.depth >= DEPTH_MAX {
            return Err(E::custom(format!(
                "more than {DEPTH_MAX} objects and lists within each other"
            )));
        }
        Ok(Self { depth: self.depth + 1, left: self.left })
    }
}

impl<'de> DeserializeSeed<'de> for Any<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(D::Error::custom(format!("more than {VALUES_MAX} values"))),
        }
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Any<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.inside()?;
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(inner)?;
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} is there twice")));
            }
            object.insert(key, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_as_json_reads_it() {
        let text = r#"{"a":[1,-2,3.5,true,null,"ê"],"b":{"a":{}}}"#;
        assert_eq!(
            Value::Object(object(text).unwrap()),
            serde_json::from_str::<Value>(text).unwrap()
        );
    }

    #[test]
    fn what_is_no_one_object_is_refused_with_its_place() {
        for (text, words) in [
            ("[1]", "must be a JSON object"),
            ("", "EOF"),
            ("{\"a\":1}x", "line 1 column 8"),
            ("{\"a\":1,\n\"a\":2}", "\"a\" is there twice at line 2"),
            ("{\"a\":{\"b\":1,\"b\":1}}", "\"b\" is there twice"),
            ("{\"a\":1e999}", "out of range"),
            ("{\"a\":NaN}", "line 1"),
            ("\u{feff}{}", "line 1"),
        ] {
            let reason = object(text).unwrap_err();
            assert!(reason.contains(words), "{text:?}: {reason}");
        }
    }

    #[test]
    fn depth_and_size_end_somewhere() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(object(&nested(DEPTH_MAX - 1)).is_ok());
        assert!(object(&nested(DEPTH_MAX)).unwrap_err().contains("within each other"));
        assert!(object(&nested(100_000)).is_err());
        let long = |values: usize| format!("{{\"a\":[{}1]}}", "1,".repeat(values - 1));
        assert!(object(&long(VALUES_MAX - 2)).is_ok());
        assert!(object(&long(VALUES_MAX - 1)).unwrap_err().contains("values"));
    }
}
