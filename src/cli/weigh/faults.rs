//! Faults in a file, gathered by kind: the first twenty of each are listed, then their number.

use crate::weigh::LISTED;

/// A kind of fault: what it is called, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Said of each place, e.g. "answers that are not numbers".
    pub what: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// Faults of one file, in the order in which their kinds were first met.
#[derive(Debug, Default)]
pub struct Faults {
    kinds: Vec<(Fault, Vec<String>, usize)>,
}

impl Faults {
    /// Notes one place; `place` is only asked for when it will be listed.
    pub fn add(&mut self, fault: Fault, place: impl FnOnce() -> String) {
        let (places, count) = match self.kinds.iter_mut().position(|(known, ..)| *known == fault) {
            Some(index) => match self.kinds.get_mut(index) {
                Some((_, places, count)) => (places, count),
                None => return,
            },
            None => {
                self.kinds.push((fault, Vec::new(), 0));
                match self.kinds.last_mut() {
                    Some((_, places, count)) => (places, count),
                    None => return,
                }
            }
        };
        *count += 1;
        if places.len() < LISTED {
            places.push(place());
        }
    }

    /// Was there none?
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// All faults as one line about `file`.
    pub fn told(&self, file: &str) -> String {
        let kinds: Vec<String> = self
            .kinds
            .iter()
            .map(|(fault, places, count)| {
                let rest = if *count > places.len() {
                    format!("; … {count} in all")
                } else {
                    String::new()
                };
                format!("{}: {}{rest}; {}", fault.what, places.join("; "), fault.remedy)
            })
            .collect();
        format!("{file}: {}", kinds.join(". Also "))
    }
}

/// A value from a file as shown in a message: quoted, and cut where it is long.
pub fn shown(value: &[u8]) -> String {
    const SHOWN_CHARS: usize = 60;
    let text = String::from_utf8_lossy(value);
    if text.chars().count() <= SHOWN_CHARS {
        return format!("{text:?}");
    }
    let start: String = text.chars().take(SHOWN_CHARS).collect();
    format!("{:?}…", start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_places_are_listed_and_then_their_number() {
        let fault = Fault { what: "numbers that are odd", remedy: "make them even" };
        let mut faults = Faults::default();
        (1..=25).for_each(|line| faults.add(fault, || format!("line {line}")));
        let told = faults.told("x.csv");
        assert!(told.starts_with("x.csv: numbers that are odd: line 1; line 2;"), "{told}");
        assert!(told.ends_with("line 20; … 25 in all; make them even"), "{told}");
    }
}
