//! Honest people, and the ways in which they look odd.

use khaosat::dedup::Kind;

use super::round::Round;

/// Everybody honest of the round.
pub fn arrive(round: &mut Round) {
    for _ in 0..round.setting.families {
        family(round);
    }
    for _ in 0..round.setting.helpers {
        helper(round);
    }
    for _ in 0..round.setting.meetings {
        meeting(round);
    }
    for _ in 0..round.setting.at_desk {
        at_desk(round);
    }
    for _ in 0..round.setting.evening_rounds {
        evening_round(round);
    }
    while round.responses.len() < round.setting.honest {
        single(round);
    }
}

fn place(round: &mut Round) -> (usize, usize) {
    let unit = round.chance.whole(0, round.setting.units - 1);
    // Some counters see many more people than others.
    let mut counter = round.counter_of(unit);
    if round.chance.happens(0.4) {
        counter = unit * round.setting.counters_per_unit;
    }
    (unit, counter)
}

fn single(round: &mut Round) {
    let (unit, counter) = place(round);
    let kind = round.kind();
    if kind == Kind::Paper {
        return stack_of_paper(round, unit, counter);
    }
    let at = round.moment(kind);
    let mut response = round.honest(unit, counter, kind, at);
    let day = (at / 86_400.0) as u64;
    if kind == Kind::Kiosk {
        response.looks = "kiosk";
        response.device = (counter as u64 + 1) << 20 | day << 1 | 1;
    } else if unit < round.setting.wifi_units
        && at % 86_400.0 < 17.0 * 3_600.0
        && round.chance.happens(0.3)
    {
        response.looks = "shared_wifi";
        response.device = (unit as u64 + 1) << 40 | day << 1 | 1;
    } else if response.straight {
        response.looks = "straight";
    }
    round.responses.push(response);
}

/// A clerk keys in a stack of paper, number by number.
fn stack_of_paper(round: &mut Round, unit: usize, counter: usize) {
    let mut at = round.moment(Kind::Paper);
    let device = round.device();
    for _ in 0..round.chance.whole(6, 25) {
        at += round.chance.between(20.0, 75.0);
        let mut response = round.honest(unit, counter, Kind::Paper, at);
        (response.issued, response.device, response.looks) = (at, device, "paper");
        round.responses.push(response);
    }
}

fn ticket_or_poster(round: &mut Round) -> Kind {
    let weights = [round.setting.kinds[0], round.setting.kinds[1]];
    if weights[0] + weights[1] == 0.0 {
        return Kind::Kiosk;
    }
    [Kind::Poster, Kind::Ticket][round.chance.weighted(&weights)]
}

/// Relatives hand one phone round; each starts after the last has sent.
fn family(round: &mut Round) {
    let (unit, counter) = place(round);
    let kind = ticket_or_poster(round);
    let at = round.moment(kind);
    let members = round.chance.whole(2, 5);
    in_turn(round, (unit, counter, kind, "family"), at, members, (30.0, 200.0));
}

/// Somebody goes from person to person with one phone.
fn helper(round: &mut Round) {
    let (unit, counter) = place(round);
    let kind = ticket_or_poster(round);
    let at = round.moment(kind);
    let people = round.chance.whole(4, 8);
    in_turn(round, (unit, counter, kind, "helper"), at, people, (250.0, 800.0));
}

fn in_turn(
    round: &mut Round,
    (unit, counter, kind, looks): (usize, usize, Kind, &'static str),
    start: f64,
    people: usize,
    pause: (f64, f64),
) {
    let device = round.device();
    let mut at = start;
    for nth in 0..people {
        let mut response = round.honest(unit, counter, kind, at);
        if nth > 0 {
            at += response.seconds + round.chance.between(pause.0, pause.1);
            response.at = at;
        }
        // The family's dossiers were finished one after the other.
        response.issued = start - 7_200.0 + nth as f64 * 0.01;
        (response.device, response.looks) = (device, looks);
        round.responses.push(response);
    }
}

/// A village meeting fills in forms at one poster, some over one Wi-Fi, each in own time.
fn meeting(round: &mut Round) {
    if round.setting.kinds[0] == 0.0 {
        return;
    }
    let (unit, counter) = place(round);
    let start = round.moment(Kind::Poster);
    let wifi = round.device();
    for _ in 0..round.chance.whole(13, 35) {
        let at = start + round.chance.between(0.0, 3_600.0);
        let mut response = round.honest(unit, counter, Kind::Poster, at);
        response.looks = "meeting";
        if round.chance.happens(0.4) {
            response.device = wifi;
        }
        round.responses.push(response);
    }
}

/// People served one after the other answer at the desk.
fn at_desk(round: &mut Round) {
    if round.setting.kinds[1] == 0.0 {
        return;
    }
    let (unit, counter) = place(round);
    let mut at = round.moment(Kind::Ticket);
    for _ in 0..round.chance.whole(5, 12) {
        at += round.chance.between(5.0, 13.0) * 60.0;
        let mut response = round.honest(unit, counter, Kind::Ticket, at);
        (response.issued, response.looks) = (at - 60.0, "at_desk");
        round.responses.push(response);
    }
}

/// A hamlet head goes round in the evening with one phone and his neighbours' tickets.
fn evening_round(round: &mut Round) {
    if round.setting.kinds[1] == 0.0 {
        return;
    }
    let (unit, counter) = place(round);
    let day = (round.moment(Kind::Ticket) / 86_400.0).floor();
    let mut at = day * 86_400.0 + round.chance.between(18.0, 20.3) * 3_600.0;
    let device = round.device();
    for _ in 0..round.chance.whole(5, 6) {
        let mut response = round.honest(unit, counter, Kind::Ticket, at);
        at += response.seconds + round.chance.between(60.0, 400.0);
        response.at = at;
        response.issued = at - round.chance.between(2.0, 40.0) * 3_600.0;
        (response.device, response.looks) = (device, "evening_round");
        round.responses.push(response);
    }
}
