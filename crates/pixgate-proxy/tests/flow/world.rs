//! A proxy over sources in memory.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures_util::StreamExt as _;
use http::{HeaderMap, HeaderName, Method};
use pixgate_codec::{
    DecodeRequest, EncodeSettings, Header, Limits, Metadata, Pixels, decode, encode, probe,
};
use pixgate_options::Format;
use pixgate_proxy::{Body, Config, Error, LeftOut, Proxy, Request};

use crate::sources::{Script, Sources};

/// A proxy, and what it can ask.
pub(crate) struct World {
    pub(crate) proxy: Proxy,
    pub(crate) sources: Arc<Sources>,
}

/// An answer, its body read to the end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The body broke off.
    pub(crate) is_cut: bool,
    pub(crate) error: Option<Error>,
    pub(crate) left_out: Vec<LeftOut>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// What the picture is.
    pub(crate) fn picture(&self) -> Header {
        assert_eq!(self.status, 200, "{:?}", self.error);
        probe(&self.body, &Limits::default()).unwrap()
    }

    /// Fails unless this is an error with these words.
    pub(crate) fn assert_refused(&self, status: u16, words: &str, what: &str) {
        assert_eq!(self.status, status, "{what}: {:?}", self.error);
        assert_eq!(self.text(), words, "{what}");
        assert_eq!(self.header("content-type"), Some("text/plain"), "{what}");
        assert_eq!(self.header("cache-control"), None, "{what}");
        assert_eq!(self.header("vary"), None, "{what}");
        assert!(self.error.is_some(), "{what}");
    }
}

impl World {
    /// With the defaults.
    pub(crate) fn open() -> Self {
        Self::with(|_| {})
    }

    /// With some settings; the sources are at `http://h/`.
    pub(crate) fn with(set: impl FnOnce(&mut Config)) -> Self {
        let mut config = Config::default();
        config.limits.workers = 2;
        set(&mut config);
        let sources = Arc::new(Sources::default());
        let photo = picture(Format::Jpeg, 240, 160);
        sources.add(
            "http://h/photo.png",
            Script::body(picture(Format::Png, 240, 160)),
        );
        sources.add(
            "http://h/photo.webp",
            Script::body(picture(Format::Webp, 240, 160)),
        );
        sources.add("http://h/photo.jpg", Script::body(photo));
        let proxy = Proxy::new(config).unwrap();
        Self {
            proxy: proxy.with_transport("http", Arc::clone(&sources) as _),
            sources,
        }
    }

    /// The same, all on the runtime of the test: with paused time nothing ever sleeps.
    pub(crate) fn here(set: impl FnOnce(&mut Config)) -> Self {
        let world = Self::with(set);
        Self {
            proxy: world.proxy.with_runtime(tokio::runtime::Handle::current()),
            sources: world.sources,
        }
    }

    pub(crate) fn add(&self, url: &str, script: Script) {
        self.sources.add(url, script);
    }

    /// Asks for a source with some options.
    pub(crate) async fn made(&self, options: &str, source: &str) -> Answer {
        let target = format!("/unsafe/{options}/plain/{source}");
        self.get(&target).await
    }

    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[]).await
    }

    pub(crate) async fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.ask(&Method::GET, target, headers).await
    }

    pub(crate) async fn ask(
        &self,
        method: &Method,
        target: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let headers = headers_of(headers);
        let response = self
            .proxy
            .handle(&Request {
                method,
                target,
                headers: &headers,
                now: now(),
            })
            .await;
        let (mut body, mut is_cut) = (Vec::new(), false);
        match response.body {
            Body::Bytes(bytes) => body.extend(bytes),
            Body::Stream(mut stream) => {
                while let Some(piece) = stream.next().await {
                    match piece {
                        Ok(piece) => body.extend(piece),
                        Err(_) => is_cut = true,
                    }
                }
            }
        }
        Answer {
            status: response.status.as_u16(),
            headers: response.headers,
            body,
            is_cut,
            error: response.error,
            left_out: response.left_out,
        }
    }

    /// Fails unless a right picture can be made and nothing is held any more.
    pub(crate) async fn assert_well(&self) {
        let header = self.made("w:30", "http://h/photo.jpg@png").await.picture();
        assert_eq!((header.format, header.width), (Format::Png, 30));
        assert_eq!(self.proxy.requests_in_progress(), 0);
        let gate = self.proxy.admission();
        // The thread that handed a source over lets go of it a moment later.
        let started = Instant::now();
        while gate.source_free_bytes() < gate.source_budget_bytes() {
            assert!(started.elapsed() < Duration::from_secs(5), "memory is held");
            tokio::task::yield_now().await;
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

pub(crate) fn headers_of(headers: &[(&str, &str)]) -> HeaderMap {
    let pair = |(name, value): &(&str, &str)| {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        (name, value.parse().unwrap())
    };
    headers.iter().map(pair).collect()
}

/// The time of day in all tests.
pub(crate) fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(NOW)
}

pub(crate) const NOW: u64 = 1_700_000_000;

/// A colour for each position.
pub(crate) type Paint<'p> = dyn Fn(u32, u32) -> [u8; 3] + 'p;

/// A smooth picture.
pub(crate) fn picture(format: Format, width: u32, height: u32) -> Vec<u8> {
    painted(format, (width, height), 1, &gradient)
}

pub(crate) fn gradient(x: u32, y: u32) -> [u8; 3] {
    [x / 2, y / 2, (x + y) / 4].map(|value| value.to_le_bytes()[0])
}

/// A picture of this content; an orientation other than 1 is written as EXIF.
pub(crate) fn painted(
    format: Format,
    (width, height): (u32, u32),
    orientation: u8,
    paint: &Paint<'_>,
) -> Vec<u8> {
    let bitmap = bitmap(width, height, paint);
    if format == Format::Bmp {
        return bitmap;
    }
    let mut metadata = Metadata::default();
    if orientation != 1 {
        metadata.exif = Some(exif(orientation));
    }
    encode(
        &pixels(&bitmap),
        &EncodeSettings::new(format, 80),
        &metadata,
    )
    .unwrap()
}

fn pixels(bytes: &[u8]) -> Pixels {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    let (pixels, _) = decode(bytes, &header, &DecodeRequest::default(), &limits).unwrap();
    pixels
}

/// Uncompressed, 24 bits, bottom row first.
fn bitmap(width: u32, height: u32, paint: &Paint<'_>) -> Vec<u8> {
    let padding = vec![0; (width % 4) as usize];
    let mut rows = Vec::new();
    for y in (0..height).rev() {
        rows.extend((0..width).flat_map(|x| {
            let [red, green, blue] = paint(x, y);
            [blue, green, red]
        }));
        rows.extend_from_slice(&padding);
    }
    let rows_size = u32::try_from(rows.len()).unwrap();
    let mut file = b"BM".to_vec();
    for word in [54 + rows_size, 0, 54, 40, width, height, 0x0018_0001, 0] {
        file.extend(word.to_le_bytes());
    }
    for word in [rows_size, 2835, 2835, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    file.extend(rows);
    file
}

/// A TIFF structure with nothing but an orientation.
fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0\x01\0".to_vec();
    tiff.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]);
    tiff.extend([0; 4]);
    tiff
}
