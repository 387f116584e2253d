//! ECDSA with any digest on any named curve, and Ed25519.

use super::Verification;
use super::curve::{self, Domain};
use crate::asn1::{DerWriter, Reader};
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::public_key::Curve;
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{NonZero, Uint};
use ring::signature::{self, EcdsaVerificationAlgorithm, UnparsedPublicKey};

/// ECDSA with a DER signature (RFC 3279, 2.2.3).
pub(super) fn verify_ecdsa(
    curve: &Curve,
    point: &[u8],
    digest: DigestAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    // ring reads uncompressed points only; RFC 5480, 2.2 also allows the compressed form.
    if let (Some(algorithm), Some(0x04)) = (ring_algorithm(curve, digest), point.first()) {
        let key = UnparsedPublicKey::new(algorithm, point);
        return Verification::of(key.verify(message, signature).is_ok());
    }
    let Some(equation) = curve::equation(curve) else {
        return Verification::Unsupported;
    };
    match integers(signature) {
        Some((r, s)) => equation.verify(point, &digest.digest(&[message]), r, s),
        None => Verification::Invalid,
    }
}

/// ECDSA with r and s side by side, each as long as the order (BSI TR-03111, 5.2.1.1).
pub(super) fn verify_plain_ecdsa(
    curve: &Curve,
    point: &[u8],
    digest: DigestAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> Verification {
    let Some(equation) = curve::equation(curve) else {
        return Verification::Unsupported;
    };
    match signature.split_at_checked(equation.octets()) {
        Some((r, s)) if r.len() == s.len() => {
            equation.verify(point, &digest.digest(&[message]), r, s)
        }
        _ => Verification::Invalid,
    }
}

/// Ed25519 (RFC 8032, 5.1.7), without context.
pub(super) fn verify_ed25519(key: &[u8], message: &[u8], signature: &[u8]) -> Verification {
    if has_small_order(key) {
        return Verification::Invalid;
    }
    let key = UnparsedPublicKey::new(&signature::ED25519, key);
    Verification::of(key.verify(message, signature).is_ok())
}

/// Whether the key is one of the points whose order divides 8, in any spelling. For such a key,
/// which ring takes, anybody finds a signature within eight tries.
fn has_small_order(key: &[u8]) -> bool {
    let Some((last, rest)) = key.split_last() else {
        return false;
    };
    let y = [rest, &[last & 0x7f]].concat();
    SMALL_ORDERS.iter().any(|small| *small == y.as_slice())
}

/// The y of such points, little-endian: 0, 1, two of order 8, -1, and 0 and 1 plus the prime.
const SMALL_ORDERS: [[u8; 32]; 7] = [
    little_endian(0x00, 0x00, 0x00),
    little_endian(0x01, 0x00, 0x00),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
    little_endian(0xec, 0xff, 0x7f),
    little_endian(0xed, 0xff, 0x7f),
    little_endian(0xee, 0xff, 0x7f),
];

const fn little_endian(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut octets = [middle; 32];
    octets[0] = first;
    octets[31] = last;
    octets
}

/// The two positive integers of an `ECDSA-Sig-Value` or `Dss-Sig-Value` (RFC 3279, 2.2), which
/// must be DER: whoever may choose another encoding makes a second signature out of one.
pub(super) fn integers(signature: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut fields = Reader::new(signature, "Dss-Sig-Value").sequence().ok()?;
    let (r, s) = (fields.integer().ok()?, fields.integer().ok()?);
    let mut writer = DerWriter::new();
    writer.sequence(|integers| {
        integers.unsigned_integer(r);
        integers.unsigned_integer(s);
    });
    (writer.into_bytes() == signature).then_some((r, s))
}

fn ring_algorithm(
    curve: &Curve,
    digest: DigestAlgorithm,
) -> Option<&'static EcdsaVerificationAlgorithm> {
    match (curve, digest) {
        (Curve::P256, DigestAlgorithm::Sha256) => Some(&signature::ECDSA_P256_SHA256_ASN1),
        (Curve::P256, DigestAlgorithm::Sha384) => Some(&signature::ECDSA_P256_SHA384_ASN1),
        (Curve::P384, DigestAlgorithm::Sha256) => Some(&signature::ECDSA_P384_SHA256_ASN1),
        (Curve::P384, DigestAlgorithm::Sha384) => Some(&signature::ECDSA_P384_SHA384_ASN1),
        _ => None,
    }
}

/// A curve of any size.
pub(super) trait Equation: Sync {
    /// Octets of a coordinate, and of r and s.
    fn octets(&self) -> usize;

    /// ECDSA verification (FIPS 186-4, 6.4 and SEC 1, 4.1.4) of big-endian r and s.
    fn verify(&self, point: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Verification;

    /// The order of the generator, as long as a coordinate.
    #[cfg(test)]
    fn order(&self) -> Vec<u8>;

    /// x and y of the generator.
    #[cfg(test)]
    fn generator(&self) -> Vec<u8>;
}

impl<const LIMBS: usize> Equation for Domain<LIMBS> {
    fn octets(&self) -> usize {
        self.field.modulus().bit_width_vartime().div_ceil(8) as usize
    }

    fn verify(&self, point: &[u8], digest: &[u8], r: &[u8], s: &[u8]) -> Verification {
        let key = match self.point(point) {
            Ok(key) => key,
            Err(refused) => return refused,
        };
        let (Some(r), Some(s)) = (self.scalar(r), self.scalar(s)) else {
            return Verification::Invalid;
        };
        let Some(inverse) = s.invert_vartime().into_option() else {
            return Verification::Invalid;
        };
        let on_generator = (self.representative(digest) * inverse).retrieve();
        let on_key = (r * inverse).retrieve();
        let generator = Point::affine(self.generator.0, self.generator.1);
        let sum = self.combine([(generator, on_generator), (key, on_key)]);
        Verification::of(self.has_abscissa(&sum, &r.retrieve()))
    }

    #[cfg(test)]
    fn order(&self) -> Vec<u8> {
        self.octets_of(self.order.modulus().as_ref())
    }

    #[cfg(test)]
    fn generator(&self) -> Vec<u8> {
        let (x, y) = &self.generator;
        [x, y]
            .map(|element| self.octets_of(&element.retrieve()))
            .concat()
    }
}

impl<const LIMBS: usize> Domain<LIMBS> {
    /// The point that octets encode (SEC 1, 2.3.4): on the curve and not infinity.
    fn point(&self, octets: &[u8]) -> Result<Point<LIMBS>, Verification> {
        let coordinate = |octets: &[u8]| {
            unsigned(octets)
                .filter(|value| value < self.field.modulus().as_ref())
                .map(|value| self.element(&value))
                .ok_or(Verification::Invalid)
        };
        match octets.split_first() {
            Some((0x04, rest)) if rest.len() == 2 * self.octets() => {
                let (x, y) = rest.split_at(self.octets());
                let (x, y) = (coordinate(x)?, coordinate(y)?);
                match y.square() == self.right_side(&x) {
                    true => Ok(Point::affine(x, y)),
                    false => Err(Verification::Invalid),
                }
            }
            Some((form @ (0x02 | 0x03), x)) if x.len() == self.octets() => {
                let x = coordinate(x)?;
                let y = self.root(&self.right_side(&x))?;
                match y.retrieve().bit_vartime(0) == (*form == 0x03) {
                    true => Ok(Point::affine(x, y)),
                    false => Ok(Point::affine(x, -y)),
                }
            }
            _ => Err(Verification::Invalid),
        }
    }

    /// x³ + ax + b.
    fn right_side(&self, x: &Element<LIMBS>) -> Element<LIMBS> {
        (x.square() + self.a) * x + self.b
    }

    /// A square root where the prime leaves 3 divided by 4: of these curves all but P-224.
    fn root(&self, square: &Element<LIMBS>) -> Result<Element<LIMBS>, Verification> {
        let prime = self.field.modulus().as_ref();
        if !prime.bit_vartime(1) {
            return Err(Verification::Unsupported);
        }
        let exponent = prime.shr_vartime(2).wrapping_add(&Uint::ONE);
        let root = square.pow_vartime(&exponent);
        match root.square() == *square {
            true => Ok(root),
            false => Err(Verification::Invalid),
        }
    }

    /// r or s, which lie between 1 and the order less 1.
    fn scalar(&self, octets: &[u8]) -> Option<Element<LIMBS>> {
        unsigned(octets)
            .filter(|value| !value.is_zero_vartime() && value < self.order.modulus().as_ref())
            .map(|value| FixedMontyForm::new(&value, &self.order))
    }

    /// The leftmost bits of the digest, as many as the order has, as an integer modulo the order.
    fn representative(&self, digest: &[u8]) -> Element<LIMBS> {
        let bits = self.order.modulus().bit_width_vartime();
        let taken = digest.len().min(bits.div_ceil(8) as usize);
        let surplus = (8 * taken as u32).saturating_sub(bits);
        let leftmost = digest.get(..taken).unwrap_or_default();
        let value: Uint<LIMBS> = unsigned(leftmost).unwrap_or(Uint::ZERO);
        reduced(&value.shr_vartime(surplus), &self.order)
    }

    /// Whether the affine x of `point`, reduced modulo the order, is r. The order being below
    /// the prime, x may be r or r plus the order.
    fn has_abscissa(&self, point: &Point<LIMBS>, r: &Uint<LIMBS>) -> bool {
        if point.is_infinity() {
            return false;
        }
        let square = point.z.square();
        let is = |x: &Uint<LIMBS>| self.element(x) * square == point.x;
        let (wrapped, carry) = r.carrying_add(self.order.modulus().as_ref(), 0u32.into());
        is(r) || carry.0 == 0 && wrapped < *self.field.modulus().as_ref() && is(&wrapped)
    }

    #[cfg(test)]
    fn octets_of(&self, value: &Uint<LIMBS>) -> Vec<u8> {
        let mut little = value.to_le_bytes().as_ref().to_vec();
        little.truncate(self.octets());
        little.into_iter().rev().collect()
    }

    fn element(&self, value: &Uint<LIMBS>) -> Element<LIMBS> {
        FixedMontyForm::new(value, &self.field)
    }

    /// The sum of multiples, doubling once for all (Straus, Shamir).
    fn combine(&self, terms: [(Point<LIMBS>, Uint<LIMBS>); 2]) -> Point<LIMBS> {
        let terms = terms.map(|(point, times)| (self.odd_multiples(&point), signed_digits(&times)));
        let length = terms.iter().map(|(_, digits)| digits.len()).max();
        let mut sum = Point::infinity(&self.field);
        for position in (0..length.unwrap_or(0)).rev() {
            sum = self.double(&sum);
            for (multiples, digits) in &terms {
                let digit = digits.get(position).copied().unwrap_or(0);
                if let Some(multiple) = multiples.get(usize::from(digit.unsigned_abs() / 2))
                    && digit != 0
                {
                    sum = match digit > 0 {
                        true => self.add(&sum, multiple),
                        false => self.add(&sum, &multiple.negative()),
                    };
                }
            }
        }
        sum
    }

    /// One, three, five and so on to fifteen times `point`.
    fn odd_multiples(&self, point: &Point<LIMBS>) -> [Point<LIMBS>; 8] {
        let double = self.double(point);
        let mut next = *point;
        std::array::from_fn(|_| {
            let multiple = next;
            next = self.add(&next, &double);
            multiple
        })
    }

    /// Doubling in Jacobian coordinates for any a (Explicit-Formulas Database, dbl-2007-bl).
    /// Infinity and points whose y is 0 give z = 0, infinity again.
    fn double(&self, point: &Point<LIMBS>) -> Point<LIMBS> {
        let (xx, yy, zz) = (point.x.square(), point.y.square(), point.z.square());
        let yyyy = yy.square();
        let s = ((point.x + yy).square() - xx - yyyy).double();
        let m = xx.double() + xx + self.a * zz.square();
        let x = m.square() - s.double();
        Point {
            x,
            y: m * (s - x) - yyyy.double().double().double(),
            z: (point.y + point.z).square() - yy - zz,
        }
    }

    /// Addition in Jacobian coordinates (add-1998-cmo-2) with its exceptions: infinity, equal
    /// and opposite points.
    fn add(&self, left: &Point<LIMBS>, right: &Point<LIMBS>) -> Point<LIMBS> {
        if left.is_infinity() {
            return *right;
        }
        if right.is_infinity() {
            return *left;
        }
        let (left_zz, right_zz) = (left.z.square(), right.z.square());
        let (u, s) = (left.x * right_zz, left.y * right.z * right_zz);
        let h = right.x * left_zz - u;
        let r = right.y * left.z * left_zz - s;
        if is_zero(&h) {
            return match is_zero(&r) {
                true => self.double(left),
                false => Point::infinity(&self.field),
            };
        }
        let hh = h.square();
        let hhh = h * hh;
        let v = u * hh;
        let x = r.square() - hhh - v.double();
        Point {
            x,
            y: r * (v - x) - s * hhh,
            z: left.z * right.z * h,
        }
    }
}

/// A number modulo the prime or the order.
type Element<const LIMBS: usize> = FixedMontyForm<LIMBS>;

/// A point in Jacobian coordinates: (x/z², y/z³), infinity where z = 0.
#[derive(Clone, Copy)]
struct Point<const LIMBS: usize> {
    x: Element<LIMBS>,
    y: Element<LIMBS>,
    z: Element<LIMBS>,
}

impl<const LIMBS: usize> Point<LIMBS> {
    fn affine(x: Element<LIMBS>, y: Element<LIMBS>) -> Self {
        let z = FixedMontyForm::one(x.params());
        Point { x, y, z }
    }

    fn infinity(field: &FixedMontyParams<LIMBS>) -> Self {
        let (one, zero) = (FixedMontyForm::one(field), FixedMontyForm::zero(field));
        Point {
            x: one,
            y: one,
            z: zero,
        }
    }

    fn is_infinity(&self) -> bool {
        is_zero(&self.z)
    }

    fn negative(&self) -> Self {
        Point {
            y: -self.y,
            ..*self
        }
    }
}

fn is_zero<const LIMBS: usize>(element: &Element<LIMBS>) -> bool {
    element.as_montgomery().is_zero_vartime()
}

/// `value` reduced and made ready for arithmetic.
pub(super) fn reduced<const LIMBS: usize, const WIDTH: usize>(
    value: &Uint<WIDTH>,
    modulus: &FixedMontyParams<LIMBS>,
) -> Element<LIMBS> {
    let divisor: &NonZero<Uint<LIMBS>> = modulus.modulus().as_nz_ref();
    FixedMontyForm::new(&value.rem_vartime(divisor), modulus)
}

/// A big-endian unsigned integer; `None` where it does not fit.
fn unsigned<const LIMBS: usize>(octets: &[u8]) -> Option<Uint<LIMBS>> {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    let significant = octets.get(zeros..)?;
    let mut padded = vec![0; Uint::<LIMBS>::BYTES.checked_sub(significant.len())?];
    padded.extend_from_slice(significant);
    Some(Uint::from_be_slice(&padded))
}

/// Signed digits of `scalar`, the least first: odd ones below 16 with four zeros or more behind
/// each (non-adjacent form of width 5).
pub(super) fn signed_digits<const LIMBS: usize>(scalar: &Uint<LIMBS>) -> Vec<i8> {
    let length = scalar.bit_width_vartime();
    let bit = |position: u32| i8::from(position < length && scalar.bit_vartime(position));
    let mut digits = Vec::with_capacity(length as usize + 6);
    let (mut position, mut carry) = (0, 0);
    while position < length || carry != 0 {
        if bit(position) == carry {
            digits.push(0);
            position += 1;
            continue;
        }
        let window = (0..5).fold(0, |window, offset| {
            window | bit(position + offset) << offset
        });
        let digit = window + carry;
        carry = i8::from(digit >= 16);
        digits.extend([digit - 32 * carry, 0, 0, 0, 0]);
        position += 5;
    }
    digits
}
