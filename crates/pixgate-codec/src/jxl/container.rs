//! The boxes of a JPEG XL file (ISO/IEC 18181-2).

use std::borrow::Cow;

use pixgate_options::Format;

use super::broken;
use crate::bytes::{be32, slice};
use crate::{Error, ErrorKind, Metadata};

/// A file's parts.
pub(super) struct Container<'a> {
    /// One after the other they are the codestream.
    pieces: Vec<&'a [u8]>,
    /// A TIFF structure.
    pub(super) exif: Option<&'a [u8]>,
    pub(super) xmp: Option<&'a [u8]>,
}

impl<'a> Container<'a> {
    pub(super) fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut container = Self {
            pieces: Vec::new(),
            exif: None,
            xmp: None,
        };
        if bytes.starts_with(&[0xFF, 0x0A]) {
            container.pieces.push(bytes);
            return Ok(container);
        }
        let mut at = 0;
        while let Some((name, start, end)) = next_box(bytes, at) {
            container.add(name, bytes.get(start..end).unwrap_or_default());
            at = end;
        }
        if container.pieces.is_empty() {
            return Err(broken("no codestream"));
        }
        Ok(container)
    }

    fn add(&mut self, name: [u8; 4], content: &'a [u8]) {
        match &name {
            b"jxlc" => self.pieces.push(content),
            // A counter stands in front of each part.
            b"jxlp" => self.pieces.push(content.get(4..).unwrap_or_default()),
            // An offset stands in front of the structure.
            b"Exif" => {
                let offset = be32(content, 0).and_then(|offset| usize::try_from(offset).ok());
                let start = offset.and_then(|offset| offset.checked_add(4));
                self.exif = start.and_then(|start| content.get(start..));
            }
            b"xml " => self.xmp = Some(content),
            _ => {}
        }
    }

    pub(super) fn codestream(&self) -> Cow<'a, [u8]> {
        match self.pieces.as_slice() {
            [whole] => Cow::Borrowed(whole),
            pieces => Cow::Owned(pieces.concat()),
        }
    }
}

/// Puts a codestream and the metadata around it into boxes; without metadata it stays bare.
pub(super) fn wrap(codestream: Vec<u8>, metadata: &Metadata) -> Result<Vec<u8>, Error> {
    let (exif, xmp) = (metadata.exif.as_deref(), metadata.xmp.as_deref());
    if exif.is_none() && xmp.is_none() {
        return Ok(codestream);
    }
    let blocks = exif.map_or(0, <[u8]>::len) + xmp.map_or(0, <[u8]>::len);
    let bytes = codestream.len() + blocks + 128;
    let mut file = Vec::new();
    file.try_reserve_exact(bytes)
        .map_err(|_| ErrorKind::OutOfMemory {
            bytes: bytes as u64,
        })?;
    push_box(&mut file, b"JXL ", &[b"\r\n\x87\n"])?;
    push_box(&mut file, b"ftyp", &[b"jxl \0\0\0\0jxl "])?;
    if let Some(exif) = exif {
        push_box(&mut file, b"Exif", &[&[0; 4], exif])?;
    }
    if let Some(xmp) = xmp {
        push_box(&mut file, b"xml ", &[xmp])?;
    }
    push_box(&mut file, b"jxlc", &[&codestream])?;
    Ok(file)
}

fn push_box(file: &mut Vec<u8>, name: &[u8; 4], parts: &[&[u8]]) -> Result<(), Error> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let format = Format::Jxl;
    let length = u32::try_from(length + 8).map_err(|_| ErrorKind::Encoder { format })?;
    file.extend_from_slice(&length.to_be_bytes());
    file.extend_from_slice(name);
    parts.iter().for_each(|part| file.extend_from_slice(part));
    Ok(())
}

/// The name of the box at `at`, and where its content starts and ends; cut boxes end with the file.
fn next_box(bytes: &[u8], at: usize) -> Option<([u8; 4], usize, usize)> {
    let name = slice(bytes, at.checked_add(4)?, 4)?;
    let name = *name.first_chunk::<4>()?;
    let (start, length) = match be32(bytes, at)? {
        0 => (at + 8, None),
        1 => {
            let high = u64::from(be32(bytes, at + 8)?);
            let length = high << 32 | u64::from(be32(bytes, at + 12)?);
            (at + 16, Some(usize::try_from(length).ok()?))
        }
        length => (at + 8, Some(usize::try_from(length).ok()?)),
    };
    let end = match length {
        Some(length) => at.checked_add(length)?.min(bytes.len()),
        None => bytes.len(),
    };
    (end >= start && end > at).then_some((name, start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len() + 8).unwrap();
        [&length.to_be_bytes(), name, content].concat()
    }

    #[test]
    fn joins_the_parts_of_the_codestream() {
        let file = [
            boxed(b"JXL ", b"\r\n\x87\n"),
            boxed(b"Exif", b"\0\0\0\x01xII*\0"),
            boxed(b"jxlp", b"\0\0\0\0ab"),
            boxed(b"jxlp", b"\x80\0\0\x01cd"),
        ]
        .concat();
        let container = Container::read(&file).unwrap();
        assert_eq!(&*container.codestream(), b"abcd");
        assert_eq!(container.exif, Some(&b"II*\0"[..]));
        for cut in 0..file.len() {
            let _ = Container::read(file.get(..cut).unwrap()).map(|c| c.codestream().len());
        }
    }
}
