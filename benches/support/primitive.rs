//! What there is to hash and to verify in a document, apart from all that leads there.

use sigill::container::{Content, pdf::SignatureRole};
use sigill::crypto::{DigestAlgorithm, PublicKey, SignatureAlgorithm, Verification, verify};
use sigill::limits::Limits;
use sigill::signature::{Signature, Signatures};
use sigill::tsp::TimestampToken;
use sigill::x509::Certificate;
use sigill::{Bytes, Document};

/// One signature to verify.
pub struct Check {
    pub key: PublicKey,
    pub algorithm: SignatureAlgorithm,
    pub message: Vec<u8>,
    pub value: Bytes,
}

impl Check {
    pub fn answer(&self) -> Verification {
        verify(&self.key, &self.algorithm, &self.message, &self.value)
    }
}

/// What each signature and time-stamp of a document covers, and the signatures on them.
pub fn of(document: &Document) -> (Vec<Bytes>, Vec<Check>) {
    let signatures = Signatures::of(document, &Limits::default()).unwrap();
    let own = signatures.signatures.iter().flatten();
    let mut covered: Vec<Bytes> = own.clone().filter_map(content).collect();
    covered.extend(document_timestamps(document));
    let mut checks: Vec<Check> = own.clone().filter_map(of_signature).collect();
    let tokens = own
        .flat_map(|signature| &signature.timestamps)
        .chain(&signatures.timestamps);
    let tokens = tokens.filter_map(|timestamp| timestamp.token.as_ref().ok());
    checks.extend(tokens.filter_map(of_token));
    (covered, checks)
}

fn content(signature: &Signature) -> Option<Bytes> {
    signature.content.as_ref()?.bytes()
}

/// What the document time-stamps of a PDF cover.
fn document_timestamps(document: &Document) -> Vec<Bytes> {
    let Content::Pdf(pdf) = document.content() else {
        return Vec::new();
    };
    let stamps = pdf.signatures().iter();
    let stamps = stamps.filter(|stamp| stamp.role == SignatureRole::DocumentTimestamp);
    stamps
        .filter_map(|stamp| sigill::source::concat(stamp.signed_parts()?))
        .collect()
}

fn of_signature(signature: &Signature) -> Option<Check> {
    let certificates = signature.embedded.certificates.iter();
    let mut certificates = certificates.filter_map(|bytes| Certificate::read(bytes).ok());
    let certificate = certificates.find(|certificate| signature.identifier.names(certificate))?;
    let key = certificate.public_key;
    Some(Check {
        algorithm: SignatureAlgorithm::identify(
            &signature.signature_algorithm,
            signature.digest(),
        )?,
        message: signature.signed_attributes.as_ref()?.as_sent(),
        value: signature.value.clone(),
        key,
    })
}

fn of_token(token: &TimestampToken) -> Option<Check> {
    let signer = &token.signer_info;
    let certificates = token.signed_data.certificates.iter();
    let mut certificates = certificates.filter_map(|bytes| Certificate::read(bytes).ok());
    let certificate = certificates.find(|certificate| signer.identifier.names(certificate))?;
    let digest = DigestAlgorithm::from_oid(&signer.digest_algorithm.oid);
    Some(Check {
        algorithm: SignatureAlgorithm::identify(&signer.signature_algorithm, digest)?,
        message: signer.signed_attributes.as_ref()?.as_sent(),
        value: signer.signature.clone(),
        key: certificate.public_key,
    })
}
