//! Time-stamp tokens and CAdES signatures by the identities of `pki`, with every fault that a
//! test asks for.

use super::pki::{Identity, algorithm, der, directory};
use sigill::asn1::{DerWriter, Oid, oid, tag};
use sigill::crypto::DigestAlgorithm;
use sigill::{Bytes, Document, UnixTime};

/// Attributes to add, each by its DER, made of the signature value.
type UnsignedAttributes<'a> = Box<dyn Fn(&[u8]) -> Vec<Vec<u8>> + 'a>;

/// What is to stand in a CMS with one signer.
pub struct CmsDraft<'a> {
    pub content_type: Oid,
    pub content: Vec<u8>,
    pub digest: Oid,
    pub reference: Reference,
    pub signed: Vec<Vec<u8>>,
    /// From the signature value to the unsigned attributes.
    pub unsigned: UnsignedAttributes<'a>,
    pub certificates: Vec<Bytes>,
    /// Whether the signature is one over something else.
    pub broken: bool,
}

/// How the signer's certificate is referred to (RFC 5035).
#[derive(Clone, Copy, PartialEq)]
pub enum Reference {
    VersionTwo,
    VersionOne,
    Missing,
    /// By the digest of something else.
    OtherDigest,
    /// By the right digest and another serial number.
    OtherSerial,
}

/// What is to stand in a `TSTInfo`.
pub struct TokenDraft {
    pub version: u64,
    pub policy: Oid,
    pub digest: Oid,
    pub imprint: Vec<u8>,
    pub time: UnixTime,
    /// Seconds.
    pub accuracy: Option<u64>,
    pub ordering: bool,
    pub nonce: Option<u64>,
    /// The name of the authority.
    pub authority: Option<Vec<u8>>,
    pub reference: Reference,
    pub with_certificate: bool,
    pub broken: bool,
}

pub const CONTENT: &[u8] = b"An agreement.";

/// A token over `stamped` by `authority`.
pub fn token(authority: &Identity, stamped: &[u8], time: UnixTime) -> Vec<u8> {
    token_with(authority, stamped, time, |_| {})
}

pub fn token_with(
    authority: &Identity,
    stamped: &[u8],
    time: UnixTime,
    change: impl FnOnce(&mut TokenDraft),
) -> Vec<u8> {
    let mut draft = TokenDraft {
        version: 1,
        policy: Oid::from_dotted("1.3.6.1.4.1.99999.1").unwrap(),
        digest: DigestAlgorithm::Sha256.oid(),
        imprint: DigestAlgorithm::Sha256.digest(&[stamped]).to_vec(),
        time,
        accuracy: None,
        ordering: false,
        nonce: None,
        authority: None,
        reference: Reference::VersionTwo,
        with_certificate: true,
        broken: false,
    };
    change(&mut draft);
    let (info, reference, broken) = (token_info(&draft), draft.reference, draft.broken);
    let with_certificate = draft.with_certificate;
    cms(authority, move |cms| {
        cms.content_type = oid::TST_INFO;
        cms.content = info;
        cms.reference = reference;
        cms.broken = broken;
        if !with_certificate {
            cms.certificates.clear();
        }
    })
}

fn token_info(draft: &TokenDraft) -> Vec<u8> {
    der(|writer| {
        writer.sequence(|info| {
            info.small_integer(draft.version);
            info.oid(&draft.policy);
            info.sequence(|imprint| {
                imprint.sequence(|identifier| identifier.oid(&draft.digest));
                imprint.octet_string(&draft.imprint);
            });
            info.small_integer(4_711);
            info.generalized_time(draft.time);
            if let Some(seconds) = draft.accuracy {
                info.sequence(|accuracy| accuracy.small_integer(seconds));
            }
            if draft.ordering {
                info.boolean(true);
            }
            if let Some(nonce) = draft.nonce {
                info.small_integer(nonce);
            }
            if let Some(name) = &draft.authority {
                info.constructed(tag::context_constructed(0), |tsa| directory(tsa, name));
            }
        });
    })
}

/// A CAdES signature over [`CONTENT`], with a time-stamp over its value from each token that
/// `stamps` makes of it.
pub fn document<'a>(
    signer: &Identity,
    chain: &[&Identity],
    stamps: impl Fn(&[u8]) -> Vec<Vec<u8>> + 'a,
) -> Document {
    document_with(signer, chain, stamps, |_| {})
}

pub fn document_with<'a>(
    signer: &Identity,
    chain: &[&Identity],
    stamps: impl Fn(&[u8]) -> Vec<Vec<u8>> + 'a,
    change: impl FnOnce(&mut CmsDraft<'a>),
) -> Document {
    let bytes = cms(signer, |cms| {
        cms.certificates
            .extend(chain.iter().map(|identity| identity.der()));
        cms.unsigned = Box::new(move |value| {
            let tokens = stamps(value).into_iter();
            tokens
                .map(|token| attribute(&oid::SIGNATURE_TIMESTAMP, &token))
                .collect()
        });
        change(cms);
    });
    Document::read(Bytes::from(bytes)).unwrap()
}

/// One attribute with one value.
pub fn attribute(kind: &Oid, value: &[u8]) -> Vec<u8> {
    der(|writer| {
        writer.sequence(|attribute| {
            attribute.oid(kind);
            attribute.primitive(tag::SET, value);
        });
    })
}

fn cms<'a>(signer: &Identity, change: impl FnOnce(&mut CmsDraft<'a>)) -> Vec<u8> {
    let mut draft = CmsDraft {
        content_type: oid::DATA,
        content: CONTENT.to_vec(),
        digest: DigestAlgorithm::Sha256.oid(),
        reference: Reference::VersionTwo,
        signed: Vec::new(),
        unsigned: Box::new(|_| Vec::new()),
        certificates: vec![signer.der()],
        broken: false,
    };
    change(&mut draft);
    let mut attributes = signed_attributes(signer, &draft);
    attributes.sort();
    let attributes = attributes.concat();
    let set = der(|writer| writer.primitive(tag::SET, &attributes));
    let message: &[u8] = if draft.broken { b"else" } else { &set };
    let value = signer.sign(message);
    der(|writer| {
        writer.sequence(|info| {
            info.oid(&oid::SIGNED_DATA);
            info.constructed(tag::context_constructed(0), |wrapper| {
                wrapper.sequence(|data| {
                    data.small_integer(if draft.content_type == oid::DATA {
                        1
                    } else {
                        3
                    });
                    data.constructed(tag::SET, |digests| {
                        digests.sequence(|identifier| identifier.oid(&draft.digest));
                    });
                    data.sequence(|content| {
                        content.oid(&draft.content_type);
                        content.constructed(tag::context_constructed(0), |octets| {
                            octets.octet_string(&draft.content);
                        });
                    });
                    let certificates = draft.certificates.concat();
                    data.primitive(tag::context_constructed(0), &certificates);
                    data.constructed(tag::SET, |signers| {
                        write_signer(signers, signer, &draft, &attributes, &value);
                    });
                });
            });
        });
    })
}

fn write_signer(
    signers: &mut DerWriter,
    signer: &Identity,
    draft: &CmsDraft<'_>,
    attributes: &[u8],
    value: &[u8],
) {
    signers.sequence(|info| {
        info.small_integer(1);
        info.sequence(|identifier| {
            identifier.raw(signer.certificate.issuer.der());
            identifier.primitive(tag::INTEGER, &signer.certificate.serial);
        });
        info.sequence(|identifier| identifier.oid(&draft.digest));
        info.primitive(tag::context_constructed(0), attributes);
        algorithm(info);
        info.octet_string(value);
        let unsigned = (draft.unsigned)(value);
        if !unsigned.is_empty() {
            info.primitive(tag::context_constructed(1), &unsigned.concat());
        }
    });
}

fn signed_attributes(signer: &Identity, draft: &CmsDraft<'_>) -> Vec<Vec<u8>> {
    let digest = DigestAlgorithm::from_oid(&draft.digest).unwrap();
    let digest = digest.digest(&[&draft.content]);
    let mut attributes = vec![
        attribute(
            &oid::CONTENT_TYPE,
            &der(|value| value.oid(&draft.content_type)),
        ),
        attribute(
            &oid::MESSAGE_DIGEST,
            &der(|value| value.octet_string(&digest)),
        ),
    ];
    let kind = match draft.reference {
        Reference::VersionOne => oid::SIGNING_CERTIFICATE,
        _ => oid::SIGNING_CERTIFICATE_V2,
    };
    if draft.reference != Reference::Missing {
        attributes.push(attribute(
            &kind,
            &certificate_reference(signer, draft.reference),
        ));
    }
    attributes.extend(draft.signed.iter().cloned());
    attributes
}

fn certificate_reference(signer: &Identity, reference: Reference) -> Vec<u8> {
    let certificate = &signer.certificate;
    let digest = match reference {
        Reference::VersionOne => DigestAlgorithm::Sha1.digest(&[certificate.der()]),
        Reference::OtherDigest => DigestAlgorithm::Sha256.digest(&[b"something else"]),
        _ => DigestAlgorithm::Sha256.digest(&[certificate.der()]),
    };
    der(|value| {
        value.sequence(|signing_certificate| {
            signing_certificate.sequence(|list| {
                list.sequence(|identifier| {
                    identifier.octet_string(&digest);
                    if reference == Reference::OtherSerial {
                        identifier.sequence(|issuer_serial| {
                            issuer_serial
                                .sequence(|names| directory(names, certificate.issuer.der()));
                            issuer_serial.small_integer(1);
                        });
                    }
                });
            });
        });
    })
}

/// A time-stamping authority below `issuer`, valid 2000 to 2040.
pub fn tsa(issuer: &Identity) -> Identity {
    issuer.issue("Time", |draft| {
        draft.not_before = super::pki::date(2000);
        draft.not_after = super::pki::date(2040);
        draft.extensions = vec![super::pki::key_purposes(
            &[oid::KEY_PURPOSE_TIME_STAMPING],
            true,
        )];
    })
}
