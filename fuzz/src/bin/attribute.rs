//! Attributes of signers, each as a signed and as an unsigned one (EN 319 122-1; RFC 5035).
#![no_main]

use sigill::asn1::{DerWriter, oid, tag};
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::signature::Signatures;
use sigill::{Bytes, Document, Evidence};
use sigill_fuzz::{seeds, target};

target!(seeds::attributes(), |bytes| {
    if let Ok(document) = Document::read(signed_data(&bytes)) {
        let _ = Signatures::of(&document, &Limits::default());
        let _ = Evidence::from(&document);
    }
});

/// A CMS whose only signer has these attributes.
fn signed_data(attributes: &Bytes) -> Bytes {
    let digest = DigestAlgorithm::Sha256.oid();
    let kind = |fields: &mut DerWriter, oid| fields.sequence(|fields| fields.oid(oid));
    let mut writer = DerWriter::new();
    writer.sequence(|content_info| {
        content_info.oid(&oid::SIGNED_DATA);
        content_info.constructed(tag::context_constructed(0), |wrapper| {
            wrapper.sequence(|data| {
                data.small_integer(3);
                data.set_of(Vec::new());
                kind(data, &oid::DATA);
                data.constructed(tag::SET, |signers| {
                    signers.sequence(|signer| {
                        signer.small_integer(3);
                        signer.primitive(tag::context(0), b"key");
                        kind(signer, &digest);
                        signer.primitive(tag::context_constructed(0), attributes);
                        kind(signer, &digest);
                        signer.octet_string(b"signature");
                        signer.primitive(tag::context_constructed(1), attributes);
                    });
                });
            });
        });
    });
    writer.into_bytes().into()
}
