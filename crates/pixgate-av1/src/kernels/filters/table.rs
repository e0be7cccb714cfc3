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
        $crate::kernels::filters::Filters {
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
