//! From a file to rows of samples.

use pixgate_raster::{Channels, Layout};

use crate::ahead::{Ahead, Later, Turn};
use crate::coefficients::CoefficientStore;
use crate::damage::Damage;
use crate::geometry::{Geometry, Plane};
use crate::huffman::tables;
use crate::input::Input;
use crate::kernels::Kernels;
use crate::markers::Segment;
use crate::pixels::Pixels;
use crate::quantization::unsupported;
use crate::scan::{ScanHeader, ScanReader};
use crate::sequential::{BlockDecoder, BlockOutput, UnitRow, rebuild_row};
use crate::window::Window;
use crate::{
    Band, DecodeOptions, Error, ErrorKind, Header, Output, Scale, Unsupported, multi_scan,
};

/// Decodes one picture, band after band.
///
/// Sequential files are decoded as bands are asked for, so that only one row of units is in
/// memory. Files in several passes are read when the first band is asked for, and their
/// coefficients, as many as the scale needs, are kept until the last.
///
/// # Examples
///
/// See the [crate's documentation](crate).
#[derive(Debug)]
pub struct Decoder<'a> {
    header: Header,
    options: DecodeOptions,
    geometry: Geometry,
    kernels: Kernels,
    pub(crate) input: Input<'a>,
    source: Source<'a>,
    windows: Vec<Window>,
    pixels: Option<Pixels>,
    next_row: usize,
    pub(crate) damage: Option<Error>,
}

/// Where samples come from.
#[derive(Debug)]
enum Source<'a> {
    /// The one scan, read as we go.
    Streamed {
        reader: Box<ScanReader<'a>>,
        decoders: Vec<BlockDecoder>,
        /// What is read elsewhere.
        later: Option<Box<Later>>,
    },
    /// Several scans; their first is about to be read.
    Unread(Box<Segment<'a>>),
    /// Coefficients of all scans.
    Stored(Vec<CoefficientStore>),
}

impl<'a> Decoder<'a> {
    /// Reads the header and gets ready.
    ///
    /// Takes the memory that [`memory_bytes`] counts, except for the coefficients of a file in
    /// several passes, which are allocated when the first band is asked for.
    ///
    /// # Errors
    ///
    /// Those of [`Header::read`]; [`ErrorKind::Unsupported`], [`ErrorKind::UnknownColorModel`],
    /// [`ErrorKind::InvalidSampling`], [`ErrorKind::TooMuchMemory`], [`ErrorKind::OutOfMemory`],
    /// and the kinds for tables and scan headers before the first row.
    pub fn new(data: &'a [u8], options: DecodeOptions) -> Result<Self, Error> {
        let header = Header::read(data)?;
        check(&header)?;
        let geometry = Geometry::new(&header, options.output)?;
        let (needed, limit) = (
            needed_bytes(&header, &geometry, options.output),
            options.max_memory_bytes,
        );
        if needed > limit {
            return Err(ErrorKind::TooMuchMemory { needed, limit }.into());
        }
        let kernels = Kernels::detect(options.simd);
        let pixels = match options.output {
            Output::Interleaved { scale, rounding } => {
                Some(Pixels::new(&header, &geometry, (scale, rounding))?)
            }
            Output::Planes { .. } => None,
        };
        let mut input = Input::new(data)?;
        let segment = input.next_scan()?.ok_or(ErrorKind::MissingScan)?;
        let source = if header.is_multi_pass() {
            Source::Unread(Box::new(segment))
        } else {
            stream(&mut input, &segment, &geometry, &kernels)?
        };
        let windows = geometry.planes.iter().copied().map(Window::new);
        Ok(Self {
            windows: windows.collect::<Result<_, _>>()?,
            header,
            options,
            kernels,
            input,
            source,
            pixels,
            geometry,
            next_row: 0,
            damage: None,
        })
    }

    /// What the file says of itself.
    #[must_use]
    pub const fn header(&self) -> &Header {
        &self.header
    }

    /// Size and channels of what the bands make up together: of the interleaved picture (`index`
    /// 0), or of one component's plane.
    #[must_use]
    pub fn layout(&self, index: usize) -> Option<Layout> {
        match &self.pixels {
            Some(pixels) => (index == 0).then(|| pixels.layout()),
            None => self.geometry.planes.get(index).and_then(plane_layout),
        }
    }

    /// Bytes that decoding takes, as [`memory_bytes`] counts them.
    #[must_use]
    pub fn memory_bytes(&self) -> u64 {
        needed_bytes(&self.header, &self.geometry, self.options.output)
    }

    /// The first damage met so far, if the options tolerate damage.
    #[must_use]
    pub const fn damage(&self) -> Option<&Error> {
        self.damage.as_ref()
    }

    /// The later part of the picture, if it is worth being read on another thread.
    ///
    /// That is where one scan without restart markers holds a picture of some size of which nothing was
    /// decoded yet. What is read takes no more than [`AHEAD_BYTES`](crate::AHEAD_BYTES).
    pub fn ahead(&mut self) -> Option<Ahead> {
        let Source::Streamed {
            reader,
            decoders,
            later,
        } = &mut self.source
        else {
            return None;
        };
        let begin = reader.bits.looked_at();
        let length = self.input.data().len().checked_sub(begin)?;
        if self.next_row > 0 || later.is_some() || reader.has_restarts() || length < WORTH_BYTES {
            return None;
        }
        let early = begin + length / 10 * tenths_before_ahead(decoders);
        let rest = self.input.data().get(early - 1..)?;
        let from = early + rest.iter().position(|byte| *byte != 0xff)?;
        let lanes = decoders.iter().map(|decoder| {
            let plane = self.geometry.planes.get(decoder.component());
            decoder.ahead(plane.map_or(0, |plane| plane.unit.0 * plane.unit.1))
        });
        let tables = (&self.input.huffman, self.kernels.read_ahead);
        let ahead = Ahead::new(from, lanes.collect(), tables);
        reader.bits.mark(from);
        *later = Some(Box::new(ahead.later()));
        Some(ahead)
    }

    /// Decodes until rows are ready; `None` when all were handed over.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutOfMemory`], and with [`Tolerance::Strict`](crate::Tolerance::Strict) any damage.
    pub fn next_band(&mut self) -> Result<Option<Band<'_>>, Error> {
        if self.next_row >= self.geometry.units.1 {
            return Ok(None);
        }
        if let Source::Unread(segment) = &self.source {
            let stores = multi_scan::read(
                &mut self.input,
                **segment,
                &self.header,
                &self.geometry,
                &mut Damage::new(&mut self.damage, &self.options),
                &self.kernels,
            )?;
            self.source = Source::Stored(stores);
        }
        self.decode_row()?;
        self.next_row += 1;
        Ok(Some(self.band()))
    }

    fn decode_row(&mut self) -> Result<(), Error> {
        for window in &mut self.windows {
            window.begin(self.next_row);
        }
        match &mut self.source {
            Source::Streamed {
                reader,
                decoders,
                later,
            } => {
                let units = self.geometry.units.0;
                let turn = later.as_mut().map_or(Turn::Alone, |later| {
                    let predictions = decoders.iter().map(BlockDecoder::prediction);
                    later.turn(reader.bits.behind_mark(), units, predictions)
                });
                if let Turn::Resume(resumption) = &turn {
                    reader.bits.seek(resumption.place);
                    let all = decoders.iter_mut().zip(resumption.predictions);
                    all.for_each(|(decoder, prediction)| decoder.predict_from(prediction));
                }
                let mut row = UnitRow {
                    reader,
                    decoders,
                    windows: &mut self.windows,
                    tables: &self.input.huffman,
                    units,
                };
                match turn {
                    Turn::Joined(joined) => rebuild_row(&mut row, joined),
                    Turn::Alone | Turn::Resume(_) => (self.kernels.decode_row)(&mut row),
                }
                let mut damage = Damage::new(&mut self.damage, &self.options);
                reader
                    .take_damage()
                    .map_or(Ok(()), |kind| damage.note(kind.into()))
            }
            Source::Stored(stores) => {
                for (store, window) in stores.iter_mut().zip(&mut self.windows) {
                    store.write_row(self.next_row, window);
                }
                Ok(())
            }
            Source::Unread(_) => Ok(()),
        }
    }

    fn band(&mut self) -> Band<'_> {
        let mut band = Band::default();
        if let Some(pixels) = &mut self.pixels {
            let ready = ready(self.next_row, &self.geometry, self.options.output);
            let layout = pixels.layout();
            let rows = pixels.make(&self.windows, &self.kernels, ready);
            band.push(0, layout, rows, layout.row_samples());
        } else {
            for (index, window) in self.windows.iter().enumerate() {
                if let Some(layout) = plane_layout(window.plane()) {
                    band.push(index, layout, window.newest(), window.plane().stride());
                }
            }
        }
        band
    }
}

/// Bytes that decoding a file with this header takes, beside the file itself.
///
/// Counts rows in memory, coefficients of files in several passes, and tables; the metadata that
/// the header holds is no longer than the file and not counted.
///
/// # Errors
///
/// [`ErrorKind::InvalidSampling`] if the file cannot be decoded at all.
pub fn memory_bytes(header: &Header, output: Output) -> Result<u64, Error> {
    let geometry = Geometry::new(header, output)?;
    Ok(needed_bytes(header, &geometry, output))
}

fn needed_bytes(header: &Header, geometry: &Geometry, output: Output) -> u64 {
    let planes = geometry.planes.iter();
    let rows: u64 = planes.clone().map(Window::bytes).sum();
    let coefficients: u64 = if header.is_multi_pass() {
        planes.map(CoefficientStore::bytes).sum()
    } else {
        0
    };
    let pixels = match output {
        Output::Interleaved { scale, .. } => Pixels::bytes(header, geometry, scale),
        Output::Planes { .. } => 0,
    };
    rows + coefficients + pixels + FIXED_BYTES
}

fn check(header: &Header) -> Result<(), Error> {
    match (header.process.unsupported(), header.precision) {
        (Some(feature), _) => Err(unsupported(feature)),
        (None, 8) => Ok(()),
        (None, _) => Err(unsupported(Unsupported::Precision)),
    }
}

/// Gets ready to read the only scan.
fn stream<'a>(
    input: &mut Input<'a>,
    segment: &Segment<'a>,
    geometry: &Geometry,
    kernels: &Kernels,
) -> Result<Source<'a>, Error> {
    let scan = ScanHeader::read(segment, &geometry.planes)?;
    let scales = geometry.planes.iter().map(|plane| plane.scale);
    input.huffman.complete(&scan.components, scales);
    let mut decoders = Vec::new();
    for component in &scan.components {
        let plane = geometry.planes.get(component.index);
        let plane = plane.ok_or(ErrorKind::InvalidScan)?;
        tables(&input.huffman, *component).ok_or(ErrorKind::MissingTable)?;
        let output = BlockOutput::new(
            plane.scale,
            &input.quantization,
            plane.quantization,
            kernels.transform(plane.scale),
        )?;
        decoders.push(BlockDecoder::new(*component, output));
    }
    Ok(Source::Streamed {
        reader: Box::new(input.reader()),
        decoders,
        later: None,
    })
}

/// Rows of the picture that the first `unit_rows` rows of units hold; without end after the last.
fn ready(unit_rows: usize, geometry: &Geometry, output: Output) -> usize {
    match output {
        _ if unit_rows == geometry.units.1 => usize::MAX,
        Output::Interleaved { scale, .. } => {
            unit_rows * geometry.unit_size.1 / scale.divisor() as usize
        }
        Output::Planes { .. } => 0,
    }
}

fn plane_layout(plane: &Plane) -> Option<Layout> {
    let width = u32::try_from(plane.width).ok()?;
    let height = u32::try_from(plane.height).ok()?;
    Some(Layout::u8(width, height, Channels::Grey))
}

/// How much of a scan is read here while the rest is read ahead: the less, the longer it takes to make
/// samples of all of it, which is done here too.
fn tenths_before_ahead(decoders: &[BlockDecoder]) -> usize {
    match decoders.first().map(|decoder| decoder.output.scale) {
        Some(Scale::Full) => 2,
        Some(Scale::Half) => 3,
        _ => 4,
    }
}

/// Scans that are shorter are read sooner than a thread is there.
const WORTH_BYTES: usize = 64 * 1024;

/// Window of the bit reader, and Huffman tables.
const FIXED_BYTES: u64 = 256 * 1024;
