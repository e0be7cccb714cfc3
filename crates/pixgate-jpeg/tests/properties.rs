//! Laws that hold for any input.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic"
)]

mod support;

use libjpeg_turbo_rs::Subsampling;
use pixgate_jpeg::{Decoder, Header, Scale, memory_bytes};
use proptest::prelude::*;
use support::{decode, encode, interleaved, planes};

/// A file whose entropy-coded data is replaced.
fn with_scan(progressive: bool, scan: &[u8]) -> Vec<u8> {
    let mut file = encode((48, 32), Subsampling::S420, |e| e.progressive(progressive));
    let start = file
        .windows(2)
        .position(|pair| pair == [0xff, 0xda])
        .unwrap();
    let length = usize::from(u16::from_be_bytes([file[start + 2], file[start + 3]]));
    file.truncate(start + 2 + length);
    file.extend(scan);
    file
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_bytes_have_a_header_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let mut data = vec![0xff, 0xd8];
        data.extend(&bytes);
        if let Ok(header) = Header::read(&data) {
            prop_assert!(header.width > 0 && header.height > 0);
        }
    }

    #[test]
    fn any_scan_data_decodes_to_a_whole_picture(
        scan in prop::collection::vec(any::<u8>(), 0..3000),
        progressive: bool,
    ) {
        let file = with_scan(progressive, &scan);
        for options in [planes(Scale::Full), planes(Scale::Quarter), interleaved(Scale::Half)] {
            let vector = decode(&file, options).unwrap();
            let mut options = options;
            options.simd = false;
            prop_assert_eq!(vector, decode(&file, options).unwrap());
        }
    }

    #[test]
    fn the_header_and_the_decoder_count_the_same_memory(
        width in 1usize..200, height in 1usize..200, progressive: bool,
    ) {
        let file = encode((width, height), Subsampling::S420, |e| e.progressive(progressive));
        let header = Header::read(&file).unwrap();
        let options = interleaved(Scale::Full);
        let decoder = Decoder::new(&file, options).unwrap();
        prop_assert_eq!(memory_bytes(&header, options.output).unwrap(), decoder.memory_bytes());
    }
}
