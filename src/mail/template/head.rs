//! A signed tree head, to a witness named in a round: something to keep.

use askama::Template;

use super::{Letter, NoLetter, fill};
use crate::clock::Millis;
use crate::ledger::{armored, signed};
use crate::store::Store;
use crate::store::ledger::HeadReason;

/// What both parts say.
struct Facts {
    log: String,
    size: u64,
    minute: String,
    reason: &'static str,
    reason_en: &'static str,
    root: String,
    page: String,
    armor: String,
}

#[derive(Template)]
#[template(
    ext = "txt",
    whitespace = "preserve",
    source = r"Kính gửi ông/bà,

Đây là gốc có chữ ký của sổ cái khảo sát tại {{ f.log }},
{{ f.reason }}, ký lúc {{ f.minute }}: {{ f.size }} dòng, gốc
{{ f.root }}

Ông/bà nhận thư vì một đợt khảo sát ghi tên ông/bà là người làm chứng. Xin lưu
giữ thư này. Nếu về sau sổ cái bị viết lại, gốc đã lưu sẽ chứng minh điều đó:
khaosat verify ledger --against TỆP-THƯ. Gốc công bố cho mọi người:
{{ f.page }}

----

Dear Sir or Madam,

This is a signed root of the survey's ledger at {{ f.log }},
{{ f.reason_en }}, signed at {{ f.minute }}, Vietnam time: {{ f.size }} leaves, root
{{ f.root }}

You receive it because a survey round names you as a witness. Please keep this
mail. If the ledger is ever rewritten, the root you kept proves it:
khaosat verify ledger --against MAIL-FILE. What everybody is shown:
{{ f.page }}

{{ f.armor }}
"
)]
struct Text<'a> {
    f: &'a Facts,
}

#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!DOCTYPE html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sổ cái khảo sát: {{ f.size }} dòng</title>
</head>
<body style="margin:0;padding:16px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<div style="max-width:640px;margin:0 auto">
<div lang="vi">
<p>Kính gửi ông/bà,</p>
<p>Đây là gốc có chữ ký của sổ cái khảo sát tại {{ f.log }}, {{ f.reason }}, ký lúc {{ f.minute }}: <strong>{{ f.size }}</strong> dòng, gốc<br><code style="word-break:break-all">{{ f.root }}</code></p>
<p>Ông/bà nhận thư vì một đợt khảo sát ghi tên ông/bà là người làm chứng. Xin lưu giữ thư này. Nếu về sau sổ cái bị viết lại, gốc đã lưu sẽ chứng minh điều đó. <a href="{{ f.page }}" style="color:#0b5394">Gốc công bố cho mọi người</a></p>
</div>
<hr style="border:0;border-top:1px solid #cccccc;margin:24px 0">
<div lang="en">
<p>Dear Sir or Madam,</p>
<p>This is a signed root of the survey's ledger at {{ f.log }}, {{ f.reason_en }}, signed at {{ f.minute }}, Vietnam time: <strong>{{ f.size }}</strong> leaves.</p>
<p>You receive it because a survey round names you as a witness. Please keep this mail. If the ledger is ever rewritten, the root you kept proves it. <a href="{{ f.page }}" style="color:#0b5394">What everybody is shown</a></p>
</div>
<pre style="font-size:12px">{{ f.armor }}</pre>
</div>
</body>
</html>
"##
)]
struct Html<'a> {
    f: &'a Facts,
}

/// The letter with the head over `size` leaves.
///
/// # Errors
/// [`NoLetter::Missing`] when there is no such head.
pub fn letter(store: &Store, size: &str, public_url: &str) -> Result<Letter, NoLetter> {
    let missing = || NoLetter::Missing("the head it tells of is not there".to_owned());
    let stored = store.head(size.parse().map_err(|_| missing())?)?.ok_or_else(missing)?;
    let unreadable = |_| NoLetter::Missing("the head it tells of cannot be read".to_owned());
    let head = signed(stored).map_err(unreadable)?;
    let (reason, reason_en) = match HeadReason::from_word(&head.statement.reason) {
        Some(HeadReason::Closing) => ("khi một đợt khảo sát đóng", "when a round closed"),
        Some(HeadReason::Sealing) => {
            ("khi một đợt khảo sát được niêm phong", "when a round was sealed")
        }
        Some(HeadReason::Publication) => {
            ("khi kết quả được công bố", "when results were published")
        }
        Some(HeadReason::Daily) | None => ("hằng ngày", "as every day"),
    };
    let armor = armored(&head)
        .map_err(|_| NoLetter::Missing("the head it tells of cannot be written".to_owned()))?;
    let statement = head.statement;
    let facts = Facts {
        minute: Millis::parse(&statement.at).unwrap_or(Millis(0)).vietnam_minute(),
        log: statement.log,
        size: statement.size,
        reason,
        reason_en,
        root: statement.root,
        page: format!("{}/results/ledger", public_url.trim_end_matches('/')),
        armor,
    };
    let subject =
        format!("Sổ cái khảo sát: {} dòng, xin lưu giữ / Survey ledger, please keep", facts.size);
    fill(subject, &Text { f: &facts }, &Html { f: &facts })
}
