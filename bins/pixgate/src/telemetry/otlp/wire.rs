//! Protocol buffers, the few wire types that OTLP is made of.
//!
//! Protocol Buffers, "Encoding"; opentelemetry-proto 1.x, `common/v1/common.proto`.

use serde_json::Value;

/// A message that is being written; fields with their default are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Message(Vec<u8>);

impl Message {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn number(&mut self, field: u32, number: u64) {
        if number != 0 {
            self.tag(field, 0);
            self.varint(number);
        }
    }

    pub(super) fn fixed(&mut self, field: u32, number: u64) {
        self.tag(field, 1);
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    pub(super) fn double(&mut self, field: u32, number: f64) {
        self.fixed(field, number.to_bits());
    }

    pub(super) fn text(&mut self, field: u32, text: &str) {
        self.blob(field, text.as_bytes());
    }

    pub(super) fn blob(&mut self, field: u32, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.delimited(field, bytes);
        }
    }

    /// Empty messages are written, since their presence says something.
    pub(super) fn message(&mut self, field: u32, message: &Self) {
        self.delimited(field, &message.0);
    }

    pub(super) fn packed(&mut self, field: u32, numbers: impl Iterator<Item = u64>) {
        let bytes: Vec<u8> = numbers.flat_map(u64::to_le_bytes).collect();
        self.blob(field, &bytes);
    }

    /// `KeyValue { key = 1, value = 2 }`.
    pub(super) fn attribute(&mut self, field: u32, name: &str, value: &Value) {
        let mut pair = Self::default();
        pair.text(1, name);
        pair.message(2, &Self::any(value));
        self.message(field, &pair);
    }

    /// The same for groups, whose members get the group's name and a dot in front.
    pub(super) fn flat_attribute(&mut self, field: u32, name: &str, value: &Value) {
        let Value::Object(group) = value else {
            return self.attribute(field, name, value);
        };
        for (member, value) in group {
            self.flat_attribute(field, &format!("{name}.{member}"), value);
        }
    }

    /// `AnyValue`.
    pub(super) fn any(value: &Value) -> Self {
        let mut any = Self::default();
        match value {
            Value::Null => {}
            Value::Bool(flag) => {
                any.tag(2, 0);
                any.varint(u64::from(*flag));
            }
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => {
                    any.tag(3, 0);
                    any.varint(number.cast_unsigned());
                }
                (None, number) => any.double(4, number.unwrap_or_default()),
            },
            Value::String(text) => any.delimited(1, text.as_bytes()),
            Value::Array(values) => {
                let mut array = Self::default();
                for value in values {
                    array.message(1, &Self::any(value));
                }
                any.message(5, &array);
            }
            Value::Object(group) => {
                let mut list = Self::default();
                for (name, value) in group {
                    list.attribute(1, name, value);
                }
                any.message(6, &list);
            }
        }
        any
    }

    fn delimited(&mut self, field: u32, bytes: &[u8]) {
        self.tag(field, 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn tag(&mut self, field: u32, wire_type: u64) {
        self.varint(u64::from(field) << 3 | wire_type);
    }

    fn varint(&mut self, mut number: u64) {
        while let Some(rest) = Some(number >> 7).filter(|rest| *rest != 0) {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number = rest;
        }
        self.0.push((number & 0x7f) as u8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_written_as_in_the_documentation() {
        // "Encoding", sections "A Simple Message" and "Length-Delimited Records".
        let mut message = Message::default();
        message.number(1, 150);
        message.text(2, "testing");
        assert_eq!(
            message.bytes(),
            [
                0x08, 0x96, 0x01, 0x12, 0x07, b't', b'e', b's', b't', b'i', b'n', b'g'
            ]
        );
        let mut message = Message::default();
        message.fixed(1, 1);
        message.number(2, 0);
        assert_eq!(message.bytes(), [0x09, 1, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn negative_numbers_take_ten_bytes() {
        let any = Message::any(&Value::from(-1));
        assert_eq!(any.bytes().len(), 11);
        assert_eq!(any.bytes().last(), Some(&1));
    }
}
