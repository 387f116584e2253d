//! The signature of a trusted list (ETSI TS 119 612, 5.7.1), apart from whose it is.

use crate::crypto::{self, DigestAlgorithm, PublicKey, SignatureAlgorithm, Verification};
use crate::error::Error;
use crate::limits::Limits;
use crate::x509::Certificate;
use crate::xml::{DSIG, Node, ReferenceCheck, Signature, children};
use std::sync::Arc;

/// What was found of the signature.
#[derive(Debug, Clone)]
pub(super) enum ListSignature {
    /// There is none.
    Missing,
    /// There are several, so that it is open which one speaks for the list.
    Several,
    /// It cannot be read.
    Unreadable(Error),
    /// It does not hold for the list, whoever made it.
    Refuted(Refutation),
    /// It is over the whole list and lacks only a key to be checked with.
    Open(Box<OpenSignature>),
}

/// Why a signature proves nothing about a list.
#[derive(Debug, Clone)]
pub(super) enum Refutation {
    /// No reference is to the whole list.
    NotOverTheList,
    /// What a reference is to has another digest.
    Changed,
    /// The named method or transform is not supported.
    Unsupported(String),
}

/// What a key must have signed.
#[derive(Debug, Clone)]
pub(super) struct OpenSignature {
    /// The algorithm of the signature.
    pub algorithm: SignatureAlgorithm,
    /// The digest algorithms of the references.
    pub digests: Vec<DigestAlgorithm>,
    /// The certificate that stands beside it, which is a claim only.
    pub claimed: Option<Arc<Certificate>>,
    octets: Vec<u8>,
    value: Vec<u8>,
}

impl ListSignature {
    /// Reads the signature that stands in the root element, and compares all that it is over.
    ///
    /// # Errors
    /// [`Error::OverLimit`] where a canonical form grows beyond `limits`.
    pub(super) fn read(root: Node<'_, '_>, limits: &Limits) -> Result<Self, Error> {
        let mut elements = children(root, DSIG, "Signature");
        let element = match (elements.next(), elements.next()) {
            (Some(element), None) => element,
            (None, _) => return Ok(ListSignature::Missing),
            (Some(_), Some(_)) => return Ok(ListSignature::Several),
        };
        let signature = match Signature::read(element, limits) {
            Ok(signature) => signature,
            Err(error) => return Ok(ListSignature::Unreadable(error)),
        };
        let mut is_over_list = false;
        let mut digests = Vec::new();
        for reference in &signature.references {
            match signature.check(reference, limits)? {
                ReferenceCheck::Intact => {}
                ReferenceCheck::Differs | ReferenceCheck::NotIdentified => {
                    return Ok(ListSignature::Refuted(Refutation::Changed));
                }
                ReferenceCheck::Unsupported(what) => {
                    return Ok(ListSignature::Refuted(Refutation::Unsupported(what)));
                }
            }
            is_over_list |= reference.is_to_all_of(root);
            digests.extend(reference.digest);
        }
        if !is_over_list {
            return Ok(ListSignature::Refuted(Refutation::NotOverTheList));
        }
        let octets = signature.signed_octets(limits)?;
        let Some((algorithm, octets)) = signature.algorithm.zip(octets) else {
            let method = signature.method.to_owned();
            return Ok(ListSignature::Refuted(Refutation::Unsupported(method)));
        };
        let claimed = signature.certificates.first();
        Ok(ListSignature::Open(Box::new(OpenSignature {
            algorithm,
            digests,
            claimed: claimed
                .and_then(|der| Certificate::read(der).ok())
                .map(Arc::new),
            octets,
            value: signature.value,
        })))
    }
}

impl OpenSignature {
    /// Whether the key made it.
    pub(super) fn is_by(&self, key: &PublicKey) -> bool {
        let found = crypto::verify(key, &self.algorithm, &self.octets, &self.value);
        found == Verification::Valid
    }
}
