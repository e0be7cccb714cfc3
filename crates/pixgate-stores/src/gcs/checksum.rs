//! CRC-32C of a body against the one that Cloud Storage announces.

use std::task::Poll;

use futures_util::{Stream, StreamExt, stream};
use http::HeaderMap;
use http::header::{self, HeaderName};
use pixgate_source::{Chunks, Error, ErrorKind};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

/// The checksum in `X-Goog-Hash: crc32c=BASE64`, which may be one of several.
pub(super) fn announced(headers: &HeaderMap) -> Option<u32> {
    let values = headers.get_all(HASH).into_iter();
    let mut items = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let encoded = items.find_map(|item| item.trim().strip_prefix("crc32c="))?;
    let bytes = STANDARD.decode(encoded).ok()?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?))
}

/// Tells whether the bytes are those that are stored: gzip objects may come decompressed.
pub(super) fn is_stored_form(headers: &HeaderMap) -> bool {
    let is_gzip = |name: HeaderName| headers.get(name).is_some_and(|value| value == "gzip");
    !is_gzip(STORED_ENCODING) || is_gzip(header::CONTENT_ENCODING)
}

/// Lets a body pass, and ends it with an error if its checksum is not `expected`.
pub(super) fn verified(chunks: Chunks, expected: u32) -> impl Stream<Item = Result<Bytes, Error>> {
    let mut chunks = Some(chunks);
    let mut crc = Crc32c::default();
    stream::poll_fn(move |context| {
        let Some(source) = &mut chunks else {
            return Poll::Ready(None);
        };
        let next = std::task::ready!(source.poll_next_unpin(context));
        match &next {
            Some(Ok(chunk)) => crc.add(chunk),
            _ => chunks = None,
        }
        let found = crc.value();
        if next.is_none() && found != expected {
            let kind = ErrorKind::ChecksumMismatch { expected, found };
            return Poll::Ready(Some(Err(kind.into())));
        }
        Poll::Ready(next)
    })
}

/// CRC-32C (Castagnoli) as of RFC 3720, appendix B.4, eight bytes at a time (Kounavis and Berry,
/// "Novel table lookup-based algorithms for high-performance CRC generation", 2008).
#[derive(Default)]
struct Crc32c(u32);

impl Crc32c {
    fn add(&mut self, bytes: &[u8]) {
        let (blocks, rest) = bytes.as_chunks();
        let crc = blocks.iter().fold(!self.0, |crc, block| step(crc, *block));
        self.0 = !rest.iter().fold(crc, |crc, byte| {
            let [low, ..] = crc.to_le_bytes();
            let [table, ..] = &TABLES;
            (crc >> 8) ^ entry(table, low ^ byte)
        });
    }

    fn value(&self) -> u32 {
        self.0
    }
}

fn step(crc: u32, block: [u8; 8]) -> u32 {
    let [a, b, c, d, e, f, g, h] = (u64::from_le_bytes(block) ^ u64::from(crc)).to_le_bytes();
    let [t0, t1, t2, t3, t4, t5, t6, t7] = &TABLES;
    let near = entry(t3, e) ^ entry(t2, f) ^ entry(t1, g) ^ entry(t0, h);
    entry(t7, a) ^ entry(t6, b) ^ entry(t5, c) ^ entry(t4, d) ^ near
}

fn entry(table: &[u32; 256], byte: u8) -> u32 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The N-th table says what a byte does to the checksum if N zero bytes follow it.
static TABLES: [[u32; 256]; 8] = tables();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "computed when compiling, an index out of bounds would not compile"
)]
const fn tables() -> [[u32; 256]; 8] {
    let mut tables = [[0_u32; 256]; 8];
    let mut index = 0;
    let mut seed = 0_u32;
    while index < 256 {
        let mut crc = seed;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        tables[0][index] = crc;
        index += 1;
        seed += 1;
    }
    let mut number = 1;
    while number < 8 {
        let mut index = 0;
        while index < 256 {
            let crc = tables[number - 1][index];
            tables[number][index] = (crc >> 8) ^ tables[0][(crc & 0xff) as usize];
            index += 1;
        }
        number += 1;
    }
    tables
}

/// Castagnoli's polynomial, reversed.
const POLYNOMIAL: u32 = 0x82f6_3b78;
const HASH: HeaderName = HeaderName::from_static("x-goog-hash");
const STORED_ENCODING: HeaderName = HeaderName::from_static("x-goog-stored-content-encoding");

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn crc(pieces: &[&[u8]]) -> u32 {
        let mut crc = Crc32c::default();
        for piece in pieces {
            crc.add(piece);
        }
        crc.value()
    }

    #[test]
    fn known_checksums_come_out() {
        // RFC 3720, appendix B.4, and the check value of the CRC catalogue.
        for (bytes, expected) in [
            (&b""[..], 0),
            (b"123456789", 0xe306_9283),
            (&[0; 32], 0x8a91_36aa),
            (&[0xff; 32], 0x62a8_ab43),
        ] {
            assert_eq!(crc(&[bytes]), expected);
        }
        assert_eq!(crc(&[b"1234", b"", b"56789"]), 0xe306_9283);
    }

    #[test]
    fn pieces_do_not_matter() {
        let bytes: Vec<u8> = (0..1000_u32).map(|i| i.to_le_bytes()[0]).collect();
        let whole = crc(&[&bytes]);
        for size in [1, 3, 7, 8, 9, 64] {
            let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
            assert_eq!(crc(&pieces), whole, "{size}");
        }
    }

    #[test]
    fn the_announced_checksum_is_found() {
        for (value, expected) in [
            ("crc32c=XMoctg==", Some(0x5cca_1cb6)),
            ("md5=abc, crc32c=XMoctg==", Some(0x5cca_1cb6)),
            ("md5=abc", None),
            ("crc32c=XMo", None),
            ("crc32c=", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(HASH, HeaderValue::from_static("md5=x"));
            headers.append(HASH, HeaderValue::from_static(value));
            assert_eq!(announced(&headers), expected, "{value}");
        }
    }

    #[tokio::test]
    async fn a_wrong_body_ends_with_an_error() {
        let body = |text: &'static str| -> Chunks {
            Box::pin(stream::iter([Ok(Bytes::from_static(text.as_bytes()))]))
        };
        let right = verified(body("123456789"), 0xe306_9283);
        assert!(right.collect::<Vec<_>>().await.iter().all(Result::is_ok));
        let wrong = verified(body("12345678"), 0xe306_9283);
        let pieces = wrong.collect::<Vec<_>>().await;
        let error = pieces.last().unwrap().as_ref().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::ChecksumMismatch { .. }));
    }
}
