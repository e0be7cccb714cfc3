//! Writes the boxes of an AVIF file (AVIF 1.1; ISO/IEC 23008-12).

use pixgate_options::Format;
use pixgate_raster::{YuvMatrix, YuvRange};

use super::av1_encode::Coded;
use super::write::{push16, push32, write_box, write_full_box};
use crate::{Error, ErrorKind, Metadata};

/// A file about to be written.
pub(super) struct File<'a> {
    pub(super) size: (u32, u32),
    pub(super) bits: u8,
    pub(super) is_monochrome: bool,
    pub(super) matrix: YuvMatrix,
    pub(super) range: YuvRange,
    pub(super) color: Coded,
    pub(super) alpha: Option<Coded>,
    pub(super) metadata: &'a Metadata,
}

/// An item: its number, kind and data in pieces.
struct Item<'a> {
    id: u16,
    kind: &'static [u8; 4],
    data: [&'a [u8]; 2],
}

impl Item<'_> {
    fn length(&self) -> usize {
        self.data.iter().map(|piece| piece.len()).sum()
    }
}

impl File<'_> {
    pub(super) fn write(&self) -> Result<Vec<u8>, Error> {
        let items = self.items();
        let mut file = Vec::new();
        write_box(&mut file, b"ftyp", |to| {
            to.extend_from_slice(b"avif\0\0\0\0avifmif1miaf");
        });
        let mut trial = Vec::new();
        self.write_meta(&mut trial, &items, 0);
        let start = file.len() + trial.len() + 8;
        let data: usize = items.iter().map(Item::length).sum();
        let whole = start + data;
        let Ok(start) = u32::try_from(start).and_then(|s| u32::try_from(whole).map(|_| s)) else {
            let format = Format::Avif;
            return Err(ErrorKind::Encoder { format }.into());
        };
        let additional = whole - file.len();
        file.try_reserve_exact(additional)
            .map_err(|_| ErrorKind::OutOfMemory {
                bytes: additional as u64,
            })?;
        self.write_meta(&mut file, &items, start);
        write_box(&mut file, b"mdat", |to| {
            for item in &items {
                item.data
                    .iter()
                    .for_each(|piece| to.extend_from_slice(piece));
            }
        });
        Ok(file)
    }

    fn items(&self) -> Vec<Item<'_>> {
        let item = |id, kind, data| Item { id, kind, data };
        let mut items = vec![item(COLOR, b"av01", [&self.color.stream, &[]])];
        if let Some(alpha) = &self.alpha {
            items.push(item(ALPHA, b"av01", [&alpha.stream, &[]]));
        }
        if let Some(exif) = &self.metadata.exif {
            // The TIFF structure begins right behind this offset of zero.
            items.push(item(EXIF, b"Exif", [&[0; 4], exif]));
        }
        if let Some(xmp) = &self.metadata.xmp {
            items.push(item(XMP, b"mime", [xmp, &[]]));
        }
        items
    }

    fn write_meta(&self, to: &mut Vec<u8>, items: &[Item<'_>], start: u32) {
        write_full_box(to, b"meta", 0, |to| {
            write_full_box(to, b"hdlr", 0, |to| {
                to.extend_from_slice(b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
            });
            write_full_box(to, b"pitm", 0, |to| push16(to, COLOR));
            write_locations(to, items, start);
            write_full_box(to, b"iinf", 0, |to| {
                push16(to, count(items.len()));
                items.iter().for_each(|item| write_info(to, item));
            });
            write_references(to, items);
            write_box(to, b"iprp", |to| self.write_properties(to));
        });
    }

    fn write_properties(&self, to: &mut Vec<u8>) {
        let mut color = Vec::new();
        let mut alpha = Vec::new();
        write_box(to, b"ipco", |to| {
            let mut count = 0_u8;
            let mut next = || {
                count += 1;
                count
            };
            write_full_box(to, b"ispe", 0, |to| {
                push32(to, self.size.0);
                push32(to, self.size.1);
            });
            let size = next();
            color.push(size);
            write_channels(to, self.bits, if self.is_monochrome { 1 } else { 3 });
            color.push(next());
            write_box(to, b"av1C", |to| {
                to.extend_from_slice(&self.color.configuration);
            });
            color.push(next() | ESSENTIAL);
            write_box(to, b"colr", |to| self.write_code_points(to));
            color.push(next());
            if let Some(profile) = &self.metadata.icc {
                write_box(to, b"colr", |to| {
                    to.extend_from_slice(b"prof");
                    to.extend_from_slice(profile);
                });
                color.push(next());
            }
            if let Some(coded) = &self.alpha {
                alpha.push(size);
                write_channels(to, self.bits, 1);
                alpha.push(next());
                write_box(to, b"av1C", |to| to.extend_from_slice(&coded.configuration));
                alpha.push(next() | ESSENTIAL);
                write_full_box(to, b"auxC", 0, |to| {
                    to.extend_from_slice(b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0");
                });
                alpha.push(next());
            }
        });
        write_full_box(to, b"ipma", 0, |to| {
            push32(to, if alpha.is_empty() { 1 } else { 2 });
            for (id, list) in [(COLOR, &color), (ALPHA, &alpha)] {
                if !list.is_empty() {
                    push16(to, id);
                    to.push(u8::try_from(list.len()).unwrap_or(u8::MAX));
                    to.extend_from_slice(list);
                }
            }
        });
    }

    /// Primaries and transfer function of sRGB, and the matrix of the planes.
    fn write_code_points(&self, to: &mut Vec<u8>) {
        to.extend_from_slice(b"nclx");
        push16(to, 1);
        push16(to, 13);
        push16(
            to,
            match self.matrix {
                YuvMatrix::Bt709 => 1,
                YuvMatrix::Bt601 => 6,
                YuvMatrix::Bt2020 => 9,
            },
        );
        to.push(if self.range == YuvRange::Full {
            0x80
        } else {
            0
        });
    }
}

fn write_locations(to: &mut Vec<u8>, items: &[Item<'_>], start: u32) {
    write_full_box(to, b"iloc", 0, |to| {
        // Offsets and lengths of four bytes, no base.
        push16(to, 0x4400);
        push16(to, count(items.len()));
        let mut offset = start;
        for item in items {
            let length = u32::try_from(item.length()).unwrap_or(u32::MAX);
            push16(to, item.id);
            push16(to, 0);
            push16(to, 1);
            push32(to, offset);
            push32(to, length);
            offset = offset.saturating_add(length);
        }
    });
}

fn write_info(to: &mut Vec<u8>, item: &Item<'_>) {
    write_full_box(to, b"infe", 2, |to| {
        push16(to, item.id);
        push16(to, 0);
        to.extend_from_slice(item.kind);
        to.push(0);
        if item.kind == b"mime" {
            to.extend_from_slice(b"application/rdf+xml\0");
        }
    });
}

fn write_references(to: &mut Vec<u8>, items: &[Item<'_>]) {
    let others = || items.iter().filter(|item| item.id != COLOR);
    if others().next().is_none() {
        return;
    }
    write_full_box(to, b"iref", 0, |to| {
        for item in others() {
            let kind = if item.id == ALPHA { b"auxl" } else { b"cdsc" };
            write_box(to, kind, |to| {
                push16(to, item.id);
                push16(to, 1);
                push16(to, COLOR);
            });
        }
    });
}

fn write_channels(to: &mut Vec<u8>, bits: u8, channels: u8) {
    write_full_box(to, b"pixi", 0, |to| {
        to.push(channels);
        to.extend((0..channels).map(|_| bits));
    });
}

/// There are four items at most.
fn count(items: usize) -> u16 {
    u16::try_from(items).unwrap_or(u16::MAX)
}

const COLOR: u16 = 1;
const ALPHA: u16 = 2;
const EXIF: u16 = 3;
const XMP: u16 = 4;
/// A reader that does not know the property must not show the item.
const ESSENTIAL: u8 = 0x80;
