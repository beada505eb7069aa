//! One file per page: a view struct that a handler fills, and `render`, which gives the whole HTML page.
//!
//! A page's [`Style`](crate::web::assets::Style) is its constant `STYLE` (the survey's: its method `style`); the handler names that style's hash in the Content-Security-Policy.

mod already;
mod bad_request;
mod closed;
mod complaint;
mod conflict;
mod enrol;
mod expired;
mod home;
mod kiosk;
mod ledger;
mod not_open_yet;
mod notice;
mod oops;
mod privacy;
mod receipt;
mod results;
mod scorecard;
mod shell;
mod spent;
mod survey;
mod thanks;
mod ties;
mod too_large;
mod unknown;
mod unsubscribe;
mod void;
mod wait;
mod withdraw;

#[cfg(test)]
mod samples;

pub use already::AlreadyPage;
pub use bad_request::BadRequestPage;
pub use closed::ClosedPage;
pub use complaint::Complaint;
pub use conflict::ConflictPage;
pub use enrol::{EnrolPage, ForeignPage};
pub use expired::ExpiredPage;
pub use home::HomePage;
pub use kiosk::{KeptPage, KioskPage, Stands};
pub use ledger::{HeadLine, LedgerPage};
pub use not_open_yet::NotOpenYetPage;
pub use oops::OopsPage;
pub use privacy::PrivacyPage;
pub use receipt::{ReceiptPage, ReceiptState};
pub use results::{
    Beside, Called, Coverage, Estimate, FactorResult, Handling, Link, Look, Publication, Rank,
    ResultsPage, RoundLine, RoundPage, Suppression, UnitResult,
};
pub use scorecard::{Certainty, Domain, Figure, Mark, ScorecardPage, ScorecardRow};
pub use spent::SpentPage;
pub use survey::{
    CONSENT_FIELD, CONSENT_VALUE, Fill, Filled, LevelOrder, Prepared, Step, StepPage, SurveyNotice,
    SurveyPage, gzipped, steps,
};
pub use thanks::{Codes, ThanksPage};
pub use too_large::TooLargePage;
pub use unknown::UnknownPage;
pub use unsubscribe::{UnsubscribePage, UnsubscribeState};
pub use void::VoidPage;
pub use wait::WaitPage;
pub use withdraw::WithdrawPage;
