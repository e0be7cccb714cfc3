//! Writes and reads PNG, WebP and AVIF, and runs whole jobs, with no default features but `avif`; `.ci/wasm` runs it in Node.
//!
//! A wrong pixel or an error is a panic, which ends a module of WebAssembly: the trace that Node shows names the
//! function.

use std::error::Error;

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, animation_encoder, decode, encode,
    frames, probe,
};
use pixgate_engine::{Cancel, Negotiation, Settings, plan, run};
use pixgate_options::{Format, ProcessingOptions, WebpCompression};
use pixgate_raster::convert::{convert_channels, planes_to_image};
use pixgate_raster::{Channels, Image, Layout};

type Outcome = Result<(), Box<dyn Error>>;

fn main() -> Outcome {
    for channels in [
        Channels::Grey,
        Channels::GreyAlpha,
        Channels::Rgb,
        Channels::Rgba,
    ] {
        png_comes_back(channels)?;
        lossless_webp_comes_back(channels)?;
        lossy_webp_comes_close(channels)?;
        avif_comes_close(channels)?;
    }
    animated_webp_comes_back()?;
    png_becomes_a_small_webp()?;
    webp_becomes_a_small_png()
}

fn png_comes_back(channels: Channels) -> Outcome {
    let image = picture(channels)?;
    for effort in [1, 2, 6] {
        let mut settings = EncodeSettings::new(Format::Png, 80);
        settings.png_effort = effort;
        same(&coded(&image, &settings)?, &image, 0)?;
    }
    Ok(())
}

fn lossless_webp_comes_back(channels: Channels) -> Outcome {
    let image = picture(channels)?;
    for effort in [1, 4, 6] {
        let mut settings = EncodeSettings::new(Format::Webp, 80);
        settings.webp_effort = effort;
        settings.webp_compression = WebpCompression::Lossless;
        same(&coded(&image, &settings)?, &image, 0)?;
    }
    Ok(())
}

fn lossy_webp_comes_close(channels: Channels) -> Outcome {
    let image = picture(channels)?;
    for is_sharp in [false, true] {
        let mut settings = EncodeSettings::new(Format::Webp, 95);
        settings.webp_smart_subsample = is_sharp;
        same(&coded(&image, &settings)?, &image, 6)?;
    }
    Ok(())
}

fn avif_comes_close(channels: Channels) -> Outcome {
    let image = picture(channels)?;
    same(
        &coded(&image, &EncodeSettings::new(Format::Avif, 90))?,
        &image,
        6,
    )
}

fn animated_webp_comes_back() -> Outcome {
    let first = picture(Channels::Rgba)?;
    let mut second = first.clone();
    second.slice_mut::<u8>()?[200..240].fill(255);
    let mut settings = EncodeSettings::new(Format::Webp, 80);
    settings.webp_compression = WebpCompression::Lossless;
    let mut writer = animation_encoder(first.layout(), &settings, &Metadata::default())?;
    writer.write_frame(first.clone(), 100)?;
    writer.write_frame(second.clone(), 100)?;
    let file = writer.finish(0)?;
    let limits = Limits::default();
    let mut reader = frames(&file, &probe(&file, &limits)?, &limits)?;
    for wanted in [first, second] {
        let (found, _) = reader.next_frame()?.ok_or("a frame is missing")?;
        same(&found, &wanted, 0)?;
    }
    Ok(())
}

fn png_becomes_a_small_webp() -> Outcome {
    becomes(&EncodeSettings::new(Format::Png, 80), Format::Webp)
}

fn webp_becomes_a_small_png() -> Outcome {
    becomes(&EncodeSettings::new(Format::Webp, 90), Format::Png)
}

/// A whole job: half the size, in another format.
fn becomes(source: &EncodeSettings, format: Format) -> Outcome {
    let image = picture(Channels::Rgb)?;
    let file = encode(&Pixels::Interleaved(image), source, &Metadata::default())?;
    let limits = Limits::default();
    let mut options = ProcessingOptions::default();
    options.pipelines[0].width = Some(WIDTH / 2);
    options.global.format = Some(format);
    let header = probe(&file, &limits)?;
    let plan = plan(
        &options,
        &header,
        &Settings::default(),
        &Negotiation::default(),
    )?;
    let result = run(&plan, &file, &Cancel::never())?;
    let header = probe(&result.bytes, &limits)?;
    assert_eq!(header.format, format);
    assert_eq!((header.width, header.height), (WIDTH / 2, HEIGHT / 2));
    Ok(())
}

/// Written, and read again.
fn coded(image: &Image, settings: &EncodeSettings) -> Result<Image, Box<dyn Error>> {
    let pixels = Pixels::Interleaved(image.clone());
    let file = encode(&pixels, settings, &Metadata::default())?;
    let limits = Limits::default();
    let header = probe(&file, &limits)?;
    match decode(&file, &header, &DecodeRequest::default(), &limits)?.0 {
        Pixels::Interleaved(image) => Ok(image),
        Pixels::Planar(planes) => Ok(planes_to_image(&planes)?),
    }
}

/// Whether samples of what is seen differ by no more than this in the mean.
fn same(found: &Image, wanted: &Image, most: u64) -> Outcome {
    let rgba = |image: &Image| convert_channels(image.clone(), Channels::Rgba);
    let (found, wanted) = (rgba(found)?, rgba(wanted)?);
    assert_eq!(found.layout(), wanted.layout());
    let (found, wanted) = (found.view::<u8>()?, wanted.view::<u8>()?);
    let (mut sum, mut count) = (0_u64, 0_u64);
    for (found, wanted) in found.rows().zip(wanted.rows()) {
        let pixels = found
            .as_chunks::<4>()
            .0
            .iter()
            .zip(wanted.as_chunks::<4>().0);
        for (found, wanted) in pixels.filter(|(_, wanted)| wanted[3] != 0) {
            let differences = found.iter().zip(wanted).map(|(a, b)| a.abs_diff(*b));
            sum += differences.map(u64::from).sum::<u64>();
            count += 4;
        }
    }
    assert!(sum <= count * most, "{sum} in {count} samples");
    Ok(())
}

const WIDTH: u32 = 60;
const HEIGHT: u32 = 44;

/// Slopes, with a hole where there is alpha.
fn picture(channels: Channels) -> Result<Image, pixgate_raster::Error> {
    let layout = Layout::u8(WIDTH, HEIGHT, channels);
    let byte = |value: u32| value.to_le_bytes()[0];
    let pixel = |x: u32, y: u32| {
        let alpha = if x.abs_diff(20) < 9 && y < 30 {
            0
        } else {
            255 - byte(y)
        };
        let color = [byte(x * 4), byte(y * 5), byte(255 - x * 2)];
        match channels {
            Channels::Grey => vec![color[0]],
            Channels::GreyAlpha => vec![color[0], alpha],
            Channels::Rgba => [&color[..], &[alpha]].concat(),
            _ => color.to_vec(),
        }
    };
    let places = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    Image::from_u8(layout, places.flat_map(|(x, y)| pixel(x, y)).collect())
}
