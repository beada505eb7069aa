//! Codes of links, receipts and withdrawals: random, short, safe to type.
//!
//! A code is random symbols and one check symbol over an alphabet of 23, a prime, so that the check is a weighted sum in
//! a field: with weights that are distinct and not zero, every single wrong symbol and every exchange of two symbols is
//! noticed (as in ISBN-10). What a typing error makes is therefore never another valid code.
//!
//! Kinds differ by length, or by the constant their check must sum to, so a receipt typed where a withdrawal code belongs
//! is recognised. Nothing else can be read off a code: unit, counter and round are looked up.
//!
//! Pure: randomness is an argument. A code is a secret: it is shown by `Display`, never by `Debug`.

use std::fmt;

/// No vowels, so no words; none of 0 O Q, 1 I L, 5 S, 8's twin B, 2's twin Z, V's twin U.
const ALPHABET: [char; 23] = [
    '2', '3', '4', '6', '7', '8', '9', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'M', 'N', 'P', 'R', 'T',
    'V', 'W', 'X', 'Y',
];
const BASE: u8 = 23;
/// Longest code in symbols, and so the number of distinct weights needed; at most 22 would do.
const SYMBOLS_MAX: usize = 20;
/// More than any way of writing 20 symbols with spaces, dashes and marks around them.
const INPUT_BYTES_MAX: usize = 200;

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeKind {
    /// A link that many people may use: 9 random symbols (40 bits), shown `XXXXX-XXXXX`.
    Poster,
    /// A link for one answer: 14 random symbols (63 bits), shown `XXXXX-XXXXX-XXXXX`.
    Ticket,
    /// What proves to a citizen that the answer is in: 19 random symbols (85 bits), shown in 5 groups of 4.
    Receipt,
    /// What lets a citizen withdraw the answer; like a receipt, and never valid as one.
    Withdrawal,
}

impl CodeKind {
    pub const ALL: [Self; 4] = [Self::Poster, Self::Ticket, Self::Receipt, Self::Withdrawal];

    /// Symbols in a code of this kind, the check symbol included.
    pub const fn symbols(self) -> usize {
        match self {
            Self::Poster => 10,
            Self::Ticket => 15,
            Self::Receipt | Self::Withdrawal => SYMBOLS_MAX,
        }
    }

    const fn group(self) -> usize {
        match self {
            Self::Poster | Self::Ticket => 5,
            Self::Receipt | Self::Withdrawal => 4,
        }
    }

    /// What the weighted sum of all symbols must be, modulo 23.
    const fn checksum(self) -> u8 {
        match self {
            Self::Poster | Self::Ticket => 0,
            Self::Receipt => 7,
            Self::Withdrawal => 16,
        }
    }
}

/// Why typed text is no code of the kind wanted. Says nothing of the text itself, which may be somebody's secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    #[error("no code was given")]
    Empty,
    #[error("this is far longer than a code")]
    TooLong,
    #[error("the code is mistyped: it has {symbols} characters")]
    Length { symbols: usize },
    #[error("the code is mistyped: character {position} never stands in a code")]
    Symbol { position: usize },
    #[error("the code is mistyped: one or more characters are wrong or exchanged")]
    Mistyped,
    #[error("this is a {found:?} code where a {wanted:?} code belongs")]
    OtherKind { wanted: CodeKind, found: CodeKind },
}

/// Why no code could be drawn.
#[derive(Debug, thiserror::Error)]
pub enum DrawError<E> {
    #[error("the source of randomness failed")]
    Source(#[source] E),
    #[error("the source of randomness gives no usable bytes")]
    Stuck,
}

/// A valid code. Equality and order are those of its kind and symbols.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    kind: CodeKind,
    /// Places in the alphabet, each below 23; those behind the kind's length are 0.
    symbols: [u8; SYMBOLS_MAX],
}

impl Code {
    /// Draws a code: `source` fills the slice it is given with random bytes (`vault::fill` fits).
    ///
    /// # Errors
    /// [`DrawError::Source`] hands on the source's error; [`DrawError::Stuck`] when it yields nothing usable.
    pub fn random<E>(
        kind: CodeKind,
        source: &mut impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, DrawError<E>> {
        /// The largest multiple of 23 in a byte: bytes from here on are thrown away, or some symbols would be likelier.
        const USABLE: u8 = BASE * 11;
        /// A byte is thrown away with probability 3/256; 8 blocks of 32 without 19 good ones cannot happen by chance.
        const BLOCKS: usize = 8;

        let mut symbols = [0; SYMBOLS_MAX];
        let data = kind.symbols() - 1;
        let mut places = symbols.iter_mut().take(data);
        let mut block = [0; 32];
        for _ in 0..BLOCKS {
            source(&mut block).map_err(DrawError::Source)?;
            for byte in block.into_iter().filter(|byte| *byte < USABLE) {
                match places.next() {
                    Some(place) => *place = byte % BASE,
                    None => return Ok(Self::with_check(kind, symbols)),
                }
            }
        }
        Err(DrawError::Stuck)
    }

    /// Sets the check symbol, behind the data symbols, so that the sum is the kind's.
    fn with_check(kind: CodeKind, mut symbols: [u8; SYMBOLS_MAX]) -> Self {
        let data = kind.symbols() - 1;
        for check in 0..BASE {
            if let Some(place) = symbols.get_mut(data) {
                *place = check;
            }
            if checksum(&symbols) == kind.checksum() {
                break;
            }
        }
        Self { kind, symbols }
    }

    /// Reads a code of any kind as people type it: case, spaces and dashes do not matter, look-alikes outside the
    /// alphabet are taken for the one symbol they resemble (B 8, Z 2, U V, O 0 Q D), and what a Vietnamese Telex
    /// keyboard makes of two letters is taken apart again (Đ is D D, Ư is W).
    ///
    /// # Errors
    /// [`CodeError`], which never holds the text.
    pub fn parse(text: &str) -> Result<Self, CodeError> {
        if text.len() > INPUT_BYTES_MAX {
            return Err(CodeError::TooLong);
        }
        let mut symbols = [0; SYMBOLS_MAX];
        let mut count = 0;
        for (at, typed) in text.chars().enumerate() {
            for letter in letters(typed) {
                let symbol = symbol(letter).ok_or(CodeError::Symbol { position: at + 1 })?;
                if let Some(place) = symbols.get_mut(count) {
                    *place = symbol;
                }
                count += 1;
            }
        }
        if count == 0 {
            return Err(CodeError::Empty);
        }
        let mut candidates =
            CodeKind::ALL.into_iter().filter(|kind| kind.symbols() == count).peekable();
        if candidates.peek().is_none() {
            return Err(CodeError::Length { symbols: count });
        }
        let sum = checksum(&symbols);
        let kind = candidates.find(|kind| kind.checksum() == sum).ok_or(CodeError::Mistyped)?;
        Ok(Self { kind, symbols })
    }

    /// Reads a code where one of `wanted` belongs.
    ///
    /// # Errors
    /// As [`Self::parse`]; [`CodeError::OtherKind`] for a valid code of another kind.
    pub fn parse_as(text: &str, wanted: CodeKind) -> Result<Self, CodeError> {
        let code = Self::parse(text)?;
        if code.kind == wanted {
            Ok(code)
        } else {
            Err(CodeError::OtherKind { wanted, found: code.kind })
        }
    }

    pub fn kind(&self) -> CodeKind {
        self.kind
    }

    /// The one form for addresses and keyed digests: capitals and digits without dashes, which a QR code stores in its
    /// compact alphanumeric mode. Pages accept every form that [`Self::parse`] reads.
    pub fn compact(&self) -> String {
        self.letters().collect()
    }

    fn letters(&self) -> impl Iterator<Item = char> {
        self.symbols
            .iter()
            .take(self.kind.symbols())
            .filter_map(|symbol| ALPHABET.get(usize::from(*symbol)).copied())
    }
}

impl fmt::Display for Code {
    /// In groups, for paper and screens: `XXXXX-XXXXX-XXXXX`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        for (at, letter) in self.letters().enumerate() {
            if at > 0 && at % self.kind.group() == 0 {
                f.write_char('-')?;
            }
            f.write_char(letter)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({:?}, not shown)", self.kind)
    }
}

/// Σ weight × symbol modulo 23, the weights being 1, 2, 3, …: distinct and, up to 22, not zero modulo 23.
fn checksum(symbols: &[u8; SYMBOLS_MAX]) -> u8 {
    let sum: u32 = (1..).zip(symbols).map(|(weight, symbol)| weight * u32::from(*symbol)).sum();
    (sum % u32::from(BASE)) as u8
}

/// The symbol a letter or digit stands for. Letters that resemble more than one symbol (I, L, 1, 5, S, A, E) stand for
/// none: guessing would waste the check.
fn symbol(letter: char) -> Option<u8> {
    let meant = match letter.to_ascii_uppercase() {
        'B' => '8',
        'Z' => '2',
        'U' => 'V',
        'O' | '0' | 'Q' => 'D',
        other => other,
    };
    ALPHABET.iter().position(|known| *known == meant).and_then(|place| u8::try_from(place).ok())
}

/// What was meant by a typed character: nothing by spaces and dashes, two keys by a letter that Telex joined.
///
/// Telex turns DD into Đ, W into Ư, and the F, R, X, J behind that into its tone; no other letter of the alphabet takes
/// part in it, as there are no vowels.
fn letters(typed: char) -> impl Iterator<Item = char> {
    let (first, second) = match typed {
        ' ' | '-' | '_' | '.' | '\u{2010}'..='\u{2015}' | '\u{2212}' => (None, None),
        space if space.is_whitespace() => (None, None),
        'Đ' | 'đ' => (Some('D'), Some('D')),
        'Ư' | 'ư' => (Some('W'), None),
        'Ừ' | 'ừ' => (Some('W'), Some('F')),
        'Ử' | 'ử' => (Some('W'), Some('R')),
        'Ữ' | 'ữ' => (Some('W'), Some('X')),
        'Ự' | 'ự' => (Some('W'), Some('J')),
        other => (Some(other), None),
    };
    first.into_iter().chain(second)
}

#[cfg(test)]
mod tests;
