//! Digest algorithms: those in use (FIPS 180-4, FIPS 202) and those that only old archives hold.

use crate::asn1::{Oid, oid};
use sha2::Digest;
use std::fmt;

/// A digest algorithm that sigill computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DigestAlgorithm {
    /// MD5 (RFC 1321).
    Md5,
    /// SHA-1 (FIPS 180-4).
    Sha1,
    /// RIPEMD-160 (ISO/IEC 10118-3).
    Ripemd160,
    /// SHA-224 (FIPS 180-4).
    Sha224,
    /// SHA-256 (FIPS 180-4).
    Sha256,
    /// SHA-384 (FIPS 180-4).
    Sha384,
    /// SHA-512 (FIPS 180-4).
    Sha512,
    /// SHA-512/256 (FIPS 180-4).
    Sha512_256,
    /// SHA3-224 (FIPS 202).
    Sha3_224,
    /// SHA3-256 (FIPS 202).
    Sha3_256,
    /// SHA3-384 (FIPS 202).
    Sha3_384,
    /// SHA3-512 (FIPS 202).
    Sha3_512,
}

/// The SHA-256 digest of `bytes`.
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    sha2::Sha256::digest(bytes).into()
}

/// The SHA-256 digest of a list: of each part after its length, and of how many there are, so that
/// no two lists are digested alike.
pub(crate) fn sha256_of_list(parts: &[&[u8]]) -> [u8; 32] {
    let length = |bytes: usize| (bytes as u64).to_be_bytes();
    let mut hasher = sha2::Sha256::new();
    Digest::update(&mut hasher, length(parts.len()));
    for part in parts {
        Digest::update(&mut hasher, length(part.len()));
        Digest::update(&mut hasher, part);
    }
    hasher.finalize().into()
}

impl DigestAlgorithm {
    /// Every algorithm, weakest first.
    pub const ALL: [DigestAlgorithm; 12] = [
        DigestAlgorithm::Md5,
        DigestAlgorithm::Sha1,
        DigestAlgorithm::Ripemd160,
        DigestAlgorithm::Sha224,
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
        DigestAlgorithm::Sha512_256,
        DigestAlgorithm::Sha3_224,
        DigestAlgorithm::Sha3_256,
        DigestAlgorithm::Sha3_384,
        DigestAlgorithm::Sha3_512,
    ];

    /// The algorithm that an `AlgorithmIdentifier` names.
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        Self::find(|facts| facts.oid == *oid)
    }

    /// The algorithm of a name as [`name`](Self::name) gives it, such as `sha256`.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::find(|facts| facts.name == name)
    }

    /// The algorithm of an XML signature `DigestMethod` (RFC 9231, 2.1).
    pub fn from_uri(uri: &str) -> Option<Self> {
        Self::find(|facts| facts.uri == Some(uri))
    }

    /// The object identifier of the digest itself.
    pub fn oid(self) -> Oid {
        self.facts().oid.clone()
    }

    /// The name in lower case, as sha256sum and JSON write it.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// The `DigestMethod` URI (RFC 9231, 2.1); SHA-512/256 has none.
    pub fn uri(self) -> Option<&'static str> {
        self.facts().uri
    }

    /// The number of octets of a digest value.
    pub fn output_length(self) -> usize {
        self.facts().output_length
    }

    /// The digest over `parts`, one after the other.
    pub fn digest(self, parts: &[&[u8]]) -> Vec<u8> {
        let mut hasher = self.hasher();
        for part in parts {
            hasher.update(part);
        }
        hasher.finish()
    }

    /// A digest over nothing yet.
    pub fn hasher(self) -> Hasher {
        match self {
            DigestAlgorithm::Md5 => Hasher::of(md5::Md5::new()),
            DigestAlgorithm::Sha1 => Hasher::of(sha1::Sha1::new()),
            DigestAlgorithm::Ripemd160 => Hasher::of(ripemd::Ripemd160::new()),
            DigestAlgorithm::Sha224 => Hasher::of(sha2::Sha224::new()),
            DigestAlgorithm::Sha256 => Hasher::of(sha2::Sha256::new()),
            DigestAlgorithm::Sha384 => Hasher::of(sha2::Sha384::new()),
            DigestAlgorithm::Sha512 => Hasher::of(sha2::Sha512::new()),
            DigestAlgorithm::Sha512_256 => Hasher::of(sha2::Sha512_256::new()),
            DigestAlgorithm::Sha3_224 => Hasher::of(sha3::Sha3_224::new()),
            DigestAlgorithm::Sha3_256 => Hasher::of(sha3::Sha3_256::new()),
            DigestAlgorithm::Sha3_384 => Hasher::of(sha3::Sha3_384::new()),
            DigestAlgorithm::Sha3_512 => Hasher::of(sha3::Sha3_512::new()),
        }
    }

    fn find(is_it: impl Fn(&Facts) -> bool) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|algorithm| is_it(algorithm.facts()))
    }

    fn facts(self) -> &'static Facts {
        match self {
            DigestAlgorithm::Md5 => &MD5,
            DigestAlgorithm::Sha1 => &SHA1,
            DigestAlgorithm::Ripemd160 => &RIPEMD160,
            DigestAlgorithm::Sha224 => &SHA224,
            DigestAlgorithm::Sha256 => &SHA256,
            DigestAlgorithm::Sha384 => &SHA384,
            DigestAlgorithm::Sha512 => &SHA512,
            DigestAlgorithm::Sha512_256 => &SHA512_256,
            DigestAlgorithm::Sha3_224 => &SHA3_224,
            DigestAlgorithm::Sha3_256 => &SHA3_256,
            DigestAlgorithm::Sha3_384 => &SHA3_384,
            DigestAlgorithm::Sha3_512 => &SHA3_512,
        }
    }
}

/// What the standards say about one algorithm.
struct Facts {
    name: &'static str,
    output_length: usize,
    oid: Oid,
    uri: Option<&'static str>,
}

static MD5: Facts = Facts {
    name: "md5",
    output_length: 16,
    oid: oid::MD5,
    uri: Some("http://www.w3.org/2001/04/xmldsig-more#md5"),
};
static SHA1: Facts = Facts {
    name: "sha1",
    output_length: 20,
    oid: oid::SHA1,
    uri: Some("http://www.w3.org/2000/09/xmldsig#sha1"),
};
static RIPEMD160: Facts = Facts {
    name: "ripemd160",
    output_length: 20,
    oid: oid::RIPEMD160,
    uri: Some("http://www.w3.org/2001/04/xmlenc#ripemd160"),
};
static SHA224: Facts = Facts {
    name: "sha224",
    output_length: 28,
    oid: oid::SHA224,
    uri: Some("http://www.w3.org/2001/04/xmldsig-more#sha224"),
};
static SHA256: Facts = Facts {
    name: "sha256",
    output_length: 32,
    oid: oid::SHA256,
    uri: Some("http://www.w3.org/2001/04/xmlenc#sha256"),
};
static SHA384: Facts = Facts {
    name: "sha384",
    output_length: 48,
    oid: oid::SHA384,
    uri: Some("http://www.w3.org/2001/04/xmldsig-more#sha384"),
};
static SHA512: Facts = Facts {
    name: "sha512",
    output_length: 64,
    oid: oid::SHA512,
    uri: Some("http://www.w3.org/2001/04/xmlenc#sha512"),
};
static SHA512_256: Facts = Facts {
    name: "sha512-256",
    output_length: 32,
    oid: oid::SHA512_256,
    uri: None,
};
static SHA3_224: Facts = Facts {
    name: "sha3-224",
    output_length: 28,
    oid: oid::SHA3_224,
    uri: Some("http://www.w3.org/2007/05/xmldsig-more#sha3-224"),
};
static SHA3_256: Facts = Facts {
    name: "sha3-256",
    output_length: 32,
    oid: oid::SHA3_256,
    uri: Some("http://www.w3.org/2007/05/xmldsig-more#sha3-256"),
};
static SHA3_384: Facts = Facts {
    name: "sha3-384",
    output_length: 48,
    oid: oid::SHA3_384,
    uri: Some("http://www.w3.org/2007/05/xmldsig-more#sha3-384"),
};
static SHA3_512: Facts = Facts {
    name: "sha3-512",
    output_length: 64,
    oid: oid::SHA3_512,
    uri: Some("http://www.w3.org/2007/05/xmldsig-more#sha3-512"),
};

/// A digest of which not all bytes are known yet. A clone goes its own way from there.
pub struct Hasher(Box<dyn State>);

impl Hasher {
    fn of(state: impl State + 'static) -> Self {
        Hasher(Box::new(state))
    }

    /// Takes in the bytes that follow.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The digest over all that was taken in.
    pub fn finish(self) -> Vec<u8> {
        self.0.finish()
    }
}

impl Clone for Hasher {
    fn clone(&self) -> Self {
        Hasher(self.0.copy())
    }
}

impl fmt::Debug for Hasher {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Hasher").finish_non_exhaustive()
    }
}

/// The state of one algorithm.
trait State: Send + Sync {
    fn update(&mut self, bytes: &[u8]);
    fn finish(self: Box<Self>) -> Vec<u8>;
    fn copy(&self) -> Box<dyn State>;
}

impl<D: Digest + Clone + Send + Sync + 'static> State for D {
    fn update(&mut self, bytes: &[u8]) {
        Digest::update(self, bytes);
    }

    fn finish(self: Box<Self>) -> Vec<u8> {
        (*self).finalize().to_vec()
    }

    fn copy(&self) -> Box<dyn State> {
        Box::new(self.clone())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use std::fmt::Write;

    #[test]
    fn names_lead_back() {
        for algorithm in DigestAlgorithm::ALL {
            assert_eq!(DigestAlgorithm::from_oid(&algorithm.oid()), Some(algorithm));
            assert_eq!(
                DigestAlgorithm::from_name(algorithm.name()),
                Some(algorithm)
            );
            if let Some(uri) = algorithm.uri() {
                assert_eq!(DigestAlgorithm::from_uri(uri), Some(algorithm));
            }
        }
        assert_eq!(DigestAlgorithm::from_oid(&oid::DATA), None);
    }

    /// The first octets for `abc`, from FIPS 180-4 and FIPS 202 examples, RFC 1321 and the
    /// RIPEMD-160 page of its authors.
    #[test]
    fn values_are_those_of_the_standards() {
        let expected = [
            "90015098", "a9993e36", "8eb208f7", "23097d22", "ba7816bf", "cb00753f", "ddaf35a1",
            "53048e26", "e642824c", "3a985da7", "ec014982", "b751850b",
        ];
        for (algorithm, expected) in DigestAlgorithm::ALL.into_iter().zip(expected) {
            let value = algorithm.digest(&[b"a", b"", b"bc"]);
            assert_eq!(value.len(), algorithm.output_length());
            let mut shown = String::new();
            for octet in value.iter().take(4) {
                write!(shown, "{octet:02x}").unwrap();
            }
            assert_eq!(shown, expected, "{}", algorithm.name());
        }
    }
}
