//! Attributes of the signer as part of signature acceptance, EN 319 102-1 §5.2.8: whether an
//! authority stands for a role (RFC 5755, 5) or nobody but the signer.

use super::finding::{Conclusion, Status};
use super::rule::Rule;
use super::x509_certificate_validation::{self, Obstacle, ValidatedPath};
use super::{Context, Purpose, past_certificate_validation};
use crate::UnixTime;
use crate::crypto::{SignatureAlgorithm, Verification};
use crate::evidence::ProofsOfExistence;
use crate::policy::{AlgorithmConstraint, Enforcement};
use crate::signature::Signature;
use crate::x509::{AttributeCertificate, Certificate, CertificateList};
use std::sync::Arc;

/// The roles in attribute certificates.
#[derive(Debug, Clone, Default)]
pub(crate) struct CertifiedAttributes {
    /// Those for which a trusted authority stands.
    pub certified: Vec<CertifiedRole>,
    /// Those for which none is shown to stand.
    pub claimed: Vec<String>,
}

/// A role for which a trusted authority stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertifiedRole {
    /// The role in words.
    pub title: String,
    /// SHA-256 of the attribute certificate that says so.
    pub attribute_certificate: [u8; 32],
}

/// When a signature and its certificates are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    /// The earliest time at which the signature, and all that it signs, provably existed.
    pub best: UnixTime,
    pub now: UnixTime,
}

/// Judges the attribute certificates of a signature whose certificate has `path`, and notes in
/// `conclusion` what each is worth: they make no verdict.
pub(super) fn validate(
    signature: &Signature,
    path: Option<&ValidatedPath>,
    context: &Context<'_>,
    proofs: &ProofsOfExistence,
    times: Times,
    conclusion: &mut Conclusion,
) -> CertifiedAttributes {
    let mut attributes = CertifiedAttributes::default();
    let rule = Rule::SignerAttributesCertified;
    let is_proven = conclusion.indication.is_passed();
    for (index, read) in signature.attribute_certificates.iter().enumerate() {
        let read = match read {
            Ok(read) if index < ATTRIBUTE_CERTIFICATES => read,
            Ok(_) => {
                conclusion.note(rule, Status::NotChecked, "", "more than sigill judges");
                break;
            }
            Err(error) => {
                conclusion.note(rule, Status::NotChecked, "", error.to_string());
                continue;
            }
        };
        let about = format!("attribute certificate {}", crate::hex(read.sha256()));
        let roles = read.roles.iter().cloned();
        let judged = match path.filter(|_| is_proven) {
            Some(path) => Authority {
                read,
                path,
                context,
                proofs,
                times,
            }
            .vouches_for_signer(),
            None => Err("the signature itself is not proven"),
        };
        match judged {
            Ok(()) => {
                conclusion.pass(rule, &about, read.issuer.to_string());
                attributes
                    .certified
                    .extend(roles.map(|title| CertifiedRole {
                        title,
                        attribute_certificate: *read.sha256(),
                    }));
            }
            Err(problem) => {
                conclusion.note(rule, Status::Warning, &about, problem);
                attributes.claimed.extend(roles);
            }
        }
    }
    attributes
}

/// Attribute certificates of one signature that are judged, each of which may cost a path.
const ATTRIBUTE_CERTIFICATES: usize = 10;

/// Who issued an attribute certificate, to be judged.
struct Authority<'a> {
    read: &'a AttributeCertificate,
    path: &'a ValidatedPath,
    context: &'a Context<'a>,
    proofs: &'a ProofsOfExistence,
    times: Times,
}

impl Authority<'_> {
    /// RFC 5755, 5, in an order in which what costs little comes first.
    fn vouches_for_signer(&self) -> Result<(), &'static str> {
        let signer = self.path.certificates().first();
        if !signer.is_some_and(|signer| self.read.holder.is_subject_of(signer)) {
            return Err("its holder is not the signer beyond doubt");
        }
        if !self.read.is_valid_at(self.times.best) {
            return Err("it was not valid at the best signature time");
        }
        if !self.read.unknown_critical.is_empty() {
            return Err("a critical extension that sigill does not process");
        }
        let issuer = self.issuer().ok_or("no issuer at hand has signed it")?;
        if !self.may_issue(&issuer) {
            return Err("its issuer is no authority that you trust for attributes");
        }
        self.check_algorithm(&issuer)?;
        self.check_revocation(&issuer)?;
        self.check_path(&issuer)
    }

    /// A certificate of the issuer's name whose key made the signature.
    fn issuer(&self) -> Option<Arc<Certificate>> {
        if !self.read.algorithms_agree {
            return None;
        }
        let algorithm = SignatureAlgorithm::identify(&self.read.signature_algorithm, None)?;
        let anchors = self.context.trust.named(&self.read.issuer);
        let others = self.context.evidence.certificates_of(&self.read.issuer);
        let mut candidates = anchors.chain(others).take(self.context.limits.path_length);
        let signed = |candidate: &&Arc<Certificate>| {
            let (key, signature) = (&candidate.public_key, &self.read.signature);
            let verifications = self.context.verifications;
            verifications.verify(key, &algorithm, self.read.tbs(), signature) == Verification::Valid
        };
        candidates.find(signed).cloned()
    }

    /// RFC 5755, 5 wants authorities for attributes to be trusted as such: that a certificate is
    /// good makes nobody one. Those who vouch for the signer's own certificate may say more of
    /// its subject; others the policy names.
    fn may_issue(&self, issuer: &Certificate) -> bool {
        let mut above_the_signer = self.path.certificates().iter().skip(1);
        let is_above = above_the_signer.any(|known| {
            known.subject.matches(&issuer.subject)
                && known.public_key.spki() == issuer.public_key.spki()
        });
        is_above || self.context.policy.trusts_for_attributes(issuer.sha256())
    }

    /// The attribute certificate stands under the signature, so that it is as old. A digest that
    /// can be forged names no holder.
    fn check_algorithm(&self, issuer: &Certificate) -> Result<(), &'static str> {
        let policy = self.context.policy;
        let algorithm = &self.read.signature_algorithm;
        let end = policy
            .suite
            .identified_end(algorithm, None, &issuer.public_key);
        let of_holder = self.read.holder.digest.iter();
        let of_holder = of_holder.filter_map(|digest| digest.algorithm);
        let end = of_holder
            .map(|digest| policy.suite.digest_end(digest))
            .fold(end, Ord::min);
        match policy.reliability(&end, self.times.best) {
            AlgorithmConstraint::Met | AlgorithmConstraint::MetWithWarning(_) => Ok(()),
            AlgorithmConstraint::NotMet(_) => Err("its algorithm was no longer reliable"),
        }
    }

    /// Any list of the issuer's name that holds the serial number counts; one that the issuer has
    /// signed is asked for only where the policy insists on revocation data.
    fn check_revocation(&self, issuer: &Certificate) -> Result<(), &'static str> {
        if self.read.no_revocation_available {
            return Ok(());
        }
        let lists = self.context.evidence.revocation_lists().iter();
        let own = lists
            .map(|item| &item.object)
            .filter(|list| list.issuer.matches(&self.read.issuer));
        let is_asked_for = self.context.policy.revocation_data_missing == Enforcement::Fail;
        if is_asked_for && !own.clone().any(|list| self.would_name_it(list, issuer)) {
            return Err("no revocation data for it");
        }
        let mut entries = own.map(|list| list.entry(&self.read.serial, &self.read.issuer));
        match entries.any(|entry| !matches!(entry, Ok(None))) {
            true => Err("it is revoked, or a list cannot be read"),
            false => Ok(()),
        }
    }

    /// Whether `issuer` itself has made this list, of all that it has issued, since it issued the
    /// attribute certificate.
    fn would_name_it(&self, list: &CertificateList, issuer: &Certificate) -> bool {
        let is_of_all = list.issuing_distribution_point.is_none()
            && !list.is_delta()
            && list.unknown_critical.is_empty();
        let in_time =
            self.read.not_before <= list.this_update && list.this_update <= self.times.now;
        let (sha256, key) = (list.sha256(), &issuer.public_key);
        let algorithm = SignatureAlgorithm::identify(&list.signature_algorithm, None);
        let verifications = self.context.verifications;
        is_of_all
            && in_time
            && algorithm.is_some_and(|algorithm| {
                let (signed, signature) = (list.tbs(), &list.signature);
                verifications.verify_object(sha256, key, &algorithm, signed, signature)
                    == Verification::Valid
            })
    }

    /// The issuer's path must be good now, or be proven to have been when the signature existed.
    fn check_path(&self, issuer: &Arc<Certificate>) -> Result<(), &'static str> {
        let (context, times) = (self.context, self.times);
        let purpose = Purpose::Unspecified;
        let judged = x509_certificate_validation::validate(context, issuer, purpose, times.now);
        if judged.conclusion.indication.is_passed() {
            return Ok(());
        }
        let not_proven = "its issuer's certificate is not proven";
        let path = judged.path.as_ref().ok_or(not_proven)?;
        let cannot_heal = judged.obstacles.iter().any(|obstacle| match obstacle {
            Obstacle::Final(_) => true,
            Obstacle::Revoked { at, .. } | Obstacle::OnHold { at } => times.best >= *at,
            _ => false,
        });
        let past = past_certificate_validation::validate(path, context, self.proofs, times.now);
        match past {
            Ok(slide)
                if !cannot_heal
                    && slide.ended_revocation_issuer.is_none()
                    && times.best <= slide.control.0 =>
            {
                Ok(())
            }
            _ => Err(not_proven),
        }
    }
}
