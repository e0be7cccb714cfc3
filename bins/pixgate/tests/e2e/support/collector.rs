//! A service that takes what the program tells, over HTTP/1.1 or gRPC, and keeps it.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

/// What was told.
#[derive(Debug)]
pub(crate) struct Told {
    /// The path.
    pub(crate) path: String,
    /// Names in lower case, and values.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Told {
    pub(crate) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// The service; it answers everything with the same text.
pub(crate) struct Collector {
    port: u16,
    told: Receiver<Told>,
}

impl Collector {
    /// Speaks HTTP/1.1.
    pub(crate) fn http(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, told) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let sender = sender.clone();
                std::thread::spawn(move || serve(&stream, answer, &sender));
            }
        });
        Self { port, told }
    }

    /// Speaks gRPC, and takes the frame off what it is told.
    pub(crate) fn grpc() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (sender, told) = channel();
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(serve_grpc(listener, sender));
        });
        Self { port, told }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The next thing that it is told.
    pub(crate) fn next(&self) -> Told {
        self.told.recv_timeout(PATIENCE).unwrap()
    }
}

fn serve(stream: &TcpStream, answer: &str, sender: &Sender<Told>) {
    let mut reader = BufReader::new(stream);
    while let Some(told) = read(&mut reader) {
        let length = answer.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n");
        let mut writer = stream;
        let written = writer.write_all(format!("{head}{answer}").as_bytes());
        if sender.send(told).is_err() || written.is_err() {
            return;
        }
    }
}

fn read(reader: &mut BufReader<&TcpStream>) -> Option<Told> {
    let mut line = String::new();
    reader
        .read_line(&mut line)
        .ok()
        .filter(|length| *length > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let mut told = Told {
        path,
        headers,
        body: Vec::new(),
    };
    let length = told.header("content-length").parse().unwrap_or(0);
    told.body.resize(length, 0);
    reader.read_exact(&mut told.body).ok()?;
    Some(told)
}

async fn serve_grpc(listener: TcpListener, sender: Sender<Told>) {
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    while let Ok((stream, _)) = listener.accept().await {
        let sender = sender.clone();
        tokio::spawn(async move {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((request, mut respond))) = connection.accept().await {
                let sender = sender.clone();
                tokio::spawn(async move {
                    let told = read_grpc(request).await;
                    let answer = http::Response::builder()
                        .header("content-type", "application/grpc")
                        .body(())
                        .unwrap();
                    let mut stream = respond.send_response(answer, false).unwrap();
                    let empty = bytes::Bytes::from_static(&[0; 5]);
                    stream.send_data(empty, false).unwrap();
                    let mut trailers = http::HeaderMap::new();
                    trailers.insert("grpc-status", http::HeaderValue::from_static("0"));
                    stream.send_trailers(trailers).unwrap();
                    // The test may have seen enough.
                    let _ = sender.send(told);
                });
            }
        });
    }
}

async fn read_grpc(request: http::Request<h2::RecvStream>) -> Told {
    let (parts, mut stream) = request.into_parts();
    let mut body = Vec::new();
    while let Some(Ok(piece)) = stream.data().await {
        stream.flow_control().release_capacity(piece.len()).unwrap();
        body.extend_from_slice(&piece);
    }
    let (prefix, message) = body.split_at(5);
    let length = u32::from_be_bytes(prefix.get(1..).unwrap().try_into().unwrap());
    assert_eq!((prefix.first(), length as usize), (Some(&0), message.len()));
    let text = |value: &http::HeaderValue| value.to_str().unwrap_or_default().to_owned();
    Told {
        path: parts.uri.path().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), text(value)))
            .collect(),
        body: message.to_vec(),
    }
}

const PATIENCE: Duration = Duration::from_secs(30);
