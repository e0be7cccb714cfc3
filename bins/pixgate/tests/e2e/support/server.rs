//! The program as a child process, and a client that speaks to it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, mpsc};
use std::time::{Duration, Instant};

/// The program under test; another build of it where `PIXGATE_PROGRAM` says so.
pub(crate) const PROGRAM: &str = match option_env!("PIXGATE_PROGRAM") {
    Some(program) => program,
    None => env!("CARGO_BIN_EXE_pixgate"),
};

/// A running server; it is killed when nobody needs it any more.
pub(crate) struct Server {
    child: Child,
    port: u16,
    /// The line that it logged when it was ready.
    pub(crate) announced: String,
    log: Arc<Mutex<Vec<String>>>,
}

/// An answer as it came over the socket.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The value of a header, by its lower-case name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        headers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The answer in everything that a connection gave.
    pub(crate) fn read(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(bytes.get(..end)?).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|line| line.split_once(':'));
        Some(Self {
            status,
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
            body: bytes.get(end + 4..)?.to_vec(),
        })
    }
}

impl Server {
    /// Starts on a port that the system chooses.
    pub(crate) fn start(environment: &[(&str, &str)]) -> Self {
        let mut environment = environment.to_vec();
        environment.push(("IMGPROXY_BIND", "127.0.0.1:0"));
        Self::start_as_told(&environment)
    }

    /// Starts with nothing but this environment.
    pub(crate) fn start_as_told(environment: &[(&str, &str)]) -> Self {
        Self::start_command(
            Command::new(PROGRAM)
                .env_clear()
                .envs(environment.iter().copied()),
        )
    }

    /// Starts by a command that ends up as the program.
    pub(crate) fn start_command(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let log = Arc::default();
        let announced = follow(child.stdout.take().unwrap(), &log);
        let port = port_of(&announced);
        let server = Self {
            child,
            port: port.unwrap_or_else(|| panic!("the server said {log:?}")),
            announced,
            log,
        };
        server.await_connections();
        server
    }

    fn await_connections(&self) {
        let start = Instant::now();
        while TcpStream::connect(self.address()).is_err() {
            assert!(start.elapsed() < PATIENCE, "nobody listens");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn address(&self) -> (&'static str, u16) {
        ("127.0.0.1", self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// What it logged so far, as soon as a line has this in it.
    pub(crate) fn log_with(&self, part: &str) -> Vec<String> {
        let start = Instant::now();
        loop {
            let lines = self.log.lock().unwrap().clone();
            if lines.iter().any(|line| line.contains(part)) {
                return lines;
            }
            assert!(start.elapsed() < PATIENCE, "no {part:?} in {lines:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(crate) fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, &[])
    }

    pub(crate) fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask("GET", target, headers)
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let lines = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}\r\n"));
        let answer = self.send(&format!(
            "{method} {target} HTTP/1.1\r\nHost: pixgate.test\r\nConnection: close\r\n{}\r\n",
            lines.collect::<String>()
        ));
        let length = answer
            .header("content-length")
            .map(|text| text.parse::<usize>().unwrap());
        if method != "HEAD" {
            assert_eq!(length, Some(answer.body.len()), "{method} {target}");
        }
        answer
    }

    /// Sends bytes as they are and reads the answer.
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        Answer::read(&bytes)
            .unwrap_or_else(|| panic!("no answer but {:?}", String::from_utf8_lossy(&bytes)))
    }

    /// Sends bytes and goes away without reading.
    pub(crate) fn send_and_leave(&self, request: &str) {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream.shutdown(Shutdown::Both).unwrap();
    }

    /// Sends bytes and waits until the server gives up.
    pub(crate) fn send_and_wait(&self, request: &str) {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream.read_to_end(&mut Vec::new()).unwrap();
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// The most memory that it ever held, in KiB, where the system tells.
    pub(crate) fn peak_kib(&self) -> Option<u64> {
        let status = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(status).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    }

    /// Asks it to stop, as an orchestrator does.
    pub(crate) fn terminate(&self) {
        let line = format!("kill -TERM {}", self.pid());
        let status = Command::new("sh").args(["-c", &line]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        let start = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(start.elapsed() < PATIENCE, "the server does not end");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps reading the log, and gives the line that tells where to connect; empty if there is none.
fn follow(stdout: ChildStdout, log: &Arc<Mutex<Vec<String>>>) -> String {
    let (sender, ready) = mpsc::channel();
    let log = Arc::clone(log);
    std::thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if line.contains(READY) {
                // Only the first one is waited for.
                let _ = sender.send(line.clone());
            }
            log.lock().unwrap().push(line);
        }
    });
    ready.recv_timeout(PATIENCE).unwrap_or_default()
}

/// The port in `pixgate is ready: http://localhost:8080/`.
fn port_of(announced: &str) -> Option<u16> {
    let (_, rest) = announced.split_once("://")?;
    let (authority, _) = rest.split_once('/')?;
    authority.rsplit(':').next()?.parse().ok()
}

const READY: &str = "pixgate is ready: ";
const PATIENCE: Duration = Duration::from_secs(30);
