//! Files of others: workbooks with their own headings, imports that break off, frames that have holes.

use std::io::{Cursor, Write};

use super::office::{HEADINGS, Office, dossiers};
use crate::support::on_each_engine;

const MAP: &str = r#"
sheet = "Hồ sơ"
header_row = 2
[columns]
number = "Mã hồ sơ"
counter = "Quầy"
service = "Lĩnh vực"
finished_on = "Ngày trả"
outcome = "Kết quả"
[constants]
unit = "625"
[values.outcome]
"Đã trả" = "granted"
"Từ chối" = "refused"
"#;

/// A cell: text, or a day as a workbook stores it.
enum Cell {
    Text(&'static str),
    Day(u32),
}
use Cell::{Day, Text};

/// A workbook of one sheet, as small as the format allows.
fn workbook(sheet: &str, rows: &[&[Cell]]) -> Vec<u8> {
    let mut data = String::new();
    for (at, row) in rows.iter().enumerate() {
        data.push_str(&format!("<row r=\"{}\">", at + 1));
        for (column, cell) in row.iter().enumerate() {
            let place = format!("{}{}", char::from(b'A' + u8::try_from(column).unwrap()), at + 1);
            data.push_str(&match cell {
                Text(text) => {
                    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                }
                Day(serial) => format!("<c r=\"{place}\" s=\"1\"><v>{serial}</v></c>"),
            });
        }
        data.push_str("</row>");
    }
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let package = "http://schemas.openxmlformats.org/package/2006";
    let parts = [
        (
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{package}/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>"
            ),
        ),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{relation}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{main}\" xmlns:r=\"{relation}\"><sheets><sheet name=\"{sheet}\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{package}/relationships\"><Relationship Id=\"r1\" Type=\"{relation}/worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"{relation}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{main}\"><cellXfs count=\"2\"><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{main}\"><sheetData>{data}</sheetData></worksheet>"),
        ),
    ];
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, content) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const HEAD: [Cell; 6] = [
    Text("STT"),
    Text("Mã hồ sơ"),
    Text("Quầy"),
    Text("Lĩnh vực"),
    Text("Ngày trả"),
    Text("Kết quả"),
];

#[test]
fn a_workbook_with_headings_of_its_own_is_taken_by_a_mapping() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        let put = |name: &str, bytes: Vec<u8>| {
            std::fs::write(office.at.directory().join(name), bytes).unwrap();
        };
        // 43409 is 5 November 2018.
        let good = workbook(
            "Hồ sơ",
            &[
                &[Text("Báo cáo")],
                &HEAD,
                &[Text("1"), Text("H-1"), Text("Q1"), Text("land"), Day(43409), Text("Đã trả")],
                &[],
                &[Text("2"), Text("H-2"), Text("Q2"), Text("Hộ tịch"), Day(43410), Text("Từ chối")],
            ],
        );
        put("good.xlsx", good.clone());
        office.at.file("map.toml", MAP);
        let import = |file: &str| {
            office.run("kim", &["dossier", "import", "kbang", file, "--map", "map.toml"])
        };
        let told = import("good.xlsx").done();
        assert!(told.contains("2 new, 0 known; 2 tickets issued"), "{told}");
        assert!(import("good.xlsx").done().contains("0 new, 2 known"));

        let wrong = workbook(
            "Hồ sơ",
            &[
                &[Text("Báo cáo")],
                &HEAD,
                &[Text("1"), Text("H-3"), Text("Q1"), Text("land"), Day(43409), Text("Đã trả")],
                &[Text("2"), Text("H-4"), Text("Q9"), Text("sea"), Text("hôm qua"), Text("mất")],
            ],
        );
        put("wrong.xlsx", wrong);
        let told = import("wrong.xlsx").stderr;
        for start in [
            "wrong.xlsx:4, counter \"Q9\"",
            "wrong.xlsx:4, service \"sea\"",
            "wrong.xlsx:4, finished_on \"hôm qua\"",
            "wrong.xlsx:4, outcome \"mất\"",
        ] {
            assert!(told.contains(start), "{start}: {told}");
        }
        assert_eq!(office.status()["links"], serde_json::json!({ "ticket": 2 }));

        put("cut.xlsx", good[..good.len() / 2].to_vec());
        assert!(import("cut.xlsx").refused().contains("cut.xlsx:1: this is no workbook"));
        put("other.xlsx", workbook("Sheet1", &[&HEAD]));
        assert!(import("other.xlsx").refused().contains("no sheet \"Hồ sơ\"; there is: Sheet1"));
        let unmapped = office.run("kim", &["dossier", "import", "kbang", "good.xlsx"]).stderr;
        assert!(unmapped.contains("header \"number\": no column has this heading"), "{unmapped}");
    });
}

#[test]
fn an_import_that_was_killed_is_run_again_and_nothing_is_lost_or_double() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "");
        let mut text = format!("{HEADINGS}\n");
        for line in dossiers(3000) {
            text.push_str(&format!("{line},,,,\n"));
        }
        office.at.file("many.csv", &text);
        let import = ["dossier", "import", "kbang", "many.csv", "--as", "kim"];
        let running = office.at.start(&import);
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
        let links = || office.status()["links"]["ticket"].as_i64().unwrap_or(0);
        while links() == 0 && std::time::Instant::now() < deadline {}
        running.kill();
        let half = links();
        assert!(half > 0, "nothing was taken before it was killed");
        let told = office.at.run(&import).done();
        assert!(told.contains(&format!("{} new, {half} known", 3000 - half)), "{told}");
        assert_eq!(links(), 3000);
    });
}

#[test]
fn holes_in_the_frame_are_told_to_the_administrator() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "own_domains = [\"gialai.example\"]\n");
        let mut lines = dossiers(40);
        // Numbers 4 and 9 of the second counter were never reported.
        lines.retain(|line| !line.contains("Q2-0004") && !line.contains("Q2-0009"));
        for (n, address) in
            [(0, "clerk@mail.gialai.example"), (2, "same@dan.example"), (4, "same@dan.example")]
        {
            lines[n].push_str(&format!(",,,{address}"));
        }
        office.import(&lines);
        let again = ["dossier", "import", "kbang", "dossiers.csv"];
        let told = office.run("kim", &again).stderr;
        assert!(told.contains("in this file: unit 625, counter Q"), "{told}");
        office.at.file("received.csv", "unit,received\n625,200\n622,100\n");
        office.done("binh", &["dossier", "received", "kbang", "received.csv"]);
        let more: Vec<String> =
            (1..=90).map(|n| format!("H21.622-{n:04},622,Q1,land,2018-11-05,granted,no")).collect();
        let text = more.iter().fold(format!("{HEADINGS}\n"), |text, l| text + l + ",,,,\n");
        office.at.file("pleiku.csv", &text);
        office.done("phu", &["dossier", "import", "kbang", "pleiku.csv"]);
        let told = office.at.run(&["dossier", "check", "kbang"]).done();
        for line in [
            "unit 625, counter Q2: 2 of 20 running numbers are missing among the finished dossiers",
            "dossiers with 1 addresses that stand on several dossiers",
            "1 dossiers with an address in the administration's own domains",
            "unit 625: 19 % of the dossiers received are reported finished, 90 % in the other units of the round",
        ] {
            assert!(told.contains(line), "{line}: {told}");
        }
        assert!(!told.contains("same@") && !told.contains("0004"), "{told}");
        let status = office.at.run(&["round", "status", "kbang"]).done();
        assert!(status.contains("frame    unit 625, counter Q2: 2 of 20"), "{status}");
        for (who, file) in [("kim", "received.csv"), ("chi", "received.csv")] {
            office.refused(who, &["dossier", "received", "kbang", file]);
        }
    });
}
