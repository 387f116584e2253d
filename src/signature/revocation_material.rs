//! Whether a signature carries revocation data for its whole path (EN 319 122-1, 6.3: what B-LT
//! requires), by name alone: whether it is good is for validation to say.

use super::Embedded;
use crate::cms::SignerIdentifier;
use crate::limits::Limits;
use crate::x509::{Certificate, CertificateList, Objects, OcspResponse};
use std::sync::Arc;

/// Certificates and revocation data that stand together, as far as they can be read.
pub(super) struct Material {
    certificates: Vec<Arc<Certificate>>,
    lists: Vec<Arc<CertificateList>>,
    responses: Vec<Arc<OcspResponse>>,
    carries_revocation: bool,
}

impl Material {
    pub(super) fn of(embedded: &Embedded, objects: &Objects) -> Self {
        let certificates = embedded.certificates.iter();
        let lists = embedded.revocation_lists.iter();
        let responses = embedded.ocsp_responses.iter();
        Material {
            certificates: certificates
                .filter_map(|bytes| objects.certificate(bytes).ok())
                .collect(),
            lists: lists
                .filter_map(|bytes| objects.revocation_list(bytes).ok())
                .collect(),
            responses: responses
                .filter_map(|bytes| objects.ocsp_response(bytes).ok())
                .collect(),
            carries_revocation: embedded.carries_revocation(),
        }
    }

    /// Whether there is any revocation data, readable or not.
    pub(super) fn carries_revocation(&self) -> bool {
        self.carries_revocation
    }
}

/// Whether `all` together have something to say of the signer's certificate and every certificate
/// above it that stands beside it, but the topmost, which may be the anchor.
pub(super) fn is_complete(
    identifier: &SignerIdentifier,
    all: &[&Material],
    limits: &Limits,
) -> bool {
    let find = |is_it: &dyn Fn(&Certificate) -> bool| {
        let mut certificates = all.iter().flat_map(|material| &material.certificates);
        certificates.find(|certificate| is_it(certificate))
    };
    let Some(mut certificate) = find(&|certificate| identifier.names(certificate)) else {
        // Nothing to compare with: what is there counts.
        return true;
    };
    for above_the_signer in 0..limits.path_length {
        let issuer = find(&|candidate| candidate.subject.matches(&certificate.issuer));
        // Trusted lists name issuing authorities, so that paths end there (EN 319 102-1, 5.1.4).
        if certificate.is_self_issued() || above_the_signer > 0 && issuer.is_none() {
            return true;
        }
        if !certificate.extensions.no_revocation_available
            && !speak_of(all, certificate, issuer.map(Arc::as_ref))
        {
            return false;
        }
        match issuer {
            Some(issuer) => certificate = issuer,
            None => return true,
        }
    }
    true
}

fn speak_of(all: &[&Material], certificate: &Certificate, issuer: Option<&Certificate>) -> bool {
    let mut lists = all.iter().flat_map(|material| &material.lists);
    let responses = all.iter().flat_map(|material| &material.responses);
    let mut answers = responses.flat_map(|response| &response.responses);
    lists.any(|list| list.issuer.matches(&certificate.issuer))
        || answers.any(|single| match issuer {
            Some(issuer) => single.certificate.identifies(certificate, issuer),
            None => single.certificate.serial == certificate.serial,
        })
}
