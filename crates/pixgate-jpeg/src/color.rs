//! Which colours the components are.

use crate::metadata::Adobe;

/// What the components mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColorModel {
    /// One component: luminance.
    Grey,
    /// Luma and two chroma components, BT.601, full range.
    YCbCr,
    /// Red, green, blue as they are.
    Rgb,
    /// Cyan, magenta, yellow, black.
    Cmyk,
    /// Cyan, magenta and yellow turned into luma and chroma, and black.
    Ycck,
    /// A number of components that no convention covers.
    Unknown,
}

impl ColorModel {
    /// Decides as libjpeg does (`jdapimin.c`, `default_decompress_parms`).
    pub(crate) fn decide(ids: &[u8], has_jfif: bool, adobe: Option<Adobe>) -> Self {
        match ids {
            [_] => Self::Grey,
            &[a, b, c] => three([a, b, c], has_jfif, adobe),
            [_, _, _, _] => match adobe.map(|adobe| adobe.transform) {
                None | Some(0) => Self::Cmyk,
                Some(_) => Self::Ycck,
            },
            _ => Self::Unknown,
        }
    }
}

fn three(ids: [u8; 3], has_jfif: bool, adobe: Option<Adobe>) -> ColorModel {
    match (has_jfif, adobe) {
        (true, _) => ColorModel::YCbCr,
        (false, Some(adobe)) if adobe.transform == 0 => ColorModel::Rgb,
        (false, None) if ids == *b"RGB" => ColorModel::Rgb,
        _ => ColorModel::YCbCr,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decides_as_libjpeg_does() {
        let adobe = |transform| Some(Adobe { transform });
        let cases: [(&[u8], bool, Option<Adobe>, ColorModel); 12] = [
            (&[1], false, None, ColorModel::Grey),
            (&[1, 2], true, None, ColorModel::Unknown),
            (&[1, 2, 3], false, None, ColorModel::YCbCr),
            (b"RGB", false, None, ColorModel::Rgb),
            (b"RGB", true, None, ColorModel::YCbCr),
            (b"RGB", false, adobe(1), ColorModel::YCbCr),
            (&[1, 2, 3], false, adobe(0), ColorModel::Rgb),
            (&[1, 2, 3], true, adobe(0), ColorModel::YCbCr),
            (&[7, 8, 9], false, adobe(2), ColorModel::YCbCr),
            (&[1, 2, 3, 4], false, None, ColorModel::Cmyk),
            (&[1, 2, 3, 4], true, adobe(0), ColorModel::Cmyk),
            (&[1, 2, 3, 4], false, adobe(2), ColorModel::Ycck),
        ];
        for (ids, has_jfif, adobe, model) in cases {
            assert_eq!(ColorModel::decide(ids, has_jfif, adobe), model, "{ids:?}");
        }
    }
}
