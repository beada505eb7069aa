//! From the three files' bytes to a result: no file is touched here.

use crate::index::{
    Answers, Codes, Domains, Estimand, Estimates, IndexError, Item, Kind, Method, Rank, Survey,
    each_of, estimate, ranks,
};
use crate::weigh::{
    Calibrated, Calibration, Design, Frame, Margin, Sample, WeighError, calibrate, listed,
};

use super::labels::LabelColumn;
use super::margins::Totals;
use super::population;
use super::responses::{self, Columns, Wanted};
use super::spec::{EstimandSpec, KindSpec, Spec};

/// A case weighed and estimated.
pub struct Case {
    /// Where ids lie in `responses.csv`, and labels of domains.
    pub columns: Columns,
    /// The design and margins.
    pub frame: Frame,
    /// What was done.
    pub calibration: Calibration,
    /// The weights.
    pub calibrated: Calibrated,
    /// The estimates.
    pub estimates: Estimates,
    /// Names of estimands.
    pub names: Vec<String>,
    /// Names of domains by code.
    pub domains: Vec<String>,
    /// Ranks of the domains, by rank.
    pub ranks: Option<Vec<(String, Rank)>>,
}

/// Told what is being done, and how far it is: (stage, done, of).
pub type Progress<'a> = &'a (dyn Fn(&str, usize, usize) + Sync);

/// Weighs and estimates a case. `margins` is asked for only when the calibration needs it.
/// # Errors
/// One line that says what is wrong, where, and what to do.
pub fn run(
    spec: &[u8],
    responses: &[u8],
    margins: impl FnOnce() -> Result<Vec<u8>, String>,
    progress: Progress<'_>,
) -> Result<Case, String> {
    let spec = Spec::parse(spec)?;
    let calibration = spec.calibration().map_err(|problem| format!("spec.json: {problem}"))?;
    let (coded, real) = item_columns(&spec);
    progress("reading the responses", 0, 1);
    let mut columns = responses::read(responses, &wanted(&spec, &coded, &real))?;
    let n = columns.ids.len();
    let margins = match spec.variables() {
        [] => Vec::new(),
        variables => margins_of(variables, &Totals::parse(&margins()?)?, &columns, responses)?,
    };
    let estimands = estimands(&spec, &coded, &real, &columns)?;
    let label = |name: &Option<String>| {
        let name = name.as_ref()?;
        columns.labels.iter().find(|column| column.name == *name)
    };
    let (strata, psu) = (label(&spec.strata), label(&spec.cluster));
    let named = Names { strata, psu };
    let population = spec.fpc.as_ref().map(|_| columns.population.as_slice());
    let design = Design::new(
        n,
        strata.map(|column| column.codes.as_slice()),
        psu.map(|column| column.codes.as_slice()),
        population,
        spec.lonely_psu,
    )
    .map_err(|error| match (error, &spec.fpc) {
        (WeighError::Population(faults), Some(column)) => {
            let stratum = |code| named.stratum(code);
            population::told(&faults, column, responses, &columns.ids, stratum)
        }
        (error, _) => named.told(error),
    })?;
    design.check_lonely(|code| named.stratum(code)).map_err(|error| named.told(error))?;
    let base = std::mem::take(&mut columns.base);
    let base = if base.is_empty() { vec![1.0; n] } else { base };
    progress("calibrating", 0, 1);
    let frame = Frame::new(Sample { base, design, margins }).map_err(|error| named.told(error))?;
    let calibrated = calibrate(&frame, &calibration).map_err(|error| named.told(error))?;
    let answers = Answers {
        coded: std::mem::take(&mut columns.coded),
        real: std::mem::take(&mut columns.real),
        valid: Codes::of(&[1, 2, 3, 4, 5]),
    };
    let label = |name: &Option<String>| {
        let name = name.as_ref()?;
        columns.labels.iter().find(|column| column.name == *name)
    };
    let domain = label(&spec.domain);
    let survey = Survey {
        frame: &frame,
        calibration: &calibration,
        calibrated: &calibrated,
        answers: &answers,
        domains: domain
            .map(|column| Domains { codes: &column.codes, count: column.labels.len() as u32 }),
    };
    let method = Method {
        confidence: spec.confidence,
        df: spec.df,
        interval: spec.interval,
        replicates: spec.scheme(),
    };
    progress("estimating", 0, 1);
    let estimates = estimate(&survey, &estimands, &method, &|done, all| {
        progress("replicates", done, all);
    })
    .map_err(|error| {
        Names { strata: label(&spec.strata), psu: label(&spec.cluster) }.index_told(error)
    })?;
    let domains: Vec<String> = domain
        .map(|column| column.labels.iter().map(|(label, _)| label.clone()).collect())
        .unwrap_or_default();
    let ranks = spec.ranks.as_ref().map(|asked| {
        ranked(&estimates, &estimands, &asked.estimand, asked.confidence, &method, &domains)
    });
    let names = estimands.into_iter().map(|estimand| estimand.name).collect();
    Ok(Case { columns, frame, calibration, calibrated, estimates, names, domains, ranks })
}

/// Items answered with codes, and items measured with numbers.
fn item_columns(spec: &Spec) -> (Vec<String>, Vec<String>) {
    let add = |list: &mut Vec<String>, name: &String| {
        if !list.contains(name) {
            list.push(name.clone());
        }
    };
    let (mut coded, mut real) = (Vec::new(), Vec::new());
    for estimand in &spec.estimands {
        if !matches!(estimand.kind, KindSpec::Mean | KindSpec::Total) {
            estimand
                .item
                .iter()
                .chain(estimand.items.iter().flatten())
                .for_each(|name| add(&mut coded, name));
        }
    }
    for item in spec.estimands.iter().filter_map(|estimand| estimand.item.as_ref()) {
        if !coded.contains(item) {
            add(&mut real, item);
        }
    }
    (coded, real)
}

fn wanted(spec: &Spec, coded: &[String], real: &[String]) -> Wanted {
    let mut labels: Vec<String> = Vec::new();
    let named = [&spec.strata, &spec.cluster, &spec.domain].into_iter().flatten();
    for name in named.chain(spec.variables()) {
        if !labels.contains(name) {
            labels.push(name.clone());
        }
    }
    Wanted {
        labels,
        base_weight: spec.base_weight.clone(),
        population: spec.fpc.clone(),
        coded: coded.to_vec(),
        real: real.to_vec(),
    }
}

/// Margins whose codes are the categories of `margins.csv`.
fn margins_of(
    variables: &[String],
    totals: &Totals,
    columns: &Columns,
    bytes: &[u8],
) -> Result<Vec<Margin>, String> {
    let (mut margins, mut unknown) = (Vec::new(), Vec::new());
    for variable in variables {
        let (labels, totals) = totals.of(variable)?;
        let Some(column) = columns.labels.iter().find(|column| column.name == *variable) else {
            continue;
        };
        let mut code_of = Vec::new();
        for (label, first) in &column.labels {
            match labels.binary_search(label) {
                Ok(code) => code_of.push(code as u32),
                Err(_) => {
                    code_of.push(0);
                    let start = columns.ids.get(*first as usize).map_or(0, |id| id.start);
                    let line = super::csv::line_of(bytes, start);
                    unknown.push(format!("{variable} = {label:?} (first at line {line})"));
                }
            }
        }
        let code = |code: &u32| code_of.get(*code as usize).copied().unwrap_or_default();
        let codes = column.codes.iter().map(code).collect();
        margins.push(Margin { name: variable.clone(), labels, codes, totals });
    }
    if unknown.is_empty() {
        return Ok(margins);
    }
    Err(format!(
        "{}: categories without a total in margins.csv: {}; add their rows or correct the labels",
        responses::FILE,
        listed(&unknown)
    ))
}

fn estimands(
    spec: &Spec,
    coded: &[String],
    real: &[String],
    columns: &Columns,
) -> Result<Vec<Estimand>, String> {
    let place = |name: &String| coded.iter().position(|column| column == name).unwrap_or_default();
    let item = |spec: &EstimandSpec| spec.item.as_ref().map(place).unwrap_or_default();
    let plain = |spec: &EstimandSpec| {
        let name = spec.item.as_ref();
        match name.and_then(|name| real.iter().position(|column| column == name)) {
            Some(column) => Item::Real(column),
            None => Item::Coded(item(spec)),
        }
    };
    let categories =
        |spec: &EstimandSpec| Codes::of(spec.categories.as_deref().unwrap_or_default());
    let mut estimands = Vec::new();
    for one in &spec.estimands {
        let told = |problem: String| format!("spec.json: estimand {:?}: {problem}", one.name);
        let kind = match one.kind {
            KindSpec::Mean => Kind::Mean(plain(one)),
            KindSpec::Total => Kind::Total(plain(one)),
            KindSpec::Proportion => {
                Kind::Proportion { item: item(one), categories: categories(one) }
            }
            KindSpec::Points => {
                let shares = one.option_shares().map_err(told)?;
                let max = one.max.unwrap_or_default();
                every_answer_has_a_share(one, &shares, columns.coded.get(item(one)))?;
                Kind::Points { item: item(one), shares, max }
            }
            KindSpec::Index => {
                let items = one.items.iter().flatten().map(place).collect();
                Kind::Index { items, categories: categories(one), inverse_shown: None }
            }
            KindSpec::Composite => {
                let mut parts = Vec::new();
                for part in one.parts.iter().flatten() {
                    let index = spec.estimands.iter().position(|other| other.name == part.name);
                    let index = index.ok_or_else(|| {
                        told(format!("there is no estimand {:?} to add", part.name))
                    })?;
                    parts.push((index, part.weight));
                }
                Kind::Composite(parts)
            }
        };
        estimands.push(Estimand { name: one.name.clone(), kind });
    }
    Ok(estimands)
}

fn every_answer_has_a_share(
    spec: &EstimandSpec,
    shares: &[(u8, f64)],
    column: Option<&Vec<u8>>,
) -> Result<(), String> {
    let known = |code: u8| code == 0 || shares.iter().any(|&(option, _)| option == code);
    let Some(row) = column.and_then(|column| column.iter().position(|&code| !known(code))) else {
        return Ok(());
    };
    let code = column.and_then(|column| column.get(row)).copied().unwrap_or_default();
    Err(format!(
        "spec.json: estimand {:?}: answer {code} (response {} of responses.csv) has no share of the points; add it to \"shares\"",
        spec.name,
        row + 1
    ))
}

fn ranked(
    estimates: &Estimates,
    estimands: &[Estimand],
    name: &str,
    confidence: f64,
    method: &Method,
    domains: &[String],
) -> Vec<(String, Rank)> {
    let number = estimands.iter().position(|estimand| estimand.name == name).unwrap_or_default();
    let Some(kind) = estimands.get(number).map(|estimand| &estimand.kind) else {
        return Vec::new();
    };
    let rows: Vec<_> = estimates
        .rows
        .iter()
        .filter(|row| row.estimand == number && row.domain.is_some())
        .collect();
    let each = each_of(confidence, rows.len());
    let values: Vec<f64> = rows.iter().map(|row| row.estimate).collect();
    let intervals: Vec<(f64, f64)> =
        rows.iter().map(|row| row.interval(kind, method.interval, each)).collect();
    let label = |code: Option<u32>| {
        code.and_then(|code| domains.get(code as usize)).cloned().unwrap_or_default()
    };
    let mut ranked: Vec<(String, Rank)> =
        rows.iter().map(|row| label(row.domain)).zip(ranks(&values, &intervals)).collect();
    ranked.sort_by(|left, right| (left.1.rank, &left.0).cmp(&(right.1.rank, &right.0)));
    ranked
}

/// Codes of strata and PSUs as people know them.
struct Names<'a> {
    strata: Option<&'a LabelColumn>,
    psu: Option<&'a LabelColumn>,
}

impl Names<'_> {
    fn stratum(&self, code: u32) -> String {
        name(self.strata, code)
    }

    fn told(&self, error: WeighError) -> String {
        match error {
            WeighError::Replicate { psu, stratum, cause } => {
                let psu = match self.psu {
                    Some(_) => name(self.psu, psu),
                    None => format!("of response {}", psu + 1),
                };
                format!("without PSU {psu} of stratum {}: {cause}", self.stratum(stratum))
            }
            WeighError::LonelyStrata(_) | WeighError::AllZero => {
                format!("{}: {error}", responses::FILE)
            }
            WeighError::MarginsDisagree { .. }
            | WeighError::EmptyCategories(_)
            | WeighError::ZeroTotals(_)
            | WeighError::BadMargin { .. } => format!("margins.csv: {error}"),
            error => error.to_string(),
        }
    }

    fn index_told(&self, error: IndexError) -> String {
        match error {
            IndexError::Weigh(cause) => self.told(cause),
            error => format!("spec.json: {error}"),
        }
    }
}

fn name(column: Option<&LabelColumn>, code: u32) -> String {
    match column.and_then(|column| column.labels.get(code as usize)) {
        Some((label, _)) => format!("{label:?}"),
        None => "(all responses)".into(),
    }
}
