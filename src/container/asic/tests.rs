#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
use super::*;
use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};

const RECORD: &str = "META-INF/evidencerecord1.ers";

fn read(bytes: &[u8]) -> Result<AsicContainer, Error> {
    AsicContainer::read(Bytes::copy_from_slice(bytes), &Limits::default())
}

/// A local part, a directory part and their place, put together as a hostile writer would.
#[derive(Default)]
struct RawZip {
    file: Vec<u8>,
    directory: Vec<u8>,
    count: u16,
}

impl RawZip {
    fn add(&mut self, name: &str, content: &[u8]) -> &mut Self {
        self.add_as(
            name,
            name,
            0,
            content,
            content.len(),
            zip::checksum(content),
        )
    }

    fn add_as(
        &mut self,
        local_name: &str,
        name: &str,
        method: u16,
        packed: &[u8],
        length: usize,
        crc: u32,
    ) -> &mut Self {
        let offset = u32::try_from(self.file.len()).unwrap();
        let mut fields = vec![20, 0, 0, 0];
        fields.extend(method.to_le_bytes());
        fields.extend([0; 4]);
        fields.extend(crc.to_le_bytes());
        fields.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
        fields.extend(u32::try_from(length).unwrap().to_le_bytes());
        fields.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        fields.extend([0, 0]);
        self.file.extend(zip::LOCAL_HEADER);
        self.file.extend(&fields);
        self.file.extend(local_name.bytes());
        self.file.extend(packed);
        self.directory.extend(zip::CENTRAL_HEADER);
        self.directory.extend([20, 0]);
        self.directory.extend(&fields);
        self.directory.extend([0; 10]);
        self.directory.extend(offset.to_le_bytes());
        self.directory.extend(name.bytes());
        self.count += 1;
        self
    }

    fn finish(&self) -> Vec<u8> {
        let mut bytes = self.file.clone();
        let start = u32::try_from(bytes.len()).unwrap();
        bytes.extend(&self.directory);
        bytes.extend(zip::END_OF_DIRECTORY);
        bytes.extend([0; 4]);
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(self.count.to_le_bytes());
        bytes.extend(u32::try_from(self.directory.len()).unwrap().to_le_bytes());
        bytes.extend(start.to_le_bytes());
        bytes.extend([0; 2]);
        bytes
    }
}

fn envelope() -> RawZip {
    let mut zip = RawZip::default();
    zip.add(MIMETYPE, MIMETYPE_ASIC_E.as_bytes())
        .add("a.txt", b"first")
        .add(RECORD, b"0");
    zip
}

#[test]
fn a_plain_envelope_has_no_problem() {
    let container = read(&envelope().finish()).unwrap();
    assert_eq!(container.problems, []);
    assert_eq!(container.kind, AsicKind::Extended);
    assert_eq!(container.member("a.txt").unwrap().content, "first");
    let documents: Vec<_> = container.data_objects().map(|m| m.name.as_str()).collect();
    assert_eq!(documents, ["a.txt"]);
}

#[test]
fn a_name_used_twice_is_found_by_nobody() {
    let bytes = envelope().add("a.txt", b"second").finish();
    let container = read(&bytes).unwrap();
    let first = ContainerProblem::HiddenBytes {
        offset: 69,
        length: 40,
    };
    assert_eq!(
        container.problems,
        [ContainerProblem::DuplicateName("a.txt".to_owned()), first]
    );
    assert!(container.member("a.txt").is_none());
    let documents: Vec<_> = container.data_objects().map(|m| &m.content[..]).collect();
    assert_eq!(documents, [b"second"]);
}

#[test]
fn unsafe_names_are_named() {
    for name in [
        "../a", "/etc/a", "a\\b", "a\0b", "C:a", "x/./a", "x//a", "a/..",
    ] {
        let container = read(&envelope().add(name, b"x").finish()).unwrap();
        assert_eq!(
            container.problems,
            [ContainerProblem::UnsafeName(name.to_owned())]
        );
    }
}

#[test]
fn what_streaming_writers_leave_is_read() {
    let path = std::env::temp_dir().join(format!("sigill-stream-{}", std::process::id()));
    std::fs::create_dir_all(path.join("META-INF")).unwrap();
    std::fs::write(path.join(RECORD), b"0").unwrap();
    // zip writes data descriptors where its output cannot be rewound.
    let script = format!("zip -q - {RECORD} | cat");
    let outcome = std::process::Command::new("sh")
        .args(["-c", &script])
        .current_dir(&path)
        .output();
    std::fs::remove_dir_all(&path).unwrap();
    let bytes = outcome.map(|output| output.stdout).unwrap_or_default();
    if bytes.is_empty() {
        println!("zip is not installed, nothing was tried");
        return;
    }
    let container = read(&bytes).unwrap();
    assert_eq!(container.problems, [ContainerProblem::NoMimetype]);
    assert_eq!(container.member(RECORD).unwrap().content, "0");
}

#[test]
fn the_zip64_form_is_read() {
    let small = envelope().finish();
    let mut bytes = zip64_end(&small, 0);
    let container = read(&bytes).unwrap();
    assert_eq!(container.problems, []);
    assert_eq!(container.members.len(), 3);
    bytes = zip64_end(&small, 1);
    assert_eq!(read(&bytes).unwrap_err().kind(), "malformed");

    let crc = zip::checksum(b"x").to_le_bytes();
    let mut zip = envelope();
    let local = zip.file.len();
    zip.add_as("s", "s", 0, b"x", 1, zip::checksum(b"x"));
    let mut streamed = zip.file.split_off(local);
    streamed[6] = 8;
    streamed[14..18].copy_from_slice(&[0; 4]);
    streamed[18..26].copy_from_slice(&[0xff; 8]);
    streamed[28] = 20;
    let extra = [&[1, 0, 16, 0][..], &[0; 16]].concat();
    streamed.splice(31..31, extra);
    let length = 1u64.to_le_bytes();
    streamed.extend([b"PK\x07\x08", &crc[..], &length, &length].concat());
    zip.file.extend(streamed);
    let central = zip.directory.len() - 47;
    zip.directory[central + 8] = 8;
    let container = read(&zip.finish()).unwrap();
    assert_eq!(container.problems, []);
    assert_eq!(container.member("s").unwrap().content, "x");
}

/// The same file with its end record widened; `lie` is added to the count of members.
fn zip64_end(small: &[u8], lie: u64) -> Vec<u8> {
    let (rest, end) = small.split_at(small.len() - 22);
    let field = |at: usize| u64::from(u32::from_le_bytes(end[at..at + 4].try_into().unwrap()));
    let count = u64::from(end[10]) + lie;
    let mut bytes = rest.to_vec();
    bytes.extend(b"PK\x06\x06");
    bytes.extend(44u64.to_le_bytes());
    bytes.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    for value in [count, count, field(12), field(16)] {
        bytes.extend(value.to_le_bytes());
    }
    bytes.extend(b"PK\x06\x07\0\0\0\0");
    bytes.extend((rest.len() as u64).to_le_bytes());
    bytes.extend([1, 0, 0, 0]);
    bytes.extend(&end[..12]);
    bytes.extend([0xff; 8]);
    bytes.extend([0, 0]);
    bytes
}

#[test]
fn two_headers_that_disagree_are_named() {
    let crc = zip::checksum(b"x");
    let bytes = envelope()
        .add_as("c.txt", "b.txt", 0, b"x", 1, crc)
        .finish();
    let expected = ContainerProblem::LocalHeaderDiffers("b.txt".to_owned());
    assert_eq!(read(&bytes).unwrap().problems, [expected]);
}

#[test]
fn a_directory_of_another_length_than_stated_is_refused() {
    let mut bytes = envelope().finish();
    let length_at = bytes.len() - 10;
    bytes[length_at] -= 1;
    assert_eq!(read(&bytes).unwrap_err().kind(), "malformed");
}

#[test]
fn an_extra_field_that_renames_is_named() {
    let mut renamed = vec![0x75, 0x70, 10, 0, 1];
    renamed.extend(zip::checksum(b"a.txt").to_le_bytes());
    renamed.extend(b"A.txt");
    let mut zip = envelope();
    let (local, central) = (69, 54);
    zip.file[local + 28] = 14;
    zip.file.splice(local + 35..local + 35, renamed.clone());
    zip.directory[central + 30] = 14;
    zip.directory.splice(central + 51..central + 51, renamed);
    let record = central + 51 + 14 + 42;
    zip.directory[record] += 14;
    let container = read(&zip.finish()).unwrap();
    let expected = ContainerProblem::LocalHeaderDiffers("a.txt".to_owned());
    assert_eq!(container.problems, [expected]);
    assert_eq!(container.member("a.txt").unwrap().content, "first");
}

#[test]
fn a_second_name_that_an_extra_field_hides_is_named() {
    let mut zip = envelope();
    let central = 54;
    let mut alias = zip.directory[central..central + 51].to_vec();
    alias[30] = 14;
    alias[46..].copy_from_slice(b"x.exe");
    alias.extend([0x75, 0x70, 10, 0, 1]);
    alias.extend(zip::checksum(b"x.exe").to_le_bytes());
    alias.extend(b"a.txt");
    zip.directory.splice(central..central, alias);
    zip.count += 1;
    let container = read(&zip.finish()).unwrap();
    let expected = ContainerProblem::LocalHeaderDiffers("a.txt".to_owned());
    assert!(container.problems.contains(&expected), "{container:?}");
}

#[test]
fn an_end_inside_the_comment_is_named() {
    let good = envelope().finish();
    let end = good.len() - 22;
    let mut bytes = good.clone();
    bytes[end + 20] = 22;
    bytes.extend(&good[end..]);
    let answer = read(&bytes);
    assert!(
        answer
            .as_ref()
            .is_ok_and(|c| c.problems == [ContainerProblem::SeveralEnds]),
        "{answer:?}"
    );
}

#[test]
fn bytes_between_the_directory_and_its_end_are_refused() {
    let mut bytes = envelope().finish();
    let end = bytes.len() - 22;
    bytes.splice(end..end, *b"hidden");
    assert_eq!(read(&bytes).unwrap_err().kind(), "malformed");
}

#[test]
fn bytes_behind_a_packed_content_are_refused() {
    let mut packed = deflate(b"abc");
    packed.extend(b"hidden");
    let crc = zip::checksum(b"abc");
    let bytes = envelope().add_as("z", "z", 8, &packed, 3, crc).finish();
    assert_eq!(read(&bytes).unwrap_err().kind(), "malformed");
}

#[test]
fn a_wide_count_of_members_is_refused_before_the_headers_are_read() {
    let bytes = zip64_end(&envelope().finish(), 70_000);
    assert_eq!(read(&bytes).unwrap_err().kind(), "over-limit");
}

#[test]
fn a_wrong_checksum_is_named() {
    let bytes = envelope().add_as("b", "b", 0, b"x", 1, 1).finish();
    let expected = ContainerProblem::ChecksumDiffers("b".to_owned());
    assert_eq!(read(&bytes).unwrap().problems, [expected]);
}

#[test]
fn bytes_outside_every_member_are_named() {
    let mut between = envelope();
    between.file.extend(b"hidden");
    let mut after = envelope().finish();
    after.extend(b"hidden");
    for bytes in [between.add("b", b"x").finish(), between.finish(), after] {
        let problems = read(&bytes).unwrap().problems;
        assert!(
            matches!(
                problems[..],
                [ContainerProblem::HiddenBytes { length: 6, .. }]
            ),
            "{problems:?}"
        );
    }
}

#[test]
fn a_member_inside_another_is_named() {
    let mut outer = RawZip::default();
    outer.add("b", b"x");
    let inner = outer.file.clone();
    let mut zip = envelope();
    zip.add("outer", &inner);
    let inside = zip.file.len() - inner.len();
    zip.directory.extend(&outer.directory);
    let offset = zip.directory.len() - 5;
    zip.directory[offset..offset + 4]
        .copy_from_slice(&u32::try_from(inside).unwrap().to_le_bytes());
    zip.count += 1;
    let expected = ContainerProblem::Overlap("b".to_owned());
    assert_eq!(read(&zip.finish()).unwrap().problems, [expected]);
}

#[test]
fn the_mimetype_must_be_first_plain_and_known() {
    let problems = |zip: &RawZip| read(&zip.finish()).unwrap().problems;
    let mut zip = RawZip::default();
    zip.add(RECORD, b"0");
    assert_eq!(problems(&zip), [ContainerProblem::NoMimetype]);
    zip.add(MIMETYPE, MIMETYPE_ASIC_S.as_bytes());
    assert_eq!(problems(&zip), [ContainerProblem::MimetypeNotFirst]);
    let mut zip = RawZip::default();
    zip.add(MIMETYPE, b"text/plain").add(RECORD, b"0");
    let expected = ContainerProblem::MimetypeUnexpected("text/plain".to_owned());
    assert_eq!(problems(&zip), [expected]);
    let text = MIMETYPE_ASIC_E.as_bytes();
    let mut zip = RawZip::default();
    zip.add_as(
        MIMETYPE,
        MIMETYPE,
        8,
        &deflate(text),
        text.len(),
        zip::checksum(text),
    )
    .add(RECORD, b"0");
    assert_eq!(problems(&zip), [ContainerProblem::MimetypeNotPlain]);
}

fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn a_bomb_is_refused_before_it_unpacks() {
    let zeros = vec![0; 20_000_000];
    let packed = deflate(&zeros);
    let honest = envelope()
        .add_as("z", "z", 8, &packed, zeros.len(), zip::checksum(&zeros))
        .finish();
    assert_eq!(read(&honest).unwrap_err().kind(), "over-limit");
    let lying = envelope().add_as("z", "z", 8, &packed, 10, 0).finish();
    assert_eq!(read(&lying).unwrap_err().kind(), "malformed");
    let short = envelope()
        .add_as("z", "z", 8, &deflate(b"abc"), 9, 0)
        .finish();
    assert_eq!(read(&short).unwrap_err().kind(), "malformed");
}

#[test]
fn too_many_members_are_refused() {
    let mut zip = envelope();
    for number in 0..1_000 {
        zip.add(&number.to_string(), b"");
    }
    assert_eq!(read(&zip.finish()).unwrap_err().kind(), "over-limit");
}

#[test]
fn other_zip_files_are_not_recognised() {
    let bytes = RawZip::default().add("a.txt", b"x").finish();
    assert!(!AsicContainer::recognises(&bytes));
    assert_eq!(read(&bytes).unwrap_err(), Error::NotRecognised);
    assert_eq!(read(b"%PDF-1.7").unwrap_err(), Error::NotRecognised);
    assert_eq!(read(b"").unwrap_err(), Error::Empty);
}

#[test]
fn the_writer_refuses_what_the_reader_would_name() {
    let member = |name: &str| (name.to_owned(), &b"x"[..]);
    assert!(write_asic_e(&[member("a"), member("a")]).is_err());
    assert!(write_asic_e(&[member(MIMETYPE)]).is_err());
    assert!(write_asic_e(&[member("../a")]).is_err());
}

#[test]
fn what_is_written_opens_in_unzip() {
    let bytes = write_asic_e(&[
        ("protokoll åäö.txt".to_owned(), b"beslut"),
        (RECORD.to_owned(), b"0"),
    ])
    .unwrap();
    assert_eq!(&bytes[38..69], MIMETYPE_ASIC_E.as_bytes());
    assert_eq!(bytes[10..14], [0, 0, 0x21, 0], "1980-01-01");
    let path = std::env::temp_dir().join(format!("sigill-asic-{}.asice", std::process::id()));
    std::fs::write(&path, &bytes).unwrap();
    let outcome = std::process::Command::new("unzip")
        .arg("-t")
        .arg(&path)
        .output();
    std::fs::remove_file(&path).unwrap();
    match outcome {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) => println!("unzip is not installed, round trip skipped: {error}"),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(contents in proptest::collection::vec(
        proptest::collection::vec(any::<u8>(), 0..200), 0..6)
    ) {
        let mut members: Vec<(String, &[u8])> = contents
            .iter()
            .enumerate()
            .map(|(number, content)| (format!("mapp/{number}.bin"), &content[..]))
            .collect();
        members.push((RECORD.to_owned(), b"0"));
        let bytes = write_asic_e(&members).unwrap();
        let container = read(&bytes).unwrap();
        prop_assert_eq!(&container.problems, &[]);
        for (name, content) in &members {
            prop_assert_eq!(&container.member(name).unwrap().content[..], *content);
        }
    }

    #[test]
    fn a_changed_byte_is_never_silent(at in 0usize..400, change in 1u8..=255) {
        let good = envelope().finish();
        let mut bytes = good.clone();
        let at = at % bytes.len();
        bytes[at] ^= change;
        let before = read(&good).unwrap();
        if let Ok(after) = read(&bytes) {
            let same = after.members.iter().map(|m| (&m.name, &m.content))
                .eq(before.members.iter().map(|m| (&m.name, &m.content)));
            prop_assert!(same || !after.problems.is_empty() || after.comment != before.comment);
        }
    }

    #[test]
    fn any_bytes_end_in_an_answer(tail in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut bytes = zip::LOCAL_HEADER.to_vec();
        bytes.extend(tail);
        let _ = read(&bytes);
    }
}

#[test]
fn the_corpus_of_real_containers() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus/dss");
    let mut files = Vec::new();
    collect(&root, &mut files);
    if files.is_empty() {
        println!("no corpus at {}: nothing was tried", root.display());
        return;
    }
    files.sort();
    let (mut whole, mut manifests) = (0, 0);
    for file in &files {
        let bytes = Bytes::from(std::fs::read(file).unwrap());
        let name = file.file_name().unwrap().to_string_lossy();
        let recognised = AsicContainer::recognises(&bytes);
        match AsicContainer::read(bytes, &Limits::default()) {
            Ok(container) => {
                assert!(recognised, "{name}");
                whole += 1;
                let read: Vec<_> = container.manifests().collect();
                manifests += read.iter().filter(|manifest| manifest.is_ok()).count();
                let kinds: Vec<_> = read.iter().map(|m| m.as_ref().map(|m| m.kind)).collect();
                println!(
                    "{name}: {:?} {kinds:?} {:?}",
                    container.kind, container.problems
                );
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
    println!(
        "{whole} of {} containers read, {manifests} manifests",
        files.len()
    );
    assert!(whole * 10 >= files.len() * 9);
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if std::fs::read(&path).is_ok_and(|bytes| bytes.starts_with(b"PK\x03\x04")) {
            files.push(path);
        }
    }
}
