//! Symbolic links below the root of `local://`.

use std::fs;
use std::os::unix::fs::symlink;

use pixgate_options::Format;

use super::support::pictures::picture;
use super::support::world::World;

/// A link out of the root, and a volume as Kubernetes mounts it.
fn make_links(world: &World) -> tempfile::TempDir {
    let (root, outside) = (world.folder(), tempfile::tempdir().unwrap());
    let photo = picture(Format::Png, 30, 20);
    fs::write(outside.path().join("photo.png"), &photo).unwrap();
    symlink(outside.path().join("photo.png"), root.join("out.png")).unwrap();
    fs::create_dir(root.join("..2026_11_24")).unwrap();
    fs::write(root.join("..2026_11_24/mounted.png"), &photo).unwrap();
    symlink("..2026_11_24", root.join("..data")).unwrap();
    symlink("..data/mounted.png", root.join("mounted.png")).unwrap();
    outside
}

#[test]
fn links_out_of_the_root_are_followed_unless_that_is_forbidden() {
    for (environment, outside) in [
        (&[][..], 200),
        (&[("PIXGATE_LOCAL_FILESYSTEM_STRICT", "true")], 404),
    ] {
        let world = World::start(environment);
        let _folder = make_links(&world);
        let status = |name: &str| {
            let path = format!("/rs:fit:5:5/plain/local:///{name}");
            world.get(&path).status
        };
        assert_eq!(status("mounted.png"), 200);
        assert_eq!(status("..data/mounted.png"), 200);
        assert_eq!(status("photo.jpg"), 200);
        assert_eq!(status("out.png"), outside);
    }
}
