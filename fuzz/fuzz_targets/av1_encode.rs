//! Planes: whatever they hold, the encoder neither panics nor gives more than a bounded number of
//! bytes for each sample, and the decoder shows what the encoder thought that it would.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_av1::{
    BitDepth, Chroma, ColorDescription, DecodeError, DecodeSettings, Decoder, Effort, Picture,
    PlaneRows, Rows, Samples, Settings, encode_shown,
};

fuzz_target!(|data: &[u8]| {
    let [width, height, quantizer, choice, samples @ ..] = data else {
        return;
    };
    if samples.is_empty() {
        return;
    }
    let (width, height) = (u32::from(width % 140) + 1, u32::from(height % 140) + 1);
    let chroma = [Chroma::None, Chroma::Half, Chroma::Full][usize::from(choice & 3) % 3];
    let bit_depth =
        [BitDepth::Eight, BitDepth::Ten, BitDepth::Twelve][usize::from(choice >> 2 & 3) % 3];
    let effort = [Effort::Quick, Effort::Usual, Effort::Thorough][usize::from(choice >> 4 & 3) % 3];
    let (w, h) = (width as usize, height as usize);
    let sizes = match chroma {
        Chroma::None => vec![w * h],
        Chroma::Half => vec![
            w * h,
            w.div_ceil(2) * h.div_ceil(2),
            w.div_ceil(2) * h.div_ceil(2),
        ],
        Chroma::Full => vec![w * h; 3],
    };
    let endless = |count: &usize| samples.iter().copied().cycle().take(*count);
    let bytes: Vec<Vec<u8>> = sizes.iter().map(|count| endless(count).collect()).collect();
    let words: Vec<Vec<u16>> = sizes
        .iter()
        .map(|count| endless(count).map(|byte| u16::from(byte) * 257).collect())
        .collect();
    let planes = if bit_depth == BitDepth::Eight {
        bytes.iter().map(|plane| Samples::U8(plane)).collect()
    } else {
        words.iter().map(|plane| Samples::U16(plane)).collect()
    };
    let picture = Picture {
        width,
        height,
        bit_depth,
        chroma,
        color: ColorDescription {
            primaries: 1,
            transfer: 13,
            matrix: 6,
            is_full_range: true,
        },
        planes,
    };
    let mut settings = Settings::new(*quantizer);
    settings.effort = effort;
    let (stream, expected) = encode_shown(&picture, settings).expect("the picture is valid");
    // The headers alone take more.
    assert!(stream.data.len() > 12, "{} bytes", stream.data.len());
    // No more than the samples, however noisy they are.
    let most: usize = sizes.iter().sum::<usize>() * 3 + 200;
    assert!(stream.data.len() < most, "{} bytes", stream.data.len());
    assert_eq!(decoded(&stream.data), expected);
});

/// Samples of each plane, row by row.
fn decoded(stream: &[u8]) -> Vec<Vec<u16>> {
    let mut decoder = Decoder::new(stream, DecodeSettings::new()).expect("it is a stream");
    let mut planes = vec![Vec::new(); 3];
    let mut show = |rows: Rows<'_>| {
        for (plane, to) in rows.planes.iter().zip(&mut planes) {
            take(plane, to);
        }
        Ok::<(), DecodeError>(())
    };
    while decoder.decode_row(stream, &mut show).expect("it is whole") {}
    planes.retain(|plane| !plane.is_empty());
    planes
}

fn take(plane: &PlaneRows<'_>, to: &mut Vec<u16>) {
    match *plane {
        PlaneRows::U8 {
            samples,
            stride,
            width,
            rows,
        } => {
            let lines = samples.chunks(stride.max(1)).take(rows);
            to.extend(lines.flat_map(|line| line[..width].iter().map(|&sample| u16::from(sample))));
        }
        PlaneRows::U16 {
            samples,
            stride,
            width,
            rows,
        } => {
            let lines = samples.chunks(stride.max(1)).take(rows);
            to.extend(lines.flat_map(|line| &line[..width]));
        }
        _ => {}
    }
}
