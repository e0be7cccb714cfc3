//! From an image of any depth to code that is generic over the sample type.

/// Evaluates `$body` with `$view` bound to a view of the right sample type.
macro_rules! with_view {
    ($image:expr, $view:ident => $body:expr) => {
        match $image.layout().depth {
            $crate::Depth::U8 => {
                let $view = $image.view::<u8>()?;
                $body
            }
            $crate::Depth::U16 => {
                let $view = $image.view::<u16>()?;
                $body
            }
            $crate::Depth::F32 => {
                let $view = $image.view::<f32>()?;
                $body
            }
        }
    };
}

/// Evaluates `$body` with `$count` a constant: the number of channels.
macro_rules! with_channels {
    ($channels:expr, $count:ident => $body:expr) => {
        match $channels.count() {
            1 => {
                const $count: usize = 1;
                $body
            }
            2 => {
                const $count: usize = 2;
                $body
            }
            3 => {
                const $count: usize = 3;
                $body
            }
            _ => {
                const $count: usize = 4;
                $body
            }
        }
    };
}

pub(crate) use {with_channels, with_view};
