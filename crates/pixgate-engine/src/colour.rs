//! Conversion from embedded colour profiles to sRGB, and to the profiles of results.

mod grid;
mod ink;
mod range;
mod standard;
mod target;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use moxcms::{ColorProfile, DataColorSpace, RenderingIntent, TransformExecutor, TransformOptions};
use pixgate_codec::Header;
use pixgate_raster::{Channels, Image, Samples, SamplesMut, zeroed};

use crate::Error;
use grid::{Grid, colors_of};

pub(crate) use range::{full_range, set_range};
pub(crate) use standard::srgb_profile;
pub(crate) use target::{convert_to, layout_in};

/// Converts an image in place from its profile to sRGB; grey to grey with the sRGB curve.
///
/// A profile that is sRGB already, cannot be read, or is for other channels changes nothing, as in
/// the reference. Profiles come from strangers, so a panic of the colour library counts as one that
/// cannot be read.
pub(crate) fn convert_to_srgb(image: &mut Image, profile: &[u8]) -> Result<(), Error> {
    if is_standard(profile) {
        return Ok(());
    }
    let layout = image.layout();
    let Some(kind) = kind(layout.channels) else {
        return Ok(());
    };
    let mut row = zeroed(layout.row_samples())?;
    // A transform that fails half way would leave rows of two kinds; none fails after the first
    // row, since all rows are alike.
    let _ = catch_unwind(AssertUnwindSafe(|| {
        convert_rows(image, profile, kind, &mut row)
    }));
    Ok(())
}

/// Converts a CMYK image to an RGB image of the same depth.
///
/// Without a profile, or with one that cannot be used, inks as the reference's generic profile
/// shows them are mixed.
pub(crate) fn cmyk_to_srgb(image: &Image, profile: Option<&[u8]>) -> Result<Image, Error> {
    let layout = image.layout().with_channels(Channels::Rgb);
    let mut rgb = Image::zeroed(layout)?;
    let converted = profile.and_then(|profile| {
        catch_unwind(AssertUnwindSafe(|| convert_cmyk(image, &mut rgb, profile)))
            .ok()
            .flatten()
    });
    if converted.is_none() {
        ink::mix(image, &mut rgb);
    }
    Ok(rgb)
}

/// Converts an sRGB image to inks of the profile; none if the profile or the image is of another
/// kind.
pub(crate) fn srgb_to_cmyk(image: &Image, profile: &[u8]) -> Result<Option<Image>, Error> {
    if image.layout().channels != Channels::Rgb {
        return Ok(None);
    }
    let mut inks = Image::zeroed(image.layout().with_channels(Channels::Cmyk))?;
    let converted = catch_unwind(AssertUnwindSafe(|| convert_rgb(image, &mut inks, profile)));
    Ok(converted.ok().flatten().map(|()| inks))
}

/// A profile, if it can be read; its tables for the perceptual intent stand in for those of the
/// colorimetric one where it has none (ICC.1:2022, section 8.10.2).
fn parsed(profile: &[u8]) -> Option<ColorProfile> {
    let mut profile = ColorProfile::new_from_slice(profile).ok()?;
    if profile.lut_a_to_b_colorimetric.is_none() {
        profile.lut_a_to_b_colorimetric = profile.lut_a_to_b_perceptual.clone();
    }
    if profile.lut_b_to_a_colorimetric.is_none() {
        profile.lut_b_to_a_colorimetric = profile.lut_b_to_a_perceptual.clone();
    }
    Some(profile)
}

/// Channels that the first step sees: CMYK is converted when it is loaded.
pub(crate) const fn working_channels(header: &Header) -> Channels {
    match header.channels {
        Channels::Cmyk if header.has_ink_alpha => Channels::Rgba,
        Channels::Cmyk => Channels::Rgb,
        other => other,
    }
}

/// Bytes of the tables that a conversion between profiles takes.
pub(crate) const CONVERT_BYTES: u64 = 8 << 20;

/// As the reference's library converts unless told otherwise.
fn transform_options() -> TransformOptions {
    TransformOptions {
        rendering_intent: RenderingIntent::RelativeColorimetric,
        ..TransformOptions::default()
    }
}

/// Whether a profile is the usual "sRGB IEC61966-2.1", by the header fields the reference looks at.
///
/// Anything shorter than a header is no profile and treated alike.
fn is_standard(profile: &[u8]) -> bool {
    let has = |at: usize, bytes: &[u8]| profile.get(at..at + bytes.len()) == Some(bytes);
    profile.len() < 128
        || has(48, b"IEC ")
            && has(16, b"RGB ")
            && has(52, b"sRGB")
            && has(80, b"HP  ")
            && has(24, &[0x07, 0xce, 0x00, 0x02, 0x00, 0x09])
            && has(8, &[0x02, 0x10, 0x00, 0x00])
}

/// How the colour library names an arrangement of channels.
#[derive(Clone, Copy)]
struct Kind {
    layout: moxcms::Layout,
    space: DataColorSpace,
}

const fn kind(channels: Channels) -> Option<Kind> {
    let (layout, space) = match channels {
        Channels::Grey => (moxcms::Layout::Gray, DataColorSpace::Gray),
        Channels::GreyAlpha => (moxcms::Layout::GrayAlpha, DataColorSpace::Gray),
        Channels::Rgb => (moxcms::Layout::Rgb, DataColorSpace::Rgb),
        Channels::Rgba => (moxcms::Layout::Rgba, DataColorSpace::Rgb),
        Channels::Cmyk => return None,
    };
    Some(Kind { layout, space })
}

fn convert_rows(image: &mut Image, profile: &[u8], kind: Kind, row: &mut [u8]) -> Option<()> {
    let source = parsed(profile)?;
    if source.color_space != kind.space {
        return None;
    }
    let target = standard(kind.space);
    let options = transform_options();
    let channels = image.layout().channels;
    match image.samples_mut() {
        SamplesMut::U8(samples) => {
            let transform =
                source.create_transform_8bit(kind.layout, &target, kind.layout, options);
            each_row(samples, row, &*transform.ok()?)
        }
        SamplesMut::U16(samples) => {
            let colors = colors_of(channels);
            let exact = source.create_transform_16bit(colors, &target, colors, options);
            Grid::new(&*exact.ok()?, channels)?.convert(samples, channels);
            Some(())
        }
        SamplesMut::F32(_) => None,
    }
}

/// - `copy`: room for a row.
fn each_row<E>(samples: &mut [u8], copy: &mut [u8], transform: &E) -> Option<()>
where
    E: TransformExecutor<u8> + ?Sized,
{
    for row in samples.chunks_exact_mut(copy.len()) {
        copy.copy_from_slice(row);
        transform.transform(copy, row).ok()?;
    }
    Some(())
}

fn standard(space: DataColorSpace) -> ColorProfile {
    let srgb = ColorProfile::new_srgb();
    if space == DataColorSpace::Gray {
        let mut grey = ColorProfile::new_gray_with_gamma(2.2);
        grey.gray_trc = srgb.red_trc;
        grey
    } else {
        srgb
    }
}

fn convert_cmyk(image: &Image, rgb: &mut Image, profile: &[u8]) -> Option<()> {
    let source = parsed(profile)?;
    if source.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let target = ColorProfile::new_srgb();
    let (from, to) = (moxcms::Layout::Rgba, moxcms::Layout::Rgb);
    let options = transform_options();
    match (image.samples(), rgb.samples_mut()) {
        (Samples::U8(inks), SamplesMut::U8(rgb)) => {
            let transform: Arc<_> = source
                .create_transform_8bit(from, &target, to, options)
                .ok()?;
            transform.transform(inks, rgb).ok()
        }
        (Samples::U16(inks), SamplesMut::U16(rgb)) => {
            let transform: Arc<_> = source
                .create_transform_16bit(from, &target, to, options)
                .ok()?;
            transform.transform(inks, rgb).ok()
        }
        _ => None,
    }
}

fn convert_rgb(image: &Image, inks: &mut Image, profile: &[u8]) -> Option<()> {
    let target = parsed(profile)?;
    if target.color_space != DataColorSpace::Cmyk {
        return None;
    }
    let source = ColorProfile::new_srgb();
    let (from, to) = (moxcms::Layout::Rgb, moxcms::Layout::Rgba);
    let options = transform_options();
    match (image.samples(), inks.samples_mut()) {
        (Samples::U8(rgb), SamplesMut::U8(inks)) => {
            let transform: Arc<_> = source
                .create_transform_8bit(from, &target, to, options)
                .ok()?;
            transform.transform(rgb, inks).ok()
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use pixgate_raster::Layout;

    use super::*;

    fn rgb(samples: Vec<u8>) -> Image {
        let width = u32::try_from(samples.len() / 3).unwrap();
        Image::from_u8(Layout::u8(width, 1, Channels::Rgb), samples).unwrap()
    }

    #[test]
    fn adobe_rgb_green_becomes_the_brightest_green() {
        let profile = ColorProfile::new_adobe_rgb().encode().unwrap();
        let mut image = rgb(vec![0, 255, 0, 128, 128, 128]);
        convert_to_srgb(&mut image, &profile).unwrap();
        let row = image.view::<u8>().unwrap().row(0).to_vec();
        assert_eq!(&row[..3], &[0, 255, 0]);
        assert!(row[3..].iter().all(|v| v.abs_diff(128) <= 1), "{row:?}");
    }

    #[test]
    fn display_p3_red_is_more_saturated_than_srgb_can_be() {
        let profile = ColorProfile::new_display_p3().encode().unwrap();
        let mut image = rgb(vec![200, 100, 100]);
        convert_to_srgb(&mut image, &profile).unwrap();
        let row = image.view::<u8>().unwrap().row(0).to_vec();
        assert!(row[0] > 208 && row[1] < 98, "{row:?}");
    }

    #[test]
    fn grey_with_another_curve_gets_the_srgb_curve() {
        let profile = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        let layout = Layout::u8(1, 1, Channels::GreyAlpha);
        let mut image = Image::from_u8(layout, vec![55, 77]).unwrap();
        convert_to_srgb(&mut image, &profile).unwrap();
        let row = image.view::<u8>().unwrap().row(0).to_vec();
        assert!(row[0].abs_diff(128) <= 2, "{row:?}");
        assert_eq!(row[1], 77);
    }

    #[test]
    fn a_profile_that_does_not_fit_changes_nothing() {
        let grey = ColorProfile::new_gray_with_gamma(1.0).encode().unwrap();
        for profile in [&grey[..], &[0xff; 300], b"short"] {
            let mut image = rgb(vec![1, 2, 3]);
            convert_to_srgb(&mut image, profile).unwrap();
            assert_eq!(image, rgb(vec![1, 2, 3]));
        }
    }
}
