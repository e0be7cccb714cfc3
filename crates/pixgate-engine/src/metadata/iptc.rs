//! Reading and rewriting IPTC data (IPTC-NAA Information Interchange Model 4.2), which image files
//! keep in a Photoshop image resource.

use pixgate_codec::{iptc_block, iptc_data};

/// A resource block with nothing but by-line, credit and copyright notice of the application
/// record, and the records that say how to read them; none if nothing is left or if the data ends
/// early.
pub(super) fn copyright(block: &[u8]) -> Option<Vec<u8>> {
    let mut kept = Vec::new();
    let mut rest = iptc_data(block)?;
    while let [TAG_MARKER, record, dataset, tail @ ..] = rest {
        let (header, length) = length(tail)?;
        let end = header.checked_add(length)?;
        if is_kept(*record, *dataset) {
            kept.extend([TAG_MARKER, *record, *dataset]);
            kept.extend_from_slice(tail.get(..end)?);
        }
        rest = tail.get(end..)?;
    }
    (!kept.is_empty()).then(|| iptc_block(&kept)).flatten()
}

/// Record 2 describes the picture, 1 names the character set, 7 to 9 describe embedded objects.
const fn is_kept(record: u8, dataset: u8) -> bool {
    match record {
        2 => matches!(dataset, BY_LINE | CREDIT | COPYRIGHT_NOTICE),
        1 | 7..=9 => true,
        _ => false,
    }
}

/// Bytes of the length field of a data set, and its value (IIM, section 1.6).
fn length(tail: &[u8]) -> Option<(usize, usize)> {
    let short = u16::from_be_bytes(*tail.first_chunk()?);
    if short & EXTENDED == 0 {
        return Some((2, usize::from(short)));
    }
    let count = usize::from(short & !EXTENDED);
    let field = tail.get(2..count.checked_add(2)?)?;
    let mut value = 0_usize;
    for byte in field {
        value = value.checked_mul(256)?.checked_add(usize::from(*byte))?;
    }
    Some((count + 2, value))
}

const TAG_MARKER: u8 = 0x1c;
/// Lengths with this bit count the bytes of the length that follows.
const EXTENDED: u16 = 0x8000;
const BY_LINE: u8 = 80;
const CREDIT: u8 = 110;
const COPYRIGHT_NOTICE: u8 = 116;

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(record: u8, dataset: u8, data: &[u8]) -> Vec<u8> {
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        [&[TAG_MARKER, record, dataset], &length[..], data].concat()
    }

    #[test]
    fn only_who_made_and_owns_it_is_left() {
        let kept = [
            dataset(1, 90, b"\x1b%G"),
            dataset(2, 80, b"me"),
            dataset(2, 116, b"(c)"),
        ];
        let other = [dataset(2, 5, b"an object"), dataset(3, 10, b"x")];
        let all = [&kept[0], &other[0], &kept[1], &other[1], &kept[2]];
        let source = iptc_block(&all.map(Vec::as_slice).concat()).unwrap();
        assert_eq!(copyright(&source), iptc_block(&kept.concat()));
    }

    #[test]
    fn the_resource_is_found_behind_others_and_with_a_name() {
        let data = dataset(2, 110, b"credit");
        let mut source = b"8BIM\x03\xed\0\0\0\0\0\x03abc\0".to_vec();
        source.extend(b"8BIM\x04\x04\x02ab\0");
        source.extend(u32::try_from(data.len()).unwrap().to_be_bytes());
        source.extend(&data);
        assert_eq!(copyright(&source), iptc_block(&data));
    }

    #[test]
    fn long_data_sets_are_understood() {
        let mut data = dataset(2, 80, b"me");
        data.extend(b"\x1c\x02\x78\x80\x04\0\0\0\x03abc");
        let source = iptc_block(&data).unwrap();
        assert_eq!(copyright(&source), iptc_block(&dataset(2, 80, b"me")));
    }

    #[test]
    fn nothing_is_made_of_nothing_or_of_what_ends_early() {
        let whole = iptc_block(&dataset(2, 80, b"anybody")).unwrap();
        for length in 0..whole.len() {
            assert_eq!(copyright(&whole[..length]), None, "{length}");
        }
        let other = iptc_block(&dataset(2, 5, b"title")).unwrap();
        assert_eq!(copyright(&other), None);
        assert_eq!(copyright(b"8BIM\x03\xed\0\0\0\0\0\0"), None);
        let endless = iptc_block(b"\x1c\x02\x50\xff\xff\0").unwrap();
        assert_eq!(copyright(&endless), None);
    }
}
