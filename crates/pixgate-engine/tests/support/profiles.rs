//! Colour profiles for tests, and a place where they come from.

use std::collections::BTreeMap;
use std::sync::Arc;

use moxcms::ColorProfile;
use pixgate_engine::{ColorProfiles, ProfileFault, SharedColorProfiles};

/// Profiles by name.
#[derive(Debug)]
struct Profiles(BTreeMap<&'static str, Arc<[u8]>>);

impl ColorProfiles for Profiles {
    fn find(&self, name: &str) -> Result<Arc<[u8]>, ProfileFault> {
        self.0.get(name).cloned().ok_or(ProfileFault::Missing)
    }
}

/// `p3`, `adobe`, `grey` (linear), `cmyk`, and what is none: `text`, `broken`.
pub(crate) fn profiles() -> SharedColorProfiles {
    let mut broken = ink_profile();
    broken.truncate(300);
    let all: [(&str, Vec<u8>); 6] = [
        ("p3", written(&ColorProfile::new_display_p3())),
        ("adobe", written(&ColorProfile::new_adobe_rgb())),
        ("grey", written(&ColorProfile::new_gray_with_gamma(1.0))),
        ("cmyk", ink_profile()),
        ("text", b"no profile".to_vec()),
        ("broken", broken),
    ];
    let all = all.into_iter().map(|(name, bytes)| (name, bytes.into()));
    SharedColorProfiles::new(Arc::new(Profiles(all.collect())))
}

/// A profile's bytes, without the time of writing (ICC.1:2022, section 7.2.1), so that they are the same each time.
pub(crate) fn written(profile: &ColorProfile) -> Vec<u8> {
    let mut bytes = profile.encode().unwrap();
    bytes[24..36].fill(0);
    bytes
}

/// A profile of inks in tables of 8 bits (ICC.1:2022, section 10.11): black alone makes lightness, and
/// other inks are not used.
pub(crate) fn ink_profile() -> Vec<u8> {
    let identity = |count: usize| (0..=255_u8).collect::<Vec<_>>().repeat(count);
    let table = |inputs: u8, outputs: u8, grid: Vec<u8>| {
        let mut block = b"mft1\0\0\0\0".to_vec();
        block.extend([inputs, outputs, 2, 0]);
        for place in 0..9 {
            block.extend(u32::to_be_bytes(if place % 4 == 0 { 0x1_0000 } else { 0 }));
        }
        block.extend(identity(inputs.into()));
        block.extend(grid);
        block.extend(identity(outputs.into()));
        block
    };
    // The last input changes fastest: black.
    let to_lab = (0..16).flat_map(|corner| [if corner % 2 == 0 { 255 } else { 0 }, 128, 128]);
    // The first input changes slowest: lightness.
    let to_inks = (0..8).flat_map(|corner| [0, 0, 0, if corner < 4 { 255 } else { 0 }]);
    let (to_lab, to_inks) = (
        table(4, 3, to_lab.collect()),
        table(3, 4, to_inks.collect()),
    );
    let blocks: [(&[u8; 4], &[u8]); 2] = [(b"A2B0", &to_lab), (b"B2A0", &to_inks)];
    let start = 128 + 4 + 12 * blocks.len();
    let mut tags = u32::to_be_bytes(2).to_vec();
    let mut data: Vec<u8> = Vec::new();
    for (name, block) in blocks {
        tags.extend_from_slice(name);
        tags.extend(u32::try_from(start + data.len()).unwrap().to_be_bytes());
        tags.extend(u32::try_from(block.len()).unwrap().to_be_bytes());
        data.extend_from_slice(block);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let length = u32::try_from(start + data.len()).unwrap();
    let mut profile = length.to_be_bytes().to_vec();
    profile.extend(b"\0\0\0\0\x02\x40\0\0prtrCMYKLab ");
    profile.resize(36, 0);
    profile.extend(b"acsp");
    profile.resize(68, 0);
    for value in [0xf6d6_u32, 0x1_0000, 0xd32d] {
        profile.extend(value.to_be_bytes());
    }
    profile.resize(128, 0);
    profile.extend(tags);
    profile.extend(data);
    profile
}
