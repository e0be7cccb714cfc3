//! Stopping: the first signal finishes accepted work, the second does not wait.

use actix_web::dev::ServerHandle;
use tokio::signal::unix::{SignalKind, signal};

/// Something that wants to know that the server stops.
pub(super) trait Stoppable {
    /// Called once, before the listener closes.
    fn begin_stopping(&self);
}

/// Waits for SIGTERM or SIGINT and stops the server; ends with a second signal, which is when not
/// to wait for the server any more.
pub(super) async fn on_signals(server: ServerHandle, state: impl Stoppable) {
    if wait().await.is_err() {
        tracing::error!("signals cannot be waited for");
        return std::future::pending().await;
    }
    tracing::info!("Shutting down the server...");
    state.begin_stopping();
    // The server has the command now; its own future ends when requests are answered.
    drop(server.stop(true));
    if wait().await.is_err() {
        return std::future::pending().await;
    }
    tracing::warn!("Second signal: not waiting for requests");
}

async fn wait() -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
