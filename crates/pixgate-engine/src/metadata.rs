//! Which metadata goes into the result.

mod iptc;
mod tiff;
mod xmp;

use pixgate_codec::Metadata;

use crate::target_profile::TargetProfile;
use crate::{MetadataPolicy, Output, ProfileAction, ResolutionAction};

/// Metadata of the result, from that of the source.
///
/// - `target`: the profile that the pixels have got, if one was asked for.
pub(crate) fn kept(source: Metadata, output: &Output, target: Option<&TargetProfile>) -> Metadata {
    let mut source = source;
    let icc = match output.profile {
        ProfileAction::Embed | ProfileAction::ConvertTo => {
            target.map(|target| target.bytes.to_vec())
        }
        _ => source.icc.take(),
    };
    let mut kept = match output.metadata {
        MetadataPolicy::Keep => source,
        MetadataPolicy::KeepCopyright => {
            let mut kept = Metadata::default();
            kept.exif = source.exif.as_deref().and_then(tiff::copyright);
            kept.iptc = source.iptc.as_deref().and_then(iptc::copyright);
            kept.xmp = source.xmp.as_deref().and_then(xmp::copyright);
            kept
        }
        MetadataPolicy::Strip => Metadata::default(),
    };
    match output.resolution {
        ResolutionAction::Keep => {}
        ResolutionAction::Drop => kept.resolution = None,
        ResolutionAction::Set(resolution) => kept.resolution = Some(resolution),
    }
    if let Some(exif) = &mut kept.exif {
        clean(exif, output);
    }
    if let (ResolutionAction::Set(resolution), Some(exif)) = (output.resolution, &mut kept.exif) {
        tiff::set_resolution(exif, resolution);
    }
    let stays = matches!(
        output.profile,
        ProfileAction::Keep
            | ProfileAction::Restore
            | ProfileAction::Embed
            | ProfileAction::ConvertTo
    );
    kept.icc = icc.filter(|_| stays);
    kept
}

/// Takes out the orientation, for pixels that were turned when they were read.
pub(crate) fn set_upright(metadata: &mut Metadata) {
    if let Some(exif) = &mut metadata.exif {
        tiff::remove(exif, &[tiff::ORIENTATION]);
    }
}

/// Removes what the pixels no longer agree with.
fn clean(exif: &mut [u8], output: &Output) {
    if output.is_turned {
        tiff::remove(exif, &[tiff::ORIENTATION]);
    }
    if matches!(
        output.profile,
        ProfileAction::ConvertAfter
            | ProfileAction::ConvertBefore
            | ProfileAction::Embed
            | ProfileAction::ConvertTo
    ) {
        tiff::remove(exif, &tiff::COLOR);
    }
}
