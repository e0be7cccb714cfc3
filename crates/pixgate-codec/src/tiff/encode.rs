//! TIFF output: one page, little-endian, uncompressed strips (TIFF 6.0, sections 2 to 6).

use pixgate_options::Format;
use pixgate_raster::{Channels, Depth, Image, Samples};

use super::fault::unsupported;
use crate::photoshop::iptc_data;
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels, Resolution};

/// Encodes a whole image.
pub(crate) fn encode(
    pixels: &Pixels,
    _: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let Pixels::Interleaved(image) = pixels else {
        return Err(unsupported("YCbCr planes"));
    };
    let layout = image.layout();
    let size = usize::try_from(layout.bytes()).map_err(|_| too_large())?;
    let blocks = [&metadata.icc, &metadata.xmp, &metadata.iptc];
    let more: usize = blocks.iter().filter_map(|b| b.as_ref().map(Vec::len)).sum();
    let strips = Strips::new(image)?;
    let mut file = Vec::new();
    let bytes = size + more + 8 * strips.offsets.len() + 1024;
    file.try_reserve_exact(bytes)
        .map_err(|_| ErrorKind::OutOfMemory {
            bytes: bytes as u64,
        })?;
    file.extend_from_slice(b"II*\0\0\0\0\0");
    push_samples(&mut file, image)?;
    let mut directory = Directory::default();
    directory.describe(image, &strips);
    directory.blob(XMP, BYTE, metadata.xmp.as_deref());
    let iptc = metadata.iptc.as_deref().and_then(iptc_data);
    directory.blob(IPTC, UNDEFINED, iptc);
    directory.blob(ICC, UNDEFINED, metadata.icc.as_deref());
    if let Some(resolution) = metadata.resolution {
        directory.resolution(resolution);
    }
    directory.write(&mut file)?;
    Ok(file)
}

fn push_samples(file: &mut Vec<u8>, image: &Image) -> Result<(), Error> {
    match image.samples() {
        Samples::U8(samples) => file.extend_from_slice(samples),
        Samples::U16(samples) => file.extend(samples.iter().flat_map(|s| s.to_le_bytes())),
        Samples::F32(_) => return Err(unsupported("float samples")),
    }
    Ok(())
}

/// Runs of rows of about 64 KiB, one behind the other.
struct Strips {
    rows: u32,
    offsets: Vec<u32>,
    lengths: Vec<u32>,
}

impl Strips {
    fn new(image: &Image) -> Result<Self, Error> {
        let layout = image.layout();
        let row = layout.row_samples() as u64 * layout.depth.bytes() as u64;
        let rows = u32::try_from((STRIP_BYTES / row.max(1)).max(1)).unwrap_or(1);
        let rows = rows.min(layout.height);
        let mut strips = Self {
            rows,
            offsets: Vec::new(),
            lengths: Vec::new(),
        };
        let mut at = 8;
        for first in (0..layout.height).step_by(rows as usize) {
            let length = row * u64::from(rows.min(layout.height - first));
            strips
                .offsets
                .push(u32::try_from(at).map_err(|_| too_large())?);
            strips
                .lengths
                .push(u32::try_from(length).map_err(|_| too_large())?);
            at += length;
        }
        Ok(strips)
    }
}

/// Fields in ascending order of their tags.
#[derive(Default)]
struct Directory(Vec<Field>);

struct Field {
    tag: u16,
    kind: u16,
    count: usize,
    value: Vec<u8>,
}

impl Directory {
    fn describe(&mut self, image: &Image, strips: &Strips) {
        let layout = image.layout();
        let samples = u16::try_from(layout.channels.count()).unwrap_or(u16::MAX);
        let bits = if layout.depth == Depth::U16 { 16 } else { 8 };
        let photometric = match layout.channels {
            Channels::Grey | Channels::GreyAlpha => 1,
            Channels::Rgb | Channels::Rgba => 2,
            Channels::Cmyk => 5,
        };
        self.longs(256, &[layout.width]);
        self.longs(257, &[layout.height]);
        self.shorts(258, &vec![bits; samples.into()]);
        self.shorts(259, &[1]);
        self.shorts(262, &[photometric]);
        self.longs(273, &strips.offsets);
        self.shorts(277, &[samples]);
        self.longs(278, &[strips.rows]);
        self.longs(279, &strips.lengths);
        self.shorts(284, &[1]);
        if layout.channels.has_alpha() {
            // Not premultiplied.
            self.shorts(338, &[2]);
        }
    }

    fn shorts(&mut self, tag: u16, values: &[u16]) {
        let value = values.iter().flat_map(|value| value.to_le_bytes());
        self.push(tag, 3, values.len(), value.collect());
    }

    fn longs(&mut self, tag: u16, values: &[u32]) {
        let value = values.iter().flat_map(|value| value.to_le_bytes());
        self.push(tag, 4, values.len(), value.collect());
    }

    /// Pixels per inch, across and down.
    fn resolution(&mut self, resolution: Resolution) {
        let (numerators, denominator) = resolution.in_fractions();
        for (tag, numerator) in [X_RESOLUTION, Y_RESOLUTION].into_iter().zip(numerators) {
            let value = [numerator.to_le_bytes(), denominator.to_le_bytes()].concat();
            self.push(tag, RATIONAL, 1, value);
        }
        self.shorts(RESOLUTION_UNIT, &[INCH]);
    }

    fn blob(&mut self, tag: u16, kind: u16, block: Option<&[u8]>) {
        if let Some(block) = block {
            self.push(tag, kind, block.len(), block.to_vec());
        }
    }

    fn push(&mut self, tag: u16, kind: u16, count: usize, value: Vec<u8>) {
        self.0.push(Field {
            tag,
            kind,
            count,
            value,
        });
    }

    /// Appends long values and the directory, and points the file's header at it.
    fn write(mut self, file: &mut Vec<u8>) -> Result<(), Error> {
        self.0.sort_by_key(|field| field.tag);
        let mut entries = Vec::new();
        let offset = |file: &Vec<u8>| u32::try_from(file.len()).map_err(|_| too_large());
        entries.extend_from_slice(&u16::try_from(self.0.len()).unwrap_or(0).to_le_bytes());
        for field in self.0 {
            entries.extend_from_slice(&field.tag.to_le_bytes());
            entries.extend_from_slice(&field.kind.to_le_bytes());
            let count = u32::try_from(field.count).map_err(|_| too_large())?;
            entries.extend_from_slice(&count.to_le_bytes());
            let mut value = field.value;
            if value.len() > 4 {
                file.resize(file.len().next_multiple_of(2), 0);
                let place = offset(file)?;
                file.extend_from_slice(&value);
                value = place.to_le_bytes().to_vec();
            }
            value.resize(4, 0);
            entries.extend_from_slice(&value);
        }
        file.resize(file.len().next_multiple_of(2), 0);
        let start = offset(file)?;
        file.extend_from_slice(&entries);
        file.extend_from_slice(&[0; 4]);
        if let Some(place) = file.get_mut(4..8) {
            place.copy_from_slice(&start.to_le_bytes());
        }
        Ok(())
    }
}

fn too_large() -> Error {
    let format = Format::Tiff;
    let what = "more than 4 GiB";
    ErrorKind::Unsupported { format, what }.into()
}

const STRIP_BYTES: u64 = 64 << 10;
const BYTE: u16 = 1;
const RATIONAL: u16 = 5;
const UNDEFINED: u16 = 7;
const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const RESOLUTION_UNIT: u16 = 296;
/// The unit.
const INCH: u16 = 2;
const XMP: u16 = 700;
const IPTC: u16 = 33_723;
const ICC: u16 = 34_675;
