//! AV1 data: the decoder neither panics nor hangs, and hands every row out once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_av1::{DecodeError, DecodeSettings, Decoder, Filters, PlaneRows, Rows};

/// Larger frames only take longer.
const MAX_PIXELS: u64 = 1 << 18;

fuzz_target!(|data: &[u8]| {
    let [choice, stream @ ..] = data else {
        return;
    };
    let mut settings = DecodeSettings::new();
    settings.max_pixels = MAX_PIXELS;
    settings.filters = [Filters::All, Filters::Deblocking, Filters::None][usize::from(choice % 3)];
    let Ok(mut decoder) = Decoder::new(stream, settings) else {
        return;
    };
    // Frames of 65,536 columns have rows of superblocks with as many samples.
    assert!(decoder.memory() < 512 << 20, "{}", decoder.memory());
    let info = *decoder.info();
    let most = (1u32 << info.bit_depth.bits()) - 1;
    let mut next = 0;
    let mut show = |rows: Rows<'_>| {
        assert_eq!(rows.first_row, next);
        next += rows.rows;
        if let PlaneRows::U16 {
            samples,
            stride,
            width,
            rows,
        } = rows.planes[0]
        {
            for row in samples.chunks(stride).take(rows) {
                assert!(row[..width].iter().all(|&sample| u32::from(sample) <= most));
            }
        }
        Ok::<(), DecodeError>(())
    };
    loop {
        match decoder.decode_row(stream, &mut show) {
            Ok(true) => {}
            Ok(false) => break,
            Err(_) => return,
        }
    }
    assert_eq!(next, info.height);
});
