//! Whether a signature carries revocation data for its whole path (EN 319 122-1, 6.3: what B-LT
//! requires), by name alone: whether it is good is for validation to say.

use super::Embedded;
use crate::cms::SignerIdentifier;
use crate::limits::Limits;
use crate::x509::{Certificate, CertificateList, Objects, OcspResponse};
use std::sync::Arc;

/// Whether `embedded` has something to say of the signer's certificate and every certificate
/// above it that stands beside it, but the topmost, which may be the anchor.
pub(super) fn is_complete(
    identifier: &SignerIdentifier,
    embedded: &Embedded,
    limits: &Limits,
    objects: &Objects,
) -> bool {
    let lists = embedded.revocation_lists.iter();
    let responses = embedded.ocsp_responses.iter();
    let material = Material {
        certificates: embedded
            .certificates
            .iter()
            .filter_map(|bytes| objects.certificate(bytes).ok())
            .collect(),
        lists: lists
            .filter_map(|bytes| objects.revocation_list(bytes).ok())
            .collect(),
        responses: responses
            .filter_map(|bytes| objects.ocsp_response(bytes).ok())
            .collect(),
    };
    let mut certificates = material.certificates.iter();
    let Some(mut certificate) = certificates.find(|certificate| identifier.names(certificate))
    else {
        // Nothing to compare with: what is there counts.
        return true;
    };
    for above_the_signer in 0..limits.path_length {
        let issuer = material
            .certificates
            .iter()
            .find(|candidate| candidate.subject.matches(&certificate.issuer));
        // Trusted lists name issuing authorities, so that paths end there (EN 319 102-1, 5.1.4).
        if certificate.is_self_issued() || above_the_signer > 0 && issuer.is_none() {
            return true;
        }
        if !certificate.extensions.no_revocation_available
            && !material.speaks_of(certificate, issuer.map(Arc::as_ref))
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

struct Material {
    certificates: Vec<Arc<Certificate>>,
    lists: Vec<Arc<CertificateList>>,
    responses: Vec<Arc<OcspResponse>>,
}

impl Material {
    fn speaks_of(&self, certificate: &Certificate, issuer: Option<&Certificate>) -> bool {
        let by_list = self
            .lists
            .iter()
            .any(|list| list.issuer.matches(&certificate.issuer));
        by_list
            || self
                .responses
                .iter()
                .flat_map(|response| &response.responses)
                .any(|single| match issuer {
                    Some(issuer) => single.certificate.identifies(certificate, issuer),
                    None => single.certificate.serial == certificate.serial,
                })
    }
}
