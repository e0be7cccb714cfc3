//! What the properties of a HEIF item say (ISO/IEC 23008-12, section 6.5).

use super::boxes::Fields;
use super::coded::Coded;

/// An item of the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Item<'a> {
    pub(super) id: u32,
    pub(super) kind: [u8; 4],
    /// Where its data lies: in the `idat` box, or else in the file.
    pub(super) is_in_idat: bool,
    /// Offset and length of each piece of data.
    pub(super) extents: Vec<(u64, u64)>,
    /// The coded size, where no property says it.
    pub(super) own_size: Option<(u32, u32)>,
    /// Its properties in order, name and content.
    pub(super) properties: Vec<(&'a [u8; 4], &'a [u8])>,
}

/// A step between the coded and the displayed picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transformation {
    /// Left, top, width, height.
    Crop([u32; 4]),
    /// Quarter turns against the clock, 1 to 3.
    Turn(u8),
    /// Top and bottom change places if 0, left and right if 1.
    Mirror(u8),
}

/// Colour as code points (ITU-T H.273).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CodePoints {
    pub(super) primaries: u16,
    pub(super) transfer: u16,
    pub(super) matrix: u16,
    pub(super) is_full_range: bool,
}

impl<'a> Item<'a> {
    fn property(&self, wanted: &[u8; 4]) -> Option<Fields<'a>> {
        let found = self.properties.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, content)| Fields(content))
    }

    /// Takes turns and a profile from another item if there are none here.
    pub(super) fn inherit(&mut self, main: &Self) {
        let turns = |name: &[u8; 4]| matches!(name, b"irot" | b"imir");
        let has_turn = self.properties.iter().any(|(name, _)| turns(name));
        let has_profile = self.profile().is_some();
        let inherited = main.properties.iter().filter(|(name, content)| {
            let is_profile = *name == b"colr" && !content.starts_with(b"nclx");
            turns(name) && !has_turn || is_profile && !has_profile
        });
        self.properties.extend(inherited.copied());
    }

    /// The coded size.
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        if self.own_size.is_some() {
            return self.own_size;
        }
        let mut fields = self.property(b"ispe")?;
        fields.version()?;
        let (width, height) = (fields.u32()?, fields.u32()?);
        (width > 0 && height > 0).then_some((width, height))
    }

    /// Pixels that are coded for it, sides rounded up to whole blocks.
    pub(super) fn coded_pixels(&self) -> Option<u64> {
        let (width, height) = self.size()?;
        let side = |side: u32| u64::from(side).next_multiple_of(LARGEST_BLOCK);
        Some(side(width) * side(height))
    }

    /// Bytes that its decoder takes.
    ///
    /// - `coded`: what its data says, if it is AV1 that can be read.
    pub(super) fn decoder_bytes(&self, coded: Option<Coded>) -> Option<u64> {
        let half_planes = match (self.is_monochrome(), self.halves_chroma()) {
            (true, _) => 2,
            (false, (true, true)) => 3,
            (false, (true, false)) => 4,
            (false, _) => 6,
        };
        let pixels = self.coded_pixels()?;
        Some(match (self.hevc(), coded) {
            // Samples of 32 bits, twice where they are cropped; flags, blocks and copies of data.
            (Some(_), _) => pixels.saturating_mul(4 * half_planes + 5),
            (None, Some(coded)) => coded.decoder_bytes(pixels),
            // Nothing comes of data without a header.
            (None, None) => pixels,
        })
    }

    /// The size after all transformations.
    pub(super) fn displayed_size(&self) -> Option<(u32, u32)> {
        let mut size = self.size()?;
        for step in self.transformations()? {
            size = match step {
                Transformation::Crop([_, _, width, height]) => (width, height),
                Transformation::Turn(1 | 3) => (size.1, size.0),
                Transformation::Turn(_) | Transformation::Mirror(_) => size,
            };
        }
        Some(size)
    }

    /// The steps in the order of the properties; none at all if one makes no sense.
    pub(super) fn transformations(&self) -> Option<Vec<Transformation>> {
        let mut steps = Vec::new();
        let mut size = self.size()?;
        for (name, content) in &self.properties {
            let first = content.first().copied().unwrap_or_default();
            match *name {
                b"clap" => {
                    let area = clean_aperture(Fields(content), size)?;
                    size = (area[2], area[3]);
                    steps.push(Transformation::Crop(area));
                }
                b"irot" if first & 3 != 0 => {
                    if first & 1 == 1 {
                        size = (size.1, size.0);
                    }
                    steps.push(Transformation::Turn(first & 3));
                }
                b"imir" => steps.push(Transformation::Mirror(first & 1)),
                _ => {}
            }
        }
        Some(steps)
    }

    /// The content of `hvcC`, for pictures that are HEVC.
    pub(super) fn hevc(&self) -> Option<&'a [u8]> {
        self.property(b"hvcC").map(|fields| fields.0)
    }

    /// What `hvcC` says of the chroma format and the depth of luma (ISO/IEC 14496-15, 8.3.3.1).
    fn hevc_format(&self) -> Option<(u8, u8)> {
        let hevc = self.hevc()?;
        Some((hevc.get(16)? & 3, (hevc.get(17)? & 7) + 8))
    }

    /// Bits per channel: 8 to 16.
    pub(super) fn bits(&self) -> u8 {
        if let Some((_, bits)) = self.hevc_format() {
            return bits;
        }
        let flags = self.configuration();
        match (flags & 0x40 != 0, flags & 0x20 != 0) {
            (false, _) => 8,
            (true, false) => 10,
            (true, true) => 12,
        }
    }

    pub(super) fn is_monochrome(&self) -> bool {
        if let Some((chroma, _)) = self.hevc_format() {
            return chroma == 0;
        }
        self.configuration() & 0x10 != 0
    }

    /// Whether chroma is halved horizontally and vertically.
    pub(super) fn halves_chroma(&self) -> (bool, bool) {
        if let Some((chroma, _)) = self.hevc_format() {
            return (matches!(chroma, 1 | 2), chroma == 1);
        }
        let flags = self.configuration();
        (flags & 0x08 != 0, flags & 0x04 != 0)
    }

    /// The third byte of `av1C` (AV1 in ISOBMFF, section 2.3.3).
    fn configuration(&self) -> u8 {
        let content = self.property(b"av1C");
        content
            .and_then(|fields| fields.0.get(2).copied())
            .unwrap_or(0x0C)
    }

    pub(super) fn profile(&self) -> Option<&'a [u8]> {
        let mut all = self.properties.iter().filter(|(name, _)| *name == b"colr");
        all.find_map(|(_, content)| {
            let (kind, profile) = content.split_at_checked(4)?;
            matches!(kind, b"prof" | b"rICC").then_some(profile)
        })
    }

    pub(super) fn code_points(&self) -> Option<CodePoints> {
        let mut all = self.properties.iter().filter(|(name, _)| *name == b"colr");
        all.find_map(|(_, content)| {
            let mut fields = Fields(content.strip_prefix(b"nclx")?);
            Some(CodePoints {
                primaries: fields.u16()?,
                transfer: fields.u16()?,
                matrix: fields.u16()?,
                is_full_range: fields.u8()? & 0x80 != 0,
            })
        })
    }

    pub(super) fn is_alpha(&self) -> bool {
        self.property(b"auxC").is_some_and(|fields| {
            let name = fields.0.get(4..).unwrap_or_default();
            ALPHA_NAMES.iter().any(|alpha| name.starts_with(alpha))
        })
    }
}

/// A crop in whole pixels from the fractions of a `clap` property; none if it leaves the picture.
fn clean_aperture(mut fields: Fields<'_>, (width, height): (u32, u32)) -> Option<[u32; 4]> {
    let mut next = || {
        Some((
            i64::from(fields.u32()?.cast_signed()),
            i64::from(fields.u32()?),
        ))
    };
    let (wide, high, right, down) = (next()?, next()?, next()?, next()?);
    let side = |(n, d): (i64, i64)| u32::try_from(n.checked_div(d)?).ok();
    let start = |full: u32, kept: u32, (n, d): (i64, i64)| {
        let d = i64::from(u32::try_from(d).ok()?.cast_signed());
        let twice = (i64::from(full) - i64::from(kept)).checked_add(2 * n.checked_div(d)?)?;
        let start = u32::try_from(twice.div_euclid(2)).ok()?;
        (start.checked_add(kept)? <= full && kept > 0).then_some(start)
    };
    let (kept_width, kept_height) = (side(wide)?, side(high)?);
    let left = start(width, kept_width, right)?;
    let top = start(height, kept_height, down)?;
    Some([left, top, kept_width, kept_height])
}

/// Sides of coded pictures are multiples of blocks, at most of this size.
const LARGEST_BLOCK: u64 = 128;
const ALPHA_NAMES: [&[u8]; 2] = [
    b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha",
    b"urn:mpeg:hevc:2015:auxid:1",
];
