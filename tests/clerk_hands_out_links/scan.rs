//! A PDF as a printer or a camera sees it: pages of pixels, the codes on them, the words on them.

use std::path::Path;
use std::process::Command;

use crate::support::places;

/// A page of grey pixels.
pub struct Pixels {
    width: usize,
    height: usize,
    grey: Vec<u8>,
    dpi: usize,
}

/// A code that was read.
pub struct Scanned {
    pub text: String,
    /// Side of its symbol, without the quiet zone.
    pub side_mm: f64,
}

/// The address of the page that opens: a code spells host and door in capitals, which a browser and the service ignore.
pub fn opens(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let path = path.replacen("S/", "s/", 1);
    format!("{scheme}://{}/{path}", host.to_ascii_lowercase())
}

/// Every page at `dpi`; `None`, told on stderr, without poppler.
pub fn pages(pdf: &Path, dpi: usize) -> Option<Vec<Pixels>> {
    let Some(program) = places::program("pdftoppm") else {
        crate::support::left_out("pdftoppm", "install poppler-utils, as tests/run does");
        return None;
    };
    let into = tempfile::tempdir().unwrap();
    let done = Command::new(program)
        .args(["-gray", "-r", &dpi.to_string()])
        .arg(pdf)
        .arg(into.path().join("p"))
        .output()
        .unwrap();
    assert!(done.status.success() && done.stderr.is_empty(), "{done:?}");
    let mut files: Vec<_> =
        std::fs::read_dir(into.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    Some(files.iter().map(|file| Pixels::read(&std::fs::read(file).unwrap(), dpi)).collect())
}

/// The words of a PDF, as a search in it finds them; `None` without poppler.
pub fn words(pdf: &Path) -> Option<String> {
    let program = places::program("pdftotext")?;
    let done = Command::new(program).arg("-layout").arg(pdf).arg("-").output().unwrap();
    assert!(done.status.success(), "{done:?}");
    Some(String::from_utf8(done.stdout).unwrap())
}

impl Pixels {
    /// Reads a binary PGM.
    fn read(bytes: &[u8], dpi: usize) -> Self {
        let mut fields = Vec::new();
        let mut at = 0;
        while fields.len() < 4 {
            let end = at + bytes[at..].iter().position(u8::is_ascii_whitespace).unwrap();
            fields.push(std::str::from_utf8(&bytes[at..end]).unwrap());
            at = end + 1;
        }
        assert_eq!((fields[0], fields[3]), ("P5", "255"));
        let (width, height) = (fields[1].parse().unwrap(), fields[2].parse().unwrap());
        let grey = bytes[at..].to_vec();
        assert_eq!(grey.len(), width * height);
        Self { width, height, grey, dpi }
    }

    /// The size of the page.
    pub fn size_mm(&self) -> (f64, f64) {
        let mm = |pixels: usize| pixels as f64 / self.dpi as f64 * 25.4;
        (mm(self.width), mm(self.height))
    }

    /// The codes that a decoder reads in each of `columns` × `rows` equal parts of the page, as a phone is held over one
    /// ticket; the decoder mixes up the corners of many codes at once.
    pub fn codes(&self, (columns, rows): (usize, usize)) -> Vec<Scanned> {
        let size = (self.width / columns, self.height / rows);
        let parts = 0..columns * rows;
        parts
            .flat_map(|part| {
                let corner = (part % columns * size.0, part / columns * size.1);
                // As a phone does from frame to frame: nearer, then a little out of focus. One look misses one in a
                // thousand, whatever is printed.
                let looks = [(1, 0), (2, 0), (1, 1)];
                let printed = self.is_printed(corner, size);
                let read = |(nearer, blur)| self.look(corner, size, nearer, blur);
                looks
                    .into_iter()
                    .filter(|_| printed)
                    .map(read)
                    .find(|codes| !codes.is_empty())
                    .unwrap_or_default()
            })
            .collect()
    }

    /// Whether more than cutting marks stands in a part of the page; a code alone darkens a tenth of its place.
    fn is_printed(&self, (left, top): (usize, usize), (width, height): (usize, usize)) -> bool {
        let rows = (top..top + height).map(|y| y * self.width + left);
        let dark: usize = rows
            .map(|at| self.grey[at..at + width].iter().filter(|grey| **grey < 128).count())
            .sum();
        dark * 50 > width * height
    }

    /// What is read in a part of the page, enlarged `nearer` times, each pixel the mean of those within `blur` of it.
    fn look(
        &self,
        (left, top): (usize, usize),
        (width, height): (usize, usize),
        nearer: usize,
        blur: usize,
    ) -> Vec<Scanned> {
        let grey = |x: usize, y: usize| {
            let near = |at: usize, most: usize| at.saturating_sub(blur)..(at + blur + 1).min(most);
            let mean = |at: (usize, usize)| {
                let (mut sum, mut count) = (0, 0);
                for y in near(at.1, height) {
                    for x in near(at.0, width) {
                        sum += u32::from(self.grey[(top + y) * self.width + left + x]);
                        count += 1;
                    }
                }
                u8::try_from(sum / count).unwrap()
            };
            mean((x / nearer, y / nearer))
        };
        let (width, height) = (width * nearer, height * nearer);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, grey);
        let read = |grid: rqrr::Grid<_>| {
            let [a, b, ..] = grid.bounds;
            let side = f64::from((a.x - b.x).pow(2) + (a.y - b.y).pow(2)).sqrt();
            let (_, text) = grid.decode().ok()?;
            Some(Scanned { text, side_mm: side / (self.dpi * nearer) as f64 * 25.4 })
        };
        image.detect_grids().into_iter().filter_map(read).collect()
    }
}
