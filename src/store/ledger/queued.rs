//! Waiting leaves of one transaction as one value, so that an answer's leaf costs its transaction next to nothing.

use super::{LeafKind, NewLeaf};
use crate::store::id::RoundId;

const DAY_BYTES: usize = 10;
/// In place of a round's id.
const NO_ROUND: i32 = -1;

/// Leaves one after the other: kind, round, which parts are there, day, receipt, commitment, salt, subject.
pub(super) fn write<'a>(leaves: impl IntoIterator<Item = &'a NewLeaf>) -> Vec<u8> {
    let mut out = Vec::new();
    for leaf in leaves {
        let kind = LeafKind::ALL.iter().position(|k| *k == leaf.kind).unwrap_or_default();
        out.push(u8::try_from(kind).unwrap_or(u8::MAX));
        out.extend(leaf.round_id.map_or(NO_ROUND, |id| id.0).to_be_bytes());
        out.push(u8::from(leaf.receipt.is_some()) | u8::from(leaf.salt.is_some()) << 1);
        out.extend(leaf.day.bytes().chain(std::iter::repeat(b' ')).take(DAY_BYTES));
        out.extend(leaf.receipt.iter().flatten());
        out.extend(leaf.commitment);
        out.extend(leaf.salt.iter().flatten());
        let length = u16::try_from(leaf.subject.len()).unwrap_or(u16::MAX);
        out.extend(length.to_be_bytes());
        out.extend(leaf.subject.bytes().take(usize::from(length)));
    }
    out
}

/// Reads what [`write`] wrote; `None` for anything else.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<NewLeaf>> {
    fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
        let (head, tail) = rest.split_first_chunk::<N>()?;
        *rest = tail;
        Some(*head)
    }
    let mut rest = bytes;
    let mut leaves = Vec::new();
    while !rest.is_empty() {
        let [kind] = take::<1>(&mut rest)?;
        let kind = *LeafKind::ALL.get(usize::from(kind))?;
        let round = i32::from_be_bytes(take(&mut rest)?);
        let [parts] = take::<1>(&mut rest)?;
        let day = String::from_utf8(take::<DAY_BYTES>(&mut rest)?.to_vec()).ok()?;
        let receipt = if parts & 1 == 0 { None } else { Some(take(&mut rest)?) };
        let commitment = take(&mut rest)?;
        let salt = if parts & 2 == 0 { None } else { Some(take(&mut rest)?) };
        let length = u16::from_be_bytes(take(&mut rest)?);
        let (subject, tail) = rest.split_at_checked(usize::from(length))?;
        rest = tail;
        leaves.push(NewLeaf {
            kind,
            round_id: (round != NO_ROUND).then_some(RoundId(round)),
            day,
            receipt,
            commitment,
            salt,
            subject: String::from_utf8(subject.to_vec()).ok()?,
        });
    }
    Some(leaves)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_nothing_cut_off() {
        let answer = NewLeaf {
            kind: LeafKind::Response,
            round_id: Some(RoundId(7)),
            day: "2026-11-24".to_owned(),
            receipt: Some([1; 32]),
            commitment: [2; 32],
            salt: None,
            subject: String::new(),
        };
        let entry = NewLeaf {
            kind: LeafKind::Audit,
            round_id: None,
            receipt: None,
            salt: Some([3; 16]),
            subject: "audit:5".to_owned(),
            ..answer.clone()
        };
        let first = write([&answer]).len();
        let bytes = write([&answer, &entry]);
        assert_eq!(read(&bytes).unwrap(), [answer, entry]);
        assert!((1..bytes.len()).filter(|n| *n != first).all(|n| read(&bytes[..n]).is_none()));
    }
}
