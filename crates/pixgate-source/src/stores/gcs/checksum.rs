//! CRC-32C of a body against the one that Cloud Storage announces.

use std::task::Poll;

use futures_util::{Stream, StreamExt, stream};
use http::HeaderMap;
use http::header::{self, HeaderName};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;

use crate::transport::Chunks;
use crate::{Error, ErrorKind};

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

/// CRC-32C (Castagnoli) as of RFC 3720, appendix B.4, a byte at a time.
#[derive(Default)]
struct Crc32c(u32);

impl Crc32c {
    fn add(&mut self, bytes: &[u8]) {
        let step = |crc: u32, byte: &u8| {
            let [low, ..] = crc.to_le_bytes();
            let entry = TABLE.get(usize::from(low ^ byte)).copied();
            (crc >> 8) ^ entry.unwrap_or_default()
        };
        self.0 = !bytes.iter().fold(!self.0, step);
    }

    fn value(&self) -> u32 {
        self.0
    }
}

static TABLE: [u32; 256] = table();

#[expect(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "computed when compiling, an index out of bounds would not compile"
)]
const fn table() -> [u32; 256] {
    let mut table = [0_u32; 256];
    let mut index = 0;
    let mut seed = 0_u32;
    while index < 256 {
        let mut crc = seed;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { POLYNOMIAL } else { 0 };
            bit += 1;
        }
        table[index] = crc;
        index += 1;
        seed += 1;
    }
    table
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
