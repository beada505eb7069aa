//! Domains, and the slots PSU × domain in which sums are kept.

use crate::weigh::Design;
use crate::weigh::keys::{self, Numbered};

use super::error::IndexError;

/// The domains of n responses: every response lies in exactly one.
#[derive(Clone, Copy, Debug)]
pub struct Domains<'a> {
    /// n domain codes below `count`.
    pub codes: &'a [u32],
    /// Number of domains.
    pub count: u32,
}

impl Domains<'_> {
    pub(super) fn check(&self, n: usize) -> Result<(), IndexError> {
        if self.codes.len() != n {
            let (column, found) = ("the domain column".into(), self.codes.len());
            return Err(IndexError::Length { column, expected: n, found });
        }
        match self.codes.iter().copied().max().filter(|&code| code >= self.count) {
            None => Ok(()),
            Some(code) => Err(IndexError::Estimand {
                name: "domain".into(),
                problem: format!("code {code} has no domain; there are {}", self.count),
            }),
        }
    }
}

/// PSU × domain (or cell × domain, pair × domain): groups of responses that are never split between domains.
#[derive(Clone, Debug)]
pub(super) struct Slots {
    /// Slot of each response.
    pub of: Vec<u32>,
    /// What the slot divides: PSU, cell or pair; ascending.
    pub part: Vec<u32>,
    /// Domain of each slot; 0 when there are none.
    pub domain: Vec<u32>,
    /// Slots of each domain, ascending.
    pub members: Vec<Vec<u32>>,
}

impl Slots {
    /// Crosses `part(response)` (below `parts`) with the domains.
    pub fn new(
        n: usize,
        parts: usize,
        part: impl Fn(usize) -> u32 + Sync,
        domains: Option<Domains<'_>>,
    ) -> Self {
        let width = domains.map_or(1, |domains| u64::from(domains.count.max(1)));
        let domain_of = |response: usize| {
            domains.and_then(|domains| domains.codes.get(response)).copied().unwrap_or_default()
        };
        let Numbered { of, keys } = keys::number(n, parts as u64 * width, |response| {
            u64::from(part(response)) * width + u64::from(domain_of(response))
        });
        let part = keys.iter().map(|key| (key / width) as u32).collect();
        let domain: Vec<u32> = keys.iter().map(|key| (key % width) as u32).collect();
        let mut members = vec![Vec::new(); width as usize];
        for (slot, &domain) in (0u32..).zip(&domain) {
            if let Some(list) = members.get_mut(domain as usize) {
                list.push(slot);
            }
        }
        Self { of, part, domain, members }
    }

    /// PSU × domain.
    pub fn of_psus(n: usize, design: &Design, domains: Option<Domains<'_>>) -> Self {
        Self::new(n, design.psus(), |response| design.psu_of(response), domains)
    }

    /// Number of slots.
    pub fn len(&self) -> usize {
        self.part.len()
    }

    /// Runs over the slots of one domain, or over all.
    pub fn within(&self, domain: Option<u32>) -> impl Iterator<Item = usize> + '_ {
        let all = domain.is_none().then_some(0..self.len());
        let members = domain.and_then(|domain| self.members.get(domain as usize));
        all.into_iter().flatten().chain(members.into_iter().flatten().map(|&slot| slot as usize))
    }

    /// What a slot divides.
    pub fn part_of(&self, slot: usize) -> usize {
        self.part.get(slot).copied().unwrap_or_default() as usize
    }

    /// The domain of a slot.
    pub fn domain_of(&self, slot: usize) -> usize {
        self.domain.get(slot).copied().unwrap_or_default() as usize
    }
}
