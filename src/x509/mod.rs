//! Certificates, revocation lists and OCSP responses as they stand (RFC 5280, RFC 6960).
//!
//! Reading only: what a certificate is worth is decided in
//! [`validation`](crate::validation).

mod attribute_certificate;
mod certificate;
mod certificate_file;
mod crl;
mod distribution_point;
mod extension;
mod name;
mod objects;
mod ocsp;
mod qc_statements;
mod serial_number;

pub use attribute_certificate::{AttributeCertificate, Holder, HolderDigest};
pub use certificate::Certificate;
pub(crate) use crl::{CERTIFICATE_HOLD, REMOVE_FROM_CRL};
pub use crl::{CertificateList, CrlNumber, RevokedCertificate};
pub use distribution_point::{
    CoveredCertificates, CoveredIssuers, DistributionPoint, DistributionPointName,
    IssuingDistributionPoint, Reasons,
};
pub use extension::{
    BasicConstraints, Criticality, Extensions, GeneralName, KeyUsage, NameConstraints, NameForm,
    PolicyConstraints, PolicyMapping,
};
pub(crate) use extension::{is_host_name, mailbox};
pub use name::{AttributeTypeAndValue, DistinguishedName};
pub use objects::Objects;
pub use ocsp::{
    CertificateHash, CertificateIdentifier, OcspResponse, ResponderIdentifier, SingleResponse,
    ocsp_request,
};
pub use qc_statements::QcStatements;

use crate::UnixTime;

/// What a CRL entry or an OCSP response says of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RevocationStatus {
    /// Not revoked.
    Good,
    /// Revoked since this time, with the CRLReason number where one is given (RFC 5280, 5.3.1).
    Revoked {
        /// When the revocation took effect.
        at: UnixTime,
        /// The CRLReason, such as 1 for keyCompromise and 6 for certificateHold.
        reason: Option<u8>,
    },
    /// The responder does not know the certificate.
    Unknown,
}
