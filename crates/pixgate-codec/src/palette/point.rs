//! Colours as points of a space in which distances are about as large as they look.

/// Red, green and blue times alpha, and alpha, each stretched by the root of its weight.
pub(super) type Point = [f32; 4];

pub(super) fn point(color: [u8; 4]) -> Point {
    let [r, g, b, a] = color.map(f32::from);
    let opacity = a / 255.0;
    [
        r * opacity * STRETCH[0],
        g * opacity * STRETCH[1],
        b * opacity * STRETCH[2],
        a * STRETCH[3],
    ]
}

pub(super) fn color(point: Point) -> [u8; 4] {
    let alpha = byte(point[3] / STRETCH[3]);
    if alpha == 0 {
        return [0; 4];
    }
    let opacity = f32::from(alpha) / 255.0;
    let channel = |i: usize| byte(point[i] / STRETCH[i] / opacity);
    [channel(0), channel(1), channel(2), alpha]
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped"
)]
fn byte(value: f32) -> u8 {
    (value + 0.5).clamp(0.0, 255.0) as u8
}

/// Squared distance.
pub(super) fn distance(a: Point, b: Point) -> f32 {
    let mut sum = 0.0;
    for i in 0..4 {
        let difference = a[i] - b[i];
        sum += difference * difference;
    }
    sum
}

/// Roots of the weights 0.5, 1, 0.3 and 1.
pub(super) const STRETCH: Point = [0.707, 1.0, 0.548, 1.0];
/// The squared distance of colours that differ by 1 in each of red, green and blue.
pub(super) const UNIT: f32 = 1.8;
