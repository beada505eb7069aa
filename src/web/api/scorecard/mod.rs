//! `/api/v1/scorecards/{year}`: the main score of a year, one document per series.

pub mod read;
pub mod write;

use actix_web::{HttpRequest, Resource};

use super::super::problem::Problem;
use super::query::Query;
use super::resource;

/// This endpoint.
pub fn resource() -> Resource {
    resource::reading_and_writing("/v1/scorecards/{year}", read::get, write::put)
}

/// A scorecard: a JSON object of the scoring system's own. One that khaosat computes has `lines`, a unit each, with `rank`
/// (and `low`, `high` of its interval), `same_as` (units it cannot be told apart from), `first_place_percent` and
/// `straddles_band`.
#[derive(Debug, utoipa::ToSchema)]
#[schema(value_type = Object, example = json!({"year": 2026, "series": "official", "units": []}))]
#[expect(dead_code, reason = "documents a body that goes through as bytes")]
pub struct Scorecard(serde_json::Value);

/// Which scorecard a request is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Year, 2000 to 2200.
    pub year: i32,
    /// Series: `official`, or another that the demo or a trial fills.
    pub series: String,
}

impl Name {
    /// Reads it from path and query.
    ///
    /// # Errors
    /// [`Problem::NotFound`] for a year that cannot be one, [`Problem::InvalidRequest`] for such a series.
    pub fn read(request: &HttpRequest, year: &str) -> Result<Self, Problem> {
        let digits = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
        let number = year.parse().ok().filter(|year| digits && (2000..=2200).contains(year));
        let year = number.ok_or(Problem::NotFound { what: "scorecard" })?;
        let query = Query::read(request, &["series"])?;
        let series = query.get("series").unwrap_or("official");
        let plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        if series.is_empty() || series.len() > 64 || !series.bytes().all(plain) {
            return Err(Problem::InvalidRequest {
                name: "series",
                reason: "use 1 to 64 lower-case letters, digits, dashes and underscores".to_owned(),
            });
        }
        Ok(Self { year, series: series.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn name(year: &str, query: &str) -> Result<Name, Problem> {
        Name::read(&TestRequest::with_uri(&format!("/?{query}")).to_http_request(), year)
    }

    #[test]
    fn a_year_without_a_series_is_the_official_one() {
        assert_eq!(name("2018", "").unwrap(), Name { year: 2018, series: "official".to_owned() });
        assert_eq!(name("2018", "series=simulated_1").unwrap().series, "simulated_1");
    }

    #[test]
    fn what_cannot_be_a_year_or_a_series_is_refused() {
        for year in ["1999", "2201", "02018", "+2018", "18", "two", ""] {
            assert_eq!(name(year, ""), Err(Problem::NotFound { what: "scorecard" }), "{year}");
        }
        for query in ["series=", "series=A", "series=a%00", "series=%C4%91", "serie=official"] {
            assert!(matches!(name("2018", query), Err(Problem::InvalidRequest { .. })), "{query}");
        }
    }
}
