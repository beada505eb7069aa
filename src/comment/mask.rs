//! Hides numbers, addresses and names in a comment.
//!
//! It would rather hide too much: a sum of money in odd spelling may go, a telephone number may not stay. Known gaps:
//! numbers of fewer than nine digits (a telephone in the old style without its area), names of people who are on no list,
//! names written with a slip of the keys.

use super::{mail, names::Staff, numbers, plate};

/// What was hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hidden {
    /// A telephone number.
    Phone,
    /// The number of an identity card (CMND, CCCD), or another long number.
    Identity,
    /// The number plate of a vehicle.
    Plate,
    /// An e-mail address.
    Mail,
    /// The number of a dossier.
    Dossier,
    /// The name of an official on the staff list.
    Official,
}

impl Hidden {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Phone, Self::Identity, Self::Plate, Self::Mail, Self::Dossier, Self::Official];

    /// What stands in its place, in Vietnamese: files have one language.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Phone => "[số điện thoại]",
            Self::Identity => "[số giấy tờ]",
            Self::Plate => "[biển số xe]",
            Self::Mail => "[thư điện tử]",
            Self::Dossier => "[mã hồ sơ]",
            Self::Official => "[tên cán bộ]",
        }
    }
}

/// A part of a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it was written.
    Text(&'a str),
    /// Something was here.
    Hidden(Hidden),
}

/// A stretch of a comment that is hidden, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    pub what: Hidden,
}

/// The pieces of a comment for those who are not to learn of whom it speaks, in order.
#[must_use]
pub fn mask<'a>(comment: &'a str, staff: &Staff) -> Vec<Piece<'a>> {
    let mut spans = mail::find(comment);
    spans.extend(plate::find(comment));
    spans.extend(numbers::find(comment));
    spans.extend(staff.find(comment));
    pieces(comment, spans)
}

/// Overlapping stretches become one, called after the one that begins first (of two, the longer).
fn pieces(comment: &str, mut spans: Vec<Span>) -> Vec<Piece<'_>> {
    spans.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut pieces = Vec::new();
    let mut done = 0;
    for span in spans {
        if span.start >= done {
            if let Some(text) = comment.get(done..span.start).filter(|text| !text.is_empty()) {
                pieces.push(Piece::Text(text));
            }
            pieces.push(Piece::Hidden(span.what));
        }
        done = done.max(span.end);
    }
    if let Some(text) = comment.get(done..).filter(|text| !text.is_empty()) {
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// The same as one text.
#[must_use]
pub fn masked(comment: &str, staff: &Staff) -> String {
    let word = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => (*text).to_owned(),
        Piece::Hidden(what) => what.placeholder().to_owned(),
    };
    mask(comment, staff).iter().map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn staff() -> Staff {
        Staff::new(["Nguyễn Văn An", "Trần Thị Hoà", "Siu H'Bia", "Đinh Đức"])
    }

    /// What people may write, and what others get to see of it.
    const CORPUS: &[(&str, &str)] = &[
        // Telephones as people write them.
        ("Gọi tôi 0912345678 nhé", "Gọi tôi [số điện thoại] nhé"),
        ("sđt:0912.345.678", "sđt:[số điện thoại]"),
        ("0912 345 678 hoặc 0269-3824-123", "[số điện thoại] hoặc [số điện thoại]"),
        ("+84 912 345 678", "[số điện thoại]"),
        ("(+84) 912345678", "([số điện thoại]"),
        ("84912345678", "[số điện thoại]"),
        ("O912345678", "[số điện thoại]"),
        ("０９１２３４５６７８", "[số điện thoại]"),
        ("0912\u{200B}345\u{200B}678", "[số điện thoại]"),
        ("không chín một hai ba bốn năm sáu bảy tám", "[số điện thoại]"),
        ("khong chin 1 hai 3 bon nam sau bay tam a", "[số điện thoại] a"),
        // Identity cards.
        ("CCCD 052098001234.", "CCCD [số giấy tờ]."),
        ("cmnd 230 123 456", "cmnd [số giấy tờ]"),
        ("số 231.456.789 của tôi", "số [số giấy tờ] của tôi"),
        // Plates.
        ("xe 81A-123.45 đỗ", "xe [biển số xe] đỗ"),
        ("81B1 12345", "[biển số xe]"),
        ("81-B1 123.45", "[biển số xe]"),
        ("81 a 12345", "[biển số xe]"),
        ("biển 81ab-1234", "biển [biển số xe]"),
        ("81MĐ1-123.45", "[biển số xe]"),
        // Addresses.
        ("thư an.nguyen+1@gialai.gov.vn!", "thư [thư điện tử]!"),
        ("nguyenan @ gmail . com", "[thư điện tử]"),
        ("nguyenan(at)gmail.com", "[thư điện tử]"),
        ("nguyenan a còng gmail", "[thư điện tử]"),
        // Dossiers.
        ("hồ sơ H21.625-0001 trễ", "hồ sơ [mã hồ sơ] trễ"),
        ("000.00.12.H21-181124-0001", "[mã hồ sơ]"),
        // Officials.
        ("Nguyễn Văn An làm tốt", "[tên cán bộ] làm tốt"),
        ("nguyen van an lam tot", "[tên cán bộ] lam tot"),
        ("NGUYỄN VĂN AN", "[tên cán bộ]"),
        ("chú Văn An", "chú [tên cán bộ]"),
        ("anh An tốt", "anh [tên cán bộ] tốt"),
        ("chị Hòa, cô Thị Hoà", "chị [tên cán bộ], cô [tên cán bộ]"),
        ("co hoa rat tot", "co [tên cán bộ] rat tot"),
        ("gặp An ở quầy", "gặp [tên cán bộ] ở quầy"),
        ("chị H’Bia giúp", "chị [tên cán bộ] giúp"),
        ("đ/c Đức", "đ/c [tên cán bộ]"),
        // What is to stay.
        ("có ăn uống gì đâu, an toàn", "có ăn uống gì đâu, an toàn"),
        ("người dân An Khê", "người dân An Khê"),
        ("An tâm, yên tâm", "An tâm, yên tâm"),
        ("nộp 1.500.000 đồng", "nộp 1.500.000 đồng"),
        ("phí 100.000.000 đ", "phí 100.000.000 đ"),
        ("ngày 15/11/2018 lúc 9h30", "ngày 15/11/2018 lúc 9h30"),
        ("15-11-2018", "15-11-2018"),
        ("đợi 30 phút, 2 lần, quầy 12A", "đợi 30 phút, 2 lần, quầy 12A"),
        ("thửa 123 tờ 45, 1200 m2", "thửa 123 tờ 45, 1200 m2"),
        ("đường dây 1022", "đường dây 1022"),
        ("ba bốn lần, năm sáu người", "ba bốn lần, năm sáu người"),
        ("hoa ở sân đẹp", "hoa ở sân đẹp"),
        ("", ""),
    ];

    #[test]
    fn the_corpus_is_hidden_as_far_as_it_should_be_and_no_further() {
        let wrong: Vec<String> = CORPUS
            .iter()
            .map(|(written, shown)| (written, shown, masked(written, &staff())))
            .filter(|(_, shown, got)| *got != **shown)
            .map(|(written, shown, got)| format!("{written:?}: {got:?} instead of {shown:?}"))
            .collect();
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    /// Digits of one number with separators a person may put between them.
    fn spelled(digits: &'static str) -> impl Strategy<Value = String> {
        let gap = prop_oneof![
            6 => Just(""), 1 => Just(" "), 1 => Just("."), 1 => Just("-"), 1 => Just("\u{A0}"), 1 => Just(" - "),
        ];
        proptest::collection::vec(gap, digits.len()).prop_map(move |gaps| {
            digits.chars().zip(gaps).map(|(d, gap)| format!("{d}{gap}")).collect()
        })
    }

    fn digits_of(text: &str) -> String {
        text.chars().filter(char::is_ascii_digit).collect()
    }

    proptest! {
        #[test]
        fn any_text_keeps_all_that_is_not_hidden_and_is_stable(text in "\\PC{0,80}") {
            let pieces = mask(&text, &staff());
            let mut rest = text.as_str();
            for piece in &pieces {
                if let Piece::Text(part) = piece {
                    let at = rest.find(part);
                    prop_assert!(at.is_some());
                    rest = &rest[at.unwrap() + part.len()..];
                }
            }
            let once = masked(&text, &staff());
            prop_assert_eq!(masked(&once, &staff()), once);
        }

        #[test]
        fn a_number_never_shows_however_it_is_spelled(
            number in prop_oneof![
                spelled("0912345678"), spelled("84912345678"), spelled("052098001234"), spelled("230123456"),
            ],
            before in "[a-zđêơ ]{0,12}", after in "[a-cêơ ,.]{0,12}",
        ) {
            // Nothing behind it makes a sum of money of it.
            let shown = masked(&format!("{before}{number} {after}"), &Staff::default());
            prop_assert_eq!(digits_of(&shown), "");
        }

        #[test]
        fn no_nine_digits_are_left_beside_each_other(text in "[0-9 .()+a-c-]{0,40}") {
            let shown = masked(&text, &Staff::default());
            let run = shown.split(|c: char| !c.is_ascii_digit()).map(str::len).max().unwrap_or(0);
            prop_assert!(run < 9, "{:?}", shown);
        }

        #[test]
        fn a_listed_name_never_shows_in_full(
            which in 0_usize..4, before in "[a-z ]{0,12}", after in "[a-z ]{0,12}",
        ) {
            let name = ["Nguyễn Văn An", "Trần Thị Hoà", "Siu H'Bia", "Đinh Đức"][which];
            for written in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
                let shown = masked(&format!("{before} {written} {after}"), &staff());
                prop_assert!(!shown.contains(&written) && shown.contains("[tên cán bộ]"));
            }
        }
    }
}
