//! `local://`: files under one folder, and only those.

mod file;
mod media_type;
mod path;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http::HeaderMap;
use http::header::{self, HeaderName, HeaderValue};

use self::file::OpenFile;
use self::path::Cleaned;
use crate::blocking::blocking;
use crate::range::ByteRange;
use crate::transport::{BoxFuture, Transport, TransportResponse};
use crate::{Config, Error, ErrorKind, Mode, ObjectUrl, ReadAhead, SourceRequest, Status};

/// The [`Transport`] of files under a root.
///
/// `.` and `..` are resolved before the file system is asked, so no URL leaves the root.
/// Symbolic links are followed inside of the root; those that lead out of it are treated as
/// missing, unless [`Config::follow_symlinks_outside`] is set. The root itself may be a link, and
/// may be re-pointed at any time. Folders, pipes and devices are no files. Whoever can write
/// below the root is trusted not to exchange files between check and use.
#[derive(Debug, Clone)]
pub struct LocalTransport {
    files: Arc<Files>,
    query_separator: String,
}

/// Where files are.
#[derive(Debug)]
struct Files {
    root: PathBuf,
    follow_outside: bool,
}

impl LocalTransport {
    /// Makes the transport, or `None` if no root is configured.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRoot`] if the root is not an existing folder.
    pub fn new(config: &Config) -> Result<Option<Self>, Error> {
        let Some(root) = config.local_root.clone() else {
            return Ok(None);
        };
        match fs::metadata(&root) {
            Ok(metadata) if metadata.is_dir() => {}
            Ok(_) => return Err(ErrorKind::InvalidRoot { root }.into()),
            Err(error) => return Err(Error::with_source(ErrorKind::InvalidRoot { root }, error)),
        }
        if root == Path::new("/") {
            tracing::warn!("the local root is /, every readable file can be fetched");
        }
        let files = Files {
            root,
            follow_outside: config.follow_symlinks_outside,
        };
        Ok(Some(Self {
            files: Arc::new(files),
            query_separator: config.query_separator.clone(),
        }))
    }

    async fn read(&self, request: &SourceRequest) -> Result<TransportResponse, Error> {
        let url = ObjectUrl::parse(&request.url, &self.query_separator)?;
        let Some(path) = Cleaned::new(url.key) else {
            return Ok(missing(request, "has no file name"));
        };
        let (files, ahead) = (Arc::clone(&self.files), ahead(request));
        match blocking(move || files.open(&path, ahead.as_ref())).await? {
            Ok(file) => Ok(answer(request, file)),
            Err(why) => Ok(missing(request, why)),
        }
    }
}

impl Files {
    /// Finds and opens a file, and reads it if it is wanted whole, or says why not. Blocks.
    fn open(&self, path: &Cleaned, ahead: Option<&Ahead>) -> Result<OpenFile, &'static str> {
        let found = self.locate(path);
        let found = found.ok_or("does not exist or leads out of the local root")?;
        match OpenFile::open(&found, path) {
            Ok(Some(file)) => Ok(match ahead {
                Some(ahead) if ahead.takes(file.size) => file.read_whole(),
                _ => file,
            }),
            Ok(None) => Err("is not a file"),
            Err(_) => Err("cannot be opened"),
        }
    }

    /// The real path of a file; `None` if there is none that may be read.
    fn locate(&self, path: &Cleaned) -> Option<PathBuf> {
        let found = fs::canonicalize(path.under(&self.root)).ok()?;
        if self.follow_outside {
            return Some(found);
        }
        let root = fs::canonicalize(&self.root).ok()?;
        found.starts_with(root).then_some(found)
    }
}

impl Transport for LocalTransport {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        Box::pin(self.read(request))
    }

    fn is_near(&self) -> bool {
        true
    }
}

fn answer(request: &SourceRequest, file: OpenFile) -> TransportResponse {
    let mut headers = HeaderMap::new();
    set(&mut headers, header::ETAG, &file.etag);
    if let Some(date) = &file.last_modified {
        set(&mut headers, header::LAST_MODIFIED, date);
    }
    if request.conditions.hold_for(Some(&file.etag), file.modified) {
        return response(request, Status::NotModified, headers, Bytes::new());
    }
    let (status, start, length) = match &request.range {
        None => (Status::Ok, 0, file.size),
        Some(range) => match wanted(range, file.size) {
            Some((start, end)) => {
                let range = format!("bytes {start}-{end}/{}", file.size);
                set(&mut headers, header::CONTENT_RANGE, &range);
                (
                    Status::Partial,
                    start,
                    end.saturating_sub(start).saturating_add(1),
                )
            }
            None => return unsatisfiable(request),
        },
    };
    set(&mut headers, header::ACCEPT_RANGES, "bytes");
    set(&mut headers, header::CONTENT_TYPE, file.media_type);
    set(&mut headers, header::CONTENT_LENGTH, &length.to_string());
    TransportResponse {
        status,
        headers,
        final_url: request.url.clone(),
        body: file.chunks(start, length, chunk_bytes(request.mode, length)),
    }
}

/// What may be read in the step that opens a file.
struct Ahead {
    room: ReadAhead,
    most_bytes: u64,
}

impl Ahead {
    /// Takes room for a file of this size.
    fn takes(&self, size: u64) -> bool {
        size <= self.most_bytes && self.room.take(size)
    }
}

/// A picture is wanted whole, unless the client may have it already.
fn ahead(request: &SourceRequest) -> Option<Ahead> {
    let conditions = &request.conditions;
    let is_whole = request.mode == Mode::Image
        && request.range.is_none()
        && conditions.if_none_match.is_none()
        && conditions.if_modified_since.is_none();
    let most_bytes = request
        .max_bytes
        .map_or(AT_ONCE_BYTES, |most| most.min(AT_ONCE_BYTES));
    let room = request.ahead.clone().filter(|_| is_whole)?;
    Some(Ahead { room, most_bytes })
}

/// How much of a file is read at once: of a picture, which is wanted whole, everything unless that is a
/// lot; another file streams through.
const fn chunk_bytes(mode: Mode, length: u64) -> u64 {
    match mode {
        Mode::Image if length <= AT_ONCE_BYTES => length,
        Mode::Image => 512 << 10,
        Mode::Raw => 64 << 10,
    }
}

/// Files up to here are read in one step.
const AT_ONCE_BYTES: u64 = 16 << 20;

fn wanted(range: &HeaderValue, size: u64) -> Option<(u64, u64)> {
    ByteRange::parse(range.to_str().ok()?)?.fit(size)
}

fn unsatisfiable(request: &SourceRequest) -> TransportResponse {
    let mut headers = HeaderMap::new();
    set(&mut headers, header::CONTENT_LENGTH, "0");
    response(request, Status::Other(416), headers, Bytes::new())
}

fn missing(request: &SourceRequest, why: &str) -> TransportResponse {
    // Raw answers show this to clients, so it does not name the file.
    let text = format!("the file {why}");
    let mut headers = HeaderMap::new();
    set(&mut headers, header::CONTENT_TYPE, "text/plain");
    set(
        &mut headers,
        header::CONTENT_LENGTH,
        &text.len().to_string(),
    );
    response(request, Status::Other(404), headers, text.into())
}

fn response(
    request: &SourceRequest,
    status: Status,
    headers: HeaderMap,
    body: Bytes,
) -> TransportResponse {
    TransportResponse {
        status,
        headers,
        final_url: request.url.clone(),
        body: Box::pin(stream::iter([Ok(body)])),
    }
}

fn set(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}
