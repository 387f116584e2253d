//! Verdicts then and now, and why they differ: one envelope for each reason.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::archive::{self, SealedContent, layout};
use sigill::asn1::oid;
use sigill::container::asic::{AsicContainer, write_asic_e};
use sigill::crypto::DigestAlgorithm::Sha256;
use sigill::crypto::End;
use sigill::limits::Limits;
use sigill::report::{Cause, Options, Place, Replay, html, replay, text};
use sigill::tsp::TimestampToken;
use sigill::validation::Language;
use sigill::{Bytes, Document, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use support::pki::{Identity, date, day, entry, key_purposes};
use support::signed::{document, token_with};

const KEY_COMPROMISE: u8 = 1;

/// A signer until 2030 and an archive whose authority's certificate ends with 2039.
struct World {
    signers: Identity,
    signer: Identity,
    archive_root: Identity,
    authority: Identity,
    document: Document,
}

impl World {
    fn new() -> Self {
        let signers = Identity::root("Signers");
        let signer = signers.issue("Signer", |_| {});
        let archive_root = Identity::root("Archive");
        let authority = archive_root.issue("Time", |draft| {
            draft.not_after = date(2040);
            draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_TIME_STAMPING], true)];
        });
        let document = document(&signer, &[], |_| Vec::new());
        World {
            signers,
            signer,
            archive_root,
            authority,
            document,
        }
    }

    fn trust(&self, roots: &[&Identity]) -> TrustAnchors {
        let mut trust = TrustAnchors::none();
        for root in roots {
            trust.add(root.der()).unwrap();
        }
        trust
    }

    fn all(&self) -> TrustAnchors {
        self.trust(&[&self.signers, &self.archive_root])
    }

    /// Sealed in 2026 with a revocation list of then that revokes nothing.
    fn seal(&self, trust: &TrustAnchors, policy: &Policy) -> Bytes {
        let list = self.signers.list(date(2026), |_| {});
        let evidence = Evidence::from(&self.document).with(list);
        let validator = Validator::new(trust, policy);
        let report = validator.validate(&self.document, &evidence, date(2026));
        let content = SealedContent {
            document: &self.document,
            name: "agreement.p7m",
            detached_name: None,
            diary_number: None,
            evidence: &evidence,
            validator: &validator,
            report: &report,
            full_report: None,
        };
        let pending = archive::prepare(&content, Sha256).unwrap();
        let request = pending.request(1);
        let token = token_with(&self.authority, b"", date(2026), |draft| {
            draft.digest = request.digest.oid();
            draft.imprint.clone_from(&request.imprint);
            draft.nonce = Some(request.nonce);
        });
        let token = TimestampToken::read(&Bytes::from(token), &Limits::default()).unwrap();
        Bytes::from(pending.complete(&token).unwrap())
    }

    fn sealed(&self) -> Bytes {
        self.seal(&self.all(), &Policy::default())
    }
}

fn play(envelope: &Bytes, trust: &TrustAnchors, policy: &Policy, at: UnixTime) -> Replay {
    play_with(envelope, trust, policy, &Evidence::default(), at)
}

fn play_with(
    envelope: &Bytes,
    trust: &TrustAnchors,
    policy: &Policy,
    supplied: &Evidence,
    at: UnixTime,
) -> Replay {
    archive::replay(envelope, &Validator::new(trust, policy), supplied, at).unwrap()
}

/// `sealed then now`.
fn verdicts(replay: &Replay) -> String {
    let signature = &replay.signatures[0];
    let then = signature.then.unwrap();
    format!("{} {then} {}", signature.sealed.unwrap(), signature.now)
}

fn causes(replay: &Replay) -> Vec<&Cause> {
    let reasons = replay.signatures[0].reasons.iter();
    reasons.map(|reason| &reason.cause).collect()
}

fn words(replay: &Replay, language: Language) -> String {
    let options = Options {
        language,
        ..Options::default()
    };
    text::replay_to_text(replay, &options)
}

/// What stands in every form that a replay is told in, line ends aside.
fn tells(replay: &Replay, english: &str, swedish: &str) {
    let one_line = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = one_line(words(replay, Language::English));
    assert!(text.contains(english), "{english}: {text}");
    let swedish_text = one_line(words(replay, Language::Swedish));
    assert!(swedish_text.contains(swedish), "{swedish}: {swedish_text}");
    let page = html::replay_to_html(replay, &Options::default());
    assert!(one_line(page).contains(english));
    let json: serde_json::Value =
        serde_json::from_str(&replay::to_json(replay, &Options::default())).unwrap();
    let reasons = json["signatures"][0]["reasons"].as_array().unwrap();
    assert_eq!(reasons.len(), replay.signatures[0].reasons.len());
    let told = |reason: &serde_json::Value| reason["text"].as_str().unwrap().contains(english);
    assert!(reasons.iter().any(told), "{english}: {reasons:#?}");
}

#[test]
fn nothing_differs_while_the_envelope_proves_it() {
    let world = World::new();
    let envelope = world.sealed();
    for year in [2027, 2035] {
        let replay = play(&envelope, &world.all(), &Policy::default(), date(year));
        assert_eq!(verdicts(&replay), "PASSED PASSED PASSED", "{year}");
        assert!(causes(&replay).is_empty());
        assert!(replay.is_of_this_tool());
        assert_eq!(replay.sealed.validation_time, Some(date(2026)));
        assert!(replay.constraints.is_empty());
        assert!(words(&replay, Language::English).contains("the verdict is the same"));
        assert!(words(&replay, Language::Swedish).contains("utfallet är detsamma"));
    }
}

#[test]
fn a_certificate_has_ended() {
    let world = World::new();
    let replay = play(
        &world.sealed(),
        &world.all(),
        &Policy::default(),
        date(2041),
    );
    assert!(verdicts(&replay).starts_with("PASSED PASSED INDETERMINATE"));
    let ended: Vec<(String, UnixTime, Place)> = replay.signatures[0]
        .reasons
        .iter()
        .filter_map(|reason| match &reason.cause {
            Cause::CertificateEnded { subject, ended } => {
                Some((subject.to_string(), *ended, reason.place))
            }
            _ => None,
        })
        .collect();
    let signer = ("CN=Signer".to_owned(), date(2030), Place::Signature);
    let time = ("CN=Time".to_owned(), date(2040), Place::EvidenceRecord);
    assert!(ended.contains(&signer), "{ended:?}");
    assert!(ended.contains(&time), "{ended:?}");
    tells(
        &replay,
        "the certificate of CN=Signer ended 2030-01-01 00:00:00 UTC",
        "certifikatet för CN=Signer gick ut 2030-01-01 00:00:00 UTC",
    );
}

#[test]
fn the_date_of_an_algorithm_has_passed() {
    let world = World::new();
    let mut policy = Policy::default();
    let rows = policy.suite.digests.iter_mut();
    for row in rows.filter(|row| row.digest == Sha256) {
        row.end = End::At(date(2028));
    }
    policy.suite.update_date = date(2028);
    let envelope = world.seal(&world.all(), &policy);
    let replay = play(&envelope, &world.all(), &policy, date(2029));
    assert!(
        verdicts(&replay).starts_with("PASSED PASSED INDETERMINATE"),
        "{}",
        verdicts(&replay)
    );
    let is_digest = |cause: &&Cause| match cause {
        Cause::AlgorithmEnded(end) => end.end == End::At(date(2028)),
        _ => false,
    };
    assert!(
        causes(&replay).iter().any(is_digest),
        "{:?}",
        causes(&replay)
    );
    assert!(replay.constraints.is_empty(), "{:?}", replay.constraints);
    tells(
        &replay,
        "not reliable since 2028-01-01",
        "inte att lita på sedan 2028-01-01",
    );
}

#[test]
fn a_revocation_came_to_be_known() {
    let world = World::new();
    let late = world.signers.list(date(2027), |list| {
        list.entries = vec![entry(&world.signer, day(2025, 6, 1), KEY_COMPROMISE)];
    });
    let supplied = Evidence::default().with(late);
    let (trust, policy) = (world.all(), Policy::default());
    let replay = play_with(&world.sealed(), &trust, &policy, &supplied, date(2027));
    assert_eq!(
        verdicts(&replay),
        "PASSED PASSED INDETERMINATE/REVOKED_NO_POE"
    );
    tells(
        &replay,
        "the certificate of CN=Signer is known now to have been revoked 2025-06-01 00:00:00 UTC",
        "certifikatet för CN=Signer är nu känt som spärrat sedan 2025-06-01 00:00:00 UTC",
    );
}

#[test]
fn an_anchor_is_not_trusted_now() {
    let world = World::new();
    let trust = world.trust(&[&world.archive_root]);
    let replay = play(&world.sealed(), &trust, &Policy::default(), date(2027));
    assert_eq!(
        verdicts(&replay),
        "PASSED PASSED INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND"
    );
    let expected = Cause::AnchorNotTrusted(world.signers.certificate.subject.clone());
    assert_eq!(causes(&replay), [&expected]);
    tells(
        &replay,
        "not among those you trust now: CN=Signers",
        "inte bland dem ni litar på nu: CN=Signers",
    );
    // The archive's own authority counts where the signature needs the record.
    let trust = world.trust(&[&world.signers]);
    let replay = play(&world.sealed(), &trust, &Policy::default(), date(2035));
    let lost = Cause::AnchorNotTrusted(world.archive_root.certificate.subject.clone());
    assert!(causes(&replay).contains(&&lost), "{:?}", causes(&replay));
}

#[test]
fn the_trust_in_an_anchor_has_ended() {
    let world = World::new();
    let mut trust = world.trust(&[]);
    trust.add_until(world.signers.der(), date(2025)).unwrap();
    trust.add(world.archive_root.der()).unwrap();
    let replay = play(&world.sealed(), &trust, &Policy::default(), date(2027));
    assert!(verdicts(&replay).starts_with("PASSED PASSED INDETERMINATE"));
    let expected = Cause::TrustEnded {
        anchor: world.signers.certificate.subject.clone(),
        ended: date(2025),
    };
    assert!(
        causes(&replay).contains(&&expected),
        "{:?}",
        causes(&replay)
    );
    tells(
        &replay,
        "the trust in CN=Signers ended 2025-01-01",
        "tilliten till CN=Signers upphörde 2025-01-01",
    );
}

#[test]
fn a_constraint_of_the_policy_differs() {
    let world = World::new();
    let strict = Policy::from_toml("accepted_formats = [\"PAdES\"]").unwrap();
    let replay = play(&world.sealed(), &world.all(), &strict, date(2027));
    assert_eq!(verdicts(&replay), "PASSED PASSED FAILED/FORMAT_FAILURE");
    let names = replay.constraints.iter();
    let names: Vec<&str> = names.map(|difference| difference.name.as_str()).collect();
    assert_eq!(names, ["accepted_formats"]);
    assert!(causes(&replay).contains(&&Cause::ConstraintsDiffer(replay.constraints.clone())));
    let is_unmet = |cause: &&Cause| matches!(cause, Cause::NowUnmet(_));
    assert!(causes(&replay).iter().any(is_unmet));
    tells(
        &replay,
        "the rules are other than then",
        "reglerna är andra än då",
    );
    assert!(words(&replay, Language::English).contains("accepted_formats: then"));
    // One that decides nothing is told, and is no reason.
    let idle = Policy::from_toml("annotations_after_signing = \"warn\"").unwrap();
    let replay = play(&world.sealed(), &world.all(), &idle, date(2027));
    assert_eq!(verdicts(&replay), "PASSED PASSED PASSED");
    assert_eq!(replay.constraints.len(), 1);
    assert!(words(&replay, Language::Swedish).contains("annotations_after_signing: då"));
}

#[test]
fn ends_of_algorithms_are_named_by_their_row() {
    let world = World::new();
    let mut policy = Policy::default();
    policy.suite.digests[0].end = End::At(date(2001));
    let replay = play(&world.sealed(), &world.all(), &policy, date(2027));
    let names = replay.constraints.iter();
    let names: Vec<&str> = names.map(|difference| difference.name.as_str()).collect();
    assert_eq!(names, ["suite.digests[md5].end"]);
}

#[test]
fn a_check_was_not_met_then_and_is_now() {
    let world = World::new();
    let envelope = world.seal(&world.trust(&[&world.archive_root]), &Policy::default());
    let replay = play(&envelope, &world.all(), &Policy::default(), date(2027));
    assert_eq!(
        verdicts(&replay),
        "INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND INDETERMINATE/NO_CERTIFICATE_CHAIN_FOUND PASSED"
    );
    tells(
        &replay,
        "then, not now: The certificate does not lead to an issuer you trust",
        "då, inte nu: Certifikatet leder inte till en utfärdare som ni litar på",
    );
}

/// The envelope with another sealed report, under a record of its own.
fn with_report(world: &World, change: impl Fn(&str) -> String) -> Bytes {
    let container = AsicContainer::read(world.sealed(), &Limits::default()).unwrap();
    let members: Vec<(String, Vec<u8>)> = container
        .members
        .iter()
        .filter(|member| member.name != "mimetype")
        .map(|member| {
            let mut content = member.content.to_vec();
            if [layout::REPORT, layout::VERSION].contains(&member.name.as_str()) {
                content = change(std::str::from_utf8(&content).unwrap()).into_bytes();
            }
            (member.name.clone(), content)
        })
        .collect();
    let members: Vec<(String, &[u8])> = members
        .iter()
        .map(|(name, content)| (name.clone(), content.as_slice()))
        .collect();
    Bytes::from(write_asic_e(&members).unwrap())
}

#[test]
fn another_version_made_the_sealed_report() {
    let world = World::new();
    let failed = r#""indication":"TOTAL-FAILED","sub_indication":"FORMAT_FAILURE","integrity""#;
    let passed = r#""indication":"TOTAL-PASSED","sub_indication":null,"integrity""#;
    let other = with_report(&world, |report| {
        let report = report.replace(passed, failed);
        let tool = concat!("sigill ", env!("CARGO_PKG_VERSION"), "\n");
        report.replace(tool, "sigill 0.0.9\n")
    });
    let replay = play(&other, &world.all(), &Policy::default(), date(2027));
    assert!(verdicts(&replay).starts_with("FAILED/FORMAT_FAILURE PASSED"));
    let expected = Cause::ToolDiffers {
        sealed: Some("sigill 0.0.9".to_owned()),
    };
    assert!(
        causes(&replay).contains(&&expected),
        "{:?}",
        causes(&replay)
    );
    tells(
        &replay,
        "judges otherwise than sigill 0.0.9",
        "bedömer annorlunda än sigill 0.0.9",
    );
    let same = with_report(&world, |report| report.replace(passed, failed));
    let replay = play(&same, &world.all(), &Policy::default(), date(2027));
    assert!(causes(&replay).contains(&&Cause::NotReproduced));
    tells(
        &replay,
        "not all that was at hand then is in it",
        "allt som fanns till hands då finns inte i det",
    );
    // Both were changed after they were sealed, which is told first.
    let names = [layout::REPORT, layout::RECORD].map(str::to_owned);
    assert_eq!(causes(&replay)[0], &Cause::Changed(names.into()));
    tells(
        &replay,
        "the envelope is not as it was sealed",
        "kuvertet är inte som det förseglades",
    );
}

#[test]
fn what_is_no_envelope_is_an_error() {
    let world = World::new();
    let bytes = world.document.source().whole().unwrap();
    let (trust, policy) = (world.all(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    assert!(archive::replay(&bytes, &validator, &Evidence::default(), date(2027)).is_err());
}
