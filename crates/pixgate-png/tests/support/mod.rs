//! Files taken apart, and the png crate as the oracle.
#![allow(dead_code, reason = "each test uses a part")]

use pixgate_png::{ColorType, Colors, Decoder, Error, Header};

/// Samples that any image can be brought to: 16 bits, red, green, blue, alpha.
pub(crate) type Pixel = [u16; 4];

/// The chunks of a file, as far as it goes.
pub(crate) fn chunks(bytes: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut chunks = Vec::new();
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((length, behind)) = rest.split_first_chunk::<4>() {
        let length = u32::from_be_bytes(*length) as usize;
        let Some((name, behind)) = behind.split_at_checked(4) else {
            break;
        };
        chunks.push((name, &behind[..length.min(behind.len())]));
        rest = behind.get(length + 4..).unwrap_or_default();
    }
    chunks
}

/// Decodes with this crate: colour, depth and samples.
pub(crate) fn ours(bytes: &[u8]) -> Result<(Header, ColorType, u8, Vec<u8>), Error> {
    let chunks = chunks(bytes);
    let of = |wanted: &[u8]| {
        let found = chunks.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, content)| *content).unwrap_or_default()
    };
    let header = of(b"IHDR")
        .try_into()
        .map_err(|_| Error::Broken("header"))?;
    let header = Header::parse(header)?;
    let colors = Colors {
        palette: of(b"PLTE"),
        transparency: of(b"tRNS"),
    };
    let data = chunks.iter().filter(|(name, _)| *name == b"IDAT");
    let mut decoder = Decoder::verifying(header, &colors, data.map(|(_, content)| *content))?;
    let mut out = vec![0; decoder.row_bytes() * header.height as usize];
    decoder.read_image(&mut out)?;
    assert!(decoder.ends_well());
    Ok((header, decoder.color(), decoder.depth(), out))
}

/// Decodes with the png crate.
pub(crate) fn theirs(bytes: &[u8]) -> Option<(ColorType, u8, Vec<u8>)> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().ok()?;
    let mut out = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut out).ok()?;
    out.truncate(info.buffer_size());
    let color = match info.color_type {
        png::ColorType::Grayscale => ColorType::Grey,
        png::ColorType::GrayscaleAlpha => ColorType::GreyAlpha,
        png::ColorType::Rgb => ColorType::Rgb,
        _ => ColorType::Rgba,
    };
    Some((color, info.bit_depth as u8, out))
}

/// What samples show.
pub(crate) fn pixels(color: ColorType, depth: u8, samples: &[u8]) -> Vec<Pixel> {
    let wide: Vec<u16> = if depth == 16 {
        let pairs = samples.as_chunks::<2>().0;
        pairs.iter().map(|pair| u16::from_be_bytes(*pair)).collect()
    } else {
        samples.iter().map(|byte| u16::from(*byte) * 257).collect()
    };
    let pixels = wide.chunks_exact(color.samples());
    pixels
        .map(|pixel| match *pixel {
            [v] => [v, v, v, u16::MAX],
            [v, a] => [v, v, v, a],
            [r, g, b] => [r, g, b, u16::MAX],
            [r, g, b, a, ..] => [r, g, b, a],
            [] => [0; 4],
        })
        .collect()
}
