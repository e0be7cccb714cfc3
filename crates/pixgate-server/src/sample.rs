//! The picture that is built in: `sample://landscape.jpg`.

use pixgate_source::{
    BoxFuture, Error, ErrorKind, SourceRequest, Status, Transport, TransportResponse,
};

/// The built-in picture's bytes, a JPEG of 960 x 640 pixels.
pub(crate) const LANDSCAPE: &[u8] = include_bytes!("../assets/landscape.jpg");

/// Its source URL.
pub(crate) const LANDSCAPE_URL: &str = "sample://landscape.jpg";

/// The transport behind `sample://`.
#[derive(Debug)]
pub(crate) struct Sample;

impl Transport for Sample {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        let found = (request.url == LANDSCAPE_URL).then_some(LANDSCAPE);
        let final_url = request.url.clone();
        Box::pin(async move {
            let bytes = found.ok_or(ErrorKind::Status { status: 404 })?;
            let length = http::HeaderValue::from(bytes.len());
            let body = futures_util::stream::once(async move { Ok(bytes.into()) });
            Ok(TransportResponse {
                status: Status::Ok,
                headers: [(http::header::CONTENT_LENGTH, length)]
                    .into_iter()
                    .collect(),
                final_url,
                body: Box::pin(body),
            })
        })
    }

    fn is_near(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use pixgate_codec::Limits;
    use pixgate_options::Format;

    use super::*;

    #[test]
    fn the_picture_is_what_the_page_says() {
        let header = pixgate_codec::probe(LANDSCAPE, &Limits::default()).expect("a picture");
        assert_eq!(header.format, Format::Jpeg);
        assert_eq!((header.width, header.height), (960, 640));
    }
}
