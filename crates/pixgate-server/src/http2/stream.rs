//! One request over HTTP/2, from its head to the last byte of its answer.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::time::Duration;

use actix_web::web;
use bytes::Bytes;
use futures_util::StreamExt as _;
use h2::server::SendResponse;
use h2::{Reason, RecvStream, SendStream};
use http::{Method, StatusCode, header};
use pixgate_proxy::{Body, Response};
use pixgate_telemetry::clock;
use tokio::time::{Sleep, sleep, timeout};

use super::{MAX_UNSENT_BYTES, Share};
use crate::convert::Incoming;
use crate::{State, respond};

/// How a request ended.
pub(super) enum End {
    /// With an answer, or with a fault of ours.
    Answered(Share),
    /// The client does not want an answer any more.
    TakenBack,
}

/// Why an answer is not sent to its end.
enum Broken {
    TakenBack,
    /// The client takes too long.
    Late,
    /// The source broke off.
    Source,
}

/// A request, and what it takes to answer it.
pub(super) struct Asked {
    pub(super) state: web::Data<State>,
    pub(super) incoming: Incoming,
    pub(super) body: RecvStream,
    /// For sending.
    pub(super) patience: Duration,
}

/// Answers a request; it is given up when the client takes it back.
pub(super) async fn answer(asked: Asked, mut answer: SendResponse<Bytes>, share: Share) -> End {
    let Asked {
        state,
        incoming,
        body,
        patience,
    } = asked;
    if !body.is_end_stream() && !ignore(body).await {
        return End::TakenBack;
    }
    let response = tokio::select! {
        response = respond(&state, &incoming) => response,
        _ = poll_fn(|context| answer.poll_reset(context)) => return End::TakenBack,
    };
    let (head, body) = split(response, incoming.method());
    let Ok(mut stream) = answer.send_response(head, body.is_none()) else {
        return End::TakenBack;
    };
    let Some(body) = body else {
        return End::Answered(share);
    };
    let reason = match send(body, &mut stream, patience).await {
        Ok(()) => return End::Answered(share),
        Err(Broken::TakenBack) => return End::TakenBack,
        Err(Broken::Late) => Reason::CANCEL,
        Err(Broken::Source) => Reason::INTERNAL_ERROR,
    };
    stream.send_reset(reason);
    End::Answered(share)
}

/// Throws a body away: nobody asks for anything in one. Whether the request goes on; the protocol
/// library resets it if the body is not what its head said.
async fn ignore(mut body: RecvStream) -> bool {
    let all = async {
        let mut ignored_bytes = 0_usize;
        while let Some(piece) = body.data().await {
            let Ok(piece) = piece else {
                return false;
            };
            ignored_bytes = ignored_bytes.saturating_add(piece.len());
            let released = body.flow_control().release_capacity(piece.len());
            if released.is_err() || ignored_bytes > MAX_BODY_BYTES {
                break;
            }
        }
        true
    };
    timeout(MOMENT, all).await.unwrap_or(true)
}

/// Head and body of an answer; no body if the head is all of it.
fn split(response: Response, method: &Method) -> (http::Response<()>, Option<Body>) {
    let mut head = http::Response::new(());
    *head.status_mut() = response.status;
    *head.headers_mut() = response.headers;
    let headers = head.headers_mut();
    for name in [
        header::CONNECTION,
        header::TRANSFER_ENCODING,
        header::UPGRADE,
    ] {
        headers.remove(name);
    }
    if let Ok(now) = header::HeaderValue::try_from(httpdate::fmt_http_date(clock::system_time())) {
        headers.entry(header::DATE).or_insert(now);
    }
    let has_content = !matches!(
        response.status,
        StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
    );
    let is_empty = match &response.body {
        Body::Bytes(bytes) => {
            if has_content {
                headers.insert(header::CONTENT_LENGTH, bytes.len().into());
            }
            bytes.is_empty()
        }
        Body::Stream(_) => false,
    };
    let has_body = has_content && !is_empty && method != Method::HEAD;
    (head, has_body.then_some(response.body))
}

async fn send(
    body: Body,
    stream: &mut SendStream<Bytes>,
    patience: Duration,
) -> Result<(), Broken> {
    let mut pieces = match body {
        Body::Bytes(bytes) => return send_piece(bytes, true, stream, pin!(sleep(patience))).await,
        Body::Stream(pieces) => pieces,
    };
    loop {
        let piece = tokio::select! {
            piece = pieces.next() => piece,
            _ = poll_fn(|context| stream.poll_reset(context)) => return Err(Broken::TakenBack),
        };
        let Some(piece) = piece else {
            let end = stream.send_data(Bytes::new(), true);
            return end.map_err(|_| Broken::TakenBack);
        };
        let piece = piece.map_err(|_| Broken::Source)?;
        send_piece(piece, false, stream, pin!(sleep(patience))).await?;
    }
}

/// Sends as much at a time as the client takes.
async fn send_piece(
    mut piece: Bytes,
    is_last: bool,
    stream: &mut SendStream<Bytes>,
    mut deadline: Pin<&mut Sleep>,
) -> Result<(), Broken> {
    while !piece.is_empty() {
        stream.reserve_capacity(piece.len().min(MAX_UNSENT_BYTES));
        let room = tokio::select! {
            room = poll_fn(|context| stream.poll_capacity(context)) => room,
            () = &mut deadline => return Err(Broken::Late),
        };
        let Some(Ok(room)) = room else {
            return Err(Broken::TakenBack);
        };
        let part = piece.split_to(room.min(piece.len()));
        if !part.is_empty() {
            let is_end = is_last && piece.is_empty();
            let sent = stream.send_data(part, is_end);
            sent.map_err(|_| Broken::TakenBack)?;
        }
    }
    Ok(())
}

/// What is waited for of a body before its request is answered regardless.
const MAX_BODY_BYTES: usize = 64 << 10;
const MOMENT: Duration = Duration::from_secs(1);
