//! TIFF files of several pages, and JPEG files with a small picture inside.

use pixgate_raster::{Channels, Depth, Image, Samples};

/// A little-endian TIFF file of uncompressed pages; each has an orientation.
pub(crate) fn tiff(pages: &[(Image, u16)]) -> Vec<u8> {
    let mut file = b"II*\0\0\0\0\0".to_vec();
    let mut link = 4;
    for (image, orientation) in pages {
        let pixels = place(&file);
        match image.samples() {
            Samples::U8(samples) => file.extend_from_slice(samples),
            Samples::U16(samples) => file.extend(samples.iter().flat_map(|s| s.to_le_bytes())),
            Samples::F32(_) => panic!("floats are not written"),
        }
        let length = place(&file) - pixels;
        let layout = image.layout();
        let count = u32::try_from(layout.channels.count()).unwrap();
        let bits = if layout.depth == Depth::U16 { 16 } else { 8 };
        let all_bits = place(&file);
        file.extend((0..count).flat_map(|_| [bits, 0]));
        let photometric = match layout.channels {
            Channels::Grey | Channels::GreyAlpha => 1,
            Channels::Rgb | Channels::Rgba => 2,
            Channels::Cmyk => 5,
        };
        let mut fields = vec![
            (256, 4, 1, layout.width),
            (257, 4, 1, layout.height),
            (
                258,
                3,
                count,
                if count <= 2 {
                    u32::from(bits) * 0x1_0001
                } else {
                    all_bits
                },
            ),
            (259, 3, 1, 1),
            (262, 3, 1, photometric),
            (273, 4, 1, pixels),
            (274, 3, 1, u32::from(*orientation)),
            (277, 3, 1, count),
            (278, 4, 1, layout.height),
            (279, 4, 1, length),
        ];
        if layout.channels.has_alpha() {
            fields.push((338, 3, 1, 2));
        }
        file.resize(file.len().next_multiple_of(2), 0);
        let directory = place(&file).to_le_bytes();
        file[link..link + 4].copy_from_slice(&directory);
        push_directory(&mut file, &fields);
        link = file.len() - 4;
    }
    file
}

/// A TIFF structure whose second directory leads to a JPEG file.
pub(crate) fn exif_with_thumbnail(orientation: u8, thumbnail: &[u8]) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    push_directory(&mut tiff, &[(274, 3, 1, orientation.into())]);
    let second = place(&tiff);
    let link = tiff.len() - 4;
    tiff[link..].copy_from_slice(&second.to_le_bytes());
    let at = second + 2 + 3 * 12 + 4;
    let length = u32::try_from(thumbnail.len()).unwrap();
    push_directory(
        &mut tiff,
        &[(0x103, 3, 1, 6), (0x201, 4, 1, at), (0x202, 4, 1, length)],
    );
    tiff.extend_from_slice(thumbnail);
    tiff
}

/// Fields of tag, type, count and value, and no directory behind them.
fn push_directory(file: &mut Vec<u8>, fields: &[(u16, u16, u32, u32)]) {
    file.extend(u16::try_from(fields.len()).unwrap().to_le_bytes());
    for (tag, kind, count, value) in fields {
        file.extend(tag.to_le_bytes());
        file.extend(kind.to_le_bytes());
        file.extend(count.to_le_bytes());
        file.extend(value.to_le_bytes());
    }
    file.extend([0; 4]);
}

fn place(file: &[u8]) -> u32 {
    u32::try_from(file.len()).unwrap()
}
