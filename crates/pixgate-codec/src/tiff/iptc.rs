//! IPTC data: TIFF has it bare, everybody else in a Photoshop image resource.

use crate::bytes::{array, be32, slice};

/// The data in a block of image resources (Adobe Photoshop file formats, "Image Resource Blocks").
///
/// Other resources have no place of their own in a file for readers that know IPTC only.
pub(super) fn data(block: &[u8]) -> Option<&[u8]> {
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

/// A block with nothing but the resource for this data.
pub(super) fn block(data: &[u8]) -> Option<Vec<u8>> {
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
            let block = block(text).unwrap();
            assert_eq!(block.len() % 2, 0);
            assert_eq!(data(&block), Some(text));
            let mut behind = b"8BIM\x03\xed\x02ab\0\0\0\0\x03abc\0".to_vec();
            behind.extend(&block);
            assert_eq!(data(&behind), Some(text));
        }
    }

    #[test]
    fn a_block_that_ends_early_has_none() {
        let whole = block(b"\x1c\x02\x50\0\x01me").unwrap();
        for length in 0..whole.len() - 1 {
            assert_eq!(data(&whole[..length]), None);
        }
    }
}
