//! The route table: every page and change of the console, one line each. Router, menu and tests are made from it.

use super::route::Need::{Half, Nobody};
use super::route::Route;
use super::route::Verb::{Get, Post};
use super::{
    account, audit, clients, comments, confirm, dossiers, forms, jobs, keys, kiosks, link, links,
    mail, margins, overview, paper, plan, requests, results, retention, review, rounds, scorecards,
    sealing, second_factor, sign_in, units, users, withdrawal,
};
use crate::store::Right::{
    DecideVerdicts, EditScorecard, EnterPaper, IssueLinks, ManageAccounts, ManageKeys,
    ManageRegistry, ManageRetention, Publish, ReadAccounts, ReadAudit, ReadCounts, ReadFigures,
    ReadFlags, ReadMaskedComments, ReadOperation, RetryMail, RunRound, Seal, UseConsole, VoidLinks,
    WithdrawResponse,
};
use crate::web::text::key;

/// Every route, in the order of the menu.
pub const ROUTES: &[Route] = &[
    // The way in and out.
    Route::open(Get, "/console/sign-in", Nobody, sign_in::ask),
    Route::open(Post, "/console/sign-in", Nobody, sign_in::try_in),
    Route::open(Get, "/console/factor", Half, second_factor::ask),
    Route::open(Post, "/console/factor", Half, second_factor::check),
    Route::open(Get, "/console/enrol", Half, second_factor::offer),
    Route::open(Post, "/console/enrol", Half, second_factor::enrol),
    Route::open(Get, "/console/forgotten", Nobody, link::forgotten),
    Route::open(Post, "/console/forgotten", Nobody, link::send),
    Route::open(Get, "/console/link/{token}", Nobody, link::ask),
    Route::open(Post, "/console/link/{token}", Nobody, link::set),
    Route::open(Post, "/console/sign-out", Half, sign_in::out),
    // Everybody's own.
    Route::get("/console/confirm", UseConsole, confirm::ask).somewhere(),
    Route::post("/console/confirm", UseConsole, confirm::confirm).somewhere(),
    // Rounds.
    Route::get("/console", UseConsole, rounds::list).somewhere().in_menu(key::NAV_ROUNDS),
    Route::get("/console/rounds/new", RunRound, plan::ask),
    Route::post("/console/rounds/new", RunRound, plan::keep).body(512 * 1024),
    Route::get("/console/rounds/{round}", ReadCounts, overview::show)
        .somewhere()
        .in_round_menu(key::NAV_OVERVIEW),
    Route::get("/console/rounds/{round}/kiosks", ReadCounts, kiosks::list)
        .somewhere()
        .in_round_menu(key::NAV_KIOSKS),
    // Links, dossiers, paper and totals of a round.
    Route::get("/console/rounds/{round}/links", ReadCounts, links::show)
        .somewhere()
        .in_round_menu(key::NAV_LINKS),
    Route::post("/console/rounds/{round}/links", IssueLinks, links::issue).somewhere(),
    Route::get("/console/rounds/{round}/links/list", ReadCounts, links::list).somewhere(),
    Route::post("/console/rounds/{round}/links/print", IssueLinks, links::print).somewhere(),
    Route::post("/console/rounds/{round}/links/end", VoidLinks, links::end).somewhere(),
    Route::get("/console/rounds/{round}/invitations", ReadCounts, links::mails)
        .somewhere()
        .in_round_menu(key::NAV_INVITATIONS),
    Route::post("/console/rounds/{round}/invitations", RetryMail, links::retry),
    Route::get("/console/rounds/{round}/dossiers", IssueLinks, dossiers::list)
        .somewhere()
        .in_round_menu(key::NAV_DOSSIERS),
    Route::post("/console/rounds/{round}/dossiers", IssueLinks, dossiers::upload)
        .somewhere()
        .body(dossiers::BODY_BYTES),
    Route::post("/console/rounds/{round}/dossiers/undo", VoidLinks, dossiers::undo).somewhere(),
    Route::get("/console/rounds/{round}/dossiers/{draft}", IssueLinks, dossiers::show).somewhere(),
    Route::post("/console/rounds/{round}/dossiers/{draft}", IssueLinks, dossiers::change)
        .somewhere(),
    Route::get("/console/rounds/{round}/paper", EnterPaper, paper::show)
        .somewhere()
        .in_round_menu(key::NAV_PAPER),
    Route::post("/console/rounds/{round}/paper", EnterPaper, paper::change).somewhere(),
    Route::get("/console/rounds/{round}/margins", ManageRegistry, margins::show)
        .in_round_menu(key::NAV_MARGINS),
    Route::post("/console/rounds/{round}/margins", ManageRegistry, margins::change)
        .body(margins::BODY_BYTES),
    // Rules and times of a round.
    Route::get("/console/rounds/{round}/plan", ReadCounts, plan::show).in_round_menu(key::NAV_PLAN),
    Route::get("/console/rounds/{round}/plan.toml", ReadCounts, plan::file),
    Route::get("/console/rounds/{round}/plan/edit", RunRound, plan::edit),
    Route::post("/console/rounds/{round}/plan/edit", RunRound, plan::keep).body(512 * 1024),
    Route::post("/console/rounds/{round}/open", RunRound, plan::open),
    Route::get("/console/rounds/{round}/times", ReadCounts, plan::times)
        .in_round_menu(key::NAV_TIMES),
    Route::post("/console/rounds/{round}/times", RunRound, plan::change_times),
    // Review, sealing, results.
    Route::get("/console/rounds/{round}/review", ReadFlags, review::list)
        .in_round_menu(key::NAV_REVIEW),
    Route::get("/console/rounds/{round}/review/{case}", ReadFlags, review::show),
    Route::post("/console/rounds/{round}/review/{case}", DecideVerdicts, review::decide),
    Route::get("/console/rounds/{round}/seal", ReadCounts, sealing::show)
        .in_round_menu(key::NAV_SEAL),
    Route::get("/console/rounds/{round}/seal/ask", Seal, sealing::ask).fresh(),
    Route::post("/console/rounds/{round}/seal/ask", Seal, sealing::request_seal).fresh(),
    Route::get("/console/rounds/{round}/results", ReadFigures, results::show)
        .in_round_menu(key::NAV_FIGURES),
    Route::get("/console/rounds/{round}/results.csv", ReadFigures, results::table),
    Route::get("/console/rounds/{round}/publish", Publish, sealing::ask_publishing).fresh(),
    Route::post("/console/rounds/{round}/publish", Publish, sealing::request_publishing).fresh(),
    Route::get("/console/rounds/{round}/requests", ReadCounts, requests::list)
        .in_round_menu(key::NAV_REQUESTS),
    Route::get("/console/rounds/{round}/requests/{request}", ReadCounts, requests::show).fresh(),
    Route::post("/console/rounds/{round}/requests/{request}", ReadCounts, requests::settle).fresh(),
    Route::get("/console/rounds/{round}/comments", ReadMaskedComments, comments::list)
        .in_round_menu(key::NAV_COMMENTS),
    Route::get("/console/rounds/{round}/withdraw", WithdrawResponse, withdrawal::ask)
        .in_round_menu(key::NAV_WITHDRAW),
    Route::post("/console/rounds/{round}/withdraw", WithdrawResponse, withdrawal::withdraw),
    Route::post("/console/rounds/{round}/jobs", ReadCounts, jobs::ask),
    // The house.
    Route::get("/console/forms", UseConsole, forms::list).somewhere().in_menu(key::NAV_FORMS),
    Route::post("/console/forms", ManageRegistry, forms::take).body(3 * 1024 * 1024),
    Route::get("/console/forms/{form}/{version}", UseConsole, forms::show).somewhere(),
    Route::get("/console/forms/{form}/{version}/preview", UseConsole, forms::preview).somewhere(),
    Route::get("/console/forms/{form}/{version}/form.toml", UseConsole, forms::toml).somewhere(),
    Route::get("/console/forms/{form}/{version}/form.xlsx", UseConsole, forms::xlsx).somewhere(),
    Route::get("/console/units", UseConsole, units::list).somewhere().in_menu(key::NAV_UNITS),
    Route::post("/console/units", ManageRegistry, units::take).body(9 * 1024 * 1024),
    Route::get("/console/scorecards", ReadFigures, scorecards::list).in_menu(key::NAV_SCORECARDS),
    Route::post("/console/scorecards", EditScorecard, scorecards::take).body(9 * 1024 * 1024),
    Route::get("/console/scorecards/{year}", ReadFigures, scorecards::show),
    Route::get("/console/scorecards/{year}/lines.csv", ReadFigures, scorecards::table),
    Route::get("/console/users", ReadAccounts, users::list).in_menu(key::NAV_USERS),
    Route::get("/console/users/add", ManageAccounts, users::ask).fresh(),
    Route::post("/console/users/add", ManageAccounts, users::add).fresh(),
    Route::get("/console/users/{account}", ReadAccounts, users::show),
    Route::post("/console/users/{account}", ManageAccounts, users::change).fresh(),
    Route::get("/console/clients", ReadOperation, clients::list).in_menu(key::NAV_CLIENTS),
    Route::post("/console/clients", ManageKeys, clients::add).fresh(),
    Route::post("/console/clients/disable", ManageKeys, clients::disable).fresh(),
    Route::get("/console/keys", ReadOperation, keys::list).in_menu(key::NAV_KEYS),
    Route::post("/console/keys", ManageKeys, keys::rotate).fresh(),
    Route::get("/console/mail", ReadOperation, mail::list).in_menu(key::NAV_MAIL),
    Route::post("/console/mail", RetryMail, mail::retry),
    Route::get("/console/audit", ReadAudit, audit::list).in_menu(key::NAV_AUDIT),
    Route::get("/console/audit/{entry}/proof.json", ReadAudit, audit::proof),
    Route::get("/console/jobs", UseConsole, jobs::list).somewhere().in_menu(key::NAV_JOBS),
    Route::get("/console/jobs/{job}", UseConsole, jobs::show).somewhere(),
    Route::post("/console/jobs/{job}", UseConsole, jobs::change).somewhere(),
    Route::get("/console/jobs/{job}/events", UseConsole, jobs::events).somewhere(),
    Route::get("/console/jobs/{job}/file", UseConsole, jobs::file).somewhere(),
    Route::get("/console/topics", ManageRegistry, comments::topics).in_menu(key::NAV_TOPICS),
    Route::post("/console/topics", ManageRegistry, comments::put_topics).body(512 * 1024),
    Route::get("/console/retention", ReadOperation, retention::show).in_menu(key::NAV_RETENTION),
    Route::post("/console/retention/{deletion}", ManageRetention, retention::hold),
    // One's own account, last in the menu.
    Route::get("/console/account", UseConsole, account::show).somewhere().in_menu(key::NAV_ACCOUNT),
    Route::post("/console/account/password", UseConsole, account::password).somewhere(),
    Route::post("/console/account/end", UseConsole, account::end).somewhere(),
    Route::post("/console/account/codes", UseConsole, account::codes).somewhere().fresh(),
    Route::get("/console/account/factor", UseConsole, second_factor::offer).somewhere().fresh(),
    Route::post("/console/account/factor", UseConsole, second_factor::enrol).somewhere().fresh(),
];
