//! The administrators' console.
//!
//! # How a page is added
//!
//! One file and one line: a handler in a file of its own, and its entry in [`routes::ROUTES`], from which the router, the
//! menu and the tests of who may what are made. There is no other way to register a route, so none is without an entry.
//!
//! An entry says how the page is reached, which [`Right`](crate::store::Right) it needs, and how far that reaches:
//!
//! - `Route::get("/console/keys", Right::ManageKeys, keys::list)`: the right must be held for no unit in particular;
//! - `.somewhere()`: it is enough to hold it for some unit, and the page shows only those of [`Visit::permitted`];
//! - `.on_unit()`: the path holds `{unit}`, the right must be held for that unit or one above it;
//! - `.fresh()`: the password must have been given within five minutes (publishing, keys, roles);
//! - `.in_menu(key::NAV_…)` or, below `/console/rounds/{round}`, `.in_round_menu(key::NAV_…)`;
//! - `.body(bytes)`: takes a larger body, as of an upload: a form with `enctype="multipart/form-data"`, whose files are in
//!   [`Visit::uploads`].
//!
//! Where the path holds `{round}` or `{unit}`, [`Visit::round`] and [`Visit::unit`] have it; what is not there is a 404
//! before the handler runs. So is, for every POST, a form without the token of its session (403).
//!
//! A handler is a plain function that may block: `fn(&Visit) -> Answer`. It reads through `visit.desk`, whose pool is the
//! console's own with a deadline; long steps of a round go through [`Visit::patient_desk`]. It returns a page made from a
//! [`Frame`], `Reply::see` after a change, or `Reply::file`. Errors of the library become pages by `?` ([`Trouble`]): what
//! was refused is said, what failed is logged and not told.
//!
//! [`rounds`] is a whole example: its view struct, its template `console_rounds.html`, its words in
//! `locales/*/console.ftl` with keys in `text/key/console.rs`. Its entry:
//! `Route::get("/console", Right::ReadCounts, rounds::list).somewhere().in_menu(key::NAV_ROUNDS)`.
//!
//! A change: the form holds `{{ frame.csrf()|safe }}`; the handler of its POST reads `visit.field("name")`, calls the
//! library with `visit.actor()?` (which checks the right once more and writes the audit trail), and returns `Reply::see`.

mod account;
mod audit;
mod clients;
mod comments;
mod confirm;
mod cookie;
mod csv;
mod dossiers;
mod forms;
mod frame;
mod gate;
mod jobs;
mod keys;
mod kiosks;
mod link;
mod links;
mod mail;
mod margins;
mod multipart;
mod overview;
mod paper;
mod plan;
mod reply;
mod requests;
mod results;
mod retention;
mod review;
mod rounds;
mod route;
mod routes;
mod scorecards;
mod sealing;
mod second_factor;
mod serve;
mod sign_in;
mod trouble;
mod units;
mod users;
mod visit;
mod withdrawal;
mod words;

pub use frame::Frame;
pub use multipart::Upload;
pub use reply::{Answer, Reply};
pub use route::{Need, Reach, Route, Verb};
pub use routes::ROUTES;
pub use serve::{Console, configure};
pub use trouble::Trouble;
pub use visit::Visit;
