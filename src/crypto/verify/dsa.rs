//! DSA signatures (FIPS 186-4, 4.7).

use super::Verification;
use super::elliptic::integers;
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::public_key::{PublicKey, bit_length};
use crate::limits::Limits;
use crypto_bigint::modular::{BoxedMontyForm, BoxedMontyParams};
use crypto_bigint::{BoxedUint, Odd, Resize};

/// Sizes of q (FIPS 186-4, 4.2).
const DIVISOR_BITS: [u32; 3] = [160, 224, 256];

/// DSA with a DER signature (RFC 3279, 2.2.2).
pub(super) fn verify(
    key: &PublicKey,
    digest: DigestAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    // A key without parameters may have those of its issuer, which only the path can tell.
    let Some(numbers) = key.dsa() else {
        return Verification::Unsupported;
    };
    if !Limits::DSA_PRIME_BITS.contains(&bit_length(numbers.p))
        || !DIVISOR_BITS.contains(&bit_length(numbers.q))
    {
        return Verification::Unsupported;
    }
    let accepted = Group::new(numbers.p, numbers.q).and_then(|group| {
        let generator = group.element(numbers.g)?;
        let key = group.element(numbers.y)?;
        let (r, s) = integers(signature)?;
        group.accepts(&generator, &key, &digest.digest(&[message]), (r, s))
    });
    Verification::of(accepted == Some(true))
}

/// The numbers below p whose power q is 1.
struct Group {
    prime: BoxedMontyParams,
    divisor: BoxedMontyParams,
    divisor_bits: u32,
}

impl Group {
    /// `None` where q does not divide p - 1.
    fn new(p: &[u8], q: &[u8]) -> Option<Self> {
        let odd = |octets| {
            Odd::new(BoxedUint::from_be_slice_vartime(octets))
                .into_option()
                .map(BoxedMontyParams::new_vartime)
        };
        let group = Group {
            prime: odd(p)?,
            divisor: odd(q)?,
            divisor_bits: bit_length(q),
        };
        let rest = group.modulo_divisor(group.prime.modulus().as_ref());
        (rest == BoxedMontyForm::one(&group.divisor)).then_some(group)
    }

    /// A generator or a public key: not 0, not 1, and of order q (SP 800-89, 5.3.1; FIPS 186-4,
    /// 4.7 asks for this assurance). With the key 1 anybody can make up what it accepts.
    fn element(&self, octets: &[u8]) -> Option<BoxedMontyForm> {
        let element = number(octets, &self.prime)?;
        let one = BoxedMontyForm::one(&self.prime);
        let power = self.power(&element, self.divisor.modulus().as_ref());
        (element != one && power == one).then_some(element)
    }

    /// FIPS 186-4, 4.7; `None` where r or s is out of range.
    fn accepts(
        &self,
        generator: &BoxedMontyForm,
        key: &BoxedMontyForm,
        digest: &[u8],
        (r, s): (&[u8], &[u8]),
    ) -> Option<bool> {
        let r = number(r, &self.divisor)?;
        let w = number(s, &self.divisor)?.invert_vartime().into_option()?;
        // The leftmost bits of the digest; q is a whole number of octets long.
        let length = digest.len().min(self.divisor_bits.div_ceil(8) as usize);
        let z = self.modulo_divisor(&BoxedUint::from_be_slice_vartime(digest.get(..length)?));
        let v =
            self.power(generator, &z.mul(&w).retrieve()) * self.power(key, &r.mul(&w).retrieve());
        Some(self.modulo_divisor(&v.retrieve()) == r)
    }

    fn power(&self, base: &BoxedMontyForm, exponent: &BoxedUint) -> BoxedMontyForm {
        base.pow_bounded_exp(exponent, self.divisor_bits)
    }

    fn modulo_divisor(&self, value: &BoxedUint) -> BoxedMontyForm {
        let rest = value.rem_vartime(self.divisor.modulus().as_nz_ref());
        BoxedMontyForm::new(rest, &self.divisor)
    }
}

/// A number from 1 to the modulus less 1.
fn number(octets: &[u8], modulus: &BoxedMontyParams) -> Option<BoxedMontyForm> {
    let value = BoxedUint::from_be_slice_vartime(octets);
    let is_in_range = !bool::from(value.is_zero()) && value < *modulus.modulus().as_ref();
    is_in_range.then(|| {
        let value = value.resize_unchecked(modulus.bits_precision());
        BoxedMontyForm::new(value, modulus)
    })
}
