//! Options of one pass over the pixels.

use crate::{
    BlurAreasOptions, BlurDetectionsOptions, ColorizeOptions, CropAspectRatioOptions,
    CropObjectsOptions, CropOptions, DrawDetectionsOptions, DuotoneOptions, ExtendOptions,
    FlipOptions, GradientOptions, Gravity, GravityKind, GravityOptions, MaskModeOptions,
    MonochromeOptions, Padding, PaddingOptions, ProgressiveBlurOptions, ResizingAlgorithm,
    ResizingType, Rgb, RoundOptions, TextBoxOptions, Trim, TrimOptions, UnsharpMaskingOptions,
    Watermark, WatermarkOptions, WatermarkSizeOptions, Zoom,
};

/// Options of one pass over the pixels; chained pipelines run one after the other.
///
/// A field is a canonical key; unset means the default of the method of the same name.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default))]
pub struct PipelineOptions {
    /// How the requested box is met.
    pub resizing_type: Option<ResizingType>,
    /// The resampling filter; imgproxy Pro.
    pub resizing_algorithm: Option<ResizingAlgorithm>,
    /// Requested width before `dpr`, in pixels; 0 follows from the height.
    pub width: Option<u32>,
    /// Requested height before `dpr`, in pixels; 0 follows from the width.
    pub height: Option<u32>,
    /// Smallest width, in pixels; 0 is off. Key `min-width`.
    pub min_width: Option<u32>,
    /// Smallest height, in pixels; 0 is off. Key `min-height`.
    pub min_height: Option<u32>,
    /// Factor of the width.
    pub zoom_width: Option<f64>,
    /// Factor of the height.
    pub zoom_height: Option<f64>,
    /// Device pixel ratio, above 0.
    pub dpr: Option<f64>,
    /// Permission to exceed the source size.
    pub enlarge: Option<bool>,
    /// Grow the frame to the requested box.
    pub extend: ExtendOptions,
    /// Grow the frame to the ratio of the requested box.
    pub extend_aspect_ratio: ExtendOptions,
    /// What is kept when cutting.
    pub gravity: GravityOptions,
    /// Where detected objects end up; imgproxy Pro.
    pub objects_position: GravityOptions,
    /// The area to keep.
    pub crop: CropOptions,
    /// The ratio of that area; imgproxy Pro.
    pub crop_aspect_ratio: CropAspectRatioOptions,
    /// Crop to detected objects; imgproxy Pro.
    pub crop_objects: CropObjectsOptions,
    /// Cut off uniform borders.
    pub trim: TrimOptions,
    /// Space around the content.
    pub padding: PaddingOptions,
    /// Turn by the EXIF orientation; unset asks the configuration.
    pub auto_rotate: Option<bool>,
    /// Clockwise degrees, a multiple of 90, possibly negative.
    pub rotate: Option<i64>,
    /// Mirror.
    pub flip: FlipOptions,
    /// Colour under transparency, paddings and extensions.
    pub background: Option<Rgb>,
    /// Opacity of the background, 0 to 1; imgproxy Pro.
    pub background_alpha: Option<f64>,
    /// −255 to 255; imgproxy Pro.
    pub brightness: Option<i32>,
    /// 1 changes nothing; imgproxy Pro.
    pub contrast: Option<f64>,
    /// 1 changes nothing; imgproxy Pro.
    pub saturation: Option<f64>,
    /// Shades of one colour; imgproxy Pro.
    pub monochrome: MonochromeOptions,
    /// Shades between two colours; imgproxy Pro.
    pub duotone: DuotoneOptions,
    /// Standard deviation of the blur in pixels; 0 is off.
    pub blur: Option<f64>,
    /// Standard deviation of the sharpening in pixels; 0 is off.
    pub sharpen: Option<f64>,
    /// Side of the blocks in pixels; 0 and 1 are off.
    pub pixelate: Option<u32>,
    /// Sharpening after shrinking; imgproxy Pro.
    pub unsharp_masking: UnsharpMaskingOptions,
    /// Blurred rectangles; imgproxy Pro.
    pub blur_areas: BlurAreasOptions,
    /// Blur that grows along a direction; imgproxy Pro.
    pub progressive_blur: ProgressiveBlurOptions,
    /// Blurred objects; imgproxy Pro.
    pub blur_detections: BlurDetectionsOptions,
    /// Boxes around objects; imgproxy Pro.
    pub draw_detections: DrawDetectionsOptions,
    /// Overlay of one colour; imgproxy Pro.
    pub colorize: ColorizeOptions,
    /// Overlay that grows along a direction; imgproxy Pro.
    pub gradient: GradientOptions,
    /// The watermark's placement.
    pub watermark: WatermarkOptions,
    /// Another watermark image; imgproxy Pro.
    pub watermark_url: Option<String>,
    /// Text as a watermark; imgproxy Pro.
    pub watermark_text: Option<String>,
    /// Size of the watermark; imgproxy Pro.
    pub watermark_size: WatermarkSizeOptions,
    /// Clockwise degrees; imgproxy Pro.
    pub watermark_rotate: Option<f64>,
    /// Standard deviation of the shadow in pixels; 0 is off; imgproxy Pro.
    pub watermark_shadow: Option<f64>,
    /// The box that the text is wrapped to; pixgate's own.
    pub px_text_box: TextBoxOptions,
    /// Round corners; pixgate's own.
    pub px_round: RoundOptions,
    /// Whether the ellipse that touches all sides is cut out; pixgate's own.
    pub px_ellipse: Option<bool>,
    /// URL of a picture that is the mask; pixgate's own.
    pub px_mask: Option<String>,
    /// How that is read; pixgate's own.
    pub px_mask_mode: MaskModeOptions,
    /// Limit of the source, in pixels; read from the first pipeline.
    pub max_src_resolution: Option<u64>,
    /// Limit of the source, in bytes; 0 and below is off; read from the first pipeline.
    pub max_src_file_size: Option<i64>,
}

impl PipelineOptions {
    /// How the requested box is met; `fit` unless set.
    #[must_use]
    pub fn resizing_type(&self) -> ResizingType {
        self.resizing_type.unwrap_or(ResizingType::Fit)
    }

    /// The resampling filter; `lanczos3` unless set.
    #[must_use]
    pub fn resizing_algorithm(&self) -> ResizingAlgorithm {
        self.resizing_algorithm
            .unwrap_or(ResizingAlgorithm::Lanczos3)
    }

    /// Requested width before `dpr`; 0 follows from the height.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width.unwrap_or(0)
    }

    /// Requested height before `dpr`; 0 follows from the width.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height.unwrap_or(0)
    }

    /// Smallest width; 0 is off.
    #[must_use]
    pub fn min_width(&self) -> u32 {
        self.min_width.unwrap_or(0)
    }

    /// Smallest height; 0 is off.
    #[must_use]
    pub fn min_height(&self) -> u32 {
        self.min_height.unwrap_or(0)
    }

    /// Both zoom factors; 1 unless set.
    #[must_use]
    pub fn zoom(&self) -> Zoom {
        Zoom {
            width: self.zoom_width.unwrap_or(1.0),
            height: self.zoom_height.unwrap_or(1.0),
        }
    }

    /// Device pixel ratio; 1 unless set.
    #[must_use]
    pub fn dpr(&self) -> f64 {
        self.dpr.unwrap_or(1.0)
    }

    /// Whether results may exceed the source size.
    #[must_use]
    pub fn enlarge(&self) -> bool {
        self.enlarge.unwrap_or(false)
    }

    /// Where content sits if the frame grows to the requested box.
    #[must_use]
    pub fn extend(&self) -> Option<Gravity> {
        self.extend.resolve()
    }

    /// Where content sits if the frame grows to the ratio of the requested box.
    #[must_use]
    pub fn extend_aspect_ratio(&self) -> Option<Gravity> {
        self.extend_aspect_ratio.resolve()
    }

    /// What is kept when cutting; the middle unless set.
    #[must_use]
    pub fn gravity(&self) -> Gravity {
        self.gravity.resolve(GravityKind::Center)
    }

    /// Gravity of `crop`, or of the whole pipeline (kind and offsets) if that has no kind.
    #[must_use]
    pub fn crop_gravity(&self) -> Gravity {
        match self.crop.gravity.kind {
            Some(kind) => self.crop.gravity.resolve(kind),
            None => self.gravity(),
        }
    }

    /// The trim in effect.
    #[must_use]
    pub fn trim(&self) -> Option<Trim> {
        self.trim.resolve()
    }

    /// The paddings in effect, before `dpr`.
    #[must_use]
    pub fn padding(&self) -> Padding {
        self.padding.resolve()
    }

    /// The rotation as 0, 90, 180 or 270 clockwise degrees.
    #[must_use]
    pub fn rotation(&self) -> u16 {
        let degrees = self.rotate.unwrap_or(0).rem_euclid(360);
        u16::try_from(degrees / 90 * 90).unwrap_or(0)
    }

    /// Sigma of the blur; 0 is off.
    #[must_use]
    pub fn blur(&self) -> f64 {
        self.blur.unwrap_or(0.0)
    }

    /// Sigma of the sharpening; 0 is off.
    #[must_use]
    pub fn sharpen(&self) -> f64 {
        self.sharpen.unwrap_or(0.0)
    }

    /// Side of the blocks; 1 is off.
    #[must_use]
    pub fn pixelate(&self) -> u32 {
        self.pixelate.unwrap_or(1).max(1)
    }

    /// Opacity of the background; 1 unless set.
    #[must_use]
    pub fn background_alpha(&self) -> f64 {
        self.background_alpha.unwrap_or(1.0)
    }

    /// The watermark in effect.
    #[must_use]
    pub fn watermark(&self) -> Option<Watermark> {
        self.watermark.resolve()
    }

    /// Whether the ellipse that touches all sides is cut out.
    #[must_use]
    pub fn px_ellipse(&self) -> bool {
        self.px_ellipse.unwrap_or(false)
    }

    /// Whether a shape is cut out, so that the rest becomes transparent.
    #[must_use]
    pub fn is_masked(&self) -> bool {
        let has_picture = self.px_mask.as_ref().is_some_and(|url| !url.is_empty());
        has_picture || self.px_ellipse() || self.px_round.resolve().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::PipelineOptions;
    use crate::{Gravity, GravityKind};

    #[test]
    fn crop_takes_kind_and_offsets_from_gravity_unless_it_has_its_own_kind() {
        let mut options = PipelineOptions::default();
        options.gravity.kind = Some(GravityKind::North);
        options.gravity.x_offset = Some(10.0);
        options.crop.gravity.y_offset = Some(3.0);
        let north = Gravity {
            kind: GravityKind::North,
            x: 10.0,
            y: 0.0,
        };
        assert_eq!(options.crop_gravity(), north);
        options.crop.gravity.kind = Some(GravityKind::South);
        let south = Gravity {
            kind: GravityKind::South,
            x: 0.0,
            y: 3.0,
        };
        assert_eq!(options.crop_gravity(), south);
    }

    #[test]
    fn any_multiple_of_90_becomes_a_rotation() {
        for (rotate, rotation) in [(-90, 270), (0, 0), (450, 90), (-360, 0), (-270, 90)] {
            let options = PipelineOptions {
                rotate: Some(rotate),
                ..PipelineOptions::default()
            };
            assert_eq!(options.rotation(), rotation, "{rotate}");
        }
    }
}
