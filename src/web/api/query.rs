//! The part after `?`: known names only, each once, short.

use actix_web::{HttpRequest, web};

use super::super::problem::Problem;

/// Longest query, bytes.
const QUERY_BYTES_MAX: usize = 1024;

/// The parameters of one request.
#[derive(Debug, Default)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the query; `known`: the names that this path takes.
    ///
    /// # Errors
    /// [`Problem::InvalidRequest`] for a name that is unknown or there twice, or a query that is too long.
    pub fn read(request: &HttpRequest, known: &[&'static str]) -> Result<Self, Problem> {
        let refuse = |reason: String| Problem::InvalidRequest { name: "query", reason };
        let text = request.query_string();
        if text.len() > QUERY_BYTES_MAX {
            return Err(refuse(format!("it is longer than {QUERY_BYTES_MAX} bytes")));
        }
        let pairs = web::Query::<Vec<(String, String)>>::from_query(text)
            .map_err(|_| refuse("it is not name=value pairs".to_owned()))?
            .into_inner();
        for (place, (name, _)) in pairs.iter().enumerate() {
            if !known.contains(&name.as_str()) {
                let known =
                    if known.is_empty() { "no parameter".to_owned() } else { known.join(", ") };
                return Err(refuse(format!("a parameter is unknown; this path takes {known}")));
            }
            if pairs.iter().skip(place + 1).any(|(other, _)| other == name) {
                return Err(refuse("a parameter is there twice".to_owned()));
            }
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn read(query: &str) -> Result<Query, Problem> {
        let request = TestRequest::with_uri(&format!("/?{query}")).to_http_request();
        Query::read(&request, &["limit", "before"])
    }

    #[test]
    fn known_names_are_read_and_decoded() {
        let query = read("limit=5&before=2026%2D11").unwrap();
        assert_eq!((query.get("limit"), query.get("before")), (Some("5"), Some("2026-11")));
        assert_eq!(read("").unwrap().get("limit"), None);
    }

    #[test]
    fn unknown_doubled_and_endless_queries_are_refused() {
        for query in ["Limit=5", "limit=5&limit=5", "access_token=x", &"a".repeat(2000)] {
            assert!(
                matches!(read(query), Err(Problem::InvalidRequest { name: "query", .. })),
                "{query}"
            );
        }
    }
}
