//! An origin behind TLS that speaks HTTP/2 or HTTP/1.1, with a certificate for `any.test`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::origin::OK;

/// The authority that signed the certificate.
pub(crate) const AUTHORITY: &[u8] = include_bytes!("tls/authority.der");
const CERTIFICATE: &[u8] = include_bytes!("tls/any.test.der");
const KEY: &[u8] = include_bytes!("tls/any.test.key.der");

/// A TLS listener on this machine; it ends with the test's runtime.
pub(crate) struct SecureOrigin {
    pub(crate) port: u16,
    requests: Arc<AtomicUsize>,
}

impl SecureOrigin {
    /// Starts with one protocol to agree on, `h2` or `http/1.1`.
    pub(crate) async fn start(protocol: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(AtomicUsize::new(0));
        let acceptor = TlsAcceptor::from(Arc::new(server_config(protocol)));
        let count = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(acceptor.clone(), stream, Arc::clone(&count)));
            }
        });
        Self { port, requests }
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

fn server_config(protocol: &str) -> ServerConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth();
    let chain = vec![CertificateDer::from(CERTIFICATE)];
    let key = PrivateKeyDer::try_from(KEY).unwrap();
    let mut config = builder.with_single_cert(chain, key).unwrap();
    config.alpn_protocols = vec![protocol.as_bytes().to_vec()];
    config
}

async fn serve(acceptor: TlsAcceptor, stream: TcpStream, count: Arc<AtomicUsize>) {
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    if stream.get_ref().1.alpn_protocol() == Some(b"h2") {
        serve_h2(stream, count).await;
    } else {
        serve_http1(stream, count).await;
    }
}

async fn serve_http1(mut stream: TlsStream<TcpStream>, count: Arc<AtomicUsize>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else {
            return;
        };
        head.push(byte);
    }
    count.fetch_add(1, Ordering::Relaxed);
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", OK.len());
    let _ = stream.write_all(&[head.as_bytes(), OK].concat()).await;
}

/// Paths: `/ok`; `/reset` ends its stream in the middle of the body; `/endless` never ends.
async fn serve_h2(stream: TlsStream<TcpStream>, count: Arc<AtomicUsize>) {
    let mut connection = h2::server::handshake(stream).await.unwrap();
    while let Some(Ok((request, mut respond))) = connection.accept().await {
        count.fetch_add(1, Ordering::Relaxed);
        let response = http::Response::builder().header("content-length", OK.len());
        let response = response.body(()).unwrap();
        let mut body = respond.send_response(response, false).unwrap();
        let path = request.uri().path().to_owned();
        tokio::spawn(async move {
            if path == "/reset" {
                let _ = body.send_data(Bytes::from_static(&OK[..4]), false);
                tokio::time::sleep(std::time::Duration::from_millis(30)).await;
                body.send_reset(h2::Reason::INTERNAL_ERROR);
            } else if path == "/ok" {
                let _ = body.send_data(Bytes::from_static(OK), true);
            } else {
                std::future::pending::<()>().await;
            }
        });
    }
}
