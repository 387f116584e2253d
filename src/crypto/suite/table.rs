//! The suite that comes with sigill.

use super::{CryptographicSuite, DigestRow, End, Scheme, SchemeRow};
use crate::crypto::digest::DigestAlgorithm;
use crate::time::UnixTime;
use std::borrow::Cow;

const TS_119_312: &str = "ETSI TS 119 312 V1.5.1 (EU DSS 6.4)";

/// EU DSS does not list EdDSA. It is listed here because FIPS 186-5, 7 approves it without an
/// end and RFC 8410 certificates are in use; take the rows out to judge as EU DSS does.
const FIPS_186_5: &str = "FIPS 186-5, 7; not in EU DSS 6.4";

/// V1.5.1 is older than ML-DSA; the machine-readable form of V2.1.1 (2026-02) recommends all three
/// sets of parameters without an end. Its other rows are not followed here: they end RSA below
/// 3000 bits on 2026-04-01, against what its own clause 8.4 is cited to say (2028-12-31).
const TS_119_312_V2: &str = "ETSI TS 119 312 V2.1.1; not in EU DSS 6.4";

impl Default for CryptographicSuite {
    /// ETSI TS 119 312 V1.5.1 as EU DSS 6.4 states it, with EdDSA and ML-DSA.
    fn default() -> Self {
        CryptographicSuite {
            source: Cow::Borrowed(TS_119_312),
            update_date: UPDATE_DATE,
            digests: default_digests(),
            schemes: default_schemes(),
        }
    }
}

/// 2024-10-13, the `UpdateDate` of the EU DSS 6.4 policy.
const UPDATE_DATE: UnixTime = UnixTime(1_728_777_600);

fn default_digests() -> Vec<DigestRow> {
    use DigestAlgorithm::*;
    [
        (Md5, until(2004, 8, 1)),
        (Sha1, until(2012, 8, 1)),
        (Ripemd160, until(2014, 8, 1)),
        (Sha224, until(2029, 1, 1)),
        (Sha256, End::Never),
        (Sha384, End::Never),
        (Sha512, End::Never),
        (Sha3_256, End::Never),
        (Sha3_384, End::Never),
        (Sha3_512, End::Never),
    ]
    .map(|(digest, end)| DigestRow {
        digest,
        end,
        source: Cow::Borrowed(TS_119_312),
    })
    .into()
}

fn default_schemes() -> Vec<SchemeRow> {
    use Scheme::*;
    [
        (RsaPkcs1, 786, until(2010, 8, 1), TS_119_312),
        (RsaPkcs1, 1024, until(2019, 10, 1), TS_119_312),
        (RsaPkcs1, 1536, until(2019, 10, 1), TS_119_312),
        (RsaPkcs1, 1900, until(2029, 1, 1), TS_119_312),
        (RsaPkcs1, 3000, until(2029, 1, 1), TS_119_312),
        (RsaPss, 786, until(2010, 8, 1), TS_119_312),
        (RsaPss, 1024, until(2019, 10, 1), TS_119_312),
        (RsaPss, 1536, until(2019, 10, 1), TS_119_312),
        (RsaPss, 1900, until(2029, 1, 1), TS_119_312),
        (RsaPss, 3000, End::Never, TS_119_312),
        (Dsa, 1024, until(2015, 12, 1), TS_119_312),
        (Dsa, 1900, until(2029, 1, 1), TS_119_312),
        (Dsa, 3000, End::Never, TS_119_312),
        (Ecdsa, 160, until(2012, 8, 1), TS_119_312),
        (Ecdsa, 163, until(2012, 8, 1), TS_119_312),
        (Ecdsa, 224, until(2021, 10, 1), TS_119_312),
        (Ecdsa, 256, End::Never, TS_119_312),
        (EdDsa, 256, End::Never, FIPS_186_5),
        (MlDsa, 44, End::Never, TS_119_312_V2),
    ]
    .map(|(scheme, minimum_size, end, source)| SchemeRow {
        scheme,
        digest: None,
        minimum_size,
        end,
        source: Cow::Borrowed(source),
    })
    .into()
}

/// Midnight of a day; were it no day, the algorithm would count as not listed.
pub(super) fn until(year: i32, month: u32, day: u32) -> End {
    UnixTime::from_date(year, month, day).map_or(End::NotListed, End::At)
}
