//! Short cookies of one link on one phone: the submission's id until it is sent, then its receipt. `HttpOnly`, limited to
//! the link's own address, gone after two hours; they make Back and resend one answer and another person a new one.

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

use crate::collect::{CollectError, Survey};
use crate::form::Layout;
use crate::issue::code::{Code, CodeKind};
use crate::vault::{VaultError, random};
use crate::web::State;

/// The submission's id while the form is open.
const SUBMISSION: &str = "phieu";
/// The receipt once it is in.
const RECEIPT: &str = "bien_nhan";
/// The second code until it was shown.
const WITHDRAWAL: &str = "rut_phieu";
/// What was answered so far, one question at a time; readable here alone.
const PROGRESS: &str = "dang_tra_loi";
/// At the address that was scanned: that this phone opened the link.
const OPENED: &str = "da_mo";
/// Longest value of a cookie that every browser keeps.
const VALUE_BYTES_MAX: usize = 3_800;
/// How long a phone remembers.
const LIFE: Duration = Duration::hours(2);

/// A tablet's codes between sending and thanks.
const ON_TABLET: &str = "ma_vua_cap";
/// How long they wait for the page of thanks.
const ON_TABLET_LIFE: Duration = Duration::minutes(1);

fn path(survey: &Survey) -> String {
    format!("/s/{}", survey.code())
}

fn cookie(state: &State, survey: &Survey, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path(path(survey))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(state.settings.secure)
        .max_age(LIFE)
        .finish()
}

fn gone(state: &State, survey: &Survey, name: &'static str) -> Cookie<'static> {
    let mut cookie = cookie(state, survey, name, String::new());
    cookie.make_removal();
    cookie
}

/// The submission id this phone has for the link, or a fresh one.
///
/// # Errors
/// Without randomness.
pub fn submission(request: &HttpRequest) -> Result<String, VaultError> {
    let held = request.cookie(SUBMISSION).map(|c| c.value().to_owned());
    let valid = |id: &String| id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit());
    match held.filter(valid) {
        Some(id) => Ok(id),
        None => fresh(),
    }
}

/// A new submission id.
///
/// # Errors
/// Without randomness.
pub fn fresh() -> Result<String, VaultError> {
    Ok(data_encoding::HEXLOWER.encode(&random::<16>()?))
}

/// Keeps the submission id over reloads and Back.
pub fn keep_submission(state: &State, survey: &Survey, id: &str) -> Cookie<'static> {
    cookie(state, survey, SUBMISSION, id.to_owned())
}

/// Tells the address in the QR code that this phone opened the link; all else is kept at the link's own address alone.
pub fn mark_opened(state: &State, survey: &Survey) -> Cookie<'static> {
    let mut cookie = cookie(state, survey, OPENED, "1".to_owned());
    cookie.set_path(format!("/S/{}", survey.code()));
    cookie
}

/// Whether this phone opened the link before.
pub fn was_opened(request: &HttpRequest) -> bool {
    request.cookie(OPENED).is_some()
}

/// What a phone keeps after sending.
pub fn keep_receipt(
    state: &State,
    survey: &Survey,
    receipt: &Code,
    withdrawal: &Code,
) -> Vec<Cookie<'static>> {
    let mut kept = vec![
        cookie(state, survey, RECEIPT, receipt.compact()),
        cookie(state, survey, WITHDRAWAL, withdrawal.compact()),
        mark_opened(state, survey),
    ];
    if survey.asking().layout == Layout::OneQuestion {
        kept.push(gone(state, survey, PROGRESS));
    }
    kept
}

/// The receipt this phone holds for the link.
pub fn receipt(request: &HttpRequest) -> Option<Code> {
    let held = request.cookie(RECEIPT)?;
    Code::parse_as(held.value(), CodeKind::Receipt).ok()
}

/// The second code, until it was shown.
pub fn withdrawal(request: &HttpRequest) -> Option<Code> {
    let held = request.cookie(WITHDRAWAL)?;
    Code::parse_as(held.value(), CodeKind::Withdrawal).ok()
}

/// Whether the phone keeps cookies at all: the page that it comes from gave it one.
pub fn are_kept(request: &HttpRequest) -> bool {
    request.cookie(SUBMISSION).is_some()
}

/// What was answered so far under this submission, as a form encodes it.
pub fn progress(request: &HttpRequest, state: &State, survey: &Survey, id: &str) -> String {
    let held = request.cookie(PROGRESS);
    let carried = held.and_then(|c| state.intake.carried(survey, id, c.value()));
    carried.unwrap_or_default()
}

/// Keeps what was answered so far; `None` where it is more than a phone carries.
///
/// # Errors
/// Without randomness.
pub fn keep_progress(
    state: &State,
    survey: &Survey,
    id: &str,
    fields: &str,
) -> Result<Option<Cookie<'static>>, CollectError> {
    let carried = state.intake.carry(survey, id, fields)?;
    let fits = carried.len() <= VALUE_BYTES_MAX;
    Ok(fits.then(|| cookie(state, survey, PROGRESS, carried)))
}

/// Forgets the second code: it is shown once.
pub fn forget_withdrawal(state: &State, survey: &Survey) -> Cookie<'static> {
    gone(state, survey, WITHDRAWAL)
}

/// Forgets everything of the last person.
pub fn forget_person(state: &State, survey: &Survey) -> [Cookie<'static>; 3] {
    [RECEIPT, WITHDRAWAL, PROGRESS].map(|name| gone(state, survey, name))
}

fn on_tablet(state: &State, survey: &Survey, value: String) -> Cookie<'static> {
    Cookie::build(ON_TABLET, value)
        .path(format!("/k/{}/thanks", survey.code()))
        .http_only(true)
        .same_site(SameSite::Strict)
        .secure(state.settings.secure)
        .max_age(ON_TABLET_LIFE)
        .finish()
}

/// Carries a tablet's codes to its page of thanks, which takes them away.
pub fn hand_over(
    state: &State,
    survey: &Survey,
    receipt: &Code,
    withdrawal: &Code,
) -> Cookie<'static> {
    on_tablet(state, survey, format!("{}.{}", receipt.compact(), withdrawal.compact()))
}

/// Receipt and second code of who has just sent an answer at this tablet.
pub fn handed_over(request: &HttpRequest) -> Option<(Code, Code)> {
    let held = request.cookie(ON_TABLET)?;
    let (receipt, withdrawal) = held.value().split_once('.')?;
    let receipt = Code::parse_as(receipt, CodeKind::Receipt).ok()?;
    Some((receipt, Code::parse_as(withdrawal, CodeKind::Withdrawal).ok()?))
}

/// Nothing of them is left for the next person.
pub fn forget_handed_over(state: &State, survey: &Survey) -> Cookie<'static> {
    let mut cookie = on_tablet(state, survey, String::new());
    cookie.make_removal();
    cookie
}
