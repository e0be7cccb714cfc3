//! The blocks of GIF (GIF89a specification).

use crate::Metadata;
use crate::bytes::slice;

/// Keeps frames, their control blocks and the number of repetitions.
pub(crate) fn replace_metadata(bytes: &[u8], _: &Metadata) -> Option<Vec<u8>> {
    let mut file = crate::strip::room_for(bytes, &Metadata::default())?;
    let mut at = 13 + color_table(*bytes.get(10)?);
    file.extend_from_slice(bytes.get(..at)?);
    let mut has_frame = false;
    loop {
        let start = at;
        let is_kept = match *bytes.get(at)? {
            EXTENSION => {
                at = skip_sub_blocks(bytes, at + 2)?;
                keeps_extension(bytes.get(start..at)?)?
            }
            FRAME => {
                let table = color_table(*bytes.get(at + 9)?);
                // Descriptor, colours, and the size of codes.
                at = skip_sub_blocks(bytes, at + 10 + table + 1)?;
                has_frame = true;
                true
            }
            TRAILER => {
                file.push(TRAILER);
                return has_frame.then_some(file);
            }
            _ => return None,
        };
        if is_kept {
            file.extend_from_slice(bytes.get(start..at)?);
        }
    }
}

/// None for text, which is part of the picture and has a control block of its own.
fn keeps_extension(block: &[u8]) -> Option<bool> {
    match *block.get(1)? {
        CONTROL => Some(true),
        COMMENT => Some(false),
        APPLICATION => {
            let name = slice(block, 3, 11)?;
            Some(name == b"NETSCAPE2.0" || name == b"ANIMEXTS1.0")
        }
        _ => None,
    }
}

/// Bytes of a colour table, by the flags that announce it.
const fn color_table(flags: u8) -> usize {
    if flags & 0x80 == 0 {
        0
    } else {
        6 << (flags & 7)
    }
}

/// Where the blocks that start at `at` end.
fn skip_sub_blocks(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at;
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += length + 1;
        if length == 0 {
            return Some(at);
        }
    }
}

const EXTENSION: u8 = 0x21;
const FRAME: u8 = 0x2c;
const TRAILER: u8 = 0x3b;
const CONTROL: u8 = 0xf9;
const COMMENT: u8 = 0xfe;
const APPLICATION: u8 = 0xff;
