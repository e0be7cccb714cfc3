//! Servers that are started for a measurement and end with it.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::process::Process;

/// How a server is started.
#[derive(Debug, Clone)]
pub(crate) struct Recipe {
    /// In tables.
    pub(crate) name: String,
    /// The program and its arguments.
    command: Vec<String>,
    folder: String,
    variables: Vec<(String, String)>,
    /// The cores it may run on, as `taskset` writes them; all without.
    cores: Option<String>,
}

/// A server that runs until it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
}

impl Recipe {
    /// A server for the pictures of a folder; `command` is split at blanks.
    pub(crate) fn new(name: &str, command: &str, folder: &str) -> Self {
        let common = [
            ("IMGPROXY_LOG_LEVEL", "error"),
            ("IMGPROXY_JPEG_PROGRESSIVE", "true"),
            ("IMGPROXY_MAX_SRC_RESOLUTION", "80"),
        ];
        Self {
            name: name.to_owned(),
            command: command
                .split_ascii_whitespace()
                .map(str::to_owned)
                .collect(),
            folder: folder.to_owned(),
            variables: common
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .to_vec(),
            cores: None,
        }
    }

    /// With another variable.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With the pictures of another folder.
    pub(crate) fn of(mut self, folder: &str) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    /// On these cores only.
    pub(crate) fn pinned(mut self, cores: &str) -> Self {
        self.cores = Some(cores.to_owned());
        self
    }

    /// Starts it without waiting for anything.
    pub(crate) fn spawn(&self) -> Server {
        // Free a moment ago, which is good enough here.
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let address = format!("127.0.0.1:{port}");
        let pinning = self.cores.iter().flat_map(|cores| ["taskset", "-c", cores]);
        let words: Vec<&str> = pinning
            .chain(self.command.iter().map(String::as_str))
            .collect();
        let child = Command::new(words[0])
            .args(&words[1..])
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .env("IMGPROXY_BIND", &address)
            .env("IMGPROXY_LOCAL_FILESYSTEM_ROOT", &self.folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{words:?}: {error}"));
        Server { child, address }
    }

    /// Starts it and waits until it is healthy.
    pub(crate) fn start(&self) -> Server {
        let server = self.spawn();
        server.wait_for("/health");
        server
    }
}

impl Server {
    pub(crate) fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// Waits for the first answer of status 200.
    pub(crate) fn wait_for(&self, target: &str) {
        let start = Instant::now();
        let mut client = Client::new(&self.address);
        while client.get(target).status != 200 {
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "no answer to {target}"
            );
            std::thread::sleep(Duration::from_micros(500));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
