//! The same pixels in fewer bits.

use super::survey::{Key, Survey};
use crate::error::grow;
use crate::{ColorType, Error, Header};

/// Pixels in one of the ways in which PNG can hold them.
#[derive(Debug, Clone)]
pub(crate) struct Form {
    pub(crate) header: Header,
    /// Red, green, blue of each entry.
    pub(crate) palette: Vec<u8>,
    /// Content of `tRNS`.
    pub(crate) transparency: Vec<u8>,
    /// Rows without filters.
    pub(crate) rows: Vec<u8>,
}

impl Form {
    /// Bytes of the chunks that this form needs beside the pixels.
    pub(crate) fn chunk_bytes(&self) -> usize {
        let of = |content: &[u8]| {
            if content.is_empty() {
                0
            } else {
                content.len() + 12
            }
        };
        of(&self.palette) + of(&self.transparency)
    }
}

/// The forms that are worth trying, none of them larger than the pixels as they are.
///
/// - `rows`: the whole image, as `header` says.
/// - `survey`: has seen all rows.
pub(crate) fn forms(header: Header, survey: &Survey, rows: Vec<u8>) -> Result<Vec<Form>, Error> {
    if header.depth == 16 && survey.is_narrow {
        let header = Header { depth: 8, ..header };
        let narrow = narrow(&rows)?;
        drop(rows);
        let mut again = Survey::new(&header);
        again.add(&narrow);
        again.has_palette = survey.has_palette;
        again.is_grey &= survey.is_grey;
        return forms(header, &again, narrow);
    }
    let mut forms = Vec::new();
    if let Some(form) = palette_form(header, survey, &rows)? {
        forms.push(form);
    }
    forms.push(direct_form(header, survey, rows)?);
    Ok(forms)
}

/// The first byte of each pair.
fn narrow(rows: &[u8]) -> Result<Vec<u8>, Error> {
    let mut narrow = Vec::new();
    grow(&mut narrow, rows.len() / 2)?;
    narrow.extend(rows.as_chunks::<2>().0.iter().map(|pair| pair[0]));
    Ok(narrow)
}

/// Without palette: grey if all pixels are, without alpha if none needs it, with few bits for black
/// and white and what is evenly between.
fn direct_form(header: Header, survey: &Survey, rows: Vec<u8>) -> Result<Form, Error> {
    let samples = header.color.samples();
    let key = key(header, survey, &rows);
    let keeps_alpha = header.color.has_alpha() && !survey.is_opaque && key.is_none();
    let is_grey = samples < 3 || survey.is_grey;
    let color = match (is_grey, keeps_alpha) {
        (true, false) => ColorType::Grey,
        (true, true) => ColorType::GreyAlpha,
        (false, false) => ColorType::Rgb,
        (false, true) => ColorType::Rgba,
    };
    let depth = match (&survey.colors, color) {
        (Some(colors), ColorType::Grey) => grey_depth(colors.list()),
        _ => header.depth,
    };
    let header = Header {
        color,
        depth,
        ..header
    };
    let transparency = key.map_or_else(Vec::new, |[r, g, b]| match color {
        ColorType::Grey => vec![0, if depth < 8 { r >> (8 - depth) } else { r }],
        _ => vec![0, r, 0, g, 0, b],
    });
    let rows = if color.samples() == samples && depth == header.depth && depth >= 8 {
        rows
    } else {
        picked(&header, &rows, samples)?
    };
    Ok(Form {
        header,
        palette: Vec::new(),
        transparency,
        rows,
    })
}

/// The colour that alone is transparent, if no opaque pixel has it.
fn key(header: Header, survey: &Survey, rows: &[u8]) -> Option<[u8; 3]> {
    let Key::Color(key) = survey.key else {
        return None;
    };
    let is_free = match header.color {
        ColorType::Rgba => !has_pixel(rows, [key[0], key[1], key[2], 255]),
        ColorType::GreyAlpha => !has_pixel(rows, [key[0], 255]),
        _ => false,
    };
    is_free.then_some(key)
}

fn has_pixel<const N: usize>(rows: &[u8], pixel: [u8; N]) -> bool {
    rows.as_chunks::<N>().0.contains(&pixel)
}

/// The fewest bits that hold all grey values.
fn grey_depth(colors: &[[u8; 4]]) -> u8 {
    let fits = |depth: u8| {
        let step = 255 / ((1_u16 << depth) - 1);
        colors.iter().all(|color| u16::from(color[0]) % step == 0)
    };
    [1, 2, 4]
        .into_iter()
        .find(|depth| fits(*depth))
        .unwrap_or(8)
}

/// The samples that are kept, in as many bits as the header says.
fn picked(header: &Header, rows: &[u8], samples: usize) -> Result<Vec<u8>, Error> {
    let width = if header.depth == 16 { 2 } else { 1 };
    let kept: &[usize] = match (samples, header.color.samples()) {
        (_, 1) => &[0],
        (2, 2) => &[0, 1],
        (4, 2) => &[0, 3],
        (_, 3) => &[0, 1, 2],
        _ => &[0, 1, 2, 3],
    };
    let mut out = Vec::new();
    if header.depth < 8 {
        let values = rows
            .chunks_exact(samples)
            .map(|pixel| pixel[0] >> (8 - header.depth));
        return packed(header, values);
    }
    grow(&mut out, rows.len() / samples * kept.len())?;
    for pixel in rows.chunks_exact(samples * width) {
        for sample in kept {
            out.extend_from_slice(&pixel[sample * width..(sample + 1) * width]);
        }
    }
    Ok(out)
}

/// Values of fewer than eight bits, packed row by row, first into the highest bits.
pub(crate) fn packed(header: &Header, values: impl Iterator<Item = u8>) -> Result<Vec<u8>, Error> {
    let depth = u32::from(header.depth);
    let mut out = Vec::new();
    grow(&mut out, header.row_bytes() * header.height as usize)?;
    let (mut byte, mut bits, mut x) = (0_u8, 0, 0);
    for value in values {
        byte |= value << (8 - depth - bits);
        bits += depth;
        x += 1;
        if bits == 8 || x == header.width {
            out.push(byte);
            (byte, bits) = (0, 0);
        }
        if x == header.width {
            x = 0;
        }
    }
    Ok(out)
}

/// Indices into a palette whose see-through entries come first; none for too many colours, and for
/// grey that has no use for it.
fn palette_form(header: Header, survey: &Survey, rows: &[u8]) -> Result<Option<Form>, Error> {
    let Some(colors) = survey.colors.as_ref().filter(|_| survey.has_palette) else {
        return Ok(None);
    };
    let list = colors.list();
    let is_grey = survey.is_grey || header.color.samples() < 3;
    let depth = index_depth(list.len());
    if is_grey && survey.is_opaque && depth >= grey_depth(list) {
        return Ok(None);
    }
    let mut order: Vec<usize> = (0..list.len()).collect();
    let brightness = |[r, g, b, _]: [u8; 4]| 2 * u16::from(r) + 4 * u16::from(g) + u16::from(b);
    order.sort_by_key(|i| (list[*i][3], brightness(list[*i]), list[*i]));
    let mut rank = vec![0_u8; list.len()];
    for (new, old) in (0_u8..=255).zip(&order) {
        rank[*old] = new;
    }
    let sorted = || order.iter().map(|i| list[*i]);
    let header = Header {
        color: ColorType::Palette,
        depth,
        ..header
    };
    let samples = rows.len() / (header.width as usize * header.height as usize).max(1);
    let mut colors = colors.clone();
    let indices = rows.chunks_exact(samples.max(1)).map(|pixel| {
        let number = colors.number(rgba(pixel)).unwrap_or_default();
        rank.get(usize::from(number)).copied().unwrap_or_default()
    });
    Ok(Some(Form {
        header,
        palette: sorted().flat_map(|[r, g, b, _]| [r, g, b]).collect(),
        transparency: sorted()
            .map(|color| color[3])
            .take_while(|a| *a < 255)
            .collect(),
        rows: packed(&header, indices)?,
    }))
}

fn rgba(pixel: &[u8]) -> [u8; 4] {
    match *pixel {
        [v] => [v, v, v, 255],
        [v, a] => [v, v, v, a],
        [r, g, b] => [r, g, b, 255],
        [r, g, b, a, ..] => [r, g, b, a],
        [] => [0; 4],
    }
}

/// Bits of indices below a count.
pub(crate) const fn index_depth(count: usize) -> u8 {
    match count {
        0..=2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        _ => 8,
    }
}
