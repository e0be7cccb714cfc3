//! The program as a process of its own.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::process::{Child, Command};

/// A process; it is killed when nobody needs it any more.
pub(crate) struct Program {
    child: Child,
    /// Empty but for what the program writes; its `HOME` too.
    folder: TempDir,
}

impl Program {
    /// Starts it with these variables and nothing else of this environment.
    pub(crate) fn start(variables: &BTreeMap<String, String>, binds_by_port: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        fs::create_dir(&home).unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixgate"));
        command
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TZ", "UTC")
            .env("HOME", home)
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .kill_on_drop(true);
        if binds_by_port {
            command.env("PORT", free_port().to_string());
        } else {
            command.env("IMGPROXY_BIND", "127.0.0.1:0");
        }
        let child = command.envs(variables).spawn().unwrap();
        Self { child, folder }
    }

    /// Starts it and waits until it listens; returns its address too.
    pub(crate) async fn serve(variables: &[(&str, &str)]) -> (Self, String) {
        let pairs = variables.iter();
        let variables = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let mut program = Self::start(&variables.collect(), false);
        let address = program.address().await.unwrap();
        (program, address)
    }

    /// Its standard output and error so far.
    pub(crate) fn log(&self) -> String {
        let bytes = fs::read(self.folder.path().join("log")).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Waits until it says where it listens.
    pub(crate) async fn address(&mut self) -> Result<String, String> {
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            if let Some(port) = announced_port(&self.log()) {
                return Ok(format!("127.0.0.1:{port}"));
            }
            if let Some(status) = self.child.try_wait().unwrap() {
                return Err(format!("ended with {status}: {}", self.log()));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Err(format!("does not start: {}", self.log()))
    }

    /// Waits for its end and returns the exit status.
    pub(crate) async fn exit(&mut self) -> Result<Option<i32>, String> {
        let end = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        let end = end.map_err(|_| format!("does not end: {}", self.log()))?;
        Ok(end.unwrap().code())
    }

    /// Waits a moment for log lines that may still be on their way.
    pub(crate) async fn await_log(&self, fits: impl Fn(&str) -> bool) -> Result<(), String> {
        let started = Instant::now();
        while !fits(&self.log()) {
            if started.elapsed() > Duration::from_secs(2) {
                return Err(format!("the log is {}", self.log()));
            }
            tokio::time::sleep(PAUSE).await;
        }
        Ok(())
    }
}

/// The port in `pixgate is ready: http://localhost:8080/`.
fn announced_port(log: &str) -> Option<u16> {
    let (_, rest) = log.split_once("pixgate is ready: http://")?;
    let (_, rest) = rest.split_once(':')?;
    let (port, _) = rest.split_once('/')?;
    port.parse().ok()
}

/// Somebody else could take it before the program does; it is unlikely.
fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

const PATIENCE: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(10);
