//! The name of a request in logs and answers.

use http::HeaderMap;

use crate::random_u64;

/// The id of a request: the client's `X-Request-ID` if it is plain, else the one of AWS Lambda's
/// request context, else 21 random letters.
#[must_use]
pub fn request_id(headers: &HeaderMap) -> String {
    let given = headers
        .get("x-request-id")
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned);
    let lambda = || lambda_id(headers.get("x-amzn-request-context")?.to_str().ok()?);
    given
        .filter(|id| is_plain(id))
        .or_else(lambda)
        .unwrap_or_else(generate)
}

fn is_plain(id: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    !id.is_empty() && id.bytes().all(is_letter)
}

/// Finds the string member `requestId` of the outermost object, in whatever case, as Go's JSON
/// does.
fn lambda_id(context: &str) -> Option<String> {
    let context: serde_json::Value = serde_json::from_str(context).ok()?;
    let mut members = context.as_object()?.iter();
    let (_, id) = members.find(|(name, _)| name.eq_ignore_ascii_case("requestId"))?;
    let id = id.as_str()?;
    is_plain(id).then(|| id.to_owned())
}

fn generate() -> String {
    let halves = [random_u64(), random_u64()];
    let letters = halves.into_iter().flat_map(|mut half| {
        std::iter::from_fn(move || {
            let letter = ALPHABET.get((half & 63) as usize).copied();
            half >>= 6;
            letter.map(char::from)
        })
        .take(LETTERS_PER_HALF)
    });
    letters.take(LENGTH).collect()
}

/// The alphabet and length of nano ids.
const ALPHABET: &[u8; 64] = b"useandom-26T198340PX75pxJACKVERYMINDBUSHWOLF_GQZbfghjklqvwyzrict";
const LENGTH: usize = 21;
/// 64 bits hold ten letters of six bits; the eleventh takes the four that are left.
const LETTERS_PER_HALF: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, http::HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn plain_ids_are_kept() {
        assert_eq!(request_id(&headers("x-request-id", "a-B_9")), "a-B_9");
    }

    #[test]
    fn other_ids_are_replaced_by_21_letters() {
        for bad in ["a b", "a;b", ""] {
            let id = request_id(&headers("x-request-id", bad));
            assert!(id.len() == LENGTH && is_plain(&id), "{id}");
        }
        assert_ne!(request_id(&HeaderMap::new()), request_id(&HeaderMap::new()));
    }

    #[test]
    fn lambda_names_requests_in_json() {
        let context = headers(
            "x-amzn-request-context",
            r#"{"requestId":"lambda-req-123"}"#,
        );
        assert_eq!(request_id(&context), "lambda-req-123");
    }
}
