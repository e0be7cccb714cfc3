//! Log records in imgproxy's four layouts, on standard output and, if wanted, to syslog.
//!
//! There is one log in a process. [`start`] makes it, and takes what libraries say through `tracing`;
//! [`Record::emit`] writes to it.

mod layout;
mod record;
mod settings;
mod syslog;
mod tracing_bridge;

use std::fmt;
use std::io::{IsTerminal as _, Write as _};
use std::sync::{OnceLock, PoisonError, RwLock};

pub use layout::Layout;
pub use record::{Level, Record};
pub use settings::{Address, LogSettings, SyslogSettings};

use crate::clock;
use syslog::Syslog;

/// Sends all records of this process, and those of its libraries, where the settings say.
///
/// A second start in one process (tests) changes nothing.
///
/// # Errors
///
/// What the operating system says if syslog cannot be reached.
pub fn start(settings: &LogSettings) -> std::io::Result<()> {
    let syslog = settings.syslog.as_ref().map(Syslog::connect).transpose()?;
    let log = Log {
        layout: settings.layout.unwrap_or_else(by_terminal),
        level: settings.level,
        syslog,
        taps: RwLock::default(),
    };
    if LOG.set(log).is_ok() {
        tracing_bridge::install(settings.least_level());
    }
    Ok(())
}

/// Whether syslog can be reached, if records are to go there.
///
/// # Errors
///
/// What the operating system says.
pub fn check(settings: &LogSettings) -> std::io::Result<()> {
    settings
        .syslog
        .as_ref()
        .map(Syslog::connect)
        .transpose()
        .map(drop)
}

/// Hands every record from now on to `tap` as well.
pub fn add_tap(tap: impl Fn(&Record) + Send + Sync + 'static) {
    if let Some(log) = LOG.get() {
        let mut taps = log.taps.write().unwrap_or_else(PoisonError::into_inner);
        taps.push(Box::new(tap));
    }
}

/// Whether anybody reads records of this level; what goes into one need not be put together otherwise.
#[must_use]
pub fn is_read(level: Level) -> bool {
    LOG.get().is_some_and(|log| log.reads(level))
}

fn by_terminal() -> Layout {
    if std::io::stdout().is_terminal() {
        Layout::Pretty
    } else {
        Layout::Structured
    }
}

struct Log {
    layout: Layout,
    level: Level,
    syslog: Option<Syslog>,
    taps: RwLock<Vec<Tap>>,
}

type Tap = Box<dyn Fn(&Record) + Send + Sync>;

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log")
            .field("layout", &self.layout)
            .finish_non_exhaustive()
    }
}

impl Log {
    fn reads(&self, level: Level) -> bool {
        let taps = || self.taps.read().unwrap_or_else(PoisonError::into_inner);
        level >= self.level
            || self
                .syslog
                .as_ref()
                .is_some_and(|syslog| syslog.reads(level))
            || !taps().is_empty()
    }

    fn write(&self, record: &Record) {
        if record.level >= self.level {
            self.print(record);
        }
        if let Some(syslog) = &self.syslog {
            syslog.send(record);
        }
        let taps = self.taps.read().unwrap_or_else(PoisonError::into_inner);
        for tap in taps.iter() {
            tap(record);
        }
    }

    #[expect(
        clippy::print_stderr,
        reason = "there is nowhere else to say that the log is broken"
    )]
    fn print(&self, record: &Record) {
        let line = layout::render(record, self.layout, &clock::local_time());
        if let Err(error) = std::io::stdout().lock().write_all(line.as_bytes()) {
            eprintln!("cannot write to the log: {error}");
        }
    }
}

static LOG: OnceLock<Log> = OnceLock::new();
