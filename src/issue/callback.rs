//! Who is called back: drawn when the dossier arrives, whatever becomes of its ticket, and written at once to a sheet that an
//! independent body alone can read.

use serde::{Deserialize, Serialize};

use super::IssueError;
use super::asked::is_asked;
use crate::store::callback::NewCallback;
use crate::store::id::{CallbackId, UnitId};
use crate::vault::{Recipient, Secret, mac32, random};

/// How a round draws call-backs.
#[derive(Clone, Copy, Debug)]
pub struct Draw {
    /// Share of the dossiers asked, 0..1.
    pub share: f64,
    /// The body that calls.
    pub to: Recipient,
}

/// What the body reads of one dossier.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The dossier's number.
    pub number: String,
    /// Unit's code.
    pub unit: String,
    /// Counter's code.
    pub counter: String,
    /// Day it was finished, ISO.
    pub finished_on: String,
    /// E-mail address, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

impl Draw {
    /// The sheet's line of a dossier, if it is drawn. The draw hangs on the number and a key alone, under a label of its own, so
    /// that importing again draws the same and who is asked says nothing of who is called.
    ///
    /// # Errors
    /// [`IssueError::Vault`].
    pub fn line(
        &self,
        asked_key: &Secret,
        unit_id: UnitId,
        line: &Line,
    ) -> Result<Option<NewCallback>, IssueError> {
        let own = Secret::new(Box::new(mac32(asked_key, "callback", &[])));
        if !is_asked(&own, &line.number, self.share) {
            return Ok(None);
        }
        let id = CallbackId(random()?);
        let clear = serde_json::to_vec(line).map_err(|error| {
            IssueError::Refused(format!("a dossier cannot be written: {error}"))
        })?;
        Ok(Some(NewCallback { id, unit_id, sheet: self.to.seal(&id.0, &clear)? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vault::Reader;

    #[test]
    fn the_draw_has_its_share_repeats_and_is_not_that_of_the_tickets() {
        let body = Reader::generate().unwrap();
        let draw = Draw { share: 0.5, to: body.public() };
        let key = Secret::new(Box::new([7; 32]));
        let line = |n: u32| Line {
            number: format!("H21.01-261124-{n:05}"),
            unit: "23638".to_owned(),
            counter: "1".to_owned(),
            finished_on: "2026-11-24".to_owned(),
            email: None,
        };
        let drawn = |n| draw.line(&key, UnitId(1), &line(n)).unwrap();
        let called: Vec<bool> = (0..200).map(|n| drawn(n).is_some()).collect();
        assert!((70..=130).contains(&called.iter().filter(|c| **c).count()));
        assert_eq!(called, (0..200).map(|n| drawn(n).is_some()).collect::<Vec<_>>());
        let asked: Vec<bool> = (0..200).map(|n| is_asked(&key, &line(n).number, 0.5)).collect();
        assert_ne!(called, asked);
        let (n, first) = (0..200).find_map(|n| Some((n, drawn(n)?))).unwrap();
        let read: Line =
            serde_json::from_slice(&body.open(&first.id.0, &first.sheet).unwrap()).unwrap();
        assert_eq!(read, line(n));
    }
}
