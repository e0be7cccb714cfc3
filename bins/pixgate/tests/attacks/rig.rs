//! A server that is watched while it is attacked.

use std::net::{TcpListener, TcpStream};
use std::ops::{Deref, DerefMut};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use pixgate_options::Format;
use tempfile::TempDir;

use crate::pictures::picture;
use crate::server::{PROGRAM, Server};

/// The server with a folder of its own, `local:///ok.png` in it.
pub(crate) struct Rig {
    server: Server,
    folder: TempDir,
}

impl Deref for Rig {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

impl DerefMut for Rig {
    fn deref_mut(&mut self) -> &mut Server {
        &mut self.server
    }
}

impl Rig {
    /// With a budget of 128 MiB and 3 seconds for a request, unless told otherwise.
    pub(crate) fn start(environment: &[(&str, &str)]) -> Self {
        Self::start_limited("true", environment)
    }

    /// The same by a shell that limits something first, such as `ulimit -n 200`.
    pub(crate) fn start_limited(limits: &str, environment: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ok.png"), picture(Format::Png, 64, 48)).unwrap();
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{limits}; exec \"{PROGRAM}\"")])
            .env_clear()
            .envs(DEFAULTS)
            .env("IMGPROXY_LOCAL_FILESYSTEM_ROOT", folder.path())
            .envs(environment.iter().copied());
        Self {
            server: Server::start_command(&mut command),
            folder,
        }
    }

    /// Puts a file beside that picture.
    pub(crate) fn put(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.folder.path().join(name), bytes).unwrap();
    }

    /// A connection of one's own.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.server.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.server.pid());
        std::fs::read_dir(folder).map_or(0, Iterator::count)
    }

    /// Fails unless it serves a picture and is healthy, at once, and never held more than it may.
    pub(crate) fn assert_well(&self) {
        self.assert_answers("/unsafe/rs:fit:20:20/plain/local:///ok.png@png", 200);
    }

    /// The same with another path and its status.
    pub(crate) fn assert_answers(&self, target: &str, status: u16) {
        let start = Instant::now();
        let answer = self.server.get(target);
        assert_eq!(answer.status, status, "{}", answer.text());
        assert_eq!(self.server.get("/health").status, 200);
        let elapsed = start.elapsed();
        assert!(elapsed < promised(Duration::from_secs(1)), "{elapsed:?}");
        let Some(peak_kib) = self.server.peak_kib() else {
            return;
        };
        assert!(peak_kib < MOST_KIB, "{} MiB", peak_kib >> 10);
    }
}

/// A listener that accepts and never says anything; it counts who came.
pub(crate) struct Silent {
    port: u16,
    came: std::sync::Arc<Mutex<Vec<TcpStream>>>,
}

impl Silent {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let came = std::sync::Arc::<Mutex<Vec<TcpStream>>>::default();
        let held = std::sync::Arc::clone(&came);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                held.lock().unwrap().push(stream);
            }
        });
        Self { port, came }
    }

    /// The path of a picture there.
    pub(crate) fn path(&self, number: usize) -> String {
        format!("/unsafe/plain/http://127.0.0.1:{}/{number}.png", self.port)
    }

    /// How many connections came so far.
    pub(crate) fn count(&self) -> usize {
        self.came.lock().unwrap().len()
    }

    /// Waits until so many came.
    pub(crate) fn await_count(&self, count: usize) {
        let start = Instant::now();
        while self.count() < count {
            assert!(start.elapsed() < PATIENCE, "{} came", self.count());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until the server has hung up on all of them.
    pub(crate) fn await_end(&self) {
        use std::io::Read as _;
        for stream in self.came.lock().unwrap().iter_mut() {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            let mut rest = Vec::new();
            // A proper end and a reset will both do; silence will not.
            if let Err(error) = stream.read_to_end(&mut rest) {
                assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
            }
            // Who was let in just as its client left may have had no time to ask.
            assert!(rest.is_empty() || rest.starts_with(b"GET "));
        }
    }
}

/// A promised time, with room for a busy machine unless times are to be strict.
pub(crate) fn promised(limit: Duration) -> Duration {
    match std::env::var_os("PIXGATE_STRICT_TIMES") {
        Some(_) => limit,
        None => limit * 6,
    }
}

const DEFAULTS: [(&str, &str); 4] = [
    ("IMGPROXY_BIND", "127.0.0.1:0"),
    ("IMGPROXY_TIMEOUT", "3"),
    ("IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES", "true"),
    ("PIXGATE_MEMORY_BUDGET_MB", "128"),
];
/// The budget, a fifth more, and what the program itself takes.
const MOST_KIB: u64 = (128 * 6 / 5 + 60) << 10;
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
