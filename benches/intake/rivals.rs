//! The two servers beside the real one: `echo` stores nothing, `naive` writes one transaction a request.

use std::process::ExitCode;
use std::sync::Arc;

use actix_web::http::header;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, middleware, web};

use khaosat::clock::SystemClock;
use khaosat::collect::{Arrival, Found, Intake};
use khaosat::config::Config;
use khaosat::form::{Form, shipped};
use khaosat::store::Store;
use khaosat::store::intake::Fate;
use khaosat::vault::Vault;
use khaosat::web::operate::Metrics;
use khaosat::web::security;

/// The variable that says which of the two to be.
pub const WHICH: &str = "BENCH_RIVAL";

type Fields = Vec<(String, String)>;

fn fields(body: &[u8]) -> Fields {
    form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect()
}

fn thanks(code: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, format!("/s/{code}/thanks?lang=vi")))
        .finish()
}

async fn echo(code: web::Path<String>, body: web::Bytes, form: web::Data<Form>) -> HttpResponse {
    let fields = fields(&body);
    let has_id = fields.iter().any(|(name, value)| name == "submission" && value.len() == 32);
    match form.check(&fields) {
        Ok(answers) if has_id => {
            std::hint::black_box(answers);
            thanks(&code)
        }
        _ => HttpResponse::UnprocessableEntity().finish(),
    }
}

struct Naive {
    intake: Intake,
    store: Store,
}

async fn naive(
    request: HttpRequest,
    code: web::Path<String>,
    body: web::Bytes,
    naive: web::Data<Naive>,
) -> HttpResponse {
    let survey = match naive.intake.find_remembered(&code) {
        Some(survey) => Some(survey),
        None => {
            let (naive, code) = (naive.clone(), code.clone());
            match web::block(move || naive.intake.find(&code)).await {
                Ok(Ok(Found::Survey(survey))) => Some(survey),
                _ => None,
            }
        }
    };
    let Some(survey) = survey else { return HttpResponse::NotFound().finish() };
    let address = request.peer_addr().map(|peer| peer.ip().to_string()).unwrap_or_default();
    let arrival = Arrival {
        at: naive.intake.clock().now(),
        address: &address,
        user_agent: "bench",
        language: "vi",
        signed: None,
    };
    let Ok(prepared) = naive.intake.prepare(&survey, &fields(&body), &arrival) else {
        return HttpResponse::UnprocessableEntity().finish();
    };
    let store = naive.store.clone();
    let written = web::block(move || store.accept(&[prepared.submission])).await;
    match written {
        Ok(Ok(fates)) if matches!(fates.as_slice(), [Fate::Stored]) => thanks(&code),
        _ => HttpResponse::ServiceUnavailable().finish(),
    }
}

async fn ready() -> HttpResponse {
    HttpResponse::Ok().finish()
}

/// Serves as the variable says, until killed.
pub fn serve() -> ExitCode {
    let echoing = std::env::var(WHICH).as_deref() == Ok("echo");
    let form = web::Data::new(shipped::one_stop_shop().unwrap());
    let rival = (!echoing).then(|| {
        let config = Config::load(None, std::env::vars()).unwrap();
        let store = Store::open(&config.database_url, config.database_connections).unwrap();
        let vault = Arc::new(Vault::open(&config.keys_dir).unwrap());
        let intake =
            Intake::start(store.clone(), vault, Arc::new(SystemClock), config.queue).unwrap();
        web::Data::new(Naive { intake, store })
    });
    let metrics = web::Data::new(Metrics::new().unwrap());
    let workers = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let ran = actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            // The same shell as the real server's, so that the difference is what happens inside.
            let app = App::new()
                .app_data(form.clone())
                .app_data(metrics.clone())
                .wrap(middleware::from_fn(security::headers))
                .wrap(middleware::from_fn(security::observe))
                .route("/readyz", web::get().to(ready));
            match &rival {
                Some(rival) => {
                    app.app_data(rival.clone()).route("/s/{code}", web::post().to(naive))
                }
                None => app.route("/s/{code}", web::post().to(echo)),
            }
        })
        .workers(workers)
        .bind("127.0.0.1:0")?;
        for address in server.addrs() {
            println!("listening on http://{address}");
        }
        server.run().await
    });
    match ran {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
