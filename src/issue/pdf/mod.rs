//! PDF files for printers, written page by page: whatever their number, one page is in memory at a time.
//!
//! In: drawings of pages ([`Page`]). Out: a PDF 1.7 of vector pictures and two embedded fonts. Nothing in it tells a time
//! or a machine, so the same links give the same bytes.

mod face;
mod page;

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::{Chunk, Filter, Name, Rect, Ref, Settings, TextStr};

pub use face::Face;
use face::Fonts;
pub use page::{Grey, Page};

/// Points of a millimetre.
const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// Why no PDF came about.
#[derive(Debug, thiserror::Error)]
pub enum PdfError {
    /// The fonts inside the binary.
    #[error("the fonts of this khaosat cannot be read; it is damaged, install it again")]
    Font,
    /// The disk.
    #[error("the PDF cannot be written")]
    Write(#[from] io::Error),
    /// More than a PDF of this kind can number.
    #[error("too many pages for one PDF; print by unit")]
    TooLarge,
}

/// A PDF under way.
pub struct Pdf<W: Write> {
    out: W,
    /// Bytes written.
    at: u64,
    /// Where each object begins; object n stands at n - 1, 0 where it is not written yet.
    offsets: Vec<u64>,
    pages: Vec<Ref>,
    fonts: Fonts,
    title: String,
}

/// Objects that every file has.
const CATALOG: i32 = 1;
const TREE: i32 = 2;
const INFO: i32 = 3;
const FONTS: [(Face, i32); 2] = [(Face::Regular, 4), (Face::Bold, 9)];
/// The objects of one font: itself, its outlines' description, what describes them, they, the letters they stand for.
const OBJECTS_PER_FONT: i32 = 5;
const FIRST_FREE: i32 = 14;

impl<W: Write> Pdf<W> {
    /// Begins a file with this title.
    ///
    /// # Errors
    /// [`PdfError::Font`], [`PdfError::Write`].
    pub fn begin(out: W, title: &str) -> Result<Self, PdfError> {
        let mut pdf = Self {
            out,
            at: 0,
            offsets: vec![0; usize::try_from(FIRST_FREE - 1).unwrap_or_default()],
            pages: Vec::new(),
            fonts: Fonts::load()?,
            title: title.to_owned(),
        };
        // The second line says that the file is no text.
        pdf.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")?;
        Ok(pdf)
    }

    /// Draws one page, `width` mm wide; `draw` returns its height in mm, which a roll knows only at its end.
    ///
    /// # Errors
    /// [`PdfError::Write`], and what `draw` refuses.
    pub fn page<E: From<PdfError>>(
        &mut self,
        width: f32,
        draw: impl FnOnce(&mut Page<'_>) -> Result<f32, E>,
    ) -> Result<(), E> {
        let mut page = Page::on(&mut self.fonts, width);
        let height = draw(&mut page)? * POINTS_PER_MM;
        let content = page.finish(height);
        Ok(self.put_page(width * POINTS_PER_MM, height, &content)?)
    }

    fn put_page(&mut self, width: f32, height: f32, content: &[u8]) -> Result<(), PdfError> {
        let (page_ref, content_ref) = (self.allocate()?, self.allocate()?);
        let packed = deflate(content)?;
        self.put(content_ref, |chunk| {
            chunk.stream(content_ref, &packed).filter(Filter::FlateDecode);
        })?;
        self.put(page_ref, |chunk| {
            let mut page = chunk.page(page_ref);
            page.media_box(Rect::new(0.0, 0.0, width, height));
            page.parent(Ref::new(TREE)).contents(content_ref);
            let mut resources = page.resources();
            let mut fonts = resources.fonts();
            for (face, first) in FONTS {
                fonts.pair(face.name(), Ref::new(first));
            }
        })?;
        self.pages.push(page_ref);
        Ok(())
    }

    /// Writes what all pages share and ends the file.
    ///
    /// # Errors
    /// [`PdfError::Write`].
    pub fn finish(mut self) -> Result<W, PdfError> {
        let pages = std::mem::take(&mut self.pages);
        let count = i32::try_from(pages.len()).map_err(|_| PdfError::TooLarge)?;
        let title = std::mem::take(&mut self.title);
        self.put(Ref::new(TREE), |chunk| {
            chunk.pages(Ref::new(TREE)).kids(pages).count(count);
        })?;
        self.put(Ref::new(INFO), |chunk| {
            let mut info = chunk.indirect(Ref::new(INFO)).dict();
            info.pair(Name(b"Title"), TextStr(&title));
            info.pair(Name(b"Producer"), TextStr("khaosat"));
        })?;
        self.put(Ref::new(CATALOG), |chunk| {
            let mut catalog = chunk.indirect(Ref::new(CATALOG)).dict();
            catalog.pair(Name(b"Type"), Name(b"Catalog"));
            catalog.pair(Name(b"Pages"), Ref::new(TREE));
            catalog.pair(Name(b"Lang"), TextStr("vi"));
            let mut viewing = catalog.insert(Name(b"ViewerPreferences")).dict();
            // A sheet that is shrunk to fit misses its cutting marks, and its codes their size.
            viewing.pair(Name(b"PrintScaling"), Name(b"None"));
            viewing.pair(Name(b"DisplayDocTitle"), true);
        })?;
        for (face, first) in FONTS {
            self.put_font(face, first)?;
        }
        self.put_end()?;
        self.out.flush()?;
        Ok(self.out)
    }

    fn put_font(&mut self, face: Face, first: i32) -> Result<(), PdfError> {
        let packed = deflate(face.file())?;
        let refs: [Ref; OBJECTS_PER_FONT as usize] =
            std::array::from_fn(|n| Ref::new(first + i32::try_from(n).unwrap_or_default()));
        for (id, chunk) in self.fonts.objects(face, refs, &packed) {
            self.put_chunk(id, &chunk)?;
        }
        Ok(())
    }

    fn allocate(&mut self) -> Result<Ref, PdfError> {
        self.offsets.push(0);
        i32::try_from(self.offsets.len()).map(Ref::new).map_err(|_| PdfError::TooLarge)
    }

    /// Writes one object.
    fn put(&mut self, id: Ref, fill: impl FnOnce(&mut Chunk)) -> Result<(), PdfError> {
        let mut chunk = compact();
        fill(&mut chunk);
        self.put_chunk(id, &chunk)
    }

    fn put_chunk(&mut self, id: Ref, chunk: &Chunk) -> Result<(), PdfError> {
        let place = usize::try_from(id.get() - 1).ok().and_then(|n| self.offsets.get_mut(n));
        if let Some(place) = place {
            *place = self.at;
        }
        self.write(chunk.as_bytes())
    }

    /// The table of the objects, which readers begin with.
    fn put_end(&mut self) -> Result<(), PdfError> {
        let (at, size) = (self.at, self.offsets.len() + 1);
        let mut end = format!("xref\n0 {size}\n0000000000 65535 f\r\n");
        for offset in &self.offsets {
            end.push_str(&format!("{offset:010} 00000 n\r\n"));
        }
        end.push_str(&format!(
            "trailer\n<</Size {size}/Root {CATALOG} 0 R/Info {INFO} 0 R>>\nstartxref\n{at}\n%%EOF\n"
        ));
        self.write(end.as_bytes())
    }

    fn write(&mut self, bytes: &[u8]) -> Result<(), PdfError> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        Ok(())
    }
}

fn compact() -> Chunk {
    Chunk::with_settings(Settings { pretty: false })
}

fn deflate(bytes: &[u8]) -> Result<Vec<u8>, PdfError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests;
