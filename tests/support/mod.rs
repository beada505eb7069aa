//! What the journeys stand on: databases of both engines, the real binary, a browser, a mail server, the instruments.
//!
//! Everything started here ends with its value, by its own process id, also when a test fails.

mod blockade;
mod browser;
mod engines;
mod http;
mod installation;
mod instrument;
mod mail;
pub mod places;
mod postgres;
mod process;
pub mod ready;
mod receiver;
mod relay;
pub mod seed;

pub use blockade::Blockade;
pub use browser::{Browser, SIZES, TAB};
pub use engines::{Engine, left_out, on_each_engine};
pub use http::{Answer, Client};
pub use installation::Installation;
pub use instrument::{Figure, Instrument};
pub use mail::MailServer;
pub use postgres::OwnServer;
pub use process::Finished;
pub use receiver::Receiver;
pub use relay::{Relay, free_port};
