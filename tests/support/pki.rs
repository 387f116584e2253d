//! Certificates, revocation lists and OCSP responses for tests, by keys made on the spot (P-256)
//! and at times that the test names. It shares no code with the library's readers but the DER
//! writer and the object identifiers.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use sigill::asn1::{DerWriter, Oid, oid, tag};
use sigill::crypto::DigestAlgorithm;
use sigill::x509::Certificate;
use sigill::{Bytes, UnixTime};

/// A certificate with its key.
pub struct Identity {
    key: EcdsaKeyPair,
    pub certificate: Certificate,
}

/// What is to stand in a certificate.
pub struct Draft {
    pub serial: Vec<u8>,
    pub not_before: UnixTime,
    pub not_after: UnixTime,
    pub extensions: Vec<Vec<u8>>,
}

/// What is to stand in a revocation list.
pub struct ListDraft {
    pub issuer: Vec<u8>,
    pub this_update: UnixTime,
    pub next_update: Option<UnixTime>,
    pub entries: Vec<Vec<u8>>,
    pub extensions: Vec<Vec<u8>>,
}

/// What is to stand in an OCSP response.
pub struct ResponseDraft {
    pub by_key: bool,
    /// Whose name or key the response bears; the signer's unless it is another's.
    pub in_the_name_of: Option<Certificate>,
    pub produced_at: UnixTime,
    pub singles: Vec<SingleDraft>,
    pub extensions: Vec<Vec<u8>>,
    pub certificates: Vec<Bytes>,
}

/// What is to be said of one certificate.
pub struct SingleDraft {
    pub issuer_name_hash: Vec<u8>,
    pub issuer_key_hash: Vec<u8>,
    pub serial: Vec<u8>,
    pub status: Status,
    pub this_update: UnixTime,
    pub next_update: Option<UnixTime>,
    pub extensions: Vec<Vec<u8>>,
}

#[derive(Clone, Copy)]
pub enum Status {
    Good,
    Revoked(UnixTime, u8),
    Unknown,
}

impl Identity {
    /// A self-signed authority, valid 2000 to 2060.
    pub fn root(name: &str) -> Self {
        Self::root_with(name, |_| {})
    }

    /// A self-signed authority, valid 2000 to 2060 unless `change` says otherwise.
    pub fn root_with(name: &str, change: impl FnOnce(&mut Draft)) -> Self {
        let key = new_key();
        let certificate = certificate(name, &key, &distinguished(name), &key, |draft| {
            draft.extensions = vec![authority(), key_usage(AUTHORITY)];
            change(draft);
        });
        Identity { key, certificate }
    }

    /// An authority below this one.
    pub fn authority(&self, name: &str) -> Self {
        self.issue(name, |draft| {
            draft.extensions = vec![authority(), key_usage(AUTHORITY)];
        })
    }

    /// A certificate by this authority, valid 2020 to 2030 unless `change` says otherwise.
    pub fn issue(&self, name: &str, change: impl FnOnce(&mut Draft)) -> Self {
        let key = new_key();
        let issuer = self.certificate.subject.der();
        let certificate = certificate(name, &key, issuer, &self.key, |draft| {
            draft.not_before = date(2020);
            draft.not_after = date(2030);
            change(draft);
        });
        Identity { key, certificate }
    }

    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        let signature = self.key.sign(&SystemRandom::new(), message).unwrap();
        signature.as_ref().to_vec()
    }

    pub fn der(&self) -> Bytes {
        self.certificate.der().clone()
    }

    /// A revocation list by this authority, of `this_update` and for a year.
    pub fn list(&self, this_update: UnixTime, change: impl FnOnce(&mut ListDraft)) -> Bytes {
        let mut draft = ListDraft {
            issuer: self.certificate.subject.der().to_vec(),
            this_update,
            next_update: Some(UnixTime(this_update.0 + 365 * DAY)),
            entries: Vec::new(),
            extensions: Vec::new(),
        };
        change(&mut draft);
        let mut writer = DerWriter::new();
        writer.sequence(|list| {
            list.small_integer(1);
            algorithm(list);
            list.raw(&draft.issuer);
            list.generalized_time(draft.this_update);
            if let Some(next) = draft.next_update {
                list.generalized_time(next);
            }
            if !draft.entries.is_empty() {
                list.sequence(|entries| entries.raw(&draft.entries.concat()));
            }
            write_extensions(list, 0, &draft.extensions);
        });
        self.signed(&writer.into_bytes())
    }

    /// An OCSP response signed by this responder, naming itself and nobody else.
    pub fn response(&self, produced_at: UnixTime, singles: Vec<SingleDraft>) -> Bytes {
        self.response_with(produced_at, singles, |_| {})
    }

    pub fn response_with(
        &self,
        produced_at: UnixTime,
        singles: Vec<SingleDraft>,
        change: impl FnOnce(&mut ResponseDraft),
    ) -> Bytes {
        let mut draft = ResponseDraft {
            by_key: false,
            in_the_name_of: None,
            produced_at,
            singles,
            extensions: Vec::new(),
            certificates: vec![self.der()],
        };
        change(&mut draft);
        let named = draft.in_the_name_of.as_ref().unwrap_or(&self.certificate);
        let mut data = DerWriter::new();
        data.sequence(|data| {
            if draft.by_key {
                let hash = DigestAlgorithm::Sha1.digest(&[named.public_key.key_bits()]);
                data.constructed(tag::context_constructed(2), |key| key.octet_string(&hash));
            } else {
                let name = named.subject.der();
                data.constructed(tag::context_constructed(1), |responder| responder.raw(name));
            }
            data.generalized_time(draft.produced_at);
            data.sequence(|list| {
                for single in &draft.singles {
                    single.write(list);
                }
            });
            write_extensions(data, 1, &draft.extensions);
        });
        let data = data.into_bytes();
        let mut basic = DerWriter::new();
        basic.sequence(|basic| {
            basic.raw(&data);
            algorithm(basic);
            basic.primitive(
                tag::BIT_STRING,
                &[&[0], self.sign(&data).as_slice()].concat(),
            );
            basic.constructed(tag::context_constructed(0), |wrapper| {
                wrapper.sequence(|list| list.raw(&draft.certificates.concat()));
            });
        });
        let mut writer = DerWriter::new();
        writer.sequence(|response| {
            response.primitive(tag::ENUMERATED, &[0]);
            response.constructed(tag::context_constructed(0), |wrapper| {
                wrapper.sequence(|bytes| {
                    bytes.oid(&oid::OCSP_BASIC_RESPONSE);
                    bytes.octet_string(&basic.into_bytes());
                });
            });
        });
        Bytes::from(writer.into_bytes())
    }

    fn signed(&self, signed: &[u8]) -> Bytes {
        sign_with(&self.key, signed)
    }
}

impl SingleDraft {
    /// What `issuer` says of a certificate of its own: good at `this_update`, and for a week.
    pub fn good(certificate: &Identity, issuer: &Identity, this_update: UnixTime) -> Self {
        let issuer = &issuer.certificate;
        SingleDraft {
            issuer_name_hash: DigestAlgorithm::Sha1
                .digest(&[issuer.subject.der()])
                .to_vec(),
            issuer_key_hash: DigestAlgorithm::Sha1
                .digest(&[issuer.public_key.key_bits()])
                .to_vec(),
            serial: certificate.certificate.serial.to_vec(),
            status: Status::Good,
            this_update,
            next_update: Some(UnixTime(this_update.0 + 7 * DAY)),
            extensions: Vec::new(),
        }
    }

    pub fn saying(mut self, status: Status) -> Self {
        self.status = status;
        self
    }

    pub fn with(mut self, extension: Vec<u8>) -> Self {
        self.extensions.push(extension);
        self
    }

    fn write(&self, list: &mut DerWriter) {
        list.sequence(|single| {
            single.sequence(|identifier| {
                identifier.sequence(|digest| digest.oid(&DigestAlgorithm::Sha1.oid()));
                identifier.octet_string(&self.issuer_name_hash);
                identifier.octet_string(&self.issuer_key_hash);
                identifier.primitive(tag::INTEGER, &self.serial);
            });
            match self.status {
                Status::Good => single.primitive(tag::context(0), &[]),
                Status::Unknown => single.primitive(tag::context(2), &[]),
                Status::Revoked(at, reason) => {
                    single.constructed(tag::context_constructed(1), |revoked| {
                        revoked.generalized_time(at);
                        revoked.constructed(tag::context_constructed(0), |code| {
                            code.primitive(tag::ENUMERATED, &[reason]);
                        });
                    });
                }
            }
            single.generalized_time(self.this_update);
            if let Some(next) = self.next_update {
                single.constructed(tag::context_constructed(0), |time| {
                    time.generalized_time(next)
                });
            }
            write_extensions(single, 1, &self.extensions);
        });
    }
}

pub const DAY: i64 = 86_400;

/// keyCertSign and cRLSign.
pub const AUTHORITY: u8 = 0x06;
/// digitalSignature.
pub const SIGNATURE: u8 = 0x80;

/// The first second of a year.
pub fn date(year: i32) -> UnixTime {
    UnixTime::from_date(year, 1, 1).unwrap()
}

pub fn day(year: i32, month: u32, day: u32) -> UnixTime {
    UnixTime::from_date(year, month, day).unwrap()
}

pub fn extension(kind: &Oid, critical: bool, value: &[u8]) -> Vec<u8> {
    der(|writer| {
        writer.sequence(|extension| {
            extension.oid(kind);
            if critical {
                extension.boolean(true);
            }
            extension.octet_string(value);
        });
    })
}

/// An extension that nobody knows.
pub fn unknown_extension(critical: bool) -> Vec<u8> {
    let kind = Oid::from_dotted("1.3.6.1.4.1.99999.7").unwrap();
    extension(&kind, critical, &[5, 0])
}

pub fn authority() -> Vec<u8> {
    let value = der(|writer| writer.sequence(|basic| basic.boolean(true)));
    extension(&oid::BASIC_CONSTRAINTS, true, &value)
}

pub fn key_usage(bits: u8) -> Vec<u8> {
    let value = der(|writer| writer.primitive(tag::BIT_STRING, &[0, bits]));
    extension(&oid::KEY_USAGE, true, &value)
}

pub fn key_purposes(purposes: &[Oid], critical: bool) -> Vec<u8> {
    let value = der(|writer| {
        writer.sequence(|list| purposes.iter().for_each(|purpose| list.oid(purpose)));
    });
    extension(&oid::EXTENDED_KEY_USAGE, critical, &value)
}

pub fn no_check() -> Vec<u8> {
    extension(&oid::OCSP_NO_CHECK, false, &[5, 0])
}

/// An INTEGER as the value of an extension, such as a CRL number.
pub fn number(kind: &Oid, critical: bool, value: u64) -> Vec<u8> {
    extension(kind, critical, &der(|writer| writer.small_integer(value)))
}

/// A GeneralizedTime as the value of an extension.
pub fn moment(kind: &Oid, time: UnixTime) -> Vec<u8> {
    extension(kind, false, &der(|writer| writer.generalized_time(time)))
}

/// `IssuingDistributionPoint` from the fields in it.
pub fn scope(write: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
    let value = der(|writer| writer.sequence(write));
    extension(&oid::ISSUING_DISTRIBUTION_POINT, true, &value)
}

/// `CRLDistributionPoints` with one point, from the fields in it.
pub fn distribution_point(write: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
    let value = der(|writer| writer.sequence(|list| list.sequence(write)));
    extension(&oid::CRL_DISTRIBUTION_POINTS, false, &value)
}

/// `[0] { fullName [0] { uniformResourceIdentifier } }`.
pub fn point_name(writer: &mut DerWriter, url: &str) {
    writer.constructed(tag::context_constructed(0), |name| {
        name.constructed(tag::context_constructed(0), |full| {
            full.primitive(tag::context(6), url.as_bytes());
        });
    });
}

/// A directoryName.
pub fn directory(writer: &mut DerWriter, name: &[u8]) {
    writer.constructed(tag::context_constructed(4), |directory| directory.raw(name));
}

/// An entry of a revocation list.
pub fn entry(certificate: &Identity, at: UnixTime, reason: u8) -> Vec<u8> {
    entry_with(certificate, at, reason, &[])
}

pub fn entry_with(
    certificate: &Identity,
    at: UnixTime,
    reason: u8,
    extensions: &[Vec<u8>],
) -> Vec<u8> {
    let code = der(|writer| writer.primitive(tag::ENUMERATED, &[reason]));
    der(|writer| {
        writer.sequence(|entry| {
            entry.primitive(tag::INTEGER, &certificate.certificate.serial);
            entry.generalized_time(at);
            entry.sequence(|list| {
                list.raw(&extension(&oid::REASON_CODE, false, &code));
                list.raw(&extensions.concat());
            });
        });
    })
}

pub fn der(write: impl FnOnce(&mut DerWriter)) -> Vec<u8> {
    let mut writer = DerWriter::new();
    write(&mut writer);
    writer.into_bytes()
}

/// A name of a common name only.
pub fn distinguished(common_name: &str) -> Vec<u8> {
    der(|writer| {
        writer.sequence(|names| {
            names.constructed(tag::SET, |set| {
                set.sequence(|pair| {
                    pair.oid(&oid::COMMON_NAME);
                    pair.primitive(tag::UTF8_STRING, common_name.as_bytes());
                });
            });
        });
    })
}

/// ecdsa-with-SHA256 (RFC 5758, 3.2).
pub fn algorithm(writer: &mut DerWriter) {
    let kind = Oid::from_dotted("1.2.840.10045.4.3.2").unwrap();
    writer.sequence(|identifier| identifier.oid(&kind));
}

fn certificate(
    name: &str,
    key: &EcdsaKeyPair,
    issuer: &[u8],
    issuer_key: &EcdsaKeyPair,
    change: impl FnOnce(&mut Draft),
) -> Certificate {
    let mut draft = Draft {
        serial: [
            &[1],
            &DigestAlgorithm::Sha256.digest(&[name.as_bytes()])[..8],
        ]
        .concat(),
        not_before: date(2000),
        not_after: date(2060),
        extensions: Vec::new(),
    };
    change(&mut draft);
    let tbs = der(|writer| {
        writer.sequence(|tbs| {
            tbs.constructed(tag::context_constructed(0), |version| {
                version.small_integer(2)
            });
            tbs.primitive(tag::INTEGER, &draft.serial);
            algorithm(tbs);
            tbs.raw(issuer);
            tbs.sequence(|validity| {
                validity.generalized_time(draft.not_before);
                validity.generalized_time(draft.not_after);
            });
            tbs.raw(&distinguished(name));
            tbs.sequence(|spki| {
                spki.sequence(|identifier| {
                    // id-ecPublicKey and secp256r1 (RFC 5480, 2.1.1).
                    identifier.oid(&Oid::from_dotted("1.2.840.10045.2.1").unwrap());
                    identifier.oid(&Oid::from_dotted("1.2.840.10045.3.1.7").unwrap());
                });
                let point = [&[0], key.public_key().as_ref()].concat();
                spki.primitive(tag::BIT_STRING, &point);
            });
            write_extensions(tbs, 3, &draft.extensions);
        });
    });
    Certificate::read(&sign_with(issuer_key, &tbs)).unwrap()
}

fn sign_with(key: &EcdsaKeyPair, signed: &[u8]) -> Bytes {
    let signature = key.sign(&SystemRandom::new(), signed).unwrap();
    Bytes::from(der(|writer| {
        writer.sequence(|whole| {
            whole.raw(signed);
            algorithm(whole);
            whole.primitive(tag::BIT_STRING, &[&[0], signature.as_ref()].concat());
        });
    }))
}

fn write_extensions(writer: &mut DerWriter, number: u8, extensions: &[Vec<u8>]) {
    if !extensions.is_empty() {
        writer.constructed(tag::context_constructed(number), |wrapper| {
            wrapper.sequence(|list| list.raw(&extensions.concat()));
        });
    }
}

fn new_key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let encoded = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, encoded.as_ref(), &random).unwrap()
}
