//! A path that grows option by option.

use base64::Engine;

use crate::Config;
use crate::args::texts::BASE64;
use crate::error::{Error, ErrorKind};
use crate::path::stray_percent;

/// A path being written; the first problem is kept and reported at the end.
#[derive(Debug)]
pub(crate) struct Writer<'c> {
    pub(crate) config: &'c Config,
    pub(crate) path: String,
    /// Of the current option.
    pub(crate) name: &'static str,
    pub(crate) error: Option<Error>,
}

impl<'c> Writer<'c> {
    pub(crate) fn new(config: &'c Config) -> Self {
        Self {
            config,
            path: String::new(),
            name: "",
            error: None,
        }
    }

    /// Writes the current option with these arguments.
    pub(crate) fn option(&mut self, arguments: &[String]) {
        let start = self.path.len();
        self.path.push('/');
        self.path.push_str(self.name);
        let bad = arguments.iter().find(|argument| !self.can_carry(argument));
        if let Some(argument) = bad {
            self.refuse(
                argument,
                "an argument cannot hold `/`, `?`, spaces or the separator",
            );
        }
        if self.name.contains(self.config.separator()) {
            self.refuse(self.name, "the name contains the separator");
        }
        for argument in arguments {
            self.path.push_str(self.config.separator());
            self.path.push_str(argument);
        }
        if arguments.is_empty() {
            self.path.truncate(start);
        }
    }

    /// Writes the current option without the empty arguments at its end.
    pub(crate) fn option_trimmed(&mut self, arguments: &[String]) {
        let used = arguments.iter().rposition(|argument| !argument.is_empty());
        let count = used.map_or(0, |last| last.saturating_add(1));
        self.option(arguments.get(..count).unwrap_or_default());
    }

    /// Writes the current option with one encoded argument.
    pub(crate) fn base64(&mut self, text: Option<&str>) {
        if let Some(text) = text {
            self.option(&[Self::encode(text)]);
        }
    }

    pub(crate) fn encode(text: &str) -> String {
        BASE64.encode(text)
    }

    /// Whether a text can be an argument as it is, in any client.
    pub(crate) fn can_write(&self, text: &str) -> bool {
        text.is_ascii() && !text.contains(['#', '"', '\\']) && self.can_carry(text)
    }

    /// Whether a text comes back from parsing as it is.
    fn can_carry(&self, text: &str) -> bool {
        let plain = |byte: u8| !byte.is_ascii_control() && !matches!(byte, b' ' | b'/' | b'?');
        text.bytes().all(plain)
            && stray_percent(text).is_none()
            && !text.contains("%3A")
            && !text.contains(self.config.separator())
    }

    /// Keeps the first problem.
    pub(crate) fn refuse(&mut self, segment: &str, hint: &'static str) {
        let position = self.path.len();
        self.error.get_or_insert_with(|| {
            Error::new(ErrorKind::Unwritable, position, segment).with_hint(hint)
        });
    }
}
