//! The range of YCbCr values: all of a byte, or the part that video keeps to.

use pixgate_options::Format;
use pixgate_raster::{Image, Planes, SamplesMut, YuvRange};

/// JPEG has the full range of values, WebP the limited one; AVIF takes what there is.
pub(crate) fn set_range(planes: &mut Planes, format: Format) {
    let range = match format {
        Format::Jpeg => YuvRange::Full,
        Format::Webp => YuvRange::Limited,
        _ => planes.range,
    };
    if range == planes.range {
        return;
    }
    let (luma, chroma) = tables(range);
    replace(&mut planes.y, &luma);
    for plane in planes.chroma.iter_mut().flatten() {
        replace(plane, &chroma);
    }
    planes.range = range;
}

/// A luma plane with the full range of values.
pub(crate) fn full_range(luma: &Image, range: YuvRange) -> Image {
    let mut luma = luma.clone();
    if range == YuvRange::Limited {
        replace(&mut luma, &tables(YuvRange::Full).0);
    }
    luma
}

type Table = [u8; 256];

/// Values of luma and chroma in another range (ITU-T H.273, 8 bits).
fn tables(to: YuvRange) -> (Table, Table) {
    let table = |zero: f64, from_zero: f64, factor: f64| {
        let mut table = [0; 256];
        for (value, to) in (0_u8..=255).zip(&mut table) {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "float casts saturate"
            )]
            let mapped = ((f64::from(value) - from_zero) * factor + zero).round() as u8;
            *to = mapped;
        }
        table
    };
    match to {
        YuvRange::Limited => (
            table(16.0, 0.0, 219.0 / 255.0),
            table(128.0, 128.0, 224.0 / 255.0),
        ),
        YuvRange::Full => (
            table(0.0, 16.0, 255.0 / 219.0),
            table(128.0, 128.0, 255.0 / 224.0),
        ),
    }
}

fn replace(plane: &mut Image, table: &Table) {
    if let SamplesMut::U8(samples) = plane.samples_mut() {
        for sample in samples {
            *sample = table[usize::from(*sample)];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_where_they_should_and_come_back() {
        let (luma, chroma) = tables(YuvRange::Limited);
        assert_eq!((luma[0], luma[255]), (16, 235));
        assert_eq!((chroma[0], chroma[128], chroma[255]), (16, 128, 240));
        let (back, _) = tables(YuvRange::Full);
        for value in 0..=255_u8 {
            assert!(back[usize::from(luma[usize::from(value)])].abs_diff(value) <= 1);
        }
        assert_eq!((back[0], back[255]), (0, 255));
    }
}
