//! The steps of one pipeline.

use pixgate_codec::Orientation;
use pixgate_options::{Format, Gravity as GravityOption, GravityKind, PipelineOptions};
use pixgate_raster::{Canvas, Orientation as TurnBy};

use super::Warning;
use super::build::Draft;
use super::crop::{Cut, cut};
use super::extend::place;
use super::flatten::filling;
use super::format_limit::format_limit;
use super::gravity::{Gravity, Toward};
use super::orientation::Turn;
use super::padding::padding;
use super::resample::resampled;
use super::scale::Geometry;
use super::shrink::Source;
use super::size::{Factors, Size};
use super::step::{Rect, Sides, Step};
use super::wanted::{Padding, Wanted};
use super::watermark::watermark;
use crate::rounding::{to_float, truncate};
use crate::{Error, ErrorKind};

/// Largest standard deviation of a blur, as in the reference's library.
const BLUR_LIMIT: u32 = 1000;

/// What a pipeline begins with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    /// Size in stored orientation.
    pub(crate) stored: Size,
    pub(crate) orientation: Orientation,
    /// Whether the encoded source is at hand, so that it can be decoded smaller.
    pub(crate) is_source: bool,
    /// Whether this pipeline's trim is done.
    pub(crate) is_trimmed: bool,
}

/// Adds the steps of one pipeline.
pub(crate) fn plan_pass(
    draft: &mut Draft<'_>,
    options: &PipelineOptions,
    entry: &Entry,
    is_last: bool,
) -> Result<(), Error> {
    let settings = &draft.recipe.settings;
    let turn = Turn::new(entry.orientation, options, settings.auto_rotate);
    let pass = Pass {
        options,
        turn,
        gravity: options.gravity().into(),
    };
    if draft.frames > 1 && options.trim().is_some() {
        draft.warnings.push(Warning::AnimationNotTrimmed);
    }
    let (mut geometry, mut crop_gravity) = pass.geometry(draft, entry);
    pass.load(draft, entry, &mut geometry, &mut crop_gravity);
    draft.dpr = geometry.dpr;
    pass.crop(draft, &geometry, crop_gravity)?;
    pass.scale(draft, &geometry)?;
    pass.turn(draft);
    pass.result_crop(draft, &geometry)?;
    pass.filters(draft)?;
    pass.extend(draft, &geometry)?;
    pass.pad(draft)?;
    if is_last {
        limit_to_format(draft)?;
    }
    pass.flatten(draft, is_last);
    watermark(draft, options)
}

/// One pipeline's options, read.
struct Pass<'a> {
    options: &'a PipelineOptions,
    turn: Turn,
    gravity: Gravity,
}

impl Pass<'_> {
    fn geometry(&self, draft: &Draft<'_>, entry: &Entry) -> (Geometry, Gravity) {
        let is_vector = self.is_vector(draft, entry);
        let stored = Self::guarded(draft, entry);
        let wanted = Wanted::new(self.options, draft.recipe.result_limit());
        let shown = stored.swapped_if(self.turn.swaps_sides());
        let gravity = self.options.crop_gravity().into();
        (Geometry::new(&wanted, shown, is_vector), gravity)
    }

    fn trims(&self, draft: &Draft<'_>, entry: &Entry) -> bool {
        self.options.trim().is_some() && !entry.is_trimmed && draft.frames == 1
    }

    /// A vector image loses its privileges once it is trimmed.
    fn is_vector(&self, draft: &Draft<'_>, entry: &Entry) -> bool {
        entry.is_source && draft.recipe.header.format == Format::Svg && !self.trims(draft, entry)
    }

    /// How far a vector image has to be shrunk for the pixel limit, at least 1.
    fn guard(draft: &Draft<'_>, entry: &Entry) -> f64 {
        let is_vector = entry.is_source && draft.recipe.header.format == Format::Svg;
        #[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
        let limit = draft.recipe.pixel_limit().max(1) as f64;
        let pixels = to_float(entry.stored.width) * to_float(entry.stored.height);
        if is_vector && pixels > limit {
            (pixels / limit).sqrt()
        } else {
            1.0
        }
    }

    fn guarded(draft: &Draft<'_>, entry: &Entry) -> Size {
        let guard = Self::guard(draft, entry);
        if guard <= 1.0 {
            return entry.stored;
        }
        let side = |length: i64| truncate((to_float(length) / guard + 0.5).floor()).max(1);
        Size::new(side(entry.stored.width), side(entry.stored.height))
    }

    /// Decides how the source is decoded; after a trim it is decoded whole.
    fn load(
        &self,
        draft: &mut Draft<'_>,
        entry: &Entry,
        geometry: &mut Geometry,
        crop_gravity: &mut Gravity,
    ) {
        if let Some(trim) = self.options.trim().filter(|_| self.trims(draft, entry)) {
            draft.push(Step::Trim(trim));
        }
        if !entry.is_source {
            return;
        }
        let source = Source {
            header: &draft.recipe.header,
            stored: Self::guarded(draft, entry),
            guard: Self::guard(draft, entry),
            swaps_sides: self.turn.swaps_sides(),
            is_disabled: draft.recipe.settings.disable_shrink_on_load,
        };
        let loaded = if self.trims(draft, entry) {
            source.unshrunk()
        } else {
            source.load(geometry)
        };
        source.correct(geometry, crop_gravity, loaded.size);
        draft.shrink = loaded.shrink;
        draft.loaded = loaded.size;
        draft.size = loaded.size;
    }

    fn crop(
        &self,
        draft: &mut Draft<'_>,
        geometry: &Geometry,
        gravity: Gravity,
    ) -> Result<(), Error> {
        let gravity = self.turn.stored_gravity(gravity);
        let wanted = geometry.crop.swapped_if(self.turn.swaps_sides());
        match cut(draft.size, wanted, gravity, 1.0) {
            Cut::Nothing => {}
            Cut::At(rect) => {
                draft.size = Size::new(rect.width, rect.height);
                draft.push(Step::Crop(rect.finished()?));
            }
            Cut::Smart(size) => {
                draft.size = size;
                let (width, height) = Draft::sides(size)?;
                draft.push(Step::SmartCrop { width, height });
            }
        }
        Ok(())
    }

    fn scale(&self, draft: &mut Draft<'_>, geometry: &Geometry) -> Result<(), Error> {
        let factors = geometry.factors.swapped_if(self.turn.swaps_sides());
        if factors == Factors::ONE {
            return Ok(());
        }
        let size = resampled(draft.size, factors);
        let (width, height) = Draft::sides(size)?;
        if size != draft.size {
            draft.push(Step::Resample {
                width,
                height,
                scale_x: factors.x,
                scale_y: factors.y,
            });
        }
        draft.size = size;
        Ok(())
    }

    fn turn(&self, draft: &mut Draft<'_>) {
        let turn = self.turn.combined();
        if turn != TurnBy::UPRIGHT {
            draft.push(Step::Orient(turn));
            draft.size = draft.size.swapped_if(self.turn.swaps_sides());
        }
    }

    fn result_crop(&self, draft: &mut Draft<'_>, geometry: &Geometry) -> Result<(), Error> {
        let wanted = geometry.targets.result_crop;
        match cut(draft.size, wanted, self.gravity, geometry.dpr) {
            Cut::Nothing => {}
            Cut::At(rect) => {
                draft.size = Size::new(rect.width, rect.height);
                draft.push(Step::ResultCrop(rect.finished()?));
            }
            Cut::Smart(size) => {
                draft.size = size;
                let (width, height) = Draft::sides(size)?;
                draft.push(Step::SmartResultCrop { width, height });
            }
        }
        Ok(())
    }

    /// Filters work on 8-bit sRGB: greys become colour and stay so.
    fn filters(&self, draft: &mut Draft<'_>) -> Result<(), Error> {
        let (blur, sharpen) = (self.options.blur(), self.options.sharpen());
        if blur > f64::from(BLUR_LIMIT) {
            let (option, limit) = ("blur", BLUR_LIMIT);
            return Err(ErrorKind::OptionOutOfRange { option, limit }.into());
        }
        if blur > 0.0 {
            draft.push(Step::Blur { sigma: blur });
        }
        if sharpen > 0.0 {
            draft.push(Step::Sharpen { sigma: sharpen });
        }
        let size = self.options.pixelate();
        if size > 1 {
            draft.push(Step::Pixelate { size });
        }
        Ok(())
    }

    fn extend(&self, draft: &mut Draft<'_>, geometry: &Geometry) -> Result<(), Error> {
        let targets = geometry.targets;
        if let Some(gravity) = self.options.extend() {
            let canvas = place(draft.size, targets.target, gravity.into(), geometry.dpr);
            if let Some(canvas) = placed(draft, canvas)? {
                draft.push(Step::Extend(canvas));
            }
        }
        if let Some(gravity) = self.options.extend_aspect_ratio() {
            let wanted = targets.aspect_canvas;
            let canvas = place(draft.size, wanted, gravity.into(), geometry.dpr);
            if let Some(canvas) = placed(draft, canvas)? {
                draft.push(Step::ExtendAspectRatio(canvas));
            }
        }
        Ok(())
    }

    fn pad(&self, draft: &mut Draft<'_>) -> Result<(), Error> {
        let wanted = self.options.padding().into();
        let Some(sides) = padding(wanted, draft.dpr) else {
            return Ok(());
        };
        draft.size = Size::new(
            draft
                .size
                .width
                .saturating_add(sides.left)
                .saturating_add(sides.right),
            draft
                .size
                .height
                .saturating_add(sides.top)
                .saturating_add(sides.bottom),
        );
        Draft::sides(draft.size)?;
        draft.push(Step::Pad(sides.finished()));
        Ok(())
    }

    fn flatten(&self, draft: &mut Draft<'_>, is_last: bool) {
        let format = is_last.then_some(draft.format);
        let step = filling(self.options, format).filter(|_| draft.channels.has_alpha());
        if let Some(step) = step {
            draft.push(step);
        }
    }
}

fn placed(draft: &mut Draft<'_>, canvas: Option<Rect<i64>>) -> Result<Option<Canvas>, Error> {
    let Some(canvas) = canvas else {
        return Ok(None);
    };
    draft.size = Size::new(canvas.width, canvas.height);
    let (width, height) = Draft::sides(draft.size)?;
    Ok(Some(Canvas {
        width,
        height,
        left: canvas.left,
        top: canvas.top,
    }))
}

fn limit_to_format(draft: &mut Draft<'_>) -> Result<(), Error> {
    if let Some(size) = format_limit(draft.format, draft.size) {
        let (width, height) = Draft::sides(size)?;
        draft.size = size;
        draft.push(Step::FormatLimit { width, height });
    }
    Ok(())
}

impl Wanted {
    pub(super) fn new(options: &PipelineOptions, max_result_dimension: i64) -> Self {
        let zoom = options.zoom();
        Self {
            resizing: options.resizing_type(),
            width: options.width().into(),
            height: options.height().into(),
            min_width: options.min_width().into(),
            min_height: options.min_height().into(),
            zoom_x: zoom.width,
            zoom_y: zoom.height,
            dpr: options.dpr(),
            enlarge: options.enlarge(),
            extend: options.extend().is_some(),
            extend_aspect_ratio: options.extend_aspect_ratio().is_some(),
            crop_width: options.crop.width.unwrap_or(0.0),
            crop_height: options.crop.height.unwrap_or(0.0),
            crop_ratio: options.crop_aspect_ratio.aspect_ratio.unwrap_or(0.0),
            enlarge_crop: options.crop_aspect_ratio.enlarge.unwrap_or(false),
            padding: options.padding().into(),
            max_result_dimension,
        }
    }
}

impl From<pixgate_options::Padding> for Padding {
    fn from(padding: pixgate_options::Padding) -> Self {
        Self {
            top: padding.top.into(),
            right: padding.right.into(),
            bottom: padding.bottom.into(),
            left: padding.left.into(),
        }
    }
}

impl From<GravityOption> for Gravity {
    fn from(gravity: GravityOption) -> Self {
        let compass = |east, south| Toward::Compass { east, south };
        let toward = match gravity.kind {
            GravityKind::North => compass(0, -1),
            GravityKind::South => compass(0, 1),
            GravityKind::East => compass(1, 0),
            GravityKind::West => compass(-1, 0),
            GravityKind::NorthEast => compass(1, -1),
            GravityKind::NorthWest => compass(-1, -1),
            GravityKind::SouthEast => compass(1, 1),
            GravityKind::SouthWest => compass(-1, 1),
            GravityKind::FocusPoint => Toward::FocusPoint,
            GravityKind::Smart => Toward::Smart,
            // The rest is refused before a gravity is read.
            _ => compass(0, 0),
        };
        Self {
            toward,
            x: gravity.x,
            y: gravity.y,
        }
    }
}

impl Rect<i64> {
    fn finished(self) -> Result<Rect, Error> {
        let (width, height) = Draft::sides(Size::new(self.width, self.height))?;
        Ok(Rect {
            left: finished(self.left),
            top: finished(self.top),
            width,
            height,
        })
    }
}

impl Sides<i64> {
    /// Sides are non-negative and were summed up to a size that an image can have.
    pub(crate) fn finished(self) -> Sides {
        Sides {
            top: finished(self.top),
            right: finished(self.right),
            bottom: finished(self.bottom),
            left: finished(self.left),
        }
    }
}

fn finished(length: i64) -> u32 {
    u32::try_from(length.max(0)).unwrap_or(u32::MAX)
}
