//! From HTTP to a handler and back: limits, cookies, the gate, and the blocking work on a bounded number of threads.

use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt;
use tokio::sync::Semaphore;

use super::cookie::Name;
use super::gate;
use super::multipart::{self, Parts, is_multipart};
use super::reply::Reply;
use super::route::{Need, Route, Verb};
use super::routes::ROUTES;
use super::trouble::Trouble;
use super::visit::Visit;
use crate::account::{session, sign_in};
use crate::desk::Desk;
use crate::store::StoreError;
use crate::web::text::Lang;
use crate::web::{State, address, fields};

/// Requests to the console that work at once in one server.
const AT_ONCE: usize = 6;
/// Connections of the console's own pool.
const CONNECTIONS: u32 = 4;
/// How long a request waits for its turn, and for a connection.
const WAIT: Duration = Duration::from_secs(4);
/// PostgreSQL breaks off what a page asks after this.
const DEADLINE: Duration = Duration::from_secs(5);
/// Longest name of a browser that is looked at.
const AGENT_BYTES_MAX: usize = 512;

/// What all requests to the console share.
#[derive(Clone)]
pub struct Console {
    desk: Desk,
    turns: Arc<Semaphore>,
}

impl Console {
    /// A console on `desk`'s database with connections of its own.
    ///
    /// # Errors
    /// When the pool cannot be made.
    pub fn new(desk: &Desk) -> Result<Self, StoreError> {
        let store = desk.store.aside(CONNECTIONS, WAIT, DEADLINE)?;
        Ok(Self { desk: Desk { store, ..desk.clone() }, turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }
}

/// The console's routes: those of the table.
pub fn configure(cfg: &mut web::ServiceConfig) {
    for route in ROUTES {
        let method = match route.verb {
            Verb::Get => web::get(),
            Verb::Post => web::post(),
        };
        let handler = move |request: HttpRequest,
                            payload: web::Payload,
                            state: web::Data<State>,
                            console: web::Data<Console>| {
            serve(route, request, payload, state, console)
        };
        cfg.route(route.path, method.to(handler));
    }
}

async fn serve(
    route: &'static Route,
    request: HttpRequest,
    payload: web::Payload,
    state: web::Data<State>,
    console: web::Data<Console>,
) -> HttpResponse {
    if route.verb == Verb::Post && route.need == Need::Nobody {
        let from = address::of(&request, &state.settings.trusted_proxies);
        if let Err(exhausted) = state.budgets.charge_address(from) {
            return plain(StatusCode::TOO_MANY_REQUESTS, exhausted.retry_after);
        }
    }
    let Some(body) = body(payload, route.body_bytes_max).await else {
        let mut reply = plain(StatusCode::PAYLOAD_TOO_LARGE, 0);
        reply.headers_mut().insert(header::CONNECTION, header::HeaderValue::from_static("close"));
        return reply;
    };
    let Ok(Ok(turn)) = tokio::time::timeout(WAIT, Arc::clone(&console.turns).acquire_owned()).await
    else {
        return plain(StatusCode::SERVICE_UNAVAILABLE, 5);
    };
    let asked = Asked::of(&request, body, &state);
    let (state, desk) = (state.as_ref().clone(), console.desk.clone());
    let done = web::block(move || {
        let _turn = turn;
        answer(route, asked, state, desk)
    })
    .await;
    match done {
        Ok(reply) => reply.into_response(),
        Err(_) => plain(StatusCode::SERVICE_UNAVAILABLE, 5),
    }
}

/// A reply before anything is known of who asks.
fn plain(status: StatusCode, retry_after: u64) -> HttpResponse {
    let mut reply = HttpResponse::build(status);
    if retry_after > 0 {
        reply.insert_header((header::RETRY_AFTER, retry_after));
    }
    let words = status.canonical_reason().unwrap_or_default();
    reply.content_type("text/plain; charset=utf-8").body(format!("{}\n", words))
}

async fn body(mut payload: web::Payload, limit: usize) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.ok()?;
        if bytes.len() + chunk.len() > limit {
            return None;
        }
        bytes.extend_from_slice(&chunk);
    }
    Some(bytes)
}

/// What is taken from a request onto the thread that answers it.
struct Asked {
    path: String,
    parts: Vec<(String, String)>,
    query: Vec<(String, String)>,
    /// `None`: no form, or one that cannot be read.
    form: Option<Parts>,
    lang: Lang,
    session: Option<String>,
    stranger: Option<String>,
    known: Option<String>,
    browser: String,
    from_elsewhere: bool,
}

fn text(request: &HttpRequest, name: header::HeaderName) -> &str {
    request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

impl Asked {
    fn of(request: &HttpRequest, body: Vec<u8>, state: &State) -> Self {
        let secure = state.settings.secure;
        let query: Vec<(String, String)> =
            form_urlencoded::parse(request.query_string().as_bytes())
                .into_owned()
                .take(64)
                .collect();
        let wished = query.iter().find(|(name, _)| name == "lang").map(|(_, tag)| tag.clone());
        let wished = wished.or_else(|| Name::Language.of(request, secure));
        let lang = Lang::pick(wished.as_deref(), Some(text(request, header::ACCEPT_LANGUAGE)));
        let content_type = text(request, header::CONTENT_TYPE);
        let form = if is_multipart(content_type) {
            multipart::taken_apart(content_type, &body)
        } else {
            let fields = fields::decoded(request, &body);
            fields.map(|fields| Parts { fields, uploads: Vec::new() })
        };
        let site = request.headers().get("sec-fetch-site").and_then(|site| site.to_str().ok());
        // PostgreSQL takes no NUL in a text, and nobody types one.
        let storable = |list: Vec<(String, String)>| -> Vec<(String, String)> {
            list.into_iter().map(|(name, value)| (name, value.replace('\0', "\u{fffd}"))).collect()
        };
        let query = storable(query);
        let form = form.map(|form| Parts { fields: storable(form.fields), ..form });
        Self {
            path: request.path().to_owned(),
            parts: request
                .match_info()
                .iter()
                .map(|(name, value)| (name.to_owned(), value.replace('\0', "\u{fffd}")))
                .collect(),
            query,
            form,
            lang: if lang.is_whole() { lang } else { Lang::Vi },
            session: Name::Session.of(request, secure),
            stranger: Name::Stranger.of(request, secure),
            known: Name::Browser.of(request, secure),
            browser: text(request, header::USER_AGENT).chars().take(AGENT_BYTES_MAX).collect(),
            from_elsewhere: matches!(site, Some("cross-site" | "same-site")),
        }
    }
}

/// The reply to a request, whatever comes of it.
fn answer(route: &'static Route, asked: Asked, state: State, desk: Desk) -> Reply {
    let now = desk.clock.now();
    let mut visit = Visit {
        desk,
        state,
        route,
        lang: asked.lang,
        now,
        path: asked.path,
        parts: asked.parts.into_iter().collect(),
        query: asked.query,
        fields: Vec::new(),
        uploads: Vec::new(),
        signed: None,
        round: None,
        unit: None,
        token: String::new(),
        known: asked.known,
        browser: asked.browser,
    };
    let carried = Carried {
        session: asked.session,
        stranger: asked.stranger,
        form: asked.form,
        from_elsewhere: asked.from_elsewhere,
    };
    let mut made = None;
    let reply = match admitted(&mut visit, carried, &mut made) {
        Ok(()) => (route.run)(&visit),
        Err(trouble) => Err(trouble),
    };
    let mut reply = reply.unwrap_or_else(|trouble| trouble.reply(&visit));
    if let Some(stranger) = made {
        reply = reply.with(visit.keep(Name::Stranger, &stranger));
    }
    if visit.asked("lang").is_some() && visit.route.verb == Verb::Get {
        reply = reply.with(visit.keep(Name::Language, visit.lang.tag()));
    }
    reply
}

struct Carried {
    session: Option<String>,
    stranger: Option<String>,
    form: Option<Parts>,
    from_elsewhere: bool,
}

/// Brings a visit before its handler, or says why not. `made`: the cookie for a stranger who had none.
fn admitted(visit: &mut Visit, carried: Carried, made: &mut Option<String>) -> Result<(), Trouble> {
    let key = visit.desk.vault.account_key()?;
    if let Some(cookie) = &carried.session {
        visit.signed = session::holder(&visit.desk, cookie)?;
    }
    let route = visit.route;
    let held = match (&visit.signed, carried.session, carried.stranger) {
        (Some(_), Some(session), _) => session,
        (_, _, Some(stranger)) => stranger,
        _ => {
            let fresh = sign_in::stranger()?;
            *made = Some(fresh.clone());
            fresh
        }
    };
    visit.token = key.form_field(&held);
    gate::session(route, visit.signed.as_ref(), &here(visit))?;
    if route.verb == Verb::Post {
        let form = carried.form.ok_or(Trouble::Foreign)?;
        let given = form.fields.iter().find(|(name, _)| name == "csrf");
        let given = given.map(|(_, token)| token.as_str()).unwrap_or_default();
        if carried.from_elsewhere || !key.is_form_field(&held, given) {
            return Err(Trouble::Foreign);
        }
        (visit.fields, visit.uploads) = (form.fields, form.uploads);
    }
    if let (Need::Right(needed), Some(signed)) = (route.need, visit.signed.clone()) {
        gate::factor(visit, &signed)?;
        // Who may not see any round is not told which there are.
        if !signed.actor.holds_somewhere(needed) {
            return Err(Trouble::Forbidden);
        }
        gate::places(visit)?;
        gate::right(visit, &signed.actor, needed)?;
        gate::fresh(route, &signed, visit.now, &here(visit))?;
    }
    Ok(())
}

/// Path and question of the address.
fn here(visit: &Visit) -> String {
    if visit.query.is_empty() {
        return visit.path.clone();
    }
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(&visit.query).finish();
    format!("{}?{query}", visit.path)
}
