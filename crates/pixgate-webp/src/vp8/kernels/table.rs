//! How the bodies of kernels become functions of a table.
//!
//! A body is plain code, always inlined, and generic over the lanes that it works in. Each table has a
//! function of it that is compiled for the instructions of that table's machines.

/// A function of a body.
///
/// `$features` names what it is compiled for, if more than every machine has: then only a table whose
/// maker found that on the machine may name it.
macro_rules! function {
    ([], ($($arg:ident: $type:ty),*) $(-> $result:ty)?, $body:expr) => {{
        fn run($($arg: $type),*) $(-> $result)? {
            $body($($arg),*)
        }
        run
    }};
    ([$features:literal], ($($arg:ident: $type:ty),*) $(-> $result:ty)?, $body:expr) => {{
        fn run($($arg: $type),*) $(-> $result)? {
            #[target_feature(enable = $features)]
            fn kernel($($arg: $type),*) $(-> $result)? {
                $body($($arg),*)
            }
            // SAFETY: who made the table found the features, and nobody else names this function.
            #[allow(unsafe_code, reason = "the features were found")]
            unsafe {
                kernel($($arg),*)
            }
        }
        run
    }};
}
pub(super) use function;

/// A table of all kernels.
macro_rules! table {
    ($features:tt, $lanes:ty) => {{
        use $crate::vp8::kernels::table::function;
        use $crate::vp8::kernels::{Coefficients, Kernels, Levels, Predictions, Quantizer, Rows};
        use $crate::vp8::kernels::{difference, parts, quantize, transform};
        use $crate::Error;
        use $crate::vp8::predict::Edge;
        use $crate::vp8::{Decoder, row};

        Kernels {
            forward: function!(
                $features,
                (source: &Rows, prediction: &Rows, to: &mut Coefficients),
                transform::forward_body::<$lanes>
            ),
            inverse: function!(
                $features,
                (from: &Coefficients, prediction: &Rows, to: &mut Rows),
                transform::inverse_body::<$lanes>
            ),
            quantize: function!(
                $features,
                (from: &Coefficients, by: &Quantizer, to: &mut Levels, back: &mut Coefficients),
                quantize::quantize_body::<$lanes>
            ),
            squares: function!(
                $features,
                (source: &Rows, other: &Rows) -> [u32; 4],
                difference::squares_body::<$lanes>
            ),
            satd: function!(
                $features,
                (source: &Rows, other: &Rows) -> [u32; 4],
                difference::satd_body::<$lanes>
            ),
            motion: function!(
                $features,
                (above: &[u8; 16], left: &Rows, corner: &[u8; 16], to: &mut Rows),
                parts::motion_body::<$lanes>
            ),
            parts: function!(
                $features,
                (edge: &Edge, source: &Rows, to: &mut Predictions),
                parts::parts_body::<$lanes>
            ),
            row: function!(
                $features,
                (decoder: &mut Decoder<'_>, row: usize) -> Result<(), Error>,
                row::decode_body::<$lanes>
            ),
            filter: function!(
                $features,
                (decoder: &mut Decoder<'_>, row: usize),
                row::filter_body::<$lanes>
            ),
        }
    }};
}
pub(super) use table;
