//! Stopping: the first signal finishes accepted work, the second does not wait.

use actix_web::dev::ServerHandle;
use tokio::signal::unix::{SignalKind, signal};

/// Something that wants to know that the server stops.
pub(super) trait Stoppable {
    /// Called once, before the listener closes.
    fn begin_stopping(&self);
}

/// Waits for SIGTERM or SIGINT and stops the server.
pub(super) async fn on_signals(server: ServerHandle, state: impl Stoppable) {
    if wait().await.is_err() {
        tracing::error!("signals cannot be waited for");
        return;
    }
    tracing::info!("Shutting down the server...");
    state.begin_stopping();
    let graceful = server.stop(true);
    tokio::select! {
        () = graceful => {}
        _ = wait() => {
            tracing::warn!("Second signal: not waiting for requests");
            server.stop(false).await;
        }
    }
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
