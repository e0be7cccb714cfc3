//! What only some systems have: unix sockets, signals. Elsewhere the same names fail, with words that say so.

#[cfg(unix)]
pub(crate) use std::os::unix::net::{UnixListener, UnixStream};

#[cfg(not(unix))]
pub(crate) use missing::{UnixListener, UnixStream};

use std::io;

/// What asks the process to end.
#[cfg(unix)]
pub(crate) type Terminate = tokio::signal::unix::Signal;
/// What interrupts it at a terminal.
#[cfg(unix)]
pub(crate) type Interrupt = tokio::signal::unix::Signal;

/// What asks the process to end.
#[cfg(windows)]
pub(crate) type Terminate = tokio::signal::windows::CtrlClose;
/// What interrupts it at a terminal.
#[cfg(windows)]
pub(crate) type Interrupt = tokio::signal::windows::CtrlC;

/// Takes both over, so that they no longer end the process by themselves.
///
/// # Errors
///
/// What the operating system says if it refuses.
#[cfg(unix)]
pub(crate) fn signals() -> io::Result<(Terminate, Interrupt)> {
    use tokio::signal::unix::{SignalKind, signal};
    Ok((
        signal(SignalKind::terminate())?,
        signal(SignalKind::interrupt())?,
    ))
}

/// Takes both over, so that they no longer end the process by themselves.
///
/// # Errors
///
/// What the operating system says if it refuses.
#[cfg(windows)]
pub(crate) fn signals() -> io::Result<(Terminate, Interrupt)> {
    Ok((
        tokio::signal::windows::ctrl_close()?,
        tokio::signal::windows::ctrl_c()?,
    ))
}

/// Lets several processes listen on a port.
///
/// # Errors
///
/// That this system cannot, or what it says.
#[cfg(unix)]
pub(crate) fn share_port(socket: &socket2::Socket) -> io::Result<()> {
    socket.set_reuse_port(true)
}

/// Lets several processes listen on a port.
///
/// # Errors
///
/// That this system cannot.
#[cfg(not(unix))]
pub(crate) fn share_port(_: &socket2::Socket) -> io::Result<()> {
    Err(io::Error::new(
        io::ErrorKind::Unsupported,
        "this system has no SO_REUSEPORT",
    ))
}

#[cfg(not(unix))]
mod missing {
    use std::convert::Infallible;
    use std::io::{self, Read, Write};
    use std::path::Path;
    use std::time::Duration;

    /// A stream that cannot be.
    pub(crate) struct UnixStream(Infallible);

    /// A listener that cannot be.
    pub(crate) struct UnixListener(Infallible);

    impl UnixStream {
        pub(crate) fn connect(_: impl AsRef<Path>) -> io::Result<Self> {
            Err(unsupported())
        }

        pub(crate) fn set_read_timeout(&self, _: Option<Duration>) -> io::Result<()> {
            match self.0 {}
        }
    }

    impl Read for UnixStream {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            match self.0 {}
        }
    }

    impl Write for UnixStream {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            match self.0 {}
        }

        fn flush(&mut self) -> io::Result<()> {
            match self.0 {}
        }
    }

    impl UnixListener {
        pub(crate) fn bind(_: impl AsRef<Path>) -> io::Result<Self> {
            Err(unsupported())
        }

        /// Whatever is needed, of what cannot be.
        pub(crate) fn never<T>(self) -> T {
            match self.0 {}
        }
    }

    fn unsupported() -> io::Error {
        io::Error::new(
            io::ErrorKind::Unsupported,
            "this system has no unix sockets",
        )
    }
}
