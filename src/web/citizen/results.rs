//! `/results`: what is published, for everybody. Reads publications only, so nothing can be shown that was not signed.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};

use super::{refusal, scorecards, visitor};
use crate::clock::Millis;
use crate::collect::CollectError;
use crate::desk::Desk;
use crate::form::{Form, IndexRule as FormRule};
use crate::round::{Document, Figure, HeardShare, IndexRule, Reason, UnitFigures};
use crate::store::StoreError;
use crate::store::publication::Publication as Stored;
use crate::store::tally::What;
use crate::web::page::{
    Beside, Called, Coverage, Estimate, FactorResult, Handling, Link, Look, Publication, Rank,
    ResultsPage, RoundLine, RoundPage, Suppression, UnitResult,
};
use crate::web::text::Lang;
use crate::web::{State, reply};

/// A publication with what a page needs beside it.
struct Published {
    stored: Stored,
    document: Document,
    form: Option<Form>,
}

fn read(desk: &Desk, code: &str) -> Result<Option<Published>, CollectError> {
    let round = match desk.store.round(code) {
        Ok(round) => round,
        Err(StoreError::Missing { .. }) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    let Some(stored) = desk.store.latest_publication(round.id)? else { return Ok(None) };
    let Ok(document) = serde_json::from_slice(&stored.bytes) else {
        return Err(StoreError::Corrupt { what: "publication" }.into());
    };
    let form = desk.store.form(round.form_id)?;
    let form = Form::parse(&form.source, &form.code).ok();
    Ok(Some(Published { stored, document, form }))
}

pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CollectError> + Send + 'static,
) -> Result<T, CollectError> {
    web::block(work).await.unwrap_or(Err(CollectError::Stopped))
}

fn moment(text: &str) -> Millis {
    Millis::parse(text).unwrap_or(Millis(0))
}

fn whole(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// `GET /results`.
pub async fn list(request: HttpRequest, state: web::Data<State>) -> HttpResponse {
    let lang = visitor::language(&request);
    let desk = state.desk.clone();
    let published = blocking(move || {
        let mut published = Vec::new();
        for round in desk.store.rounds()? {
            published.extend(read(&desk, &round.code)?);
        }
        Ok((published, scorecards::links(&desk.store, lang)?))
    })
    .await;
    let (mut published, scorecards) = match published {
        Ok(read) => read,
        Err(error) => return refusal::failed(&error, lang),
    };
    published.reverse();
    let addresses: Vec<String> = published
        .iter()
        .map(|p| format!("/results/{}?lang={}", p.document.round, lang.tag()))
        .collect();
    let rounds = published
        .iter()
        .zip(&addresses)
        .map(|(p, href)| RoundLine {
            link: Link { href, label: &p.document.rules.title },
            opened_at: moment(&p.document.opened_at),
            closed_at: moment(&p.document.closed_at),
            published_at: Millis(p.stored.published_at),
            units: whole(p.document.figures.official.units.len()),
            answers: whole(p.document.outcome.stored),
            synthetic: p.document.rules.synthetic,
        })
        .collect();
    let scorecards = scorecards.iter().map(|(href, label)| Link { href, label }).collect();
    let page = ResultsPage { rounds, scorecards };
    reply::page(StatusCode::OK, ResultsPage::STYLE, page.render(lang))
}

/// `GET /results/{round}`.
pub async fn round(
    request: HttpRequest,
    path: web::Path<String>,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let desk = state.desk.clone();
    match blocking(move || read(&desk, &path)).await {
        Ok(Some(published)) => {
            reply::page(StatusCode::OK, RoundPage::STYLE, render(&published, lang))
        }
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

/// `GET /results/{round}/publication.json`: the signed bytes, to take along and check.
pub async fn bytes(
    path: web::Path<String>,
    request: HttpRequest,
    state: web::Data<State>,
) -> HttpResponse {
    let lang = visitor::language(&request);
    let desk = state.desk.clone();
    match blocking(move || read(&desk, &path)).await {
        Ok(Some(published)) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/json"))
            .insert_header((header::ETAG, format!("\"{}\"", published.stored.digest)))
            .insert_header(("khaosat-signature", published.stored.signature))
            .body(published.stored.bytes),
        Ok(None) => refusal::unknown(lang),
        Err(error) => refusal::failed(&error, lang),
    }
}

fn figures(f: &Figure, threshold: u32) -> Result<Estimate, Suppression> {
    let shown = (f.index, f.low, f.high, f.unweighted, f.effective_n);
    let (Some(index), Some(low), Some(high), Some(unweighted), Some(effective_n)) = shown else {
        return Err(match f.suppressed {
            Some(Reason::WouldReveal) => Suppression::WouldReveal,
            _ if f.n == 0 => Suppression::NoAnswers,
            _ => Suppression::TooFew { threshold },
        });
    };
    Ok(Estimate { index, low, high, unweighted, effective_n, rank: None })
}

fn unit(u: &UnitFigures, threshold: u32) -> UnitResult<'_> {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let rank = u.rank.map(|r| Rank { rank: small(r.rank), low: small(r.low), high: small(r.high) });
    UnitResult {
        code: &u.code,
        unit: &u.unit,
        n: whole(u.figure.n),
        figures: figures(&u.figure, threshold).map(|e| Estimate { rank, ..e }),
        tied_with: u.same_as.iter().map(String::as_str).collect(),
    }
}

fn units(list: &[UnitFigures], threshold: u32) -> Vec<UnitResult<'_>> {
    list.iter().map(|u| unit(u, threshold)).collect()
}

fn render(published: &Published, lang: Lang) -> String {
    let document = &published.document;
    let threshold = document.rules.suppression_threshold;
    let official = &document.figures.official;
    let names: Vec<String> = official
        .factors
        .iter()
        .map(|f| factor_words(published.form.as_ref(), &f.factor, lang))
        .collect();
    let factors = names
        .iter()
        .enumerate()
        .map(|(at, name)| FactorResult {
            factor: name,
            units: official
                .units
                .iter()
                .filter_map(|u| {
                    let figure = &u.factors.get(at)?.figure;
                    Some(UnitResult {
                        code: &u.code,
                        unit: &u.unit,
                        n: whole(figure.n),
                        figures: figures(figure, threshold),
                        tied_with: Vec::new(),
                    })
                })
                .collect(),
        })
        .collect();
    let json = format!("/results/{}/publication.json", document.round);
    let bundle = format!("/results/{}/bundle.json", document.round);
    let sheet = format!("/results/{}/sheet.pdf", document.round);
    let asked = format!("/results/{}/asked.json", document.round);
    let mut downloads = vec![
        Link { href: &json, label: "publication.json" },
        Link { href: &bundle, label: "bundle.json" },
        Link { href: &sheet, label: "sheet.pdf" },
    ];
    if document.asked.is_some() {
        downloads.push(Link { href: &asked, label: "asked.json" });
    }
    let page = RoundPage {
        publication: Publication {
            title: &document.rules.title,
            opened_at: moment(&document.opened_at),
            closed_at: moment(&document.closed_at),
            published_at: Millis(published.stored.published_at),
            digest: &published.stored.digest,
            supersedes: document.supersedes.as_deref(),
            superseded_by: None,
            synthetic: document.rules.synthetic,
            rule: match document.rules.index_rule {
                IndexRule::Top2 => FormRule::Top,
                IndexRule::OptionShares => FormRule::Points,
            },
            threshold,
            confidence: document.rules.confidence,
        },
        official: units(&official.units, threshold),
        indicative: units(&document.figures.indicative.units, threshold),
        factors,
        coverage: coverage(document),
        beside: beside(&official.units),
        beside_indicative: beside(&document.figures.indicative.units),
        handling: Some(handling(document)),
        withdrawn: withdrawn(document),
        looks: looks(document),
        called: called(document),
        notes: Vec::new(),
        downloads,
    };
    page.render(lang)
}

fn factor_words(form: Option<&Form>, code: &str, lang: Lang) -> String {
    let factor = form.and_then(|f| f.factors.iter().find(|f| f.name.as_str() == code));
    match (factor, lang.of_form()) {
        (Some(factor), Some(language)) => factor.text.get(&language).to_owned(),
        _ => code.to_owned(),
    }
}

/// What stands beside the indexes that are shown.
fn beside(units: &[UnitFigures]) -> Vec<Beside<'_>> {
    let shown = units.iter().filter(|unit| unit.figure.index.is_some());
    let with_excluded = |unit: &UnitFigures| {
        let found = unit.beside.variants.iter().find(|variant| variant.name == "with_excluded")?;
        found.index.map(Ok).or(found.differs_by_less_than.map(Err))
    };
    shown
        .map(|unit| Beside {
            unit: &unit.unit,
            rate: unit.beside.response.rate,
            worst_case: unit.beside.worst_case,
            with_excluded: with_excluded(unit),
            model: unit.beside.model.as_ref().map(|model| (model.estimate, model.synthetic)),
            worth: unit.beside.effective_n_under_defect,
            unrated: [unit.beside.no_answer, unit.beside.no_opinion, unit.beside.prefer_not],
        })
        .collect()
}

/// The name of a unit by its code.
fn name_of<'a>(document: &'a Document, code: &'a str) -> &'a str {
    let units = &document.figures.official.units;
    units.iter().find(|unit| unit.code == code).map_or(code, |unit| &unit.unit)
}

/// What stands out; the silent beside whole units.
fn looks(document: &Document) -> Vec<Look<'_>> {
    let gate = &document.outcome.gate;
    let hidden = |unit: &str| {
        let found = gate.hidden.iter().find(|hidden| hidden.unit == unit)?;
        Some((found.silent, found.tenths))
    };
    gate.tests
        .iter()
        .filter(|test| test.look)
        .map(|test| Look {
            unit: name_of(document, &test.unit),
            counter: test.counter.as_deref(),
            clerk: test.clerk,
            indicator: test.indicator,
            above: test.above,
            hidden: hidden(&test.unit).filter(|_| test.counter.is_none() && test.clerk.is_none()),
        })
        .collect()
}

fn called(document: &Document) -> Vec<Called<'_>> {
    let share = |heard: &HeardShare| (heard.n, heard.share);
    document
        .called
        .iter()
        .map(|unit| Called {
            unit: name_of(document, &unit.code),
            drawn: unit.drawn,
            shares: [share(&unit.given), share(&unit.own), share(&unit.beside)],
        })
        .collect()
}

/// What was handed out by drawn kinds and what came back, per unit.
fn coverage(document: &Document) -> Vec<Coverage<'_>> {
    let mut lines = Vec::new();
    for u in &document.figures.official.units {
        let sum = |what: What| -> u64 {
            let own = document.counts.iter().filter(|c| c.code == u.code && c.kind.is_drawn());
            own.filter_map(|c| c.counts.get(&what)).filter_map(|n| u64::try_from(*n).ok()).sum()
        };
        // What takes the place of a lost ticket asks nobody anew.
        let issued = sum(What::Issued).saturating_sub(sum(What::Replaced));
        let (received, withdrawn) = (sum(What::Stored), sum(What::Withdrawn));
        lines.push(Coverage {
            unit: &u.unit,
            issued,
            received,
            withdrawn,
            excluded: received.saturating_sub(withdrawn).saturating_sub(whole(u.figure.n)),
        });
    }
    lines
}

/// Withdrawals of each counter, all kinds together, in the order of the publication.
fn withdrawn(document: &Document) -> Vec<(String, u64)> {
    let mut lines: Vec<(String, u64)> = Vec::new();
    for one in &document.withdrawn {
        let of = document.figures.official.units.iter().find(|u| u.code == one.unit);
        let unit = of.map_or(one.unit.as_str(), |u| u.unit.as_str());
        let name = format!("{unit} · {}", one.counter);
        let n = u64::try_from(one.n).unwrap_or(0);
        match lines.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += n,
            None => lines.push((name, n)),
        }
    }
    lines
}

fn handling(document: &Document) -> Vec<Handling<'_>> {
    document
        .outcome
        .flagged
        .iter()
        .map(|(rule, flagged)| {
            let excluded = document.outcome.excluded_by_rule.get(rule).copied().unwrap_or(0);
            Handling {
                check: rule,
                flagged: whole(*flagged),
                kept: whole(flagged.saturating_sub(excluded)),
                excluded: whole(excluded),
            }
        })
        .collect()
}
