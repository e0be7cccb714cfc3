//! The system's log: RFC 3164 over a unix socket, UDP or TCP.

use std::io::{self, Write as _};
use std::net::{TcpStream, UdpSocket};
#[cfg(unix)]
use std::os::unix::net::{UnixDatagram, UnixStream};
use std::sync::mpsc::{SyncSender, sync_channel};

use jiff::Zoned;

use super::{Address, Level, Record, SyslogSettings, layout};
use crate::clock;

/// A thread that sends records, so that a slow daemon never holds a request up.
pub(super) struct Syslog {
    settings: SyslogSettings,
    lines: SyncSender<Vec<u8>>,
}

impl Syslog {
    /// Connects; afterwards, lost connections are made again with the next record.
    pub(super) fn connect(settings: &SyslogSettings) -> io::Result<Self> {
        let mut connection = Some(Connection::open(&settings.address)?);
        let address = settings.address.clone();
        let (lines, waiting) = sync_channel::<Vec<u8>>(MAX_WAITING);
        std::thread::Builder::new()
            .name("pixgate-syslog".to_owned())
            .spawn(move || {
                for line in waiting {
                    deliver(&mut connection, &address, &line);
                }
            })?;
        Ok(Self {
            settings: settings.clone(),
            lines,
        })
    }

    /// Whether records of this level go there.
    pub(super) fn reads(&self, level: Level) -> bool {
        self.settings.wants(level)
    }

    /// Queues a record; it is lost if the daemon does not keep up.
    pub(super) fn send(&self, record: &Record) {
        if self.settings.wants(record.level) {
            let line = line(record, &self.settings, &clock::local_time());
            // A full queue loses records rather than time.
            drop(self.lines.try_send(line.into_bytes()));
        }
    }
}

fn deliver(connection: &mut Option<Connection>, address: &Address, line: &[u8]) {
    for _ in 0..2 {
        if connection.is_none() {
            *connection = Connection::open(address).ok();
        }
        match connection.as_mut().map(|connection| connection.write(line)) {
            Some(Ok(())) => return,
            _ => *connection = None,
        }
    }
}

/// `<priority>time [host] tag[pid]: text`, RFC 3164 section 4.1.
fn line(record: &Record, settings: &SyslogSettings, now: &Zoned) -> String {
    let host = match settings.address {
        Address::Udp(_) | Address::Tcp(_) => format!("{} ", host_name()),
        _ => String::new(),
    };
    format!(
        "<{}>{} {host}{}[{}]: {}\n",
        FACILITY_USER + severity(record.level),
        now.strftime("%b %e %H:%M:%S"),
        settings.tag,
        std::process::id(),
        layout::structured(record, now)
    )
}

#[cfg(unix)]
fn host_name() -> String {
    let system = rustix::system::uname();
    match system.nodename().to_string_lossy() {
        name if name.is_empty() => "localhost".to_owned(),
        name => name.into_owned(),
    }
}

#[cfg(not(unix))]
fn host_name() -> String {
    "localhost".to_owned()
}

const fn severity(level: Level) -> u8 {
    match level {
        Level::Debug => 7,
        Level::Info => 6,
        Level::Warning => 4,
        Level::Error | Level::Critical => 3,
    }
}

enum Connection {
    #[cfg(unix)]
    Datagram(UnixDatagram),
    #[cfg(unix)]
    Stream(UnixStream),
    Udp(UdpSocket),
    Tcp(TcpStream),
}

impl Connection {
    fn open(address: &Address) -> io::Result<Self> {
        match address {
            #[cfg(unix)]
            Address::Local => local(),
            #[cfg(unix)]
            Address::UnixDatagram(path) => datagram(path),
            #[cfg(unix)]
            Address::Unix(path) => UnixStream::connect(path).map(Self::Stream),
            #[cfg(not(unix))]
            Address::Local | Address::UnixDatagram(_) | Address::Unix(_) => Err(io::Error::new(
                io::ErrorKind::Unsupported,
                "this system has no unix sockets",
            )),
            Address::Tcp(address) => TcpStream::connect(address).map(Self::Tcp),
            Address::Udp(address) => {
                let socket = UdpSocket::bind("[::]:0").or_else(|_| UdpSocket::bind("0.0.0.0:0"))?;
                socket.connect(address)?;
                Ok(Self::Udp(socket))
            }
        }
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        match self {
            #[cfg(unix)]
            Self::Datagram(socket) => socket.send(line).map(drop),
            Self::Udp(socket) => socket.send(line).map(drop),
            #[cfg(unix)]
            Self::Stream(stream) => stream.write_all(line),
            Self::Tcp(stream) => stream.write_all(line),
        }
    }
}

#[cfg(unix)]
fn datagram(path: &str) -> io::Result<Connection> {
    let socket = UnixDatagram::unbound()?;
    socket.connect(path)?;
    Ok(Connection::Datagram(socket))
}

/// Where daemons listen on Linux and elsewhere.
#[cfg(unix)]
fn local() -> io::Result<Connection> {
    let paths = ["/dev/log", "/var/run/syslog", "/var/run/log"];
    let found = paths.into_iter().find_map(|path| {
        let stream = || UnixStream::connect(path).map(Connection::Stream);
        datagram(path).or_else(|_| stream()).ok()
    });
    found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no local syslog daemon"))
}

const FACILITY_USER: u8 = 1 << 3;
const MAX_WAITING: usize = 1_024;

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn settings(address: Address) -> SyslogSettings {
        SyslogSettings {
            address,
            level: Level::Warning,
            tag: "img".to_owned(),
        }
    }

    #[test]
    fn records_reach_a_daemon_over_udp() {
        let daemon = UdpSocket::bind("127.0.0.1:0").unwrap();
        daemon
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        let address = daemon.local_addr().unwrap().to_string();
        let syslog = Syslog::connect(&settings(Address::Udp(address))).unwrap();
        syslog.send(&Record::new(Level::Info, "too little"));
        syslog.send(&Record::new(Level::Error, "gone wrong").with("a", 1));
        let mut buffer = [0; 1_000];
        let length = daemon.recv(&mut buffer).unwrap();
        let text = String::from_utf8_lossy(buffer.get(..length).unwrap());
        assert!(text.starts_with("<11>"), "{text}");
        assert!(
            text.contains(&format!(" img[{}]: time=", std::process::id())),
            "{text}"
        );
        assert!(text.ends_with("msg=\"gone wrong\" a=1\n"), "{text}");
    }

    #[cfg(unix)]
    #[test]
    fn records_reach_a_daemon_on_a_unix_socket() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let daemon = UnixDatagram::bind(&path).unwrap();
        let address = Address::new("unixgram", path.to_str().unwrap()).unwrap();
        let syslog = Syslog::connect(&settings(address)).unwrap();
        syslog.send(&Record::new(Level::Critical, "the end"));
        let mut buffer = [0; 1_000];
        let length = daemon.recv(&mut buffer).unwrap();
        assert!(buffer.get(..length).unwrap().starts_with(b"<11>"));
    }

    #[test]
    fn a_daemon_that_is_not_there_is_an_error() {
        let gone = settings(Address::UnixDatagram("/nowhere/log".to_owned()));
        assert!(Syslog::connect(&gone).is_err());
        assert_eq!(Address::new("carrier", "x"), None);
    }
}
