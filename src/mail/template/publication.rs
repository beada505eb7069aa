//! The notice of a publication, to the publisher and to the contacts of API clients.

use askama::Template;

use super::{Letter, NoLetter, fill, path_segment};
use crate::clock::Millis;
use crate::store::Store;
use crate::store::publication::Publication;

/// What both parts say.
struct Facts {
    round: String,
    number: i32,
    corrects: bool,
    day: String,
    minute: String,
    page: String,
    api: String,
    digest: String,
}

#[derive(Template)]
#[template(
    ext = "txt",
    whitespace = "preserve",
    source = r"Kính gửi ông/bà,

Kết quả đợt khảo sát {{ f.round }} đã được công bố (lần {{ f.number }}) ngày {{ f.day }}.
{% if f.corrects %}Lần công bố này đính chính và thay thế lần {{ f.number - 1 }}.
{% endif %}
Xem kết quả:
{{ f.page }}

Số liệu cho phần mềm (cần mã truy cập):
{{ f.api }}

Mã kiểm chứng SHA-256:
{{ f.digest }}

Ông/bà nhận thư này vì là người công bố kết quả hoặc là đầu mối của phần mềm
được đọc kết quả. Thư gửi tự động, xin không trả lời.

----

Dear Sir or Madam,

The results of survey round {{ f.round }} were published (number {{ f.number }}) on {{ f.minute }},
Vietnam time.
{% if f.corrects %}This publication corrects and replaces number {{ f.number - 1 }}.
{% endif %}
Results:
{{ f.page }}

Figures for software (an access token is needed):
{{ f.api }}

SHA-256 to verify them:
{{ f.digest }}

You receive this mail as a publisher of the results or as the contact of a
program that may read them. It was sent automatically; please do not reply.
"
)]
struct Text<'a> {
    f: &'a Facts,
}

// Inline styles only: many mail programs drop a style sheet, and nothing may be loaded from elsewhere.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Công bố kết quả khảo sát {{ f.round }}</title>
</head>
<body style="margin:0;padding:16px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<div style="max-width:640px;margin:0 auto">
<div lang="vi">
<p>Kính gửi ông/bà,</p>
<p>Kết quả đợt khảo sát <strong>{{ f.round }}</strong> đã được công bố (lần {{ f.number }}) ngày {{ f.day }}.
{% if f.corrects %}Lần công bố này đính chính và thay thế lần {{ f.number - 1 }}.{% endif %}</p>
<p><a href="{{ f.page }}" style="color:#0b5394">Xem kết quả</a></p>
<p>Số liệu cho phần mềm (cần mã truy cập):<br><a href="{{ f.api }}" style="color:#0b5394;word-break:break-all">{{ f.api }}</a></p>
<p>Mã kiểm chứng SHA-256:<br><code style="word-break:break-all">{{ f.digest }}</code></p>
<p style="font-size:14px;color:#4a4a4a">Ông/bà nhận thư này vì là người công bố kết quả hoặc là đầu mối của phần mềm được đọc kết quả. Thư gửi tự động, xin không trả lời.</p>
</div>
<hr style="border:0;border-top:1px solid #cccccc;margin:24px 0">
<div lang="en">
<p>Dear Sir or Madam,</p>
<p>The results of survey round <strong>{{ f.round }}</strong> were published (number {{ f.number }}) on {{ f.minute }}, Vietnam time.
{% if f.corrects %}This publication corrects and replaces number {{ f.number - 1 }}.{% endif %}</p>
<p><a href="{{ f.page }}" style="color:#0b5394">See the results</a></p>
<p>Figures for software (an access token is needed):<br><a href="{{ f.api }}" style="color:#0b5394;word-break:break-all">{{ f.api }}</a></p>
<p>SHA-256 to verify them:<br><code style="word-break:break-all">{{ f.digest }}</code></p>
<p style="font-size:14px;color:#4a4a4a">You receive this mail as a publisher of the results or as the contact of a program that may read them. It was sent automatically; please do not reply.</p>
</div>
</div>
</body>
</html>
"##
)]
struct Html<'a> {
    f: &'a Facts,
}

/// The letter about the publication of that digest.
///
/// # Errors
/// [`NoLetter::Missing`] when there is no such publication.
pub fn letter(store: &Store, digest: &str, public_url: &str) -> Result<Letter, NoLetter> {
    let publication = store
        .publication(digest)?
        .ok_or_else(|| NoLetter::Missing("the publication it tells of is not there".to_owned()))?;
    let round = store.round_by_id(publication.round_id)?;
    written(&round.code, &publication, public_url)
}

fn written(round: &str, publication: &Publication, public_url: &str) -> Result<Letter, NoLetter> {
    let base = public_url.trim_end_matches('/');
    let (segment, digest) = (path_segment(round), path_segment(&publication.digest));
    let at = Millis(publication.published_at);
    let facts = Facts {
        round: round.to_owned(),
        number: publication.number,
        corrects: publication.supersedes.is_some(),
        day: at.vietnam_day().strftime("%d/%m/%Y").to_string(),
        minute: at.vietnam_minute(),
        page: format!("{base}/results/{segment}"),
        api: format!("{base}/api/v1/rounds/{segment}/publications/{digest}"),
        digest: publication.digest.clone(),
    };
    let subject = if facts.corrects {
        format!(
            "Đính chính kết quả khảo sát {round} (lần {}) / Corrected survey results",
            facts.number
        )
    } else {
        format!("Công bố kết quả khảo sát {round} / Survey results published")
    };
    fill(subject, &Text { f: &facts }, &Html { f: &facts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::id::RoundId;

    fn publication(number: i32) -> Publication {
        Publication {
            digest: "ab".repeat(32),
            round_id: RoundId(1),
            number,
            bytes: Vec::new(),
            signature: String::new(),
            kid: String::new(),
            published_at: Millis::parse("2026-11-24T23:30").unwrap().0,
            supersedes: (number > 1).then(|| "cd".repeat(32)),
        }
    }

    #[test]
    fn both_parts_say_in_both_languages_what_was_published_and_where() {
        let letter = written("2026-11", &publication(1), "https://khaosat.example.vn").unwrap();
        assert!(letter.subject.contains("2026-11"), "{}", letter.subject);
        for part in [&letter.text, &letter.html] {
            for expected in [
                "https://khaosat.example.vn/results/2026-11",
                &format!(
                    "https://khaosat.example.vn/api/v1/rounds/2026-11/publications/{}",
                    "ab".repeat(32)
                ),
                "24/11/2026",
                "2026-11-24 23:30",
                "Kính gửi ông/bà",
                "Dear Sir or Madam",
            ] {
                assert!(part.contains(expected), "{expected} in {part}");
            }
            assert!(!part.contains("thay thế") && !part.contains("replaces"), "{part}");
        }
    }

    #[test]
    fn a_correction_says_which_publication_it_replaces() {
        let letter = written("2026-11", &publication(3), "https://a.vn/").unwrap();
        assert!(letter.subject.starts_with("Đính chính"), "{}", letter.subject);
        for part in [&letter.text, &letter.html] {
            assert!(
                part.contains("thay thế lần 2") && part.contains("replaces number 2"),
                "{part}"
            );
        }
    }

    #[test]
    fn a_code_with_markup_stays_text() {
        let letter = written("<img src=x>\"&'/..", &publication(1), "https://a.vn").unwrap();
        assert!(!letter.html.contains("<img"), "{}", letter.html);
        assert!(letter.html.contains("&#60;img src=x&#62;"), "{}", letter.html);
        assert!(letter.html.contains("https://a.vn/results/%3Cimg%20src%3Dx%3E%22%26%27%2F..\""));
    }

    #[test]
    fn the_html_loads_nothing() {
        let html = written("2026-11", &publication(2), "https://a.vn").unwrap().html;
        for tag in
            ["<img", "<link", "<script", "<iframe", "<style", "src=", "url(", "@import", "<form"]
        {
            assert!(!html.contains(tag), "{tag} in {html}");
        }
    }
}
