//! What stands beside a code on paper: the form's own words, as the page has them, and how to get to the page.

use std::fmt::Display;

use super::{IssueError, Sheet};
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
const HAND_IN: &str = "Bỏ vào hòm niêm phong";

impl Words {
    /// The words of a round.
    ///
    /// # Errors
    /// When its form cannot be read.
    pub fn of(desk: &Desk, round: &Round) -> Result<Self, IssueError> {
        let form = super::super::form_of(desk, round)?;
        Ok(Self::from(&form, &desk.public_url))
    }

    fn from(form: &Form, public_url: &str) -> Self {
        let home = public_url.split_once("://").map_or(public_url, |(_, home)| home);
        Self {
            title: form.title.in_default_language().to_owned(),
            others: form.title.iter().skip(1).map(|(_, text)| text.to_owned()).collect(),
            intro: form.intro.iter().map(|text| text.in_default_language().to_owned()).collect(),
            home: home.to_owned(),
        }
    }
}

impl Sheet {
    fn day(&self) -> impl Display {
        self.until.strftime("%d/%m/%Y")
    }

    /// Until when answers are taken.
    pub(super) fn until_day(&self) -> String {
        format!("Nhận trả lời đến hết ngày {}", self.day())
    }

    /// The last line of a ticket: its number, that it is good once, and until when.
    pub(super) fn last_line(&self) -> String {
        format!("Số {} · dùng một lần · đến {}", self.serial, self.day())
    }

    /// What is done with a filled form, and until when.
    pub(super) fn hand_in(&self) -> String {
        format!("{HAND_IN} · nhập đến {}", self.day())
    }
}
