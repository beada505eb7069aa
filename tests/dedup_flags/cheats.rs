//! The ways in which a round is stuffed, each with its label.

use khaosat::dedup::Kind;

use super::round::{Response, Round};
use super::words;

pub fn plant(round: &mut Round) {
    let honest = round.responses.len();
    for _ in 0..round.setting.copied {
        copied(round, honest);
    }
    for _ in 0..round.setting.copied_texts {
        copied_text(round, honest);
    }
    for _ in 0..round.setting.straightliners {
        straightliner(round);
    }
    for _ in 0..round.setting.speeders {
        speeder(round);
    }
    for _ in 0..round.setting.bursts {
        burst(round);
    }
    for _ in 0..round.setting.piles {
        pile(round);
    }
    for _ in 0..round.setting.runs {
        run(round);
    }
}

/// The largest serial at a counter so far, for tickets that never reached a citizen.
fn next_serial(round: &Round, counter: usize, kind: Kind) -> u32 {
    round
        .responses
        .iter()
        .filter(|response| response.counter == counter && response.kind == kind)
        .map(|response| response.serial)
        .max()
        .unwrap_or(100)
}

fn distance(a: &[u8], b: &[u8]) -> usize {
    a.iter().zip(b).filter(|(x, y)| x != y).count()
}

/// A form sent again one to six times with up to three answers changed; undecidable where honest people answer so too.
fn copied(round: &mut Round, honest: usize) {
    let source = round.chance.whole(0, honest - 1);
    let first = round.responses[source].clone();
    if first.label != "honest" || first.kind == Kind::Paper || first.kind == Kind::Kiosk {
        return;
    }
    let act = round.new_act();
    let crowd: Vec<Vec<u8>> =
        (0..20_000).map(|_| round.form.honest(first.unit, &mut round.chance).codes).collect();
    let nearest = crowd.iter().map(|codes| distance(codes, &first.codes)).min().unwrap_or(0);
    let mut at = first.at;
    let mut planted = false;
    for _ in 0..[1, 1, 1, 2, 2, 3, 6][round.chance.whole(0, 6)] {
        let mut copy = first.clone();
        let c = &mut round.chance;
        at += libm::exp(c.between(libm::log(180.0), libm::log(4.0 * 86_400.0)));
        copy.at = at;
        let changed = c.whole(0, 3);
        for _ in 0..changed {
            let item = c.whole(0, copy.codes.len() - 1);
            let code = copy.codes[item];
            copy.codes[item] = match code {
                0 => 0,
                _ if c.happens(0.12) => 0,
                1 => 2,
                5 => 4,
                _ if c.happens(0.5) => code - 1,
                _ => code + 1,
            };
        }
        copy.seconds *= libm::exp(-0.35 + 0.4 * c.normal());
        copy.device = if c.happens(0.15) { first.device } else { c.bits() | 1 };
        copy.comment = if c.happens(0.6) || first.comment.is_empty() {
            String::new()
        } else {
            words::edited(&first.comment, c)
        };
        if c.happens(0.08) {
            copy.counter = round.counter_of(first.unit);
        }
        if copy.kind.is_personal() {
            copy.serial =
                next_serial(round, copy.counter, copy.kind) + 1 + round.chance.whole(0, 2) as u32;
        }
        let away = distance(&copy.codes, &first.codes);
        (copy.act, copy.looks) = (act, "");
        copy.label = if nearest > away { "near_duplicate" } else { "undecidable" };
        planted |= nearest > away;
        round.responses.push(copy);
    }
    let source = &mut round.responses[source];
    (source.label, source.act) = (if planted { "source" } else { "undecidable" }, act);
}

/// One person's sentences under other answers.
fn copied_text(round: &mut Round, honest: usize) {
    let candidates: Vec<usize> = (0..honest)
        .filter(|&at| {
            let response = &round.responses[at];
            response.label == "honest"
                && response.comment.split(' ').count() >= 24
                && response.kind != Kind::Paper
        })
        .collect();
    if candidates.is_empty() {
        return;
    }
    let source = *round.chance.pick(&candidates);
    let first = round.responses[source].clone();
    let act = round.new_act();
    let mut at = first.at;
    for _ in 0..round.chance.whole(2, 6) {
        let c = &mut round.chance;
        at += libm::exp(c.between(libm::log(300.0), libm::log(86_400.0)));
        let mut copy = round.honest(first.unit, first.counter, first.kind, at);
        copy.comment = words::edited(&first.comment, &mut round.chance);
        if copy.kind.is_personal() {
            copy.serial =
                next_serial(round, copy.counter, copy.kind) + 1 + round.chance.whole(0, 2) as u32;
        }
        (copy.label, copy.act) = ("duplicate_text", act);
        round.responses.push(copy);
    }
    let source = &mut round.responses[source];
    (source.label, source.act) = ("source", act);
}

/// A lone cheat's response at some honest place and time.
fn alone(round: &mut Round) -> Response {
    let unit = round.chance.whole(0, round.setting.units - 1);
    let counter = round.counter_of(unit);
    let poster = round.setting.kinds[0] > 0.0
        && (round.setting.kinds[1] == 0.0 || round.chance.happens(0.5));
    let kind = if poster { Kind::Poster } else { Kind::Ticket };
    let at = round.moment(kind);
    let mut response = round.honest(unit, counter, kind, at);
    response.act = round.new_act();
    if kind == Kind::Ticket {
        response.serial = next_serial(round, counter, kind) + 1 + round.chance.whole(1, 3) as u32;
    }
    response
}

fn usual(round: &Round, language: usize) -> f64 {
    round.setting.seconds * round.setting.languages[language].2
}

/// One value throughout, reversed items too; without such items only when far too fast.
fn straightliner(round: &mut Round) {
    let mut response = alone(round);
    let value = *round.chance.pick(&[5, 5, 5, 4, 4, 3, 1]);
    response.codes = vec![value; round.form.items];
    for _ in 0..[0, 0, 0, 1, 3][round.chance.whole(0, 4)] {
        let item = round.chance.whole(0, round.form.items - 1);
        response.codes[item] = if value > 1 { value - 1 } else { 2 };
    }
    let told = round.setting.reversed > 0 && value != 3;
    let factor =
        if told { round.chance.between(0.07, 0.48) } else { round.chance.between(0.07, 0.2) };
    response.seconds = factor * usual(round, response.language);
    (response.label, response.comment) = ("straightliner", String::new());
    round.responses.push(response);
}

fn speeder(round: &mut Round) {
    let mut response = alone(round);
    response.seconds = round.chance.between(0.06, 0.19) * usual(round, response.language);
    (response.label, response.comment) = ("speeder", String::new());
    round.responses.push(response);
}

/// Many nearly uniform forms at one link, hastily filled, in minutes to an hour and a half.
fn burst(round: &mut Round) {
    let unit = round.chance.whole(0, round.setting.units - 1);
    let counter = round.counter_of(unit);
    let kind = if round.setting.kinds[0] > 0.0 { Kind::Poster } else { Kind::Ticket };
    let start = round.moment(kind);
    let act = round.new_act();
    let forms = round.chance.whole(14, 40);
    let lasting = round.chance.between(12.0, 90.0).max(forms as f64 * 0.5) * 60.0;
    let value = *round.chance.pick(&[5, 5, 4]);
    let devices: Vec<u64> = (0..round.chance.whole(1, 6)).map(|_| round.device()).collect();
    let uniform = round.chance.between(0.86, 0.97);
    for _ in 0..forms {
        let at = start + round.chance.between(0.0, lasting);
        let mut response = round.honest(unit, counter, kind, at);
        response.language = 0;
        response.codes = round.form.straight(value, &mut round.chance);
        for code in &mut response.codes {
            if !round.chance.happens(uniform) {
                *code = if *code == 5 {
                    4
                } else if *code == 4 {
                    5
                } else {
                    *code
                };
            }
        }
        response.seconds = 0.52 * usual(round, 0) * libm::exp(0.27 * round.chance.normal());
        response.device = *round.chance.pick(&devices);
        if response.comment.len() > 20 {
            response.comment.clear();
        }
        if kind == Kind::Ticket {
            response.serial = next_serial(round, counter, kind) + round.chance.whole(2, 9) as u32;
        }
        (response.label, response.act) = ("burst", act);
        round.responses.push(response);
    }
}

/// A clerk's phone spends the tickets that were never handed out, in any order.
fn pile(round: &mut Round) {
    let unit = round.chance.whole(0, round.setting.units - 1);
    let counter = round.counter_of(unit);
    let day = (round.moment(Kind::Ticket) / 86_400.0).floor();
    let late = round.chance.happens(0.6);
    let hour =
        if late { round.chance.between(19.5, 21.0) } else { round.chance.between(8.0, 15.0) };
    let mut at = day * 86_400.0 + hour * 3_600.0;
    let device = round.device();
    let act = round.new_act();
    let serial = next_serial(round, counter, Kind::Ticket) + 2;
    let tickets = round.chance.whole(8, 22);
    let mut numbers: Vec<u32> = (0..tickets as u32 * 2).map(|nth| serial + nth).collect();
    for nth in 0..tickets {
        let other = round.chance.whole(nth, numbers.len() - 1);
        numbers.swap(nth, other);
        let mut response = round.honest(unit, counter, Kind::Ticket, at);
        response.language = 0;
        let good = round.chance.happens(0.8);
        if good {
            let value = 5;
            response.codes = round.form.straight(value, &mut round.chance);
            for code in &mut response.codes {
                if round.chance.happens(0.35) {
                    *code = if *code > 3 { *code - 1 } else { *code + 1 };
                }
            }
        }
        response.seconds = usual(round, 0) * round.chance.between(0.3, 0.75);
        at += response.seconds + round.chance.between(8.0, 110.0);
        response.at = at;
        response.serial = numbers[nth];
        (response.device, response.label, response.act) = (device, "staff_device", act);
        response.comment.clear();
        round.responses.push(response);
    }
}

/// Consecutive tickets spent in order within minutes, on one device or several.
fn run(round: &mut Round) {
    let unit = round.chance.whole(0, round.setting.units - 1);
    let counter = round.counter_of(unit);
    let mut at = round.moment(Kind::Ticket);
    let one = round.chance.happens(0.5).then(|| round.device());
    let act = round.new_act();
    let serial = next_serial(round, counter, Kind::Ticket) + 2;
    for nth in 0..round.chance.whole(8, 16) {
        at += round.chance.between(12.0, 115.0) * (round.setting.seconds / 145.0).clamp(0.6, 1.3);
        let mut response = round.honest(unit, counter, Kind::Ticket, at);
        response.seconds *= 0.65;
        response.serial = serial + nth as u32;
        if let Some(device) = one {
            response.device = device;
        }
        (response.label, response.act) = ("ticket_run", act);
        round.responses.push(response);
    }
}
