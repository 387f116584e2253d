//! RSA signatures (RFC 8017, 8): ring for what it knows, else RSAVP1 and the encodings here.

use super::Verification;
use crate::asn1::DerWriter;
use crate::crypto::algorithm::SignatureAlgorithm;
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::public_key::{KeyAlgorithm, PublicKey, bit_length};
use crate::limits::Limits;
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents};
use rsa::BoxedUint;
use rsa::hazmat::rsa_encrypt;
use rsa::traits::PublicKeyParts;

/// RSASSA-PKCS1-v1_5 or RSASSA-PSS.
pub(super) fn verify(
    key: &PublicKey,
    algorithm: &SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    let Some((modulus, exponent)) = key.rsa() else {
        return Verification::Invalid;
    };
    if !Limits::RSA_MODULUS_BITS.contains(&key.bits)
        || bit_length(exponent) > Limits::RSA_EXPONENT_BITS
    {
        return Verification::Unsupported;
    }
    match permits(key, algorithm) {
        Verification::Valid => {}
        refused => return refused,
    }
    let components = RsaPublicKeyComponents {
        n: modulus,
        e: exponent,
    };
    if let Some(parameters) = ring_parameters(algorithm, key.bits)
        && components.verify(parameters, message, signature).is_ok()
    {
        return Verification::Valid;
    }
    let Some(encoded) = recover(key.bits, modulus, exponent, signature) else {
        return Verification::Invalid;
    };
    Verification::of(match algorithm {
        SignatureAlgorithm::RsaPkcs1 { digest } => is_pkcs1(&encoded, *digest, message),
        SignatureAlgorithm::RsaPss {
            digest,
            mgf_digest,
            salt_length,
        } => {
            let encoding = Pss {
                digest: *digest,
                mgf_digest: *mgf_digest,
                salt_length: *salt_length,
            };
            encoding.matches(&encoded, key.bits, message)
        }
        _ => false,
    })
}

/// Whether the key may be used so: one of `id-RSASSA-PSS` with parameters fixes the digests and
/// the least salt (RFC 4055, 3.3).
fn permits(key: &PublicKey, algorithm: &SignatureAlgorithm) -> Verification {
    if key.algorithm == KeyAlgorithm::Rsa {
        return Verification::Valid;
    }
    let SignatureAlgorithm::RsaPss {
        digest,
        mgf_digest,
        salt_length,
    } = algorithm
    else {
        return Verification::Invalid;
    };
    if key.identifier.parameters.is_none() {
        return Verification::Valid;
    }
    match SignatureAlgorithm::identify(&key.identifier, None) {
        Some(SignatureAlgorithm::RsaPss {
            digest: key_digest,
            mgf_digest: key_mgf_digest,
            salt_length: least_salt,
        }) => Verification::of(
            *digest == key_digest && *mgf_digest == key_mgf_digest && *salt_length >= least_salt,
        ),
        _ => Verification::Unsupported,
    }
}

fn ring_parameters(algorithm: &SignatureAlgorithm, bits: u32) -> Option<&'static RsaParameters> {
    use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
    let is_long = match bits {
        1024..2048 => false,
        2048..=8192 => true,
        _ => return None,
    };
    match algorithm {
        SignatureAlgorithm::RsaPkcs1 { digest } => match digest {
            Sha1 => Some(&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
            Sha256 => Some(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
            Sha384 if is_long => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
            Sha512 => Some(&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
            _ => None,
        },
        SignatureAlgorithm::RsaPss {
            digest,
            mgf_digest,
            salt_length,
        } if is_long && digest == mgf_digest && *salt_length == digest.output_length() => {
            match digest {
                Sha256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
                Sha384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
                Sha512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
                _ => None,
            }
        }
        _ => None,
    }
}

/// RSAVP1 and I2OSP (RFC 8017, 5.2.2 and 4.1): the encoded message, as long as the modulus.
fn recover(bits: u32, modulus: &[u8], exponent: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    // With exponent 1 every signature would be its own proof.
    if signature.len() != modulus.len() || signature >= modulus || exponent == [1] {
        return None;
    }
    let width = bits as usize;
    let key = rsa::PublicKey::new_with_size_limits(
        BoxedUint::from_be_slice_vartime(modulus),
        BoxedUint::from_be_slice_vartime(exponent),
        width..=width,
    )
    .ok()?;
    let representative = BoxedUint::from_be_slice(signature, key.n().bits_precision()).ok()?;
    let recovered = rsa_encrypt(&key, &representative).ok()?.to_be_bytes();
    let surplus = recovered.len().checked_sub(modulus.len())?;
    Some(recovered.get(surplus..)?.to_vec())
}

/// EMSA-PKCS1-v1_5 (RFC 8017, 9.2), compared whole so that nothing can hide in the padding.
///
/// Note 2 there asks to accept a `DigestInfo` without NULL as well.
fn is_pkcs1(encoded: &[u8], digest: DigestAlgorithm, message: &[u8]) -> bool {
    let value = digest.digest(&[message]);
    [Parameters::Null, Parameters::Absent]
        .into_iter()
        .filter_map(|parameters| pkcs1(encoded.len(), digest, parameters, &value))
        .any(|expected| expected == encoded)
}

/// The parameters inside a `DigestInfo`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parameters {
    Null,
    Absent,
}

fn pkcs1(
    length: usize,
    digest: DigestAlgorithm,
    parameters: Parameters,
    value: &[u8],
) -> Option<Vec<u8>> {
    let mut writer = DerWriter::new();
    writer.sequence(|info| {
        info.sequence(|identifier| {
            identifier.oid(&digest.oid());
            if parameters == Parameters::Null {
                identifier.null();
            }
        });
        info.octet_string(value);
    });
    let info = writer.into_bytes();
    let padding = length
        .checked_sub(info.len() + 3)
        .filter(|padding| *padding >= 8)?;
    Some(
        [
            &[0x00, 0x01],
            vec![0xff; padding].as_slice(),
            &[0x00],
            &info,
        ]
        .concat(),
    )
}

/// EMSA-PSS (RFC 8017, 9.1) with MGF1, its digest free to differ from that of the message.
struct Pss {
    digest: DigestAlgorithm,
    mgf_digest: DigestAlgorithm,
    salt_length: usize,
}

impl Pss {
    /// EMSA-PSS-VERIFY (9.1.2); `encoded` is as long as the modulus.
    fn matches(&self, encoded: &[u8], modulus_bits: u32, message: &[u8]) -> bool {
        let Some(parts) = self.split(encoded, modulus_bits) else {
            return false;
        };
        let mut data_block = self.mask(parts.hash, parts.masked.len());
        for (octet, masked) in data_block.iter_mut().zip(parts.masked) {
            *octet ^= masked;
        }
        if let Some(first) = data_block.first_mut() {
            *first &= parts.used_bits;
        }
        let Some((padding, salt)) = data_block
            .len()
            .checked_sub(self.salt_length)
            .and_then(|length| data_block.split_at_checked(length))
        else {
            return false;
        };
        let Some((0x01, zeros)) = padding.split_last() else {
            return false;
        };
        let message_hash = self.digest.digest(&[message]);
        let salted = self.digest.digest(&[&[0; 8], &message_hash, salt]);
        zeros.iter().all(|octet| *octet == 0) && salted == parts.hash
    }

    /// Steps 3 to 6: lengths, trailer field and unused bits.
    fn split<'a>(&self, encoded: &'a [u8], modulus_bits: u32) -> Option<PssParts<'a>> {
        let used = modulus_bits.checked_sub(1)?;
        let block_length = used.div_ceil(8) as usize;
        let surplus = encoded.len().checked_sub(block_length)?;
        let (leading, block) = encoded.split_at_checked(surplus)?;
        let (trailer, block) = block.split_last()?;
        let masked_length = block.len().checked_sub(self.digest.output_length())?;
        let (masked, hash) = block.split_at_checked(masked_length)?;
        let used_bits = 0xff >> (used.wrapping_neg() % 8);
        let is_whole = leading.iter().all(|octet| *octet == 0)
            && *trailer == 0xbc
            && masked.first()? & !used_bits == 0;
        is_whole.then_some(PssParts {
            masked,
            hash,
            used_bits,
        })
    }

    /// MGF1 (B.2.1).
    fn mask(&self, seed: &[u8], length: usize) -> Vec<u8> {
        let mut mask = Vec::with_capacity(length + 64);
        let mut counter = 0u32;
        while mask.len() < length {
            mask.extend(self.mgf_digest.digest(&[seed, &counter.to_be_bytes()]));
            counter += 1;
        }
        mask.truncate(length);
        mask
    }
}

/// What EMSA-PSS lays side by side.
struct PssParts<'a> {
    masked: &'a [u8],
    hash: &'a [u8],
    /// The bits of the first octet that the encoding uses.
    used_bits: u8,
}
