//! Colours that are stored as differences from each other.

use super::narrow::low8;

/// How much of one channel goes into another, in 1/32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Multipliers {
    pub(crate) green_to_red: i8,
    pub(crate) green_to_blue: i8,
    pub(crate) red_to_blue: i8,
}

impl Multipliers {
    /// As a pixel of the picture that holds them.
    pub(crate) const fn to_argb(self) -> u32 {
        u32::from_le_bytes([
            self.green_to_red.cast_unsigned(),
            self.green_to_blue.cast_unsigned(),
            self.red_to_blue.cast_unsigned(),
            0xFF,
        ])
    }

    pub(crate) const fn from_argb(argb: u32) -> Self {
        let bytes = argb.to_le_bytes();
        Self {
            green_to_red: bytes[0].cast_signed(),
            green_to_blue: bytes[1].cast_signed(),
            red_to_blue: bytes[2].cast_signed(),
        }
    }
}

/// A channel as a signed number, in 32 bits.
#[inline(always)]
const fn signed(argb: u32, shift: u32) -> i32 {
    (argb << (24 - shift)).cast_signed() >> 24
}

/// Undoes [`separate`].
#[inline(always)]
pub(crate) fn join(multipliers: Multipliers, row: &mut [u32]) {
    let to_red = i32::from(multipliers.green_to_red);
    let to_blue = i32::from(multipliers.green_to_blue);
    let red_to_blue = i32::from(multipliers.red_to_blue);
    for pixel in row {
        let green = signed(*pixel, 8);
        let red = (*pixel >> 16).wrapping_add(((to_red * green) >> 5).cast_unsigned()) & 0xFF;
        let red_signed = signed(red, 0);
        let blue = (*pixel)
            .wrapping_add(((to_blue * green) >> 5).cast_unsigned())
            .wrapping_add(((red_to_blue * red_signed) >> 5).cast_unsigned());
        *pixel = (*pixel & 0xFF00_FF00) | red << 16 | (blue & 0xFF);
    }
}

/// Takes what green says out of red, and what both say out of blue.
#[inline(always)]
pub(crate) fn separate(multipliers: Multipliers, row: &mut [u32]) {
    let to_red = i32::from(multipliers.green_to_red);
    let to_blue = i32::from(multipliers.green_to_blue);
    let red_to_blue = i32::from(multipliers.red_to_blue);
    for pixel in row {
        let green = signed(*pixel, 8);
        let red_signed = signed(*pixel, 16);
        let red = (*pixel >> 16).wrapping_sub(((to_red * green) >> 5).cast_unsigned()) & 0xFF;
        let blue = (*pixel)
            .wrapping_sub(((to_blue * green) >> 5).cast_unsigned())
            .wrapping_sub(((red_to_blue * red_signed) >> 5).cast_unsigned());
        *pixel = (*pixel & 0xFF00_FF00) | red << 16 | (blue & 0xFF);
    }
}

/// Adds green to red and blue.
#[inline(always)]
pub(crate) fn add_green(row: &mut [u32]) {
    for pixel in row {
        let green = *pixel >> 8 & 0xFF;
        let others = (*pixel & 0x00FF_00FF) + (green | green << 16);
        *pixel = (*pixel & 0xFF00_FF00) | (others & 0x00FF_00FF);
    }
}

/// Subtracts green from red and blue.
#[inline(always)]
pub(crate) fn subtract_green(row: &mut [u32]) {
    for pixel in row {
        let green = *pixel >> 8 & 0xFF;
        let others = (*pixel | 0xFF00_FF00).wrapping_sub(green | green << 16);
        *pixel = (*pixel & 0xFF00_FF00) | (others & 0x00FF_00FF);
    }
}

/// Pixels as bytes of red, green, blue and alpha.
#[inline(always)]
pub(crate) fn to_rgba(row: &[u32], out: &mut [u8]) {
    for (pixel, out) in row.iter().zip(out.as_chunks_mut::<4>().0) {
        *out = pixel.rotate_left(8).to_be_bytes();
    }
}

/// Pixels as bytes of red, green and blue.
#[inline(always)]
pub(crate) fn to_rgb(row: &[u32], out: &mut [u8]) {
    for (pixel, out) in row.iter().zip(out.as_chunks_mut::<3>().0) {
        let [_, red, green, blue] = pixel.to_be_bytes();
        *out = [red, green, blue];
    }
}

/// Green, which alpha planes are coded as.
#[inline(always)]
pub(crate) fn to_green(row: &[u32], out: &mut [u8]) {
    for (pixel, out) in row.iter().zip(out) {
        *out = low8(pixel >> 8);
    }
}
