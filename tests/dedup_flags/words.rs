//! What made-up people write: stock phrases shared by many, and sentences put together from pieces.

use super::chance::Chance;

const STOCK: [&str; 14] = [
    "tốt",
    "Tốt",
    "hài lòng",
    "không có ý kiến",
    "cảm ơn",
    "Cán bộ nhiệt tình, vui vẻ",
    "Cán bộ nhiệt tình, hướng dẫn chu đáo",
    "Thủ tục nhanh gọn, cán bộ thân thiện",
    "Giải quyết nhanh, không phải đi lại nhiều lần",
    "Cán bộ một cửa hướng dẫn rất nhiệt tình, chu đáo, giải quyết hồ sơ đúng hẹn",
    "Đề nghị cán bộ giải quyết hồ sơ nhanh hơn để người dân đỡ phải đi lại nhiều lần",
    "Xin cảm ơn các anh chị cán bộ một cửa đã tận tình giúp đỡ bà con",
    "Cán bộ vui vẻ, hòa nhã, lịch sự, giải thích rõ ràng dễ hiểu cho người dân",
    "Chúc các anh chị cán bộ sức khỏe và tiếp tục phục vụ nhân dân tốt hơn nữa",
];
const WHO: [&str; 9] = [
    "chị trực quầy",
    "anh địa chính",
    "cô hộ tịch",
    "bác bảo vệ",
    "cán bộ tư pháp",
    "bạn đoàn viên",
    "anh văn thư",
    "chị trả kết quả",
    "đồng chí trưởng phòng",
];
const WHAT: [&str; 11] = [
    "khai sinh cho cháu",
    "sang tên sổ đất",
    "giấy phép xây dựng",
    "đăng ký kết hôn",
    "trợ cấp người cao tuổi",
    "sao y học bạ",
    "đăng ký tạm trú",
    "hộ kinh doanh",
    "bảo hiểm y tế",
    "khai tử cho mẹ",
    "vay vốn chính sách",
];
const WHEN: [&str; 8] = [
    "đầu tuần",
    "sáng thứ hai",
    "chiều thứ sáu",
    "sau kỳ nghỉ",
    "buổi trưa",
    "hôm mưa to",
    "cuối tháng",
    "tuần trước",
];

pub fn stock(chance: &mut Chance) -> String {
    let weights: Vec<f64> = (0..STOCK.len()).map(|at| 1.0 / (at + 1) as f64).collect();
    STOCK[chance.weighted(&weights)].to_owned()
}

pub fn long(chance: &mut Chance) -> String {
    let mut clauses: Vec<String> = (0..chance.whole(2, 4)).map(|_| clause(chance)).collect();
    clauses.dedup();
    let joined = clauses.join(*chance.pick(&[", còn ", "; ", ". Ngoài ra ", ", thêm nữa "]));
    format!(
        "{}{joined}",
        chance.pick(&["", "Tôi thấy ", "Hôm nay ", "Bà con chúng tôi thấy ", "Góp ý: "])
    )
}

fn clause(chance: &mut Chance) -> String {
    let (who, what, when) = (*chance.pick(&WHO), *chance.pick(&WHAT), *chance.pick(&WHEN));
    let minutes = chance.whole(2, 40);
    match chance.whole(0, 9) {
        0 => format!("{who} chỉ cho từng dòng khi tôi làm {what}"),
        1 => format!("ngồi chờ chưa tới {minutes} phút đã tới lượt dù {when} rất đông"),
        2 => format!("làm {what} chỉ mất {minutes} phút là xong"),
        3 => format!("{when} hỏi {who} về {what} thì được trả lời ngay"),
        4 => format!("thiếu một tờ trong hồ sơ {what} mà {who} in giúp luôn"),
        5 => format!("lệ phí {what} niêm yết rõ, chuyển khoản được"),
        6 => format!("{who} nói chậm nên bố mẹ tôi nghe hiểu hết phần {what}"),
        7 => format!("giấy tờ {what} bị sai họ, {when} báo lại thì sửa không thu tiền"),
        8 => format!("{when} máy lấy số hỏng, phải chờ {minutes} phút mới có {who} tới"),
        _ => format!("tôi đi xa {minutes} cây số ra mà {what} được {who} làm trước cho"),
    }
}

/// The same comment, lightly edited.
pub fn edited(text: &str, chance: &mut Chance) -> String {
    match chance.whole(0, 5) {
        0 => text.to_owned(),
        1 => text.to_lowercase().replace([',', '.', ';'], ""),
        2 => format!("Dạ {text} ạ"),
        3 => {
            let words: Vec<&str> = text.split(' ').collect();
            let out = chance.whole(0, words.len() - 1);
            let kept: Vec<&str> = words
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != out)
                .map(|(_, word)| *word)
                .collect();
            kept.join(" ")
        }
        4 => text.replace("tôi", "mình"),
        _ => format!("{text}, cảm ơn"),
    }
}
