//! Reading the cases under `fixtures/cases`, and judging them.

use super::{fixture, metadata, read, registers, time};
use serde::Deserialize;
use sigill::crypto::CryptographicSuite;
use sigill::limits::Limits;
use sigill::policy::AnchorName;
use sigill::trust::{TrustedList, verify_lists};
use sigill::x509::Certificate;
use sigill::{Document, Error, Evidence, Policy, Report, TrustAnchors, UnixTime, Validator};
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// What a case is about and the circumstances that it is judged under; what has to be said of it
/// is for `tests/cases.rs`.
#[derive(Deserialize)]
pub struct Case {
    pub id: String,
    pub input: String,
    detached: Option<String>,
    #[serde(default)]
    pub trust: Vec<String>,
    pub trusted_list_signer: Option<String>,
    #[serde(default)]
    pub evidence: Vec<String>,
    #[serde(default)]
    pub registers: Vec<String>,
    policy: Option<String>,
    #[serde(default)]
    metadata: Vec<String>,
    metadata_signer: Option<String>,
    pub at: String,
}

/// The folder of each case, in the order of their names.
pub fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for family in fs::read_dir(fixture("cases")).unwrap().flatten() {
        let cases = fs::read_dir(family.path()).unwrap().flatten();
        folders.extend(cases.map(|entry| entry.path()));
    }
    folders.sort();
    folders
}

/// All cases, in the order of their folders.
pub fn all() -> Vec<Case> {
    let cases = folders().into_iter().map(|folder| {
        let text = fs::read_to_string(folder.join("case.toml")).unwrap();
        toml::from_str(&text).unwrap()
    });
    cases.collect()
}

/// The text of a case's `case.toml`.
pub fn text_of(id: &str) -> String {
    let path = fixture("cases").join(id).join("case.toml");
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Case {
    pub fn named(id: &str) -> Self {
        toml::from_str(&text_of(id)).unwrap_or_else(|error| panic!("{id}: {error}"))
    }

    pub fn bytes(&self) -> Vec<u8> {
        read(&format!("cases/{}/{}", self.id, self.input))
    }

    pub fn time(&self) -> UnixTime {
        time(&self.at)
    }

    pub fn document(&self) -> Result<Document, Error> {
        let folder = format!("cases/{}", self.id);
        let document = Document::read(self.bytes())?;
        Ok(match &self.detached {
            Some(name) => document.with_detached(read(&format!("{folder}/{name}"))),
            None => document,
        })
    }

    /// The policy that the case names, or the default policy.
    pub fn policy(&self) -> Policy {
        registers::policy(self.policy.as_ref())
    }

    pub fn anchors(&self) -> TrustAnchors {
        let mut trust = TrustAnchors::none();
        for file in &self.trust {
            match &self.trusted_list_signer {
                Some(signer) => self.add_list(&mut trust, file, signer),
                None => trust.add(read(file)).unwrap(),
            }
        }
        trust
    }

    /// A list that must not be used gives no trust.
    fn add_list(&self, trust: &mut TrustAnchors, file: &str, signer: &str) {
        let list = TrustedList::read(&read(file).into(), &Limits::default()).unwrap();
        let signer = Certificate::read_all(&read(signer).into()).remove(0);
        let (lists, signers, at) = ([list], [Arc::new(signer.unwrap())], time(&self.at));
        let found = verify_lists(&lists, &signers, &CryptographicSuite::default(), at);
        if found[0].signer.is_ok() {
            trust.add_list(&lists[0], at);
        }
    }

    /// What the document carries and what the case gives beside it.
    pub fn evidence(&self, document: &Document) -> Evidence {
        let mut evidence = Evidence::from(document);
        for file in &self.evidence {
            evidence = evidence.with(read(file));
        }
        evidence
    }

    /// The report by `policy`, also where the document cannot be read.
    pub fn judge(&self, policy: &Policy) -> Report {
        self.judge_by(policy, |validator, document, evidence, at| {
            validator.validate(document, evidence, at)
        })
    }

    /// The report by its own policy, with what [`Validator::validate_with_outlook`] adds.
    pub fn judge_with_outlook(&self) -> Report {
        self.judge_by(&self.policy(), |validator, document, evidence, at| {
            validator.validate_with_outlook(document, evidence, at)
        })
    }

    fn judge_by(
        &self,
        policy: &Policy,
        validate: impl Fn(&Validator<'_>, &Document, &Evidence, UnixTime) -> Report,
    ) -> Report {
        let (mut trust, at) = (self.anchors(), self.time());
        for ended in &policy.trust_anchors {
            if let (AnchorName::Sha256(digest), Some(until)) = (&ended.certificate, ended.until) {
                assert!(
                    trust.end_trust(digest, until),
                    "{}: no such anchor",
                    self.id
                );
            }
        }
        let mut sources = registers::sources(&self.registers, &trust, at);
        for file in &self.metadata {
            let signer = self.metadata_signer.as_ref().unwrap();
            let read = metadata::read_signed(file, signer, at).unwrap();
            sources.identity_provider_metadata.extend(read);
        }
        let validator = Validator::new(&trust, policy).with_binding_sources(sources);
        match self.document() {
            Ok(document) => validate(&validator, &document, &self.evidence(&document), at),
            Err(error) => validator.unreadable(self.bytes(), error, at),
        }
    }
}
