//! Metadata in application segments: JFIF, EXIF, XMP, ICC, Photoshop resources, Adobe.

use crate::markers::{APP0, APP1, APP2, APP13, APP14, Segment, be16};

/// The Adobe application segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Adobe {
    /// Colour transform: 0 none, 1 YCbCr, 2 YCCK.
    pub transform: u8,
}

/// The JFIF application segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Jfif {
    /// Unit of the density: 0 none (a pixel's aspect ratio), 1 dots per inch, 2 per centimetre.
    pub unit: u8,
    /// Horizontal density.
    pub horizontal: u16,
    /// Vertical density.
    pub vertical: u16,
}

/// Metadata blocks as they are stored, without the names that introduce them.
///
/// Of EXIF and XMP the first block counts, as everywhere; together they are never longer than
/// the file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Metadata {
    /// EXIF: a TIFF file, beginning with its byte-order mark.
    pub exif: Option<Vec<u8>>,
    /// The ICC profile, its parts put together; none if a part is missing.
    pub icc: Option<Vec<u8>>,
    /// The XMP packet (not its extension).
    pub xmp: Option<Vec<u8>>,
    /// Photoshop image resources, among them IPTC; those of several segments in file order.
    pub photoshop: Option<Vec<u8>>,
}

/// Collects what the application segments say.
#[derive(Debug, Default)]
pub(crate) struct Collector<'a> {
    pub(crate) jfif: Option<Jfif>,
    pub(crate) adobe: Option<Adobe>,
    exif: Option<&'a [u8]>,
    xmp: Option<&'a [u8]>,
    photoshop: Vec<&'a [u8]>,
    icc: Vec<IccPart<'a>>,
}

#[derive(Debug, Clone, Copy)]
struct IccPart<'a> {
    number: u8,
    count: u8,
    bytes: &'a [u8],
}

impl<'a> Collector<'a> {
    pub(crate) fn add(&mut self, segment: &Segment<'a>) {
        let payload = segment.payload;
        match segment.marker {
            APP0 => self.jfif = self.jfif.or_else(|| jfif(payload)),
            APP1 => self.add_app1(payload),
            APP2 => self.icc.extend(icc_part(payload)),
            APP13 => self.photoshop.extend(payload.strip_prefix(PHOTOSHOP)),
            APP14 => self.adobe = adobe(payload).or(self.adobe),
            _ => {}
        }
    }

    pub(crate) fn finish(self) -> Metadata {
        let photoshop = (!self.photoshop.is_empty()).then(|| self.photoshop.concat());
        Metadata {
            exif: self.exif.map(<[u8]>::to_vec),
            icc: join(&self.icc),
            xmp: self.xmp.map(<[u8]>::to_vec),
            photoshop,
        }
    }

    fn add_app1(&mut self, payload: &'a [u8]) {
        if let Some(tiff) = payload.strip_prefix(EXIF) {
            // The second byte of the name's padding is written as anything.
            let tiff = tiff.get(1..).filter(|tiff| !tiff.is_empty());
            self.exif = self.exif.or(tiff);
        } else if let Some(packet) = payload.strip_prefix(XMP) {
            self.xmp = self.xmp.or(Some(packet));
        }
    }
}

fn jfif(payload: &[u8]) -> Option<Jfif> {
    let [_major, _minor, unit, density @ ..] = payload.strip_prefix(JFIF)? else {
        return None;
    };
    Some(Jfif {
        unit: *unit,
        horizontal: be16(density)?,
        vertical: be16(density.get(2..)?)?,
    })
}

fn adobe(payload: &[u8]) -> Option<Adobe> {
    let rest = payload.strip_prefix(ADOBE)?;
    let transform = *rest.get(6)?;
    Some(Adobe { transform })
}

fn icc_part(payload: &[u8]) -> Option<IccPart<'_>> {
    let [number, count, bytes @ ..] = payload.strip_prefix(ICC)? else {
        return None;
    };
    Some(IccPart {
        number: *number,
        count: *count,
        bytes,
    })
}

/// Puts an ICC chain together: all parts once, agreeing on their number (ICC.1, annex B.4).
fn join(parts: &[IccPart<'_>]) -> Option<Vec<u8>> {
    let count = parts.first()?.count;
    if parts.iter().any(|part| part.count != count) {
        return None;
    }
    let mut sorted = parts.to_vec();
    sorted.sort_by_key(|part| part.number);
    if !sorted.iter().map(|part| part.number).eq(1..=count) {
        return None;
    }
    let bytes: Vec<_> = sorted.iter().map(|part| part.bytes).collect();
    Some(bytes.concat()).filter(|profile| !profile.is_empty())
}

const JFIF: &[u8] = b"JFIF\0";
const EXIF: &[u8] = b"Exif\0";
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const ICC: &[u8] = b"ICC_PROFILE\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
const ADOBE: &[u8] = b"Adobe";

#[cfg(test)]
mod tests {
    use super::*;

    fn collect(segments: &[(u8, &[u8])]) -> Metadata {
        let mut collector = Collector::default();
        for &(marker, payload) in segments {
            collector.add(&Segment {
                marker,
                payload,
                offset: 0,
            });
        }
        collector.finish()
    }

    #[test]
    fn joins_profile_parts_in_order() {
        let second = b"ICC_PROFILE\0\x02\x02def";
        let first = b"ICC_PROFILE\0\x01\x02abc";
        let whole = collect(&[(APP2, second), (APP2, first)]);
        assert_eq!(whole.icc.as_deref(), Some(&b"abcdef"[..]));
        for broken in [&[(APP2, &first[..])][..], &[(APP2, first), (APP2, first)]] {
            assert_eq!(collect(broken).icc, None);
        }
    }

    #[test]
    fn takes_the_first_exif_and_every_photoshop_block() {
        let metadata = collect(&[
            (APP1, b"Exif\0\0MM"),
            (APP1, b"Exif\0\0II"),
            (APP13, b"Photoshop 3.0\0a"),
            (APP13, b"Photoshop 3.0\0b"),
            (APP1, b"http://ns.adobe.com/xap/1.0/\0<x/>"),
        ]);
        assert_eq!(metadata.exif.as_deref(), Some(&b"MM"[..]));
        assert_eq!(metadata.photoshop.as_deref(), Some(&b"ab"[..]));
        assert_eq!(metadata.xmp.as_deref(), Some(&b"<x/>"[..]));
    }

    #[test]
    fn reads_density_and_transform() {
        let density = jfif(b"JFIF\0\x01\x02\x01\x00\x48\x00\x60\0\0").unwrap();
        assert_eq!(
            (density.unit, density.horizontal, density.vertical),
            (1, 72, 96)
        );
        assert_eq!(adobe(b"Adobe\0\x64\0\0\0\0\x02").unwrap().transform, 2);
        assert_eq!(adobe(b"Adobe\0\x64"), None);
    }
}
