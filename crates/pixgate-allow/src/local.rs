use crate::segments::resolve_plain;

/// The text of a `local` URL with `.` and `..` segments resolved; `None` for other schemes.
///
/// The path ends at the query separator, and what follows stays as it is. Neighbouring slashes
/// become one, as in the path of the file that is read.
pub(crate) fn clean_local(url: &[u8], query_separator: &[u8]) -> Option<Vec<u8>> {
    let (scheme, rest) = url.split_at_checked(SCHEME.len())?;
    scheme.eq_ignore_ascii_case(SCHEME).then_some(())?;
    let authority = rest.iter().take_while(|byte| **byte != b'/').count();
    let (authority, rest) = rest.split_at_checked(authority)?;
    let (path, query) = rest.split_at_checked(find(rest, query_separator))?;
    Some([scheme, authority, &clean(path), query].concat())
}

/// The text of an object store's URL with `.` and `..` segments of the key resolved; `None` for other
/// schemes.
///
/// Stores do not resolve them, but what stands in front of a store may.
pub(crate) fn clean_object(url: &[u8], query_separator: &[u8]) -> Option<Vec<u8>> {
    let end = find(url, b"://").saturating_add(3);
    let (scheme, rest) = url.split_at_checked(end)?;
    let is_known = |known: &&[u8]| scheme.eq_ignore_ascii_case(known);
    OBJECT_SCHEMES.iter().find(|known| is_known(known))?;
    let bucket = rest.iter().take_while(|byte| **byte != b'/').count();
    let (bucket, rest) = rest.split_at_checked(bucket)?;
    let (key, query) = rest.split_at_checked(find(rest, query_separator))?;
    Some([scheme, bucket, &resolve_plain(key), query].concat())
}

/// Resolves dot segments against the root, keeping a slash at the end.
fn clean(path: &[u8]) -> Vec<u8> {
    let mut kept: Vec<&[u8]> = Vec::new();
    for segment in path.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => {
                kept.pop();
            }
            _ => kept.push(segment),
        }
    }
    let mut cleaned: Vec<u8> = kept
        .iter()
        .flat_map(|segment| [b"/", *segment].concat())
        .collect();
    if path.ends_with(b"/") || kept.is_empty() && !path.is_empty() {
        cleaned.push(b'/');
    }
    cleaned
}

/// The position of the separator, or the end; an empty separator is nowhere.
fn find(text: &[u8], separator: &[u8]) -> usize {
    if separator.is_empty() {
        return text.len();
    }
    let mut windows = text.windows(separator.len());
    windows
        .position(|window| window == separator)
        .unwrap_or(text.len())
}

const SCHEME: &[u8] = b"local://";
const OBJECT_SCHEMES: [&[u8]; 4] = [b"s3://", b"gs://", b"abs://", b"swift://"];

#[cfg(test)]
mod tests {
    use super::*;

    fn cleaned(url: &str) -> Option<String> {
        let bytes = clean_local(url.as_bytes(), b"?")?;
        String::from_utf8(bytes).ok()
    }

    #[test]
    fn resolves_dot_segments_of_local_urls_only() {
        let cases = [
            ("local:///a/../b.png", "local:///b.png"),
            ("local:///a/./b//c/", "local:///a/b/c/"),
            ("local:////a", "local:///a"),
            ("local:///../../a", "local:///a"),
            ("local:///a/..", "local:///"),
            ("local:///", "local:///"),
            ("local://", "local://"),
            ("local://dir", "local://dir"),
            ("local://dir/../a", "local://dir/a"),
            ("LOCAL:///a/../b", "LOCAL:///b"),
            ("local:///...", "local:///..."),
            ("local:///a/../b?c/../d", "local:///b?c/../d"),
        ];
        for (url, expected) in cases {
            assert_eq!(cleaned(url).as_deref(), Some(expected), "{url}");
        }
        for url in ["http://a/../b", "local:/a", "", "loca"] {
            assert_eq!(cleaned(url), None, "{url}");
        }
    }

    #[test]
    fn keys_of_objects_keep_all_but_their_dots() {
        for (url, expected) in [
            (
                "s3://b/pub/../priv/a//b?../c",
                Some("s3://b/priv/a//b?../c"),
            ),
            ("GS://b/./a", Some("GS://b/a")),
            ("abs://c", Some("abs://c")),
            ("swift://c/a/%2e%2e/b", Some("swift://c/a/%2e%2e/b")),
            ("local:///a/../b", None),
            ("s3:/b", None),
            ("s", None),
        ] {
            let cleaned = clean_object(url.as_bytes(), b"?");
            assert_eq!(cleaned.as_deref(), expected.map(str::as_bytes), "{url}");
        }
    }

    #[test]
    fn the_separator_may_be_long_or_absent() {
        assert_eq!(
            clean_local(b"local:///a/../b?/../c", b""),
            Some(b"local:///c".to_vec())
        );
        let cut = clean_local(b"local:///a?/../b?v=/../c", b"?v=");
        assert_eq!(cut, Some(b"local:///b?v=/../c".to_vec()));
    }
}
