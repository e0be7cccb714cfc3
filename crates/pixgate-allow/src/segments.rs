//! Dot segments of paths: resolved as clients do, and found where only servers would.

use crate::percent;

/// Resolves `.` and `..`, also in their percent-encoded spellings, and keeps empty segments.
///
/// Algorithm: the path state of the URL standard, url.spec.whatwg.org, section 4.4.
pub(crate) fn resolve_encoded(path: &[u8]) -> Vec<u8> {
    resolve(path, percent::decode)
}

/// Resolves `.` and `..` in a path that is not percent-encoded, and keeps empty segments.
pub(crate) fn resolve_plain(path: &[u8]) -> Vec<u8> {
    resolve(path, <[u8]>::to_vec)
}

/// Whether a server that reads a path more leniently than RFC 3986 would still find `..` in it.
///
/// Such servers take `\` and `%5C` for a slash, decode `%2F` before they look for segments, decode
/// more than once, or drop what follows a `;` or a NUL, and blanks at the end.
pub(crate) fn may_climb(path: &[u8]) -> bool {
    let climbs = |segment: &[u8]| {
        let name = segment.split(|byte| b";\0".contains(byte)).next();
        name.is_some_and(|name| name.trim_ascii_end() == b"..")
    };
    let mut path = path.to_vec();
    for _ in 0..MAX_LAYERS {
        if path.split(|byte| b"/\\".contains(byte)).any(climbs) {
            return true;
        }
        let decoded = percent::decode(&path);
        if decoded == path {
            return false;
        }
        path = decoded;
    }
    true
}

fn resolve(path: &[u8], decode: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let Some(relative) = path.strip_prefix(b"/") else {
        return path.to_vec();
    };
    let mut kept: Vec<&[u8]> = Vec::new();
    let mut ends_in_dots = false;
    for segment in relative.split(|byte| *byte == b'/') {
        let decoded = decode(segment);
        ends_in_dots = matches!(&*decoded, b"." | b"..");
        if decoded == b".." {
            kept.pop();
        } else if !ends_in_dots {
            kept.push(segment);
        }
    }
    if ends_in_dots {
        kept.push(b"");
    }
    kept.iter()
        .flat_map(|segment| [b"/", *segment].concat())
        .collect()
}

/// Who encodes a name more often has no name in mind.
const MAX_LAYERS: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dots_are_resolved_as_the_url_standard_has_it() {
        for (path, resolved) in [
            ("", ""),
            ("/", "/"),
            ("/a/../b", "/b"),
            ("/a/..", "/"),
            ("/a/b/.", "/a/b/"),
            ("/../../a", "/a"),
            ("/a//../b", "/a/b"),
            ("/a//../../b", "/b"),
            ("/a/%2e%2E/b", "/b"),
            ("/a/.%2e/b", "/b"),
            ("/a/%2e/b/", "/a/b/"),
            ("/a/...", "/a/..."),
            ("/a/%252e%252e/b", "/a/%252e%252e/b"),
            ("/a/..%2Fb", "/a/..%2Fb"),
        ] {
            let found = resolve_encoded(path.as_bytes());
            assert_eq!(String::from_utf8_lossy(&found), resolved, "{path}");
        }
        assert_eq!(resolve_plain(b"/a/%2e%2e/../b"), b"/a/b");
    }

    #[test]
    fn hidden_dots_are_found() {
        for path in [
            "/a/..%5Cb",
            "/a/..%2fb",
            "/a%2f..",
            "/a/..\\b",
            "/a/%252e%252e/b",
            "/a/%25252E./b",
            "/a/..;/b",
            "/a/%2e%2e%3Bx/b",
            "/a/..%20/b",
            "/a/..%00.png",
        ] {
            assert!(may_climb(path.as_bytes()), "{path}");
        }
        for path in [
            "/a/...",
            "/a..b/..c/d..",
            "/a%20b/50%25.png",
            "/a%2Fb%5Cc",
            "/a;..",
        ] {
            assert!(!may_climb(path.as_bytes()), "{path}");
        }
        let layers = format!("/%25{}41", "25".repeat(20));
        assert!(may_climb(layers.as_bytes()));
    }
}
