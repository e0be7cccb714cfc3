//! Values of canonical keys.

use std::collections::BTreeMap;

use pixgate_options::{
    Area, AutoqualityMethod, AvifSubsample, Format, GravityKind, HashKind, MaskFit, MaskReading,
    Radius, ResizingAlgorithm, ResizingType, Rgb, TextAlign, UnsharpMode, WebpCompression,
    WebpPreset,
};

/// A value of a canonical key.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Whole number.
    Int(i64),
    /// Finite number.
    Float(f64),
    /// Flag.
    Bool(bool),
    /// Text: names, colours as `rrggbb`.
    String(String),
    /// Several values in order.
    List(Vec<Value>),
    /// Values by name.
    Map(BTreeMap<String, Value>),
}

impl Value {
    /// Appends the arguments that stand for this value in a URL.
    pub(crate) fn push_arguments(&self, out: &mut Vec<String>) {
        match self {
            Self::Int(number) => out.push(number.to_string()),
            Self::Float(number) => out.push(float_text(*number)),
            Self::Bool(flag) => out.push(String::from(if *flag { "1" } else { "0" })),
            Self::String(text) => out.push(text.clone()),
            Self::List(values) => values.iter().for_each(|value| value.push_arguments(out)),
            Self::Map(values) => {
                for (name, value) in values {
                    out.push(name.clone());
                    value.push_arguments(out);
                }
            }
        }
    }
}

/// The shorter of the plain and the scientific notation; both read back exactly.
pub(crate) fn float_text(number: f64) -> String {
    let plain = number.to_string();
    let scientific = format!("{number:e}");
    if scientific.len() < plain.len() {
        scientific
    } else {
        plain
    }
}

/// Something that a canonical key can have as its value.
pub(crate) trait ToValue {
    fn to_value(&self) -> Option<Value>;
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Option<Value> {
        self.as_ref().and_then(ToValue::to_value)
    }
}

/// Lists inside an `Option`: an empty one is a value of its own.
macro_rules! lists {
    ($($type:ty)+) => {
        $(impl ToValue for Vec<$type> {
            fn to_value(&self) -> Option<Value> {
                let values = self.iter().filter_map(ToValue::to_value);
                Some(Value::List(values.collect()))
            }
        })+
    };
}

lists!(String HashKind Area);

/// A list that options add to: empty means not set.
impl ToValue for Vec<Format> {
    fn to_value(&self) -> Option<Value> {
        let values = self.iter().filter_map(ToValue::to_value);
        (!self.is_empty()).then(|| Value::List(values.collect()))
    }
}

/// A map that options add to: empty means not set.
impl ToValue for BTreeMap<Format, u8> {
    fn to_value(&self) -> Option<Value> {
        (!self.is_empty()).then(|| map_value(self))
    }
}

impl ToValue for BTreeMap<String, f64> {
    fn to_value(&self) -> Option<Value> {
        Some(map_value(self))
    }
}

fn map_value<K: ToString, V: ToValue>(map: &BTreeMap<K, V>) -> Value {
    let entries = map
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_value()?)));
    Value::Map(entries.collect())
}

impl ToValue for Area {
    fn to_value(&self) -> Option<Value> {
        let sides = [
            ("left", self.left),
            ("top", self.top),
            ("width", self.width),
            ("height", self.height),
        ];
        let entries = sides.map(|(name, side)| (String::from(name), Value::Float(side)));
        Some(Value::Map(entries.into()))
    }
}

impl ToValue for Radius {
    fn to_value(&self) -> Option<Value> {
        match self {
            Self::Length(length) => length.to_value(),
            Self::Max => Some(Value::String(self.to_string())),
        }
    }
}

impl ToValue for f64 {
    fn to_value(&self) -> Option<Value> {
        Some(Value::Float(*self))
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Option<Value> {
        Some(Value::Bool(*self))
    }
}

impl ToValue for u64 {
    fn to_value(&self) -> Option<Value> {
        Some(Value::Int(i64::try_from(*self).unwrap_or(i64::MAX)))
    }
}

macro_rules! whole_numbers {
    ($($type:ty)+) => {
        $(impl ToValue for $type {
            fn to_value(&self) -> Option<Value> {
                Some(Value::Int(i64::from(*self)))
            }
        })+
    };
}

macro_rules! texts {
    ($($type:ty)+) => {
        $(impl ToValue for $type {
            fn to_value(&self) -> Option<Value> {
                Some(Value::String(self.to_string()))
            }
        })+
    };
}

whole_numbers!(u8 u16 u32 i32 i64);
texts!(
    String Rgb Format GravityKind ResizingType ResizingAlgorithm UnsharpMode AutoqualityMethod
    WebpCompression WebpPreset AvifSubsample HashKind MaskReading MaskFit TextAlign
);
