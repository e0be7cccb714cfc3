//! Interleaved pixels, from the components' rows.

use pixgate_raster::{Channels, Layout, zeroed};

use crate::geometry::Geometry;
use crate::kernels::Kernels;
use crate::upsample::{Upsampling, replicate};
use crate::window::Window;
use crate::{ColorModel, Error, ErrorKind, Header, Rounding, Scale, convert};

/// Turns component rows into pixels, a band at a time.
#[derive(Debug)]
pub(crate) struct Pixels {
    layout: Layout,
    model: ColorModel,
    upsamplings: Vec<Upsampling>,
    /// A row of each component at the picture's width.
    scratch: Vec<Vec<u8>>,
    sums: Vec<u16>,
    band: Vec<u8>,
    /// Rows handed over.
    done: usize,
}

impl Pixels {
    pub(crate) fn new(
        header: &Header,
        geometry: &Geometry,
        (scale, rounding): (Scale, Rounding),
    ) -> Result<Self, Error> {
        let layout = layout(header, scale, rounding)?;
        let finest = finest(geometry, scale);
        let width = geometry.units.0 * finest.0;
        let planes = geometry.planes.iter();
        let scratch = planes.clone().map(|_| zeroed(width));
        Ok(Self {
            layout,
            model: header.color_model,
            upsamplings: planes.map(|plane| Upsampling::of(plane, finest)).collect(),
            scratch: scratch.collect::<Result<_, _>>()?,
            sums: zeroed(width)?,
            band: zeroed((finest.1 + 1) * layout.row_samples())?,
            done: 0,
        })
    }

    pub(crate) fn bytes(header: &Header, geometry: &Geometry, scale: Scale) -> u64 {
        let finest = finest(geometry, scale);
        let width = (geometry.units.0 * finest.0) as u64;
        let channels = header.components.len() as u64;
        width * (channels * (finest.1 as u64 + 2) + 2)
    }

    pub(crate) const fn layout(&self) -> Layout {
        self.layout
    }

    /// Makes the rows that the windows allow: number of the first, how many, and samples.
    ///
    /// - `ready`: rows of the picture that all components were decoded for.
    pub(crate) fn make(
        &mut self,
        windows: &[Window],
        kernels: &Kernels,
        ready: usize,
    ) -> (usize, usize, &[u8]) {
        let height = self.layout.height as usize;
        let waits = self.upsamplings.iter().any(|u| u.needs_context());
        let held_back = usize::from(waits && ready < height);
        let end = ready.min(height).saturating_sub(held_back);
        let first = self.done;
        for y in first..end {
            self.upsample(windows, kernels, y);
            self.convert(windows, kernels, y);
        }
        self.done = end.max(first);
        let rows = self.done - first;
        (first, rows, &self.band[..rows * self.layout.row_samples()])
    }

    fn upsample(&mut self, windows: &[Window], kernels: &Kernels, y: usize) {
        let components = windows.iter().zip(&self.upsamplings).zip(&mut self.scratch);
        for ((window, &upsampling), out) in components {
            let (near, far) = upsampling.rows(y, window.plane().height);
            let (near, far) = (window.row(near), window.row(far));
            match upsampling {
                Upsampling::None => {}
                Upsampling::Horizontal => (kernels.upsample_horizontal)(near, out),
                Upsampling::Vertical => {
                    let bias = if y.is_multiple_of(2) { 1 } else { 2 };
                    (kernels.upsample_vertical)(near, far, bias, out);
                }
                Upsampling::Both => (kernels.upsample_both)(near, far, &mut self.sums, out),
                Upsampling::Replicate { across, .. } => replicate(near, across, out),
            }
        }
    }

    fn convert(&mut self, windows: &[Window], kernels: &Kernels, y: usize) {
        let samples = self.layout.row_samples();
        let start = (y - self.done) * samples;
        let Some(out) = self.band.get_mut(start..start + samples) else {
            return;
        };
        let row = |index: usize| match (windows.get(index), self.upsamplings.get(index)) {
            (Some(window), Some(Upsampling::None)) => window.row(y),
            _ => self
                .scratch
                .get(index)
                .map(Vec::as_slice)
                .unwrap_or_default(),
        };
        match self.model {
            ColorModel::Grey | ColorModel::Unknown => convert::interleave([row(0)], out),
            ColorModel::Rgb => convert::interleave([row(0), row(1), row(2)], out),
            ColorModel::YCbCr => (kernels.ycbcr_to_rgb)([row(0), row(1), row(2)], out),
            ColorModel::Cmyk => convert::interleave([row(0), row(1), row(2), row(3)], out),
            ColorModel::Ycck => convert::ycck_to_cmyk([row(0), row(1), row(2), row(3)], out),
        }
        // Everybody stores inks upside down, whether an Adobe segment says so or not.
        if self.layout.channels == Channels::Cmyk {
            convert::invert(out);
        }
    }
}

/// Size and channels of the whole picture.
fn layout(header: &Header, scale: Scale, rounding: Rounding) -> Result<Layout, Error> {
    let channels = match header.color_model {
        ColorModel::Grey => Channels::Grey,
        ColorModel::YCbCr | ColorModel::Rgb => Channels::Rgb,
        ColorModel::Cmyk | ColorModel::Ycck => Channels::Cmyk,
        ColorModel::Unknown => return Err(ErrorKind::UnknownColorModel.into()),
    };
    let width = scale.apply(header.width, rounding);
    let height = scale.apply(header.height, rounding);
    Ok(Layout::u8(width, height, channels))
}

/// Pixels that a unit spans at this scale.
const fn finest(geometry: &Geometry, scale: Scale) -> (usize, usize) {
    let divisor = scale.divisor() as usize;
    (
        geometry.unit_size.0 / divisor,
        geometry.unit_size.1 / divisor,
    )
}
