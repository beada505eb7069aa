//! Who gets through: decided for every route from its entry alone, before its handler runs.

use super::route::{Need, Reach, Route, Verb};
use super::routes::ROUTES;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::account::session::Signed;
use crate::account::sign_in;
use crate::clock::Millis;
use crate::store::session::Stage;
use crate::store::{Actor, Right, StoreError};

/// Where a session stands before a route.
///
/// # Errors
/// [`Trouble::Go`] to the step that is missing.
pub fn session(route: &Route, signed: Option<&Signed>, here: &str) -> Result<(), Trouble> {
    match (route.need, signed) {
        (Need::Nobody, _) | (Need::Half, Some(_)) => Ok(()),
        (Need::Half, None) => Err(Trouble::Go("/console/sign-in".to_owned())),
        (Need::Right(_), None) => Err(Trouble::Go(to_sign_in(route, here))),
        (Need::Right(_), Some(signed)) if signed.session.stage == Stage::Half => {
            Err(Trouble::Go("/console/factor".to_owned()))
        }
        (Need::Right(_), Some(_)) => Ok(()),
    }
}

fn to_sign_in(route: &Route, here: &str) -> String {
    match route.verb {
        Verb::Get if here != "/console" => format!("/console/sign-in?next={}", escaped(here)),
        _ => "/console/sign-in".to_owned(),
    }
}

/// A path as a value behind a question mark.
pub fn escaped(path: &str) -> String {
    form_urlencoded::byte_serialize(path.as_bytes()).collect()
}

/// A place of the console that somebody may be sent on to; anything else leads to its first page.
pub fn next(asked: Option<&str>) -> &str {
    let own = |path: &&str| {
        (*path == "/console" || path.starts_with("/console/"))
            && path.len() < 512
            && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
    };
    asked.filter(own).unwrap_or("/console")
}

/// Whether a role may at all, and for this unit.
///
/// # Errors
/// [`Trouble::Forbidden`]; what the database says.
pub fn right(visit: &Visit, actor: &Actor, needed: Right) -> Result<(), Trouble> {
    let held = match visit.route.reach {
        Reach::Everywhere => actor.holds_everywhere(needed),
        Reach::Somewhere => actor.holds_somewhere(needed),
        Reach::Unit => {
            let unit = visit.unit()?.id;
            visit.desk.store.holds(actor, needed, Some(unit))?
        }
    };
    if held { Ok(()) } else { Err(Trouble::Forbidden) }
}

/// Whether the password was given just now, where the route wants that.
///
/// # Errors
/// [`Trouble::Go`] to give it again.
pub fn fresh(route: &Route, signed: &Signed, now: Millis, here: &str) -> Result<(), Trouble> {
    if !route.fresh || signed.is_fresh(now) {
        return Ok(());
    }
    // A change cannot be carried over: its page is opened anew.
    let back = match route.verb {
        Verb::Get => here,
        Verb::Post => page_of(route, here),
    };
    Err(Trouble::Go(format!("/console/confirm?next={}", escaped(back))))
}

/// The page that a change was sent from: the same address, or the nearest above it that shows something.
fn page_of<'a>(route: &Route, here: &'a str) -> &'a str {
    let mut pattern = route.path;
    let mut path = here.split('?').next().unwrap_or_default();
    loop {
        if ROUTES.iter().any(|other| other.verb == Verb::Get && other.path == pattern) {
            return path;
        }
        match (pattern.rsplit_once('/'), path.rsplit_once('/')) {
            (Some((above, _)), Some((path_above, _))) if !above.is_empty() => {
                (pattern, path) = (above, path_above);
            }
            _ => return "/console",
        }
    }
}

/// A role that must have a second factor acts without one nowhere but in enrolling it.
///
/// # Errors
/// [`Trouble::Go`] to enrol.
pub fn factor(visit: &Visit, signed: &Signed) -> Result<(), Trouble> {
    if !sign_in::needs_factor(&signed.actor) {
        return Ok(());
    }
    // Someone who got such a role while signed in has none yet.
    let enrolled = sign_in::own(&visit.desk, signed)?.factor_enc.is_some();
    if enrolled { Ok(()) } else { Err(Trouble::Go("/console/enrol".to_owned())) }
}

/// Looks up the round and the unit that the path names.
///
/// # Errors
/// [`Trouble::Missing`].
pub fn places(visit: &mut Visit) -> Result<(), Trouble> {
    if let Some(code) = visit.parts.get("round") {
        visit.round = Some(visit.desk.store.round(code)?);
    }
    let Some(code) = visit.parts.get("unit") else { return Ok(()) };
    let unit = match &visit.round {
        Some(round) => {
            let units = visit.desk.store.round_units(round.id)?;
            units
                .into_iter()
                .find(|unit| unit.code == *code)
                .ok_or(StoreError::Missing { what: "unit of the round", name: code.clone() })?
        }
        None => visit.desk.store.unit_on(code, &visit.now.vietnam_day().to_string())?,
    };
    visit.unit = Some(unit);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_that_needs_the_password_leads_back_to_its_page() {
        let of =
            |path: &str| ROUTES.iter().find(|r| r.verb == Verb::Post && r.path == path).unwrap();
        for (path, here, wanted) in [
            ("/console/keys", "/console/keys", "/console/keys"),
            ("/console/clients/disable", "/console/clients/disable?x=1", "/console/clients"),
            ("/console/users/{account}", "/console/users/an", "/console/users/an"),
        ] {
            assert_eq!(page_of(of(path), here), wanted);
        }
    }

    #[test]
    fn nobody_is_sent_on_to_another_place() {
        assert_eq!(next(Some("/console/rounds/2026?sort=late")), "/console/rounds/2026?sort=late");
        for other in
            ["//evil.example", "https://evil.example", "/console\\x", "/s/CODE", "", "/consolex"]
        {
            assert_eq!(next(Some(other)), "/console", "{other}");
        }
        assert_eq!(next(None), "/console");
    }
}
