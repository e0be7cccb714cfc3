//! The boxes of a JPEG XL file (ISO/IEC 18181-2).

use std::borrow::Cow;

use super::broken;
use crate::Error;
use crate::bytes::{be32, slice};

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
