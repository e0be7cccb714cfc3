//! Blocks that travel with an image.

use crate::Resolution;

/// Metadata blocks as the file holds them, without their containers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[non_exhaustive]
pub struct Metadata {
    /// ICC colour profile.
    pub icc: Option<Vec<u8>>,
    /// EXIF: a TIFF structure, without the `Exif\0\0` that JPEG puts in front.
    pub exif: Option<Vec<u8>>,
    /// XMP packet.
    pub xmp: Option<Vec<u8>>,
    /// IPTC: the Photoshop image resource block of JPEG's APP13.
    pub iptc: Option<Vec<u8>>,
    /// Resolution, where the container itself has a place for it: JFIF, PNG, TIFF, BMP.
    pub resolution: Option<Resolution>,
}
