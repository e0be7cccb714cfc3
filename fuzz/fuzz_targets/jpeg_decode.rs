//! JPEG files: vector and portable kernels agree, bands make up the promised size, and memory is
//! what the header said.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_jpeg::{DecodeOptions, Decoder, Header, Output, Rounding, Scale};

fuzz_target!(|data: &[u8]| {
    // The first byte chooses the output, the rest is the file.
    let Some((choice, file)) = data.split_first() else {
        return;
    };
    let is_small = |header: &Header| u64::from(header.width) * u64::from(header.height) <= 1 << 16;
    if !Header::read(file).is_ok_and(|header| is_small(&header)) {
        return;
    }
    let scales = [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth];
    let scale = scales[usize::from(choice & 3)];
    let mut options = DecodeOptions::default();
    options.max_scans = 20;
    options.output = match choice >> 2 & 3 {
        0 => Output::Interleaved {
            scale,
            rounding: Rounding::Up,
        },
        1 => Output::Interleaved {
            scale,
            rounding: Rounding::Down,
        },
        _ => Output::Planes { scales: [scale; 4] },
    };
    let vector = decode(file, options);
    options.simd = false;
    assert_eq!(vector, decode(file, options));
});

/// All samples, part after part, and whether there was damage.
fn decode(file: &[u8], options: DecodeOptions) -> Option<(Vec<Vec<u8>>, bool)> {
    let mut decoder = Decoder::new(file, options).ok()?;
    let layouts: Vec<_> = (0..4).map_while(|index| decoder.layout(index)).collect();
    let mut parts = vec![Vec::new(); layouts.len()];
    while let Some(band) = decoder.next_band().ok()? {
        for (index, part) in band.parts() {
            let row = layouts[index].row_samples();
            assert_eq!(part.first_row as usize * row, parts[index].len());
            part.rows.rows().for_each(|row| parts[index].extend(row));
        }
    }
    for (layout, samples) in layouts.iter().zip(&parts) {
        assert_eq!(Some(samples.len()), layout.samples().ok());
    }
    Some((parts, decoder.damage().is_some()))
}
