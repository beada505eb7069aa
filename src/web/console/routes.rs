//! The route table: every page and change of the console, one line each. Router, menu and tests are made from it.

use super::route::Need::{Half, Nobody};
use super::route::Route;
use super::route::Verb::{Get, Post};
use super::{account, confirm, link, overview, rounds, second_factor, sign_in};
use crate::store::Right::{ReadCounts, UseConsole};
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
    Route::get("/console/rounds/{round}", ReadCounts, overview::show)
        .somewhere()
        .in_round_menu(key::NAV_OVERVIEW),
    // The house.
    // One's own account, last in the menu.
    Route::get("/console/account", UseConsole, account::show).somewhere().in_menu(key::NAV_ACCOUNT),
    Route::post("/console/account/password", UseConsole, account::password).somewhere(),
    Route::post("/console/account/end", UseConsole, account::end).somewhere(),
    Route::post("/console/account/codes", UseConsole, account::codes).somewhere().fresh(),
    Route::get("/console/account/factor", UseConsole, second_factor::offer).somewhere().fresh(),
    Route::post("/console/account/factor", UseConsole, second_factor::enrol).somewhere().fresh(),
];
