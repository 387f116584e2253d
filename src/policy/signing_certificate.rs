//! What the certificates of signers must say (EN 319 102-1, 5.1.4.2: constraints on certificates
//! and their metadata).

use super::Enforcement;
use crate::asn1::{Oid, oid};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Constraints on the signing certificate alone, besides what its path must keep to.
///
/// ```
/// use sigill::Policy;
/// use sigill::policy::CertificateStatement;
/// let text = "[signing_certificate]\nrequired = [\"qc-compliance\"]\n\
///             accepted = { organization-identifier = [\"NTRSE-2021006883\"] }";
/// let constraints = Policy::from_toml(text).unwrap().signing_certificate;
/// assert_eq!(constraints.required, [CertificateStatement::QcCompliance]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SigningCertificateConstraints {
    /// What becomes of a certificate that lacks what is asked for here.
    pub unmet: Enforcement,
    /// What every signing certificate must state or be.
    pub required: Vec<CertificateStatement>,
    /// Key usages of which the certificate must state one; none asked for where this is empty.
    pub key_usage: Vec<SigningKeyUsage>,
    /// Extensions, in dotted decimals, that no signing certificate may have.
    pub forbidden_extensions: Vec<String>,
    /// The values of an attribute of the subject of which it must have one; `*` is any value.
    pub accepted: BTreeMap<SubjectAttribute, Vec<String>>,
}

impl Default for SigningCertificateConstraints {
    fn default() -> Self {
        SigningCertificateConstraints {
            unmet: Enforcement::Fail,
            required: Vec::new(),
            key_usage: Vec::new(),
            forbidden_extensions: vec![oid::OCSP_NO_CHECK.to_string()],
            accepted: BTreeMap::new(),
        }
    }
}

impl CertificateStatement {
    /// Its name in policy files and reports.
    pub fn name(self) -> &'static str {
        match self {
            CertificateStatement::NotSelfSigned => "not-self-signed",
            CertificateStatement::AuthorityInformationAccess => "authority-information-access",
            CertificateStatement::QcCompliance => "qc-compliance",
            CertificateStatement::QcSscd => "qc-sscd",
            CertificateStatement::QcTypeEsign => "qc-type-esign",
            CertificateStatement::QcTypeEseal => "qc-type-eseal",
            CertificateStatement::NaturalPersonSemantics => "natural-person-semantics",
            CertificateStatement::LegalPersonSemantics => "legal-person-semantics",
        }
    }
}

/// A key usage that signers may be asked for (RFC 5280, 4.2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigningKeyUsage {
    /// digitalSignature.
    DigitalSignature,
    /// nonRepudiation, which X.509 calls contentCommitment.
    NonRepudiation,
}

impl SigningKeyUsage {
    /// Its name in policy files and reports.
    pub fn name(self) -> &'static str {
        match self {
            SigningKeyUsage::DigitalSignature => "digital-signature",
            SigningKeyUsage::NonRepudiation => "non-repudiation",
        }
    }
}

/// Something that a certificate states, or is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateStatement {
    /// It is issued by another than itself.
    NotSelfSigned,
    /// Where its issuer's certificate and OCSP responder are (RFC 5280, 4.2.2.1).
    AuthorityInformationAccess,
    /// It is qualified (EN 319 412-5, 4.2.1).
    QcCompliance,
    /// Its key is in a qualified signature creation device (EN 319 412-5, 4.2.2).
    QcSscd,
    /// It is for electronic signatures (EN 319 412-5, 4.2.3).
    QcTypeEsign,
    /// It is for electronic seals (EN 319 412-5, 4.2.3).
    QcTypeEseal,
    /// Its identifiers are those of a natural person (EN 319 412-1, 5.1.3).
    NaturalPersonSemantics,
    /// Its identifiers are those of a legal person (EN 319 412-1, 5.1.4).
    LegalPersonSemantics,
}

/// An attribute of a subject whose values can be constrained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SubjectAttribute {
    /// `commonName`.
    CommonName,
    /// `serialNumber`, which tells namesakes apart.
    SerialNumber,
    /// `organizationName`.
    OrganizationName,
    /// `organizationalUnitName`.
    OrganizationalUnitName,
    /// `organizationIdentifier`.
    OrganizationIdentifier,
    /// `countryName`.
    CountryName,
}

impl SubjectAttribute {
    /// Its object identifier.
    pub fn oid(self) -> Oid {
        match self {
            SubjectAttribute::CommonName => oid::COMMON_NAME,
            SubjectAttribute::SerialNumber => oid::SERIAL_NUMBER,
            SubjectAttribute::OrganizationName => oid::ORGANIZATION,
            SubjectAttribute::OrganizationalUnitName => oid::ORGANIZATIONAL_UNIT,
            SubjectAttribute::OrganizationIdentifier => oid::ORGANIZATION_IDENTIFIER,
            SubjectAttribute::CountryName => oid::COUNTRY,
        }
    }

    /// Its name in policy files and reports.
    pub fn name(self) -> &'static str {
        match self {
            SubjectAttribute::CommonName => "common-name",
            SubjectAttribute::SerialNumber => "serial-number",
            SubjectAttribute::OrganizationName => "organization-name",
            SubjectAttribute::OrganizationalUnitName => "organizational-unit-name",
            SubjectAttribute::OrganizationIdentifier => "organization-identifier",
            SubjectAttribute::CountryName => "country-name",
        }
    }
}
