//! PNG written: rows in, a file out.

mod choose;
mod colors;
mod effort;
mod file;
mod interlaced;
mod reduce;
mod strategy;
mod stream;
mod survey;

use self::choose::{Chooser, Picture, Plan};
use self::effort::Effort;
use self::file::File;
use self::reduce::{Form, forms};
use self::stream::Stream;
use self::survey::Survey;
use crate::adam7::PASSES;
use crate::error::{filled, grow};
use crate::{ColorType, Error, Header, compress_zlib};

/// How to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct EncodeOptions {
    /// Work spent on few bytes, 1 (least) to 6 (most).
    pub effort: u8,
    /// Rows in the seven passes of Adam7; the whole image is held then.
    pub interlaced: bool,
    /// Whether pixels may be written with fewer bits, samples or as indices, where that loses
    /// nothing.
    pub reduce: bool,
}

impl Default for EncodeOptions {
    /// Effort 3, in order, reduced.
    fn default() -> Self {
        Self {
            effort: 3,
            interlaced: false,
            reduce: true,
        }
    }
}

/// What is written beside the pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Metadata<'a> {
    /// ICC profile. Grey images keep grey profiles and others keep others, so reduction stays
    /// within the kind of colour.
    pub icc: Option<&'a [u8]>,
    /// EXIF, without a prefix.
    pub exif: Option<&'a [u8]>,
    /// XMP.
    pub xmp: Option<&'a str>,
    /// Pixels per metre, across and down.
    pub per_metre: Option<(u32, u32)>,
}

/// Writes an image whose rows come one after the other.
///
/// Images of up to [`Encoder::HELD`] bytes are held and written in the smallest form that keeps
/// all pixels; larger ones are compressed as they come.
///
/// # Examples
///
/// ```
/// use pixgate_png::{ColorType, EncodeOptions, Encoder, Header, Metadata};
///
/// let header = Header { width: 2, height: 2, depth: 8, color: ColorType::Rgb, interlaced: false };
/// let mut encoder = Encoder::new(header, &EncodeOptions::default(), &Metadata::default())?;
/// encoder.write_rows(&[255, 0, 0, 0, 255, 0])?;
/// encoder.write_rows(&[255, 0, 0, 0, 255, 0])?;
/// let file = encoder.finish()?;
/// assert!(file.starts_with(b"\x89PNG"));
/// # Ok::<(), pixgate_png::Error>(())
/// ```
#[allow(missing_debug_implementations, reason = "holds pixels")]
pub struct Encoder {
    header: Header,
    options: EncodeOptions,
    effort: Effort,
    /// Chunks between header and palette, whole.
    front: Vec<Chunk>,
    xmp: Option<String>,
    has_profile: bool,
    palette: Vec<u8>,
    transparency: Vec<u8>,
    survey: Option<Survey>,
    /// Rows that were not compressed yet.
    held: Vec<u8>,
    rows: u32,
    streaming: Option<Streaming>,
}

/// Name and content.
type Chunk = ([u8; 4], Vec<u8>);

/// What is there once rows are compressed as they come.
struct Streaming {
    file: File,
    stream: Stream,
    chooser: Chooser,
    above: Vec<u8>,
}

impl Encoder {
    /// Bytes of pixels up to which an image is held.
    pub const HELD: usize = 8 << 20;

    /// Starts a file.
    ///
    /// - `header`: what the rows are; palettes need [`Encoder::set_palette`].
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] for a header that PNG does not allow.
    pub fn new(
        header: Header,
        options: &EncodeOptions,
        metadata: &Metadata<'_>,
    ) -> Result<Self, Error> {
        header.check()?;
        let header = Header {
            interlaced: options.interlaced,
            ..header
        };
        let reduces = options.reduce && header.depth >= 8 && header.color != ColorType::Palette;
        Ok(Self {
            header,
            options: *options,
            effort: Effort::of(options.effort),
            front: front(metadata)?,
            xmp: metadata.xmp.map(str::to_owned),
            has_profile: metadata.icc.is_some(),
            palette: Vec::new(),
            transparency: Vec::new(),
            survey: reduces.then(|| Survey::new(&header)),
            held: Vec::new(),
            rows: 0,
            streaming: None,
        })
    }

    /// The colours that indices stand for: red, green, blue and alpha of each. Those with alpha
    /// below 255 are best in front.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] for more colours than the bit depth has, or none.
    pub fn set_palette(&mut self, colors: &[[u8; 4]]) -> Result<(), Error> {
        if colors.is_empty() || colors.len() > 1 << self.header.depth.min(8) {
            return Err(Error::Unsupported("colours of a palette"));
        }
        self.palette = colors
            .iter()
            .flat_map(|[r, g, b, _]| [*r, *g, *b])
            .collect();
        let last = colors.iter().rposition(|color| color[3] < 255);
        let clear = last.map_or(0, |last| last + 1);
        self.transparency = colors.iter().take(clear).map(|color| color[3]).collect();
        Ok(())
    }

    /// Most bytes that an encoder takes, the file not counted.
    #[must_use]
    pub fn work_bytes(header: &Header, options: &EncodeOptions) -> u64 {
        let pixels = (header.row_bytes() as u64).saturating_mul(u64::from(header.height));
        let held = if options.interlaced {
            pixels
        } else {
            pixels.min(Self::HELD as u64 + header.row_bytes() as u64)
        };
        let row = header.row_bytes() as u64;
        // Rows as they came, and while their vector grows; the smaller forms or a pass.
        let forms = if options.reduce || options.interlaced {
            3
        } else {
            2
        };
        // Filtered samples, and what is known of the matches of a block, are no more than the image.
        let effort = Effort::of(options.effort);
        let tried = pixels.min(effort.sample_bytes as u64) * 5 / 4;
        let blocks = pixels.min(64 << 10) * 40 + pixels.min(256 << 10) * 4;
        held.saturating_mul(forms)
            .saturating_add(row.saturating_mul(16))
            .saturating_add(tried + blocks)
            // Tables of places: one set, and another for samples while rows are compressed as they come.
            .saturating_add(if pixels > Self::HELD as u64 {
                640 << 10
            } else {
                320 << 10
            })
    }

    /// Takes whole rows: samples of 16 bits with the high byte first, those of fewer than 8
    /// packed, each row beginning at a byte.
    ///
    /// # Errors
    ///
    /// [`Error::Rows`] for a part of a row or too many, and [`Error::OutOfMemory`].
    pub fn write_rows(&mut self, rows: &[u8]) -> Result<(), Error> {
        let stride = self.header.row_bytes();
        let count = u32::try_from(rows.len() / stride).map_err(|_| Error::Rows)?;
        if !rows.len().is_multiple_of(stride) || count > self.header.height - self.rows {
            return Err(Error::Rows);
        }
        for part in rows.chunks(PART.max(stride) / stride * stride) {
            if let Some(survey) = &mut self.survey {
                survey.add(part);
            }
            grow(&mut self.held, part.len())?;
            self.held.extend_from_slice(part);
            self.rows += u32::try_from(part.len() / stride).unwrap_or(0);
            let most = if self.streaming.is_some() {
                SEGMENT
            } else {
                Self::HELD
            };
            if !self.header.interlaced && self.held.len() > most {
                self.survey = None;
                self.write_segment()?;
            }
        }
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    ///
    /// [`Error::Rows`] if some are missing, and [`Error::OutOfMemory`].
    pub fn finish(mut self) -> Result<Vec<u8>, Error> {
        if self.rows != self.header.height {
            return Err(Error::Rows);
        }
        if self.streaming.is_none() {
            return self.finish_held();
        }
        if !self.held.is_empty() {
            self.write_segment()?;
        }
        let streaming = self.streaming.ok_or(Error::Rows)?;
        let mut file = streaming.file;
        file.end()?;
        file.chunk(*b"IEND", &[])?;
        Ok(file.into_bytes())
    }

    /// Compresses what is held, with what suits it.
    fn write_segment(&mut self) -> Result<(), Error> {
        if self.streaming.is_none() {
            let mut file = File::new();
            self.write_front(&self.header, &self.palette, &self.transparency, &mut file)?;
            file.begin(*b"IDAT")?;
            self.streaming = Some(Streaming {
                file,
                stream: Stream::new()?,
                chooser: Chooser::new()?,
                above: filled(self.header.row_bytes())?,
            });
        }
        let is_last = self.rows == self.header.height;
        let Some(streaming) = &mut self.streaming else {
            return Ok(());
        };
        let stride = self.header.row_bytes();
        let picture = picture(&self.header, &self.held, stride, &streaming.above);
        let plan = streaming.chooser.choose(&picture, &self.effort)?;
        let out = streaming.file.content();
        streaming.stream.write(&picture, &plan, is_last, out)?;
        if !is_last && streaming.file.open_bytes() > IDAT_BYTES {
            streaming.file.end()?;
            streaming.file.begin(*b"IDAT")?;
        }
        let last = self.held.len().saturating_sub(stride);
        streaming.above.clear();
        streaming.above.extend_from_slice(&self.held[last..]);
        self.held.clear();
        Ok(())
    }

    /// Writes the smallest form.
    fn finish_held(mut self) -> Result<Vec<u8>, Error> {
        let rows = std::mem::take(&mut self.held);
        let forms = match self.survey.take() {
            Some(mut survey) => {
                if self.has_profile {
                    survey.keep_kind();
                }
                forms(self.header, &survey, rows)?
            }
            None => vec![Form {
                header: self.header,
                palette: std::mem::take(&mut self.palette),
                transparency: std::mem::take(&mut self.transparency),
                rows,
            }],
        };
        let mut chooser = Chooser::new()?;
        let mut best: Option<(u64, Plan, Form)> = None;
        for form in forms {
            let plan = plan(&form, &self.effort, &mut chooser)?;
            let bits = plan.bits + 8 * form.chunk_bytes() as u64;
            if best.as_ref().is_none_or(|best| bits < best.0) {
                best = Some((bits, plan, form));
            }
        }
        drop(chooser);
        let (_, plan, form) = best.ok_or(Error::Rows)?;
        self.write_form(&form, &plan)
    }

    fn write_form(&self, form: &Form, plan: &Plan) -> Result<Vec<u8>, Error> {
        let mut file = File::new();
        self.write_front(&form.header, &form.palette, &form.transparency, &mut file)?;
        file.begin(*b"IDAT")?;
        let mut stream = Stream::new()?;
        let above = filled(form.header.row_bytes())?;
        if self.options.interlaced {
            for (i, pass) in PASSES.into_iter().enumerate() {
                let (rows, stride) = interlaced::rows_of(pass, &form.header, &form.rows)?;
                let above = above.get(..stride).unwrap_or_default();
                let picture = picture(&form.header, &rows, stride, above);
                stream.write(&picture, plan, i + 1 == PASSES.len(), file.content())?;
            }
        } else {
            let stride = form.header.row_bytes();
            let picture = picture(&form.header, &form.rows, stride, &above);
            stream.write(&picture, plan, true, file.content())?;
        }
        file.end()?;
        file.chunk(*b"IEND", &[])?;
        Ok(file.into_bytes())
    }

    /// Everything in front of the pixels.
    fn write_front(
        &self,
        header: &Header,
        palette: &[u8],
        transparency: &[u8],
        file: &mut File,
    ) -> Result<(), Error> {
        file.chunk(*b"IHDR", &[&header.content()])?;
        for (name, content) in &self.front {
            file.chunk(*name, &[content])?;
        }
        if !palette.is_empty() {
            file.chunk(*b"PLTE", &[palette])?;
        }
        if !transparency.is_empty() {
            file.chunk(*b"tRNS", &[transparency])?;
        }
        if let Some(xmp) = &self.xmp {
            // Not compressed, no language, no translation.
            file.chunk(*b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", xmp.as_bytes()])?;
        }
        Ok(())
    }
}

/// How to compress a form.
fn plan(form: &Form, effort: &Effort, chooser: &mut Chooser) -> Result<Plan, Error> {
    let above = filled(form.header.row_bytes())?;
    if form.header.interlaced {
        // The last pass has half of the pixels, or there is but one row.
        let last = PASSES[6];
        let (rows, stride) = interlaced::rows_of(last, &form.header, &form.rows)?;
        if !rows.is_empty() {
            let above = above.get(..stride).unwrap_or_default();
            let picture = picture(&form.header, &rows, stride, above);
            return chooser.choose(&picture, effort);
        }
    }
    let stride = form.header.row_bytes();
    chooser.choose(&picture(&form.header, &form.rows, stride, &above), effort)
}

fn picture<'a>(header: &Header, rows: &'a [u8], stride: usize, above: &'a [u8]) -> Picture<'a> {
    Picture {
        rows,
        stride,
        pixel: header.pixel_bytes(),
        above,
        is_smooth: header.color != ColorType::Palette && header.depth >= 8,
    }
}

/// The chunks in front of the palette (PNG 3, section 11.3).
fn front(metadata: &Metadata<'_>) -> Result<Vec<Chunk>, Error> {
    let mut chunks = Vec::new();
    if let Some((across, down)) = metadata.per_metre {
        let mut content = [across.to_be_bytes(), down.to_be_bytes()].concat();
        // The unit is the metre.
        content.push(1);
        chunks.push((*b"pHYs", content));
    }
    if let Some(icc) = metadata.icc {
        let mut content = b"icc\0\0".to_vec();
        content.extend_from_slice(&compress_zlib(icc)?);
        chunks.push((*b"iCCP", content));
    }
    if let Some(exif) = metadata.exif {
        chunks.push((*b"eXIf", exif.to_vec()));
    }
    Ok(chunks)
}

/// Bytes of rows that are looked at, copied and compressed at once.
const PART: usize = 256 << 10;
/// Bytes of rows that are compressed with one choice of filters.
const SEGMENT: usize = 1 << 20;
/// A chunk of pixels is closed beyond this.
const IDAT_BYTES: usize = 64 << 10;
