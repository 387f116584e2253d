//! Certificates, revocation lists and OCSP responses as they stand (RFC 5280, RFC 6960).
//!
//! Reading only: what a certificate is worth is decided in
//! [`validation`](crate::validation).

mod certificate;
mod certificate_file;
mod crl;
mod extension;
mod name;
mod ocsp;
mod qc_statements;

pub use certificate::Certificate;
pub use crl::CertificateList;
pub use extension::{
    BasicConstraints, Criticality, Extensions, GeneralName, KeyUsage, NameConstraints, NameForm,
    PolicyConstraints, PolicyMapping,
};
pub(crate) use extension::{is_host_name, mailbox};
pub use name::{AttributeTypeAndValue, DistinguishedName};
pub use ocsp::{CertificateIdentifier, OcspResponse, ResponderIdentifier, SingleResponse};
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
