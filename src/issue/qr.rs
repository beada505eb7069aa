//! QR pictures of addresses: the modules from the `qrcode` crate, the choice of level and mask and the pictures ours.
//!
//! An address comes in; out come an SVG of one compact path for pages and print, and a one-bit PNG for what takes no
//! SVG. The error correction is at least M and the highest that costs no larger symbol, as posters get dirty and torn.
//! The quiet zone of 4 modules (ISO/IEC 18004, 5.3.8) is part of every picture. The text in the symbol is [`spelled`] to be
//! short.

mod mask;
mod png;
mod runs;
mod spelling;
mod svg;

pub use runs::Run;
pub use spelling::spelled;

use qrcode::bits::{Bits, encode_auto};
use qrcode::canvas::Canvas;
use qrcode::ec::construct_codewords;
use qrcode::{EcLevel, Version};

/// Light modules on each side of a picture.
pub const QUIET_ZONE: usize = 4;

/// Longest address. At level M it fits version 10; beyond, a symbol 25 mm wide has modules too small for old phones.
/// It also keeps a row of modules within one machine word.
const URL_BYTES_MAX: usize = 200;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    #[error(
        "a QR code needs an address that begins with https:// or http://, without spaces or letters beyond ASCII"
    )]
    NotAnAddress,
    #[error(
        "the address has {bytes} bytes, at most {URL_BYTES_MAX} fit a QR code that can be read in print: shorten it"
    )]
    TooLong { bytes: usize },
    #[error("the QR code cannot be made")]
    Symbol(#[source] qrcode::types::QrError),
    #[error("a module of {given} pixels was asked for: 1 to {max} are possible")]
    ModulePixels { given: u32, max: u32 },
    #[error("the PNG cannot be written")]
    Png(#[source] ::png::EncodingError),
}

/// A QR symbol, without its quiet zone.
#[derive(Clone, PartialEq, Eq)]
pub struct Qr {
    width: usize,
    /// Per row a bit per module, from the left at bit 0; 1 is dark.
    rows: Vec<u64>,
    version: i16,
    level: Level,
}

/// Error correction: which share of the symbol may be unreadable. H (30 %) never costs nothing: what fits it in one
/// version fits M in the version below.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// About 15 %.
    M,
    /// About 25 %.
    Q,
}

impl Level {
    const fn of_crate(self) -> EcLevel {
        match self {
            Self::M => EcLevel::M,
            Self::Q => EcLevel::Q,
        }
    }
}

impl Qr {
    /// Makes the symbol of an address of at most 200 bytes, as it is [`spelled`].
    ///
    /// # Errors
    /// [`QrError::NotAnAddress`], [`QrError::TooLong`].
    pub fn of_url(url: &str) -> Result<Self, QrError> {
        if url.len() > URL_BYTES_MAX {
            return Err(QrError::TooLong { bytes: url.len() });
        }
        let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if host.is_none_or(str::is_empty) || !url.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(QrError::NotAnAddress);
        }
        Self::of_text(url)
    }

    /// Makes the symbol of what an authenticator app scans (`otpauth://…`), of at most 200 bytes.
    ///
    /// # Errors
    /// [`QrError::NotAnAddress`], [`QrError::TooLong`].
    pub fn of_authenticator(address: &str) -> Result<Self, QrError> {
        if address.len() > URL_BYTES_MAX {
            return Err(QrError::TooLong { bytes: address.len() });
        }
        let plain = address.bytes().all(|b| b.is_ascii_graphic());
        if !plain || !address.starts_with("otpauth://") {
            return Err(QrError::NotAnAddress);
        }
        Self::of_text(address)
    }

    fn of_text(text: &str) -> Result<Self, QrError> {
        let (canvas, version, level) = drawn(text).map_err(QrError::Symbol)?;
        let width = usize::try_from(version.width()).unwrap_or_default();
        let number = match version {
            Version::Normal(number) | Version::Micro(number) => number,
        };
        Ok(Self { width, rows: mask::best(&canvas, width), version: number, level })
    }

    /// Modules per side, without the quiet zone.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Whether the module `x` from the left and `y` from the top is dark; all beyond the symbol are light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.width && self.rows.get(y).is_some_and(|row| row >> x & 1 == 1)
    }

    /// The symbol's version, 1 to 10.
    pub fn version(&self) -> i16 {
        self.version
    }

    pub fn level(&self) -> Level {
        self.level
    }

    /// Tells the rectangles that the dark modules make; each module is in one of them.
    pub fn each_run(&self, tell: impl FnMut(Run)) {
        runs::each(&self.rows, tell);
    }

    /// The picture as SVG, one unit per module, quiet zone included; `title` is what a screen reader says.
    pub fn svg(&self, title: Option<&str>) -> String {
        svg::write(self, title)
    }

    /// The picture as a one-bit greyscale PNG, `module_px` (1 to 64) pixels per module, quiet zone included.
    ///
    /// # Errors
    /// [`QrError::ModulePixels`].
    pub fn png(&self, module_px: u32) -> Result<Vec<u8>, QrError> {
        png::write(self, module_px)
    }
}

/// An address may hold a secret code, so it is not printed.
impl std::fmt::Debug for Qr {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Qr(version {}, level {:?})", self.version, self.level)
    }
}

/// The symbol of an address before a mask lies over it.
fn drawn(url: &str) -> Result<(Canvas, Version, Level), qrcode::types::QrError> {
    let (level, bits) = strongest(spelled(url).as_bytes())?;
    let version = bits.version();
    let (data, correction) = construct_codewords(&bits.into_bytes(), version, level.of_crate())?;
    let mut canvas = Canvas::new(version, level.of_crate());
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    Ok((canvas, version, level))
}

/// The data bits for the smallest symbol at level M, at level Q where that fits the same symbol.
fn strongest(data: &[u8]) -> Result<(Level, Bits), qrcode::types::QrError> {
    let smallest = encode_auto(data, EcLevel::M)?;
    let mut bits = Bits::new(smallest.version());
    bits.push_optimal_data(data)?;
    Ok(match bits.push_terminator(EcLevel::Q) {
        Ok(()) => (Level::Q, bits),
        Err(_) => (Level::M, smallest),
    })
}

#[cfg(test)]
mod tests;
