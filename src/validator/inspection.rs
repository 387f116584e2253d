//! What a file is and holds, without a judgement.

use super::{container_name, summary};
use crate::cms::{SignerIdentifier, SignerInfo};
use crate::container::asic::{Member, MemberRole};
use crate::container::{self, Content, Document};
use crate::crypto::{self, AlgorithmIdentifier, DigestAlgorithm, SignatureAlgorithm};
use crate::error::Error;
use crate::ers::ArchiveTimestampChain;
use crate::evidence::Evidence;
use crate::limits::Limits;
use crate::report::{
    Algorithms, InspectedChain, InspectedMember, InspectedRecord, InspectedSignature,
    InspectedTimestamp, InspectedToken, Inspection,
};
use crate::signature::{Level, Record, Signature, Signatures, Timestamp, UnreadableSignature};
use crate::source::Source;
use crate::tsp::TimestampToken;
use crate::x509::{Certificate, Objects};
use std::sync::Arc;

/// What `file` is and holds; `password` opens it if it is encrypted. Nothing is verified, and no
/// trust, policy or time is asked for.
///
/// A file that cannot be read is an [`Inspection`] with an error.
pub fn inspect(file: &Source, password: &str, limits: &Limits) -> Inspection {
    let read = || {
        let document = Document::read_with_password(file.clone(), password, limits)?;
        let signatures = Signatures::of(&document, limits)?;
        document.intact()?;
        Ok((document, signatures))
    };
    match read() {
        Ok((document, signatures)) => of_document(&document, &signatures, limits),
        Err(error) => Inspection {
            error: Some(error),
            ..Inspection::empty(summary(file, container::announced_kind(file)))
        },
    }
}

fn of_document(document: &Document, signatures: &Signatures, limits: &Limits) -> Inspection {
    let evidence = Evidence::of(signatures, &Objects::default());
    let holdings = Holdings {
        evidence: &evidence,
        limits,
    };
    let (revisions, members) = match document.content() {
        Content::Pdf(pdf) => (Some(pdf.revisions()), Vec::new()),
        Content::Asic(container) => (None, container.members.iter().map(member).collect()),
        Content::Cms(_) | Content::EvidenceRecord(_) => (None, Vec::new()),
    };
    let lists = evidence.revocation_lists().iter();
    let responses = evidence.ocsp_responses().iter();
    let unreadable = evidence.unreadable().iter();
    Inspection {
        revisions,
        members,
        signatures: holdings.signatures("S", &signatures.signatures),
        timestamps: holdings.timestamps(&signatures.timestamps),
        evidence_records: holdings.records(signatures.all_records()),
        certificates: evidence
            .certificates()
            .iter()
            .map(|item| item.object.clone())
            .collect(),
        revocation_lists: lists.map(|item| item.object.clone()).collect(),
        ocsp_responses: responses.map(|item| item.object.clone()).collect(),
        unreadable: unreadable
            .map(|item| (item.kind, item.error.clone()))
            .collect(),
        ..Inspection::empty(summary(
            document.source(),
            container_name(document, signatures),
        ))
    }
}

fn member(member: &Member) -> InspectedMember {
    InspectedMember {
        name: member.name.clone(),
        size: member.content.len(),
        role: match member.role() {
            MemberRole::Mimetype => "mimetype",
            MemberRole::Folder => "folder",
            MemberRole::Manifest => "manifest",
            MemberRole::Signature => "signature",
            MemberRole::TimeStamp => "time-stamp",
            MemberRole::EvidenceRecord => "evidence-record",
            MemberRole::XmlSignature => "xml-signature",
            MemberRole::Other => "other",
            MemberRole::DataObject => "data-object",
        },
    }
}

/// What the file holds, in which the certificates stand that signers name.
struct Holdings<'a> {
    evidence: &'a Evidence,
    limits: &'a Limits,
}

impl Holdings<'_> {
    /// Signatures that are numbered after `start`.
    fn signatures(
        &self,
        start: &str,
        all: &[Result<Signature, Box<UnreadableSignature>>],
    ) -> Vec<InspectedSignature> {
        let numbered = all.iter().zip(1..);
        numbered
            .map(|(signature, number)| {
                let id = format!("{start}-{number}");
                match signature {
                    Ok(signature) => self.signature(id, signature),
                    Err(unreadable) => of_unreadable(id, unreadable),
                }
            })
            .collect()
    }

    fn signature(&self, id: String, signature: &Signature) -> InspectedSignature {
        let digest = signature.digest();
        InspectedSignature {
            format: signature.format,
            level: signature.level,
            error: None,
            coverage: signature.coverage.clone(),
            algorithms: Some(Algorithms {
                signature: name_of_signature(&signature.signature_algorithm, digest),
                digest: name_of_digest(&signature.digest_algorithm),
            }),
            claimed_signing_time: signature.claimed_signing_time,
            claimed_roles: signature.claimed_roles.clone(),
            certificate: self.named(&signature.identifier),
            timestamps: self.timestamps(&signature.timestamps),
            counter_signatures: self.signatures(&format!("{id}-C"), &signature.counter_signatures),
            id,
        }
    }

    fn timestamps(&self, all: &[Timestamp]) -> Vec<InspectedTimestamp> {
        let numbered = all.iter().zip(1..);
        numbered
            .map(|(timestamp, number)| InspectedTimestamp {
                id: format!("T-{number}"),
                kind: timestamp.kind,
                token: match &timestamp.token {
                    Ok(token) => Ok(self.token(token)),
                    Err(error) => Err(error.clone()),
                },
            })
            .collect()
    }

    fn token(&self, token: &TimestampToken) -> InspectedToken {
        let SignerInfo {
            identifier,
            digest_algorithm,
            signature_algorithm,
            ..
        } = &token.signer_info;
        let digest = DigestAlgorithm::from_oid(&digest_algorithm.oid);
        InspectedToken {
            sha256: crypto::sha256(token.raw()),
            time: token.info.generation_time,
            policy: token.info.policy.to_string(),
            algorithms: Algorithms {
                signature: name_of_signature(signature_algorithm, digest),
                digest: name_of_digest(&token.info.imprint_algorithm),
            },
            certificate: self.named(identifier),
        }
    }

    fn records<'r>(&self, all: impl Iterator<Item = &'r Record>) -> Vec<InspectedRecord> {
        let chains = |record: &Record| match &record.record {
            Ok(record) => Ok(record
                .chains
                .iter()
                .map(|chain| self.chain(chain))
                .collect()),
            Err(error) => Err(error.clone()),
        };
        all.zip(1..)
            .map(|(record, number)| InspectedRecord {
                id: format!("E-{number}"),
                place: record.place.clone(),
                chains: chains(record),
            })
            .collect()
    }

    fn chain(&self, chain: &ArchiveTimestampChain) -> InspectedChain {
        let read = |token| TimestampToken::read(token, self.limits);
        let archives = chain.timestamps.iter();
        let tokens: Vec<Result<TimestampToken, Error>> =
            archives.map(|archive| read(&archive.timestamp)).collect();
        // That of the hash trees where it is given, else that of the imprints (RFC 4998, 4.1).
        let mut stated = chain.timestamps.iter();
        let stated = stated.find_map(|archive| archive.digest_algorithm.as_ref());
        let imprint = tokens.iter().flatten().next();
        let imprint = imprint.map(|token| &token.info.imprint_algorithm);
        InspectedChain {
            digest: stated.or(imprint).map(name_of_digest),
            times: tokens
                .iter()
                .map(|token| token.as_ref().ok().map(|token| token.info.generation_time))
                .collect(),
        }
    }

    /// The certificate that a signer names, if it stands in the file.
    fn named(&self, identifier: &SignerIdentifier) -> Option<Arc<Certificate>> {
        let mut all = self.evidence.certificates().iter();
        let found = all.find(|item| identifier.names(&item.object));
        found.map(|item| item.object.clone())
    }
}

fn of_unreadable(id: String, unreadable: &UnreadableSignature) -> InspectedSignature {
    InspectedSignature {
        id,
        format: unreadable.format,
        level: Level::None,
        error: Some(unreadable.error.clone()),
        coverage: unreadable.coverage.clone(),
        algorithms: None,
        claimed_signing_time: None,
        claimed_roles: Vec::new(),
        certificate: None,
        timestamps: Vec::new(),
        counter_signatures: Vec::new(),
    }
}

fn name_of_digest(algorithm: &AlgorithmIdentifier) -> String {
    DigestAlgorithm::from_oid(&algorithm.oid).map_or_else(
        || algorithm.oid.to_string(),
        |digest| digest.name().to_owned(),
    )
}

fn name_of_signature(algorithm: &AlgorithmIdentifier, digest: Option<DigestAlgorithm>) -> String {
    SignatureAlgorithm::identify(algorithm, digest)
        .map_or_else(|| algorithm.oid.to_string(), |known| known.name())
}
