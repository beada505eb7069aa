//! The two faces that everything is printed in: Noto Sans, cut down to Latin with Vietnamese and combining marks, so that
//! Bahnar and Jrai names (ĕ, ơ̆, č, ñ) stand as they are written. Text is shaped, since some letters are two characters.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use harfrust::{Buffer, Font, GlyphId, ShapeOptions, ShaperFont, shape};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Chunk, Filter, Finish, Name, Rect, Ref, Str};
use unicode_normalization::UnicodeNormalization;

use super::{PdfError, compact};

/// Texts whose shape is kept; names of units and counters come back on every ticket.
const KEPT_MAX: usize = 512;

/// A face.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Face {
    /// Noto Sans.
    Regular,
    /// Noto Sans Bold.
    Bold,
}

impl Face {
    /// The font file.
    pub(super) fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => include_bytes!("font/NotoSans-Regular.ttf"),
            Self::Bold => include_bytes!("font/NotoSans-Bold.ttf"),
        }
    }

    /// Its name among the resources of a page.
    pub(super) fn name(self) -> Name<'static> {
        match self {
            Self::Regular => Name(b"R"),
            Self::Bold => Name(b"B"),
        }
    }

    /// Its name in the file; six letters and + say that it is a cut of the font.
    fn base(self) -> Name<'static> {
        match self {
            Self::Regular => Name(b"KHSATR+NotoSans-Regular"),
            Self::Bold => Name(b"KHSATB+NotoSans-Bold"),
        }
    }
}

/// One drawn form, in thousandths of the font size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Glyph {
    pub id: u16,
    /// From the pen to where it is drawn.
    pub right: f32,
    /// Above the line.
    pub up: f32,
    /// How far the pen goes.
    pub advance: f32,
    /// How far the font by itself would move the pen.
    pub own: f32,
}

/// Both faces, and which of their forms were used.
pub(super) struct Fonts {
    fonts: BTreeMap<Face, Loaded>,
    kept: HashMap<(Face, String), Arc<[Glyph]>>,
}

struct Loaded {
    font: Font,
    /// Glyph to the characters it stands for.
    used: BTreeMap<u16, String>,
}

const SYSTEM: SystemInfo =
    SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

impl Fonts {
    /// # Errors
    /// [`PdfError::Font`].
    pub fn load() -> Result<Self, PdfError> {
        let mut fonts = BTreeMap::new();
        for face in [Face::Regular, Face::Bold] {
            let font = Font::new(face.file().to_vec(), 0).ok_or(PdfError::Font)?;
            fonts.insert(face, Loaded { font, used: BTreeMap::new() });
        }
        Ok(Self { fonts, kept: HashMap::new() })
    }

    /// The forms of a text, which is brought to NFC; nothing for a text that cannot be shaped.
    pub fn shaped(&mut self, face: Face, text: &str) -> Arc<[Glyph]> {
        let text: String = text.nfc().collect();
        let key = (face, text);
        if let Some(glyphs) = self.kept.get(&key) {
            return Arc::clone(glyphs);
        }
        let glyphs: Arc<[Glyph]> =
            self.fonts.get_mut(&face).map(|loaded| loaded.shape(&key.1)).unwrap_or_default().into();
        if self.kept.len() >= KEPT_MAX {
            self.kept.clear();
        }
        self.kept.insert(key, Arc::clone(&glyphs));
        glyphs
    }

    /// The five objects of a font, in the order of `refs`; `packed` is its compressed file.
    pub fn objects(&self, face: Face, refs: [Ref; 5], packed: &[u8]) -> Vec<(Ref, Chunk)> {
        let [font, outlines, description, file, letters] = refs;
        let Some(loaded) = self.fonts.get(&face) else { return Vec::new() };
        let shaper = ShaperFont::new(&loaded.font);
        let mut written = Vec::with_capacity(refs.len());
        let mut put = |id: Ref, fill: &dyn Fn(&mut Chunk)| {
            let mut chunk = compact();
            fill(&mut chunk);
            written.push((id, chunk));
        };
        put(font, &|chunk| {
            let mut composite = chunk.type0_font(font);
            composite.base_font(face.base()).encoding_predefined(Name(b"Identity-H"));
            composite.descendant_font(outlines).to_unicode(letters);
        });
        put(outlines, &|chunk| {
            let mut cid = chunk.cid_font(outlines);
            cid.subtype(CidFontType::Type2).base_font(face.base()).system_info(SYSTEM);
            cid.font_descriptor(description).default_width(0.0);
            cid.cid_to_gid_map_predefined(Name(b"Identity"));
            let mut widths = cid.widths();
            for id in loaded.used.keys() {
                let own = shaper.glyph_h_advance(GlyphId::new(u32::from(*id)));
                widths.same(*id, *id, own as f32);
            }
        });
        put(description, &|chunk| {
            let mut descriptor = chunk.font_descriptor(description);
            descriptor.name(face.base()).flags(FontFlags::NON_SYMBOLIC);
            // As the font's own tables say, in thousandths: the same in both faces but for the width of a stem.
            descriptor.bbox(Rect::new(-600.0, -500.0, 1500.0, 1250.0)).italic_angle(0.0);
            descriptor.ascent(1069.0).descent(-293.0).cap_height(714.0);
            descriptor.stem_v(if face == Face::Bold { 140.0 } else { 90.0 }).font_file2(file);
        });
        put(file, &|chunk| {
            let mut stream = chunk.stream(file, packed);
            stream.filter(Filter::FlateDecode);
            stream.pair(Name(b"Length1"), i32::try_from(face.file().len()).unwrap_or_default());
        });
        let mut map = UnicodeCmap::new(Name(b"Letters"), SYSTEM);
        for (id, text) in &loaded.used {
            map.pair_with_multiple(*id, text.chars());
        }
        let map = map.finish();
        put(letters, &|chunk| {
            chunk.cmap(letters, map.as_slice()).finish();
        });
        written
    }
}

impl Loaded {
    fn shape(&mut self, text: &str) -> Vec<Glyph> {
        let shaper = ShaperFont::new(&self.font);
        let mut buffer = Buffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        if shape(&shaper, &mut buffer, ShapeOptions::new()).is_err() {
            return Vec::new();
        }
        let infos = buffer.glyph_infos();
        let mut glyphs = Vec::with_capacity(infos.len());
        for (at, (info, position)) in infos.iter().zip(buffer.glyph_positions()).enumerate() {
            let Ok(id) = u16::try_from(info.glyph_id) else { continue };
            let before = infos.iter().take(at).filter(|one| one.cluster == info.cluster).count();
            let next = infos.iter().skip(at + 1).find(|one| one.cluster != info.cluster);
            let last = infos.get(at + 1).is_none_or(|one| one.cluster != info.cluster);
            let end = next.map_or(text.len(), |one| one.cluster as usize);
            let cluster = text.get(info.cluster as usize..end).unwrap_or_default();
            // A letter of two characters is two forms of one cluster: each stands for its own, the last for the rest.
            let own: String =
                cluster.chars().skip(before).take(if last { usize::MAX } else { 1 }).collect();
            self.used.entry(id).or_insert(own);
            glyphs.push(Glyph {
                id,
                right: position.x_offset as f32,
                up: position.y_offset as f32,
                advance: position.x_advance as f32,
                own: shaper.glyph_h_advance(GlyphId::new(info.glyph_id)) as f32,
            });
        }
        glyphs
    }
}
