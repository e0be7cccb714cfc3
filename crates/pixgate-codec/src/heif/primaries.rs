//! Colour primaries (ITU-T H.273, table 2).

/// A colour by the coordinates x and y of CIE 1931.
pub(super) type Chromaticity = (f32, f32);

/// Red, green, blue and white; none for a code point that means nothing.
pub(super) fn chromaticities(primaries: u16) -> Option<[Chromaticity; 4]> {
    const D65: Chromaticity = (0.3127, 0.3290);
    const C: Chromaticity = (0.310, 0.316);
    const THEATRE: Chromaticity = (0.314, 0.351);
    Some(match primaries {
        // What is not said is as sRGB.
        1 | 2 => [(0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65],
        4 => [(0.67, 0.33), (0.21, 0.71), (0.14, 0.08), C],
        5 => [(0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65],
        6 | 7 => [(0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65],
        8 => [(0.681, 0.319), (0.243, 0.692), (0.145, 0.049), C],
        9 => [(0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65],
        11 => [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060), THEATRE],
        12 => [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65],
        22 => [(0.630, 0.340), (0.295, 0.605), (0.155, 0.077), D65],
        _ => return None,
    })
}
