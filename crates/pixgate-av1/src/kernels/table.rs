//! How the bodies of kernels become functions of a table.
//!
//! A body is plain code, always inlined, and generic over the vectors that it works in. Each table has a
//! function of it that is compiled for the instructions of that table's machines.

/// Functions of bodies that have the same signature.
///
/// `$features` names what they are compiled for, if more than every machine has: then only a table whose
/// maker found that on the machine may name them.
macro_rules! functions {
    (@one [], ($($arg:ident: $type:ty),*) -> $result:ty, $body:expr) => {{
        fn run($($arg: $type),*) -> $result {
            $body($($arg),*)
        }
        run
    }};
    (@one [$features:literal], ($($arg:ident: $type:ty),*) -> $result:ty, $body:expr) => {{
        fn run($($arg: $type),*) -> $result {
            #[target_feature(enable = $features)]
            fn kernel($($arg: $type),*) -> $result {
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
    ($features:tt, $args:tt -> $result:ty, [$($body:expr),* $(,)?]) => {
        [$($crate::kernels::table::functions!(@one $features, $args -> $result, $body)),*]
    };
    ($features:tt, $args:tt -> $result:ty, $($body:ident)::+ of each side) => {
        $crate::kernels::table::functions!(
            $features,
            $args -> $result,
            [
                $($body)::+::<4>,
                $($body)::+::<8>,
                $($body)::+::<16>,
                $($body)::+::<32>,
                $($body)::+::<64>,
            ]
        )
    };
}

/// Rows and columns of inverse transforms, in vectors `$four` where the other side is four and `$eight`.
macro_rules! passes {
    (@short $features:tt, $args:tt, $body:ident, $words:ty) => {
        PassesOf {
            cosines: functions!(
                $features,
                $args -> (),
                [
                    short::$body::<Cosines, $words, 4>,
                    short::$body::<Cosines, $words, 8>,
                    short::$body::<Cosines, $words, 16>,
                    short::$body::<Cosines, $words, 32>,
                    short::$body::<Cosines, $words, 64>,
                ]
            ),
            sines: functions!(
                $features,
                $args -> (),
                [
                    short::$body::<Sines, $words, 4>,
                    short::$body::<Sines, $words, 8>,
                    short::$body::<Sines, $words, 16>,
                ]
            ),
            identity: functions!(
                $features,
                $args -> (),
                [
                    short::$body::<Identity, $words, 4>,
                    short::$body::<Identity, $words, 8>,
                    short::$body::<Identity, $words, 16>,
                    short::$body::<Identity, $words, 32>,
                ]
            ),
        }
    };
    (@lines $features:tt, $args:tt, $body:ident, $ints:ty, $range:ident, [$($long:literal)*], [$($short:literal)*]) => {
        PassesOf {
            cosines: functions!(
                $features,
                $args -> (),
                [
                    passes::$body::<Cosines, $ints, $range<$ints>, 4>,
                    passes::$body::<Cosines, $ints, $range<$ints>, 8>,
                    passes::$body::<Cosines, $ints, $range<$ints>, 16>,
                    $(passes::$body::<Cosines, $ints, $range<$ints>, $long>,)*
                ]
            ),
            sines: functions!(
                $features,
                $args -> (),
                [
                    passes::$body::<Sines, $ints, $range<$ints>, 4>,
                    passes::$body::<Sines, $ints, $range<$ints>, 8>,
                    passes::$body::<Sines, $ints, $range<$ints>, 16>,
                ]
            ),
            identity: functions!(
                $features,
                $args -> (),
                [
                    passes::$body::<Identity, $ints, $range<$ints>, 4>,
                    passes::$body::<Identity, $ints, $range<$ints>, 8>,
                    passes::$body::<Identity, $ints, $range<$ints>, 16>,
                    $(passes::$body::<Identity, $ints, $range<$ints>, $short>,)*
                ]
            ),
        }
    };
    ($features:tt, $four:ty, $eight:ty, $range:ident) => {
        Passes {
            rows_of_four: passes!(
                @lines $features, (from: &[i32], step: Step, to: &mut [i32]), rows_body, $four, $range, [], []
            ),
            rows: passes!(
                @lines $features, (from: &[i32], step: Step, to: &mut [i32]), rows_body, $eight, $range, [32 64], [32]
            ),
            columns_of_four: passes!(
                @lines $features, (from: &[i32], step: Step, to: &mut [i16]), columns_body, $four, $range, [], []
            ),
            columns: passes!(
                @lines $features, (from: &[i32], step: Step, to: &mut [i16]), columns_body, $eight, $range, [32 64], [32]
            ),
        }
    };
}

/// A table of all kernels.
///
/// - `$features`: see `functions!`.
/// - `$four`, `$eight`: the `Ints` for blocks of four samples and for larger ones.
/// - `$sixteen`: the `Words`.
/// - `$rows`: the `Rows` for sides from eight on.
/// - `$satd_of_4`, `$satd_by_8`: bodies that are written for these machines.
macro_rules! table {
    ($features:tt, $four:ty, $eight:ty, $sixteen:ty, $rows:ty, $satd_of_4:expr, $satd_by_8:expr) => {{
        use $crate::kernels::predict::{self, EdgeFilter, Edges, PlainRows, chroma, directional};
        use $crate::kernels::quantize::{self, Step as Quantum, Tally};
        use $crate::kernels::table::{functions, passes};
        use $crate::kernels::transform::passes::{
            self, AllPasses, Calm, Careful, Cosines, Identity, Passes, PassesOf, Sines, Step,
        };
        use $crate::kernels::transform::{self, TransformKind, short};
        use $crate::kernels::{Kernels, difference};

        let [satd_of_4] = functions!(
            $features,
            (source: &[u16], stride: usize, prediction: &[u16]) -> u32,
            [$satd_of_4]
        );
        let [satd_by_8] = functions!(
            $features,
            (source: &[u16], stride: usize, prediction: &[u16], count: usize) -> u32,
            [$satd_by_8]
        );
        let [tally] = functions!(
            $features,
            (coefficients: &[i32], levels: &[i32], factors: &[f32], step: f32) -> Tally,
            [quantize::tally_body]
        );
        let [scale] = functions!(
            $features,
            (
                levels: &[i32],
                numerators: &[i32],
                step: i32,
                shift: u32,
                limit: i32,
                coefficients: &mut [i32]
            ) -> (),
            [quantize::scale_body]
        );
        Kernels {
            satd_of_4,
            satd_by_8,
            tally,
            scale,
            subtract: functions!(
                $features,
                (source: &[u16], stride: usize, prediction: &[u16], out: &mut [i16]) -> (),
                difference::subtract_body of each side
            ),
            moments: functions!(
                $features,
                (source: &[u16], stride: usize) -> (u32, u64),
                difference::moments_body of each side
            ),
            forward: functions!(
                $features,
                (residual: &[i16], kind: TransformKind, out: &mut [i32]) -> (),
                [
                    transform::forward_body::<$four, 4, 4>,
                    transform::forward_body::<$eight, 8, 8>,
                    transform::forward_body::<$eight, 16, 16>,
                    transform::forward_body::<$eight, 32, 32>,
                ]
            ),
            forward_oblong: functions!(
                $features,
                (residual: &[i16], kind: TransformKind, out: &mut [i32]) -> (),
                [
                    transform::forward_body::<$four, 8, 4>,
                    transform::forward_body::<$eight, 16, 8>,
                    transform::forward_body::<$eight, 32, 16>,
                    transform::forward_body::<$four, 4, 8>,
                    transform::forward_body::<$eight, 8, 16>,
                    transform::forward_body::<$eight, 16, 32>,
                ]
            ),
            passes: AllPasses {
                careful: passes!($features, $four, $eight, Careful),
                calm: passes!($features, $four, $eight, Calm),
                short_rows: passes!(@short $features, (from: &[i32], step: Step, to: &mut [i16]), rows_body, $sixteen),
                short_columns: passes!(@short $features, (from: &[i16], step: Step, to: &mut [i16]), columns_body, $sixteen),
            },
            add: {
                let [bytes] = functions!(
                    $features,
                    (residual: &[i16], width: usize, to: &mut [u8], stride: usize, most: i16) -> (),
                    [passes::add_body]
                );
                let [words] = functions!(
                    $features,
                    (residual: &[i16], width: usize, to: &mut [u16], stride: usize, most: i16) -> (),
                    [passes::add_body]
                );
                (bytes, words)
            },
            smooth: functions!(
                $features,
                (edges: &Edges, count: usize, to: &mut [u16]) -> (),
                predict::smooth_body of each side
            ),
            smooth_vertical: functions!(
                $features,
                (edges: &Edges, to: &mut [u16]) -> (),
                predict::smooth_vertical_body of each side
            ),
            smooth_horizontal: functions!(
                $features,
                (edges: &Edges, to: &mut [u16]) -> (),
                predict::smooth_horizontal_body of each side
            ),
            paeth: functions!(
                $features,
                (edges: &Edges, count: usize, to: &mut [u16]) -> (),
                predict::paeth_body of each side
            ),
            follow: functions!(
                $features,
                (angle: i32, edges: &Edges, filter: Option<EdgeFilter>, to: &mut [u16]) -> (),
                [
                    directional::follow::<PlainRows, 4, 16>,
                    directional::follow::<$rows, 8, 32>,
                    directional::follow::<$rows, 16, 64>,
                    directional::follow::<$rows, 32, 128>,
                    directional::follow::<$rows, 64, 256>,
                ]
            ),
            cfl_quarter: functions!(
                $features,
                (luma: &[u16], stride: usize, out: &mut [i16]) -> (),
                chroma::quarter_body of each side
            ),
            cfl_whole: functions!(
                $features,
                (luma: &[u16], stride: usize, out: &mut [i16]) -> (),
                chroma::whole_body of each side
            ),
            cfl_scaled: functions!(
                $features,
                (dc: i32, ac: &[i16], alpha: i32, most: i32, to: &mut [u16]) -> (),
                chroma::scaled_body of each side
            ),
            quantize_oblong: functions!(
                $features,
                (
                    coefficients: &[i32],
                    inverses: &[f32],
                    dc: Quantum,
                    ac: Quantum,
                    levels: &mut [i32]
                ) -> usize,
                [
                    quantize::quantize_body::<8, 4>,
                    quantize::quantize_body::<16, 8>,
                    quantize::quantize_body::<32, 16>,
                    quantize::quantize_body::<4, 8>,
                    quantize::quantize_body::<8, 16>,
                    quantize::quantize_body::<16, 32>,
                ]
            ),
            quantize: functions!(
                $features,
                (
                    coefficients: &[i32],
                    inverses: &[f32],
                    dc: Quantum,
                    ac: Quantum,
                    levels: &mut [i32]
                ) -> usize,
                [
                    quantize::quantize_body::<4, 4>,
                    quantize::quantize_body::<8, 8>,
                    quantize::quantize_body::<16, 16>,
                    quantize::quantize_body::<32, 32>,
                ]
            ),
        }
    }};
}

pub(crate) use {functions, passes, table};
