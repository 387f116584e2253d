//! The signature inside the root element of an XML document: of a trusted list (ETSI TS 119 612,
//! 5.7.1) or of SAML metadata (SAML 2.0 metadata, 3).

use super::list_verification::Refusal;
use crate::UnixTime;
use crate::crypto::{
    self, AlgorithmEnd, CryptographicSuite, DigestAlgorithm, PublicKey, Reliability,
    SignatureAlgorithm, Verification,
};
use crate::error::Error;
use crate::limits::Limits;
use crate::x509::Certificate;
use crate::xml::{DSIG, Node, ReferenceCheck, Signature, children};
use std::sync::Arc;

/// What was found of the signature.
#[derive(Debug, Clone)]
pub(crate) enum EnvelopedSignature {
    /// There is none.
    Missing,
    /// There are several, so that it is open which one speaks for the document.
    Several,
    /// It cannot be read.
    Unreadable(Error),
    /// It does not hold for the document, whoever made it.
    Refuted(Refutation),
    /// It is over the whole document and lacks only a key to be checked with.
    Open(Box<OpenSignature>),
}

/// Why a signature proves nothing about a document.
#[derive(Debug, Clone)]
pub(crate) enum Refutation {
    /// No reference is to the whole document.
    NotOverTheDocument,
    /// What a reference is to has another digest.
    Changed,
    /// The named method or transform is not supported.
    Unsupported(String),
}

/// What a key must have signed.
#[derive(Debug, Clone)]
pub(crate) struct OpenSignature {
    /// The algorithm of the signature.
    pub algorithm: SignatureAlgorithm,
    /// The digest algorithms of the references.
    pub digests: Vec<DigestAlgorithm>,
    /// The certificate that stands beside it, which is a claim only.
    pub claimed: Option<Arc<Certificate>>,
    octets: Vec<u8>,
    value: Vec<u8>,
}

impl EnvelopedSignature {
    /// Reads the signature that stands in the root element, and compares all that it is over.
    ///
    /// # Errors
    /// [`Error::OverLimit`] where a canonical form grows beyond `limits`.
    pub(crate) fn read(root: Node<'_, '_>, limits: &Limits) -> Result<Self, Error> {
        let mut elements = children(root, DSIG, "Signature");
        let element = match (elements.next(), elements.next()) {
            (Some(element), None) => element,
            (None, _) => return Ok(EnvelopedSignature::Missing),
            (Some(_), Some(_)) => return Ok(EnvelopedSignature::Several),
        };
        let signature = match Signature::read(element, limits) {
            Ok(signature) => signature,
            Err(error) => return Ok(EnvelopedSignature::Unreadable(error)),
        };
        let mut is_over_document = false;
        let mut digests = Vec::new();
        for reference in &signature.references {
            match signature.check(reference, limits)? {
                ReferenceCheck::Intact => {}
                ReferenceCheck::Differs | ReferenceCheck::NotIdentified => {
                    return Ok(EnvelopedSignature::Refuted(Refutation::Changed));
                }
                ReferenceCheck::Unsupported(what) => {
                    return Ok(EnvelopedSignature::Refuted(Refutation::Unsupported(what)));
                }
            }
            is_over_document |= reference.is_to_all_of(root);
            digests.extend(reference.digest);
        }
        if !is_over_document {
            return Ok(EnvelopedSignature::Refuted(Refutation::NotOverTheDocument));
        }
        let octets = signature.signed_octets(limits)?;
        let Some((algorithm, octets)) = signature.algorithm.zip(octets) else {
            let method = signature.method.to_owned();
            return Ok(EnvelopedSignature::Refuted(Refutation::Unsupported(method)));
        };
        let claimed = signature.certificates.first();
        Ok(EnvelopedSignature::Open(Box::new(OpenSignature {
            algorithm,
            digests,
            claimed: claimed
                .and_then(|der| Certificate::read(der).ok())
                .map(Arc::new),
            octets,
            value: signature.value,
        })))
    }

    /// The one of `signers` who made it. The certificate that stands beside it is a mere claim.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub(crate) fn signer<'a>(
        &self,
        mut signers: impl Iterator<Item = &'a Arc<Certificate>>,
    ) -> Result<Arc<Certificate>, Refusal> {
        let signature = match self {
            EnvelopedSignature::Missing => return Err(Refusal::Unsigned),
            EnvelopedSignature::Several => return Err(Refusal::SignedTwice),
            EnvelopedSignature::Unreadable(error) => {
                return Err(Refusal::SignatureUnreadable(error.clone()));
            }
            EnvelopedSignature::Refuted(Refutation::NotOverTheDocument) => {
                return Err(Refusal::NotCovered);
            }
            EnvelopedSignature::Refuted(Refutation::Changed) => return Err(Refusal::Changed),
            EnvelopedSignature::Refuted(Refutation::Unsupported(what)) => {
                return Err(Refusal::Unsupported(what.clone()));
            }
            EnvelopedSignature::Open(signature) => signature,
        };
        let signer = signers.find(|signer| signature.is_by(&signer.public_key));
        let signer = signer.cloned();
        signer.ok_or_else(|| Refusal::OtherSigner(signature.claimed.clone()))
    }

    /// Whether signature and digests are reliable at the time, as for any other signature: an
    /// end that the suite's authors only foresaw is given back for a warning.
    ///
    /// # Errors
    /// [`Refusal::AlgorithmNotReliable`].
    pub(crate) fn judge_algorithms(
        &self,
        signer: &Certificate,
        suite: &CryptographicSuite,
        at: UnixTime,
    ) -> Result<Option<AlgorithmEnd>, Refusal> {
        let EnvelopedSignature::Open(signature) = self else {
            return Ok(None);
        };
        let of_digests = signature.digests.iter();
        let ends = of_digests.map(|digest| suite.digest_end(*digest));
        let of_signature = suite.signature_end(&signature.algorithm, &signer.public_key);
        let Some(end) = ends.chain([of_signature]).min() else {
            return Ok(None);
        };
        match end.end.reliability(at) {
            Reliability::Reliable => Ok(None),
            Reliability::UnreliableSince(since) if since > suite.update_date => Ok(Some(end)),
            _ => Err(Refusal::AlgorithmNotReliable(end)),
        }
    }
}

impl OpenSignature {
    /// Whether the key made it.
    fn is_by(&self, key: &PublicKey) -> bool {
        let found = crypto::verify(key, &self.algorithm, &self.octets, &self.value);
        found == Verification::Valid
    }
}
