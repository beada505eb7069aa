//! What every handler works with.

use std::sync::Arc;

use crate::collect::Intake;
use crate::desk::Desk;

/// Shared by all handlers of a server; cheap to clone.
#[derive(Clone)]
pub struct State {
    /// Database, keys, clock, public address.
    pub desk: Desk,
    /// Intake of answers.
    pub intake: Arc<Intake>,
    /// Settings that handlers need.
    pub settings: Arc<Settings>,
    /// Request budgets of the API.
    pub budgets: Arc<super::api::Budgets>,
    /// Questions and answers as they were spoken.
    pub recordings: Arc<super::recordings::Recordings>,
}

/// Settings that handlers need.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Largest body of an answer, bytes.
    pub body_bytes_max: usize,
    /// Time a sender has for the body.
    pub body_time: std::time::Duration,
    /// The body that asks and answers for the data.
    pub controller: String,
    /// How to reach it about one's data.
    pub contact: String,
    /// True where the public address is https, so that cookies are `Secure`.
    pub secure: bool,
}
