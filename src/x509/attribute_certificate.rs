//! An attribute certificate (RFC 5755, 4): what an authority says of the holder of a certificate.

use super::certificate::Certificate;
use super::extension::GeneralName;
use super::name::DistinguishedName;
use super::serial_number::significant;
use crate::UnixTime;
use crate::asn1::{Element, Oid, Reader, keep, oid, tag, text};
use crate::crypto::{self, AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use bytes::Bytes;

/// An attribute certificate with the bytes it came from.
#[derive(Debug, Clone)]
pub struct AttributeCertificate {
    tbs: Bytes,
    sha256: [u8; 32],
    /// Whom it is about.
    pub holder: Holder,
    /// Who issued it.
    pub issuer: DistinguishedName,
    /// Serial number, as encoded.
    pub serial: Bytes,
    /// First second of validity.
    pub not_before: UnixTime,
    /// Last second of validity.
    pub not_after: UnixTime,
    /// Roles, groups and other attributes that are text.
    pub roles: Vec<String>,
    /// `noRevAvail`: the authority publishes no revocation data (4.3.6).
    pub no_revocation_available: bool,
    /// Critical extensions, none of which sigill processes.
    pub unknown_critical: Vec<Oid>,
    /// Algorithm of the authority's signature.
    pub signature_algorithm: AlgorithmIdentifier,
    /// Whether the algorithm inside the signed part is the same.
    pub algorithms_agree: bool,
    /// The authority's signature value.
    pub signature: Bytes,
}

/// Whom an attribute certificate is about: everything that is given must be so (4.2.2).
#[derive(Debug, Clone, Default)]
pub struct Holder {
    /// Issuer and serial number of its certificate.
    pub certificate: Option<(Vec<GeneralName>, Bytes)>,
    /// Its names; they alone identify nobody beyond doubt.
    pub names: Vec<GeneralName>,
    /// A digest of its key or certificate.
    pub digest: Option<HolderDigest>,
}

/// `ObjectDigestInfo` (7.3).
#[derive(Debug, Clone)]
pub struct HolderDigest {
    /// What was digested: 0 for the key, 1 for the certificate.
    pub object: Bytes,
    /// Its algorithm; `None` if sigill does not know it.
    pub algorithm: Option<DigestAlgorithm>,
    /// The digest.
    pub digest: Bytes,
}

impl AttributeCertificate {
    /// Reads one attribute certificate of version 2; its tag may be an implicit one.
    ///
    /// # Errors
    /// [`Error::Malformed`] where this is none.
    pub fn read(bytes: &Bytes) -> Result<Self, Error> {
        let whole = Reader::new(bytes, "AttributeCertificate").element()?;
        let mut fields = Reader::new(whole.content, "AttributeCertificate");
        let tbs = fields.expect(tag::SEQUENCE)?;
        let signature_algorithm = AlgorithmIdentifier::read(&mut fields, bytes)?;
        let signature = keep(bytes, &fields.bit_string()?);
        fields.finish()?;
        let mut inner = tbs.reader();
        if inner.small_integer()? != 1 {
            return Err(inner.error("a version other than 2"));
        }
        let holder = Holder::read(inner.sequence()?, bytes)?;
        let issuer = read_issuer(&inner.element()?, bytes)?;
        let algorithm = AlgorithmIdentifier::read(&mut inner, bytes)?;
        let serial = keep(bytes, inner.integer()?);
        let mut validity = inner.sequence()?;
        let (not_before, not_after) = (validity.time()?, validity.time()?);
        let roles = read_roles(inner.sequence()?)?;
        inner.optional(tag::BIT_STRING)?;
        let mut certificate = AttributeCertificate {
            tbs: keep(bytes, tbs.raw),
            sha256: crypto::sha256(bytes),
            holder,
            issuer,
            serial,
            not_before,
            not_after,
            roles,
            no_revocation_available: false,
            unknown_critical: Vec::new(),
            algorithms_agree: algorithm.oid == signature_algorithm.oid
                && algorithm.parameters == signature_algorithm.parameters,
            signature_algorithm,
            signature,
        };
        if !inner.is_empty() {
            certificate.read_extensions(inner.sequence()?)?;
        }
        inner.finish()?;
        Ok(certificate)
    }

    /// The bytes that the authority signed.
    pub fn tbs(&self) -> &Bytes {
        &self.tbs
    }

    /// SHA-256 of the attribute certificate as it stands.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// Whether `time` lies within the validity period, both ends included (4.2.6).
    pub fn is_valid_at(&self, time: UnixTime) -> bool {
        self.not_before <= time && time <= self.not_after
    }

    fn read_extensions(&mut self, mut list: Reader<'_>) -> Result<(), Error> {
        while !list.is_empty() {
            let mut extension = list.sequence()?;
            let kind = extension.oid()?;
            let is_critical = extension.peek() == Some(tag::BOOLEAN) && extension.boolean()?;
            extension.expect(tag::OCTET_STRING)?;
            if kind == oid::NO_REVOCATION_AVAILABLE {
                self.no_revocation_available = true;
            } else if is_critical {
                self.unknown_critical.push(kind);
            }
        }
        Ok(())
    }
}

impl Holder {
    fn read(mut fields: Reader<'_>, source: &Bytes) -> Result<Self, Error> {
        let mut holder = Holder::default();
        if let Some(pair) = fields.optional(tag::context_constructed(0))? {
            let mut pair = pair.reader();
            let names = GeneralName::read_list(pair.sequence()?, source)?;
            holder.certificate = Some((names, keep(source, pair.integer()?)));
        }
        if let Some(names) = fields.optional(tag::context_constructed(1))? {
            holder.names = GeneralName::read_list(names.reader(), source)?;
        }
        if let Some(digest) = fields.optional(tag::context_constructed(2))? {
            let mut digest = digest.reader();
            let object = keep(source, digest.expect(tag::ENUMERATED)?.content);
            digest.optional(tag::OBJECT_IDENTIFIER)?;
            let algorithm = AlgorithmIdentifier::read(&mut digest, source)?;
            holder.digest = Some(HolderDigest {
                object,
                algorithm: DigestAlgorithm::from_oid(&algorithm.oid),
                digest: keep(source, &digest.bit_string()?),
            });
        }
        fields.finish()?;
        Ok(holder)
    }

    /// Whether this is the subject of `certificate` beyond doubt.
    pub fn is_subject_of(&self, certificate: &Certificate) -> bool {
        let names_certificate = |(issuer, serial): &(Vec<GeneralName>, Bytes)| {
            matches!(&issuer[..], [GeneralName::Directory(issuer)] if issuer.matches(&certificate.issuer))
                && significant(serial) == significant(&certificate.serial)
        };
        let is_named = self.names.is_empty()
            || self.names.iter().any(|name| match name {
                GeneralName::Directory(name) => name.matches(&certificate.subject),
                other => {
                    let own = certificate.extensions.alternative_names.iter();
                    own.into_iter().any(|own| own.matches(other))
                }
            });
        (self.certificate.is_some() || self.digest.is_some())
            && self.certificate.iter().all(names_certificate)
            && self.digest.iter().all(|digest| digest.is_of(certificate))
            && is_named
    }
}

impl HolderDigest {
    fn is_of(&self, certificate: &Certificate) -> bool {
        let digested = match self.object.as_ref() {
            [0] => certificate.public_key.spki(),
            [1] => certificate.der(),
            _ => return false,
        };
        self.algorithm
            .is_some_and(|algorithm| algorithm.digest(&[digested]) == self.digest)
    }
}

/// `AttCertIssuer`: the one directory name in either form (4.2.3).
fn read_issuer(choice: &Element<'_>, source: &Bytes) -> Result<DistinguishedName, Error> {
    let mut names = choice.reader();
    if choice.tag == tag::context_constructed(0) {
        names = names.sequence()?;
    }
    let unnamed = names.error("an issuer that is not one directory name");
    match GeneralName::read_list(names, source)?.as_slice() {
        [GeneralName::Directory(name)] => Ok(name.clone()),
        _ => Err(unnamed),
    }
}

/// Attributes as text: roles by their names, groups by their values (4.4).
fn read_roles(mut attributes: Reader<'_>) -> Result<Vec<String>, Error> {
    let mut roles = Vec::new();
    while !attributes.is_empty() {
        let mut attribute = attributes.sequence()?;
        let kind = attribute.oid()?;
        let mut values = attribute.set()?;
        while !values.is_empty() {
            let value = values.element()?;
            if kind == oid::ROLE {
                roles.extend(role_name(value.reader())?);
            } else if [oid::GROUP, oid::CHARGING_IDENTITY].contains(&kind) {
                roles.extend(group_names(value.reader())?);
            } else if !value.is_constructed() {
                roles.push(text(value.tag, value.content));
            }
        }
    }
    Ok(roles)
}

/// `RoleSyntax` (4.4.5).
fn role_name(mut fields: Reader<'_>) -> Result<Option<String>, Error> {
    fields.optional(tag::context_constructed(0))?;
    let Some(name) = fields.optional(tag::context_constructed(1))? else {
        return Ok(None);
    };
    let name = name.reader().element()?;
    Ok((!name.is_constructed()).then(|| text(tag::IA5_STRING, name.content)))
}

/// `IetfAttrSyntax` (4.4).
fn group_names(mut fields: Reader<'_>) -> Result<Vec<String>, Error> {
    fields.optional(tag::context_constructed(0))?;
    let mut values = fields.sequence()?;
    let mut names = Vec::new();
    while !values.is_empty() {
        let value = values.element()?;
        if value.tag == tag::UTF8_STRING {
            names.push(text(value.tag, value.content));
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn fixture(name: &str) -> Certificate {
        let path = format!("{}/fixtures/pki/{name}.pem", env!("CARGO_MANIFEST_DIR"));
        let bytes = std::fs::read(path).unwrap();
        let pem = x509_parser::pem::Pem::iter_from_buffer(&bytes).next();
        Certificate::read(&Bytes::from(pem.unwrap().unwrap().contents)).unwrap()
    }

    #[test]
    fn a_holder_must_be_so_in_all_that_is_given() {
        let (own, other) = (fixture("person-rsa"), fixture("person-pss"));
        let reference = |certificate: &Certificate| {
            let issuer = GeneralName::Directory(certificate.issuer.clone());
            Some((vec![issuer], certificate.serial.clone()))
        };
        let digest = |certificate: &Certificate| {
            let algorithm = DigestAlgorithm::Sha256;
            Some(HolderDigest {
                object: Bytes::from_static(&[1]),
                algorithm: Some(algorithm),
                digest: algorithm.digest(&[certificate.der()]).into(),
            })
        };
        let holder = |certificate, digest| Holder {
            certificate,
            names: Vec::new(),
            digest,
        };
        assert!(holder(reference(&own), None).is_subject_of(&own));
        assert!(holder(None, digest(&own)).is_subject_of(&own));
        assert!(!holder(reference(&other), None).is_subject_of(&own));
        assert!(!holder(reference(&own), digest(&other)).is_subject_of(&own));
    }

    /// Two may have one name.
    #[test]
    fn a_name_alone_is_no_holder() {
        let own = fixture("person-rsa");
        let named = Holder {
            names: vec![GeneralName::Directory(own.subject.clone())],
            ..Holder::default()
        };
        assert!(!named.is_subject_of(&own));
    }
}
