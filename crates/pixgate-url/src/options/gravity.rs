//! Where content sits.

use pixgate_options::{GravityKind, GravityOptions};

use crate::args::numbers::{float, fraction, non_negative};
use crate::args::texts::name;
use crate::args::{Accepted, Args, Refusal};
use crate::table::{OptionRow, row};
use crate::value::float_text;
use crate::writer::Writer;

pub(crate) static OPTIONS: &[OptionRow] = &[
    row!(Open Pipeline Gravity ["g"] "type[:x[:y]]" = "ce:0:0",
        |options, args| parse_from(&mut options.gravity, args, 0, Place::Cut),
        {
            "gravity.type" => gravity.kind,
            "gravity.x_offset" => gravity.x_offset,
            "gravity.y_offset" => gravity.y_offset,
            "gravity.classes" => gravity.classes,
            "gravity.class_weights" => gravity.class_weights,
        },
        write |options, out| write_after(&options.gravity, &[], out)),
    row!(Pro Pipeline ObjectsPosition ["obj_pos", "op"] "type[:x[:y]]" = "ce:0:0",
        |options, args| parse_from(&mut options.objects_position, args, 0, Place::Objects),
        {
            "objects_position.type" => objects_position.kind,
            "objects_position.x_offset" => objects_position.x_offset,
            "objects_position.y_offset" => objects_position.y_offset,
        },
        write |options, out| write_after(&options.objects_position, &[], out)),
];

/// Which gravities are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// Where something is cut off: `gravity`, `crop`.
    Cut,
    /// On a canvas: `extend`, `extend_aspect_ratio`.
    Canvas,
    /// Of detected objects.
    Objects,
    /// Of a watermark.
    Watermark,
}

impl Place {
    fn allows(self, kind: GravityKind) -> bool {
        let extra: &[GravityKind] = match self {
            Self::Cut => &[
                GravityKind::FocusPoint,
                GravityKind::Smart,
                GravityKind::Objects,
                GravityKind::WeightedObjects,
            ],
            Self::Canvas => &[GravityKind::FocusPoint],
            Self::Objects => &[GravityKind::FocusPoint, GravityKind::Proportional],
            Self::Watermark => &[GravityKind::Replicate, GravityKind::Chessboard],
        };
        kind.is_compass() || extra.contains(&kind)
    }

    /// Reads the kind at `index` and checks that it is allowed here.
    pub(crate) fn parse_kind(self, args: &Args<'_>, index: usize) -> Result<GravityKind, Refusal> {
        let kind = args.required(index, name)?;
        if self.allows(kind) {
            return Ok(kind);
        }
        Err(Refusal::new(index, format!("`{kind}` is not allowed here")))
    }
}

/// Reads a gravity from the arguments from `from` on, which are all that are left.
pub(crate) fn parse_from(
    gravity: &mut GravityOptions,
    args: &Args<'_>,
    from: usize,
    place: Place,
) -> Accepted {
    let [one, two, three] = [1, 2, 3].map(|part| from.saturating_add(part));
    let kind = place.parse_kind(args, from)?;
    gravity.classes = None;
    gravity.class_weights = None;
    match kind {
        GravityKind::FocusPoint => {
            args.exactly(three)?;
            args.set(one, fraction, &mut gravity.x_offset)?;
            args.set(two, fraction, &mut gravity.y_offset)?;
        }
        _ if kind.is_compass() => {
            args.at_most(three)?;
            args.set(one, float, &mut gravity.x_offset)?;
            args.set(two, float, &mut gravity.y_offset)?;
        }
        _ => {
            gravity.x_offset = None;
            gravity.y_offset = None;
            parse_classes(gravity, args, one, kind)?;
        }
    }
    gravity.kind = Some(kind);
    Ok(())
}

/// The kinds without offsets: some are followed by classes.
fn parse_classes(
    gravity: &mut GravityOptions,
    args: &Args<'_>,
    from: usize,
    kind: GravityKind,
) -> Accepted {
    match kind {
        GravityKind::Objects => gravity.classes = Some(args.names(from)?),
        GravityKind::WeightedObjects => parse_weights(gravity, args, from)?,
        _ => args.at_most(from)?,
    }
    Ok(())
}

fn parse_weights(gravity: &mut GravityOptions, args: &Args<'_>, from: usize) -> Accepted {
    let weights = gravity.class_weights.get_or_insert_default();
    let mut weight_at = from.saturating_add(1);
    for pair in args.rest(from).chunks(2) {
        let [class, _] = pair else {
            return Err(Refusal::new(weight_at, "a class without a weight"));
        };
        if class.is_empty() {
            return Err(Refusal::new(
                weight_at.saturating_sub(1),
                "a name is missing",
            ));
        }
        let weight = args.required(weight_at, non_negative)?;
        weights.insert(String::from(*class), weight);
        weight_at = weight_at.saturating_add(2);
    }
    Ok(())
}

/// Writes `before` and the gravity as one option, or two if a focus point keeps offsets that it
/// could not have itself.
pub(crate) fn write_after(gravity: &GravityOptions, before: &[String], out: &mut Writer<'_>) {
    let Some(kind) = gravity.kind else { return };
    let offsets = [gravity.x_offset, gravity.y_offset];
    let texts = offsets.map(|offset| offset.map_or_else(String::new, float_text));
    let with =
        |kind: GravityKind, arguments: &[String]| [before, &[kind.to_string()], arguments].concat();
    match kind {
        GravityKind::FocusPoint if offsets.iter().flatten().all(|v| (0.0..=1.0).contains(v)) => {
            out.option(&with(kind, &texts));
        }
        GravityKind::FocusPoint => {
            out.option(&with(GravityKind::Center, &texts));
            out.option(&with(kind, &[String::new(), String::new()]));
        }
        GravityKind::Objects => out.option(&with(kind, gravity.classes.as_deref().unwrap_or(&[]))),
        GravityKind::WeightedObjects => out.option(&with(kind, &weight_texts(gravity))),
        _ if kind.is_compass() => out.option_trimmed(&with(kind, &texts)),
        _ => out.option(&with(kind, &[])),
    }
}

fn weight_texts(gravity: &GravityOptions) -> Vec<String> {
    let weights = gravity.class_weights.iter().flatten();
    weights
        .flat_map(|(class, weight)| [class.clone(), float_text(*weight)])
        .collect()
}
