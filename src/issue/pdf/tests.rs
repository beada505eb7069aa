use super::*;

fn file(pages: usize) -> Vec<u8> {
    let mut pdf = Pdf::begin(Vec::new(), "Áp phích").unwrap();
    for number in 0..pages {
        pdf.page(100.0, |page| {
            page.text(Face::Bold, 12.0, (10.0, 10.0), Grey::Black, "Ơ̆r Ĕ Č ñ");
            page.text(Face::Regular, 12.0, (10.0, 20.0), Grey::Dark, &number.to_string());
            Ok::<_, PdfError>(50.0)
        })
        .unwrap();
    }
    pdf.finish().unwrap()
}

/// The number behind the last `startxref`.
fn table_at(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    text.rsplit("startxref\n").next().unwrap().lines().next().unwrap().parse().unwrap()
}

#[test]
fn every_object_stands_where_the_table_says() {
    let pdf = file(3);
    let table = String::from_utf8(pdf[table_at(&pdf)..].to_vec()).unwrap();
    let offsets: Vec<usize> = table
        .lines()
        .skip(3)
        .take_while(|line| line.ends_with(" n"))
        .map(|line| line.split(' ').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(offsets.len(), 13 + 3 * 2);
    for (at, offset) in offsets.iter().enumerate() {
        let begins = format!("{} 0 obj", at + 1);
        assert!(pdf[*offset..].starts_with(begins.as_bytes()), "object {}", at + 1);
    }
}

#[test]
fn the_same_drawing_gives_the_same_bytes() {
    assert_eq!(file(2), file(2));
}

#[test]
fn a_page_costs_its_own_bytes_only() {
    let (few, many) = (file(10).len(), file(110).len());
    assert!(many - few < 100 * 1000, "{few} {many}");
    assert!(few < 200_000, "{few}");
}

#[test]
fn letters_of_two_characters_are_drawn_and_every_letter_has_a_form() {
    let mut fonts = Fonts::load().unwrap();
    for face in [Face::Regular, Face::Bold] {
        for text in ["ĕơ̆čñ", "ĔƠ̆ČÑ", "ăâđêôơư", "ẠỆỰỹ", "Xã Đăk Rơ̆ Ong", "–…“”"]
        {
            let glyphs = fonts.shaped(face, text);
            assert!(!glyphs.is_empty());
            assert!(glyphs.iter().all(|glyph| glyph.id != 0), "{face:?} lacks a letter of {text}");
        }
        let with_breve = fonts.shaped(face, "ơ\u{306}");
        assert_eq!(with_breve.len(), 2);
        assert_eq!(with_breve[1].advance, 0.0, "the breve stands over its letter: {with_breve:?}");
        assert_ne!(with_breve[0].advance, 0.0);
    }
}

#[test]
fn a_text_is_divided_at_words_and_shortened_to_its_place() {
    let mut pdf = Pdf::begin(Vec::new(), "").unwrap();
    pdf.page(100.0, |page| {
        let name = "Trung tâm Phục vụ hành chính công xã Kông Bơ La";
        let lines = page.lines(Face::Regular, 10.0, 40.0, 5, name);
        assert_eq!(lines.join(" "), name);
        assert!(lines.len() > 1);
        for line in &lines {
            assert!(page.width_of(Face::Regular, 10.0, line) <= 40.0);
        }
        let cut = page.lines(Face::Regular, 10.0, 40.0, 1, name);
        assert!(cut.len() == 1 && cut[0].ends_with('…'), "{cut:?}");
        assert!(page.width_of(Face::Regular, 10.0, &cut[0]) <= 40.0);
        let address = "khaosat.trungtamphucvuhanhchinhcong.gialai.gov.vn";
        let divided = page.lines(Face::Regular, 10.0, 40.0, 3, address);
        assert_eq!(divided.concat(), address, "an address is never cut");
        assert!(divided.len() > 1 && divided[0].ends_with('.'), "{divided:?}");
        assert_eq!(page.lines(Face::Regular, 10.0, 5.0, 30, "MMMMMMMMMM").concat(), "MMMMMMMMMM");
        Ok::<_, PdfError>(10.0)
    })
    .unwrap();
}

#[test]
fn what_a_drawing_refuses_ends_the_file() {
    let mut pdf = Pdf::begin(Vec::new(), "").unwrap();
    let refused = pdf.page(10.0, |_| Err(PdfError::TooLarge));
    assert!(matches!(refused, Err(PdfError::TooLarge)));
}
