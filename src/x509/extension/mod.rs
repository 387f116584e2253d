//! Certificate extensions (RFC 5280, 4.2).

mod certificate_policies;
mod general_name;
mod name_constraints;
mod policy_constraints;
mod policy_mappings;

pub use general_name::{GeneralName, NameForm};
pub(crate) use general_name::{is_host_name, mailbox};
pub use name_constraints::NameConstraints;
pub use policy_constraints::PolicyConstraints;
pub use policy_mappings::PolicyMapping;

use super::distribution_point::DistributionPoint;
use super::qc_statements::QcStatements;
use crate::asn1::{Oid, Reader, keep, oid, tag, text};
use crate::error::Error;
use bytes::Bytes;
use certificate_policies::CertificatePolicies;
use x509_parser::extensions::X509Extension;

/// `BasicConstraints` (RFC 5280, 4.2.1.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject is a CA.
    pub ca: bool,
    /// How many intermediate certificates may follow.
    pub path_length: Option<u64>,
}

/// `KeyUsage` (RFC 5280, 4.2.1.3); bit 0 is the highest bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature.
    pub fn digital_signature(self) -> bool {
        self.bit(0)
    }
    /// nonRepudiation, also called contentCommitment.
    pub fn non_repudiation(self) -> bool {
        self.bit(1)
    }
    /// keyCertSign.
    pub fn key_certificate_sign(self) -> bool {
        self.bit(5)
    }
    /// cRLSign.
    pub fn crl_sign(self) -> bool {
        self.bit(6)
    }

    fn bit(self, number: u16) -> bool {
        self.0 & (0x8000 >> number) != 0
    }
}

/// What the extensions of one certificate say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extensions {
    /// `BasicConstraints`.
    pub basic_constraints: Option<BasicConstraints>,
    /// `KeyUsage`.
    pub key_usage: Option<KeyUsage>,
    /// Key purposes of `ExtendedKeyUsage`, and whether it is critical.
    pub extended_key_usage: Option<(Vec<Oid>, Criticality)>,
    /// `SubjectKeyIdentifier`.
    pub subject_key_identifier: Option<Bytes>,
    /// The key identifier of `AuthorityKeyIdentifier`.
    pub authority_key_identifier: Option<Bytes>,
    /// `SubjectAltName`; empty where it is absent.
    pub alternative_names: Vec<GeneralName>,
    /// Policy identifiers of `CertificatePolicies`; empty where it is absent.
    pub policies: Vec<Oid>,
    /// URLs of OCSP responders (`AuthorityInformationAccess`).
    pub ocsp_urls: Vec<String>,
    /// URLs from which the issuer's certificate may be had.
    pub issuer_urls: Vec<String>,
    /// `CRLDistributionPoints`; empty where it is absent.
    pub crl_distribution_points: Vec<DistributionPoint>,
    /// URLs in them.
    pub crl_urls: Vec<String>,
    /// `QCStatements`.
    pub qc_statements: Option<QcStatements>,
    /// Those values in `SubjectDirectoryAttributes` that are texts, such as titles of SITHS.
    pub directory_attributes: Vec<(Oid, String)>,
    /// `id-pkix-ocsp-nocheck`: an OCSP responder that need not be checked (RFC 6960, 4.2.2.2.1).
    pub ocsp_no_check: bool,
    /// `noRevAvail`: the CA publishes no revocation data (RFC 9608).
    pub no_revocation_available: bool,
    /// `NameConstraints`.
    pub name_constraints: Option<NameConstraints>,
    /// `PolicyMappings`; empty where it is absent.
    pub policy_mappings: Vec<PolicyMapping>,
    /// `PolicyConstraints`.
    pub policy_constraints: Option<PolicyConstraints>,
    /// `InhibitAnyPolicy`: the number of certificates after which anyPolicy stands for nothing.
    pub inhibit_any_policy: Option<u64>,
    /// Contexts of RFC 7773, raw.
    pub authentication_contexts: Option<Bytes>,
    /// The LEI of the organisation for which the certificate was issued (ISO 17442-2).
    pub legal_entity_identifier: Option<String>,
    /// The role of the holder in that organisation (ISO 17442-2).
    pub legal_entity_role: Option<String>,
    /// Critical extensions that sigill does not process, or not all of: they fail closed
    /// (RFC 5280, 4.2).
    pub unknown_critical: Vec<Oid>,
    /// Extensions whose content could not be read.
    pub unreadable: Vec<Oid>,
    /// Extensions that stand there more than once, which RFC 5280, 4.2 forbids.
    pub repeated: Vec<Oid>,
    /// Every extension, read or not, with what it is marked.
    pub present: Vec<(Oid, Criticality)>,
}

/// Whether an extension is marked critical.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Criticality {
    /// It must be understood.
    Critical,
    /// It may be passed over.
    NonCritical,
}

impl Extensions {
    /// Takes in what the parser cut out of `source`.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the name of an extension is none: it could be critical.
    pub(super) fn read(list: &[X509Extension<'_>], source: &Bytes) -> Result<Self, Error> {
        let mut extensions = Extensions::default();
        for extension in list {
            let kind = Oid::from_content(extension.oid.as_bytes()).ok_or(Error::malformed(
                "Extension",
                0,
                "an identifier that is none",
            ))?;
            let criticality = if extension.critical {
                Criticality::Critical
            } else {
                Criticality::NonCritical
            };
            if extensions.criticality(&kind).is_some() {
                extensions.repeated.push(kind.clone());
            }
            let content = keep(source, extension.value);
            if extensions.take(&kind, criticality, &content).is_err() {
                extensions.unreadable.push(kind.clone());
            }
            extensions.present.push((kind, criticality));
        }
        Ok(extensions)
    }

    fn take(&mut self, kind: &Oid, criticality: Criticality, content: &Bytes) -> Result<(), Error> {
        let mut value = Reader::new(content, "Extension");
        if *kind == oid::BASIC_CONSTRAINTS {
            self.basic_constraints = Some(basic_constraints(value)?);
        } else if *kind == oid::KEY_USAGE {
            self.key_usage = Some(key_usage(value)?);
        } else if *kind == oid::EXTENDED_KEY_USAGE {
            self.extended_key_usage = Some((oid_list(value)?, criticality));
        } else if *kind == oid::SUBJECT_KEY_IDENTIFIER {
            self.subject_key_identifier = Some(keep(content, &value.string(tag::OCTET_STRING)?));
        } else if *kind == oid::AUTHORITY_KEY_IDENTIFIER {
            let identifier = value.sequence()?.optional(tag::context(0))?;
            self.authority_key_identifier = identifier.map(|key| keep(content, key.content));
        } else if *kind == oid::CERTIFICATE_POLICIES {
            let policies = CertificatePolicies::read(content)?;
            if criticality == Criticality::Critical && !policies.qualifiers_known {
                self.unknown_critical.push(kind.clone());
            }
            self.policies = policies.identifiers;
        } else if *kind == oid::AUTHORITY_INFORMATION_ACCESS {
            self.authority_information_access(value)?;
        } else if *kind == oid::CRL_DISTRIBUTION_POINTS {
            self.crl_distribution_points = DistributionPoint::read_all(content)?;
            let points = self.crl_distribution_points.iter();
            let urls = points.flat_map(DistributionPoint::urls);
            self.crl_urls = urls.map(str::to_owned).collect();
        } else if *kind == oid::QC_STATEMENTS {
            let statements = QcStatements::read(content)?;
            if criticality == Criticality::Critical && !statements.unread.is_empty() {
                self.unknown_critical.push(kind.clone());
            }
            self.qc_statements = Some(statements);
        } else if *kind == oid::SUBJECT_DIRECTORY_ATTRIBUTES {
            self.directory_attributes = directory_attributes(value)?;
        } else if *kind == oid::OCSP_NO_CHECK {
            self.ocsp_no_check = true;
        } else if *kind == oid::NO_REVOCATION_AVAILABLE {
            self.no_revocation_available = true;
        } else if *kind == oid::SUBJECT_ALTERNATIVE_NAME {
            self.alternative_names = GeneralName::read_all(content)?;
        } else if *kind == oid::NAME_CONSTRAINTS {
            self.name_constraints = Some(NameConstraints::read(content)?);
        } else if *kind == oid::POLICY_MAPPINGS {
            self.policy_mappings = PolicyMapping::read_all(content)?;
        } else if *kind == oid::POLICY_CONSTRAINTS {
            self.policy_constraints = Some(PolicyConstraints::read(content)?);
        } else if *kind == oid::INHIBIT_ANY_POLICY {
            self.inhibit_any_policy = Some(policy_constraints::inhibit_any_policy(content)?);
        } else if *kind == oid::AUTHENTICATION_CONTEXTS {
            self.authentication_contexts = Some(content.clone());
        } else if *kind == oid::LEGAL_ENTITY_IDENTIFIER {
            self.legal_entity_identifier = Some(short_text(value)?);
        } else if *kind == oid::LEGAL_ENTITY_ROLE {
            self.legal_entity_role = Some(short_text(value)?);
        } else if criticality == Criticality::Critical && *kind != oid::ISSUER_ALTERNATIVE_NAME {
            self.unknown_critical.push(kind.clone());
        }
        Ok(())
    }

    fn authority_information_access(&mut self, mut value: Reader<'_>) -> Result<(), Error> {
        let mut list = value.sequence()?;
        while !list.is_empty() {
            let mut description = list.sequence()?;
            let method = description.oid()?;
            let Some(url) = uri(&mut description)? else {
                continue;
            };
            if method == oid::ACCESS_OCSP {
                self.ocsp_urls.push(url);
            } else if method == oid::ACCESS_CA_ISSUERS {
                self.issuer_urls.push(url);
            }
        }
        Ok(())
    }

    /// Whether an extension is critical; `None` where it is absent.
    pub fn criticality(&self, kind: &Oid) -> Option<Criticality> {
        self.present
            .iter()
            .find(|(present, _)| present == kind)
            .map(|(_, criticality)| *criticality)
    }

    /// Whether the certificate may be used for this purpose and says so.
    pub fn has_purpose(&self, purpose: &Oid) -> bool {
        self.extended_key_usage
            .as_ref()
            .is_some_and(|(purposes, _)| purposes.contains(purpose))
    }
}

/// The types of character strings.
fn is_text(kind: u8) -> bool {
    matches!(
        kind,
        tag::UTF8_STRING
            | tag::NUMERIC_STRING
            | tag::PRINTABLE_STRING
            | tag::TELETEX_STRING
            | tag::IA5_STRING
            | tag::VISIBLE_STRING
            | tag::UNIVERSAL_STRING
            | tag::BMP_STRING
    )
}

fn basic_constraints(mut value: Reader<'_>) -> Result<BasicConstraints, Error> {
    let mut fields = value.sequence()?;
    let ca = match fields.peek() {
        Some(tag::BOOLEAN) => fields.boolean()?,
        _ => false,
    };
    let path_length = match fields.peek() {
        Some(tag::INTEGER) => Some(fields.small_integer()?),
        _ => None,
    };
    fields.finish()?;
    Ok(BasicConstraints { ca, path_length })
}

fn key_usage(mut value: Reader<'_>) -> Result<KeyUsage, Error> {
    let bits = value.expect(tag::BIT_STRING)?.content;
    match bits {
        [_unused, first] => Ok(KeyUsage(u16::from_be_bytes([*first, 0]))),
        [_unused, first, second, ..] => Ok(KeyUsage(u16::from_be_bytes([*first, *second]))),
        _ => Ok(KeyUsage(0)),
    }
}

fn oid_list(mut value: Reader<'_>) -> Result<Vec<Oid>, Error> {
    let mut list = value.sequence()?;
    let mut oids = Vec::new();
    while !list.is_empty() {
        oids.push(list.oid()?);
    }
    Ok(oids)
}

/// The next GeneralName if it is a uniformResourceIdentifier.
fn uri(names: &mut Reader<'_>) -> Result<Option<String>, Error> {
    let name = names.element()?;
    Ok((name.tag == tag::context(6)).then(|| text(tag::IA5_STRING, name.content)))
}

/// One PrintableString or UTF8String.
fn short_text(mut value: Reader<'_>) -> Result<String, Error> {
    let element = value.element()?;
    value.finish()?;
    match element.tag {
        tag::PRINTABLE_STRING | tag::UTF8_STRING => Ok(text(element.tag, element.content)),
        _ => Err(Error::malformed("Extension", 0, "no text")),
    }
}

fn directory_attributes(mut value: Reader<'_>) -> Result<Vec<(Oid, String)>, Error> {
    let mut texts = Vec::new();
    let mut attributes = value.sequence()?;
    while !attributes.is_empty() {
        let mut attribute = attributes.sequence()?;
        let kind = attribute.oid()?;
        let mut values = attribute.set()?;
        while !values.is_empty() {
            let value = values.element()?;
            if is_text(value.tag) {
                texts.push((kind.clone(), text(value.tag, value.content)));
            }
        }
    }
    Ok(texts)
}
