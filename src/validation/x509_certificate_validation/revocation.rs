//! Revocation statements (RFC 5280 §6.3, RFC 6960 §3.2) under EN 319 102-1 §5.2.6.
//!
//! Deltas, indirect lists and lists for some reasons only are not processed yet; they never
//! count as an answer.

use super::path_building::is_signed_by;
use crate::UnixTime;
use crate::asn1::{Reader, oid, tag};
use crate::crypto::{AlgorithmEnd, AlgorithmIdentifier, SignatureAlgorithm, Verification};
use crate::validation::Context;
use crate::x509::{
    Certificate, CertificateList, OcspResponse, ResponderIdentifier, RevocationStatus,
    SingleResponse,
};
use std::sync::Arc;

/// What one CRL or OCSP response says of one certificate, after its own signature was verified.
#[derive(Debug, Clone)]
pub struct RevocationStatement {
    /// SHA-256 of the certificate it is about.
    pub certificate: [u8; 32],
    /// What it says.
    pub status: RevocationStatus,
    /// The kind of object.
    pub source: RevocationSource,
    /// SHA-256 of the object.
    pub object: [u8; 32],
    /// When this was known to be right.
    pub this_update: UnixTime,
    /// When newer information is due.
    pub next_update: Option<UnixTime>,
    /// Who signed the object.
    pub signer: Arc<Certificate>,
    /// Until when the algorithm of its signature is reliable.
    pub algorithm_end: AlgorithmEnd,
}

/// Kinds of revocation data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationSource {
    /// A certificate revocation list.
    Crl,
    /// An OCSP response.
    Ocsp,
}

/// The statements about one certificate, and why others about it cannot be used.
#[derive(Debug, Clone, Default)]
pub(crate) struct Statements {
    pub usable: Vec<RevocationStatement>,
    pub unusable: Vec<String>,
}

/// What the evidence at hand says of `certificate`, issued by `issuer`, as known at `at`.
pub(crate) fn statements_about(
    context: &Context<'_>,
    certificate: &Certificate,
    issuer: &Arc<Certificate>,
    at: UnixTime,
) -> Statements {
    let mut statements = Statements::default();
    let inquiry = Inquiry {
        context,
        certificate,
        issuer,
        at,
    };
    for item in context.evidence.ocsp_responses() {
        for single in &item.object.responses {
            if single.certificate.identifies(certificate, issuer) {
                statements.take(inquiry.by_ocsp(&item.object, single));
            }
        }
    }
    for item in context.evidence.revocation_lists() {
        if item.object.issuer.matches(&certificate.issuer) {
            statements.take(inquiry.by_crl(&item.object));
        }
    }
    statements
}

impl Statements {
    fn take(&mut self, outcome: Result<RevocationStatement, String>) {
        match outcome {
            Ok(statement) => self.usable.push(statement),
            Err(reason) => self.unusable.push(reason),
        }
    }

    /// The statement that counts: a revocation if there is one, for it is final, else the
    /// newest (EN 319 102-1, 5.2.6.4).
    pub fn latest(&self) -> Option<&RevocationStatement> {
        self.usable.iter().max_by_key(|statement| {
            let final_word = matches!(
                statement.status,
                RevocationStatus::Revoked { reason, .. } if reason != Some(CERTIFICATE_HOLD)
            );
            (final_word, statement.this_update)
        })
    }
}

/// CRLReason certificateHold (RFC 5280, 5.3.1).
pub(crate) const CERTIFICATE_HOLD: u8 = 6;

struct Inquiry<'a> {
    context: &'a Context<'a>,
    certificate: &'a Certificate,
    issuer: &'a Arc<Certificate>,
    at: UnixTime,
}

impl Inquiry<'_> {
    fn by_ocsp(
        &self,
        response: &OcspResponse,
        single: &SingleResponse,
    ) -> Result<RevocationStatement, String> {
        let name = format!("OCSP response {}", crate::hex(response.sha256()));
        if single.status == RevocationStatus::Unknown {
            return Err(format!(
                "{name}: the responder does not know the certificate"
            ));
        }
        if single.unknown_critical {
            return Err(format!(
                "{name}: a critical extension that is not understood"
            ));
        }
        self.check_times(single.this_update, single.next_update, single.status)
            .map_err(|problem| format!("{name}: {problem}"))?;
        if response.produced_at > self.at {
            return Err(format!("{name}: made after the time of validation"));
        }
        let signer = self
            .responder(response)
            .ok_or_else(|| format!("{name}: not signed by an authorised responder"))?;
        Ok(RevocationStatement {
            certificate: *self.certificate.sha256(),
            status: single.status,
            source: RevocationSource::Ocsp,
            object: *response.sha256(),
            this_update: single.this_update,
            next_update: single.next_update,
            algorithm_end: self.algorithm_end(&response.signature_algorithm, &signer),
            signer,
        })
    }

    /// The issuer itself, or a delegate with a certificate of the issuer for this purpose that
    /// was valid when the response was made (RFC 6960, 4.2.2.2).
    fn responder(&self, response: &OcspResponse) -> Option<Arc<Certificate>> {
        if response.is_signed_in_the_name_of(self.issuer)
            && self.verifies(
                &response.signature_algorithm,
                response.tbs(),
                &response.signature,
                self.issuer,
            )
        {
            return Some(self.issuer.clone());
        }
        let named: Vec<&Arc<Certificate>> = match &response.responder {
            ResponderIdentifier::Name(name) => {
                self.context.evidence.certificates_of(name).collect()
            }
            ResponderIdentifier::KeyHash(_) => self
                .context
                .evidence
                .certificates()
                .iter()
                .map(|item| &item.object)
                .filter(|certificate| response.is_signed_in_the_name_of(certificate))
                .collect(),
        };
        named
            .into_iter()
            .find(|delegate| {
                delegate.issuer.matches(&self.issuer.subject)
                    && delegate
                        .extensions
                        .has_purpose(&oid::KEY_PURPOSE_OCSP_SIGNING)
                    && delegate.extensions.unknown_critical.is_empty()
                    && delegate.is_valid_at(response.produced_at)
                    && is_signed_by(self.context, delegate, self.issuer)
                    && !self.is_revoked_delegate(delegate, response.produced_at)
                    && self.verifies(
                        &response.signature_algorithm,
                        response.tbs(),
                        &response.signature,
                        delegate,
                    )
            })
            .cloned()
    }

    /// A delegate is believed unless it is known to have been revoked; `ocsp-nocheck` exempts
    /// it (RFC 6960, 4.2.2.2.1).
    fn is_revoked_delegate(&self, delegate: &Arc<Certificate>, produced_at: UnixTime) -> bool {
        if delegate.extensions.ocsp_no_check {
            return false;
        }
        let inquiry = Inquiry {
            context: self.context,
            certificate: delegate,
            issuer: self.issuer,
            at: self.at,
        };
        self.context
            .evidence
            .revocation_lists()
            .iter()
            .filter(|item| item.object.issuer.matches(&delegate.issuer))
            .filter_map(|item| inquiry.by_crl(&item.object).ok())
            .any(|statement| match statement.status {
                RevocationStatus::Revoked { at, .. } => at <= produced_at,
                _ => false,
            })
    }

    fn by_crl(&self, list: &CertificateList) -> Result<RevocationStatement, String> {
        let name = format!("CRL {}", crate::hex(list.sha256()));
        if list.is_delta || !list.unknown_critical.is_empty() {
            return Err(format!(
                "{name}: a delta or a critical extension that is not understood"
            ));
        }
        if let Some(point) = &list.issuing_distribution_point {
            self.check_scope(point)
                .map_err(|problem| format!("{name}: {problem}"))?;
        }
        let signer = self
            .crl_signer(list)
            .ok_or_else(|| format!("{name}: not signed by the issuer of the certificate"))?;
        let status = list
            .status(&self.certificate.serial)
            .map_err(|error| format!("{name}: {error}"))?;
        self.check_times(list.this_update, list.next_update, status)
            .map_err(|problem| format!("{name}: {problem}"))?;
        Ok(RevocationStatement {
            certificate: *self.certificate.sha256(),
            status,
            source: RevocationSource::Crl,
            object: *list.sha256(),
            this_update: list.this_update,
            next_update: list.next_update,
            algorithm_end: self.algorithm_end(&list.signature_algorithm, &signer),
            signer,
        })
    }

    fn crl_signer(&self, list: &CertificateList) -> Option<Arc<Certificate>> {
        let may_sign = self
            .issuer
            .extensions
            .key_usage
            .is_none_or(|usage| usage.crl_sign());
        (may_sign
            && self.verifies(
                &list.signature_algorithm,
                list.tbs(),
                &list.signature,
                self.issuer,
            ))
        .then(|| self.issuer.clone())
    }

    /// `IssuingDistributionPoint` (RFC 5280, 5.2.5): whether the list is about this certificate.
    fn check_scope(&self, point: &[u8]) -> Result<(), &'static str> {
        let scope = read_scope(point).map_err(|_| "an unreadable scope")?;
        let is_ca = self
            .certificate
            .extensions
            .basic_constraints
            .is_some_and(|constraints| constraints.ca);
        if scope.indirect || scope.some_reasons || scope.attribute_certificates {
            return Err("a scope that is not processed");
        }
        if (scope.users && is_ca) || (scope.authorities && !is_ca) {
            return Err("about other kinds of certificates");
        }
        let urls = &self.certificate.extensions.crl_urls;
        if scope.has_name && !scope.urls.iter().any(|url| urls.contains(url)) {
            return Err("about certificates of another distribution point");
        }
        Ok(())
    }

    fn check_times(
        &self,
        this_update: UnixTime,
        next_update: Option<UnixTime>,
        status: RevocationStatus,
    ) -> Result<(), &'static str> {
        if this_update > self.at {
            return Err("made after the time of validation");
        }
        if next_update.is_some_and(|next| next < this_update) {
            return Err("nextUpdate before thisUpdate");
        }
        if this_update < self.certificate.not_before {
            return Err("older than the certificate");
        }
        // Issuers may drop certificates from lists once they have ended (RFC 5280, 3.3), and
        // expiredCertsOnCRL and archiveCutOff are not processed yet: after that, "not revoked"
        // says nothing, while a revocation still does.
        let is_revocation = matches!(status, RevocationStatus::Revoked { .. });
        if this_update > self.certificate.not_after && !is_revocation {
            return Err("made after the certificate had ended");
        }
        Ok(())
    }

    fn verifies(
        &self,
        algorithm: &AlgorithmIdentifier,
        signed: &[u8],
        signature: &[u8],
        signer: &Certificate,
    ) -> bool {
        SignatureAlgorithm::identify(algorithm, None).is_some_and(|algorithm| {
            self.context
                .verifications
                .verify(&signer.public_key, &algorithm, signed, signature)
                == Verification::Valid
        })
    }

    fn algorithm_end(&self, algorithm: &AlgorithmIdentifier, signer: &Certificate) -> AlgorithmEnd {
        let suite = &self.context.policy.suite;
        suite.identified_end(algorithm, None, &signer.public_key)
    }
}

#[derive(Default)]
struct Scope {
    has_name: bool,
    urls: Vec<String>,
    users: bool,
    authorities: bool,
    some_reasons: bool,
    indirect: bool,
    attribute_certificates: bool,
}

fn read_scope(point: &[u8]) -> Result<Scope, crate::Error> {
    let mut scope = Scope::default();
    let mut fields = Reader::new(point, "IssuingDistributionPoint").sequence()?;
    while !fields.is_empty() {
        let field = fields.element()?;
        let set = field.content.first().is_some_and(|value| *value != 0);
        match field.tag {
            0xa0 => {
                scope.has_name = true;
                let mut name = field.reader();
                while let Some(mut full_name) = name.explicit(0)? {
                    while !full_name.is_empty() {
                        let general_name = full_name.element()?;
                        if general_name.tag == tag::context(6) {
                            scope
                                .urls
                                .push(String::from_utf8_lossy(general_name.content).into_owned());
                        }
                    }
                }
            }
            0x81 => scope.users = set,
            0x82 => scope.authorities = set,
            0x83 => scope.some_reasons = true,
            0x84 => scope.indirect = set,
            0x85 => scope.attribute_certificates = set,
            _ => return Err(fields.error("an unknown field")),
        }
    }
    Ok(scope)
}
