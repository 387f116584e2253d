//! Certificate revocation lists (RFC 5280, 5).

mod entries;

use super::distribution_point::{CoveredIssuers, IssuingDistributionPoint};
use super::name::DistinguishedName;
use crate::UnixTime;
use crate::asn1::{Oid, Reader, keep, oid, tag};
use crate::crypto::{self, AlgorithmIdentifier};
use crate::error::Error;
use bytes::Bytes;
use entries::EntryIndex;
pub use entries::RevokedCertificate;
pub(crate) use entries::{CERTIFICATE_HOLD, REMOVE_FROM_CRL};
use std::sync::OnceLock;

/// A revocation list; its entries are read where they stand, not copied.
#[derive(Debug, Clone)]
pub struct CertificateList {
    der: Bytes,
    tbs: Bytes,
    sha256: [u8; 32],
    version: Version,
    revoked: Bytes,
    has_empty_entries: bool,
    index: OnceLock<Result<EntryIndex, Error>>,
    number_is_critical: bool,
    /// Who issued it.
    pub issuer: DistinguishedName,
    /// When it was issued.
    pub this_update: UnixTime,
    /// When a newer one is due.
    pub next_update: Option<UnixTime>,
    /// Algorithm of the signature.
    pub signature_algorithm: AlgorithmIdentifier,
    /// Signature value.
    pub signature: Bytes,
    /// The key identifier of `AuthorityKeyIdentifier`.
    pub authority_key_identifier: Option<Bytes>,
    /// `CRLNumber` (5.2.3), without leading zeros.
    pub number: Option<CrlNumber>,
    /// `BaseCRLNumber` (5.2.4): this lists only the changes since the list of that number.
    pub base: Option<CrlNumber>,
    /// `IssuingDistributionPoint` (5.2.5): what the list is about.
    pub issuing_distribution_point: Option<IssuingDistributionPoint>,
    /// `expiredCertsOnCRL` (X.509, 9.5.2.8): certificates that ended since then are still listed.
    pub expired_certificates_since: Option<UnixTime>,
    /// Critical extensions that sigill does not process.
    pub unknown_critical: Vec<Oid>,
}

/// The number of a list; a later list has a greater one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CrlNumber(Bytes);

impl PartialOrd for CrlNumber {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CrlNumber {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
}

impl CertificateList {
    /// Reads one DER `CertificateList`, apart from its entries. An empty list of entries, which
    /// RFC 5280, 5.1.2.6 wants to be left out, is one that revokes nothing.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none, or breaks a MUST of RFC 5280, 5.1.
    pub fn read(bytes: &Bytes) -> Result<Self, Error> {
        let mut whole = Reader::new(bytes, "CertificateList");
        let mut fields = whole.sequence()?;
        whole.finish()?;
        let tbs = fields.expect(tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut fields, bytes)?;
        let signature = keep(bytes, &fields.bit_string()?);
        fields.finish()?;
        let mut inner = tbs.reader();
        let version = read_version(&mut inner)?;
        if !is_same(
            &AlgorithmIdentifier::read(&mut inner, bytes)?,
            &signature_algorithm,
        ) {
            return Err(inner.error("another algorithm than outside the signed part"));
        }
        let issuer = DistinguishedName::read(&keep(bytes, inner.expect(tag::SEQUENCE)?.raw))?;
        let this_update = inner.time()?;
        let next_update = match inner.peek() {
            Some(tag::UTC_TIME | tag::GENERALIZED_TIME) => Some(inner.time()?),
            _ => None,
        };
        let revoked = inner.optional(tag::SEQUENCE)?;
        let mut list = CertificateList {
            der: bytes.clone(),
            tbs: keep(bytes, tbs.raw),
            sha256: crypto::sha256(bytes),
            version,
            has_empty_entries: revoked.is_some_and(|entries| entries.content.is_empty()),
            revoked: revoked.map_or_else(Bytes::new, |entries| keep(bytes, entries.content)),
            index: OnceLock::new(),
            number_is_critical: false,
            issuer,
            this_update,
            next_update,
            signature_algorithm,
            signature,
            authority_key_identifier: None,
            number: None,
            base: None,
            issuing_distribution_point: None,
            expired_certificates_since: None,
            unknown_critical: Vec::new(),
        };
        if let Some(mut wrapper) = inner.explicit(0)? {
            if version == Version::One {
                return Err(inner.error("extensions in a list of version 1"));
            }
            list.read_extensions(wrapper.sequence()?, bytes)?;
            wrapper.finish()?;
        }
        inner.finish()?;
        Ok(list)
    }

    fn read_extensions(&mut self, mut extensions: Reader<'_>, source: &Bytes) -> Result<(), Error> {
        let mut seen = Vec::new();
        while !extensions.is_empty() {
            let extension = Extension::read(&mut extensions)?;
            if seen.contains(&extension.kind) {
                return Err(extensions.error("an extension that stands there twice"));
            }
            self.take_extension(&extension, &keep(source, extension.content))?;
            seen.push(extension.kind);
        }
        Ok(())
    }

    fn take_extension(&mut self, extension: &Extension<'_>, content: &Bytes) -> Result<(), Error> {
        let mut value = Reader::new(content, "crlExtensions");
        if extension.is(&oid::AUTHORITY_KEY_IDENTIFIER) {
            let identifier = value.sequence()?.optional(tag::context(0))?;
            self.authority_key_identifier = identifier.map(|key| keep(content, key.content));
        } else if extension.is(&oid::CRL_NUMBER) {
            self.number = Some(read_number(&mut value, content)?);
            self.number_is_critical = extension.critical;
        } else if extension.is(&oid::DELTA_CRL_INDICATOR) {
            self.base = Some(read_number(&mut value, content)?);
        } else if extension.is(&oid::ISSUING_DISTRIBUTION_POINT) {
            self.issuing_distribution_point = Some(IssuingDistributionPoint::read(content)?);
        } else if extension.is(&oid::EXPIRED_CERTIFICATES_ON_CRL) {
            self.expired_certificates_since = Some(value.time()?);
        } else if extension.critical && !needs_no_processing(extension) {
            let kind = Oid::from_content(extension.kind);
            self.unknown_critical
                .push(kind.ok_or_else(|| value.error("an object identifier that is not one"))?);
        }
        Ok(())
    }

    /// Whether the list holds an empty list of entries in place of none (RFC 5280, 5.1.2.6).
    pub fn has_empty_entries(&self) -> bool {
        self.has_empty_entries
    }

    /// Whether the number of the list is marked critical, which RFC 5280, 5.2.3, forbids.
    pub fn has_critical_number(&self) -> bool {
        self.number_is_critical
    }

    /// Whether the list has no number although RFC 5280, 5.2.3, asks for one; lists of version 1
    /// have none.
    pub fn lacks_number(&self) -> bool {
        self.version == Version::Two && self.number.is_none()
    }

    /// The list as it stands.
    pub fn der(&self) -> &Bytes {
        &self.der
    }

    /// `tbsCertList` as it stands: the bytes that were signed.
    pub fn tbs(&self) -> &Bytes {
        &self.tbs
    }

    /// SHA-256 of the list.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Whether this lists only the changes since another list (5.2.4).
    pub fn is_delta(&self) -> bool {
        self.base.is_some()
    }

    /// Whether the list may be about certificates of other issuers (5.2.5).
    pub fn is_indirect(&self) -> bool {
        self.issuing_distribution_point
            .as_ref()
            .is_some_and(|point| point.issuers == CoveredIssuers::Others)
    }

    /// The entry for a serial number of `issuer`, if there is one. Of several for the same
    /// certificate the gravest counts.
    ///
    /// The first look-up reads every entry once, where it stands; later ones read only those
    /// that may be the one.
    ///
    /// # Errors
    /// [`Error::Malformed`] where an entry cannot be read, or carries a critical extension that
    /// sigill does not process: then the list must not be used at all (5.3).
    pub fn entry(
        &self,
        serial: &[u8],
        issuer: &DistinguishedName,
    ) -> Result<Option<RevokedCertificate>, Error> {
        match self.index() {
            Ok(index) => index.find(&self.revoked, serial, issuer, &self.issuer),
            Err(error) => Err(error.clone()),
        }
    }

    /// Dates from which certificates are revoked that were still to come when the list was made;
    /// in order, each once. None of a list whose entries cannot be read, which is not used.
    pub fn announced_revocations(&self) -> &[UnixTime] {
        self.index().map_or(&[], EntryIndex::announced)
    }

    fn index(&self) -> Result<&EntryIndex, &Error> {
        let (revoked, is_indirect) = (&self.revoked, self.is_indirect());
        let build = || EntryIndex::build(revoked, self.version, is_indirect, self.this_update);
        self.index.get_or_init(build).as_ref()
    }
}

/// An extension of a list or of an entry.
struct Extension<'a> {
    /// The content of its identifier.
    kind: &'a [u8],
    critical: bool,
    content: &'a [u8],
}

impl<'a> Extension<'a> {
    fn read(extensions: &mut Reader<'a>) -> Result<Self, Error> {
        let mut extension = extensions.sequence()?;
        let kind = extension.expect(tag::OBJECT_IDENTIFIER)?.content;
        let critical = match extension.peek() {
            Some(tag::BOOLEAN) => extension.boolean()?,
            _ => false,
        };
        let content = extension.expect(tag::OCTET_STRING)?.content;
        extension.finish()?;
        Ok(Extension {
            kind,
            critical,
            content,
        })
    }

    fn is(&self, kind: &Oid) -> bool {
        self.kind == kind.content()
    }
}

/// Parameters that are NULL and none at all mean the same (RFC 3279, 2.2.1; RFC 4055, 2.1).
fn is_same(one: &AlgorithmIdentifier, other: &AlgorithmIdentifier) -> bool {
    let parameters = |algorithm: &AlgorithmIdentifier| {
        let parameters = algorithm.parameters.clone();
        parameters.filter(|parameters| parameters.first() != Some(&tag::NULL))
    };
    one.oid == other.oid && parameters(one) == parameters(other)
}

/// Absent for version 1; where it is there it must say 2 (5.1.2.1).
fn read_version(fields: &mut Reader<'_>) -> Result<Version, Error> {
    match fields.peek() {
        Some(tag::INTEGER) => match fields.small_integer()? {
            1 => Ok(Version::Two),
            _ => Err(fields.error("a version other than 2")),
        },
        _ => Ok(Version::One),
    }
}

fn read_number(value: &mut Reader<'_>, content: &Bytes) -> Result<CrlNumber, Error> {
    let octets = value.integer()?;
    if octets.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(value.error("a negative CRL number"));
    }
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let significant = octets.get(zeros..).unwrap_or_default();
    Ok(CrlNumber(keep(content, significant)))
}

/// Extensions that change nothing of what a list says: further names of the issuer, and where
/// to find more.
fn needs_no_processing(extension: &Extension<'_>) -> bool {
    let known = [
        oid::ISSUER_ALTERNATIVE_NAME,
        oid::AUTHORITY_INFORMATION_ACCESS,
        oid::FRESHEST_CRL,
    ];
    known.iter().any(|kind| extension.is(kind))
}
