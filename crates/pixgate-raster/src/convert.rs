//! The same picture in another layout: channels, depth, linear light, luma and chroma.

mod layouts;
pub(crate) mod transfer;
mod yuv;

pub use layouts::{convert_bytes, convert_channels, convert_depth};
pub use transfer::{from_linear, linear_bytes, linear_to_srgb, srgb_to_linear, to_linear};
pub use yuv::{
    YuvFormat, image_to_planes, image_to_planes_bytes, planes_to_image, planes_to_image_bytes,
};
