//! Questions and answers as they were spoken: files in `audio_dir/<language>/`, listed once when the service starts. What is
//! not there has no button.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::text::Lang;

/// Kinds of files by their ends, the one every phone plays first.
const KINDS: [(&str, &str); 3] =
    [("mp3", "audio/mpeg"), ("ogg", "audio/ogg"), ("opus", "audio/ogg; codecs=opus")];
/// Largest recording, bytes: half a minute of speech with room to spare. It is heard on a slow network.
pub const RECORDING_BYTES_MAX: u64 = 512 * 1024;
/// Most recordings of one language.
const RECORDINGS_MAX: usize = 4096;

/// What was recorded, by language and name.
#[derive(Debug, Default)]
pub struct Recordings {
    dir: PathBuf,
    /// Place in [`KINDS`] by (tag of the language, name of a question or id of an answer).
    found: BTreeMap<(&'static str, String), usize>,
}

/// Nothing was recorded.
pub static SILENCE: Recordings = Recordings { dir: PathBuf::new(), found: BTreeMap::new() };

impl Recordings {
    /// Lists the recordings in a directory; one that is not there holds none. What is too large or has another name is
    /// left out with a warning.
    #[must_use]
    pub fn in_dir(dir: &Path) -> Self {
        let mut found = BTreeMap::new();
        for lang in Lang::ALL {
            let Ok(files) = dir.join(lang.tag()).read_dir() else { continue };
            for file in files.flatten().take(RECORDINGS_MAX) {
                let path = file.path();
                let size = path.metadata().map_or(u64::MAX, |meta| meta.len());
                match named(&path).filter(|_| size <= RECORDING_BYTES_MAX) {
                    Some((name, kind)) => {
                        let best: &mut usize = found.entry((lang.tag(), name)).or_insert(kind);
                        *best = kind.min(*best);
                    }
                    None => tracing::warn!(
                        file = %path.display(), size_bytes = size,
                        "this recording is left out: it must be named like q01.mp3 or q01_4.ogg and hold at most 512 KiB"
                    ),
                }
            }
        }
        Self { dir: dir.to_owned(), found }
    }

    /// The address of the first of `names` that was recorded in a language.
    #[must_use]
    pub fn address(&self, lang: Lang, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| {
            let kind = *self.found.get(&(lang.tag(), (*name).to_owned()))?;
            let (end, _) = KINDS.get(kind)?;
            Some(format!("/audio/{}/{name}.{end}", lang.tag()))
        })
    }

    /// Path and media type of a listed file; `None` for any other.
    #[must_use]
    pub fn file(&self, tag: &str, file: &str) -> Option<(PathBuf, &'static str)> {
        let (name, kind) = named(Path::new(file))?;
        let tag = Lang::from_tag(tag)?.tag();
        self.found.get(&(tag, name)).filter(|listed| **listed == kind)?;
        let (end, media) = KINDS.get(kind)?;
        // Only a name that is listed itself, whatever else leads there.
        let listed = format!("{}.{end}", Path::new(file).file_stem()?.to_str()?);
        (listed == file).then(|| (self.dir.join(tag).join(listed), *media))
    }
}

/// Name and kind of `q01_4.mp3`: letters, digits and underlines, and an end we know.
fn named(path: &Path) -> Option<(String, usize)> {
    let name = path.file_stem()?.to_str()?;
    let end = path.extension()?.to_str()?;
    let plain = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_';
    let kind = KINDS.iter().position(|(known, _)| *known == end)?;
    (!name.is_empty() && name.chars().all(plain)).then(|| (name.to_owned(), kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_listed_and_what_is_odd_is_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let vi = dir.path().join("vi");
        std::fs::create_dir_all(&vi).unwrap();
        for name in ["q01.ogg", "q01.mp3", "satisfaction_4.opus", "Q02.mp3", "q03.wav", "q04"] {
            std::fs::write(vi.join(name), b"sound").unwrap();
        }
        let large = vec![0; usize::try_from(RECORDING_BYTES_MAX).unwrap() + 1];
        std::fs::write(vi.join("q05.mp3"), large).unwrap();
        let all = Recordings::in_dir(dir.path());
        assert_eq!(all.address(Lang::Vi, &["q01"]).as_deref(), Some("/audio/vi/q01.mp3"));
        let level = all.address(Lang::Vi, &["q01_4", "satisfaction_4"]);
        assert_eq!(level.as_deref(), Some("/audio/vi/satisfaction_4.opus"));
        assert_eq!(all.address(Lang::En, &["q01"]), None);
        for name in ["Q02", "q03", "q04", "q05"] {
            assert_eq!(all.address(Lang::Vi, &[name]), None, "{name}");
        }
        assert_eq!(all.file("vi", "q01.mp3").unwrap().1, "audio/mpeg");
        for (tag, file) in
            [("vi", "q01.ogg"), ("vi", "../vi/q01.mp3"), ("en", "q01.mp3"), ("x", "q01.mp3")]
        {
            assert!(all.file(tag, file).is_none(), "{tag}/{file}");
        }
        assert!(Recordings::in_dir(&dir.path().join("none")).found.is_empty());
    }
}
