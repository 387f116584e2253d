//! A root, an authority and a certificate, and what evidence says of it.

use super::pki::{AUTHORITY, Identity, SingleDraft, authority, date, key_usage};
use sigill::policy::{Enforcement, PathConstraints};
use sigill::validation::Statements;
use sigill::x509::RevocationStatus;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator};

pub struct World {
    pub root: Identity,
    pub issuer: Identity,
    pub leaf: Identity,
}

impl World {
    pub fn new() -> Self {
        Self::with_leaf(|issuer| issuer.issue("Leaf", |_| {}))
    }

    pub fn with_leaf(leaf: impl FnOnce(&Identity) -> Identity) -> Self {
        let root = Identity::root("Root");
        let issuer = root.authority("Issuer");
        let leaf = leaf(&issuer);
        World { root, issuer, leaf }
    }

    /// Valid from 2000 on.
    pub fn of_the_past() -> Self {
        let root = Identity::root("Root");
        let issuer = root.issue("Issuer", |draft| {
            draft.not_before = date(2000);
            draft.extensions = vec![authority(), key_usage(AUTHORITY)];
        });
        let leaf = issuer.issue("Leaf", |draft| draft.not_before = date(2000));
        World { root, issuer, leaf }
    }

    pub fn trust(&self) -> TrustAnchors {
        let mut trust = TrustAnchors::none();
        trust.add(self.root.der()).unwrap();
        trust
    }

    /// Revocation data must be there.
    pub fn strict(&self) -> Policy {
        Policy {
            revocation_data_missing: Enforcement::Fail,
            ..Policy::default()
        }
    }

    /// What is said of the leaf.
    pub fn told(&self, evidence: &[Bytes], at: UnixTime) -> &'static str {
        status(&self.statements(&self.leaf, &self.issuer, evidence, at))
    }

    pub fn statements(
        &self,
        certificate: &Identity,
        issuer: &Identity,
        evidence: &[Bytes],
        at: UnixTime,
    ) -> Statements {
        let (trust, policy) = (self.trust(), Policy::default());
        let validator = Validator::new(&trust, &policy);
        let evidence = self.evidence(evidence);
        validator.revocation_statements(
            &certificate.certificate,
            &issuer.certificate,
            &evidence,
            at,
        )
    }

    /// How the leaf is judged, its issuer being known not to be revoked.
    pub fn validated(&self, evidence: &[Bytes], at: UnixTime, policy: &Policy) -> String {
        let trust = self.trust();
        let validator = Validator::new(&trust, policy);
        let mut evidence = self.evidence(evidence);
        let single = SingleDraft::good(&self.issuer, &self.root, at);
        evidence.add(self.root.response(at, vec![single]));
        let constraints = PathConstraints::default();
        let leaf = &self.leaf.certificate;
        let report = validator.validate_certificate(leaf, &evidence, &constraints, at);
        report.conclusion.indication.to_string()
    }

    fn evidence(&self, evidence: &[Bytes]) -> Evidence {
        let mut all = Evidence::default().with(self.issuer.der());
        evidence.iter().for_each(|bytes| all.add(bytes.clone()));
        all
    }
}

/// One word for what the statement that counts says.
pub fn status(statements: &Statements) -> &'static str {
    match statements.latest().map(|statement| statement.status) {
        None | Some(RevocationStatus::Unknown) => "unusable",
        Some(RevocationStatus::Good) => "good",
        Some(RevocationStatus::Revoked {
            reason: Some(6), ..
        }) => "on hold",
        Some(RevocationStatus::Revoked { .. }) => "revoked",
    }
}
