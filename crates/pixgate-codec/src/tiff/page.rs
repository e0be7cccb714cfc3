//! A page as the tiff crate is to see it.
//!
//! Files of the wild have lengths that are missing or beyond the file, fields that make no sense
//! and have no part in the picture, compressions and extra samples that the crate does not know.
//! So the page's fields are read here, checked against the file, and written anew behind it; strips
//! in other compressions are decompressed there as well.

use std::ops::Range;

use pixgate_jpeg::Header as JpegHeader;
use pixgate_raster::zeroed;

use super::decompress::Method;
use super::fault::{broken, unsupported};
use super::joined::Joined;
use crate::directory::Directory;
use crate::{Error, ErrorKind, Limits, Orientation, Resolution, exif};

/// What the fields say, checked.
pub(super) struct Page<'a> {
    bytes: &'a [u8],
    directory: Directory<'a>,
    size: (u32, u32),
    /// Samples of a pixel.
    samples: u32,
    bits: u32,
    compression: u32,
    pub(super) photometric: u32,
    /// What the first sample is that the colour model does not have.
    pub(super) first_extra: Option<u32>,
    is_planar: bool,
    chunks: Chunks,
}

/// The directory at a place, or the first.
pub(super) fn page_directory(bytes: &[u8], place: Option<u32>) -> Option<Directory<'_>> {
    match place {
        Some(place) => Directory::at(bytes, place),
        None => Directory::of(bytes),
    }
}

/// Strips or tiles.
struct Chunks {
    is_tiled: bool,
    size: (u32, u32),
    /// Where the data of each is in the file; as many as the size asks for.
    places: Vec<Range<usize>>,
}

impl<'a> Page<'a> {
    /// Reads the fields; none for files whose directories are of another kind (BigTIFF).
    ///
    /// - `place`: where the directory begins, if it is not the first.
    pub(super) fn read(
        bytes: &'a [u8],
        place: Option<u32>,
        limits: &Limits,
    ) -> Option<Result<Self, Error>> {
        let directory = page_directory(bytes, place)?;
        Some(Self::of(bytes, directory, limits))
    }

    fn of(bytes: &'a [u8], directory: Directory<'a>, limits: &Limits) -> Result<Self, Error> {
        let number = |tag| directory.number(tag);
        let size = (number(WIDTH).unwrap_or(0), number(HEIGHT).unwrap_or(0));
        if size.0 == 0 || size.1 == 0 {
            return Err(broken("a side of zero"));
        }
        limits.check_size(size.0, size.1)?;
        let samples = number(SAMPLES).unwrap_or(1);
        if !(1..=MOST_SAMPLES).contains(&samples) {
            return Err(unsupported("so many samples per pixel"));
        }
        let bits = number(BITS).unwrap_or(1);
        if !(1..=64).contains(&bits) {
            return Err(broken("bits per sample"));
        }
        let extra = directory.numbers(EXTRA_SAMPLES).unwrap_or_default();
        let is_planar = samples > 1 && number(PLANAR) == Some(2);
        let planes = if is_planar { samples } else { 1 };
        let chunks = Chunks::read(&directory, size, planes)?;
        let mut page = Self {
            bytes,
            size,
            samples,
            bits,
            compression: number(COMPRESSION).unwrap_or(1),
            photometric: number(PHOTOMETRIC).ok_or_else(|| broken("colour model missing"))?,
            first_extra: extra.first().copied(),
            is_planar,
            chunks,
            directory,
        };
        page.find_chunks()?;
        Ok(page)
    }

    /// Finds the data of all strips or tiles: as much as their lengths say, or as there is.
    fn find_chunks(&mut self) -> Result<(), Error> {
        let (offsets, lengths) = match self.chunks.is_tiled {
            true => (TILE_OFFSETS, TILE_LENGTHS),
            false => (STRIP_OFFSETS, STRIP_LENGTHS),
        };
        let offsets = self.directory.numbers(offsets).unwrap_or_default();
        let lengths = self.directory.numbers(lengths).unwrap_or_default();
        let most = self.chunk_bytes(self.chunks.size.1);
        if most > self.most_chunk_bytes() {
            return Err(broken("tiles much larger than the picture"));
        }
        let end = self.bytes.len();
        for (index, place) in self.chunks.places.iter_mut().enumerate() {
            let start = offsets
                .get(index)
                .map_or(end, |offset| *offset as usize)
                .min(end);
            let given = lengths.get(index).copied().filter(|length| *length > 0);
            let length = match (self.compression, given) {
                // What is not compressed has the length of its pixels, whatever the file says.
                (1, _) => usize::try_from(most).unwrap_or(usize::MAX),
                (_, Some(length)) => length as usize,
                (_, None) => usize::MAX,
            };
            *place = start..start.saturating_add(length).min(end);
        }
        if self.chunks.places.iter().all(Range::is_empty) {
            return Err(broken("no strips or tiles"));
        }
        self.check_pictures_inside()
    }

    /// A strip may be a whole JPEG file, whose size the library takes as it is.
    fn check_pictures_inside(&self) -> Result<(), Error> {
        if self.compression != JPEG {
            return Ok(());
        }
        let (width, height) = self.chunks.size;
        for place in &self.chunks.places {
            let data = self.bytes.get(place.clone()).unwrap_or_default();
            if let Ok(inside) = JpegHeader::read(data)
                && (inside.width > width.next_multiple_of(16)
                    || inside.height > height.next_multiple_of(16))
            {
                return Err(broken("a strip of JPEG larger than a strip"));
            }
        }
        Ok(())
    }

    /// Bytes of a row of a strip or tile, not compressed.
    fn row_bytes(&self) -> u64 {
        let samples = if self.is_planar { 1 } else { self.samples };
        let bits = u64::from(self.chunks.size.0) * u64::from(samples) * u64::from(self.bits);
        bits.div_ceil(8)
    }

    fn chunk_bytes(&self, rows: u32) -> u64 {
        self.row_bytes().saturating_mul(rows.into())
    }

    fn most_chunk_bytes(&self) -> u64 {
        let pixels = u64::from(self.size.0) * u64::from(self.size.1);
        let samples = pixels.saturating_mul(self.samples.into());
        let sample = u64::from(self.bits.div_ceil(8));
        samples.saturating_mul(sample).saturating_add(MOST_PADDING)
    }

    /// The orientation that the page is stored in.
    pub(super) fn orientation(&self) -> Orientation {
        exif::orientation_in(&self.directory)
    }

    /// Pixels per inch, if the page says (TIFF 6.0, section 8).
    pub(super) fn resolution(&self) -> Option<Resolution> {
        let unit = self.directory.small_number(RESOLUTION_UNIT);
        let inches = match unit.unwrap_or(2) {
            2 => 1.0,
            3 => 2.54,
            _ => return None,
        };
        let of = |tag| Some(self.directory.fraction(tag)? * inches);
        Resolution::per_inch(of(X_RESOLUTION)?, of(Y_RESOLUTION)?)
    }

    fn method(&self) -> Option<Method> {
        let number = |tag| self.directory.number(tag).unwrap_or(0);
        Method::of(self.compression, number(FAX_OPTIONS), number(FILL_ORDER))
    }

    /// Bytes that reading takes beside the samples of the colour model: those that are left out,
    /// and strips that are decompressed here.
    pub(super) fn extra_bytes(&self, channels: usize) -> u64 {
        let pixels = u64::from(self.size.0) * u64::from(self.size.1);
        let left_out = u64::from(self.samples).saturating_sub(channels as u64);
        let samples = pixels * left_out * u64::from(self.bits.div_ceil(8));
        let method = self.method();
        samples + method.map_or(0, |method| method.bytes() + self.decompressed_bytes())
    }

    fn decompressed_bytes(&self) -> u64 {
        let rows = (0..self.chunks.places.len()).map(|index| self.rows_of(index));
        rows.map(|rows| self.chunk_bytes(rows)).sum()
    }

    /// Rows of a strip or tile; the last strip has what is left.
    fn rows_of(&self, index: usize) -> u32 {
        let (_, height) = self.chunks.size;
        if self.chunks.is_tiled {
            return height;
        }
        let down = self.size.1.div_ceil(height) as usize;
        let above = u32::try_from(index % down).unwrap_or(0) * height;
        (self.size.1 - above).min(height)
    }

    /// The new directory, and in front of it strips that are decompressed here; stands behind the
    /// file. Says as well where the directory begins, counted from the start of the file.
    ///
    /// - `is_wanted`: whether pixels are wanted, rather than the fields alone.
    pub(super) fn appendix(
        &self,
        is_wanted: bool,
        limits: &Limits,
    ) -> Result<(Vec<u8>, u32), Error> {
        let mut places = self.chunks.places.clone();
        let behind = Joined::behind(self.bytes);
        let mut appendix = Appendix::new(behind, self.directory.is_little());
        let method = self.method();
        if let Some(method) = method.filter(|_| is_wanted) {
            let whole = self.decompressed_bytes();
            let limit = limits.max_decode_bytes;
            if whole > limit {
                return Err(ErrorKind::TooMuchMemory {
                    bytes: whole,
                    limit,
                }
                .into());
            }
            appendix.bytes = zeroed(usize::try_from(whole).map_err(|_| broken("size"))?)?;
            let mut start = 0;
            for (index, place) in places.iter_mut().enumerate() {
                let rows = self.rows_of(index);
                let length = usize::try_from(self.chunk_bytes(rows)).unwrap_or(0);
                let to = appendix
                    .bytes
                    .get_mut(start..start + length)
                    .unwrap_or_default();
                let data = self.bytes.get(place.clone()).unwrap_or_default();
                method.decompress(data, (self.chunks.size.0, rows), to, limits)?;
                *place = behind + start..behind + start + length;
                start += length;
            }
        }
        let fields = self.fields(&places, method.is_some())?;
        let at = appendix.write(&fields)?;
        Ok((appendix.bytes, at))
    }

    /// The fields in order, as the library is to see them.
    fn fields(&self, places: &[Range<usize>], is_decompressed: bool) -> Result<Vec<Field>, Error> {
        let number = |number: usize| u32::try_from(number).map_err(|_| unsupported("4 GiB"));
        let offsets = places.iter().map(|place| number(place.start));
        let lengths = places.iter().map(|place| number(place.len()));
        let (offsets, lengths) = (
            offsets.collect::<Result<Vec<_>, _>>()?,
            lengths.collect::<Result<Vec<_>, _>>()?,
        );
        let long = |tag, values: Vec<u32>| Field::Numbers { tag, values };
        let mut fields = vec![
            long(WIDTH, vec![self.size.0]),
            long(HEIGHT, vec![self.size.1]),
            long(
                COMPRESSION,
                vec![if is_decompressed { 1 } else { self.compression }],
            ),
            long(PHOTOMETRIC, vec![self.shown_photometric()]),
            long(SAMPLES, vec![self.samples]),
            long(
                BITS,
                self.directory.numbers(BITS).unwrap_or_else(|| vec![1]),
            ),
            long(PLANAR, vec![if self.is_planar { 2 } else { 1 }]),
        ];
        if self.chunks.is_tiled {
            fields.push(long(TILE_WIDTH, vec![self.chunks.size.0]));
            fields.push(long(TILE_HEIGHT, vec![self.chunks.size.1]));
            fields.push(long(TILE_OFFSETS, offsets));
            fields.push(long(TILE_LENGTHS, lengths));
        } else {
            fields.push(long(STRIP_OFFSETS, offsets));
            fields.push(long(ROWS_PER_STRIP, vec![self.chunks.size.1]));
            fields.push(long(STRIP_LENGTHS, lengths));
        }
        let is_jpeg = self.compression == JPEG;
        let copied = COPIED.iter().filter_map(|tag| self.directory.field(*tag));
        let copied = copied.filter(|field| is_jpeg || field.tag != EXTRA_SAMPLES);
        // Only compressed samples are differences.
        let copied = copied.filter(|field| self.compression != 1 || field.tag != PREDICTOR);
        fields.extend(copied.map(|field| Field::Copied {
            tag: field.tag,
            kind: field.kind,
            count: field.count,
            slot: *field.slot,
        }));
        fields.sort_by_key(Field::tag);
        Ok(fields)
    }

    /// Samples as they are, which the library calls grey of many bands; what they mean is known
    /// here. JPEG alone is left to it, because there the colour model belongs to the compression.
    const fn shown_photometric(&self) -> u32 {
        match self.photometric {
            0..=3 | 5 if self.compression != JPEG => 1,
            3 => 1,
            photometric => photometric,
        }
    }
}

impl Chunks {
    fn read(
        directory: &Directory<'_>,
        (width, height): (u32, u32),
        planes: u32,
    ) -> Result<Self, Error> {
        let tile = directory
            .number(TILE_WIDTH)
            .zip(directory.number(TILE_HEIGHT));
        let offsets = directory.numbers(STRIP_OFFSETS);
        let (is_tiled, size, offsets) = match (tile, offsets) {
            (Some(tile), None) => (true, tile, directory.numbers(TILE_OFFSETS)),
            (_, offsets) => {
                let rows = directory.number(ROWS_PER_STRIP).unwrap_or(height);
                (false, (width, rows.clamp(1, height)), offsets)
            }
        };
        let there = offsets.map_or(0, |offsets| offsets.len()) as u64;
        if size.0 == 0 || size.1 == 0 || there == 0 {
            return Err(broken("no strips or tiles"));
        }
        let (across, down) = (width.div_ceil(size.0), height.div_ceil(size.1));
        let count = u64::from(across) * u64::from(down) * u64::from(planes);
        // A few may be missing, and are empty then.
        if count > there.saturating_add(MOST_MISSING) {
            return Err(broken("fewer strips or tiles than the size asks for"));
        }
        let count = usize::try_from(count).map_err(|_| broken("number of strips"))?;
        Ok(Self {
            is_tiled,
            size,
            places: zeroed(count)?,
        })
    }
}

/// A field of the new directory.
enum Field {
    Numbers {
        tag: u16,
        values: Vec<u32>,
    },
    /// With its value where it was.
    Copied {
        tag: u16,
        kind: u16,
        count: u32,
        slot: [u8; 4],
    },
}

impl Field {
    const fn tag(&self) -> u16 {
        match self {
            Self::Numbers { tag, .. } | Self::Copied { tag, .. } => *tag,
        }
    }
}

/// What stands behind the file.
struct Appendix {
    /// Where it begins.
    start: usize,
    is_little: bool,
    bytes: Vec<u8>,
}

impl Appendix {
    const fn new(start: usize, is_little: bool) -> Self {
        Self {
            start,
            is_little,
            bytes: Vec::new(),
        }
    }

    /// Writes a directory and says where it begins.
    fn write(&mut self, fields: &[Field]) -> Result<u32, Error> {
        let room: usize = fields
            .iter()
            .map(|field| match field {
                Field::Numbers { values, .. } => 12 + 4 * values.len(),
                Field::Copied { .. } => 12,
            })
            .sum();
        let bytes = (room + 8) as u64;
        let reserved = self.bytes.try_reserve_exact(room + 8);
        reserved.map_err(|_| ErrorKind::OutOfMemory { bytes })?;
        let mut entries = Vec::new();
        for field in fields {
            match field {
                Field::Numbers { tag, values } => {
                    let slot = match values.as_slice() {
                        [value] => *value,
                        values => self.push_values(values)?,
                    };
                    let count = u32::try_from(values.len()).map_err(|_| broken("a field"))?;
                    self.push_entry(&mut entries, (*tag, LONG, count), self.long(slot));
                }
                Field::Copied {
                    tag,
                    kind,
                    count,
                    slot,
                } => self.push_entry(&mut entries, (*tag, *kind, *count), *slot),
            }
        }
        let at = self.end()?;
        let count = u16::try_from(fields.len()).map_err(|_| broken("number of fields"))?;
        self.bytes.extend(self.short(count));
        self.bytes.extend(entries);
        self.bytes.extend([0; 4]);
        Ok(at)
    }

    fn push_values(&mut self, values: &[u32]) -> Result<u32, Error> {
        let at = self.end()?;
        for value in values {
            self.bytes.extend(self.long(*value));
        }
        Ok(at)
    }

    fn push_entry(
        &self,
        entries: &mut Vec<u8>,
        (tag, kind, count): (u16, u16, u32),
        slot: [u8; 4],
    ) {
        entries.extend(self.short(tag));
        entries.extend(self.short(kind));
        entries.extend(self.long(count));
        entries.extend(slot);
    }

    fn end(&self) -> Result<u32, Error> {
        u32::try_from(self.start + self.bytes.len()).map_err(|_| unsupported("4 GiB"))
    }

    const fn short(&self, value: u16) -> [u8; 2] {
        if self.is_little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    }

    const fn long(&self, value: u32) -> [u8; 4] {
        if self.is_little {
            value.to_le_bytes()
        } else {
            value.to_be_bytes()
        }
    }
}

const LONG: u16 = 4;
/// More than any colour model with extra samples has.
const MOST_SAMPLES: u32 = 32;
/// What tiles may have beyond a small picture.
const MOST_PADDING: u64 = 16 << 20;
const MOST_MISSING: u64 = 1 << 16;
const JPEG: u32 = 7;

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const FILL_ORDER: u16 = 266;
const STRIP_OFFSETS: u16 = 273;
const SAMPLES: u16 = 277;
const ROWS_PER_STRIP: u16 = 278;
const STRIP_LENGTHS: u16 = 279;
const X_RESOLUTION: u16 = 282;
const Y_RESOLUTION: u16 = 283;
const PLANAR: u16 = 284;
const FAX_OPTIONS: u16 = 292;
const RESOLUTION_UNIT: u16 = 296;
const PREDICTOR: u16 = 317;
const TILE_WIDTH: u16 = 322;
const TILE_HEIGHT: u16 = 323;
const TILE_OFFSETS: u16 = 324;
const TILE_LENGTHS: u16 = 325;
const EXTRA_SAMPLES: u16 = 338;
/// Predictor, colour map, extra samples, sample format, JPEG tables, chroma subsampling, XMP, IPTC,
/// Photoshop resources and profile.
const COPIED: [u16; 10] = [
    PREDICTOR,
    320,
    EXTRA_SAMPLES,
    339,
    347,
    530,
    700,
    33_723,
    34_377,
    34_675,
];
