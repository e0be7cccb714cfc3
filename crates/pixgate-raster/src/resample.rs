//! Resampling to another size.

mod axis;
mod boxes;
mod coefficients;
mod enlarge;
mod feed;
pub(crate) mod kernel;
pub(crate) mod light;
mod linear;
mod nearest;
mod pixels;
mod plane;
mod portable;
mod reduce;
mod spare;
mod steps;
pub(crate) mod taps;

use fast_image_resize as fir;

pub use axis::Axis;
pub use feed::PlaneReducer;
pub use kernel::ResamplingFilter;
use light::Wide;
pub use linear::resize_linear_bytes;
use linear::wide_bytes;
use pixels::RowMaker;
use plane::PlaneTaps;
use spare::Spare;
use steps::{Step, multiplies, steps};

use crate::compose::{premultiply, unpremultiply};
use crate::dispatch::{with_channels, with_view};
use crate::error::go_on;
use crate::{ChromaSubsampling, Error, Image, Layout, Orientation, Planes, Sample, View};

/// How both axes of an image are mapped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scaling {
    /// Left to right.
    pub x: Axis,
    /// Top to bottom.
    pub y: Axis,
    /// Whether colour is multiplied by alpha while it is mixed, as it should be for straight
    /// alpha; images without alpha do not care.
    pub premultiply: bool,
}

impl Scaling {
    /// Maps a whole image of this size onto exactly `width` × `height` pixels.
    #[must_use]
    pub fn resized(source: Layout, width: u32, height: u32) -> Self {
        Self {
            x: Axis::resized(source.width, width),
            y: Axis::resized(source.height, height),
            premultiply: true,
        }
    }

    /// Maps a whole image of this size by a factor per axis, lengths rounded as in
    /// [`Axis::scaled`].
    #[must_use]
    pub fn scaled(source: Layout, kx: f64, ky: f64) -> Self {
        Self {
            x: Axis::scaled(source.width, kx),
            y: Axis::scaled(source.height, ky),
            premultiply: true,
        }
    }

    /// The same mapping of both axes with another kernel than Lanczos3.
    #[must_use]
    pub const fn with_filter(self, filter: ResamplingFilter) -> Self {
        Self {
            x: self.x.with_filter(filter),
            y: self.y.with_filter(filter),
            ..self
        }
    }

    /// The layout that an image has afterwards.
    #[must_use]
    pub const fn apply(self, source: Layout) -> Layout {
        source.sized(self.x.length(), self.y.length())
    }

    /// The mapping of chroma planes beside luma planes mapped like this.
    fn chroma(self, from: ChromaSubsampling, to: ChromaSubsampling, next: Orientation) -> Self {
        let (columns, rows) = next.mirrors();
        let (from, to) = (from.steps(), to.steps());
        Self {
            x: self.x.chroma(from.0, to.0, columns),
            y: self.y.chroma(from.1, to.1, rows),
            premultiply: false,
        }
    }
}

/// Resamples images and keeps its buffers for the next one.
///
/// Smaller: means of whole boxes while more than a factor of 4 is asked, then Lanczos3 or the kernel
/// of the axis, height before width. Larger: Catmull-Rom, unless the kernel is [`Linear`]. With
/// [`Nearest`] nothing is averaged: whole factors keep every n-th pixel from the first on. Pixels beyond an edge are the edge pixel again. 8-bit images
/// are not rounded to 8 bits between height and width; 8-bit and 16-bit results are within one
/// level or two of exact arithmetic (pipeline §6.1 describes the reference, which rounds more
/// coarsely).
///
/// [`Linear`]: ResamplingFilter::Linear
/// [`Nearest`]: ResamplingFilter::Nearest
///
/// # Examples
///
/// ```
/// use pixgate_raster::resample::{Resampler, Scaling};
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Image::from_u8(Layout::u8(40, 30, Channels::Grey), vec![77; 1200])?;
/// let scaling = Scaling::resized(image.layout(), 10, 8);
/// let small = Resampler::new().resize(&image, scaling)?;
/// assert_eq!((small.width(), small.height()), (10, 8));
/// assert_eq!(small.view::<u8>()?.pixel(9, 7), &[77]);
/// # Ok::<(), pixgate_raster::Error>(())
/// ```
#[derive(Debug, Default)]
pub struct Resampler {
    fir: fir::Resizer,
    spare: Spare,
    /// Of the last plane: the next one is often of the same size.
    taps: Option<PlaneTaps>,
}

impl Resampler {
    /// Has no buffers yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Resamples an image.
    ///
    /// Allocates at most [`resize_bytes`], less what it has kept from earlier images.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidSize`](crate::ErrorKind) and
    /// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
    pub fn resize(&mut self, source: &Image, to: Scaling) -> Result<Image, Error> {
        self.resize_until(source, to, &|| false)
    }

    /// Resamples like [`resize`](Self::resize) and asks `stop` before every pass, and between the
    /// rows of an enlargement, whether to give up.
    ///
    /// # Errors
    ///
    /// As [`Resampler::resize`], and [`ErrorKind::Stopped`](crate::ErrorKind).
    pub fn resize_until(
        &mut self,
        source: &Image,
        to: Scaling,
        stop: &dyn Fn() -> bool,
    ) -> Result<Image, Error> {
        with_view!(source, view => self.passes(view, to, stop))
    }

    /// Resamples a borrowed image, for example a crop; positions count from the view's corner
    /// and its edge pixels are repeated.
    ///
    /// A view whose stride is not a whole number of pixels, or whose last row ends before the
    /// stride does, is copied first.
    ///
    /// # Errors
    ///
    /// As [`Resampler::resize`].
    pub fn resize_view<T: Sample>(
        &mut self,
        source: View<'_, T>,
        to: Scaling,
    ) -> Result<Image, Error> {
        self.passes(source, to, &|| false)
    }

    /// Runs all passes.
    fn passes<T: Sample>(
        &mut self,
        source: View<'_, T>,
        to: Scaling,
        stop: &dyn Fn() -> bool,
    ) -> Result<Image, Error> {
        if nearest::picks(to) {
            return nearest::pick(source, to, stop);
        }
        if plane::can_reduce(source.layout(), to) {
            return self.reduce_plane(source, to, stop);
        }
        if reduces_alpha(source.layout(), to) {
            let form = Wide::plain(source.channels(), true);
            return self.reduce_wide(source.cast()?, to, form, stop);
        }
        let mut current: Option<Image> = None;
        if reduce::Base::of(source).is_none() {
            current = Some(source.to_image()?);
        }
        let mut steps = steps(source.layout(), to).peekable();
        while let Some((step, layout)) = steps.next() {
            go_on(stop)?;
            let target = match steps.peek() {
                Some(_) => self.spare(layout)?,
                None => Image::zeroed(layout)?,
            };
            let next = match &current {
                Some(image) => self.step(image.view::<T>()?, step, target, stop)?,
                None => self.step(source, step, target, stop)?,
            };
            if let Some(used) = current.replace(next) {
                self.spare.keep(used.into_samples());
            }
        }
        let mut result = current.map_or_else(|| source.to_image(), Ok)?;
        if multiplies(source.layout(), to) {
            unpremultiply(&mut result);
        }
        Ok(result)
    }

    /// Makes an 8-bit plane smaller.
    fn reduce_plane<T: Sample>(
        &mut self,
        source: View<'_, T>,
        to: Scaling,
        stop: &dyn Fn() -> bool,
    ) -> Result<Image, Error> {
        let taps = self.plane_taps(source.layout(), to)?;
        let mut middle = plane::middle_row(&taps.columns)?;
        let mut image = Image::zeroed(to.apply(source.layout()))?;
        let width = image.layout().row_samples();
        #[expect(clippy::cast_possible_truncation, reason = "a row number")]
        let row = |y: usize| bytemuck::cast_slice(source.row(y as u32));
        let rows = image.slice_mut::<u8>()?.chunks_exact_mut(width);
        for (y, target) in rows.enumerate() {
            if y.is_multiple_of(STOP_ROWS) {
                go_on(stop)?;
            }
            plane::make_row(&taps, y, row, &mut middle, target)?;
        }
        Ok(image)
    }

    /// Makes pixels smaller for which [`pixels::can_reduce`] holds, without boxes of rows.
    fn reduce_pixels<T: Sample>(
        &mut self,
        source: View<'_, T>,
        to: Scaling,
        target: &mut [u8],
        stop: &dyn Fn() -> bool,
    ) -> Result<(), Error> {
        let source: View<'_, u8> = source.cast()?;
        let layout = source.layout();
        let taps = self.plane_taps(pixels::boxed(layout, to), pixels::after_boxes(to))?;
        let mut maker = RowMaker::new(taps, layout, to.x.shrink)?;
        #[expect(clippy::cast_possible_truncation, reason = "a row number")]
        let row = |y: usize| source.row(y as u32);
        let length = to.x.length as usize * layout.channels.count();
        for (y, target) in target.chunks_exact_mut(length).enumerate() {
            if y.is_multiple_of(STOP_ROWS) {
                go_on(stop)?;
            }
            maker.make(y, row, target)?;
        }
        Ok(())
    }

    fn plane_taps(&mut self, source: Layout, to: Scaling) -> Result<PlaneTaps, Error> {
        if let Some(taps) = self.taps.as_ref().filter(|taps| taps.is_for(source, to)) {
            return Ok(taps.clone());
        }
        let taps = PlaneTaps::new(source, to)?;
        Ok(self.taps.insert(taps).clone())
    }

    /// Resamples planes one by one, chroma so that it keeps its place in the picture.
    ///
    /// - `to`: the mapping of luma.
    /// - `subsampling`: of the result.
    /// - `next`: the orientation that [`orient_planes`](crate::geometry::orient_planes) will get
    ///   afterwards, so that subsampled chroma of an odd side begins at the right end.
    ///
    /// # Errors
    ///
    /// As [`Resampler::resize`].
    pub fn resize_planes(
        &mut self,
        planes: &Planes,
        to: Scaling,
        subsampling: ChromaSubsampling,
        next: Orientation,
    ) -> Result<Planes, Error> {
        let chroma = to.chroma(planes.subsampling, subsampling, next);
        Ok(Planes {
            y: self.resize(&planes.y, to)?,
            chroma: match &planes.chroma {
                Some([cb, cr]) => Some([self.resize(cb, chroma)?, self.resize(cr, chroma)?]),
                None => None,
            },
            alpha: planes
                .alpha
                .as_ref()
                .map(|a| self.resize(a, to))
                .transpose()?,
            subsampling,
            ..*planes
        })
    }

    /// Frees the buffers it has kept.
    pub fn clear(&mut self) {
        self.spare = Spare::default();
    }

    /// Runs one step, whose result is as large as `image`, into it.
    fn step<T: Sample>(
        &mut self,
        source: View<'_, T>,
        step: Step,
        mut image: Image,
        stop: &dyn Fn() -> bool,
    ) -> Result<Image, Error> {
        let channels = source.channels();
        let target = image.slice_mut::<T>()?;
        match step {
            Step::Premultiply => {
                copy_rows(source, target);
                premultiply(&mut image);
            }
            Step::BoxRows(count) => boxes::vertical(source, target, count)?,
            Step::BoxColumns(count) => with_channels!(channels, C => {
                boxes::horizontal::<T, C>(source, target, count);
            }),
            Step::ReduceRows(axis) => reduce::vertical(&mut self.fir, source, target, axis)?,
            Step::ReduceColumns(axis) => reduce::horizontal(&mut self.fir, source, target, axis)?,
            Step::Reduce(x, y) => {
                let premultiply = false;
                let to = Scaling { x, y, premultiply };
                self.reduce_pixels(source, to, bytemuck::cast_slice_mut(target), stop)?;
            }
            Step::Enlarge(x, y) => with_channels!(channels, C => {
                enlarge::enlarge::<T, C>(source, target, (x, y), stop)?;
            }),
        }
        Ok(image)
    }

    /// An image with arbitrary content, in a kept buffer if one is large enough.
    fn spare(&mut self, layout: Layout) -> Result<Image, Error> {
        match self.spare.take(layout.depth, layout.samples()?) {
            Some(samples) => Image::from_samples(layout, samples),
            None => Image::zeroed(layout),
        }
    }
}

/// Rows of a plane between questions whether to stop.
const STOP_ROWS: usize = 64;

fn copy_rows<T: Sample>(source: View<'_, T>, target: &mut [T]) {
    let row = source.layout().row_samples();
    for (to, from) in target.chunks_exact_mut(row).zip(source.rows()) {
        to.copy_from_slice(from);
    }
}

/// Whether 8-bit pixels get smaller, colour multiplied by alpha.
fn reduces_alpha(source: Layout, to: Scaling) -> bool {
    multiplies(source, to) && pixels::can_reduce(source, to)
}

/// Bytes that [`Resampler::resize`] allocates at most, all steps and the result together.
#[must_use]
pub fn resize_bytes(source: Layout, to: Scaling) -> u64 {
    if nearest::picks(to) {
        return nearest::pick_bytes(source, to);
    }
    if plane::can_reduce(source, to) {
        // The weights of the plane before may still be there.
        let own = plane::plane_bytes(source, to);
        return to
            .apply(source)
            .bytes()
            .saturating_add(own.saturating_mul(2));
    }
    if reduces_alpha(source, to) {
        return wide_bytes(source, to);
    }
    let mut before = source;
    let mut total = 0_u64;
    for (step, layout) in steps(source, to) {
        let extra = step.extra_bytes(before, layout);
        total = total.saturating_add(layout.bytes()).saturating_add(extra);
        before = layout;
    }
    total.max(to.apply(source).bytes())
}
