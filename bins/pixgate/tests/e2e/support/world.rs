//! One server with an origin and a folder of pictures, shared by the tests that run at a time.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use pixgate_options::Format;
use pixgate_sign::KeyRing;
use tempfile::TempDir;

use super::origin::{Origin, Script};
use super::pictures::{boasting_png, picture, shown};
use super::server::{Answer, Server};

pub(crate) const KEY: &str = "746573742d6b6579";
pub(crate) const SALT: &str = "746573742d73616c74";

/// Everything that a request can touch.
pub(crate) struct World {
    pub(crate) server: Server,
    pub(crate) origin: Origin,
    folder: TempDir,
}

impl World {
    /// The server that checks signatures.
    pub(crate) fn signed() -> Arc<Self> {
        static SHARED: Mutex<Weak<World>> = Mutex::new(Weak::new());
        Self::shared(
            &SHARED,
            &[("IMGPROXY_KEY", KEY), ("IMGPROXY_SALT", SALT), LOOPBACK],
        )
    }

    /// The server that explains itself and checks the source instead of a signature.
    pub(crate) fn open() -> Arc<Self> {
        static SHARED: Mutex<Weak<World>> = Mutex::new(Weak::new());
        Self::shared(
            &SHARED,
            &[
                ("IMGPROXY_ALLOWED_SOURCES", "local://,http://127.0.0.1:*/"),
                ("IMGPROXY_ALLOW_ORIGIN", "*"),
                ("IMGPROXY_PRESETS", "small=rs:fit:10:10"),
                LOOPBACK,
            ],
        )
    }

    /// Not started again while somebody uses it, and stopped when nobody does.
    fn shared(shared: &Mutex<Weak<Self>>, environment: &[(&str, &str)]) -> Arc<Self> {
        let mut shared = shared.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let world = Arc::new(Self::start(environment));
            *shared = Arc::downgrade(&world);
            world
        })
    }

    /// A server of one's own, with the folder as root of `local://`.
    pub(crate) fn start(environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in files() {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut environment = environment.to_vec();
        environment.push((
            "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
            folder.path().to_str().unwrap(),
        ));
        Self {
            server: Server::start(&environment),
            origin: Origin::start(scripts()),
            folder,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Asks for a path with the right signature of the test keys.
    pub(crate) fn get(&self, rest: &str) -> Answer {
        self.server.get(&sign(rest))
    }

    /// Fails unless the server is healthy and makes a right picture, whatever happened before.
    pub(crate) fn assert_well(&self) {
        assert_eq!(self.server.get("/health").status, 200);
        let header = shown(&self.get("/rs:fit:30:30/plain/local:///photo.jpg@png"));
        assert_eq!(
            (header.format, header.width, header.height),
            (Format::Png, 30, 20)
        );
    }
}

/// A path with its signature; servers without keys take any.
pub(crate) fn sign(rest: &str) -> String {
    KeyRing::from_hex_lists(KEY, SALT).unwrap().sign(rest)
}

/// The files of the folder.
fn files() -> [(&'static str, Vec<u8>); 6] {
    let photo = picture(Format::Jpeg, 240, 160);
    let half = photo.get(..photo.len() / 2).unwrap().to_vec();
    [
        ("half.jpg", half),
        ("photo.png", picture(Format::Png, 240, 160)),
        ("photo.webp", picture(Format::Webp, 240, 160)),
        ("boast.png", boasting_png(100_000, 100_000)),
        ("page.html", PAGE.to_vec()),
        ("photo.jpg", photo),
    ]
}

/// The paths of the origin.
fn scripts() -> [(&'static str, Script); 11] {
    let photo = picture(Format::Jpeg, 240, 160);
    let half = photo.len() / 2;
    [
        ("/half.jpg", Script::Cut(photo.clone(), half)),
        ("/late.jpg", Script::Late(LATE, photo.clone())),
        ("/photo.jpg", Script::Body("image/jpeg", photo)),
        (
            "/boast.png",
            Script::Body("image/png", boasting_png(100_000, 100_000)),
        ),
        ("/page.html", Script::Body("text/html", PAGE.to_vec())),
        ("/nothing", Script::Body("image/png", Vec::new())),
        ("/forbidden", Script::Status(403)),
        ("/broken", Script::Status(500)),
        ("/empty", Script::Status(204)),
        ("/moved", Script::Redirect("/photo.jpg")),
        (
            "/to-metadata",
            Script::Redirect("http://169.254.169.254/latest/meta-data/"),
        ),
    ]
}

const PAGE: &[u8] = b"<!doctype html><title>Not found</title><p>Nothing to see here.";
const LATE: Duration = Duration::from_millis(800);

/// Lets the server reach the origins of the tests.
pub(crate) const LOOPBACK: (&str, &str) = ("IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES", "true");
