//! A gzip file (RFC 1952) put together from parts compressed earlier and parts stored as they are.

use std::io::Write;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// Most bytes of one stored block (RFC 1951 §3.2.4).
const STORED_BYTES_MAX: usize = 65_535;
/// Magic, deflate, no flags, no time (the same bytes every time), best compression, unknown system.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
const TRAILER_BYTES: usize = 8;

/// A part of a file, plain and compressed; ends at a byte's edge, so that another part can follow.
#[derive(Debug)]
pub(super) struct Segment {
    plain: Vec<u8>,
    deflated: Vec<u8>,
    crc: Crc,
}

impl Segment {
    /// A part that others follow.
    pub fn first(text: &str) -> Self {
        Self::of(text, false)
    }

    /// The part that ends the file.
    pub fn last(text: &str) -> Self {
        Self::of(text, true)
    }

    fn of(text: &str, last: bool) -> Self {
        let plain = text.as_bytes().to_vec();
        let deflated = deflated(&plain, last).unwrap_or_else(|_| {
            // Writing into memory does not fail; if it did, the same bytes go out uncompressed.
            let mut blocks = Vec::new();
            push_stored(&mut blocks, &plain);
            if last {
                blocks.extend_from_slice(&END);
            }
            blocks
        });
        let mut crc = Crc::new();
        crc.update(&plain);
        Self { plain, deflated, crc }
    }

    /// As it will be after decompression.
    pub fn plain(&self) -> &[u8] {
        &self.plain
    }

    /// Its size in the file.
    pub fn compressed_len(&self) -> usize {
        self.deflated.len()
    }
}

/// A last, empty stored block.
const END: [u8; 5] = [1, 0, 0, 0xff, 0xff];

fn deflated(plain: &[u8], last: bool) -> std::io::Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(plain)?;
    if last {
        return encoder.finish();
    }
    // A sync flush ends at a byte's edge; finishing would mark the end of the file.
    encoder.flush()?;
    Ok(encoder.get_ref().clone())
}

/// Appends `bytes` as stored blocks, none of them the last.
fn push_stored(file: &mut Vec<u8>, bytes: &[u8]) {
    for block in bytes.chunks(STORED_BYTES_MAX) {
        let len = u16::try_from(block.len()).unwrap_or(u16::MAX);
        file.push(0);
        file.extend_from_slice(&len.to_le_bytes());
        file.extend_from_slice(&(!len).to_le_bytes());
        file.extend_from_slice(block);
    }
}

/// A whole text as a gzip file.
pub fn gzipped(text: &str) -> Vec<u8> {
    let segment = Segment::last(text);
    let mut stream = Stream::with_capacity(segment.compressed_len());
    stream.push(&segment);
    stream.finished()
}

/// A file being put together.
pub(super) struct Stream {
    file: Vec<u8>,
    crc: Crc,
}

impl Stream {
    /// `parts_bytes`: how many bytes the parts take, roughly.
    pub fn with_capacity(parts_bytes: usize) -> Self {
        let mut file = Vec::with_capacity(HEADER.len() + parts_bytes + 8 + TRAILER_BYTES);
        file.extend_from_slice(&HEADER);
        Self { file, crc: Crc::new() }
    }

    /// Appends a part compressed earlier.
    pub fn push(&mut self, segment: &Segment) {
        self.file.extend_from_slice(&segment.deflated);
        self.crc.combine(&segment.crc);
    }

    /// Appends bytes as they are.
    pub fn store(&mut self, bytes: &[u8]) {
        push_stored(&mut self.file, bytes);
        self.crc.update(bytes);
    }

    /// The file; its last part was made by [`Segment::last`].
    pub fn finished(mut self) -> Vec<u8> {
        self.file.extend_from_slice(&self.crc.sum().to_le_bytes());
        self.file.extend_from_slice(&self.crc.amount().to_le_bytes());
        self.file
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn unpacked(file: &[u8]) -> Vec<u8> {
        let mut plain = Vec::new();
        GzDecoder::new(file).read_to_end(&mut plain).unwrap();
        plain
    }

    #[test]
    fn compressed_and_stored_parts_make_one_file_that_any_reader_unpacks() {
        let (head, tail) = ("đầu ".repeat(500), "đuôi ".repeat(9_000));
        for middle_len in [0, 1, 700, STORED_BYTES_MAX, STORED_BYTES_MAX + 1, 200_000] {
            let middle = vec![b'm'; middle_len];
            let mut stream = Stream::with_capacity(0);
            stream.push(&Segment::first(&head));
            stream.store(&middle);
            stream.push(&Segment::last(&tail));
            let file = stream.finished();
            assert_eq!(unpacked(&file), [head.as_bytes(), &middle, tail.as_bytes()].concat());
            assert!(file.len() < middle_len + 600);
        }
    }

    #[test]
    fn a_part_that_could_not_be_compressed_is_stored_and_still_ends_the_file() {
        let plain = b"xin ch\xc3\xa0o".to_vec();
        let mut file = Vec::new();
        push_stored(&mut file, &plain);
        file.extend_from_slice(&END);
        let mut crc = Crc::new();
        crc.update(&plain);
        let whole = Segment { plain: plain.clone(), deflated: file, crc };
        let mut stream = Stream::with_capacity(0);
        stream.push(&whole);
        assert_eq!(unpacked(&stream.finished()), plain);
    }
}
