//! The entries of a revocation list (RFC 5280, 5.3), found where they stand.

use super::{Extension, Version};
use crate::UnixTime;
use crate::asn1::{Reader, keep, oid, tag};
use crate::error::Error;
use crate::x509::extension::GeneralName;
use crate::x509::name::DistinguishedName;
use crate::x509::serial_number;
use bytes::Bytes;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hasher};

/// CRLReason certificateHold: the revocation may be taken back (5.3.1).
pub(crate) const CERTIFICATE_HOLD: u8 = 6;
/// CRLReason removeFromCRL: it is taken back, in a delta only (5.3.1).
pub(crate) const REMOVE_FROM_CRL: u8 = 8;

/// What an entry says of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevokedCertificate {
    /// `revocationDate`.
    pub at: UnixTime,
    /// The CRLReason, where one is given.
    pub reason: Option<u8>,
}

impl RevokedCertificate {
    /// Which of several entries for the same certificate counts: the gravest, then the first.
    fn precedence(&self) -> (u8, UnixTime) {
        let rank = match self.reason {
            Some(REMOVE_FROM_CRL) => 2,
            Some(CERTIFICATE_HOLD) => 1,
            _ => 0,
        };
        (rank, self.at)
    }
}

/// Where the entries for a serial number stand: eight bytes for each, so that a list of a
/// million entries is never held in parsed form.
#[derive(Debug, Clone)]
pub(super) struct EntryIndex {
    /// 32 bits of the serial number's hash, then the offset of the entry; in order.
    places: Box<[u64]>,
    /// Offsets of the entries that name an issuer, which holds for those behind them too
    /// (5.3.3); in order.
    issuer_changes: Box<[u32]>,
    /// Revocation dates that were still to come when the list was made; in order, each once.
    announced: Box<[UnixTime]>,
}

impl EntryIndex {
    /// Reads every entry once. One that cannot be read, or has a critical extension that is not
    /// processed, makes the whole list unusable.
    pub(super) fn build(
        revoked: &Bytes,
        version: Version,
        indirect: bool,
        this_update: UnixTime,
    ) -> Result<Self, Error> {
        if u32::try_from(revoked.len()).is_err() {
            return Err(Error::OverLimit {
                limit: "bytes of entries in a revocation list",
                allowed: u64::from(u32::MAX),
            });
        }
        let mut entries = Reader::new(revoked, "revokedCertificates");
        let mut places = Vec::new();
        let mut issuer_changes = Vec::new();
        let mut announced = BTreeSet::new();
        while !entries.is_empty() {
            let offset = u32::try_from(entries.position()).unwrap_or(u32::MAX);
            let problem = entries.error("an entry that the version of the list does not allow");
            let entry = Entry::read(&mut entries)?;
            if entry.has_extensions && version == Version::One {
                return Err(problem);
            }
            if entry.issuer.is_some() {
                if !indirect {
                    return Err(entries.error("an entry for another issuer in a direct list"));
                }
                issuer_changes.push(offset);
            }
            if entry.content.at > this_update {
                announced.insert(entry.content.at);
            }
            places.push(hash(entry.serial) << 32 | u64::from(offset));
        }
        places.sort_unstable();
        Ok(EntryIndex {
            places: places.into_boxed_slice(),
            issuer_changes: issuer_changes.into_boxed_slice(),
            announced: announced.into_iter().collect(),
        })
    }

    /// Revocation dates that were still to come when the list was made; in order, each once.
    pub(super) fn announced(&self) -> &[UnixTime] {
        &self.announced
    }

    /// The entry for a serial number of `issuer`, in a list by `list_issuer`.
    pub(super) fn find(
        &self,
        revoked: &Bytes,
        serial: &[u8],
        issuer: &DistinguishedName,
        list_issuer: &DistinguishedName,
    ) -> Result<Option<RevokedCertificate>, Error> {
        let serial = serial_number::significant(serial);
        let wanted = hash(serial);
        let first = self.places.partition_point(|place| place >> 32 < wanted);
        let places = self.places.get(first..).unwrap_or_default();
        let mut found: Option<RevokedCertificate> = None;
        for place in places.iter().take_while(|place| **place >> 32 == wanted) {
            let offset = u32::try_from(place & u64::from(u32::MAX)).unwrap_or(u32::MAX);
            let entry = entry_at(revoked, offset)?;
            if entry.serial != serial || !self.is_of(offset, revoked, issuer, list_issuer)? {
                continue;
            }
            let gravest = found.map_or(entry.content, |other| {
                std::cmp::min_by_key(other, entry.content, RevokedCertificate::precedence)
            });
            found = Some(gravest);
        }
        Ok(found)
    }

    /// Whether the entry at `offset` is about a certificate of `issuer`.
    fn is_of(
        &self,
        offset: u32,
        revoked: &Bytes,
        issuer: &DistinguishedName,
        list_issuer: &DistinguishedName,
    ) -> Result<bool, Error> {
        let before = self
            .issuer_changes
            .partition_point(|change| *change <= offset);
        let change = before
            .checked_sub(1)
            .and_then(|last| self.issuer_changes.get(last));
        let Some(change) = change else {
            return Ok(issuer.matches(list_issuer));
        };
        let names = entry_at(revoked, *change)?.issuer.unwrap_or_default();
        let names = GeneralName::read_list(
            Reader::new(names, "CertificateIssuer").sequence()?,
            &keep(revoked, names),
        )?;
        Ok(names.iter().any(
            |name| matches!(name, GeneralName::Directory(directory) if directory.matches(issuer)),
        ))
    }
}

fn entry_at(revoked: &Bytes, offset: u32) -> Result<Entry<'_>, Error> {
    let rest = usize::try_from(offset)
        .ok()
        .and_then(|at| revoked.get(at..));
    Entry::read(&mut Reader::new(
        rest.unwrap_or_default(),
        "revokedCertificates",
    ))
}

/// The same on every run, so that the same input costs the same.
fn hash(serial: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(serial);
    hasher.finish() >> 32
}

/// One entry as it stands.
struct Entry<'a> {
    serial: &'a [u8],
    content: RevokedCertificate,
    has_extensions: bool,
    /// The value of `certificateIssuer`.
    issuer: Option<&'a [u8]>,
}

impl<'a> Entry<'a> {
    fn read(entries: &mut Reader<'a>) -> Result<Self, Error> {
        let mut fields = entries.sequence()?;
        let mut entry = Entry {
            serial: serial_number::significant(fields.integer()?),
            content: RevokedCertificate {
                at: fields.time()?,
                reason: None,
            },
            has_extensions: false,
            issuer: None,
        };
        if let Some(extensions) = fields.optional(tag::SEQUENCE)? {
            entry.read_extensions(extensions.reader())?;
        }
        fields.finish()?;
        Ok(entry)
    }

    fn read_extensions(&mut self, mut extensions: Reader<'a>) -> Result<(), Error> {
        self.has_extensions = true;
        while !extensions.is_empty() {
            let extension = Extension::read(&mut extensions)?;
            if extension.is(&oid::REASON_CODE) {
                let mut value = Reader::new(extension.content, "CRLReason");
                match value.expect(tag::ENUMERATED)?.content {
                    [reason] => self.content.reason = Some(*reason),
                    _ => return Err(value.error("a reason that is not one octet")),
                }
            } else if extension.is(&oid::CERTIFICATE_ISSUER) {
                self.issuer = Some(extension.content);
            } else if extension.critical && !extension.is(&oid::INVALIDITY_DATE) {
                return Err(extensions.error("a critical extension that is not processed"));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::asn1::{DerWriter, Oid};

    fn name(common_name: &str) -> DistinguishedName {
        let mut writer = DerWriter::new();
        writer.sequence(|names| {
            names.constructed(tag::SET, |set| {
                set.sequence(|pair| {
                    pair.oid(&oid::COMMON_NAME);
                    pair.primitive(tag::UTF8_STRING, common_name.as_bytes());
                });
            });
        });
        DistinguishedName::read(&Bytes::from(writer.into_bytes())).unwrap()
    }

    fn entry(serial: &[u8], at: i64, extensions: &[(&Oid, bool, Vec<u8>)]) -> Vec<u8> {
        let mut writer = DerWriter::new();
        writer.sequence(|entry| {
            entry.primitive(tag::INTEGER, serial);
            entry.generalized_time(UnixTime(at));
            if !extensions.is_empty() {
                entry.sequence(|list| {
                    for (kind, critical, value) in extensions {
                        list.sequence(|extension| {
                            extension.oid(kind);
                            extension.boolean(*critical);
                            extension.octet_string(value);
                        });
                    }
                });
            }
        });
        writer.into_bytes()
    }

    fn of(issuer: &str) -> Vec<u8> {
        let mut writer = DerWriter::new();
        writer.sequence(|names| {
            names.constructed(tag::context_constructed(4), |directory| {
                directory.raw(name(issuer).der());
            });
        });
        writer.into_bytes()
    }

    fn find(revoked: &[Vec<u8>], serial: &[u8], issuer: &str) -> Option<RevokedCertificate> {
        let revoked = Bytes::from(revoked.concat());
        let index = EntryIndex::build(&revoked, Version::Two, true, UnixTime(0)).unwrap();
        index
            .find(&revoked, serial, &name(issuer), &name("list"))
            .unwrap()
    }

    #[test]
    fn an_entry_is_found_by_its_number_however_it_is_padded() {
        let revoked = [entry(&[0, 5], 10, &[]), entry(&[0x80], 20, &[])];
        assert_eq!(find(&revoked, &[5], "list").unwrap().at, UnixTime(10));
        assert_eq!(
            find(&revoked, &[0xff, 0x80], "list").unwrap().at,
            UnixTime(20)
        );
        assert_eq!(find(&revoked, &[0, 0x80], "list"), None);
    }

    #[test]
    fn an_issuer_holds_until_the_next_is_named() {
        let named = |issuer| [(&oid::CERTIFICATE_ISSUER, true, of(issuer))];
        let revoked = [
            entry(&[1], 1, &[]),
            entry(&[1], 2, &named("A")),
            entry(&[2], 3, &[]),
            entry(&[2], 4, &named("B")),
        ];
        let at = |serial, issuer| find(&revoked, &[serial], issuer).map(|entry| entry.at.0);
        assert_eq!(
            (at(1, "list"), at(1, "A"), at(1, "B")),
            (Some(1), Some(2), None)
        );
        assert_eq!(
            (at(2, "list"), at(2, "A"), at(2, "B")),
            (None, Some(3), Some(4))
        );
        let direct = EntryIndex::build(
            &Bytes::from(revoked.concat()),
            Version::Two,
            false,
            UnixTime(0),
        );
        assert!(direct.is_err());
    }

    #[test]
    fn of_several_entries_the_gravest_counts() {
        let reason = |code| [(&oid::REASON_CODE, false, vec![tag::ENUMERATED, 1, code])];
        let revoked = [
            entry(&[1], 1, &reason(CERTIFICATE_HOLD)),
            entry(&[1], 3, &reason(1)),
            entry(&[1], 2, &reason(REMOVE_FROM_CRL)),
        ];
        assert_eq!(find(&revoked, &[1], "list").unwrap().reason, Some(1));
    }

    #[test]
    fn what_is_not_understood_spoils_the_list() {
        let unknown = Oid::from_dotted("1.2.3").unwrap();
        let build = |entry: Vec<u8>, version| {
            EntryIndex::build(&Bytes::from(entry), version, false, UnixTime(0)).is_ok()
        };
        let with = |critical| entry(&[1], 1, &[(&unknown, critical, vec![5, 0])]);
        assert!(build(with(false), Version::Two));
        assert!(!build(with(true), Version::Two));
        assert!(!build(with(false), Version::One));
        let mut garbage = entry(&[1], 1, &[]);
        garbage[1] += 2;
        garbage.extend_from_slice(&[5, 0]);
        assert!(!build(garbage, Version::Two));
    }
}
