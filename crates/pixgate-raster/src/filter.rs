//! What becomes of a pixel's colour, by itself or by its neighbours.
//!
//! - Of single pixels, a row at a time: [`Recoloring`], [`Tint`] and [`Ramp`].
//! - Of neighbourhoods: blurring, sharpening, pixelating and shadows.

mod blur;
mod blur_area;
mod greyness;
mod palette;
mod pixelate;
mod progressive_blur;
mod ramp;
mod recoloring;
mod shadow;
mod sharpen;
mod tint;
mod unsharp;

pub use blur::{blur, blur_bytes, blur_until};
pub use blur_area::{blur_area, blur_area_bytes};
pub use pixelate::{pixelate, pixelate_bytes};
pub use progressive_blur::{progressive_blur, progressive_blur_bytes};
pub use ramp::{Ramp, RampLine};
pub use recoloring::Recoloring;
pub use shadow::{shadow, shadow_bytes, shadow_margin};
pub use sharpen::{sharpen, sharpen_bytes, sharpen_until};
pub use tint::{Tint, tint_bytes};
pub use unsharp::{unsharp, unsharp_bytes};
