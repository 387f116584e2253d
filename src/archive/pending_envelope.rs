//! Envelopes that wait for a time-stamp.

use super::concern::Concern;
use super::layout;
use crate::container::asic::{AsicContainer, Member, write_asic_e};
use crate::crypto::DigestAlgorithm;
use crate::error::Error;
use crate::ers::{EvidenceRecord, PendingRecord};
use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::tsp::{TimestampRequest, TimestampToken};
use crate::x509::Certificate;
use bytes::Bytes;

/// An envelope, new or to be renewed, that lacks only the next time-stamp of its evidence record.
///
/// One time-stamp serves one envelope ([`Self::request`], [`Self::complete`]) or, through a
/// [`HashTree`](crate::ers::HashTree) over the nodes of [`Self::record`], any number of them.
/// Meanwhile the envelopes may stand on a disk: [`Self::to_bytes`] and [`Self::read`].
#[derive(Debug, Clone)]
pub struct PendingEnvelope {
    /// All but the record.
    members: Vec<(String, Bytes)>,
    record: PendingRecord,
}

impl PendingEnvelope {
    pub(super) fn new(members: Vec<(String, Bytes)>, record: PendingRecord) -> Self {
        PendingEnvelope { members, record }
    }

    /// An envelope that is to be sealed, as [`Self::to_bytes`] wrote it.
    ///
    /// # Errors
    /// [`Error`] where it is no such container, or its manifest is damaged.
    pub fn read(bytes: Bytes, limits: &Limits) -> Result<Self, Error> {
        let container = AsicContainer::read(bytes, limits)?;
        let references = layout::manifest(&container)?.references;
        let mut algorithms = references
            .iter()
            .map(|reference| DigestAlgorithm::from_uri(&reference.digest_method));
        let damaged = Error::malformed("envelope", 0, "a manifest of several digest algorithms");
        let digest = algorithms.next().flatten().ok_or(damaged.clone())?;
        if algorithms.any(|algorithm| algorithm != Some(digest)) {
            return Err(damaged);
        }
        let hashes = references.into_iter().map(|reference| reference.digest);
        Ok(PendingEnvelope {
            record: PendingRecord::initial(digest, hashes.collect()).ok_or(damaged)?,
            members: members_of(container),
        })
    }

    /// An envelope whose record is to be renewed (RFC 4998, 5.2): its last time-stamp, where
    /// `digest` is the algorithm of that, else the whole hash tree.
    ///
    /// What `evidence` holds about the [authorities](Self::authorities) of its time-stamps is laid
    /// into the last one, so that the new one proves that it was at hand while it could still be
    /// believed.
    ///
    /// # Errors
    /// [`Error`] where it is no envelope, or its record cannot be read. Whether what is renewed
    /// was whole is for [`check`](super::check) to say, before and after.
    pub fn renewing(
        envelope: Bytes,
        digest: DigestAlgorithm,
        evidence: &Evidence,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let container = AsicContainer::read(envelope, limits)?;
        layout::manifest(&container)?;
        let record = record_in(&container, limits)?;
        let record = with_evidence(record, evidence, limits)?;
        let renewed = match digest_of_last_chain(&record, limits) == Some(digest) {
            true => record.timestamp_renewal(digest),
            false => {
                let covered = container.members.iter();
                let covered = covered.filter(|member| layout::must_be_covered(member));
                let hash = |member: &Member| digest.digest(&[&member.content]);
                record.hash_tree_renewal(digest, &covered.map(hash).collect::<Vec<_>>())
            }
        };
        Ok(PendingEnvelope {
            record: renewed.ok_or(Error::malformed("envelope", 0, "nothing to renew"))?,
            members: members_of(container),
        })
    }

    /// The certificates that came with the last time-stamp of an envelope, and with those before
    /// it whose authority had not ended when it was made: about these, evidence can still be
    /// proven to be early enough.
    ///
    /// # Errors
    /// [`Error`] where it is no envelope, or its record cannot be read.
    pub fn authorities(envelope: &Bytes, limits: &Limits) -> Result<Evidence, Error> {
        let record = record_in(&AsicContainer::read(envelope.clone(), limits)?, limits)?;
        let tokens = tokens_of_present_authorities(&record, limits)?;
        let ders = tokens
            .iter()
            .flat_map(|token| &token.signed_data.certificates);
        Ok(ders.fold(Evidence::default(), |all, der| all.with(der.clone())))
    }

    /// The record that waits; its node stands for the envelope in a hash tree.
    pub fn record(&self) -> &PendingRecord {
        &self.record
    }

    /// The container without its record, for [`Self::read`].
    ///
    /// # Errors
    /// [`Error::Malformed`] where it cannot be written as a container.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        write_asic_e(&self.members.iter().map(borrowed).collect::<Vec<_>>())
    }

    /// What to send to a time-stamping authority that stamps this envelope alone. `nonce` must
    /// never have been used before.
    pub fn request(&self, nonce: u64) -> TimestampRequest {
        TimestampRequest {
            digest: self.record.digest_algorithm(),
            imprint: self.record.node(),
            nonce,
            policy: None,
        }
    }

    /// The envelope with the authority's token, over this envelope alone, in its record.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the token is over something else, or the envelope cannot be
    /// written as a container.
    pub fn complete(&self, token: &TimestampToken) -> Result<Vec<u8>, Error> {
        let is_over_this = token.info.imprint_digest() == Some(self.record.digest_algorithm())
            && token.info.imprint == self.record.node();
        if !is_over_this {
            return Err(Error::malformed(
                "TimeStampToken",
                0,
                "it is over something else",
            ));
        }
        self.with_record(&self.record.complete(token.raw()))
    }

    /// The envelope with a whole record, which nobody compares with the envelope here:
    /// [`check`](super::check) does, before anything older is thrown away.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the envelope cannot be written as a container.
    pub fn with_record(&self, record: &[u8]) -> Result<Vec<u8>, Error> {
        let members = self.members.iter().map(borrowed);
        let record = (layout::RECORD.to_owned(), record);
        write_asic_e(&members.chain([record]).collect::<Vec<_>>())
    }
}

fn borrowed((name, content): &(String, Bytes)) -> (String, &[u8]) {
    (name.clone(), content)
}

/// Everything but the record and what the writer puts first.
fn members_of(container: AsicContainer) -> Vec<(String, Bytes)> {
    let members = container.members.into_iter();
    members
        .filter(|member| member.name != layout::RECORD && member.name != "mimetype")
        .map(|member| (member.name, member.content))
        .collect()
}

fn record_in(container: &AsicContainer, limits: &Limits) -> Result<EvidenceRecord, Error> {
    let missing = Error::malformed("envelope", 0, "no evidence record");
    let record = container.member(layout::RECORD).ok_or(missing)?;
    EvidenceRecord::read(&record.content, limits)
}

/// The newest first. An older one that cannot be read is passed over: about nobody there can evidence
/// be kept, and whether the record holds without it is for the check to say.
fn tokens_of_present_authorities(
    record: &EvidenceRecord,
    limits: &Limits,
) -> Result<Vec<TimestampToken>, Error> {
    let timestamps = record.chains.iter().flat_map(|chain| &chain.timestamps);
    let mut tokens: Vec<TimestampToken> = Vec::new();
    for archive in timestamps.rev() {
        let token = match TimestampToken::read(&archive.timestamp, limits) {
            Ok(token) => token,
            Err(error) if tokens.is_empty() => return Err(error),
            Err(_) => continue,
        };
        let newest = tokens.first().map(|newest| newest.info.generation_time);
        let has_ended = |time| {
            let ders = token.signed_data.certificates.iter();
            let mut certificates = ders.filter_map(|der| Certificate::read(der).ok());
            let own = certificates.find(|own| token.signer_info.identifier.names(own));
            own.is_some_and(|own| own.not_after < time)
        };
        if !newest.is_some_and(has_ended) {
            tokens.push(token);
        }
    }
    Ok(tokens)
}

/// The record with evidence about the authorities of its time-stamps inside the last one.
fn with_evidence(
    record: EvidenceRecord,
    evidence: &Evidence,
    limits: &Limits,
) -> Result<EvidenceRecord, Error> {
    let tokens = tokens_of_present_authorities(&record, limits)?;
    let Some(token) = tokens.first() else {
        return Ok(record);
    };
    let all = evidence.clone().with(token.raw().clone());
    let own = tokens
        .iter()
        .flat_map(|token| &token.signed_data.certificates);
    let own: Vec<Certificate> = own.filter_map(|der| Certificate::read(der).ok()).collect();
    let known: Vec<&Certificate> = all
        .certificates()
        .iter()
        .map(|item| item.object.as_ref())
        .collect();
    let concern = Concern::about(&own.iter().collect::<Vec<_>>(), &known);
    let any = |_| true;
    let token = token.signed_data.with_evidence(
        concern.certificates(&all, any),
        concern.revocation_lists(&all, any),
        concern.ocsp_responses(&all, any),
    )?;
    match record.with_last_token(&token) {
        Some(record) => EvidenceRecord::read(&Bytes::from(record), limits),
        None => Ok(record),
    }
}

/// The algorithm that every time-stamp of a chain shares (RFC 4998, 5.1): the one stated, else
/// that of the imprint (4.1).
fn digest_of_last_chain(record: &EvidenceRecord, limits: &Limits) -> Option<DigestAlgorithm> {
    let last = record.chains.last()?.timestamps.last()?;
    match &last.digest_algorithm {
        Some(stated) => DigestAlgorithm::from_oid(&stated.oid),
        None => TimestampToken::read(&last.timestamp, limits)
            .ok()?
            .info
            .imprint_digest(),
    }
}
