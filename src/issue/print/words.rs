//! What stands beside a code on paper: the form's own words, as the page has them, and how to get to the page.

use super::IssueError;
use crate::desk::Desk;
use crate::form::Form;
use crate::store::round::Round;

/// The words of a round's posters and tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// The form's title in its first language.
    pub title: String,
    /// The title in its other languages.
    pub others: Vec<String>,
    /// What a person reads before the first question, in the form's first language.
    pub intro: Vec<String>,
    /// The address to type, without its scheme.
    pub home: String,
    /// The last day.
    pub until: String,
}

/// How to begin.
pub const SCAN: &str = "Quét mã bằng máy ảnh của điện thoại";
/// The same in English.
pub const SCAN_EN: &str = "Scan the code with the camera of your phone";
/// The other way in.
pub const OR_TYPE: &str = "hoặc mở trang dưới đây và nhập dãy chữ ngay dưới mã:";
/// The same where there is little room.
pub const OR_TYPE_SHORT: &str = "hoặc nhập mã tại";
/// Both ways in, where there is little room.
pub const SCAN_OR_TYPE: &str = "Quét mã, hoặc nhập mã tại";
/// How a paper form is filled in.
pub const FILL_IN: &str =
    "Đánh dấu × vào một ô ở mỗi dòng; câu nào không muốn trả lời thì để trống.";
/// Where it goes.
pub const HAND_IN: &str = "Bỏ phiếu vào hòm niêm phong";

impl Words {
    /// The words of a round.
    ///
    /// # Errors
    /// When its form cannot be read.
    pub fn of(desk: &Desk, round: &Round) -> Result<Self, IssueError> {
        let form = super::super::form_of(desk, round)?;
        Ok(Self::from(&form, &desk.public_url, round))
    }

    fn from(form: &Form, public_url: &str, round: &Round) -> Self {
        let home = public_url.split_once("://").map_or(public_url, |(_, home)| home);
        Self {
            title: form.title.in_default_language().to_owned(),
            others: form.title.iter().skip(1).map(|(_, text)| text.to_owned()).collect(),
            intro: form.intro.iter().map(|text| text.in_default_language().to_owned()).collect(),
            home: home.to_owned(),
            until: round.closes_at.vietnam_day().strftime("%d/%m/%Y").to_string(),
        }
    }

    /// Until when answers are taken.
    #[must_use]
    pub fn until(&self) -> String {
        format!("Nhận trả lời đến hết ngày {}", self.until)
    }
    /// The last line of a ticket: its number, that it is good once, and until when.
    #[must_use]
    pub fn ticket(&self, serial: i64) -> String {
        format!("Số {serial} · dùng một lần · đến {}", self.until)
    }
}
