//! The mail that brings a link to set a new password, to an official with an account.

use askama::Template;

use super::{Addressed, Letter, NoLetter, fill};
use crate::account::one_time;
use crate::clock::Millis;
use crate::desk::Desk;
use crate::store::outbox::Mail;

struct Facts {
    link: String,
    until: String,
}

#[derive(Template)]
#[template(
    ext = "txt",
    whitespace = "preserve",
    source = r"Kính gửi ông/bà,

Có người xin đặt lại mật khẩu vào trang quản trị khảo sát cho tài khoản của
ông/bà. Đặt mật khẩu mới tại (dùng được một lần, đến {{ f.until }}):
{{ f.link }}

Nếu không phải ông/bà xin, xin bỏ qua thư này: mật khẩu cũ vẫn dùng được.
Thư gửi tự động, xin không trả lời.

----

Dear Sir or Madam,

Somebody asked to reset the password of your account for the survey console.
Set a new one here (works once, until {{ f.until }}, Vietnam time):
{{ f.link }}

If it was not you, ignore this mail: the old password still works.
It was sent automatically; please do not reply.
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
<title>Đặt lại mật khẩu</title>
</head>
<body style="margin:0;padding:16px;font-family:sans-serif;font-size:16px;line-height:1.5;color:#1a1a1a;background:#ffffff">
<div style="max-width:640px;margin:0 auto">
<div lang="vi">
<p>Kính gửi ông/bà,</p>
<p>Có người xin đặt lại mật khẩu vào trang quản trị khảo sát cho tài khoản của ông/bà.</p>
<p><a href="{{ f.link }}" style="color:#0b5394;word-break:break-all">Đặt mật khẩu mới</a> (dùng được một lần, đến {{ f.until }}).</p>
<p style="font-size:14px;color:#4a4a4a">Nếu không phải ông/bà xin, xin bỏ qua thư này: mật khẩu cũ vẫn dùng được. Thư gửi tự động, xin không trả lời.</p>
</div>
<hr style="border:0;border-top:1px solid #cccccc;margin:24px 0">
<div lang="en">
<p>Dear Sir or Madam,</p>
<p>Somebody asked to reset the password of your account for the survey console.</p>
<p><a href="{{ f.link }}" style="color:#0b5394;word-break:break-all">Set a new password</a> (works once, until {{ f.until }}, Vietnam time).</p>
<p style="font-size:14px;color:#4a4a4a">If it was not you, ignore this mail: the old password still works. It was sent automatically; please do not reply.</p>
</div>
</div>
</body>
</html>
"##
)]
struct Html<'a> {
    f: &'a Facts,
}

/// The letter with the link that `mail` refers to, while that works.
///
/// # Errors
/// [`NoLetter`].
pub fn addressed(desk: &Desk, mail: &Mail) -> Result<Addressed, NoLetter> {
    let nonce = data_encoding::HEXLOWER
        .decode(mail.subject_ref.as_bytes())
        .ok()
        .and_then(|nonce| <[u8; 16]>::try_from(nonce).ok())
        .ok_or_else(|| NoLetter::Missing("the link is none".to_owned()))?;
    let until = desk.store.one_time_until(nonce)?.filter(|until| until.0 > desk.clock.now().0);
    let Some(until) = until else {
        return Err(NoLetter::Unwanted("the link was used or is too old".to_owned()));
    };
    let letter =
        letter(one_time::link(desk, nonce).map_err(|e| NoLetter::Keys(e.to_string()))?, until)?;
    Ok(Addressed { letter, recipient: mail.recipient.clone() })
}

fn letter(link: String, until: Millis) -> Result<Letter, NoLetter> {
    let f = &Facts { link, until: until.vietnam_minute() };
    let subject = "Đặt lại mật khẩu trang quản trị khảo sát / Reset your password".to_owned();
    fill(subject, &Text { f }, &Html { f })
}
