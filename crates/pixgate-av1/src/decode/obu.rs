//! Open bitstream units (section 5.3).

use super::error::DecodeError;

/// One unit.
#[derive(Clone, Copy, Debug)]
pub(super) struct Obu<'a> {
    /// `obu_type`.
    pub(super) kind: u8,
    /// `temporal_id` and `spatial_id`, if there is an extension.
    pub(super) layer: Option<(u8, u8)>,
    /// Without header.
    pub(super) payload: &'a [u8],
}

pub(super) const SEQUENCE_HEADER: u8 = 1;
pub(super) const TEMPORAL_DELIMITER: u8 = 2;
pub(super) const FRAME_HEADER: u8 = 3;
pub(super) const TILE_GROUP: u8 = 4;
pub(super) const FRAME: u8 = 6;
pub(super) const REDUNDANT_FRAME_HEADER: u8 = 7;

impl Obu<'_> {
    /// Whether the unit belongs to layers of an operating point.
    ///
    /// - `operating_point`: `operating_point_idc`.
    pub(super) fn is_in(&self, operating_point: u32) -> bool {
        let always = matches!(self.kind, SEQUENCE_HEADER | TEMPORAL_DELIMITER);
        let Some((temporal, spatial)) = self.layer else {
            return true;
        };
        let in_temporal = operating_point >> temporal & 1 == 1;
        let in_spatial = operating_point >> (spatial + 8) & 1 == 1;
        always || operating_point == 0 || (in_temporal && in_spatial)
    }
}

/// Takes the first unit off `data`; none at the end.
pub(super) fn next<'a>(data: &mut &'a [u8]) -> Result<Option<Obu<'a>>, DecodeError> {
    let Some((&header, mut rest)) = data.split_first() else {
        return Ok(None);
    };
    if header & 0x80 != 0 {
        return Err(DecodeError::Invalid("forbidden bit of a unit"));
    }
    let mut layer = None;
    if header & 4 != 0 {
        let (&extension, after) = rest.split_first().ok_or(DecodeError::Truncated)?;
        layer = Some((extension >> 5, extension >> 3 & 3));
        rest = after;
    }
    let size = if header & 2 != 0 {
        leb128(&mut rest)?
    } else {
        rest.len()
    };
    let (payload, after) = rest.split_at_checked(size).ok_or(DecodeError::Truncated)?;
    *data = after;
    Ok(Some(Obu {
        kind: header >> 3 & 15,
        layer,
        payload,
    }))
}

/// A number in groups of seven bits, lowest first (section 4.10.5).
fn leb128(data: &mut &[u8]) -> Result<usize, DecodeError> {
    let mut value = 0u64;
    for place in 0..8 {
        let (&byte, rest) = data.split_first().ok_or(DecodeError::Truncated)?;
        *data = rest;
        value |= u64::from(byte & 0x7F) << (7 * place);
        if byte & 0x80 == 0 {
            let size = u32::try_from(value).map_err(|_| DecodeError::Invalid("size of a unit"))?;
            return usize::try_from(size).map_err(|_| DecodeError::Invalid("size of a unit"));
        }
    }
    Err(DecodeError::Invalid("size of a unit"))
}
