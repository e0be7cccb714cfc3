//! Named option lists.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind};

/// Named option lists; where a name is defined twice, the later definition counts.
///
/// Definitions are `name=options`, the options written as in a path. Definitions that are empty or
/// start with `#` are skipped.
///
/// ```
/// # use pixgate_url::Presets;
/// let mut presets = Presets::from_list("thumb=rs:fill:64:64/q:60,#old=w:1", ",")?;
/// presets.merge(Presets::from_lines("wide=w:1200\n")?);
/// assert_eq!(presets.names().collect::<Vec<_>>(), ["thumb", "wide"]);
/// # Ok::<(), pixgate_url::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Presets(BTreeMap<String, Vec<String>>);

impl Presets {
    /// Reads definitions separated by `separator` (usually `,`).
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ConfigError`] for a definition without exactly one `=`, or with an empty name
    /// or value. Options are not looked at: [`Config::check`](crate::Config::check) does that.
    pub fn from_list(text: &str, separator: &str) -> Result<Self, Error> {
        match separator {
            "" => Self::collect([text]),
            _ => Self::collect(text.split(separator)),
        }
    }

    /// Reads the text of a file with one definition a line.
    ///
    /// # Errors
    ///
    /// As [`from_list`](Self::from_list).
    pub fn from_lines(text: &str) -> Result<Self, Error> {
        Self::collect(text.lines())
    }

    /// Adds definitions that count more than the ones already here.
    pub fn merge(&mut self, later: Self) {
        self.0.extend(later.0);
    }

    /// The names, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The name as it is stored, and the segments.
    pub(crate) fn find(&self, name: &str) -> Option<(&str, &[String])> {
        let (name, segments) = self.0.get_key_value(name)?;
        Some((name, segments))
    }

    fn collect<'p>(definitions: impl IntoIterator<Item = &'p str>) -> Result<Self, Error> {
        let definitions = definitions.into_iter().map(str::trim);
        let used = definitions.filter(|text| !text.is_empty() && !text.starts_with('#'));
        used.map(parse_definition)
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

fn parse_definition(text: &str) -> Result<(String, Vec<String>), Error> {
    let refused =
        |hint: &'static str| Err(Error::new(ErrorKind::ConfigError, 0, text).with_hint(hint));
    let Some((name, value)) = text.split_once('=') else {
        return refused("a preset is `name=options`");
    };
    if value.contains('=') {
        return refused("a preset has only one `=`; leave out the padding of base64");
    }
    let (name, value) = (name.trim(), value.trim());
    if name.is_empty() || value.is_empty() {
        return refused("neither name nor options of a preset may be empty");
    }
    let segments = value.split('/').map(String::from).collect();
    Ok((name.to_owned(), segments))
}

#[cfg(test)]
mod tests {
    use super::Presets;

    #[test]
    fn refuses_definitions_that_are_not_a_name_and_options() {
        for text in ["a", "=w:1", "a=", "a=fn:Zm9v=:1"] {
            let error = Presets::from_list(text, ",").unwrap_err();
            assert_eq!(error.kind().name(), "config_error", "{text}");
        }
    }
}
