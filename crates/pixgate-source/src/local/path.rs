//! Keys of `local` URLs as relative paths.

use std::path::{Component, Path, PathBuf};

/// A path without `.`, `..` and empty segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cleaned {
    segments: Vec<String>,
}

impl Cleaned {
    /// Resolves dot segments as if the root were `/`; `None` if nothing or no path is left.
    pub(super) fn new(key: &str) -> Option<Self> {
        let mut segments = Vec::new();
        for segment in key.split('/') {
            match segment {
                "" | "." => {}
                ".." => drop(segments.pop()),
                name if is_name(name) => segments.push(name.to_owned()),
                _ => return None,
            }
        }
        (!segments.is_empty()).then_some(Self { segments })
    }

    /// The path below a folder.
    pub(super) fn under(&self, root: &Path) -> PathBuf {
        let mut path = root.to_owned();
        path.extend(&self.segments);
        path
    }

    /// The path with `/` in front, as the `ETag` contains it.
    pub(super) fn text(&self) -> String {
        format!("/{}", self.segments.join("/"))
    }
}

/// Where paths know drives or other separators, a segment could be more than a name.
fn is_name(segment: &str) -> bool {
    let mut components = Path::new(segment).components();
    let first = components.next();
    matches!(first, Some(Component::Normal(name)) if name == segment) && components.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_segments_never_climb_out() {
        for (key, expected) in [
            ("a.png", "/a.png"),
            ("a.png/", "/a.png"),
            ("a//b/./c", "/a/b/c"),
            ("a/../b", "/b"),
            ("../../b", "/b"),
            ("a/../../../b/..//c", "/c"),
            ("...", "/..."),
            ("..a/b..", "/..a/b.."),
            ("%2e%2e/a", "/%2e%2e/a"),
        ] {
            assert_eq!(Cleaned::new(key).unwrap().text(), expected, "{key}");
        }
    }

    #[test]
    fn the_root_itself_is_no_file() {
        for key in ["", "/", ".", "..", "a/..", "//"] {
            assert_eq!(Cleaned::new(key), None, "{key}");
        }
    }
}
