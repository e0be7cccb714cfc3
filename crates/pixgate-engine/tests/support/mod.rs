//! What the tests of this crate share.
#![allow(dead_code, reason = "every test file uses a part of it")]

pub(crate) mod counting;
pub(crate) mod pages;
pub(crate) mod profiles;

use pixgate_codec::{Header, Orientation};
use pixgate_engine::{Negotiation, Settings};
use pixgate_options::{Format, ProcessingOptions};
use pixgate_raster::Channels;
use pixgate_url::{Config, Defaults};

/// Options as a URL spells them.
pub(crate) fn options(text: &str) -> ProcessingOptions {
    let config = Config {
        allow_security_options: true,
        ..Config::default()
    };
    let path = format!("/{text}/plain/https://img.test/a");
    pixgate_url::parse(&path, &config, &Defaults::default(), 0)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .options
}

/// A plain image of this format and size.
pub(crate) fn header(format: Format, width: u32, height: u32) -> Header {
    Header {
        format,
        width,
        height,
        frames: 1,
        orientation: Orientation::NORMAL,
        channels: Channels::Rgb,
        has_ink_alpha: false,
        bits: 8,
        palette_bits: None,
        has_color_profile: false,
        subsampling: None,
        is_multi_pass: false,
        animation: None,
        part_bytes: None,
        band_bytes: None,
        parts: pixgate_codec::Parts::default(),
    }
}

/// Settings of a server that can write every format.
pub(crate) fn settings() -> Settings {
    let mut settings = Settings::default();
    settings.writable_formats = Format::ALL.to_vec();
    settings
}

pub(crate) fn plan(
    text: &str,
    header: &Header,
) -> Result<pixgate_engine::Plan, pixgate_engine::Error> {
    pixgate_engine::plan(&options(text), header, &settings(), &Negotiation::default())
}

/// A TIFF structure with nothing but an orientation.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff
}
