//! A round's linking key: everything that ties an answer to a link, a dossier, a receipt, an exact time or a device is
//! encrypted or digested under it (design §4). Destroying its file covers the database, its log, replicas and backups.

use super::Result;
use super::cipher::{Secret, derive, mac16, mac32, open, seal};
use super::offline::OfflineKey;
use crate::clock::Millis;
use crate::store::id::{DossierId, ImportId, LinkId, ResponseId};

/// The keys of one round, each for one purpose.
#[derive(Debug)]
pub struct LinkingKey {
    digest: Secret,
    tie: Secret,
    offline: Secret,
}

/// What ties an answer to how it came; stored encrypted.
#[derive(Clone, PartialEq, Eq)]
pub struct Tie {
    /// Submission id the phone made.
    pub submission: [u8; 16],
    /// Link it came by.
    pub link: LinkId,
    /// When the page was opened, if known.
    pub opened: Option<Millis>,
    /// When it was sent: on arrival, or when a tablet without a network signed it.
    pub received: Millis,
    /// Device digest of the day, if known.
    pub device: Option<u64>,
    /// Answers shown as written (0) or reversed (1).
    pub order: u8,
    /// Keyed digest of what was answered, to tell a resend from another answer.
    pub answers: [u8; 16],
    /// Salt of the answer's leaf in the ledger.
    pub salt: [u8; 16],
    /// Receipt, canonical form.
    pub receipt: String,
}

/// A tie that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a stored answer's tie cannot be read: it was altered, or keys_dir is not the round's")]
pub struct TieError;

impl Tie {
    /// As it is encrypted, and as the answer's leaf commits to it.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(128);
        out.push(2); // layout version
        out.extend(self.submission);
        out.extend(self.link.0);
        out.extend(self.opened.map_or(i64::MIN, |t| t.0).to_be_bytes());
        out.extend(self.received.0.to_be_bytes());
        out.push(u8::from(self.device.is_some()));
        out.extend(self.device.unwrap_or(0).to_be_bytes());
        out.push(self.order);
        out.extend(self.answers);
        out.extend(self.salt);
        out.push(u8::try_from(self.receipt.len()).unwrap_or(u8::MAX));
        out.extend(self.receipt.bytes().take(usize::from(u8::MAX)));
        out
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes;
        fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
            let (head, tail) = rest.split_first_chunk::<N>()?;
            *rest = tail;
            Some(*head)
        }
        fn text(rest: &mut &[u8]) -> Option<String> {
            let [length] = take::<1>(rest)?;
            let (head, tail) = rest.split_at_checked(usize::from(length))?;
            *rest = tail;
            String::from_utf8(head.to_vec()).ok()
        }
        if take::<1>(&mut rest)? != [2] {
            return None;
        }
        let submission = take(&mut rest)?;
        let link = LinkId(take(&mut rest)?);
        let opened = i64::from_be_bytes(take(&mut rest)?);
        let received = Millis(i64::from_be_bytes(take(&mut rest)?));
        let [has_device] = take::<1>(&mut rest)?;
        let device = u64::from_be_bytes(take(&mut rest)?);
        let [order] = take::<1>(&mut rest)?;
        let answers = take(&mut rest)?;
        let salt = take(&mut rest)?;
        let receipt = text(&mut rest)?;
        rest.is_empty().then_some(Self {
            submission,
            link,
            opened: (opened != i64::MIN).then_some(Millis(opened)),
            received,
            device: (has_device == 1).then_some(device),
            order,
            answers,
            salt,
            receipt,
        })
    }
}

impl LinkingKey {
    pub(super) fn from_master(master: &Secret) -> Self {
        Self {
            digest: derive(master, "linking digest"),
            tie: derive(master, "linking tie"),
            offline: derive(master, "linking offline"),
        }
    }

    /// The pair of keys for answers that wait on a phone.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`] once in 2^32 rounds, for a secret that is no number of the curve.
    pub fn offline(&self) -> Result<OfflineKey> {
        OfflineKey::of(&self.offline)
    }

    /// Bytes that the withdrawal code of a submission is drawn from: as random as the key, and again the same when the
    /// submission is sent again.
    #[must_use]
    pub fn withdrawal_bytes(&self, submission: &[u8; 16], block: u8) -> [u8; 32] {
        mac32(&self.digest, "withdrawal code", &[submission, &[block]])
    }

    /// Keyed digest of the link that takes one answer.
    #[must_use]
    pub fn ticket(&self, link: LinkId) -> [u8; 16] {
        mac16(&self.digest, "ticket", &[&link.0])
    }

    /// The response that a withdrawal code (canonical form) withdraws.
    #[must_use]
    pub fn response(&self, withdrawal: &str) -> ResponseId {
        ResponseId(mac16(&self.digest, "response", &[withdrawal.as_bytes()]))
    }

    /// Keyed digest of what was answered.
    #[must_use]
    pub fn answers(&self, canonical: &[u8]) -> [u8; 16] {
        mac16(&self.digest, "answers", &[canonical])
    }

    /// Keyed digest of a dossier number (NFC, trimmed).
    #[must_use]
    pub fn dossier(&self, number: &str) -> [u8; 16] {
        mac16(&self.digest, "dossier", &[number.as_bytes()])
    }

    /// Encrypts a tie for its response's row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal_tie(&self, id: ResponseId, tie: &Tie) -> Result<Vec<u8>> {
        seal(&self.tie, &id.0, "response.tie", &tie.to_bytes())
    }

    /// Reads a tie back.
    ///
    /// # Errors
    /// [`TieError`] when it was altered or belongs to another row or round.
    pub fn open_tie(&self, id: ResponseId, sealed: &[u8]) -> std::result::Result<Tie, TieError> {
        let bytes = open(&self.tie, &id.0, "response.tie", sealed).ok_or(TieError)?;
        Tie::from_bytes(&bytes).ok_or(TieError)
    }

    /// Encrypts the time of a link's first print for its row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal_print(&self, id: LinkId, at: Millis) -> Result<Vec<u8>> {
        seal(&self.tie, &id.0, "link.printed", &at.0.to_be_bytes())
    }

    /// Reads the time of a link's first print back.
    ///
    /// # Errors
    /// [`TieError`].
    pub fn open_print(&self, id: LinkId, sealed: &[u8]) -> std::result::Result<Millis, TieError> {
        let bytes = open(&self.tie, &id.0, "link.printed", sealed).ok_or(TieError)?;
        bytes.try_into().map(|bytes| Millis(i64::from_be_bytes(bytes))).map_err(|_| TieError)
    }

    /// Encrypts a comment for its response's row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal_comment(&self, id: ResponseId, comment: &str) -> Result<Vec<u8>> {
        seal(&self.tie, &id.0, "response.comment", comment.as_bytes())
    }

    /// Reads a comment back.
    ///
    /// # Errors
    /// [`TieError`].
    pub fn open_comment(
        &self,
        id: ResponseId,
        sealed: &[u8],
    ) -> std::result::Result<String, TieError> {
        let bytes = open(&self.tie, &id.0, "response.comment", sealed).ok_or(TieError)?;
        String::from_utf8(bytes).map_err(|_| TieError)
    }

    /// Encrypts a part of a file of dossiers for its row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal_draft(&self, id: ImportId, number: i32, part: &[u8]) -> Result<Vec<u8>> {
        seal(&self.tie, &id.0, &format!("dossier_draft_part.content {number}"), part)
    }

    /// Reads a part of a file back.
    ///
    /// # Errors
    /// [`TieError`].
    pub fn open_draft(
        &self,
        id: ImportId,
        number: i32,
        sealed: &[u8],
    ) -> std::result::Result<Vec<u8>, TieError> {
        let column = format!("dossier_draft_part.content {number}");
        open(&self.tie, &id.0, &column, sealed).ok_or(TieError)
    }

    /// Encrypts what was read from a paper form for its entry's row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal_entry(&self, link: LinkId, fields: &[u8]) -> Result<Vec<u8>> {
        seal(&self.tie, &link.0, "paper_entry.fields", fields)
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`TieError`].
    pub fn open_entry(
        &self,
        link: LinkId,
        sealed: &[u8],
    ) -> std::result::Result<Vec<u8>, TieError> {
        open(&self.tie, &link.0, "paper_entry.fields", sealed).ok_or(TieError)
    }

    /// Encrypts a piece of a file that waits to be taken; it holds its own random id in front.
    ///
    /// # Errors
    /// [`super::VaultError::Randomness`], [`super::VaultError::Signing`].
    pub fn seal_upload(&self, piece: &[u8]) -> Result<Vec<u8>> {
        let id: [u8; 16] = super::random()?;
        Ok([id.as_slice(), &seal(&self.tie, &id, "job_file.bytes", piece)?].concat())
    }

    /// Reads it back.
    ///
    /// # Errors
    /// [`TieError`].
    pub fn open_upload(&self, sealed: &[u8]) -> std::result::Result<Vec<u8>, TieError> {
        let (id, sealed) = sealed.split_first_chunk::<16>().ok_or(TieError)?;
        open(&self.tie, id, "job_file.bytes", sealed).ok_or(TieError)
    }

    /// Encrypts a dossier's number or address (`column` says which) for its row.
    ///
    /// # Errors
    /// [`super::VaultError::Signing`].
    pub fn seal_dossier(
        &self,
        id: DossierId,
        column: &'static str,
        clear: &str,
    ) -> Result<Vec<u8>> {
        seal(&self.tie, &id.0, column, clear.as_bytes())
    }

    /// Reads a dossier's number or address back.
    ///
    /// # Errors
    /// [`TieError`].
    pub fn open_dossier(
        &self,
        id: DossierId,
        column: &'static str,
        sealed: &[u8],
    ) -> std::result::Result<String, TieError> {
        let bytes = open(&self.tie, &id.0, column, sealed).ok_or(TieError)?;
        String::from_utf8(bytes).map_err(|_| TieError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_comes_back_whole_and_only_for_its_row() {
        let key = LinkingKey::from_master(&Secret::new(Box::new([5; 32])));
        let tie = Tie {
            submission: [1; 16],
            link: LinkId([2; 16]),
            opened: None,
            received: Millis(-5),
            device: Some(u64::MAX),
            order: 1,
            answers: [3; 16],
            salt: [7; 16],
            receipt: "2346789CDFGHJKMNPRTV".into(),
        };
        let id = ResponseId([4; 16]);
        let sealed = key.seal_tie(id, &tie).unwrap();
        assert!(key.open_tie(id, &sealed).unwrap() == tie);
        assert!(key.open_tie(ResponseId([9; 16]), &sealed).is_err());
        assert!(key.open_tie(id, &sealed[1..]).is_err());
    }
}
