//! The certificate chains of BoringSSL's `pki`: one `.test` file each.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/divergences.rs"]
mod divergences;

use divergences::{ACCEPTED, REFUSED, Tally, corpus, objections};
use sigill::asn1::Oid;
use sigill::crypto::{DigestAlgorithm, End, SignatureAlgorithm, Verification, verify};
use sigill::policy::{
    AnchorConstraints, AnchorValidity, CertificateProfile, KeyPurposeStatement, PathConstraints,
};
use sigill::x509::Certificate;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn agrees_with_boringssl_on_chains() {
    let Some(folder) = corpus("x509/boringssl_verify_certificate_chain") else {
        return;
    };
    let mut tally = Tally::new("boringssl-chains");
    for file in test_files(&folder) {
        let name = file.strip_prefix(&folder).unwrap().to_str().unwrap();
        let case = Case::read(&file);
        let (actual, detail) = case.validate();
        let expected = match case.is_valid {
            true => accepted_for(&case, case.policies.as_ref()),
            false => REFUSED.to_owned(),
        };
        tally.judge(name, &expected, &actual, &detail);
    }
    tally.finish(135, 95);
}

fn test_files(folder: &Path) -> Vec<PathBuf> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let list = fs::read_dir(folder).unwrap();
        list.map(|entry| entry.unwrap().path()).collect()
    };
    let folders = entries(folder).into_iter().filter(|path| path.is_dir());
    let mut files: Vec<PathBuf> = folders.flat_map(|folder| entries(&folder)).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "test")
    });
    files.sort();
    files
}

struct Case {
    /// From the target to the last certificate, which may be trusted.
    chain: Vec<Bytes>,
    time: UnixTime,
    key_purpose: String,
    last_trust: String,
    strong_digests: bool,
    is_valid: bool,
    policies: Option<BTreeSet<String>>,
}

impl Case {
    fn read(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap();
        let (fields, errors) = text.split_once("expected_errors:").unwrap();
        let fields: BTreeMap<&str, &str> = fields
            .lines()
            .filter_map(|line| line.split_once(": "))
            .collect();
        let chain = fs::read(file.with_file_name(fields["chain"])).unwrap();
        Case {
            chain: x509_parser::pem::Pem::iter_from_buffer(&chain)
                .map(|pem| Bytes::from(pem.unwrap().contents))
                .collect(),
            time: time(fields["utc_time"]),
            key_purpose: fields["key_purpose"].to_owned(),
            last_trust: fields["last_cert_trust"].to_owned(),
            strong_digests: fields.get("digest_policy") == Some(&"STRONG"),
            is_valid: !errors.contains("ERROR: "),
            policies: fields
                .get("expected_user_constrained_policy_set")
                .map(|list| list.split(',').map(|oid| oid.trim().to_owned()).collect()),
        }
    }

    fn validate(&self) -> (String, String) {
        let mut trust = TrustAnchors::none();
        if let (true, Some(last)) = (self.is_trusted(), self.chain.last())
            && let Err(error) = trust.add(last.clone())
        {
            return (REFUSED.to_owned(), error.to_string());
        }
        let mut evidence = Evidence::default();
        for certificate in &self.chain {
            evidence.add(certificate.clone());
        }
        let target = match Certificate::read(&self.chain[0]) {
            Ok(target) => target,
            Err(error) => return (REFUSED.to_owned(), error.to_string()),
        };
        let policy = self.policy();
        let report = Validator::new(&trust, &policy).validate_certificate(
            &target,
            &evidence,
            &self.constraints(),
            self.time,
        );
        let actual = if report.conclusion.indication.is_passed() {
            let policies = report.user_constrained_policies.iter();
            accepted_for(self, Some(&policies.map(Oid::to_string).collect()))
        } else {
            REFUSED.to_owned()
        };
        (actual, objections(&report.conclusion))
    }

    /// BoringSSL says of each certificate what it is trusted for; with sigill the caller sees to
    /// it, who trusts it or not.
    fn is_trusted(&self) -> bool {
        let is_alone = self.chain.len() == 1;
        match self.last_trust.as_str() {
            "TRUSTED_ANCHOR_OR_LEAF" => true,
            "TRUSTED_LEAF" => is_alone,
            "TRUSTED_LEAF_REQUIRE_SELF_SIGNED" => is_alone && is_self_signed(&self.chain[0]),
            anchor => anchor.starts_with("TRUSTED_ANCHOR") && !is_alone,
        }
    }

    fn constraints(&self) -> PathConstraints {
        let option = |name: &str| self.last_trust.contains(name);
        let key_purposes: &[&str] = match self.key_purpose.as_str() {
            "ANY_EKU" => &[],
            "MLS_CLIENT_AUTH" => &["2.23.146.2.1.3"],
            "C2PA_TIMESTAMPING" => &["1.3.6.1.5.5.7.3.8"],
            "C2PA_MANIFEST" => &["1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.36"],
            client if client.starts_with("CLIENT_AUTH") => &["1.3.6.1.5.5.7.3.2"],
            server if server.starts_with("SERVER_AUTH") => &["1.3.6.1.5.5.7.3.1"],
            other => panic!("{other}"),
        };
        PathConstraints {
            key_purposes: key_purposes
                .iter()
                .map(|purpose| Oid::from_dotted(purpose).unwrap())
                .collect(),
            key_purpose_statement: match self.key_purpose.as_str() {
                "SERVER_AUTH_STRICT" | "CLIENT_AUTH_STRICT" => {
                    KeyPurposeStatement::RequiredThroughout
                }
                word if ["STRICT", "MLS", "C2PA"]
                    .iter()
                    .any(|part| word.contains(part)) =>
                {
                    KeyPurposeStatement::Required
                }
                _ => KeyPurposeStatement::Optional,
            },
            anchor: match option("CONSTRAINTS") {
                true => AnchorConstraints::All,
                false => AnchorConstraints::None,
            },
            anchor_validity: match option("EXPIRATION") {
                true => AnchorValidity::Judged,
                false => AnchorValidity::Ignored,
            },
            certificate_profile: match option("CONSTRAINTS_REQUIRE_BASIC_CONSTRAINTS") {
                true => CertificateProfile::Strict,
                false => CertificateProfile::Lenient,
            },
            ..PathConstraints::default()
        }
    }

    /// The suite takes SHA-1 where it does not say otherwise.
    fn policy(&self) -> Policy {
        let mut policy = Policy::default();
        for row in &mut policy.suite.digests {
            if row.digest == DigestAlgorithm::Sha1 && !self.strong_digests {
                row.end = End::Never;
            }
        }
        policy
    }
}

fn is_self_signed(certificate: &Bytes) -> bool {
    let certificate = Certificate::read(certificate).unwrap();
    let algorithm = SignatureAlgorithm::identify(&certificate.signature_algorithm, None).unwrap();
    let key = &certificate.public_key;
    certificate.is_self_issued()
        && verify(key, &algorithm, certificate.tbs(), &certificate.signature) == Verification::Valid
}

/// Policies count where the case states them.
fn accepted_for(case: &Case, policies: Option<&BTreeSet<String>>) -> String {
    match policies {
        Some(policies) if case.policies.is_some() => {
            let listed: Vec<&str> = policies.iter().map(String::as_str).collect();
            format!("{ACCEPTED} {}", listed.join(" "))
        }
        _ => ACCEPTED.to_owned(),
    }
}

/// `yymmddhhmmssZ` of this century.
fn time(text: &str) -> UnixTime {
    let text = match text {
        "DEFAULT" => "211005120000Z",
        stated => stated,
    };
    let part = |at: usize| &text[at..at + 2];
    let iso = format!(
        "20{}-{}-{}T{}:{}:{}Z",
        part(0),
        part(2),
        part(4),
        part(6),
        part(8),
        part(10)
    );
    UnixTime::from_rfc3339(&iso).unwrap()
}
