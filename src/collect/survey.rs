//! From a typed or scanned code to the survey behind it, and whether its gate is open.

use std::sync::Arc;

use super::{CollectError, Frozen, Intake};
use crate::clock::Millis;
use crate::form::{Asking, Form};
use crate::issue::code::{Code, CodeKind};
use crate::store::link::{Link, LinkState};
use crate::store::round::{Round, State};
use crate::store::tally::Kind;
use crate::vault::{LinkingKey, OfflineKey};

/// Why a link takes no answer now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gate {
    /// The round opens later.
    NotYet {
        /// When.
        opens_at: Millis,
    },
    /// The round is over.
    Closed {
        /// Since when.
        closed_at: Millis,
    },
    /// The link ended by itself while the round goes on.
    Expired {
        /// Its last moment.
        ended_at: Millis,
    },
    /// The link's one answer is in.
    Spent,
    /// The link was withdrawn from use.
    Void,
}

/// A round with its form and, while it takes answers, its key.
pub struct RoundView {
    round: Round,
    asking: Asking,
    offline: Option<OfflineKey>,
    frozen: Frozen,
}

/// A link as it is remembered for a second.
pub type LinkEntry = Link;

/// Of the frozen rules what intake reads.
#[derive(serde::Deserialize)]
struct AskingRule {
    #[serde(default)]
    asking: Asking,
}

/// Rules of a newer binary ask as rules that say nothing do.
fn asking_of(round: &Round) -> Asking {
    serde_json::from_str::<AskingRule>(&round.rules).map(|rules| rules.asking).unwrap_or_default()
}

/// A survey that a code leads to.
#[derive(Clone)]
pub struct Survey {
    link: Arc<Link>,
    view: Arc<RoundView>,
    code: String,
}

impl Survey {
    /// The link.
    #[must_use]
    pub fn link(&self) -> &Link {
        &self.link
    }

    /// The round.
    #[must_use]
    pub fn round(&self) -> &Round {
        &self.view.round
    }

    /// The form.
    #[must_use]
    pub fn form(&self) -> &Arc<Form> {
        &self.view.frozen.form
    }

    /// How the round asks the form.
    #[must_use]
    pub fn asking(&self) -> Asking {
        self.view.asking
    }

    /// The public key under which a phone keeps what it could not send; empty where it may keep nothing.
    #[must_use]
    pub fn offline_key(&self) -> &str {
        self.view.offline.as_ref().map_or("", OfflineKey::public)
    }

    /// The form fields that a phone kept: its public half and the box, as it sent them.
    #[must_use]
    pub fn unlock(&self, half: &str, locked: &str) -> Option<Vec<u8>> {
        self.view.offline.as_ref()?.unlock(half, locked)
    }

    /// The code in groups, as addresses carry it.
    #[must_use]
    pub fn code(&self) -> &str {
        &self.code
    }

    pub(super) fn linking(&self) -> &LinkingKey {
        &self.view.frozen.linking
    }

    /// Whether someone who opens the page now may answer.
    ///
    /// # Errors
    /// The [`Gate`] that is shut.
    pub fn gate(&self, now: Millis) -> Result<(), Gate> {
        let round = self.round();
        match self.link.state {
            LinkState::Void => return Err(Gate::Void),
            LinkState::Spent => return Err(Gate::Spent),
            LinkState::Ready => {}
        }
        if round.state == State::Planned || now < round.opens_at {
            return Err(Gate::NotYet { opens_at: round.opens_at });
        }
        if round.state != State::Open || now > round.closes_at {
            return Err(Gate::Closed { closed_at: round.closes_at });
        }
        match self.link.expires_at {
            Some(ended_at) if now > ended_at => Err(Gate::Expired { ended_at }),
            _ => Ok(()),
        }
    }
}

/// Where a code is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// The page that anybody may open.
    Page,
    /// A tablet that holds the key of its link.
    Kiosk,
    /// Where officials key in paper forms.
    Paper,
}

impl Door {
    /// Whether links of that kind are answered here; everywhere else they are as unknown as a code never issued.
    fn takes(self, kind: Kind) -> bool {
        match kind {
            Kind::Poster | Kind::Ticket | Kind::Invitation => self == Self::Page,
            Kind::Kiosk => self == Self::Kiosk,
            Kind::Paper | Kind::DrawnPaper => self == Self::Paper,
        }
    }
}

/// What a code leads to.
pub enum Found {
    /// A survey that may take answers.
    Survey(Survey),
    /// A link of a round that takes none (any more): only this is known.
    Shut(Gate),
    /// Nothing: mistyped, or never issued.
    Nothing,
}

impl Intake {
    /// Finds the survey behind a code that was opened as a page. Blocks on the database unless the link was asked for
    /// within the last second.
    ///
    /// # Errors
    /// When the database or a key fails.
    pub fn find(&self, typed: &str) -> Result<Found, CollectError> {
        self.find_at(Door::Page, typed)
    }

    /// Finds the survey behind a code that was given at a door.
    ///
    /// # Errors
    /// As [`Self::find`].
    pub fn find_at(&self, door: Door, typed: &str) -> Result<Found, CollectError> {
        let Ok(code) = Code::parse(typed) else { return Ok(Found::Nothing) };
        if !matches!(code.kind(), CodeKind::Poster | CodeKind::Ticket) {
            return Ok(Found::Nothing);
        }
        let lookup = self.codes.lookup(&code.compact());
        let link = match self.links.get(&lookup) {
            Some(link) => link,
            None => {
                let Some(link) = self.store.link_by_lookup(&lookup)? else {
                    return Ok(Found::Nothing);
                };
                let link = Arc::new(link);
                // A ticket changes with its one answer; a poster is asked for all day.
                if !link.kind.is_single() {
                    self.links.put(lookup, &link);
                }
                link
            }
        };
        if !door.takes(link.kind) {
            return Ok(Found::Nothing);
        }
        match self.view(&link)? {
            Ok(view) => {
                let code = code.to_string();
                Ok(Found::Survey(Survey { link, view, code }))
            }
            Err(gate) => Ok(Found::Shut(gate)),
        }
    }

    fn view(&self, link: &Link) -> Result<Result<Arc<RoundView>, Gate>, CollectError> {
        if let Some(view) = self.rounds.get(&link.round_id.0) {
            return Ok(Ok(view));
        }
        let round = self.store.round_by_id(link.round_id)?;
        match round.state {
            State::Planned => return Ok(Err(Gate::NotYet { opens_at: round.opens_at })),
            State::Open | State::Closed => {}
            _ => {
                let gate = match link.state {
                    LinkState::Spent => Gate::Spent,
                    LinkState::Void => Gate::Void,
                    LinkState::Ready => Gate::Closed { closed_at: round.closes_at },
                };
                return Ok(Err(gate));
            }
        }
        let form = self.forms.get(&self.store, round.form_id)?;
        let linking = self.vault.linking_key(round.id)?;
        let view = Arc::new(RoundView {
            asking: asking_of(&round),
            round,
            offline: linking.offline().ok(),
            frozen: Frozen { form, linking },
        });
        self.rounds.put(link.round_id.0, &view);
        Ok(Ok(view))
    }

    /// The hidden field that says when this page was opened.
    #[must_use]
    pub fn opened_token(&self, survey: &Survey, at: Millis, order: u8) -> String {
        self.pages.token(survey.link.id, at, order)
    }
}

impl Intake {
    /// The survey behind a code when both link and round were looked up within the last second: costs no database.
    #[must_use]
    pub fn find_remembered(&self, typed: &str) -> Option<Survey> {
        let code = Code::parse(typed).ok()?;
        let link = self.links.get(&self.codes.lookup(&code.compact()))?;
        if !Door::Page.takes(link.kind) {
            return None;
        }
        let view = self.rounds.get(&link.round_id.0)?;
        Some(Survey { link, view, code: code.to_string() })
    }
}
