//! JPEG marker segments up to the first scan: what the header needs and the metadata blocks.

use pixgate_options::Format;
use pixgate_raster::{Channels, ChromaSubsampling};

use crate::bytes::{be16, slice};
use crate::{Error, ErrorKind, Limits, Metadata, exif};

/// What the segments before the first scan say.
#[derive(Debug, Default)]
pub(super) struct Markers {
    pub(super) frame: Option<Frame>,
    pub(super) metadata: Metadata,
    adobe_transform: Option<u8>,
    has_jfif: bool,
    icc_parts: Vec<(u8, Vec<u8>)>,
}

/// The frame header (ITU-T T.81, B.2.2).
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) precision: u8,
    pub(super) is_progressive: bool,
    /// Identifier and sampling factors of each component.
    components: Vec<(u8, u8, u8)>,
}

impl Markers {
    /// Reads the segments of a file that starts with `FF D8`.
    pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Self, Error> {
        let mut markers = Self::default();
        let limit = usize::try_from(limits.max_metadata_bytes).unwrap_or(usize::MAX);
        for (marker, payload) in (Segments { bytes, at: 2 }) {
            match marker {
                SOF0..=0xCF if !matches!(marker, DHT | 0xC8 | DAC) => {
                    if markers.frame.is_none() {
                        markers.frame = Some(Frame::read(marker, payload)?);
                    }
                }
                APP0 => markers.has_jfif |= payload.starts_with(b"JFIF\0"),
                APP1 => markers.read_app1(payload, limit),
                APP2 => markers.read_icc_part(payload, limit),
                APP13 => markers.read_iptc(payload, limit),
                APP14 if payload.starts_with(b"Adobe") => {
                    markers.adobe_transform = payload.get(11).copied();
                }
                SOS | EOI => break,
                _ => {}
            }
        }
        markers.join_icc();
        Ok(markers)
    }

    /// The channels that decoding gives.
    pub(super) fn channels(&self) -> Result<Channels, Error> {
        match self.frame()?.components.len() {
            1 => Ok(Channels::Grey),
            3 => Ok(Channels::Rgb),
            4 => Ok(Channels::Cmyk),
            _ => Err(broken("number of components")),
        }
    }

    pub(super) fn frame(&self) -> Result<&Frame, Error> {
        self.frame.as_ref().ok_or_else(|| broken("no frame header"))
    }

    /// Whether an Adobe marker is there, whose CMYK is stored inverted.
    pub(super) fn has_adobe(&self) -> bool {
        self.adobe_transform.is_some()
    }

    /// Chroma resolution, if the image is YCbCr with a usual one.
    pub(super) fn subsampling(&self) -> Option<ChromaSubsampling> {
        let frame = self.frame.as_ref()?;
        let [(y_id, h, v), (cb_id, 1, 1), (cr_id, 1, 1)] = frame.components[..] else {
            return None;
        };
        let is_rgb = !self.has_jfif
            && match self.adobe_transform {
                Some(transform) => transform == 0,
                None => [y_id, cb_id, cr_id] == *b"RGB",
            };
        match (is_rgb, h, v) {
            (false, 1, 1) => Some(ChromaSubsampling::Full),
            (false, 2, 1) => Some(ChromaSubsampling::Horizontal),
            (false, 2, 2) => Some(ChromaSubsampling::Both),
            _ => None,
        }
    }

    fn read_app1(&mut self, payload: &[u8], limit: usize) {
        if payload.starts_with(exif::PREFIX) {
            keep(&mut self.metadata.exif, payload, exif::PREFIX.len(), limit);
        } else if payload.starts_with(XMP_PREFIX) {
            keep(&mut self.metadata.xmp, payload, XMP_PREFIX.len(), limit);
        }
    }

    fn read_iptc(&mut self, payload: &[u8], limit: usize) {
        if payload.starts_with(IPTC_PREFIX) {
            keep(&mut self.metadata.iptc, payload, IPTC_PREFIX.len(), limit);
        }
    }

    fn read_icc_part(&mut self, payload: &[u8], limit: usize) {
        let Some(number) = payload.get(ICC_PREFIX.len()) else {
            return;
        };
        let held: usize = self.icc_parts.iter().map(|(_, part)| part.len()).sum();
        if payload.starts_with(ICC_PREFIX) && held + payload.len() <= limit {
            let part = payload.get(ICC_PREFIX.len() + 2..).unwrap_or_default();
            self.icc_parts.push((*number, part.to_vec()));
        }
    }

    fn join_icc(&mut self) {
        let mut parts = std::mem::take(&mut self.icc_parts);
        parts.sort_by_key(|(number, _)| *number);
        let complete = parts
            .iter()
            .zip(1_u8..)
            .all(|((n, _), wanted)| *n == wanted);
        if complete && !parts.is_empty() {
            self.metadata.icc = Some(parts.into_iter().flat_map(|(_, part)| part).collect());
        }
    }
}

impl Frame {
    fn read(marker: u8, payload: &[u8]) -> Result<Self, Error> {
        let short = || broken("frame header too short");
        let height = be16(payload, 1).ok_or_else(short)?;
        let width = be16(payload, 3).ok_or_else(short)?;
        let count = usize::from(*payload.get(5).ok_or_else(short)?);
        let components = slice(payload, 6, count * 3).ok_or_else(short)?;
        if height == 0 {
            let what = "its height behind the first scan";
            let format = Format::Jpeg;
            return Err(ErrorKind::Unsupported { format, what }.into());
        }
        if width == 0 {
            return Err(broken("width of zero"));
        }
        Ok(Self {
            width: width.into(),
            height: height.into(),
            precision: payload.first().copied().unwrap_or_default(),
            is_progressive: matches!(marker, 0xC2 | 0xC6 | 0xCA | 0xCE),
            components: components
                .chunks_exact(3)
                .map(|c| (c[0], c[1] >> 4, c[1] & 15))
                .collect(),
        })
    }
}

/// Marker segments one after the other; scans are not entered.
struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Segments<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.bytes.get(self.at..)?;
            let skipped = rest.iter().position(|byte| *byte == 0xFF)?;
            let fill = rest
                .get(skipped..)?
                .iter()
                .take_while(|b| **b == 0xFF)
                .count();
            let marker = *rest.get(skipped + fill)?;
            self.at += skipped + fill + 1;
            match marker {
                0 | 0x01 | 0xD0..=0xD8 => {}
                EOI => return Some((EOI, &[])),
                _ => {
                    let length = usize::from(be16(self.bytes, self.at)?);
                    let payload = slice(self.bytes, self.at + 2, length.checked_sub(2)?)?;
                    self.at += length;
                    return Some((marker, payload));
                }
            }
        }
    }
}

fn keep(slot: &mut Option<Vec<u8>>, payload: &[u8], skip: usize, limit: usize) {
    if slot.is_none() && payload.len() <= limit {
        *slot = payload.get(skip..).map(<[u8]>::to_vec);
    }
}

fn broken(what: &'static str) -> Error {
    let format = Format::Jpeg;
    ErrorKind::Broken { format, what }.into()
}

pub(super) const XMP_PREFIX: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
pub(super) const IPTC_PREFIX: &[u8] = b"Photoshop 3.0\0";
pub(super) const ICC_PREFIX: &[u8] = b"ICC_PROFILE\0";
pub(super) const APP0: u8 = 0xE0;
pub(super) const APP1: u8 = 0xE1;
pub(super) const APP2: u8 = 0xE2;
pub(super) const APP13: u8 = 0xED;
const APP14: u8 = 0xEE;
const SOF0: u8 = 0xC0;
const DHT: u8 = 0xC4;
const DAC: u8 = 0xCC;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
