//! Signatures, time-stamps and evidence records in ASiC containers (EN 319 162-1): each is given
//! the bytes that it must be over, and what these bytes say of the members.

use super::{
    Coverage, Covers, Format, MemberCoverage, MemberReference, Record, RecordObject,
    ReferenceDigest, ReferenceState, Signature, Signatures, Stamped, Subject, Timestamp,
    TimestampKind, UnreadableSignature, cades,
};
use crate::asn1::oid;
use crate::cms::SignedData;
use crate::container::asic::{AsicContainer, AsicKind, Manifest, ManifestKind, Member, MemberRole};
use crate::crypto::{self, DigestAlgorithm};
use crate::error::Error;
use crate::ers::EvidenceRecord;
use crate::limits::Limits;
use crate::source::Source;
use crate::tsp::TimestampToken;
use bytes::Bytes;
use std::collections::{HashMap, HashSet};

/// Everything signed, time-stamped or recorded in `container`.
pub(super) fn read(container: &AsicContainer, limits: &Limits) -> Result<Signatures, Error> {
    let mut package = Package::open(container, limits)?;
    let mut found = Signatures::default();
    for member in &container.members {
        match package.role(member) {
            MemberRole::Signature | MemberRole::TimeStamp => package.take_cms(member, &mut found),
            MemberRole::EvidenceRecord => {
                let record = EvidenceRecord::read(&member.content, limits);
                found.records.push(package.record(member, record));
            }
            MemberRole::XmlSignature => {
                let refused = unsupported("signature", "XAdES");
                let unreadable = package.unreadable(member, refused, Format::Xades);
                found.signatures.push(Err(Box::new(unreadable)));
            }
            _ => {}
        }
        if found.signatures.len() > limits.signatures {
            return Err(Error::OverLimit {
                limit: "signatures in one container",
                allowed: limits.signatures as u64,
            });
        }
    }
    name_unsigned(&mut found);
    Ok(found)
}

/// A container with its manifests read and its members found by name.
struct Package<'a> {
    container: &'a AsicContainer,
    limits: &'a Limits,
    members: HashMap<&'a str, &'a Member>,
    manifests: Vec<Manifest>,
    /// The members that manifests name as their signature, time-stamp or record.
    targets: HashMap<String, ManifestKind>,
    /// Manifests that cannot be read, as they are told to people.
    unreadable_manifests: Vec<String>,
    sha256: HashMap<&'a str, [u8; 32]>,
    digests: HashMap<(&'a str, DigestAlgorithm), Vec<u8>>,
}

/// What a signature, a time-stamp or a record must be over.
struct Protection {
    /// The bytes of the manifest or of the one data object.
    content: Option<Bytes>,
    /// The manifest, if there is one.
    manifest: Option<String>,
    references: Vec<MemberReference>,
    problems: Vec<String>,
}

impl<'a> Package<'a> {
    fn open(container: &'a AsicContainer, limits: &'a Limits) -> Result<Self, Error> {
        let mut manifests = Vec::new();
        let mut unreadable_manifests = Vec::new();
        let named = container.members.iter();
        for member in named.filter(|member| member.role() == MemberRole::Manifest) {
            match Manifest::read(&member.name, &member.content) {
                Ok(manifest) => manifests.push(manifest),
                Err(error) => unreadable_manifests.push(format!("{}: {error}", member.name)),
            }
            let references: usize = manifests.iter().map(|one| one.references.len()).sum();
            if references > limits.manifest_references {
                return Err(Error::OverLimit {
                    limit: "references in the manifests of a container",
                    allowed: limits.manifest_references as u64,
                });
            }
        }
        let targets = manifests
            .iter()
            .filter_map(|manifest| Some((manifest.target.clone()?, manifest.kind)))
            .collect();
        let members = container.members.iter();
        let unique = members.filter_map(|member| container.member(&member.name));
        Ok(Package {
            container,
            limits,
            members: unique
                .map(|member| (member.name.as_str(), member))
                .collect(),
            manifests,
            targets,
            unreadable_manifests,
            sha256: HashMap::new(),
            digests: HashMap::new(),
        })
    }

    /// What a member is for: by its name or, where that does not say, by the manifest that names
    /// it as its signature.
    fn role(&self, member: &Member) -> MemberRole {
        let role = member.role();
        if !matches!(role, MemberRole::DataObject | MemberRole::Other) {
            return role;
        }
        match self.targets.get(&member.name) {
            Some(ManifestKind::Signature) => MemberRole::Signature,
            Some(ManifestKind::TimeStamp | ManifestKind::Archive) => MemberRole::TimeStamp,
            Some(ManifestKind::EvidenceRecord) => MemberRole::EvidenceRecord,
            None => role,
        }
    }

    /// A CMS is what its content says, whatever its name: a signature or a time-stamp token. Only
    /// then is it known what it must be over, so that content and coverage are the same.
    fn take_cms(&mut self, member: &Member, found: &mut Signatures) {
        let is_token = match SignedData::read(&member.content, self.limits) {
            Ok(data) => data.content_type == oid::TST_INFO,
            Err(_) => self.role(member) != MemberRole::Signature,
        };
        if is_token {
            let protection = self.protection(&member.name, Binding::ByManifestFirst);
            let token = TimestampToken::read(&member.content, self.limits);
            let timestamp = self.timestamp(member, token, protection);
            found.timestamps.push(timestamp);
            return;
        }
        let content = self.protection(&member.name, Binding::ByKind).content;
        let content = content.map(Source::from);
        let refused = match cades::read(&member.content, content.as_ref(), self.limits) {
            Ok(inside) if !inside.signatures.is_empty() => {
                for signature in inside.signatures {
                    let protection = self.protection(&member.name, Binding::ByKind);
                    let signature =
                        signature.map(|signature| self.locate(member, signature, protection));
                    found.signatures.push(signature);
                }
                return;
            }
            Ok(_) => Error::malformed("SignedData", 0, "no signer"),
            Err(error) => error,
        };
        let unreadable = self.unreadable(member, refused, Format::Cades);
        found.signatures.push(Err(Box::new(unreadable)));
    }

    fn locate(
        &self,
        member: &Member,
        mut signature: Signature,
        protection: Protection,
    ) -> Signature {
        signature.format_problems.extend(self.problems());
        signature.format_problems.extend(protection.problems);
        signature.coverage = self.coverage(&member.name, protection.references);
        signature
    }

    fn unreadable(&mut self, member: &Member, error: Error, format: Format) -> UnreadableSignature {
        let protection = self.protection(&member.name, Binding::ByKind);
        UnreadableSignature {
            error,
            format,
            coverage: self.coverage(&member.name, protection.references),
            format_problems: self.problems(),
        }
    }

    fn timestamp(
        &self,
        member: &Member,
        token: Result<TimestampToken, Error>,
        protection: Protection,
    ) -> Timestamp {
        let mut format_problems = self.problems();
        format_problems.extend(protection.problems);
        let content = protection
            .content
            .map(|content| vec![content.into()].into());
        Timestamp {
            kind: TimestampKind::Container,
            token,
            stamped: Stamped::content(content),
            covers: Covers::default(),
            format_problems,
            coverage: Some(self.coverage(&member.name, protection.references)),
        }
    }

    /// A record holds the hashes of the members that its manifest names, not of the manifest.
    fn record(&mut self, member: &Member, record: Result<EvidenceRecord, Error>) -> Record {
        let protection = self.protection(&member.name, Binding::ByManifestFirst);
        let objects = protection.references.iter().map(|reference| {
            let member = self.members.get(reference.name.as_str());
            RecordObject {
                name: reference.name.clone(),
                content: member.map(|member| member.content.clone().into()),
                subject: Subject::Member,
            }
        });
        let mut format_problems = self.problems();
        if protection.manifest.is_some() {
            format_problems.extend(protection.problems);
        }
        Record {
            record,
            place: Some(member.name.clone()),
            objects: objects.collect(),
            references: protection.references,
            format_problems,
        }
    }

    /// What the container as a whole has that no signature in it survives.
    fn problems(&self) -> Vec<String> {
        let problems = self.container.problems.iter();
        problems
            .filter(|problem| !problem.is_harmless())
            .map(ToString::to_string)
            .collect()
    }

    fn coverage(&self, place: &str, references: Vec<MemberReference>) -> Coverage {
        let about: HashSet<&str> = references.iter().map(|known| known.name.as_str()).collect();
        let members = self.container.members.iter();
        let uncovered = members
            .filter(|member| {
                matches!(
                    self.role(member),
                    MemberRole::DataObject | MemberRole::Other
                )
            })
            .map(|member| member.name.as_str())
            .filter(|name| !about.contains(name))
            .map(str::to_owned)
            .collect();
        let problems = self.container.problems.iter();
        let mut remarks: Vec<String> = problems
            .filter(|problem| problem.is_harmless())
            .map(ToString::to_string)
            .collect();
        remarks.extend(self.unreadable_manifests.iter().cloned());
        Coverage::of_members(MemberCoverage {
            place: place.to_owned(),
            references,
            uncovered,
            unsigned: Vec::new(),
            remarks,
        })
    }

    /// What the member `name` must be over: in ASiC-S the one data object (4.3.3.2), in ASiC-E
    /// the one manifest that names it (4.4.3.2). In both, A.7 has time-stamps and records name
    /// theirs.
    fn protection(&mut self, name: &str, binding: Binding) -> Protection {
        let is_simple = self.container.kind == AsicKind::Simple;
        let manifests = self.manifests.iter();
        let naming: Vec<Manifest> = manifests
            .filter(|manifest| manifest.target.as_deref() == Some(name))
            .filter(|_| !is_simple || binding == Binding::ByManifestFirst)
            .cloned()
            .collect();
        match naming.as_slice() {
            [manifest] => self.by_manifest(manifest),
            [] if is_simple => self.by_data_object(),
            [] => Protection::none(format!("no manifest names {name}")),
            _ => Protection::none(format!("several manifests name {name}")),
        }
    }

    fn by_manifest(&mut self, manifest: &Manifest) -> Protection {
        let mut problems = Vec::new();
        if manifest.references.is_empty() {
            problems.push(format!("{} names no member", manifest.name));
        }
        if manifest.critical_extensions > 0 {
            problems.push(format!(
                "{} has a critical extension that is not understood",
                manifest.name
            ));
        }
        let references = manifest.references.iter().map(|reference| {
            let digest = DigestAlgorithm::from_uri(&reference.digest_method);
            self.compare(&reference.uri, digest, &reference.digest)
        });
        let references = references.collect();
        let member = self.members.get(manifest.name.as_str());
        Protection {
            content: member.map(|member| member.content.clone()),
            manifest: Some(manifest.name.clone()),
            references,
            problems,
        }
    }

    fn by_data_object(&mut self) -> Protection {
        let mut objects = self.container.data_objects();
        let (Some(object), None) = (objects.next(), objects.next()) else {
            let problem = "an ASiC-S container without exactly one data object";
            return Protection::none(problem.to_owned());
        };
        let reference = MemberReference {
            name: object.name.clone(),
            digest: ReferenceDigest::Direct,
            sha256: self.sha256_of(&object.name),
            state: match self.members.contains_key(object.name.as_str()) {
                true => ReferenceState::Intact,
                false => ReferenceState::Missing,
            },
        };
        Protection {
            content: Some(object.content.clone()),
            manifest: None,
            references: vec![reference],
            problems: Vec::new(),
        }
    }

    fn compare(
        &mut self,
        name: &str,
        digest: Option<DigestAlgorithm>,
        stated: &[u8],
    ) -> MemberReference {
        let state = match (self.members.get_key_value(name), digest) {
            (None, _) => ReferenceState::Missing,
            (_, None) => ReferenceState::NotComputed,
            (Some((name, member)), Some(digest)) => {
                let known = self.digests.entry((name, digest));
                let computed = known.or_insert_with(|| digest.digest(&[&member.content]));
                match computed == stated {
                    true => ReferenceState::Intact,
                    false => ReferenceState::Differs,
                }
            }
        };
        MemberReference {
            name: name.to_owned(),
            digest: digest.map_or(ReferenceDigest::Unknown, ReferenceDigest::By),
            sha256: self.sha256_of(name),
            state,
        }
    }

    fn sha256_of(&mut self, name: &str) -> Option<[u8; 32]> {
        let (name, member) = self.members.get_key_value(name)?;
        let known = self.sha256.entry(name);
        Some(*known.or_insert_with(|| crypto::sha256(&member.content)))
    }
}

/// Whether a manifest counts in ASiC-S, where signatures are over the data object itself.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Binding {
    ByKind,
    ByManifestFirst,
}

impl Protection {
    fn none(problem: String) -> Self {
        Protection {
            content: None,
            manifest: None,
            references: Vec::new(),
            problems: vec![problem],
        }
    }
}

/// Tells each signature which members none of them is about.
fn name_unsigned(found: &mut Signatures) {
    let signed: HashSet<String> = found
        .signatures
        .iter()
        .flatten()
        .filter_map(|signature| signature.coverage.members.as_ref())
        .flat_map(MemberCoverage::names)
        .map(str::to_owned)
        .collect();
    for signature in found.signatures.iter_mut().flatten() {
        if let Some(members) = &mut signature.coverage.members {
            let uncovered = members.uncovered.iter();
            members.unsigned = uncovered
                .filter(|name| !signed.contains(*name))
                .cloned()
                .collect();
        }
    }
}

fn unsupported(structure: &'static str, feature: &'static str) -> Error {
    Error::Unsupported { structure, feature }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::container::asic::write_asic_e;

    /// A signature over a manifest must not pass for one over the data object of ASiC-S because
    /// its name is that of a time-stamp.
    #[test]
    fn a_signature_is_over_what_it_is_said_to_cover() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/cases/asic/e-b-b/");
        let signed = std::fs::read(format!("{folder}input.asice")).unwrap();
        let signed = AsicContainer::read(signed.into(), &Limits::default()).unwrap();
        let signature = &signed.member("META-INF/signature001.p7s").unwrap().content;
        let manifest = br#"<ASiCManifest xmlns="http://uri.etsi.org/02918/v1.2.1#">
            <SigReference URI="META-INF/timestamp.p7s"/></ASiCManifest>"#;
        let members: [(String, &[u8]); 3] = [
            ("forged.txt".to_owned(), b"forged"),
            ("META-INF/ASiCManifest001.xml".to_owned(), manifest),
            ("META-INF/timestamp.p7s".to_owned(), signature),
        ];
        let bytes = write_asic_e(&members).unwrap();
        let mut container = AsicContainer::read(bytes.into(), &Limits::default()).unwrap();
        container.kind = AsicKind::Simple;
        let found = read(&container, &Limits::default()).unwrap();
        let signature = found.signatures[0].as_ref().unwrap();
        let covered = signature.coverage.members.as_ref().unwrap();
        assert!(covered.is_about("forged.txt"));
        let content = signature.content.as_ref().unwrap();
        assert_eq!(content.bytes().unwrap(), &b"forged"[..]);
    }
}
