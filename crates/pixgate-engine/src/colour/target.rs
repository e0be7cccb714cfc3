//! Conversion to the profile that a result is to carry.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use moxcms::{DataColorSpace, TransformExecutor};
use pixgate_raster::convert::convert_channels;
use pixgate_raster::{Channels, Depth, Image, Layout, SamplesMut};

use super::{convert_to_srgb, parsed, standard, transform_options};
use crate::target_profile::{ProfileSpace, TargetProfile};
use crate::{Error, ErrorKind};

/// Converts an image to the colours of a profile.
///
/// - `source`: the profile of its colours; without one they are sRGB, or grey with that curve.
///
/// # Errors
///
/// [`ErrorKind::ColorProfile`] if no conversion to the profile can be made.
pub(crate) fn convert_to(
    image: Image,
    source: Option<&[u8]>,
    target: &TargetProfile,
) -> Result<Image, Error> {
    if source == Some(&target.bytes[..]) && layout_in(image.layout(), target) == image.layout() {
        return Ok(image);
    }
    let mut image = image;
    let is_color = matches!(image.layout().channels, Channels::Rgb | Channels::Rgba);
    let stays = is_color && target.space != ProfileSpace::Grey && !target.is_srgb;
    // What has no direct way goes by sRGB.
    if let Some(profile) = source.filter(|_| !stays) {
        convert_to_srgb(&mut image, profile)?;
    }
    let channels = layout_in(image.layout(), target).channels;
    let joined = match channels {
        Channels::Cmyk => Channels::Rgb,
        other => other,
    };
    let image = convert_channels(image, joined)?;
    if target.is_srgb {
        return Ok(image);
    }
    let source = source.filter(|_| stays);
    let converted = catch_unwind(AssertUnwindSafe(|| by_profile(&image, source, target)));
    converted
        .unwrap_or_else(|_| Ok(None))?
        .ok_or_else(|| target.fault("no colours can be converted to it").into())
}

/// The layout that an image has in a profile.
pub(crate) const fn layout_in(layout: Layout, target: &TargetProfile) -> Layout {
    let has_alpha = layout.channels.has_alpha();
    layout.with_channels(match (target.space, has_alpha) {
        (ProfileSpace::Rgb, false) => Channels::Rgb,
        (ProfileSpace::Rgb, true) => Channels::Rgba,
        (ProfileSpace::Grey, false) => Channels::Grey,
        (ProfileSpace::Grey, true) => Channels::GreyAlpha,
        (ProfileSpace::Cmyk, _) => Channels::Cmyk,
    })
}

/// Converts row by row; none if the library has no way.
fn by_profile(
    image: &Image,
    source: Option<&[u8]>,
    target: &TargetProfile,
) -> Result<Option<Image>, Error> {
    let from = image.layout();
    let mut converted = Image::zeroed(layout_in(from, target))?;
    let space = match target.space {
        ProfileSpace::Grey => DataColorSpace::Gray,
        ProfileSpace::Rgb | ProfileSpace::Cmyk => DataColorSpace::Rgb,
    };
    let own = source.and_then(parsed);
    let own = own.filter(|profile| profile.color_space == space);
    let own = own.unwrap_or_else(|| standard(space));
    let Some(target) = parsed(&target.bytes) else {
        return Ok(None);
    };
    let layouts = (
        library_layout(from.channels),
        library_layout(converted.layout().channels),
    );
    let options = transform_options();
    let length = converted.layout().row_samples();
    let done = match (from.depth, converted.samples_mut()) {
        (Depth::U8, SamplesMut::U8(to)) => {
            let made = own.create_transform_8bit(layouts.0, &target, layouts.1, options);
            made.ok()
                .and_then(|transform| rows(image.view::<u8>().ok()?.rows(), to, length, &transform))
        }
        (Depth::U16, SamplesMut::U16(to)) => {
            let made = own.create_transform_16bit(layouts.0, &target, layouts.1, options);
            made.ok().and_then(|transform| {
                rows(image.view::<u16>().ok()?.rows(), to, length, &transform)
            })
        }
        _ => None,
    };
    Ok(done.map(|()| converted))
}

fn rows<'a, T: Copy + Default + 'a>(
    rows: impl Iterator<Item = &'a [T]>,
    to: &mut [T],
    length: usize,
    transform: &Arc<dyn TransformExecutor<T> + Send + Sync>,
) -> Option<()> {
    for (row, to) in rows.zip(to.chunks_exact_mut(length)) {
        transform.transform(row, to).ok()?;
    }
    Some(())
}

/// How the colour library names channels; inks count as its four of colours and alpha.
const fn library_layout(channels: Channels) -> moxcms::Layout {
    match channels {
        Channels::Grey => moxcms::Layout::Gray,
        Channels::GreyAlpha => moxcms::Layout::GrayAlpha,
        Channels::Rgb => moxcms::Layout::Rgb,
        Channels::Rgba | Channels::Cmyk => moxcms::Layout::Rgba,
    }
}

impl TargetProfile {
    /// What is wrong with it.
    pub(crate) fn fault(&self, why: &'static str) -> ErrorKind {
        ErrorKind::ColorProfile {
            name: self.name.clone(),
            why,
        }
    }
}

#[cfg(test)]
mod tests {
    use moxcms::ColorProfile;

    use super::*;

    fn target(profile: &ColorProfile) -> TargetProfile {
        TargetProfile::read("test", profile.encode().unwrap().into()).unwrap()
    }

    fn rgb(samples: Vec<u8>) -> Image {
        let width = u32::try_from(samples.len() / 3).unwrap();
        Image::from_u8(Layout::u8(width, 1, Channels::Rgb), samples).unwrap()
    }

    fn row(image: &Image) -> Vec<u8> {
        image.view::<u8>().unwrap().row(0).to_vec()
    }

    #[test]
    fn colours_of_srgb_are_less_saturated_in_a_wider_space() {
        let target = target(&ColorProfile::new_display_p3());
        let image = convert_to(rgb(vec![255, 0, 0, 128, 128, 128]), None, &target).unwrap();
        let row = row(&image);
        assert!(row[0] < 240 && row[1] > 40, "{row:?}");
        assert!(row[3..].iter().all(|v| v.abs_diff(128) <= 1), "{row:?}");
    }

    #[test]
    fn alpha_and_depth_stay() {
        let target = target(&ColorProfile::new_display_p3());
        let layout = Layout::u8(1, 1, Channels::Rgba);
        let image = Image::from_u8(layout, vec![255, 0, 0, 77]).unwrap();
        let deep = pixgate_raster::convert::convert_depth(image.clone(), Depth::U16).unwrap();
        let (flat, deep) = (
            convert_to(image, None, &target).unwrap(),
            convert_to(deep, None, &target).unwrap(),
        );
        assert_eq!(row(&flat)[3], 77);
        let deep = deep.view::<u16>().unwrap().row(0).to_vec();
        assert_eq!(deep[3], 77 * 257);
        for (flat, deep) in row(&flat).iter().zip(deep) {
            assert!((u32::from(*flat) * 257).abs_diff(deep.into()) <= 300);
        }
    }

    #[test]
    fn a_picture_that_has_the_profile_already_is_not_touched() {
        let target = target(&ColorProfile::new_adobe_rgb());
        let profile = target.bytes.clone();
        let image = rgb(vec![1, 2, 3, 200, 100, 50]);
        assert_eq!(
            convert_to(image.clone(), Some(&profile), &target).unwrap(),
            image
        );
    }

    #[test]
    fn srgb_is_reached_from_grey_and_from_other_profiles() {
        let target = TargetProfile::srgb();
        let grey = Image::from_u8(Layout::u8(1, 1, Channels::Grey), vec![90]).unwrap();
        assert_eq!(row(&convert_to(grey, None, &target).unwrap()), [90, 90, 90]);
        let same = rgb(vec![9, 99, 199]);
        assert_eq!(convert_to(same.clone(), None, &target).unwrap(), same);
        let p3 = ColorProfile::new_display_p3().encode().unwrap();
        let image = convert_to(rgb(vec![200, 100, 100]), Some(&p3), &target).unwrap();
        assert!(row(&image)[0] > 208);
    }

    #[test]
    fn a_profile_of_grey_makes_grey() {
        let target = target(&ColorProfile::new_gray_with_gamma(1.0));
        let image = convert_to(rgb(vec![188, 188, 188]), None, &target).unwrap();
        assert_eq!(image.layout().channels, Channels::Grey);
        assert!(row(&image)[0].abs_diff(128) <= 2, "{:?}", row(&image));
    }
}
