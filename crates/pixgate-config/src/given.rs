//! Variables as they were given.

use std::collections::BTreeMap;

pub(crate) type Variables = BTreeMap<String, String>;

/// A value, unless it is blank.
pub(crate) fn value(given: &Variables, name: &str) -> Option<String> {
    let value = given.get(name);
    value.filter(|value| !value.trim().is_empty()).cloned()
}
