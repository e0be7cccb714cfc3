//! Stopping: the first signal finishes accepted work, the second does not wait.

use std::io;

use actix_web::dev::ServerHandle;

use crate::os::{Interrupt, Terminate, signals};

/// SIGTERM and SIGINT, which no longer end the process once this exists.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Terminate,
    interrupt: Interrupt,
}

/// Something that wants to know that the server stops.
pub(super) trait Stoppable {
    /// Called once, before the listener closes.
    fn begin_stopping(&self);
}

impl Signals {
    /// Takes the signals over.
    ///
    /// # Errors
    ///
    /// What the operating system says if it refuses.
    pub(super) fn register() -> io::Result<Self> {
        let (terminate, interrupt) = signals()?;
        Ok(Self {
            terminate,
            interrupt,
        })
    }

    /// Waits for a signal and stops the server; ends with a second signal, which is when not to
    /// wait for the server any more.
    pub(super) async fn stop(mut self, server: ServerHandle, state: impl Stoppable) {
        self.next().await;
        tracing::info!("Shutting down the server...");
        state.begin_stopping();
        // The server has the command now; its own future ends when requests are answered.
        drop(server.stop(true));
        self.next().await;
        tracing::warn!("Second signal: not waiting for requests");
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
