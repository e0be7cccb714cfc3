//! Amazon's shared files: `credentials` and `config`.

use std::collections::BTreeMap;
use std::path::Path;

/// The settings of one profile, from both files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Profile(BTreeMap<String, String>);

impl Profile {
    /// Reads both files; one that is not there has no profiles.
    pub(super) fn read(name: &str, credentials: Option<&Path>, config: Option<&Path>) -> Self {
        let text = |path: Option<&Path>| {
            let text = path.and_then(|path| std::fs::read_to_string(path).ok());
            text.unwrap_or_default()
        };
        Self::parse(name, &text(credentials), &text(config))
    }

    /// Settings in `credentials` win over those in `config`.
    fn parse(name: &str, credentials: &str, config: &str) -> Self {
        let mut all = section(config, |title| {
            let named = title.strip_prefix("profile").map(str::trim);
            named == Some(name) || (title == name && name == DEFAULT)
        });
        all.extend(section(credentials, |title| title == name));
        Self(all)
    }

    /// A setting, unless it is blank.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0
            .get(name)
            .map(String::as_str)
            .filter(|text| !text.is_empty())
    }
}

/// `name = value` lines below the headings that fit; nested settings are left out.
fn section(text: &str, fits: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let mut settings = BTreeMap::new();
    let mut is_inside = false;
    for line in text.lines() {
        let heading = line.trim().strip_prefix('[');
        if let Some(title) = heading.and_then(|rest| rest.split(']').next()) {
            is_inside = fits(title.trim());
        } else if let (true, Some((name, value))) = (is_inside, setting(line)) {
            settings.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    settings
}

fn setting(line: &str) -> Option<(&str, &str)> {
    if line.starts_with([' ', '\t', '#', ';']) {
        return None;
    }
    let (name, value) = line.split_once('=')?;
    let value = value.split(" #").next().unwrap_or_default();
    Some((name, value.split(" ;").next().unwrap_or_default()))
}

/// The profile that is used if none is named.
pub(super) const DEFAULT: &str = "default";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_from_both_files() {
        let credentials = "[default]\naws_access_key_id = D\n\n[other]\n# no\n\
                           AWS_ACCESS_KEY_ID=O # comment\naws_secret_access_key = a=b\n";
        let config = "[default]\nregion = eu-west-1\n[profile other]\nregion=eu-west-2\n\
                      aws_access_key_id = loses\ns3 =\n  max_queue = 5\n[other]\nregion = no\n";
        for (profile, name, expected) in [
            ("default", "aws_access_key_id", Some("D")),
            ("default", "region", Some("eu-west-1")),
            ("other", "aws_access_key_id", Some("O")),
            ("other", "aws_secret_access_key", Some("a=b")),
            ("other", "region", Some("eu-west-2")),
            ("other", "max_queue", None),
            ("other", "s3", None),
            ("third", "region", None),
        ] {
            let read = Profile::parse(profile, credentials, config);
            assert_eq!(read.text(name), expected, "{profile} {name}");
        }
    }

    #[test]
    fn missing_files_have_no_profiles() {
        let missing = Some(Path::new("/nowhere/credentials"));
        assert_eq!(Profile::read(DEFAULT, missing, None), Profile::default());
    }
}
