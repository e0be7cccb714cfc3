//! Bodies that are cut short are asked for once more, from there on.

use futures_util::{Stream, StreamExt, stream};
use pixgate_source::{BoxFuture, Chunks, Error};

use bytes::Bytes;

/// Asks for the bytes from an offset on.
pub(super) type Rest = Box<dyn FnOnce(u64) -> BoxFuture<'static, Result<Chunks, Error>> + Send>;

/// A body of `expected` bytes that survives the loss of one connection.
pub(super) fn resumed(
    chunks: Chunks,
    expected: u64,
    rest: Rest,
) -> impl Stream<Item = Result<Bytes, Error>> {
    let body = Resumed {
        chunks,
        received: 0,
        expected,
        rest: Some(rest),
    };
    stream::unfold(body, |mut body| async {
        let next = body.next().await?;
        Some((next, body))
    })
}

struct Resumed {
    chunks: Chunks,
    received: u64,
    expected: u64,
    rest: Option<Rest>,
}

impl Resumed {
    async fn next(&mut self) -> Option<Result<Bytes, Error>> {
        loop {
            let next = self.chunks.next().await;
            if let Some(Ok(chunk)) = &next {
                self.received = self.received.saturating_add(chunk.len() as u64);
                return next;
            }
            let is_cut = self.received < self.expected;
            let Some(rest) = self.rest.take().filter(|_| is_cut) else {
                return next;
            };
            match rest(self.received).await {
                Ok(chunks) => self.chunks = chunks,
                // What went wrong first is what matters.
                Err(_) => return next,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pixgate_source::ErrorKind;

    fn chunks(pieces: Vec<Result<&'static str, ErrorKind>>) -> Chunks {
        let pieces = pieces.into_iter().map(|piece| match piece {
            Ok(text) => Ok(Bytes::from_static(text.as_bytes())),
            Err(kind) => Err(Error::new(kind)),
        });
        Box::pin(stream::iter(pieces))
    }

    async fn read(
        first: Vec<Result<&'static str, ErrorKind>>,
        rest: Rest,
    ) -> Result<String, Error> {
        let mut text = String::new();
        let mut body = Box::pin(resumed(chunks(first), 6, rest));
        while let Some(piece) = body.next().await {
            text.push_str(std::str::from_utf8(&piece?).unwrap());
        }
        Ok(text)
    }

    fn answer(result: Result<&'static str, ErrorKind>) -> Rest {
        Box::new(move |offset| {
            assert_eq!(offset, 3);
            Box::pin(async move {
                result
                    .map(|text| chunks(vec![Ok(text)]))
                    .map_err(Error::new)
            })
        })
    }

    #[tokio::test]
    async fn a_cut_body_is_continued_once() {
        let cut = || Err(ErrorKind::ReadFailed);
        let unasked = || -> Rest { Box::new(|_| unreachable!()) };
        assert_eq!(
            read(vec![Ok("ab"), Ok("cdef")], unasked()).await.unwrap(),
            "abcdef"
        );
        assert_eq!(
            read(vec![Ok("abc")], answer(Ok("def"))).await.unwrap(),
            "abcdef"
        );
        assert_eq!(
            read(vec![Ok("abc"), cut()], answer(Ok("def")))
                .await
                .unwrap(),
            "abcdef"
        );
        assert_eq!(
            read(vec![Ok("abc"), cut()], answer(Ok("d"))).await.unwrap(),
            "abcd"
        );
        let missing = Err(ErrorKind::BrokenEncoding);
        let error = read(vec![Ok("abc"), cut()], answer(missing))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), &ErrorKind::ReadFailed);
    }
}
