//! CSS in drawings: cut into tokens as browsers do, and worked out for each element.

pub(super) mod cascade;
mod color;
mod font;
pub(super) mod math;
pub(super) mod parse;
mod property;
pub(super) mod selector;
pub(super) mod sheet;
pub(super) mod tokens;
mod transform;
mod value;
mod variables;
pub(super) mod write;

/// Whether drawing knows a property of this name.
pub(super) fn property_is_known(name: &str) -> bool {
    property::find(name).is_some()
}

/// A length in pixels.
pub(super) fn value_pixels(token: &tokens::Token<'_>) -> Option<f64> {
    let nothing = math::Viewport {
        x: 0.0,
        y: 0.0,
        width: 0.0,
        height: 0.0,
    };
    math::quantity(std::slice::from_ref(token), &nothing)?.pixels(0.0)
}
