//! Colour spaces, each to sRGB with its transfer function; matrices are those of CSS Color 4.

type Triple = [f64; 3];
type Matrix = [Triple; 3];

/// A colour of `color(SPACE …)`.
pub(super) fn of_color(space: &str, value: Triple) -> Option<Triple> {
    let linear = |decode: fn(f64) -> f64, matrix: &Matrix| times(matrix, value.map(decode));
    let xyz = match space {
        "srgb" => return Some(value),
        "srgb-linear" => return Some(value.map(encode_srgb)),
        "display-p3" => linear(decode_srgb, &P3),
        "display-p3-linear" => times(&P3, value),
        "a98-rgb" => linear(decode_a98, &A98),
        "prophoto-rgb" => times(&D50_TO_D65, linear(decode_prophoto, &PROPHOTO)),
        "rec2020" => linear(decode_rec2020, &REC2020),
        "xyz" | "xyz-d65" => value,
        "xyz-d50" => times(&D50_TO_D65, value),
        _ => return None,
    };
    Some(of_xyz(xyz))
}

/// Hue in degrees, the others from 0 to 1.
pub(super) fn of_hsl(hue: f64, saturation: f64, lightness: f64) -> Triple {
    let saturation = saturation.max(0.0);
    let amplitude = saturation * lightness.min(1.0 - lightness);
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue.rem_euclid(360.0) / 30.0) % 12.0;
        lightness - amplitude * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// Hue in degrees, the others from 0 to 1.
pub(super) fn of_hwb(hue: f64, white: f64, black: f64) -> Triple {
    let (white, black) = (white.max(0.0), black.max(0.0));
    if white + black >= 1.0 {
        return [white / (white + black); 3];
    }
    of_hsl(hue, 1.0, 0.5).map(|component| component * (1.0 - white - black) + white)
}

/// CIE Lab under D50.
pub(super) fn of_lab([lightness, a, b]: Triple) -> Triple {
    const KAPPA: f64 = 24389.0 / 27.0;
    const EPSILON: f64 = 216.0 / 24389.0;
    let y = (lightness.clamp(0.0, 100.0) + 16.0) / 116.0;
    let (x, z) = (a / 500.0 + y, y - b / 200.0);
    let inverse = |f: f64| {
        let cube = f.powi(3);
        if cube > EPSILON {
            cube
        } else {
            (116.0 * f - 16.0) / KAPPA
        }
    };
    let white = [0.3457 / 0.3585, 1.0, (1.0 - 0.3457 - 0.3585) / 0.3585];
    let mut xyz = [x, y, z].map(inverse);
    for (component, white) in xyz.iter_mut().zip(white) {
        *component *= white;
    }
    of_xyz(times(&D50_TO_D65, xyz))
}

pub(super) fn of_oklab([lightness, a, b]: Triple) -> Triple {
    let lightness = lightness.clamp(0.0, 1.0);
    let lms = times(&OKLAB_TO_LMS, [lightness, a, b]).map(|component| component.powi(3));
    times(&LMS_TO_SRGB, lms).map(encode_srgb)
}

pub(super) fn to_oklab(srgb: Triple) -> Triple {
    let lms = times(&SRGB_TO_LMS, srgb.map(decode_srgb)).map(f64::cbrt);
    times(&LMS_TO_OKLAB, lms)
}

fn of_xyz(xyz: Triple) -> Triple {
    times(&XYZ_TO_SRGB, xyz).map(encode_srgb)
}

fn times(matrix: &Matrix, [x, y, z]: Triple) -> Triple {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

fn encode_srgb(linear: f64) -> f64 {
    let size = linear.abs();
    let encoded = if size > 0.003_130_8 {
        1.055 * size.powf(1.0 / 2.4) - 0.055
    } else {
        12.92 * size
    };
    encoded.copysign(linear)
}

fn decode_srgb(encoded: f64) -> f64 {
    let size = encoded.abs();
    let linear = if size > 0.040_45 {
        ((size + 0.055) / 1.055).powf(2.4)
    } else {
        size / 12.92
    };
    linear.copysign(encoded)
}

fn decode_a98(encoded: f64) -> f64 {
    encoded.abs().powf(563.0 / 256.0).copysign(encoded)
}

fn decode_prophoto(encoded: f64) -> f64 {
    let size = encoded.abs();
    let linear = if size > 16.0 / 512.0 {
        size.powf(1.8)
    } else {
        size / 16.0
    };
    linear.copysign(encoded)
}

fn decode_rec2020(encoded: f64) -> f64 {
    const ALPHA: f64 = 1.099_296_826_809_44;
    const BETA: f64 = 0.018_053_968_510_807;
    let size = encoded.abs();
    let linear = if size < BETA * 4.5 {
        size / 4.5
    } else {
        ((size + ALPHA - 1.0) / ALPHA).powf(1.0 / 0.45)
    };
    linear.copysign(encoded)
}

const XYZ_TO_SRGB: Matrix = [
    [
        3.240_969_941_904_522_6,
        -1.537_383_177_570_094,
        -0.498_610_760_293_003_4,
    ],
    [
        -0.969_243_636_280_879_6,
        1.875_967_501_507_720_2,
        0.041_555_057_407_175_59,
    ],
    [
        0.055_630_079_696_993_66,
        -0.203_976_958_888_976_52,
        1.056_971_514_242_878_6,
    ],
];
const D50_TO_D65: Matrix = [
    [
        0.955_473_452_704_218_2,
        -0.023_098_536_874_261_423,
        0.063_259_308_661_021_7,
    ],
    [
        -0.028_369_706_963_208_136,
        1.009_995_458_005_822_6,
        0.021_041_398_966_943_008,
    ],
    [
        0.012_314_001_688_319_899,
        -0.020_507_696_433_477_912,
        1.330_365_936_608_075_3,
    ],
];
const P3: Matrix = [
    [
        0.486_570_948_648_216_2,
        0.265_667_693_169_093_06,
        0.198_217_285_234_362_5,
    ],
    [
        0.228_974_564_069_748_8,
        0.691_738_521_836_506_4,
        0.079_286_914_093_745,
    ],
    [0.0, 0.045_113_381_858_902_64, 1.043_944_368_900_976],
];
const A98: Matrix = [
    [
        0.576_669_042_910_130_8,
        0.185_558_237_906_545_63,
        0.188_228_646_234_995,
    ],
    [
        0.297_344_975_250_535_9,
        0.627_363_566_255_466_2,
        0.075_291_458_493_997_9,
    ],
    [
        0.027_031_361_386_412_34,
        0.070_688_852_535_827_23,
        0.991_337_536_837_639,
    ],
];
const PROPHOTO: Matrix = [
    [
        0.797_766_648_952_354_9,
        0.135_181_297_403_313_75,
        0.031_347_734_100_220_74,
    ],
    [
        0.288_071_128_229_293_4,
        0.711_843_217_810_102,
        0.000_085_653_960_605_25,
    ],
    [0.0, 0.0, 0.825_104_602_510_460_3],
];
const REC2020: Matrix = [
    [
        0.636_958_048_301_290_9,
        0.144_616_903_586_208_4,
        0.168_880_975_164_172_3,
    ],
    [
        0.262_700_212_011_267_3,
        0.677_998_071_518_871_2,
        0.059_301_716_469_861_94,
    ],
    [0.0, 0.028_072_693_049_087_43, 1.060_985_057_710_791],
];
const OKLAB_TO_LMS: Matrix = [
    [1.0, 0.396_337_777_376_174_9, 0.215_803_757_309_913_6],
    [1.0, -0.105_561_345_815_658_6, -0.063_854_172_825_813_3],
    [1.0, -0.089_484_177_529_811_9, -1.291_485_548_019_409_2],
];
const LMS_TO_SRGB: Matrix = [
    [4.076_741_662_1, -3.307_711_591_3, 0.230_969_929_2],
    [-1.268_438_004_6, 2.609_757_401_1, -0.341_319_396_5],
    [-0.004_196_086_3, -0.703_418_614_7, 1.707_614_701],
];
const SRGB_TO_LMS: Matrix = [
    [0.412_221_470_8, 0.536_332_536_3, 0.051_445_992_9],
    [0.211_903_498_2, 0.680_699_545_1, 0.107_396_956_6],
    [0.088_302_461_9, 0.281_718_837_6, 0.629_978_700_5],
];
const LMS_TO_OKLAB: Matrix = [
    [0.210_454_255_3, 0.793_617_785, -0.004_072_046_8],
    [1.977_998_495_1, -2.428_592_205, 0.450_593_709_9],
    [0.025_904_037_1, 0.782_771_766_2, -0.808_675_766],
];
