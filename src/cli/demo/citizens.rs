//! Simulated citizens: who opens which link when, what they answer, on which phone. All of it follows from the seed.

use jiff::civil::Date;

use super::dice::Dice;
use super::world::{COUNTERS, World};
use crate::clock::Millis;

/// Items of the form.
pub const ITEMS: usize = 22;

/// Which link a citizen uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The ticket of a dossier, by place.
    Ticket(usize),
    /// The poster of a counter: district and counter, by place.
    Poster(usize, usize),
}

/// One visit: a page opened and sent.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Link.
    pub way: Way,
    /// When the page is opened.
    pub opened: Millis,
    /// When it is sent.
    pub sent: Millis,
    /// 1..5, or 0 for no answer.
    pub items: [u8; ITEMS],
    /// Says yes to personal questions.
    pub consents: bool,
    /// Option codes of sex and age group; 0 = left open.
    pub person: [u8; 2],
    /// Free words.
    pub comment: String,
    /// Phone: client address and user agent follow from it.
    pub phone: usize,
    /// The connection is cut before the reply, once.
    pub cut: bool,
    /// Which rule this visit was planted for.
    pub planted: Option<&'static str>,
}

/// Milliseconds of a moment on a working day in Vietnam.
fn moment(day: Date, second: i64) -> Millis {
    let midnight = Millis::parse(&format!("{day}T00:00")).unwrap_or(Millis(0));
    midnight.plus(second * 1000)
}

/// A second within office hours, 7:30–11:30 or 13:30–17:00.
fn office_second(dice: &mut Dice) -> i64 {
    let second = dice.between(0, 27_000);
    if second < 14_400 { 27_000 + second } else { 48_600 + (second - 14_400).min(12_600) }
}

/// How hard each item is: some things please more than others everywhere.
fn item_effect(item: usize) -> f64 {
    const EFFECTS: [f64; 11] = [0.3, -0.2, 0.1, 0.0, 0.25, -0.35, 0.15, -0.1, 0.4, -0.25, 0.05];
    EFFECTS.get(item % EFFECTS.len()).copied().unwrap_or(0.0)
}

fn level(latent: f64) -> u8 {
    match latent {
        x if x > 1.5 => 5,
        x if x > 0.0 => 4,
        x if x > -0.8 => 3,
        x if x > -1.6 => 2,
        _ => 1,
    }
}

fn honest_items(dice: &mut Dice, content: f64) -> [u8; ITEMS] {
    let person = content + 0.8 * dice.normal();
    let patient = if dice.hit(0.03) { 0.5 } else { 0.03 };
    let mut items = [0; ITEMS];
    for (at, slot) in items.iter_mut().enumerate() {
        let latent = person + item_effect(at) + 0.75 * dice.normal();
        *slot = if dice.hit(patient) { 0 } else { level(latent) };
    }
    if items.iter().all(|code| *code == 0)
        && let Some(first) = items.first_mut()
    {
        *first = level(person);
    }
    items
}

/// Reading 22 items takes people two to ten minutes.
fn honest_duration_ms(dice: &mut Dice) -> i64 {
    let seconds = 190.0 * libm::exp(0.42 * dice.normal());
    (seconds.clamp(75.0, 1500.0) * 1000.0) as i64
}

const OPENINGS: [&str; 8] = [
    "cán bộ hướng dẫn kỹ",
    "chờ hơi lâu",
    "phòng chờ sạch sẽ",
    "giấy tờ còn nhiều",
    "trả kết quả đúng hẹn",
    "nên có thêm ghế ngồi",
    "đường lên xa quá",
    "mong có người nói tiếng Ba Na",
];
const ENDINGS: [&str; 7] = [
    "",
    ", cảm ơn",
    ", lần sau mong nhanh hơn",
    ", hôm tôi đến đông người",
    ", máy lấy số bị hỏng",
    ", tôi đi hai lần mới xong",
    ", nhà tôi ở làng xa",
];

fn comment(dice: &mut Dice) -> String {
    if !dice.hit(0.14) {
        return String::new();
    }
    if dice.hit(0.4) {
        return (*dice.pick(&["tốt", "không có ý kiến", "cảm ơn", "hài lòng"]).unwrap_or(&""))
            .to_owned();
    }
    let opening = dice.pick(&OPENINGS).copied().unwrap_or_default();
    let ending = dice.pick(&ENDINGS).copied().unwrap_or_default();
    format!("{opening}{ending}")
}

/// All visits of a world, honest and planted, in order of opening.
pub fn visits(seed: u64, world: &World, ages: usize) -> Vec<Visit> {
    let mut dice = Dice::new(seed, 2);
    let mut phones = 0;
    let mut all = Vec::new();
    let last = world.days.len().saturating_sub(1);
    for (at, dossier) in world.dossiers.iter().enumerate() {
        let answering = world.answering.get(dossier.district).copied().unwrap_or(0.45);
        if !dice.hit(answering) {
            continue;
        }
        let wait = *dice.pick(&[0, 0, 0, 0, 0, 0, 0, 1, 1, 2]).unwrap_or(&0);
        let day = dossier.day + wait;
        if day > last {
            continue;
        }
        let content = world.content.get(dossier.district).copied().unwrap_or(0.8)
            - if dossier.late { 0.7 } else { 0.0 };
        phones += 1;
        // A relative's phone: the next of the family answers on the same one.
        if dice.hit(0.06) {
            phones -= 1;
        }
        let person = [dossier.sex + 1, dossier.age + 1].map(|p| u8::try_from(p).unwrap_or(0));
        all.push(honest(&mut dice, world, Way::Ticket(at), day, content, phones, person));
    }
    for district in 0..world.content.len() {
        for counter in 0..COUNTERS.len() {
            for _ in 0..dice.between(4, 9) {
                phones += 1;
                let content = world.content.get(district).copied().unwrap_or(0.8) + 0.15;
                let day = dice.below(world.days.len());
                let person = [dice.below(2) + 1, dice.below(ages.max(1)) + 1]
                    .map(|p| u8::try_from(p).unwrap_or(0));
                let way = Way::Poster(district, counter);
                all.push(honest(&mut dice, world, way, day, content, phones, person));
                // A family: one phone, the same poster, minutes apart.
                if dice.hit(0.12) {
                    for _ in 0..dice.between(1, 3) {
                        let after = all.last().map_or(Millis(0), |v| v.sent);
                        let mut next = honest(&mut dice, world, way, day, content, phones, person);
                        let pause = dice.between(40_000, 200_000);
                        let took = next.sent.0 - next.opened.0;
                        next.opened = after.plus(pause);
                        next.sent = next.opened.plus(took);
                        all.push(next);
                    }
                }
            }
        }
    }
    let planted = plant(&mut dice, world, &all, &mut phones);
    all.extend(planted);
    all.sort_by_key(|v| (v.opened, v.sent, v.phone));
    all
}

fn honest(
    dice: &mut Dice,
    world: &World,
    way: Way,
    day: usize,
    content: f64,
    phone: usize,
    person: [u8; 2],
) -> Visit {
    let date = world.days.get(day).copied().unwrap_or_default();
    let opened = moment(date, office_second(dice)).plus(dice.between(0, 999));
    let items = honest_items(dice, content);
    let sent = opened.plus(honest_duration_ms(dice));
    let consents = dice.hit(0.9);
    let person = person.map(|code| if dice.hit(0.03) { 0 } else { code });
    let comment = comment(dice);
    let cut = dice.hit(0.02);
    Visit { way, opened, sent, items, consents, person, comment, phone, cut, planted: None }
}

/// Copies, straight lines, haste and one stuffed counter.
fn plant(dice: &mut Dice, world: &World, honest: &[Visit], phones: &mut usize) -> Vec<Visit> {
    let mut planted = Vec::new();
    let distinct = |v: &Visit| {
        let mut seen = v.items.to_vec();
        seen.sort_unstable();
        seen.dedup();
        seen.len() >= 4 && v.items.iter().filter(|c| **c == 0).count() <= 2
    };
    let sources: Vec<&Visit> =
        honest.iter().filter(|v| distinct(v) && matches!(v.way, Way::Poster(..))).collect();
    for n in 0..18 {
        let Some(source) = dice.pick(&sources) else { continue };
        *phones += 1;
        let mut copy = Visit { phone: *phones, cut: false, ..(*source).clone() };
        let exact = n < 6;
        copy.planted = Some(if exact { "exact_duplicate" } else { "near_duplicate" });
        if !exact {
            for _ in 0..dice.between(1, 2) {
                let at = dice.below(ITEMS);
                if let Some(slot) = copy.items.get_mut(at) {
                    *slot = if *slot >= 5 { 4 } else { *slot + 1 };
                }
            }
        }
        let took = (source.sent.0 - source.opened.0) / 2;
        copy.opened = source.sent.plus(dice.between(120_000, 2_400_000));
        copy.sent = copy.opened.plus(took.max(60_000));
        planted.push(copy);
    }
    for n in 0..32 {
        let (rule, low, high): (_, i64, i64) =
            if n < 16 { ("straightliner", 14_000, 26_000) } else { ("speeder", 9_000, 17_000) };
        let way = Way::Poster(dice.below(world.content.len()), dice.below(COUNTERS.len()));
        *phones += 1;
        let day = dice.below(world.days.len());
        let mut visit = self::honest(dice, world, way, day, 0.9, *phones, [0, 0]);
        visit.planted = Some(rule);
        visit.comment = String::new();
        visit.cut = false;
        if n < 16 {
            let value = *dice.pick(&[5, 5, 4, 1]).unwrap_or(&5);
            visit.items = [value; ITEMS];
        } else {
            for slot in &mut visit.items {
                *slot = u8::try_from(dice.between(3, 5)).unwrap_or(4);
            }
        }
        visit.sent = visit.opened.plus(dice.between(low, high));
        planted.push(visit);
    }
    // One counter stuffed: forty good forms within half an hour.
    let district = dice.below(world.content.len());
    let day = world.days.get(world.days.len() / 2).copied().unwrap_or_default();
    let mut at = moment(day, 14 * 3600 + 1800);
    for _ in 0..40 {
        *phones += 1;
        let mut items = [5; ITEMS];
        for slot in &mut items {
            if dice.hit(0.06) {
                *slot = 4;
            }
        }
        let took = dice.between(22_000, 45_000);
        planted.push(Visit {
            way: Way::Poster(district, 1),
            opened: at,
            sent: at.plus(took),
            items,
            consents: true,
            person: [0, 0],
            comment: String::new(),
            phone: *phones,
            cut: false,
            planted: Some("burst"),
        });
        at = at.plus(took + dice.between(2_000, 12_000));
    }
    planted
}
