//! What only some systems have: unix sockets, signals. Elsewhere the same names fail, with words that say so.

#[cfg(unix)]
pub(crate) use std::os::unix::net::UnixListener;

#[cfg(not(unix))]
pub(crate) use missing::UnixListener;

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
    use std::io;
    use std::path::Path;

    /// A listener that cannot be.
    pub(crate) struct UnixListener(Infallible);

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
