//! `EvidenceRecord` (RFC 4998, 3.1; RFC 6283, 3).

use super::archive_timestamp::ArchiveTimestampChain;
use super::xml_record;
use crate::asn1::{DerWriter, Reader, keep, tag};
use crate::crypto::{AlgorithmIdentifier, DigestAlgorithm};
use crate::error::Error;
use crate::limits::Limits;
use bytes::Bytes;

const STRUCTURE: &str = "EvidenceRecord";
const VERSION_1: u64 = 1;

/// An evidence record as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceRecord {
    /// The exact bytes of the record.
    pub raw: Bytes,
    /// The digest algorithms that the record says were used for its data objects.
    pub digest_algorithms: Vec<AlgorithmIdentifier>,
    /// `cryptoInfos` as they stand, tag included: material that may help validation.
    pub crypto_infos: Option<Bytes>,
    /// What a record in XML holds of the kind, taken apart (RFC 6283, 3.1.3).
    pub cryptographic_information: Vec<CryptographicInformation>,
    /// `encryptionInfo` as it stands, tag included. If present, the hashes may be those of
    /// encrypted objects (6.1), which sigill does not decrypt.
    pub encryption_info: Option<Bytes>,
    /// `archiveTimeStampSequence`, oldest first; at least one chain.
    pub chains: Vec<ArchiveTimestampChain>,
}

/// Material beside a time-stamp that may help to validate it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CryptographicInformation {
    /// What it is.
    pub kind: InformationKind,
    /// Its DER, not read yet.
    pub octets: Bytes,
}

/// The kinds of such material that sigill uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InformationKind {
    /// `CERT`.
    Certificate,
    /// `CRL`.
    RevocationList,
    /// `OCSP`.
    OcspResponse,
}

impl EvidenceRecord {
    /// Reads a record that fills `bytes`, in ASN.1 or in XML.
    ///
    /// # Errors
    /// [`Error::Unsupported`] for another version than 1, [`Error::OverLimit`] where it holds
    /// more hashes than `limits` allow, [`Error::Malformed`] where it is none or is empty.
    pub fn read(bytes: &Bytes, limits: &Limits) -> Result<Self, Error> {
        if bytes.is_empty() {
            return Err(Error::Empty);
        }
        if xml_record::is_announced(bytes) {
            return xml_record::read(bytes, limits);
        }
        let mut outside = Reader::new(bytes, STRUCTURE);
        let record = outside.expect(tag::SEQUENCE)?;
        outside.finish()?;
        let mut fields = record.reader();
        if fields.small_integer()? != VERSION_1 {
            return Err(Error::Unsupported {
                structure: STRUCTURE,
                feature: "a version other than 1",
            });
        }
        let digest_algorithms = read_algorithms(fields.sequence()?, bytes)?;
        let crypto_infos = fields.optional(tag::context_constructed(0))?;
        let encryption_info = fields.optional(tag::context_constructed(1))?;
        let chains = read_chains(fields.sequence()?, bytes, limits)?;
        fields.finish()?;
        Ok(EvidenceRecord {
            raw: keep(bytes, record.raw),
            digest_algorithms,
            crypto_infos: crypto_infos.map(|infos| keep(bytes, infos.raw)),
            cryptographic_information: Vec::new(),
            encryption_info: encryption_info.map(|info| keep(bytes, info.raw)),
            chains,
        })
    }
}

impl EvidenceRecord {
    /// What a record in XML hashes of a data object in XML; `None` where either is in another
    /// form.
    pub fn canonical_form(&self, object: &[u8]) -> Option<Vec<u8>> {
        let first = self.chains.first()?.xml.as_ref()?;
        first.canonical_form(object)
    }
}

/// Writes a record around encoded chains; `before` gives what older fields must be kept.
pub(super) fn write_record(
    before: Option<&EvidenceRecord>,
    added: Option<DigestAlgorithm>,
    chains: &[&[u8]],
) -> Vec<u8> {
    let mut writer = DerWriter::new();
    writer.sequence(|fields| {
        fields.small_integer(VERSION_1);
        let known = before.map_or(&[][..], |record| &record.digest_algorithms);
        fields.sequence(|algorithms| write_algorithms(algorithms, known, added));
        let kept = before
            .into_iter()
            .flat_map(|record| [&record.crypto_infos, &record.encryption_info]);
        kept.flatten().for_each(|field| fields.raw(field));
        fields.sequence(|sequence| chains.iter().for_each(|chain| sequence.raw(chain)));
    });
    writer.into_bytes()
}

fn write_algorithms(
    writer: &mut DerWriter,
    known: &[AlgorithmIdentifier],
    added: Option<DigestAlgorithm>,
) {
    known.iter().for_each(|algorithm| algorithm.write(writer));
    let is_known = |oid| known.iter().any(|algorithm| algorithm.oid == oid);
    if let Some(digest) = added.filter(|digest| !is_known(digest.oid())) {
        let (oid, parameters) = (digest.oid(), None);
        AlgorithmIdentifier { oid, parameters }.write(writer);
    }
}

fn read_algorithms(
    mut reader: Reader<'_>,
    source: &Bytes,
) -> Result<Vec<AlgorithmIdentifier>, Error> {
    let mut algorithms = Vec::new();
    while !reader.is_empty() {
        algorithms.push(AlgorithmIdentifier::read(&mut reader, source)?);
    }
    Ok(algorithms)
}

fn read_chains(
    mut reader: Reader<'_>,
    source: &Bytes,
    limits: &Limits,
) -> Result<Vec<ArchiveTimestampChain>, Error> {
    let mut budget = Budget::new(limits);
    let mut chains = Vec::new();
    while !reader.is_empty() {
        budget.chain()?;
        let chain = ArchiveTimestampChain::read(&mut reader, source, &mut budget);
        chains.push(chain?);
    }
    if chains.is_empty() {
        return Err(reader.error("no archive time-stamp"));
    }
    Ok(chains)
}

/// What is left of the limits while one record is read.
pub(super) struct Budget<'a> {
    limits: &'a Limits,
    chains: usize,
    timestamps: usize,
    hashes: usize,
}

impl<'a> Budget<'a> {
    pub(super) fn new(limits: &'a Limits) -> Self {
        Budget {
            limits,
            chains: limits.evidence_record_chains,
            timestamps: limits.archive_timestamps,
            hashes: limits.evidence_record_hashes,
        }
    }

    pub(super) fn chain(&mut self) -> Result<(), Error> {
        let allowed = self.limits.evidence_record_chains;
        spend(&mut self.chains, "chains in an evidence record", allowed)
    }

    pub(super) fn timestamp(&mut self) -> Result<(), Error> {
        let allowed = self.limits.archive_timestamps;
        spend(
            &mut self.timestamps,
            "archive time-stamps in an evidence record",
            allowed,
        )
    }

    pub(super) fn hash(&mut self) -> Result<(), Error> {
        let allowed = self.limits.evidence_record_hashes;
        spend(
            &mut self.hashes,
            "hash values in an evidence record",
            allowed,
        )
    }
}

fn spend(left: &mut usize, limit: &'static str, allowed: usize) -> Result<(), Error> {
    *left = left.checked_sub(1).ok_or(Error::OverLimit {
        limit,
        allowed: allowed as u64,
    })?;
    Ok(())
}
