//! A source in windows against the same in memory, and files that change.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::*;
use std::sync::RwLock;

/// A file whose bytes can be exchanged while it is read.
#[derive(Clone)]
pub(crate) struct File(Arc<RwLock<Vec<u8>>>);

impl File {
    fn new(bytes: &[u8]) -> Self {
        File(Arc::new(RwLock::new(bytes.to_vec())))
    }
}

impl ReadAt for File {
    fn length(&self) -> std::io::Result<u64> {
        Ok(self.0.read().unwrap().len() as u64)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> std::io::Result<usize> {
        let bytes = self.0.read().unwrap();
        let rest = bytes.get(offset as usize..).unwrap_or_default();
        // Less than is asked for, as pipes and networks give.
        let count = rest.len().min(buffer.len()).min(1 + offset as usize % 700);
        buffer[..count].copy_from_slice(&rest[..count]);
        Ok(count)
    }
}

/// These bytes in windows of `size`.
pub(crate) fn in_windows(bytes: &[u8], size: usize) -> Source {
    opened(&File::new(bytes), size).unwrap()
}

fn opened(file: &File, size: usize) -> Result<Source, Error> {
    let reader = Box::new(file.clone());
    let windows = Windows::open(reader, size, END_OF_REVISION, 1 << 20)?;
    Ok(Source::new(Storage::Windows(windows)))
}

fn sample(length: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = (0..length).map(|at| (at * at % 251) as u8).collect();
    for at in [3, 60, 61 * 2 - 2, 500] {
        if at + 5 < length {
            bytes[at..at + 5].copy_from_slice(END_OF_REVISION);
        }
    }
    bytes
}

#[test]
fn windows_hold_what_memory_holds() {
    for length in [0, 1, 60, 61, 62, 122, 900] {
        let bytes = sample(length);
        let held = Source::from(bytes.clone());
        for size in [1, 7, 61, 1000] {
            let source = in_windows(&bytes, size);
            assert_eq!(source.length(), length);
            assert_eq!(source.ends_of_revisions(), held.ends_of_revisions());
            assert_eq!(source.sha256(), Some(crate::crypto::sha256(&bytes)));
            assert_eq!(source.whole().unwrap(), bytes);
            for (start, end) in [(0, 0), (0, 61), (5, 200), (61, 122), (899, 900), (900, 901)] {
                assert_eq!(source.get(start..end), held.get(start..end));
            }
            let (reader, text) = (source.reader(), &bytes[..]);
            for at in (0..length + 2).rev() {
                assert_eq!(reader.byte(at), text.byte(at));
                let token = text.get(at..at + 2).unwrap_or(b"none");
                let found = |text: &dyn Fn(&[u8]) -> Option<usize>| text(token);
                assert_eq!(
                    found(&|token| reader.find(token, 0..length)),
                    found(&|token| text.find(token, 0..length))
                );
            }
        }
    }
}

#[test]
fn digests_share_what_was_hashed_and_are_the_same_in_any_order() {
    let bytes = sample(900);
    for source in [Source::from(bytes.clone()), in_windows(&bytes, 61)] {
        for algorithm in [DigestAlgorithm::Sha256, DigestAlgorithm::Sha512] {
            for (gap, end) in [
                (700..750, 900),
                (61..122, 400),
                (0..10, 61),
                (800..800, 900),
            ] {
                let parts = [
                    source.span(0..gap.start).unwrap(),
                    source.span(gap.end..end).unwrap(),
                ];
                let expected = algorithm.digest(&[&bytes[..gap.start], &bytes[gap.end..end]]);
                assert_eq!(digest(algorithm, &parts), Some(expected));
                let expected = algorithm.digest(&[&bytes]);
                assert_eq!(Span::from(source.clone()).digest(algorithm), Some(expected));
            }
        }
    }
    assert!(Source::from(bytes).span(5..901).is_none());
}

#[test]
fn a_file_that_changes_is_never_read_on() {
    let bytes = sample(900);
    // One bit, a cut, and a change that is undone after it was met.
    for changed in [
        [&bytes[..400], &[bytes[400] ^ 1], &bytes[401..]].concat(),
        bytes[..401].to_vec(),
    ] {
        let file = File::new(&bytes);
        let source = opened(&file, 61).unwrap();
        let signed = [source.span(0..300).unwrap(), source.span(310..900).unwrap()];
        *file.0.write().unwrap() = changed;
        assert!(source.get(0..300).is_some());
        assert_eq!(source.intact(), Ok(()));
        assert_eq!(digest(DigestAlgorithm::Sha256, &signed), None);
        assert_eq!(source.intact(), Err(Error::Changed));
        *file.0.write().unwrap() = bytes.clone();
        assert_eq!(source.get(0..10), None);
        assert_eq!(source.whole(), Err(Error::Changed));
        assert_eq!(source.sha256(), Some(crate::crypto::sha256(&bytes)));
    }
}

#[test]
fn a_file_that_grows_ends_where_it_ended() {
    let file = File::new(&sample(900));
    let source = opened(&file, 61).unwrap();
    file.0.write().unwrap().extend(b"more");
    assert_eq!(source.whole().unwrap(), sample(900));
}

#[test]
fn too_large_a_file_is_refused_before_it_is_read() {
    let file = File::new(&vec![0; (1 << 20) + 1]);
    assert!(matches!(opened(&file, 61), Err(Error::OverLimit { .. })));
}

#[test]
fn spans_are_the_same_where_their_bytes_are() {
    let bytes = sample(900);
    let (held, read) = (Source::from(bytes.clone()), in_windows(&bytes, 61));
    let same = |one: Range<usize>, other: Range<usize>| {
        held.span(one).unwrap() == read.span(other).unwrap()
    };
    assert!(same(10..500, 10..500));
    assert!(same(3..8, 60..65));
    assert!(!same(10..500, 11..501) && !same(10..500, 10..501));
}
