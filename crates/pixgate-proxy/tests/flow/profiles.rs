//! Colour profiles from a folder of the operator's.

use crate::world::World;

/// A folder with a profile of RGB, gone with the value.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        let name = format!("pixgate-flow-profiles-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        let mut profile = vec![0; 200];
        profile[16..20].copy_from_slice(b"RGB ");
        profile[36..40].copy_from_slice(b"acsp");
        std::fs::write(folder.join("hollow.icc"), profile).unwrap();
        std::fs::write(folder.join("text.icc"), "no profile").unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[tokio::test]
async fn a_profile_that_cannot_be_used_is_named_and_a_path_is_no_name() {
    let folder = Folder::new();
    let world = World::with(|config| config.output.color_profiles_dir = Some(folder.0.clone()));
    for (profile, status, words) in [
        ("none", 422, "IMGPROXY_COLOR_PROFILES_DIR"),
        ("cmyk", 422, "IMGPROXY_COLOR_PROFILES_DIR"),
        ("text", 422, "no profile of grey, RGB or CMYK"),
        ("hollow", 422, "no colours can be converted"),
        ("..%2Fhollow", 404, "Invalid URL"),
        ("%2e%2e", 404, "Invalid URL"),
        ("a%5Cb", 404, "Invalid URL"),
        ("a%00b", 404, "Invalid URL"),
    ] {
        let options = format!("cp:{profile}/f:png");
        let answer = world.made(&options, "http://h/photo.png").await;
        assert_eq!(answer.status, status, "{profile}");
        assert!(
            answer.text().contains(words),
            "{profile}: {}",
            answer.text()
        );
    }
    let answer = world.made("cp:srgb/f:png", "http://h/photo.png").await;
    assert!(answer.picture().has_color_profile);
}
