//! The citizen's pages: open a survey, send it, keep a receipt, look it up.

mod answer;
mod asked;
mod cookies;
mod fields;
mod guesses;
mod home;
mod kiosk;
mod ledger;
mod open;
mod pages;
mod receipt;
mod refusal;
mod results;
mod scorecards;
mod steps;
mod thanks;
mod unsubscribe;
mod visitor;
mod withdraw;

use actix_web::middleware::Compress;
use actix_web::web;

pub use guesses::Guesses;
pub use pages::Pages;

/// Links as QR codes spell them, in capitals (`issue::qr::spelled`). They are answered at once, for a redirect costs a
/// round trip on the slowest network; only a phone that opened the link before is sent on (`open::remembered`).
const SCANNED: &str = "/S/{code}";

/// The citizen's routes. Pages that are the same for everybody are compressed; the survey's is by itself
/// (`page::survey::gzip`), and one that shows a code stays plain, for its length would tell of what is in it.
pub fn configure(cfg: &mut web::ServiceConfig) {
    // First, for routes are tried in this order and nearly all requests are for it.
    cfg.service(
        web::resource(["/s/{code}", SCANNED])
            .route(web::post().to(answer::answer))
            .route(web::get().to(open::open))
            .route(web::head().to(open::open)),
    );
    cfg.service(web::resource("/").wrap(Compress::default()).route(web::get().to(home::home)))
        .route("/favicon.svg", web::get().to(home::favicon))
        .route("/khaosat.js", web::get().to(home::script))
        .route("/robots.txt", web::get().to(home::robots))
        .service(
            web::resource("/privacy").wrap(Compress::default()).route(web::get().to(home::privacy)),
        )
        .route("/withdraw", web::get().to(withdraw::ask))
        .route("/withdraw", web::post().to(withdraw::withdraw))
        .route("/s", web::get().to(home::typed))
        .route("/r", web::get().to(receipt::typed))
        .service(
            web::resource("/results").wrap(Compress::default()).route(web::get().to(results::list)),
        )
        .service(
            web::resource("/results/ledger")
                .wrap(Compress::default())
                .route(web::get().to(ledger::page)),
        )
        .route("/results/ledger.json", web::get().to(ledger::heads))
        .route("/results/ledger/consistency.json", web::get().to(ledger::consistency))
        .service(
            web::resource("/results/{round}")
                .wrap(Compress::default())
                .route(web::get().to(results::round)),
        )
        .route("/results/{round}/asked.json", web::get().to(asked::note))
        .route("/results/{round}/lists/{number}.csv", web::get().to(asked::list))
        .route("/results/{round}/publication.json", web::get().to(results::bytes))
        .route("/results/{round}/bundle.json", web::get().to(ledger::bundle))
        .route("/results/{round}/sheet.pdf", web::get().to(ledger::sheet))
        .service(
            web::resource("/results/scorecards/{year}")
                .wrap(Compress::default())
                .route(web::get().to(scorecards::official)),
        )
        .service(
            web::resource("/results/scorecards/{year}/{series}")
                .wrap(Compress::default())
                .route(web::get().to(scorecards::series)),
        )
        .route("/r/{receipt}", web::get().to(receipt::look_up))
        .route("/R/{receipt}", web::get().to(receipt::look_up))
        .route("/r/{receipt}/proof.json", web::get().to(ledger::proof))
        .service(
            web::resource("/u/{token}")
                .route(web::get().to(unsubscribe::ask))
                .route(web::post().to(unsubscribe::stop)),
        )
        .route("/s/{code}/kept", web::post().to(answer::kept))
        .route("/s/{code}/thanks", web::get().to(thanks::thanks))
        .service(
            web::resource("/k/{code}")
                .route(web::get().to(kiosk::open))
                .route(web::head().to(kiosk::open))
                .route(web::post().to(kiosk::send)),
        )
        .route("/k/{code}/thanks", web::get().to(kiosk::thanks))
        .default_service(web::to(home::nothing_here));
}
