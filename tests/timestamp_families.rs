//! What time-stamps may do wrong and what proofs of existence may heal, each family of
//! `../shared/corpus/revocation_timestamp_checks.json` as one test, with certificates and tokens
//! made on the spot.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::archive::{self, SealedContent};
use sigill::asn1::{Oid, oid};
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::policy::Enforcement;
use sigill::report::Report;
use sigill::tsp::{TimestampRequest, TimestampToken, read_response};
use sigill::validation::{Rule, Status};
use sigill::{Bytes, Document, Evidence, Policy, UnixTime, Validator};
use support::pki::{Identity, date, day, der, distinguished, entry, key_purposes};
use support::revocation::World;
use support::signed::{
    CONTENT, Reference, TokenDraft, attribute, document, document_with, token, token_with, tsa,
};

fn stamped_at() -> UnixTime {
    day(2025, 3, 1)
}

fn now() -> UnixTime {
    day(2025, 6, 2)
}

struct Outcome {
    signature: String,
    timestamps: Vec<String>,
    report: Report,
}

impl Outcome {
    fn has(&self, rule: Rule, status: Status) -> bool {
        let stamps = self.report.signatures[0].timestamps.iter();
        let findings = stamps.flat_map(|stamp| &stamp.conclusion.findings);
        findings
            .chain(&self.report.signatures[0].conclusion.findings)
            .any(|finding| finding.rule == rule && finding.status == status)
    }
}

fn judge(world: &World, document: &Document, more: &[Bytes], at: UnixTime) -> Outcome {
    judge_by(world, document, more, at, &Policy::default())
}

fn judge_by(
    world: &World,
    document: &Document,
    more: &[Bytes],
    at: UnixTime,
    policy: &Policy,
) -> Outcome {
    let trust = world.trust();
    let mut evidence = Evidence::from(document);
    more.iter().for_each(|bytes| evidence.add(bytes.clone()));
    outcome(Validator::new(&trust, policy).validate(document, &evidence, at))
}

fn outcome(report: Report) -> Outcome {
    let signature = &report.signatures[0];
    let stamps = signature.timestamps.iter();
    Outcome {
        signature: signature.conclusion.indication.to_string(),
        timestamps: stamps
            .map(|stamp| stamp.conclusion.indication.to_string())
            .collect(),
        report,
    }
}

/// A signature with one time-stamp by `authority`, changed by `change`.
fn stamped(world: &World, authority: &Identity, change: impl Fn(&mut TokenDraft)) -> Outcome {
    let document = document(&world.leaf, &[&world.issuer], |value| {
        vec![token_with(authority, value, stamped_at(), &change)]
    });
    judge(world, &document, &[], now())
}

#[test]
fn tst_good() {
    let world = World::new();
    let good = stamped(&world, &tsa(&world.root), |_| {});
    assert_eq!(
        (good.signature.as_str(), good.timestamps[0].as_str()),
        ("PASSED", "PASSED")
    );
    assert_eq!(good.report.signatures[0].best_signature_time, stamped_at());
}

#[test]
fn tst_imprint_mismatch() {
    let world = World::new();
    let other = stamped(&world, &tsa(&world.root), |draft| draft.imprint[0] ^= 1);
    assert_eq!(other.timestamps, ["FAILED/HASH_FAILURE"]);
    assert_eq!(other.signature, "INDETERMINATE/SIG_CONSTRAINTS_FAILURE");
}

#[test]
fn tst_signature_broken() {
    let world = World::new();
    let broken = stamped(&world, &tsa(&world.root), |draft| draft.broken = true);
    assert_eq!(broken.timestamps, ["FAILED/SIG_CRYPTO_FAILURE"]);
    assert_eq!(broken.signature, "INDETERMINATE/SIG_CONSTRAINTS_FAILURE");
}

#[test]
fn tst_key_purpose() {
    let world = World::new();
    let by = |purposes: Option<(&[Oid], bool)>| {
        let authority = world.root.issue("Time", |draft| {
            let purposes = purposes.map(|(purposes, critical)| key_purposes(purposes, critical));
            draft.extensions.extend(purposes);
        });
        stamped(&world, &authority, |_| {})
    };
    let (stamping, other) = (
        oid::KEY_PURPOSE_TIME_STAMPING,
        oid::KEY_PURPOSE_OCSP_SIGNING,
    );
    let failure = "INDETERMINATE/CHAIN_CONSTRAINTS_FAILURE";
    assert_eq!(by(None).timestamps, [failure]);
    let others = [other.clone()];
    let other_purpose = by(Some((&others, true)));
    assert_eq!(other_purpose.timestamps, [failure]);
    // It proves nothing: the signature is no older than now.
    assert_eq!(
        other_purpose.report.signatures[0].best_signature_time,
        now()
    );
    // Old authorities left out the flag or added purposes: a warning.
    let both = [stamping.clone(), other];
    for (purposes, critical) in [(&both[..1], false), (&both[..], true)] {
        let lax = by(Some((purposes, critical)));
        assert_eq!(lax.timestamps, ["PASSED"]);
        assert!(lax.has(Rule::KeyUsageMet, Status::Warning));
    }
}

#[test]
fn tst_certificate_reference() {
    let world = World::new();
    let authority = tsa(&world.root);
    let by = |reference| stamped(&world, &authority, move |draft| draft.reference = reference);
    assert_eq!(by(Reference::VersionOne).timestamps, ["PASSED"]);
    assert_eq!(
        by(Reference::OtherDigest).timestamps,
        ["INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"]
    );
    let other_serial = by(Reference::OtherSerial);
    assert_eq!(other_serial.timestamps, ["PASSED"]);
    assert!(other_serial.has(Rule::IssuerSerialMatches, Status::Warning));
    // Missing: up to the policy.
    let missing = by(Reference::Missing);
    assert_eq!(missing.timestamps, ["PASSED"]);
    assert!(missing.has(Rule::SigningCertificateReferenced, Status::Warning));
    let strict = Policy {
        signing_certificate_reference_missing: Enforcement::Fail,
        ..Policy::default()
    };
    let document = document(&world.leaf, &[&world.issuer], |value| {
        vec![token_with(&authority, value, stamped_at(), |draft| {
            draft.reference = Reference::Missing;
        })]
    });
    let outcome = judge_by(&world, &document, &[], now(), &strict);
    assert_eq!(
        outcome.timestamps,
        ["INDETERMINATE/NO_SIGNING_CERTIFICATE_FOUND"]
    );
}

#[test]
fn tst_info() {
    let world = World::new();
    let authority = tsa(&world.root);
    let version = stamped(&world, &authority, |draft| draft.version = 2);
    assert_eq!(version.timestamps, ["FAILED/FORMAT_FAILURE"]);
    // Outside the authority's certificate, and ahead of the validation.
    let late = world.root.issue("Time", |draft| {
        draft.not_before = day(2025, 3, 2);
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_TIME_STAMPING], true)];
    });
    let failure = ["INDETERMINATE/SIG_CONSTRAINTS_FAILURE"];
    assert_eq!(stamped(&world, &late, |_| {}).timestamps, failure);
    let ahead = stamped(&world, &authority, |draft| draft.time = day(2025, 6, 3));
    assert_eq!(ahead.timestamps, failure);
    // The name of the authority.
    let named = |name: &'static str| {
        stamped(&world, &authority, move |draft| {
            draft.authority = Some(distinguished(name))
        })
    };
    assert_eq!(named("Time").timestamps, ["PASSED"]);
    let other = named("Other");
    assert_eq!(other.timestamps, failure);
    assert_eq!(other.report.signatures[0].best_signature_time, now());
}

#[test]
fn tst_request() {
    let world = World::new();
    let authority = tsa(&world.root);
    let policy = |last: u8| Oid::from_dotted(&format!("1.3.6.1.4.1.99999.{last}")).unwrap();
    let request = |wanted: Option<Oid>| TimestampRequest {
        digest: DigestAlgorithm::Sha256,
        imprint: DigestAlgorithm::Sha256.digest(&[CONTENT]).to_vec(),
        nonce: 99,
        policy: wanted,
    };
    let answer = |change: fn(&mut TokenDraft)| {
        let token = token_with(&authority, CONTENT, stamped_at(), |draft| {
            draft.nonce = Some(99);
            change(draft);
        });
        let bytes = der(|writer| {
            writer.sequence(|response| {
                response.sequence(|status| status.small_integer(0));
                response.raw(&token);
            });
        });
        read_response(&Bytes::from(bytes), &Limits::default()).unwrap()
    };
    let is_answered =
        |wanted, change: fn(&mut TokenDraft)| request(wanted).is_answered_by(&answer(change));
    assert!(is_answered(None, |_| {}));
    assert!(is_answered(Some(policy(1)), |_| {}));
    assert!(!is_answered(Some(policy(2)), |_| {}));
    assert!(!is_answered(None, |draft| draft.nonce = Some(98)));
    assert!(!is_answered(None, |draft| draft.nonce = None));
    assert!(!is_answered(None, |draft| draft.imprint[0] ^= 1));
    assert!(!is_answered(None, |draft| draft.with_certificate = false));
    // rejection, waiting, and the two kinds of revocation (RFC 3161, 2.4.2).
    for status in 2..6 {
        let refused = der(|writer| {
            writer.sequence(|response| response.sequence(|info| info.small_integer(status)));
        });
        assert!(read_response(&Bytes::from(refused), &Limits::default()).is_err());
    }
    let nothing = der(|writer| {
        writer.sequence(|response| response.sequence(|info| info.small_integer(0)));
    });
    assert!(read_response(&Bytes::from(nothing), &Limits::default()).is_err());
}

#[test]
fn tst_order() {
    let world = World::new();
    let authority = tsa(&world.root);
    let contradiction = "INDETERMINATE/TIMESTAMP_ORDER_FAILURE";
    let content_at = |time, accuracy: Option<u64>, ordering| {
        let change = move |draft: &mut TokenDraft| {
            draft.authority = Some(distinguished("Time"));
            (draft.accuracy, draft.ordering) = (accuracy, ordering);
        };
        let over_content = token_with(&authority, CONTENT, time, change);
        let stamps = |value: &[u8]| vec![token_with(&authority, value, stamped_at(), change)];
        let document = document_with(&world.leaf, &[&world.issuer], stamps, |cms| {
            cms.signed
                .push(attribute(&oid::CONTENT_TIMESTAMP, &over_content));
        });
        judge(&world, &document, &[], now()).signature
    };
    let after = |seconds| UnixTime(stamped_at().0 + seconds);
    assert_eq!(content_at(after(-10), None, false), "PASSED");
    assert_eq!(content_at(after(0), None, false), "PASSED");
    assert_eq!(content_at(after(1), None, false), contradiction);
    // Within what both may be off, unless the authority promises order.
    assert_eq!(content_at(after(4), Some(2), false), "PASSED");
    assert_eq!(content_at(after(5), Some(2), false), contradiction);
    assert_eq!(content_at(after(4), Some(2), true), contradiction);
    // A token taken from another signature.
    let of_another = document(&world.leaf, &[&world.issuer], |_| {
        vec![token(
            &authority,
            b"the value of another signature",
            stamped_at(),
        )]
    });
    let copied = judge(&world, &of_another, &[], now());
    assert_eq!(copied.timestamps, ["FAILED/HASH_FAILURE"]);
    assert_eq!(copied.signature, "INDETERMINATE/SIG_CONSTRAINTS_FAILURE");
}

#[test]
fn tst_accuracy() {
    let world = World::new();
    let bytes = token_with(&tsa(&world.root), CONTENT, stamped_at(), |draft| {
        (draft.accuracy, draft.ordering) = (Some(3), true);
    });
    let info = TimestampToken::read(&Bytes::from(bytes), &Limits::default())
        .unwrap()
        .info;
    assert_eq!(info.accuracy.unwrap().as_secs(), 3);
    assert!(info.ordering);
}

#[test]
fn tst_unknown_digest() {
    let world = World::new();
    let unknown = stamped(&world, &tsa(&world.root), |draft| {
        draft.digest = Oid::from_dotted("1.2.3.4").unwrap();
    });
    assert_eq!(
        unknown.timestamps,
        ["INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"]
    );
    // It proves nothing, but it is not broken either.
    assert_eq!(unknown.signature, "PASSED");
    assert_eq!(unknown.report.signatures[0].best_signature_time, now());
}

#[test]
fn tst_authority_expired() {
    let world = World::new();
    let ended = world.root.issue("Time", |draft| {
        draft.not_after = day(2025, 4, 1);
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_TIME_STAMPING], true)];
    });
    let outcome = stamped(&world, &ended, |_| {});
    assert_eq!(outcome.timestamps, ["INDETERMINATE/OUT_OF_BOUNDS_NO_POE"]);
    assert_eq!(outcome.report.signatures[0].best_signature_time, now());
    // While it was good it proved the time.
    let document = document(&world.leaf, &[&world.issuer], |value| {
        vec![token(&ended, value, stamped_at())]
    });
    assert_eq!(
        judge(&world, &document, &[], day(2025, 4, 1)).timestamps,
        ["PASSED"]
    );
}

#[test]
fn poe_and_revocation() {
    let world = World::new();
    let authority = tsa(&world.root);
    let stamped = document(&world.leaf, &[&world.issuer], |value| {
        vec![token(&authority, value, stamped_at())]
    });
    let revoking = |issuer: &Identity, certificate: &Identity, at| {
        issuer.list(day(2025, 6, 1), |draft| {
            draft.entries = vec![entry(certificate, at, 1)]
        })
    };
    let (before, after) = (day(2025, 2, 1), day(2025, 4, 1));
    let good = world.root.list(day(2025, 6, 1), |_| {});
    let signer = |at| [good.clone(), revoking(&world.issuer, &world.leaf, at)];
    let signature = |evidence: &[Bytes]| judge(&world, &stamped, evidence, now()).signature;
    assert_eq!(signature(&signer(before)), "INDETERMINATE/REVOKED_NO_POE");
    assert_eq!(signature(&signer(after)), "PASSED");
    let leaf = world.issuer.list(day(2025, 6, 1), |_| {});
    let issuer = |at| [leaf.clone(), revoking(&world.root, &world.issuer, at)];
    assert_eq!(
        signature(&issuer(before)),
        "INDETERMINATE/REVOKED_CA_NO_POE"
    );
    assert_eq!(signature(&issuer(after)), "PASSED");
}

/// SHA-1 was good until 2012-08-01: a time-stamp by it proves something later only if it
/// provably existed before.
#[test]
fn poe_and_the_end_of_a_digest() {
    let world = World::of_the_past();
    let authority = tsa(&world.root);
    let signed = document(&world.leaf, &[&world.issuer], |value| {
        vec![token_with(&authority, value, day(2011, 6, 1), |draft| {
            draft.digest = DigestAlgorithm::Sha1.oid();
            draft.imprint = DigestAlgorithm::Sha1.digest(&[value]).to_vec();
        })]
    });
    let alone = judge(&world, &signed, &[], now());
    assert_eq!(
        alone.timestamps,
        ["INDETERMINATE/CRYPTO_CONSTRAINTS_FAILURE_NO_POE"]
    );
    // The signer was revoked between the time-stamp and the seal.
    let sealed_at = |made| {
        let listed = day(2012, 7, 1);
        let evidence = [
            world.root.list(listed, |_| {}),
            world.issuer.list(listed, |draft| {
                draft.entries = vec![entry(&world.leaf, date(2012), 1)];
            }),
        ];
        let sealed = Sealed {
            world: &world,
            authority: &authority,
            document: signed.clone(),
            made,
        };
        sealed.check(&evidence, &[])
    };
    assert_eq!(sealed_at(day(2012, 7, 15)), "PASSED");
    assert_eq!(sealed_at(day(2012, 9, 1)), "INDETERMINATE/REVOKED_NO_POE");
}

/// A broken time-stamp beside a good one: the chain of proofs is not to be trusted.
#[test]
fn poe_broken_chain() {
    let world = World::new();
    let authority = tsa(&world.root);
    let two = document(&world.leaf, &[&world.issuer], |value| {
        vec![
            token(&authority, value, stamped_at()),
            token(&authority, b"something else", day(2025, 4, 1)),
        ]
    });
    let outcome = judge(&world, &two, &[], now());
    assert_eq!(outcome.timestamps, ["PASSED", "FAILED/HASH_FAILURE"]);
    assert_eq!(outcome.signature, "INDETERMINATE/SIG_CONSTRAINTS_FAILURE");
}

/// What an envelope proves when all certificates in it have ended (EN 319 102-1, 5.6.2.2).
struct Sealed<'a> {
    world: &'a World,
    authority: &'a Identity,
    document: Document,
    made: UnixTime,
}

impl Sealed<'_> {
    /// Sealed in 2026 with `evidence` and checked in 2035 with `later` evidence.
    fn check(&self, evidence: &[Bytes], later: &[Bytes]) -> String {
        let (trust, policy) = (self.world.trust(), self.world.strict());
        let validator = Validator::new(&trust, &policy);
        let mut all = Evidence::from(&self.document);
        evidence.iter().for_each(|bytes| all.add(bytes.clone()));
        let report = validator.validate(&self.document, &all, self.made);
        let content = SealedContent {
            document: &self.document,
            name: "agreement.p7m",
            detached_name: None,
            diary_number: None,
            evidence: &all,
            validator: &validator,
            report: &report,
            full_report: None,
        };
        let pending = archive::prepare(&content, DigestAlgorithm::Sha256).unwrap();
        let request = pending.request(1);
        let answer = token_with(self.authority, b"", self.made, |draft| {
            draft.imprint = request.imprint.clone();
            draft.nonce = Some(request.nonce);
        });
        let answer = TimestampToken::read(&Bytes::from(answer), &Limits::default()).unwrap();
        let envelope = Bytes::from(pending.complete(&answer).unwrap());
        let mut more = Evidence::default().with(self.status_of_authority());
        later.iter().for_each(|bytes| more.add(bytes.clone()));
        let report = archive::check(&envelope, &validator, &more, date(2035)).unwrap();
        report.signatures[0].conclusion.indication.to_string()
    }

    /// The authority that seals is itself good in 2035.
    fn status_of_authority(&self) -> Bytes {
        let root = &self.world.root;
        let single = support::pki::SingleDraft::good(self.authority, root, date(2035));
        root.response(date(2035), vec![single])
    }
}

#[test]
fn poe_sliding() {
    let world = World::new();
    let authority = tsa(&world.root);
    let sealed = Sealed {
        world: &world,
        authority: &authority,
        document: document(&world.leaf, &[&world.issuer], |_| Vec::new()),
        made: date(2026),
    };
    let made = day(2025, 12, 1);
    let (of_issuer, of_leaf) = (
        world.root.list(made, |_| {}),
        world.issuer.list(made, |_| {}),
    );
    let both = [of_issuer.clone(), of_leaf.clone()];
    assert_eq!(sealed.check(&both, &[]), "PASSED");
    // Revocation data that came only later proves nothing where its signer has ended since; the
    // root has not.
    assert_ne!(sealed.check(&both[..1], &both[1..]), "PASSED");
    assert_eq!(sealed.check(&both[1..], &both[..1]), "PASSED");
    // No more does a revocation after the signature, which says that until then all was well: whoever
    // has the key of an issuer that has ended could write it.
    for revoked in [date(2027), date(2034)] {
        let made_up = world.issuer.list(made, |draft| {
            draft.entries = vec![entry(&world.leaf, revoked, 1)];
        });
        assert_ne!(sealed.check(&both[..1], &[made_up]), "PASSED");
    }
    // An intermediate that was revoked after the seal, or before it, as is known later.
    let revoked = |at| {
        world.root.list(date(2028), |draft| {
            draft.entries = vec![entry(&world.issuer, at, 1)]
        })
    };
    assert_eq!(sealed.check(&both, &[revoked(date(2027))]), "PASSED");
    let before = sealed.check(&both, &[revoked(day(2025, 12, 15))]);
    assert_eq!(before, "INDETERMINATE/REVOKED_CA_NO_POE");
    // The same for the signer.
    let revoked = |at| {
        world.issuer.list(date(2028), |draft| {
            draft.entries = vec![entry(&world.leaf, at, 1)]
        })
    };
    assert_eq!(sealed.check(&both, &[revoked(date(2027))]), "PASSED");
    let before = sealed.check(&both, &[revoked(day(2025, 12, 15))]);
    assert_eq!(before, "INDETERMINATE/REVOKED_NO_POE");
    // An intermediate of which there is no proof that it existed.
    let without = Sealed {
        document: document(&world.leaf, &[], |_| Vec::new()),
        ..sealed
    };
    assert_ne!(without.check(&both, &[world.issuer.der()]), "PASSED");
}

/// A responder that was revoked after it had answered is believed as far as there is proof that
/// it had.
#[test]
fn poe_of_a_revoked_responder() {
    let world = World::new();
    let delegate = world.issuer.issue("Responder", |draft| {
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false)];
    });
    let authority = tsa(&world.root);
    let sealed = Sealed {
        world: &world,
        authority: &authority,
        document: document(&world.leaf, &[&world.issuer], |_| Vec::new()),
        made: date(2026),
    };
    let made = day(2025, 12, 30);
    let of_issuer = world.root.list(made, |_| {});
    let single =
        |certificate, time| support::pki::SingleDraft::good(certificate, &world.issuer, time);
    let of_leaf = delegate.response(made, vec![single(&world.leaf, made)]);
    let of_delegate = world.issuer.response(made, vec![single(&delegate, made)]);
    let evidence = [of_issuer, of_leaf, of_delegate];
    assert_eq!(sealed.check(&evidence, &[]), "PASSED");
    let revoked = |at| {
        let status = support::pki::Status::Revoked(at, 1);
        let single = single(&delegate, date(2028)).saying(status);
        world.issuer.response(date(2028), vec![single])
    };
    assert_eq!(sealed.check(&evidence, &[revoked(date(2027))]), "PASSED");
    // Revoked between what it answered and the proof of it: anybody could have made it up.
    assert_ne!(
        sealed.check(&evidence, &[revoked(day(2025, 12, 31))]),
        "PASSED"
    );
}
