//! IPTC data in a Photoshop image resource, as [`Metadata`](crate::Metadata) has it.
//!
//! TIFF alone keeps the data bare.

use crate::bytes::{array, be32, slice};

/// The data in a block of image resources (Adobe Photoshop file formats, "Image Resource Blocks").
///
/// None if there is no such resource or the block ends early. Other resources are passed over: they have
/// no place of their own in a file for readers that know IPTC only.
///
/// ```
/// let block = pixgate_codec::iptc_block(b"\x1c\x02\x50\0\x02me").unwrap();
/// assert_eq!(pixgate_codec::iptc_data(&block), Some(&b"\x1c\x02\x50\0\x02me"[..]));
/// ```
#[must_use]
pub fn iptc_data(block: &[u8]) -> Option<&[u8]> {
    let mut at = 0;
    while slice(block, at, 4)? == SIGNATURE {
        let id = u16::from_be_bytes(array(block, at + 4)?);
        let name = usize::from(*block.get(at + 6)?) + 1;
        let start = at + 6 + name.next_multiple_of(2);
        let length = usize::try_from(be32(block, start)?).ok()?;
        let data = slice(block, start + 4, length)?;
        if id == IPTC {
            return Some(data);
        }
        at = start + 4 + length.next_multiple_of(2);
    }
    None
}

/// A block of image resources with nothing but this data; none if it is longer than 32 bits can say.
#[must_use]
pub fn iptc_block(data: &[u8]) -> Option<Vec<u8>> {
    let mut block = SIGNATURE.to_vec();
    block.extend(IPTC.to_be_bytes());
    block.extend([0, 0]);
    block.extend(u32::try_from(data.len()).ok()?.to_be_bytes());
    block.extend_from_slice(data);
    block.resize(block.len().next_multiple_of(2), 0);
    Some(block)
}

const SIGNATURE: &[u8] = b"8BIM";
const IPTC: u16 = 0x0404;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_comes_back_out_of_its_block() {
        for text in [&b"\x1c\x02\x50\0\x02me"[..], b"\x1c\x02\x50\0\x03you"] {
            let block = iptc_block(text).unwrap();
            assert_eq!(block.len() % 2, 0);
            assert_eq!(iptc_data(&block), Some(text));
            let mut behind = b"8BIM\x03\xed\x02ab\0\0\0\0\x03abc\0".to_vec();
            behind.extend(&block);
            assert_eq!(iptc_data(&behind), Some(text));
        }
    }

    #[test]
    fn a_block_that_ends_early_has_none() {
        let whole = iptc_block(b"\x1c\x02\x50\0\x01me").unwrap();
        for length in 0..whole.len() - 1 {
            assert_eq!(iptc_data(&whole[..length]), None);
        }
    }
}
