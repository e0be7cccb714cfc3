//! When a connection that nobody uses is closed: the web framework sees to that for HTTP/1 only.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_server::GracefulShutdownSignal;
use tokio::time::{Instant, Sleep, sleep};

use super::activity::Activity;

/// The wait for the end of a connection.
pub(super) struct Idle {
    activity: Activity,
    limit: Duration,
    deadline: Pin<Box<Sleep>>,
    stopping: Option<Pin<Box<dyn Future<Output = ()>>>>,
}

impl Idle {
    /// Begins to wait; a server that stops waits only a moment.
    pub(super) fn new(
        activity: Activity,
        limit: Duration,
        stopping: GracefulShutdownSignal,
    ) -> Self {
        let limit = limit.max(MOMENT);
        Self {
            activity,
            limit,
            deadline: Box::pin(sleep(limit)),
            stopping: Some(Box::pin(async move { stopping.notified().await })),
        }
    }

    /// Fails once nothing was answered for too long; wakes the task when it is to ask again.
    pub(super) fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if let Some(stopping) = &mut self.stopping
            && stopping.as_mut().poll(context).is_ready()
        {
            self.stopping = None;
            self.limit = MOMENT;
            self.restart();
        }
        if !self.activity.is_idle() {
            self.restart();
        }
        match self.deadline.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }

    fn restart(&mut self) {
        let deadline = Instant::now() + self.limit;
        self.deadline.as_mut().reset(deadline);
    }
}

/// Time for the last bytes of an answer.
const MOMENT: Duration = Duration::from_secs(1);
