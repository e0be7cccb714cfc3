//! One body, compiled twice: for every machine, and for those with AVX2.

#![allow(
    unsafe_code,
    reason = "calls of functions that need AVX2, right after asking for it"
)]

/// A function whose body is compiled for AVX2 as well, and runs there when the machine has it.
///
/// A body after `wide` is the one for AVX2, of the same function with other vectors.
macro_rules! dispatch {
    (
        $(#[$doc:meta])*
        $vis:vis fn $name:ident $([$count:ident])? ($($arg:ident: $type:ty),* $(,)?)
        $(-> $result:ty)? = $body:path;
    ) => {
        $crate::kernels::dispatch::dispatch! {
            $(#[$doc])*
            $vis fn $name $([$count])? ($($arg: $type),*) $(-> $result)? = $body, wide $body;
        }
    };
    (
        $(#[$doc:meta])*
        $vis:vis fn $name:ident $([$count:ident])? ($($arg:ident: $type:ty),* $(,)?)
        $(-> $result:ty)? = $body:path, wide $wide_body:path;
    ) => {
        $(#[$doc])*
        $vis fn $name $(<const $count: usize>)? ($($arg: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,bmi1,bmi2")]
                fn wide $(<const $count: usize>)? ($($arg: $type),*) $(-> $result)? {
                    $wide_body($($arg),*)
                }
                if $crate::kernels::dispatch::has_wide() {
                    // SAFETY: the machine has AVX2, BMI1 and BMI2.
                    #[allow(unsafe_code, reason = "the features were asked for")]
                    return unsafe { wide $(::<$count>)? ($($arg),*) };
                }
            }
            $body($($arg),*)
        }
    };
}

/// Calls a function for the number of samples that a side has.
macro_rules! by_side {
    ($side:expr, $name:ident($($arg:expr),* $(,)?)) => {
        match $side {
            $crate::kernels::Side::S4 => $name::<4>($($arg),*),
            $crate::kernels::Side::S8 => $name::<8>($($arg),*),
            $crate::kernels::Side::S16 => $name::<16>($($arg),*),
            $crate::kernels::Side::S32 => $name::<32>($($arg),*),
            $crate::kernels::Side::S64 => $name::<64>($($arg),*),
        }
    };
}

/// Whether the machine has the instructions that the wide twins use.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn has_wide() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
}

pub(crate) use {by_side, dispatch};
