//! Files under a root: what is found, what is said about it, and what cannot be reached.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its tools do"
)]

mod support;

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, UNIX_EPOCH};

use pixgate_source::{
    Config, ErrorKind, Fetcher, Mode, ReadAhead, SourceRequest, SourceResponse, Status,
};
use tempfile::TempDir;

const FILE: &[u8] = b"GIF89a0123456789";

/// A folder with `root/a.gif`, `root/sub/b.gif` and, outside of the root, `secret.gif`.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("root/sub")).unwrap();
    write(&folder.path().join("root/a.gif"));
    write(&folder.path().join("root/sub/b.gif"));
    write(&folder.path().join("secret.gif"));
    folder
}

fn write(path: &Path) {
    let file = fs::File::create(path).unwrap();
    fs::write(path, FILE).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(1_767_225_600))
        .unwrap();
}

fn config(folder: &TempDir) -> Config {
    Config {
        local_root: Some(folder.path().join("root")),
        ..Config::default()
    }
}

fn fetcher(folder: &TempDir) -> Fetcher {
    Fetcher::new(config(folder)).unwrap()
}

async fn status(fetcher: &Fetcher, url: &str) -> u16 {
    let request = SourceRequest::new(url);
    match support::bytes(fetcher, request).await {
        Ok(bytes) => {
            assert_eq!(bytes, FILE, "{url}");
            200
        }
        Err(error) => match error.kind() {
            ErrorKind::Status { status } => *status,
            other => panic!("{url}: {other:?}"),
        },
    }
}

async fn raw(fetcher: &Fetcher, url: &str, range: &str) -> SourceResponse {
    let mut request = SourceRequest::new(url);
    request.mode = Mode::Raw;
    request.range = Some(range.parse().unwrap());
    fetcher.fetch(request).await.unwrap()
}

#[tokio::test]
async fn files_below_the_root_are_found_and_nothing_else() {
    let folder = folder();
    let fetcher = fetcher(&folder);
    let absolute = format!("local://{}", folder.path().join("secret.gif").display());
    let long = format!("local:///{}", "a".repeat(5000));
    for (url, expected) in [
        ("local:///a.gif", 200),
        ("local://////a.gif", 200),
        ("local:///a.gif/", 200),
        ("local:///a.gif?v=1", 200),
        ("LOCAL:///a.gif", 200),
        ("local:///sub/b.gif", 200),
        ("local:///sub/../a.gif", 200),
        ("local:///../../a.gif", 200),
        ("local://sub/a.gif", 200),
        ("local:///../secret.gif", 404),
        ("local:///sub/../../secret.gif", 404),
        ("local:///..%2fsecret.gif", 404),
        ("local:///%2e%2e/secret.gif", 404),
        ("local:///..\\secret.gif", 404),
        (&absolute, 404),
        (&long, 404),
        ("local:///none.gif", 404),
        ("local:///a.gif/b.gif", 404),
        ("local:///sub", 404),
        ("local:///", 404),
        ("local://", 404),
    ] {
        assert_eq!(status(&fetcher, url).await, expected, "{url}");
    }
    for url in ["local:///a\0.gif", "local:///a\n.gif", "local://a b/a.gif"] {
        let error = support::bytes(&fetcher, SourceRequest::new(url))
            .await
            .unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::InvalidUrl { .. }),
            "{url:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn links_are_followed_inside_of_the_root() {
    use std::os::unix::fs::symlink;

    let folder = folder();
    let root = folder.path().join("root");
    symlink("a.gif", root.join("inside.gif")).unwrap();
    symlink("sub", root.join("folder")).unwrap();
    symlink("../secret.gif", root.join("outside.gif")).unwrap();
    symlink(folder.path().join("secret.gif"), root.join("absolute.gif")).unwrap();
    symlink("..", root.join("up")).unwrap();
    symlink("none", root.join("dangling.gif")).unwrap();
    symlink("loop.gif", root.join("loop.gif")).unwrap();
    fs::create_dir(folder.path().join("root-twin")).unwrap();
    write(&folder.path().join("root-twin/c.gif"));
    symlink("../root-twin/c.gif", root.join("twin.gif")).unwrap();
    let strict = fetcher(&folder);
    let lenient = Fetcher::new(Config {
        follow_symlinks_outside: true,
        ..config(&folder)
    });
    let lenient = lenient.unwrap();
    for (name, inside, anywhere) in [
        ("inside.gif", 200, 200),
        ("folder/b.gif", 200, 200),
        ("up/root/a.gif", 200, 200),
        ("outside.gif", 404, 200),
        ("absolute.gif", 404, 200),
        ("up/secret.gif", 404, 200),
        ("twin.gif", 404, 200),
        ("dangling.gif", 404, 404),
        ("loop.gif", 404, 404),
    ] {
        let url = format!("local:///{name}");
        assert_eq!(status(&strict, &url).await, inside, "{name}");
        assert_eq!(status(&lenient, &url).await, anywhere, "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_root_may_be_a_link_that_is_moved() {
    use std::os::unix::fs::symlink;

    let folder = folder();
    let current = folder.path().join("current");
    symlink("root", &current).unwrap();
    let fetcher = Fetcher::new(Config {
        local_root: Some(current.clone()),
        ..Config::default()
    });
    let fetcher = fetcher.unwrap();
    assert_eq!(status(&fetcher, "local:///a.gif").await, 200);
    fs::remove_file(&current).unwrap();
    symlink("root/sub", &current).unwrap();
    assert_eq!(status(&fetcher, "local:///a.gif").await, 404);
    assert_eq!(status(&fetcher, "local:///b.gif").await, 200);
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_no_file_and_does_not_block() {
    let folder = folder();
    let pipe = folder.path().join("root/pipe.gif");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    if made.is_ok_and(|status| status.success()) {
        assert_eq!(status(&fetcher(&folder), "local:///pipe.gif").await, 404);
    }
}

#[test]
fn the_root_must_be_a_folder() {
    let folder = folder();
    for root in ["none", "root/a.gif"] {
        let root = folder.path().join(root);
        let config = Config {
            local_root: Some(root.clone()),
            ..Config::default()
        };
        let error = Fetcher::new(config).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::InvalidRoot { root });
    }
}

#[tokio::test]
async fn the_separator_can_be_chosen() {
    let folder = folder();
    let root = folder.path().join("root");
    fs::write(root.join("a.gif?x=1"), FILE).unwrap();
    for (separator, url) in [("", "local:///a.gif?x=1"), ("~", "local:///a.gif?x=1~2")] {
        let config = Config {
            query_separator: separator.to_owned(),
            ..config(&folder)
        };
        assert_eq!(status(&Fetcher::new(config).unwrap(), url).await, 200);
    }
}

#[tokio::test]
async fn validators_are_those_of_imgproxy() {
    let folder = folder();
    let root = folder.path().join("root");
    // Size, time and name of the reference's example.
    let file = fs::File::create(root.join("a.png")).unwrap();
    file.set_len(217).unwrap();
    file.set_modified(UNIX_EPOCH + Duration::from_secs(1_767_225_600))
        .unwrap();
    let fetcher = fetcher(&folder);
    let mut request = SourceRequest::new("local:///a.png");
    let response = fetcher.fetch(request.clone()).await.unwrap();
    let etag = "\"pliwVLGz3r8CNCfCup-nqd-pE0iwlU13jtgYIGkozOk\"";
    assert_eq!(response.etag(), Some(etag));
    assert_eq!(
        response.last_modified(),
        Some("Thu, 01 Jan 2026 00:00:00 GMT")
    );
    assert_eq!(response.content_length(), Some(217));

    for (tags, since, expected) in [
        (Some(etag), None, Status::NotModified),
        (
            Some("\"x\", \"pliwVLGz3r8CNCfCup-nqd-pE0iwlU13jtgYIGkozOk\""),
            None,
            Status::NotModified,
        ),
        (Some("*"), None, Status::NotModified),
        (
            Some("\"x\""),
            Some("Thu, 01 Jan 2026 00:00:00 GMT"),
            Status::Ok,
        ),
        (
            None,
            Some("Thu, 01 Jan 2026 00:00:00 GMT"),
            Status::NotModified,
        ),
        (None, Some("Wed, 31 Dec 2025 23:59:59 GMT"), Status::Ok),
    ] {
        request.conditions.if_none_match = tags.map(|text| text.parse().unwrap());
        request.conditions.if_modified_since = since.map(|text| text.parse().unwrap());
        let response = fetcher.fetch(request.clone()).await.unwrap();
        assert_eq!(response.status, expected, "{tags:?} {since:?}");
        assert_eq!(response.etag(), Some(etag));
        assert!(response.last_modified().is_some());
    }
}

#[tokio::test]
async fn ranges_are_cut_out_of_the_file() {
    let folder = folder();
    let fetcher = fetcher(&folder);
    for (range, content_range, from, to) in [
        ("bytes=0-", "bytes 0-15/16", 0, 16),
        ("bytes=0-0", "bytes 0-0/16", 0, 1),
        ("bytes=6-7", "bytes 6-7/16", 6, 8),
        ("bytes=6-700", "bytes 6-15/16", 6, 16),
    ] {
        let response = raw(&fetcher, "local:///a.gif", range).await;
        assert_eq!(response.status, Status::Partial, "{range}");
        assert_eq!(response.headers["content-range"], content_range);
        assert_eq!(response.headers["accept-ranges"], "bytes");
        assert_eq!(response.body.collect(100).await.unwrap(), &FILE[from..to]);
    }
    for range in ["bytes=-5", "bytes=16-", "bytes=5-2", "items=0-1"] {
        let response = raw(&fetcher, "local:///a.gif", range).await;
        assert_eq!(response.status, Status::Other(416), "{range}");
        assert_eq!(response.content_type(), None);
        assert!(response.body.is_empty());
    }
}

#[tokio::test]
async fn a_missing_file_is_named_in_raw_mode() {
    let folder = folder();
    let mut request = SourceRequest::new("local:///none.gif");
    request.mode = Mode::Raw;
    let response = fetcher(&folder).fetch(request).await.unwrap();
    assert_eq!(response.status, Status::Other(404));
    let text = response.body.collect(1000).await.unwrap();
    assert!(text.starts_with(b"the file does not exist"));
}

#[tokio::test]
async fn large_and_empty_files_are_read_whole() {
    let folder = folder();
    let root = folder.path().join("root");
    let large: Vec<u8> = (0..1_000_000_u32).map(|i| i.to_le_bytes()[1]).collect();
    fs::write(root.join("large.bin"), &large).unwrap();
    fs::write(root.join("empty.bin"), b"").unwrap();
    let fetcher = fetcher(&folder);
    let read = |name| support::bytes(&fetcher, SourceRequest::new(name));
    assert_eq!(read("local:///large.bin").await.unwrap(), large);
    assert!(read("local:///empty.bin").await.unwrap().is_empty());

    let mut request = SourceRequest::new("local:///large.bin");
    request.max_bytes = Some(999_999);
    let error = fetcher.fetch(request).await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::TooLarge {
            size: Some(1_000_000),
            ..
        }
    ));
}

#[tokio::test]
async fn a_file_that_shrinks_is_incomplete() {
    let folder = folder();
    let root = folder.path().join("root");
    fs::write(root.join("large.bin"), vec![1; 300_000]).unwrap();
    let request = SourceRequest::new("local:///large.bin");
    let response = fetcher(&folder).fetch(request).await.unwrap();
    fs::File::options()
        .write(true)
        .open(root.join("large.bin"))
        .unwrap()
        .set_len(10)
        .unwrap();
    let error = response.body.collect(1_000_000).await.unwrap_err();
    assert!(matches!(
        error.kind(),
        ErrorKind::Incomplete {
            expected: Some(300_000),
            ..
        }
    ));
}

/// A request with room for what is read ahead, and for how much it was asked.
fn asking(has_room: bool) -> (SourceRequest, Arc<Mutex<Vec<u64>>>) {
    let asked = Arc::<Mutex<Vec<u64>>>::default();
    let note = Arc::clone(&asked);
    let mut request = SourceRequest::new("local:///a.gif");
    request.ahead = Some(ReadAhead::new(move |bytes| {
        note.lock().unwrap().push(bytes);
        has_room
    }));
    (request, asked)
}

#[tokio::test]
async fn a_file_is_read_in_the_step_that_opens_it_if_there_is_room() {
    for has_room in [true, false] {
        let folder = folder();
        let fetcher = fetcher(&folder);
        assert!(fetcher.is_near("local:///a.gif") && !fetcher.is_near("http://a/a.gif"));
        let (request, asked) = asking(has_room);
        let response = fetcher.fetch(request).await.unwrap();
        let path = folder.path().join("root/a.gif");
        fs::write(path, b"").unwrap();
        let body = response.body.collect(1 << 20).await;
        match has_room {
            true => assert_eq!(body.unwrap(), FILE),
            false => assert_eq!(body.unwrap_err().kind().name(), "source_incomplete"),
        }
        assert_eq!(*asked.lock().unwrap(), [FILE.len() as u64]);
    }
}

#[tokio::test]
async fn what_may_not_be_wanted_is_not_read_ahead() {
    let folder = folder();
    let fetcher = fetcher(&folder);
    let changes: [fn(&mut SourceRequest); 4] = [
        |request| request.mode = Mode::Raw,
        |request| request.range = Some("bytes=0-3".parse().unwrap()),
        |request| request.conditions.if_none_match = Some("\"a\"".parse().unwrap()),
        |request| request.max_bytes = Some(3),
    ];
    for change in changes {
        let (mut request, asked) = asking(true);
        change(&mut request);
        let _ = fetcher.fetch(request).await;
        assert!(asked.lock().unwrap().is_empty());
    }
}
