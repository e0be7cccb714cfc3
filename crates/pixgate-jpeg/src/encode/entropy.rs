//! Coding in one scan.

use super::Entropy;
use super::blocks::{Component, Picture};
use super::fdct::Block;
use super::optimal::Code;
use super::segments::{write_code, write_restart_interval, write_scan};
use super::tokens::Tokens;
use crate::Error;
use crate::standard::{AC_CHROMA, AC_LUMA, DC_CHROMA, DC_LUMA};

/// Writes tables and the only scan.
#[inline(always)]
pub(crate) fn write(
    file: &mut Vec<u8>,
    picture: &Picture,
    entropy: Entropy,
    interval: u16,
) -> Result<(), Error> {
    let mut tokens = Tokens::new();
    tokens.reserve(picture.components.iter().map(Component::symbols).sum());
    list_units(picture, interval, &mut tokens);
    let codes = if entropy == Entropy::Typical {
        [&DC_LUMA, &AC_LUMA, &DC_CHROMA, &AC_CHROMA].map(Code::typical)
    } else {
        tokens.optimal_codes()
    };
    for (slot, code) in [0x00, 0x10, 0x01, 0x11]
        .iter()
        .zip(&codes)
        .take(2 * picture.tables())
    {
        write_code(file, *slot, code);
    }
    write_restart_interval(file, interval);
    let components: Vec<_> = (0..)
        .zip(&picture.components)
        .map(|(number, component)| (number, component.table * 0x11))
        .collect();
    write_scan(file, &components, (0, 63), (0, 0));
    tokens.write(file, &codes, false)
}

#[inline(always)]
fn list_units(picture: &Picture, interval: u16, tokens: &mut Tokens) {
    let mut predictions = [0; 4];
    let mut left = interval;
    for y in 0..picture.units.1 {
        for x in 0..picture.units.0 {
            if interval > 0 && left == 0 {
                tokens.restart();
                left = interval;
                predictions = [0; 4];
            }
            left = left.wrapping_sub(1);
            for (component, prediction) in picture.components.iter().zip(&mut predictions) {
                list_unit(component, (x, y), prediction, tokens);
            }
        }
    }
}

/// The blocks of one component.
#[inline(always)]
fn list_unit(
    component: &Component,
    unit: (usize, usize),
    prediction: &mut i32,
    tokens: &mut Tokens,
) {
    let table = u32::from(component.table) * 2;
    for block in component.unit_blocks(unit) {
        let dc = i32::from(block.values[0]);
        tokens.put_value(table, 0, dc - *prediction);
        *prediction = dc;
        list_ac(block, table + 1, tokens);
    }
}

#[inline(always)]
fn list_ac(block: &Block, table: u32, tokens: &mut Tokens) {
    let mut rest = block.nonzero & !1;
    let mut next = 1;
    while rest != 0 {
        let at = rest.trailing_zeros();
        rest &= rest - 1;
        let mut run = at - next;
        while run > 15 {
            tokens.put(table, 0xf0, 0);
            run -= 16;
        }
        let value = block.values[(at & 63) as usize];
        tokens.put_value(table, run, i32::from(value));
        next = at + 1;
    }
    if next < 64 {
        tokens.put(table, 0x00, 0);
    }
}
