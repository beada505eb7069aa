//! The body of a token request: `application/x-www-form-urlencoded`, each name once.

use actix_web::web;

use super::refusal::Refusal;

/// Most fields.
const FIELDS_MAX: usize = 32;

/// The fields of a token request.
#[derive(Debug)]
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads a body.
    ///
    /// # Errors
    /// [`Refusal::Request`] when a field is there twice (RFC 6749, section 3.2) or there are too many.
    pub fn parse(body: &str) -> Result<Self, Refusal> {
        let fields = web::Query::<Vec<(String, String)>>::from_query(body)
            .map_err(|_| Refusal::Request("the body is not name=value pairs"))?
            .into_inner();
        if fields.len() > FIELDS_MAX {
            return Err(Refusal::Request("the body has too many fields"));
        }
        let doubled =
            |place: usize, name: &str| fields.iter().skip(place + 1).any(|(n, _)| n == name);
        if fields.iter().enumerate().any(|(place, (name, _))| doubled(place, name)) {
            return Err(Refusal::Request("a field is there twice"));
        }
        Ok(Self(fields))
    }

    /// The value of a field; one sent without a value counts as not sent (RFC 6749, section 3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        let field = self.0.iter().find(|(known, _)| known == name);
        field.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// One value as HTTP Basic carries it: form-encoded (RFC 6749, section 2.3.1). `None` for a broken escape.
#[must_use]
pub fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            plain => plain,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_counts_once_and_only_with_a_value() {
        let form = Form::parse("grant_type=client_credentials&scope=&x=a%20b+c").unwrap();
        assert_eq!(form.get("grant_type"), Some("client_credentials"));
        assert_eq!(form.get("scope"), None);
        assert_eq!(form.get("x"), Some("a b c"));
        assert!(Form::parse("a=1&b=2&a=1").is_err());
        assert!(Form::parse(&(0..40).map(|n| format!("f{n}=1&")).collect::<String>()).is_err());
    }

    #[test]
    fn escapes_are_undone_or_refused() {
        assert_eq!(decode("khs_a%2Db%5Fc+d").as_deref(), Some("khs_a-b_c d"));
        for broken in ["%", "%4", "%zz", "%ff"] {
            assert_eq!(decode(broken), None, "{broken}");
        }
    }
}
