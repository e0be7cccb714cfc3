//! The shadow that an image casts.

use crate::convert::{convert_bytes, convert_channels};
use crate::filter::blur::{blur_bytes, blur_until};
use crate::gaussian::Mask;
use crate::geometry::{Canvas, embed, embed_bytes};
use crate::{Channels, Depth, Error, ErrorKind, Image, Layout, SamplesMut};

/// Puts a black shadow under an 8-bit image: its alpha, blurred.
///
/// The shadow has its full strength, which is a half at a straight edge, and lies right below.
/// Alpha is added if it is missing. Allocates [`shadow_bytes`].
///
/// - `sigma`: of the blur, as in [`blur`](crate::filter::blur()).
/// - `margin`: transparent pixels put around first; [`shadow_margin`] of them hold all of it.
/// - `stop`: asked before every row whether to give up.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`] for other depths, CMYK and sigmas beyond 1000,
/// [`ErrorKind::OutOfMemory`], [`ErrorKind::Stopped`].
///
/// # Examples
///
/// ```
/// use pixgate_raster::filter::shadow;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let white = Image::from_u8(Layout::u8(9, 9, Channels::Grey), vec![255; 81])?;
/// let image = shadow(white, 2.0, 3, &|| false)?;
/// let image = image.view::<u8>()?;
/// assert_eq!((image.pixel(3, 7), image.pixel(2, 7)[0]), (&[255, 255][..], 0));
/// assert!((80..128).contains(&image.pixel(2, 7)[1]));
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
pub fn shadow(
    image: Image,
    sigma: f64,
    margin: u32,
    stop: &dyn Fn() -> bool,
) -> Result<Image, Error> {
    let layout = image.layout();
    if layout.channels == Channels::Cmyk || layout.depth != Depth::U8 {
        return Err(ErrorKind::UnsupportedLayout.into());
    }
    let mut image = if margin > 0 {
        embed(&image, canvas(layout, margin))?
    } else {
        convert_channels(image, layout.channels.with_alpha())?
    };
    let count = image.layout().channels.count();
    let own = image.view::<u8>()?;
    let alpha = own.rows().flat_map(|row| row.chunks_exact(count));
    let alpha = alpha.filter_map(<[u8]>::last).copied();
    let mut cast = Image::zeroed(image.layout().with_channels(Channels::Grey))?;
    for (target, alpha) in cast.slice_mut::<u8>()?.iter_mut().zip(alpha) {
        *target = alpha;
    }
    let cast = blur_until(cast, sigma, stop)?;
    let cast = cast.view::<u8>()?;
    if let SamplesMut::U8(samples) = image.samples_mut() {
        let shadows = cast.rows().flatten();
        for (pixel, shadow) in samples.chunks_exact_mut(count).zip(shadows) {
            lay_over(pixel, *shadow);
        }
    }
    Ok(image)
}

/// Pixels around an image that hold all of its shadow.
#[must_use]
pub fn shadow_margin(sigma: f64) -> u32 {
    if sigma.is_nan() || sigma < 0.2 {
        return 0;
    }
    let half = Mask::new(sigma.min(1000.0), 0.2).half.len();
    u32::try_from(half.saturating_sub(1)).unwrap_or(0)
}

/// Bytes that [`shadow`] allocates at most.
#[must_use]
pub fn shadow_bytes(source: Layout, sigma: f64, margin: u32) -> u64 {
    let canvas = canvas(source, margin);
    let grown = source.sized(canvas.width, canvas.height);
    let own = if margin > 0 {
        embed_bytes(source, canvas)
    } else {
        convert_bytes(source, source.with_channels(source.channels.with_alpha()))
    };
    let alpha = grown.with_channels(Channels::Grey);
    own.saturating_add(alpha.bytes())
        .saturating_add(blur_bytes(alpha, sigma))
}

fn canvas(source: Layout, margin: u32) -> Canvas {
    let grown = |side: u32| side.saturating_add(margin.saturating_mul(2));
    Canvas {
        width: grown(source.width),
        height: grown(source.height),
        left: margin.into(),
        top: margin.into(),
    }
}

/// A straight pixel over black of some alpha.
fn lay_over(pixel: &mut [u8], shadow: u8) {
    let Some((alpha, colors)) = pixel.split_last_mut() else {
        return;
    };
    let own = u32::from(*alpha);
    // In 255ths of 255ths, so that nothing is rounded twice.
    let both = own * 255 + u32::from(shadow) * (255 - own);
    if both == 0 {
        return;
    }
    for color in colors {
        *color = rounded(u32::from(*color) * own * 255, both);
    }
    *alpha = rounded(both, 255);
}

#[expect(clippy::cast_possible_truncation, reason = "a mean of bytes")]
const fn rounded(sum: u32, of: u32) -> u8 {
    ((sum + of / 2) / of) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_opaque_stays_and_what_is_clear_gets_darker_only() {
        for (pixel, shadow, expected) in [
            ([200, 255], 99, [200, 255]),
            ([200, 0], 99, [0, 99]),
            ([200, 0], 0, [200, 0]),
            ([200, 128], 255, [100, 255]),
            ([200, 128], 0, [200, 128]),
        ] {
            let mut found = pixel;
            lay_over(&mut found, shadow);
            assert_eq!(found, expected, "{pixel:?} {shadow}");
        }
    }

    #[test]
    fn the_margin_holds_the_shadow() {
        for sigma in [0.2, 1.0, 2.0, 7.5, 40.0] {
            let margin = shadow_margin(sigma);
            let image = Image::from_u8(Layout::u8(3, 3, Channels::Grey), vec![9; 9]).unwrap();
            let wide = shadow(image, sigma, margin + 2, &|| false).unwrap();
            let wide = wide.view::<u8>().unwrap();
            for place in 0..wide.width() {
                assert_eq!(wide.pixel(place, 1)[1], 0, "{sigma}");
            }
        }
        assert_eq!(shadow_margin(0.1), 0);
        assert_eq!(shadow_margin(f64::NAN), 0);
        assert_eq!(shadow_margin(1e300), shadow_margin(1000.0));
    }
}
