//! For the operator: `/healthz`, `/readyz`, `/metrics`.

use actix_web::{HttpRequest, HttpResponse, web};
use prometheus::{Encoder, HistogramVec, IntCounterVec, IntGauge, Registry, TextEncoder};

use super::State;

/// What is counted; labels are route templates, never paths.
pub struct Metrics {
    registry: Registry,
    requests: IntCounterVec,
    seconds: HistogramVec,
    queue: IntGauge,
    batches: IntGauge,
    rows: IntGauge,
    refused: IntGauge,
}

/// Upper ends of the latency classes, seconds.
const CLASSES: [f64; 9] = [0.001, 0.005, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

impl Metrics {
    /// Registers everything.
    ///
    /// # Errors
    /// When a name is taken twice, which is a fault of this file.
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let requests = IntCounterVec::new(
            prometheus::Opts::new(
                "khaosat_http_requests_total",
                "Requests by method, route and status",
            ),
            &["method", "route", "status"],
        )?;
        let seconds = HistogramVec::new(
            prometheus::HistogramOpts::new("khaosat_http_seconds", "Time to the reply's head")
                .buckets(CLASSES.to_vec()),
            &["route"],
        )?;
        let gauge = |name: &str, help: &str| -> Result<IntGauge, prometheus::Error> {
            let gauge = IntGauge::new(name, help)?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let queue = gauge("khaosat_intake_waiting", "Answers waiting to be written")?;
        let batches = gauge("khaosat_intake_batches", "Transactions of the intake's writer")?;
        let rows = gauge("khaosat_intake_rows", "Answers handed to the intake's writer")?;
        let refused =
            gauge("khaosat_intake_refused", "Answers told to come back: the queue was full")?;
        registry.register(Box::new(requests.clone()))?;
        registry.register(Box::new(seconds.clone()))?;
        Ok(Self { registry, requests, seconds, queue, batches, rows, refused })
    }

    /// Counts one request.
    pub fn count(&self, method: &str, route: &str, status: u16, seconds: f64) {
        self.requests.with_label_values(&[method, route, &status.to_string()]).inc();
        self.seconds.with_label_values(&[route]).observe(seconds);
    }

    fn text(&self, state: &State) -> Result<Vec<u8>, prometheus::Error> {
        let numbers = state.intake.queue_numbers();
        let whole = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        self.queue.set(whole(numbers.waiting));
        self.batches.set(whole(numbers.batches));
        self.rows.set(whole(numbers.rows));
        self.refused.set(whole(numbers.refused));
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(text)
    }
}

/// The process is alive.
async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// The database answers and the keys are there.
async fn readyz(state: web::Data<State>) -> HttpResponse {
    let checked = web::block(move || state.desk.store.rounds().is_ok()).await;
    if checked.unwrap_or(false) {
        HttpResponse::Ok().content_type("text/plain").body("ready\n")
    } else {
        HttpResponse::ServiceUnavailable()
            .content_type("text/plain")
            .body("the database does not answer\n")
    }
}

/// Numbers for Prometheus; only to this machine, and not through a proxy.
async fn metrics(
    request: HttpRequest,
    state: web::Data<State>,
    metrics: web::Data<Metrics>,
) -> HttpResponse {
    let local = request.peer_addr().is_some_and(|peer| peer.ip().is_loopback());
    if !local || request.headers().contains_key("x-forwarded-for") {
        return HttpResponse::NotFound().finish();
    }
    match metrics.text(&state) {
        Ok(text) => HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text),
        Err(_) => HttpResponse::InternalServerError().finish(),
    }
}

/// The operator's routes.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/healthz", web::get().to(healthz))
        .route("/readyz", web::get().to(readyz))
        .route("/metrics", web::get().to(metrics));
}
