//! Ed448 (RFC 8032, 5.2): x² + y² = 1 - 39081x²y², where one formula adds any two points.

use super::Verification;
use super::elliptic::{reduced, signed_digits};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{Odd, U448, U1024};
use shake::{ExtendableOutput, Shake256, Update, XofReader};

/// Octets of a key, and of each half of a signature.
const OCTETS: usize = 57;

type Element = FixedMontyForm<{ U448::LIMBS }>;
type Modulus = FixedMontyParams<{ U448::LIMBS }>;

/// 2^448 - 2^224 - 1.
static FIELD: Modulus = Modulus::new_vartime(Odd::<U448>::from_be_hex(
    "fffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
));

/// The order of the generator.
static ORDER: Modulus = Modulus::new_vartime(Odd::<U448>::from_be_hex(
    "3fffffffffffffffffffffffffffffffffffffffffffffffffffffff7cca23e9c44edb49aed63690216cc2728dc58f552378c292ab5844f3",
));

/// The generator, x and y.
const GENERATOR: (U448, U448) = (
    U448::from_be_hex(
        "4f1970c66bed0ded221d15a622bf36da9e146570470f1767ea6de324a3d3a46412ae1af72ab66511433b80e18b00938e2626a82bc70cc05e",
    ),
    U448::from_be_hex(
        "693f46716eb6bc248876203756c9c7624bea73736ca3984087789c1e05a0c2d73ad3ff1ce67c39c4fdbd132c4ed7c8ad9808795bf230fa14",
    ),
);

/// The number whose negative is d.
const NEGATIVE_D: U448 = U448::from_u32(39_081);

/// Ed448 without context (RFC 8032, 5.2.7): R is [S]B - [k]A, compared as octets, so that
/// neither R nor S has a second spelling.
pub(super) fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> Verification {
    let Some((r, s)) = signature
        .split_at_checked(OCTETS)
        .filter(|(r, s)| r.len() == s.len())
    else {
        return Verification::Invalid;
    };
    let (Some(point), Some(s)) = (Point::decode(key), below(s, &ORDER)) else {
        return Verification::Invalid;
    };
    // For such a key anybody finds a signature within four tries.
    if point.double().double().is_neutral() {
        return Verification::Invalid;
    }
    let k = reduced(&challenge(r, key, message), &ORDER).retrieve();
    let generator = Point::affine(element(&GENERATOR.0), element(&GENERATOR.1));
    let expected = combine([(generator, s), (point.negative(), k)]).encode();
    Verification::of(expected.is_some_and(|expected| expected == *r))
}

/// SHAKE256(dom4(0, "") || R || A || M, 114) as a little-endian number.
fn challenge(r: &[u8], key: &[u8], message: &[u8]) -> U1024 {
    let mut state = Shake256::default();
    for part in [b"SigEd448\0\0".as_slice(), r, key, message] {
        state.update(part);
    }
    let mut octets = [0; U1024::BYTES];
    if let Some(output) = octets.get_mut(..2 * OCTETS) {
        state.finalize_xof().read(output);
    }
    U1024::from_le_slice(&octets)
}

/// A little-endian number below the modulus, its last octet 0.
fn below(octets: &[u8], modulus: &Modulus) -> Option<U448> {
    let (0, number) = octets.split_last()? else {
        return None;
    };
    let number = (number.len() == U448::BYTES).then(|| U448::from_le_slice(number))?;
    (number < *modulus.modulus().as_ref()).then_some(number)
}

fn element(value: &U448) -> Element {
    FixedMontyForm::new(value, &FIELD)
}

/// A point as (x/z, y/z).
#[derive(Clone, Copy)]
struct Point {
    x: Element,
    y: Element,
    z: Element,
}

impl Point {
    /// RFC 8032, 5.2.3.
    fn decode(octets: &[u8]) -> Option<Self> {
        let (last, rest) = octets.split_last()?;
        let is_odd = last & 0x80 != 0;
        let y = element(&below(&[rest, &[last & 0x7f]].concat(), &FIELD)?);
        let one = FixedMontyForm::one(&FIELD);
        // x² = (y² - 1) / (d y² - 1) = u / v, and x = u³v (u⁵v³)^((p - 3) / 4).
        let u = one - y.square();
        let v = one + y.square() * element(&NEGATIVE_D);
        let cube = u.square() * u * v;
        let exponent = FIELD.modulus().as_ref().shr_vartime(2);
        let x = cube * (cube * u.square() * v.square()).pow_vartime(&exponent);
        if v * x.square() != u {
            return None;
        }
        let value = x.retrieve();
        match (value.is_zero_vartime(), value.bit_vartime(0) == is_odd) {
            (true, false) => None,
            (_, true) => Some(Point::affine(x, y)),
            (false, false) => Some(Point::affine(-x, y)),
        }
    }

    /// RFC 8032, 5.2.2.
    fn encode(&self) -> Option<[u8; OCTETS]> {
        let inverse = self.z.invert_vartime().into_option()?;
        let (x, y) = ((self.x * inverse).retrieve(), (self.y * inverse).retrieve());
        let mut octets = [0; OCTETS];
        let (last, number) = octets.split_last_mut()?;
        number.copy_from_slice(y.to_le_bytes().as_ref());
        *last = u8::from(x.bit_vartime(0)) << 7;
        Some(octets)
    }

    fn affine(x: Element, y: Element) -> Self {
        let z = FixedMontyForm::one(&FIELD);
        Point { x, y, z }
    }

    fn neutral() -> Self {
        Point::affine(FixedMontyForm::zero(&FIELD), FixedMontyForm::one(&FIELD))
    }

    fn is_neutral(&self) -> bool {
        self.x == FixedMontyForm::zero(&FIELD) && self.y == self.z
    }

    fn negative(&self) -> Self {
        Point {
            x: -self.x,
            ..*self
        }
    }

    /// RFC 8032, 5.2.4, complete since d is no square.
    fn add(&self, other: &Self) -> Self {
        let a = self.z * other.z;
        let b = a.square();
        let c = self.x * other.x;
        let d = self.y * other.y;
        let negative_e = c * d * element(&NEGATIVE_D);
        let (f, g) = (b + negative_e, b - negative_e);
        let h = (self.x + self.y) * (other.x + other.y);
        Point {
            x: a * f * (h - c - d),
            y: a * g * (d - c),
            z: f * g,
        }
    }

    /// RFC 8032, 5.2.4.
    fn double(&self) -> Self {
        let b = (self.x + self.y).square();
        let (c, d) = (self.x.square(), self.y.square());
        let e = c + d;
        let j = e - self.z.square().double();
        Point {
            x: (b - e) * j,
            y: e * (c - d),
            z: e * j,
        }
    }

    /// This point times one, three, five and so on to fifteen.
    fn odd_multiples(&self) -> [Point; 8] {
        let double = self.double();
        let mut next = *self;
        std::array::from_fn(|_| {
            let multiple = next;
            next = next.add(&double);
            multiple
        })
    }
}

/// The sum of multiples, doubling once for all (Straus, Shamir).
fn combine(terms: [(Point, U448); 2]) -> Point {
    let terms = terms.map(|(point, times)| (point.odd_multiples(), signed_digits(&times)));
    let length = terms.iter().map(|(_, digits)| digits.len()).max();
    let mut sum = Point::neutral();
    for position in (0..length.unwrap_or(0)).rev() {
        sum = sum.double();
        for (multiples, digits) in &terms {
            let digit = digits.get(position).copied().unwrap_or(0);
            if let Some(multiple) = multiples.get(usize::from(digit.unsigned_abs() / 2))
                && digit != 0
            {
                sum = match digit > 0 {
                    true => sum.add(multiple),
                    false => sum.add(&multiple.negative()),
                };
            }
        }
    }
    sum
}
