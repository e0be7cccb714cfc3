//! Brightness, contrast, saturation, monochrome and duotone, in one pass.

use std::fmt;
use std::sync::{Arc, OnceLock};

use pixgate_options::{MonochromeOptions, PipelineOptions, Rgb};
use pixgate_raster::filter::Recoloring;
use pixgate_raster::{Image, Layout};

use super::color_filter;
use super::flatten::hex;
use super::operation::Operation;
use super::row_filter::{RowFilter, RowPlace};
use super::samples_of;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Changing colours, pixel by pixel.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Recolor {
    /// Added to every channel, −255 to 255.
    pub brightness: i32,
    /// Factor of the distance from middle grey.
    pub contrast: f64,
    /// Factor of chroma.
    pub saturation: f64,
    /// Intensity, 0 to 1, and the colour whose shades are mixed in.
    pub monochrome: (f64, Rgb),
    /// Intensity, 0 to 1, and the colours in place of black and white.
    pub duotone: (f64, Rgb, Rgb),
    tables: Tables,
}

/// Tables that are made when the first pixel comes; they follow from the rest.
#[derive(Debug, Clone, Default)]
struct Tables(Arc<OnceLock<Recoloring>>);

impl PartialEq for Tables {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Recolor {
    pub(crate) fn plan(_: &mut State<'_>, pipeline: &Pipeline<'_>) -> Result<Option<Self>, Error> {
        let step = Self::of(pipeline.options);
        let changes =
            step.adjusts() || step.saturates() || step.monochrome.0 > 0.0 || step.duotone.0 > 0.0;
        Ok(changes.then_some(step))
    }

    fn of(options: &PipelineOptions) -> Self {
        let (mono, duo) = (&options.monochrome, &options.duotone);
        Self {
            brightness: options.brightness.unwrap_or(0),
            contrast: options.contrast.unwrap_or(1.0),
            saturation: options.saturation.unwrap_or(1.0),
            monochrome: (
                mono.intensity.unwrap_or(0.0),
                mono.color.unwrap_or(MonochromeOptions::DEFAULT_COLOR),
            ),
            duotone: (
                duo.intensity.unwrap_or(0.0),
                duo.color1.unwrap_or(Rgb::BLACK),
                duo.color2.unwrap_or(Rgb::WHITE),
            ),
            tables: Tables::default(),
        }
    }

    fn adjusts(&self) -> bool {
        self.brightness != 0 || (self.contrast - 1.0).abs() > 0.0
    }

    fn saturates(&self) -> bool {
        (self.saturation - 1.0).abs() > 0.0
    }

    fn recoloring(&self) -> &Recoloring {
        self.tables.0.get_or_init(|| {
            let mut made = Recoloring::new();
            if self.adjusts() {
                made = made.adjusted(self.brightness.into(), self.contrast);
            }
            if self.saturates() {
                made = made.saturated(self.saturation);
            }
            let (intensity, color) = self.monochrome;
            if intensity > 0.0 {
                made = made.monochrome(intensity, samples_of(color));
            }
            let (intensity, dark, light) = self.duotone;
            if intensity > 0.0 {
                made = made.duotone(intensity, samples_of(dark), samples_of(light));
            }
            made
        })
    }
}

impl Operation for Recolor {
    fn layout_after(&self, layout: Layout) -> Layout {
        color_filter::colored(layout)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        color_filter::converting_bytes(layout)
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let all = RowPlace::whole(image.layout());
        self.filter(image, all)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.brightness != 0 {
            parts.push(format!("brightness {:+}", self.brightness));
        }
        if (self.contrast - 1.0).abs() > 0.0 {
            parts.push(format!("contrast {}", self.contrast));
        }
        if self.saturates() {
            parts.push(format!("saturation {}", self.saturation));
        }
        let (intensity, color) = self.monochrome;
        if intensity > 0.0 {
            parts.push(format!("shades of {}, {intensity}", hex(color)));
        }
        let (intensity, dark, light) = self.duotone;
        if intensity > 0.0 {
            let (dark, light) = (hex(dark), hex(light));
            parts.push(format!("{dark} to {light}, {intensity}"));
        }
        write!(f, "recolor: {}", parts.join("; "))
    }

    fn row_filter(&self) -> Option<&dyn RowFilter> {
        Some(self)
    }
}

impl RowFilter for Recolor {
    fn filter(&self, rows: Image, _: RowPlace) -> Result<Image, Error> {
        let mut rows = color_filter::converted(rows)?;
        self.recoloring().apply(&mut rows)?;
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_it_changes() {
        let mut options = PipelineOptions::default();
        options.brightness = Some(-20);
        options.saturation = Some(0.5);
        options.monochrome.intensity = Some(0.3);
        let step = crate::Step::Recolor(Recolor::of(&options));
        let said = "recolor: brightness -20; saturation 0.5; shades of #b3b3b3, 0.3";
        assert_eq!(step.to_string(), said);
    }

    #[test]
    fn steps_are_equal_whether_they_have_run_or_not() {
        let mut options = PipelineOptions::default();
        options.contrast = Some(2.0);
        let (one, other) = (Recolor::of(&options), Recolor::of(&options));
        one.recoloring();
        assert_eq!(one, other);
    }
}
