//! Files that are damaged give an error or pixels, and what was there before the damage.
#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    reason = "tests, whose samples may wrap"
)]

mod support;

use pixgate_png::{ColorType, Colors, Decoder, EncodeOptions, Encoder, Error, Header, Metadata};
use proptest::prelude::*;

const HEADER: Header = Header {
    width: 61,
    height: 50,
    depth: 8,
    color: ColorType::Rgb,
    interlaced: false,
};

fn data() -> Vec<u8> {
    let samples: Vec<u8> = (0..61 * 50 * 3_u32).map(|i| ((i * i) >> 7) as u8).collect();
    let mut options = EncodeOptions::default();
    options.reduce = false;
    let mut encoder = Encoder::new(HEADER, &options, &Metadata::default()).unwrap();
    encoder.write_rows(&samples).unwrap();
    let file = encoder.finish().unwrap();
    let chunks = support::chunks(&file);
    let data = chunks.iter().find(|(name, _)| *name == b"IDAT");
    data.unwrap().1.to_vec()
}

fn decode(header: Header, data: &[u8]) -> (Vec<u8>, Result<(), Error>) {
    let colors = Colors {
        palette: &[1, 2, 3, 4, 5, 6],
        transparency: &[],
    };
    let mut decoder = Decoder::new(header, &colors, data.chunks(7)).unwrap();
    let mut out = vec![0; decoder.row_bytes() * header.height as usize];
    let result = decoder.read_image(&mut out);
    (out, result)
}

#[test]
fn cut_data_gives_the_rows_before_the_cut() {
    let data = data();
    let (whole, result) = decode(HEADER, &data);
    assert_eq!(result, Ok(()));
    for end in (0..data.len() - 5).step_by(37) {
        let (part, result) = decode(HEADER, &data[..end]);
        let rows = part.chunks(183).zip(whole.chunks(183));
        let same = rows.take_while(|(part, whole)| part == whole).count();
        assert!(part[same * 183..].iter().all(|byte| *byte == 0), "{end}");
        assert!(result.is_err() || same == 50);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn broken_streams_are_errors(at in 0_usize..2000, bit in 0_u8..8, width in 1_u32..400, kind in 0_usize..8, interlaced: bool) {
        let mut data = data();
        let at = at % data.len();
        data[at] ^= 1 << bit;
        let (color, depth) = [
            (ColorType::Grey, 1), (ColorType::Grey, 8), (ColorType::Palette, 2), (ColorType::Palette, 8),
            (ColorType::Rgb, 8), (ColorType::Rgba, 8), (ColorType::Rgb, 16), (ColorType::Rgba, 16),
        ][kind];
        let header = Header { width, height: 30, depth, color, interlaced };
        let _ = decode(header, &data);
    }

    #[test]
    fn anything_may_be_a_stream(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let with_header = [&[0x78, 0x9C][..], &bytes].concat();
        for bytes in [bytes, with_header] {
            let ours = pixgate_png::decompress_zlib(&bytes, 1 << 20);
            let mut out = Vec::new();
            let mut theirs = flate2::read::ZlibDecoder::new(&bytes[..]);
            let is_fine = std::io::Read::read_to_end(&mut theirs, &mut out).is_ok();
            prop_assert_eq!(ours.is_ok(), is_fine);
            if is_fine {
                prop_assert_eq!(ours.unwrap(), out);
            }
        }
    }
}

#[test]
fn refuses_headers_that_png_does_not_have() {
    let bad = [
        Header { width: 0, ..HEADER },
        Header {
            height: 1 << 31,
            ..HEADER
        },
        Header { depth: 4, ..HEADER },
        Header {
            depth: 16,
            color: ColorType::Palette,
            ..HEADER
        },
    ];
    for header in bad {
        let colors = Colors::default();
        assert!(Decoder::new(header, &colors, std::iter::empty()).is_err());
    }
}
