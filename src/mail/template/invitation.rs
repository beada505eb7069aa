//! The invitation to a citizen, and the reminder of it, in the language of the dossier.
//!
//! Made when it is sent, from the link: what was answered, made void or unsubscribed by then goes to nobody. It names
//! the counter and nothing of the dossier.

use askama::Template;

use super::{Addressed, NoLetter, fill};
use crate::desk::Desk;
use crate::issue::address;
use crate::issue::code::Code;
use crate::issue::dossier::CONTACT;
use crate::store::id::LinkId;
use crate::store::link::LinkState;
use crate::store::round::State;

/// The words of one language.
struct Words {
    lang: &'static str,
    subject: &'static str,
    reminder: &'static str,
    greeting: &'static str,
    again: &'static str,
    lead: [&'static str; 2],
    about: &'static str,
    open: &'static str,
    code: [&'static str; 2],
    until: &'static str,
    once: &'static str,
    private: &'static str,
    free: &'static str,
    stop: &'static str,
    automatic: &'static str,
}

const VIETNAMESE: Words = Words {
    lang: "vi",
    subject: "Mời ông/bà góp ý về việc giải quyết hồ sơ",
    reminder: "Nhắc lại: mời ông/bà góp ý về việc giải quyết hồ sơ",
    greeting: "Kính gửi ông/bà,",
    again: "Đây là thư nhắc. Nếu ông/bà không muốn trả lời, xin bỏ qua thư này.",
    lead: ["Hồ sơ của ông/bà nhận ở", "đã giải quyết xong."],
    about: "Xin ông/bà cho biết việc đó đã làm tốt hay chưa. Trả lời mất khoảng ba phút.",
    open: "Mở phiếu khảo sát",
    code: ["Hoặc gõ mã", "tại"],
    until: "Phiếu nhận đến hết ngày",
    once: "Liên kết này của riêng ông/bà và dùng được một lần. Xin đừng chuyển cho người khác.",
    private: "Cán bộ ở quầy không mở, không xem, không sửa được câu trả lời. Sau khi đợt khảo sát kết thúc, mọi dấu vết nối câu trả lời với ông/bà được xóa.",
    free: "Trả lời hay không là tùy ông/bà, không ảnh hưởng gì đến hồ sơ.",
    stop: "Không nhận thư nhắc nữa",
    automatic: "Thư gửi tự động, xin không trả lời thư này.",
};

const ENGLISH: Words = Words {
    lang: "en",
    subject: "How was your dossier handled? Please tell us",
    reminder: "Reminder: how was your dossier handled?",
    greeting: "Dear Sir or Madam,",
    again: "This is a reminder. If you do not want to answer, please ignore it.",
    lead: ["Your dossier, received at", "has been finished."],
    about: "Please tell us whether it was handled well. It takes about three minutes.",
    open: "Open the survey",
    code: ["Or type the code", "at"],
    until: "Answers are taken until the end of",
    once: "This link is yours alone and works once. Please do not pass it on.",
    private: "The officials at the counter cannot open, see or change your answers. After the survey has ended, every tie between the answers and you is erased.",
    free: "Answering is up to you and has no effect on your dossier.",
    stop: "No more reminders",
    automatic: "This mail was sent automatically; please do not reply.",
};

struct Facts {
    place: String,
    url: String,
    code: String,
    home: String,
    until: String,
    stop: String,
    is_reminder: bool,
}

#[derive(Template)]
#[template(
    ext = "txt",
    whitespace = "preserve",
    source = r"{{ w.greeting }}

{% if f.is_reminder %}{{ w.again }}

{% endif %}{{ w.lead[0] }} {{ f.place }} {{ w.lead[1] }}
{{ w.about }}

{{ w.open }}:
{{ f.url }}

{{ w.code[0] }} {{ f.code }} {{ w.code[1] }} {{ f.home }}

{{ w.until }} {{ f.until }}.
{{ w.once }}

{{ w.private }}

{{ w.free }}

{{ w.stop }}:
{{ f.stop }}

{{ w.automatic }}
"
)]
struct Text<'a> {
    w: &'a Words,
    f: &'a Facts,
}

// Inline styles only: many mail programs drop a style sheet, and nothing may be loaded from elsewhere.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!DOCTYPE html>
<html lang="{{ w.lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ w.subject }}</title>
</head>
<body style="margin:0;padding:16px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<div style="max-width:600px;margin:0 auto">
<p>{{ w.greeting }}</p>
{% if f.is_reminder %}<p>{{ w.again }}</p>
{% endif %}<p>{{ w.lead[0] }} <strong>{{ f.place }}</strong> {{ w.lead[1] }} {{ w.about }}</p>
<p style="margin:24px 0"><a href="{{ f.url }}" style="display:inline-block;padding:14px 24px;background:#0b5394;color:#ffffff;text-decoration:none;border-radius:6px;font-size:18px">{{ w.open }}</a></p>
<p>{{ w.code[0] }} <strong style="font-family:monospace;white-space:nowrap">{{ f.code }}</strong> {{ w.code[1] }} <a href="{{ f.home }}" style="color:#0b5394">{{ f.home }}</a></p>
<p>{{ w.until }} {{ f.until }}. {{ w.once }}</p>
<p>{{ w.private }}</p>
<p>{{ w.free }}</p>
<p style="font-size:14px;color:#4a4a4a;border-top:1px solid #cccccc;padding-top:12px"><a href="{{ f.stop }}" style="color:#4a4a4a">{{ w.stop }}</a><br>{{ w.automatic }}</p>
</div>
</body>
</html>
"##
)]
struct Html<'a> {
    w: &'a Words,
    f: &'a Facts,
}

/// The mail about a link, to the address that is still held.
///
/// # Errors
/// [`NoLetter::Unwanted`] for a link that is spent, void, unsubscribed or of a round that takes no answers any more.
pub fn addressed(desk: &Desk, link: LinkId, is_reminder: bool) -> Result<Addressed, NoLetter> {
    let unwanted = |why: &str| Err(NoLetter::Unwanted(why.to_owned()));
    // A void link has no dossier any more: whoever was to be written to has another link, or none.
    let Some(invited) = desk.store.invited(link)? else {
        return unwanted("the link was made void before");
    };
    let round = desk.store.round_by_id(invited.round_id)?;
    let now = desk.clock.now();
    if round.state != State::Open || now >= round.closes_at {
        return unwanted("the round takes no answers any more");
    }
    let (Some(code), LinkState::Ready) = (&invited.code_enc, invited.state) else {
        return unwanted("the link was used or made void before");
    };
    let last = invited.expires_at.map_or(round.closes_at, |end| end.min(round.closes_at));
    if now > last {
        return unwanted("the link has ended");
    }
    let Some(contact) = &invited.contact_enc else {
        return unwanted("its holder wants no further mail");
    };
    if now < round.opens_at {
        return Err(NoLetter::NotYet(round.opens_at));
    }
    let keys = || NoLetter::Keys("a key of the round is not in this server's keys_dir".to_owned());
    let linking = desk.vault.linking_key(round.id).map_err(|_| keys())?;
    let recipient =
        linking.open_dossier(invited.dossier_id, CONTACT, contact).map_err(|_| keys())?;
    let codes = desk.vault.code_key().map_err(|_| keys())?;
    let code = codes.open(link, code).and_then(|text| Code::parse(&text).ok()).ok_or_else(keys)?;
    let words = if invited.language == "en" { &ENGLISH } else { &VIETNAMESE };
    let day = last.vietnam_day();
    let base = desk.public_url.trim_end_matches('/');
    let lang = words.lang;
    let facts = Facts {
        place: format!("{}, {}", invited.counter_name, invited.unit_name),
        url: format!("{}?lang={lang}", address(base, &code)),
        code: code.to_string(),
        home: format!("{base}/"),
        until: day.strftime(if lang == "vi" { "%d/%m/%Y" } else { "%-d %B %Y" }).to_string(),
        stop: format!("{base}/u/{}?lang={lang}", codes.unsubscribe_token(link)),
        is_reminder,
    };
    let subject = if is_reminder { words.reminder } else { words.subject };
    let mut letter =
        fill(subject.to_owned(), &Text { w: words, f: &facts }, &Html { w: words, f: &facts })?;
    letter.unsubscribe = Some(facts.stop);
    Ok(Addressed { letter, recipient })
}
