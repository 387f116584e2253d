//! Certificates for tests, signed with Ed25519: the same bytes on every run.

#![allow(dead_code)]

use bytes::Bytes;
use ring::signature::{Ed25519KeyPair, KeyPair};
use sigill::UnixTime;
use sigill::asn1::{DerWriter, Oid, oid, tag};
use sigill::x509::Criticality;

/// A key, the same for the same number.
pub struct Key(Ed25519KeyPair);

impl Key {
    pub fn numbered(number: u64) -> Self {
        let mut seed = [0; 32];
        seed[..8].copy_from_slice(&number.to_be_bytes());
        Key(Ed25519KeyPair::from_seed_unchecked(&seed).unwrap())
    }
}

/// A certificate that is not signed yet.
pub struct Draft {
    pub serial: u64,
    pub issuer: Vec<u8>,
    pub subject: Vec<u8>,
    pub not_before: UnixTime,
    pub not_after: UnixTime,
    /// SubjectPublicKeyInfo in place of that of the key it is signed for.
    public_key: Option<Vec<u8>>,
    extensions: Vec<u8>,
}

impl Draft {
    /// For names as DER; valid from 2020 to the end of 2029.
    pub fn new(issuer: &[u8], subject: &[u8]) -> Self {
        Draft {
            serial: 1,
            issuer: issuer.to_vec(),
            subject: subject.to_vec(),
            not_before: UnixTime::from_date(2020, 1, 1).unwrap(),
            not_after: UnixTime::from_date(2029, 12, 31).unwrap(),
            public_key: None,
            extensions: Vec::new(),
        }
    }

    pub fn numbered(mut self, serial: u64) -> Self {
        self.serial = serial;
        self
    }

    pub fn valid(mut self, from: UnixTime, to: UnixTime) -> Self {
        self.not_before = from;
        self.not_after = to;
        self
    }

    /// With a DSA key that leaves its parameters to the issuer (RFC 3279, 2.3.2).
    pub fn with_dsa_key(mut self, number: u64) -> Self {
        let value = der(|writer| writer.small_integer(number));
        self.public_key = Some(der(|writer| {
            writer.sequence(|key| {
                key.sequence(|algorithm| {
                    algorithm.oid(&Oid::from_dotted("1.2.840.10040.4.1").unwrap());
                });
                bit_string(key, &value);
            });
        }));
        self
    }

    /// With `BasicConstraints` and `KeyUsage` of an authority.
    pub fn authority(self) -> Self {
        let constraints = der(|writer| writer.sequence(|fields| fields.boolean(true)));
        let usage = der(|writer| writer.primitive(tag::BIT_STRING, &[1, 0b110]));
        self.extension(&oid::BASIC_CONSTRAINTS, Criticality::Critical, &constraints)
            .extension(&oid::KEY_USAGE, Criticality::Critical, &usage)
    }

    pub fn extension(mut self, kind: &Oid, criticality: Criticality, value: &[u8]) -> Self {
        self.extensions.extend(der(|writer| {
            writer.sequence(|extension| {
                extension.oid(kind);
                if criticality == Criticality::Critical {
                    extension.boolean(true);
                }
                extension.octet_string(value);
            });
        }));
        self
    }

    /// The certificate over the key of `subject`, signed with that of `issuer`.
    pub fn sign(&self, subject: &Key, issuer: &Key) -> Bytes {
        let tbs = der(|writer| writer.sequence(|fields| self.write_fields(fields, subject)));
        signed(&tbs, issuer)
    }

    fn write_fields(&self, fields: &mut DerWriter, subject: &Key) {
        fields.constructed(tag::context_constructed(0), |version| {
            version.small_integer(2);
        });
        fields.small_integer(self.serial);
        ed25519(fields);
        fields.raw(&self.issuer);
        fields.sequence(|validity| {
            validity.generalized_time(self.not_before);
            validity.generalized_time(self.not_after);
        });
        fields.raw(&self.subject);
        match &self.public_key {
            Some(public_key) => fields.raw(public_key),
            None => fields.sequence(|key| {
                ed25519(key);
                bit_string(key, subject.0.public_key().as_ref());
            }),
        }
        if !self.extensions.is_empty() {
            fields.constructed(tag::context_constructed(3), |wrapper| {
                wrapper.sequence(|list| list.raw(&self.extensions));
            });
        }
    }
}

/// A revocation list that revokes one certificate.
pub struct Revocation {
    pub issuer: Vec<u8>,
    pub this_update: UnixTime,
    pub next_update: UnixTime,
    pub serial: u64,
    pub at: UnixTime,
    /// CRLReason.
    pub reason: u8,
}

impl Revocation {
    pub fn sign(&self, issuer: &Key) -> Bytes {
        let reason = der(|writer| writer.primitive(tag::ENUMERATED, &[self.reason]));
        let tbs = der(|writer| {
            writer.sequence(|fields| {
                fields.small_integer(1);
                ed25519(fields);
                fields.raw(&self.issuer);
                fields.generalized_time(self.this_update);
                fields.generalized_time(self.next_update);
                fields.sequence(|list| {
                    list.sequence(|entry| {
                        entry.small_integer(self.serial);
                        entry.generalized_time(self.at);
                        entry.sequence(|extensions| {
                            extensions.sequence(|extension| {
                                extension.oid(&oid::REASON_CODE);
                                extension.octet_string(&reason);
                            });
                        });
                    });
                });
            });
        });
        signed(&tbs, issuer)
    }
}

fn signed(tbs: &[u8], issuer: &Key) -> Bytes {
    let signature = issuer.0.sign(tbs);
    let whole = der(|writer| {
        writer.sequence(|fields| {
            fields.raw(tbs);
            ed25519(fields);
            bit_string(fields, signature.as_ref());
        });
    });
    whole.into()
}

/// A name of one common name.
pub fn name(common_name: &str) -> Vec<u8> {
    der(|writer| {
        writer.sequence(|relatives| {
            relatives.constructed(tag::SET, |relative| {
                relative.sequence(|attribute| {
                    attribute.oid(&oid::COMMON_NAME);
                    attribute.primitive(tag::UTF8_STRING, common_name.as_bytes());
                });
            });
        });
    })
}

pub fn der(write: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
    let mut writer = DerWriter::new();
    write(&mut writer);
    writer.into_bytes()
}

fn ed25519(fields: &mut DerWriter) {
    fields.sequence(|algorithm| algorithm.oid(&Oid::from_dotted("1.3.101.112").unwrap()));
}

fn bit_string(fields: &mut DerWriter, octets: &[u8]) {
    fields.primitive(tag::BIT_STRING, &[&[0], octets].concat());
}
