//! The printed result sheet: the figures of a publication, and on every page the signed head of the ledger that covers them,
//! so that whoever keeps a sheet can prove that the ledger was rewritten later.

use super::document::Document;
use super::figures::{Group, Reason, UnitFigures};
use super::{Desk, Result, RoundError, refused};
use crate::clock::Millis;
use crate::issue::IssueError;
use crate::issue::pdf::{Face, Grey, Page, Pdf};
use crate::issue::qr::Qr;
use crate::ledger::{HEADS_MAX, SignedHead, signed};
use crate::vault::sha256;

/// A4, millimetres.
const WIDTH: f32 = 210.0;
const HEIGHT: f32 = 297.0;
const LEFT: f32 = 18.0;
const RIGHT: f32 = WIDTH - LEFT;
/// Left edges of the columns behind the unit's name.
const COLUMNS: [f32; 4] = [112.0, 130.0, 148.0, 176.0];
const ROW: f32 = 6.0;
const ROWS_OF_PAGE: usize = 27;
const FOOT: f32 = 232.0;
const CODE_SIDE: f32 = 32.0;

/// What every page carries at its foot.
struct Foot {
    lines: Vec<(Face, f32, String)>,
    url: String,
    qr: Qr,
}

/// One line of the table.
type Row = [String; 5];

/// The sheet of a round's newest publication as a PDF; the same publication gives the same bytes.
///
/// # Errors
/// [`RoundError::Refused`] before the first publication, or while no signed head covers it.
pub fn sheet(desk: &Desk, code: &str) -> Result<Vec<u8>> {
    let round = desk.store.round(code)?;
    let Some(publication) = desk.store.latest_publication(round.id)? else {
        return refused(format!("round {code} has no publication yet"));
    };
    let document: Document =
        serde_json::from_slice(&publication.bytes).map_err(RoundError::Canonical)?;
    let heads = desk.store.heads(HEADS_MAX)?;
    // Newest first: the last of those signed since is the first that covers it.
    let Some(head) = heads.into_iter().take_while(|h| h.at >= publication.published_at).last()
    else {
        return refused(format!(
            "no signed head of the ledger covers the publication of round {code} yet; khaosat serve signs one within a day"
        ));
    };
    let kid = head.kid.clone();
    let foot = foot(desk, &document, &publication.digest, &signed(head)?, &kid)?;
    let title = format!("Kết quả khảo sát {code}");
    let mut pdf = Pdf::begin(Vec::new(), &title).map_err(IssueError::from)?;
    let mut rows = table("Chính thức (được chọn để hỏi)", &document.figures.official);
    if document.figures.indicative.units.iter().any(|unit| unit.figure.n > 0) {
        rows.extend(table("Tham khảo (áp phích, máy tại quầy)", &document.figures.indicative));
    }
    let pages = rows.chunks(ROWS_OF_PAGE).count();
    for (number, rows) in (1..).zip(rows.chunks(ROWS_OF_PAGE)) {
        pdf.page(WIDTH, |page| {
            heading(page, &document, number, pages);
            body(page, rows);
            draw_foot(page, &foot);
            Ok::<_, IssueError>(HEIGHT)
        })?;
    }
    Ok(pdf.finish().map_err(IssueError::from)?)
}

fn day(moment: &str) -> String {
    let at = Millis::parse(moment).unwrap_or(Millis(0));
    at.vietnam_day().strftime("%d/%m/%Y").to_string()
}

fn foot(
    desk: &Desk,
    document: &Document,
    digest: &str,
    head: &SignedHead,
    kid: &str,
) -> Result<Foot> {
    let url = format!("{}/results/{}", desk.public_url.trim_end_matches('/'), document.round);
    let statement = &head.statement;
    let fingerprint = data_encoding::HEXLOWER.encode(&sha256(head.signature.as_bytes()));
    let lines = vec![
        (
            Face::Bold,
            9.0,
            format!("Sổ cái / Ledger: {} dòng, ký ngày {}", statement.size, day(&statement.at)),
        ),
        (Face::Regular, 8.0, "Gốc / Root (SHA-256):".to_owned()),
        (Face::Regular, 9.0, spaced(&statement.root, 0, 32)),
        (Face::Regular, 9.0, spaced(&statement.root, 32, 64)),
        (Face::Regular, 8.0, format!("Chữ ký / Signature: {}", spaced(&fingerprint, 0, 32))),
        (Face::Regular, 8.0, format!("Khóa / Key: {kid} · Công bố / Publication: {}", spaced(digest, 0, 16))),
        (
            Face::Regular,
            8.0,
            "Giữ tờ này: khaosat verify ledger --against DÒNG:GỐC cho biết sổ cái có bị viết lại không.".to_owned(),
        ),
        (
            Face::Regular,
            8.0,
            "Keep this sheet: it proves it if the ledger is ever rewritten (--against SIZE:ROOT).".to_owned(),
        ),
    ];
    let qr = Qr::of_url(&url).map_err(IssueError::from)?;
    Ok(Foot { lines, url, qr })
}

/// Hex digits in groups of eight, as people compare them.
fn spaced(hex: &str, from: usize, to: usize) -> String {
    let part = hex.get(from..to.min(hex.len())).unwrap_or_default();
    let mut text = String::new();
    for (at, digit) in part.chars().enumerate() {
        if at > 0 && at % 8 == 0 {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

fn percent(share: f64) -> String {
    format!("{:.1}%", share * 100.0).replace('.', ",")
}

fn row(name: &str, unit: &super::Figure, rank: Option<super::Rank>) -> Row {
    let shown = match (unit.index, unit.low, unit.high) {
        (Some(index), Some(low), Some(high)) => {
            [percent(index), format!("{}–{}", percent(low), percent(high))]
        }
        _ => [
            "–".to_owned(),
            match unit.suppressed {
                Some(Reason::FewRespondents) => "quá ít phiếu".to_owned(),
                Some(Reason::BelowMinimum) => "chưa đủ phiếu".to_owned(),
                Some(Reason::WouldReveal) => "để không lộ nơi khác".to_owned(),
                Some(Reason::NotWeighable) | None => "không tính được".to_owned(),
            },
        ],
    };
    let [index, range] = shown;
    let rank = rank.map_or_else(
        || "–".to_owned(),
        |rank| match rank.low == rank.high {
            true => format!("{} / {}", rank.low, rank.of),
            false => format!("{}–{} / {}", rank.low, rank.high, rank.of),
        },
    );
    [name.to_owned(), unit.n.to_string(), index, range, rank]
}

fn table(heading: &str, group: &Group) -> Vec<Row> {
    let mut rows = vec![[heading, "", "", "", ""].map(str::to_owned)];
    rows.push(row("Tất cả", &group.overall, None));
    let of = |unit: &UnitFigures| row(&unit.unit, &unit.figure, unit.rank);
    rows.extend(group.units.iter().map(of));
    rows
}

fn heading(page: &mut Page<'_>, document: &Document, number: usize, pages: usize) {
    let mut y = 22.0;
    for line in page.lines(Face::Bold, 15.0, RIGHT - LEFT, 2, &document.rules.title) {
        page.text(Face::Bold, 15.0, (LEFT, y), Grey::Black, &line);
        y += 7.0;
    }
    let told = format!(
        "Kết quả khảo sát / Survey results · đợt {} · công bố lần {}, ngày {} · trang {number}/{pages}",
        document.round,
        document.number,
        day(&document.published_at)
    );
    for line in page.lines(Face::Regular, 9.0, RIGHT - LEFT, 2, &told) {
        page.text(Face::Regular, 9.0, (LEFT, y), Grey::Dark, &line);
        y += 4.6;
    }
    if document.rules.synthetic {
        let words = "Phiếu trả lời mô phỏng, không phải của người dân / simulated answers";
        page.text(Face::Bold, 10.0, (LEFT, y + 0.6), Grey::Black, words);
    }
    let names = ["Đơn vị", "Số phiếu", "Chỉ số", "Khoảng tin cậy", "Hạng"];
    for (name, x) in names.iter().zip(std::iter::once(LEFT).chain(COLUMNS)) {
        page.text(Face::Bold, 9.0, (x, 52.0), Grey::Black, name);
    }
    page.line((LEFT, 54.0), (RIGHT, 54.0), 0.3, Grey::Dark);
}

fn body(page: &mut Page<'_>, rows: &[Row]) {
    let mut y = 60.0;
    for row in rows {
        let [name, cells @ ..] = row;
        let heads = cells.iter().all(String::is_empty);
        let face = if heads { Face::Bold } else { Face::Regular };
        let room = if heads { RIGHT - LEFT } else { 92.0 };
        let line = page.lines(face, 10.0, room, 1, name).into_iter().next().unwrap_or_default();
        page.text(face, 10.0, (LEFT, y), Grey::Black, &line);
        for (cell, x) in cells.iter().zip(COLUMNS) {
            let size = if page.width_of(Face::Regular, 10.0, cell) > 27.0 { 8.0 } else { 10.0 };
            page.text(Face::Regular, size, (x, y), Grey::Black, cell);
        }
        y += ROW;
    }
}

fn draw_foot(page: &mut Page<'_>, foot: &Foot) {
    page.line((LEFT, FOOT), (RIGHT, FOOT), 0.3, Grey::Dark);
    let mut y = FOOT + 6.0;
    for (face, size, text) in &foot.lines {
        page.text(*face, *size, (LEFT, y), Grey::Black, text);
        y += 4.6;
    }
    let left = RIGHT - CODE_SIDE;
    page.qr((left, FOOT + 5.0), CODE_SIDE, &foot.qr);
    for line in page.lines(Face::Regular, 8.0, RIGHT - LEFT, 2, &foot.url) {
        page.text(Face::Regular, 8.0, (LEFT, y + 4.0), Grey::Dark, &line);
        y += 4.0;
    }
}
