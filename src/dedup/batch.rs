//! What the rules read: the responses of one round, column by column.
//!
//! In: one [`Columns`] per round. Refused: columns of different length, more than one byte an item,
//! codes above [`CODE_MAX`] that are not one of the two refusals to answer.

use super::DedupError;

/// Largest code of an answer; above it lie [`NO_OPINION`] and [`PREFER_NOT`].
pub const CODE_MAX: u8 = 15;
/// "No opinion": counts as no answer.
pub const NO_OPINION: u8 = 254;
/// "Prefer not to say": counts as no answer.
pub const PREFER_NOT: u8 = 255;
/// Most items a form may have here.
pub const ITEMS_MAX: usize = 240;

/// How the link was given; the five kinds of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// One per counter, many answers.
    Poster,
    /// One per finished dossier, one answer.
    Ticket,
    /// A ticket sent by e-mail.
    Invitation,
    /// An enrolled tablet.
    Kiosk,
    /// A numbered paper form, keyed in later by a clerk.
    Paper,
}

impl Kind {
    /// All kinds with the name used in files.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Poster, "poster"),
        (Self::Ticket, "ticket"),
        (Self::Invitation, "invitation"),
        (Self::Kiosk, "kiosk"),
        (Self::Paper, "paper"),
    ];

    /// The kind named in a file, `None` for any other word.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }

    /// A kind whose links are spent by one answer and were given to one person.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Ticket | Self::Invitation)
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// The responses of one round, n of them; every vector but `items` and `languages` has n entries.
#[derive(Clone, Debug, Default)]
pub struct Columns<'a> {
    /// Used only to tell apart responses that are alike in everything else.
    pub ids: Vec<u128>,
    /// Unit, any number that names it within this round.
    pub units: Vec<u32>,
    /// Counter, any number that names it within this round (not only within its unit).
    pub counters: Vec<u32>,
    /// Link, any number that names it within this round.
    pub links: Vec<u32>,
    /// Serial number of issue at the counter, of tickets, invitations and papers.
    pub serials: Vec<Option<u32>>,
    /// How the link was given.
    pub kinds: Vec<Kind>,
    /// Sent (for paper: keyed in) at, milliseconds since 1970 UTC.
    pub submitted_at: Vec<i64>,
    /// From opening to sending in milliseconds, where known.
    pub durations_ms: Vec<Option<u32>>,
    /// Digest under the key of the day, where known.
    pub devices: Vec<Option<u64>>,
    /// Index into `languages`.
    pub language_of: Vec<u16>,
    /// Language tags.
    pub languages: Vec<&'a str>,
    /// Items of the form.
    pub items_per_response: usize,
    /// n × items, row by row; 0, 254 and 255 are no answer, others 1..=[`CODE_MAX`].
    pub items: Vec<u8>,
    /// The comment, where one was written.
    pub comments: Vec<Option<&'a str>>,
}

/// Columns that were checked once, so that rules need not.
#[derive(Clone, Debug)]
pub struct Batch<'a>(Columns<'a>);

impl<'a> Batch<'a> {
    /// Checks lengths, languages and codes.
    ///
    /// # Errors
    /// [`DedupError`] names the column, or the row and item, that does not fit.
    pub fn new(columns: Columns<'a>) -> Result<Self, DedupError> {
        let rows = columns.ids.len();
        for (name, length) in [
            ("units", columns.units.len()),
            ("counters", columns.counters.len()),
            ("links", columns.links.len()),
            ("serials", columns.serials.len()),
            ("kinds", columns.kinds.len()),
            ("submitted_at", columns.submitted_at.len()),
            ("durations_ms", columns.durations_ms.len()),
            ("devices", columns.devices.len()),
            ("language_of", columns.language_of.len()),
            ("comments", columns.comments.len()),
        ] {
            if length != rows {
                return Err(DedupError::Length { column: name, length, rows });
            }
        }
        if u32::try_from(rows).is_err() {
            return Err(DedupError::TooMany { rows });
        }
        let items = columns.items_per_response;
        if items > ITEMS_MAX {
            return Err(DedupError::Items { items });
        }
        if columns.items.len() != rows * items {
            return Err(DedupError::Length {
                column: "items",
                length: columns.items.len(),
                rows: rows * items,
            });
        }
        let unknown =
            columns.language_of.iter().position(|&l| usize::from(l) >= columns.languages.len());
        if let Some(row) = unknown {
            return Err(DedupError::Language { row });
        }
        let bad = columns.items.iter().position(|&code| code > CODE_MAX && code < NO_OPINION);
        if let Some(at) = bad {
            let code = columns.items.get(at).copied().unwrap_or_default();
            return Err(DedupError::Code { row: at / items.max(1), item: at % items.max(1), code });
        }
        Ok(Self(columns))
    }

    /// Responses in the batch.
    pub fn len(&self) -> usize {
        self.0.ids.len()
    }

    /// Whether there is nothing to look at.
    pub fn is_empty(&self) -> bool {
        self.0.ids.is_empty()
    }

    pub(super) fn columns(&self) -> &Columns<'a> {
        &self.0
    }
}
