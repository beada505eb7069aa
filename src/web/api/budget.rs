//! Budgets of the API, per process: so many requests per address; at the token endpoint fewer, and so many tokens per
//! client.
//!
//! An address is charged before anything is looked at, a client only once it proved itself: nobody can use up the
//! budget of a client whose id he knows.

use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use super::super::problem::Problem;
use super::super::{State, address};

/// Pots that addresses are spread over, so that no flood of addresses takes memory; two that meet in one share it.
const POTS: u64 = 65_536;

/// How much a second refills and how much may be saved up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Requests a second.
    pub per_second: NonZeroU32,
    /// Requests at once.
    pub burst: NonZeroU32,
}

impl Rate {
    /// A rate; zero is taken for one.
    #[must_use]
    pub fn new(per_second: u32, burst: u32) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        Self { per_second: at_least_one(per_second), burst: at_least_one(burst) }
    }

    fn quota(self) -> Quota {
        Quota::per_second(self.per_second).allow_burst(self.burst)
    }
}

/// The budget is used up; ask again after this many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exhausted {
    /// Whole seconds, at least one.
    pub retry_after: u64,
}

/// What is left to whom.
pub struct Budgets {
    requests: DefaultKeyedRateLimiter<u64>,
    addresses: DefaultKeyedRateLimiter<u64>,
    clients: DefaultKeyedRateLimiter<String>,
    spread: RandomState,
    clock: DefaultClock,
}

impl Default for Budgets {
    /// An office behind one address asks for a token at most a few times in ten minutes for each of its programs, and may
    /// then read every publication of some years in one go.
    fn default() -> Self {
        Self::new(Rate::new(100, 3000), Rate::new(10, 300), Rate::new(2, 60))
    }
}

impl std::fmt::Debug for Budgets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Budgets").finish_non_exhaustive()
    }
}

impl Budgets {
    /// Budgets with rates of their own: requests to the API by address, to the token endpoint by address, tokens by client.
    #[must_use]
    pub fn new(requests: Rate, per_address: Rate, per_client: Rate) -> Self {
        Self {
            requests: DefaultKeyedRateLimiter::keyed(requests.quota()),
            addresses: DefaultKeyedRateLimiter::keyed(per_address.quota()),
            clients: DefaultKeyedRateLimiter::keyed(per_client.quota()),
            spread: RandomState::new(),
            clock: DefaultClock::default(),
        }
    }

    fn pot(&self, address: Option<IpAddr>) -> u64 {
        self.spread.hash_one(address.map(network)) % POTS
    }

    fn charge<K: Clone + Eq + Hash>(
        &self,
        pots: &DefaultKeyedRateLimiter<K>,
        key: &K,
    ) -> Result<(), Exhausted> {
        pots.check_key(key).map_err(|until| exhausted(until.wait_time_from(self.clock.now())))
    }

    /// Charges one request for anything but a token to an address; requests without one share a budget.
    ///
    /// # Errors
    /// [`Exhausted`].
    pub fn charge_request(&self, address: Option<IpAddr>) -> Result<(), Exhausted> {
        self.charge(&self.requests, &self.pot(address))
    }

    /// Charges one request for a token to an address; requests without one share a budget.
    ///
    /// # Errors
    /// [`Exhausted`].
    pub fn charge_address(&self, address: Option<IpAddr>) -> Result<(), Exhausted> {
        self.charge(&self.addresses, &self.pot(address))
    }

    /// Charges one token to a client that proved itself.
    ///
    /// # Errors
    /// [`Exhausted`].
    pub fn charge_client(&self, id: &str) -> Result<(), Exhausted> {
        self.charge(&self.clients, &id.to_owned())
    }
}

/// Middleware: refuses what goes beyond its address's budget before anything else looks at it. [`problem::finish`] must
/// stand around it.
///
/// [`problem::finish`]: super::super::problem::finish
pub async fn within(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let charged = request.app_data::<web::Data<State>>().map_or(Ok(()), |state| {
        let client = address::of(request.request(), &state.settings.trusted_proxies);
        state.budgets.charge_request(client)
    });
    match charged {
        Ok(()) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(Exhausted { retry_after }) => {
            Ok(request.error_response(Problem::TooManyRequests { retry_after }))
        }
    }
}

fn exhausted(wait: Duration) -> Exhausted {
    Exhausted { retry_after: wait.as_secs() + 1 }
}

/// What one subscriber is given: an IPv4 address, or the first 64 bits of an IPv6 one.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_used_up_budget_says_when_to_come_back_and_leaves_others_alone() {
        let budgets = Budgets::new(Rate::new(1, 1), Rate::new(1, 2), Rate::new(1, 1));
        let here = Some("203.0.113.7".parse().unwrap());
        assert_eq!(budgets.charge_request(here), Ok(()));
        assert_eq!(budgets.charge_request(here), Err(Exhausted { retry_after: 1 }));
        assert_eq!(budgets.charge_address(here), Ok(()));
        assert_eq!(budgets.charge_address(here), Ok(()));
        assert_eq!(budgets.charge_address(here), Err(Exhausted { retry_after: 1 }));
        // One of these could meet the first in its pot; not all.
        let others = (1..=4).map(|n| Some(IpAddr::from([198, 51, 100, n])));
        assert!(others.filter(|other| budgets.charge_address(*other).is_ok()).count() >= 3);
        assert_eq!(budgets.charge_client("scoring"), Ok(()));
        assert_eq!(budgets.charge_client("scoring"), Err(Exhausted { retry_after: 1 }));
        assert_eq!(budgets.charge_client("other"), Ok(()));
    }

    #[test]
    fn one_subscriber_with_many_addresses_has_one_budget() {
        let (a, b) = ("2001:db8:1:2::1".parse().unwrap(), "2001:db8:1:2:ffff::9".parse().unwrap());
        assert_eq!(network(a), network(b));
        assert_ne!(network(a), network("2001:db8:1:3::1".parse().unwrap()));
    }
}
