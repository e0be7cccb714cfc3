//! How the bodies of filters become functions of a table: see [`crate::kernels::table`].

/// A table of filters, in vectors `$words`.
macro_rules! filters {
    ($features:tt, $words:ty) => {
        $crate::kernels::filters::AllFilters {
            bytes: filters!(@samples $features, $words, u8),
            words: filters!(@samples $features, $words, u16),
        }
    };
    (@samples $features:tt, $words:ty, $sample:ty) => {{
        use $crate::kernels::filters::cdef::{self, Cdef};
        use $crate::kernels::filters::deblock::{self, Edges, Sharpness};
        use $crate::kernels::filters::self_guided::{self, SelfGuided};
        use $crate::kernels::filters::wiener::{self, Wiener};
        use $crate::decode::cdfs::CoefficientCdfs;
        use $crate::decode::coefficients::{Coefficients, Levels, Request};
        use $crate::decode::symbol::Reader;
        use $crate::kernels::intra::lines::{self, Lines};
        use $crate::kernels::intra::{self, Beside};
        use $crate::kernels::predict::Mode;
        use $crate::kernels::table::functions;

        let [horizontal_edges] = functions!(
            $features,
            (samples: &mut [$sample], stride: usize, is_luma: bool, edges: &Edges, sharpness: Sharpness) -> (),
            [deblock::horizontal_body::<$sample, $words>]
        );
        let [vertical_edges] = functions!(
            $features,
            (columns: &mut [[u16; 16]], is_luma: bool, edges: &Edges, sharpness: Sharpness) -> (),
            [deblock::vertical_body::<$words>]
        );
        let [to_columns] = functions!(
            $features,
            (samples: &[$sample], stride: usize, columns: &mut [[u16; 16]]) -> (),
            [deblock::to_columns_body::<$sample, $words>]
        );
        let [to_rows] = functions!(
            $features,
            (columns: &[[u16; 16]], samples: &mut [$sample], stride: usize) -> (),
            [deblock::to_rows_body::<$sample, $words>]
        );
        let [direction] = functions!(
            $features,
            (tile: &[u16], origin: usize, bit_depth: u32) -> (usize, u32),
            [cdef::direction_body::<$words>]
        );
        let [cdef] = functions!(
            $features,
            (tile: &[u16], cdef: Cdef, to: &mut [$sample], stride: usize) -> (),
            [cdef::filter_body::<$sample, $words>]
        );
        let [wiener] = functions!(
            $features,
            (tile: &[u16], size: (usize, usize), filter: Wiener, to: &mut [$sample], stride: usize) -> (),
            [wiener::wiener_body::<$sample, $words>]
        );
        let [self_guided] = functions!(
            $features,
            (tile: &[u16], size: (usize, usize), filter: SelfGuided, to: &mut [$sample], stride: usize) -> (),
            [self_guided::self_guided_body::<$sample>]
        );
        let [levels] = functions!(
            $features,
            (
                levels: &mut Levels,
                reader: &mut Reader<'_>,
                cdfs: &mut CoefficientCdfs,
                request: &Request<'_>,
                to: &mut [i32]
            ) -> Coefficients,
            [Levels::read_body]
        );
        $crate::kernels::filters::Filters {
            levels,
            plain: functions!(
            $features,
            (beside: &Beside<'_, $sample>, mode: Mode, to: &mut [$sample], stride: usize) -> (),
            [
                intra::plain_body::<$sample, 4>,
                intra::plain_body::<$sample, 8>,
                intra::plain_body::<$sample, 16>,
                intra::plain_body::<$sample, 32>,
                intra::plain_body::<$sample, 64>,
            ]
        ),
            follow: functions!(
            $features,
            (from: &Lines<'_, $sample>, to: &mut [$sample], stride: usize) -> (),
            [
                lines::follow_body::<$sample, 4>,
                lines::follow_body::<$sample, 8>,
                lines::follow_body::<$sample, 16>,
                lines::follow_body::<$sample, 32>,
                lines::follow_body::<$sample, 64>,
            ]
        ),
            wiener,
            self_guided,
            horizontal_edges,
            vertical_edges,
            to_columns,
            to_rows,
            direction,
            cdef,
        }
    }};
}

pub(crate) use filters;
