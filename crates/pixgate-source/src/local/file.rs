//! An open file with its validators and bytes.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use futures_util::stream;
use sha2::{Digest, Sha256};

use super::media_type;
use super::path::Cleaned;
use crate::blocking::blocking;
use crate::transport::Chunks;
use crate::{Error, ErrorKind};

/// A regular file, opened for reading.
pub(super) struct OpenFile {
    file: File,
    pub(super) size: u64,
    pub(super) media_type: &'static str,
    pub(super) etag: String,
    pub(super) modified: Option<SystemTime>,
    /// The time as an HTTP date, if HTTP can write it.
    pub(super) last_modified: Option<String>,
    /// All of it, if it was read already.
    whole: Option<Bytes>,
}

impl OpenFile {
    /// Opens the file at `found`; `None` if something else is there. Blocks.
    ///
    /// The kind is looked at before opening, because opening a pipe waits for its writer.
    pub(super) fn open(found: &Path, path: &Cleaned) -> io::Result<Option<Self>> {
        if !fs::metadata(found)?.is_file() {
            return Ok(None);
        }
        let mut file = File::open(found)?;
        let metadata = file.metadata()?;
        let modified = metadata.modified().ok();
        let media_type = media_type::of(&beginning(&mut file)?, found);
        Ok(Some(Self {
            size: metadata.len(),
            media_type,
            etag: etag(&path.text(), metadata.len(), modified),
            modified,
            last_modified: modified.and_then(http_date),
            whole: None,
            file,
        }))
    }

    /// The same file, read already. Blocks.
    ///
    /// If that fails it is left to whoever asks for the bytes, and gets the error.
    pub(super) fn read_whole(mut self) -> Self {
        let start = self.file.seek(SeekFrom::Start(0));
        self.whole = start.and_then(|_| chunk(&mut self.file, self.size)).ok();
        self
    }

    /// The bytes from `start` on, read as they are asked for, `most` at a time.
    pub(super) fn chunks(self, start: u64, length: u64, most: u64) -> Chunks {
        if let Some(whole) = self.whole {
            return Box::pin(stream::iter([Ok(whole)]));
        }
        let state = (self.file, Some(start), length);
        Box::pin(stream::try_unfold(
            state,
            move |(mut file, start, left)| async move {
                if left == 0 {
                    return Ok(None);
                }
                let read = move || {
                    if let Some(start) = start {
                        file.seek(SeekFrom::Start(start))?;
                    }
                    let chunk = chunk(&mut file, left.min(most))?;
                    Ok((chunk, file))
                };
                let (chunk, file) = blocking(read).await?.map_err(unreadable)?;
                let left = left.saturating_sub(chunk.len() as u64);
                Ok((!chunk.is_empty()).then_some((chunk, (file, None, left))))
            },
        ))
    }
}

/// At most `wanted` bytes; none at the end of the file, even if that comes early.
fn chunk(file: &mut File, wanted: u64) -> io::Result<Bytes> {
    let mut chunk = Vec::new();
    let room = usize::try_from(wanted).map_err(|_| io::ErrorKind::OutOfMemory)?;
    chunk.try_reserve_exact(room)?;
    file.take(wanted).read_to_end(&mut chunk)?;
    Ok(Bytes::from(chunk))
}

fn beginning(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(media_type::SNIFFED_BYTES);
    file.take(media_type::SNIFFED_BYTES as u64)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(error: io::Error) -> Error {
    Error::with_source(ErrorKind::ReadFailed, error)
}

/// imgproxy's: `"base64url(sha256(path__size__mtime_ns))"`.
fn etag(path: &str, size: u64, modified: Option<SystemTime>) -> String {
    let text = format!("{path}__{size}__{}", modified.map_or(0, unix_nanos));
    format!("\"{}\"", URL_SAFE_NO_PAD.encode(Sha256::digest(text)))
}

fn unix_nanos(time: SystemTime) -> i128 {
    let signed = |nanos: u128| i128::try_from(nanos).unwrap_or(i128::MAX);
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => signed(after.as_nanos()),
        Err(before) => signed(before.duration().as_nanos()).saturating_neg(),
    }
}

/// HTTP dates have four-digit years and start, in practice, with 1970.
fn http_date(time: SystemTime) -> Option<String> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    let writable = since < Duration::from_secs(YEAR_10000_SECONDS);
    writable.then(|| httpdate::fmt_http_date(time))
}

/// 10000-01-01T00:00:00Z in Unix time.
const YEAR_10000_SECONDS: u64 = 253_402_300_800;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_etag_is_that_of_imgproxy() {
        let time = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
        let expected = "\"pliwVLGz3r8CNCfCup-nqd-pE0iwlU13jtgYIGkozOk\"";
        assert_eq!(etag("/a.png", 217, Some(time)), expected);
    }

    #[test]
    fn dates_that_http_cannot_write_are_left_out() {
        let after = |seconds| {
            UNIX_EPOCH
                .checked_add(Duration::from_secs(seconds))
                .unwrap()
        };
        let date = http_date(after(1_767_225_600));
        assert_eq!(date.as_deref(), Some("Thu, 01 Jan 2026 00:00:00 GMT"));
        assert_eq!(http_date(after(YEAR_10000_SECONDS)), None);
        let before = UNIX_EPOCH - Duration::from_secs(1);
        assert_eq!(http_date(before), None);
        assert_eq!(unix_nanos(before), -1_000_000_000);
    }
}
