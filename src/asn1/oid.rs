//! Object identifiers, each with the document that assigns it.

use std::borrow::Cow;
use std::fmt;

/// An OBJECT IDENTIFIER, kept as its content octets so that no arc is too large.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Oid(Cow<'static, [u8]>);

impl Oid {
    /// From the content octets (X.690, 8.19); `None` where they are malformed.
    pub fn from_content(content: &[u8]) -> Option<Self> {
        let last = content.last()?;
        let padded = std::iter::once(&0u8)
            .chain(content)
            .zip(content)
            .any(|(before, byte)| before & 0x80 == 0 && *byte == 0x80);
        if last & 0x80 != 0 || padded {
            return None;
        }
        Some(Oid(Cow::Owned(content.to_vec())))
    }

    /// From dotted decimal text, such as `1.2.840.113549.1.7.2`.
    pub fn from_dotted(text: &str) -> Option<Self> {
        let oid = der::asn1::ObjectIdentifier::new(text).ok()?;
        Some(Oid(Cow::Owned(oid.as_bytes().to_vec())))
    }

    /// The content octets.
    pub fn content(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut first = true;
        let mut arc: u128 = 0;
        let mut overflow = false;
        for byte in self.0.iter() {
            overflow |= arc >> 121 != 0;
            arc = (arc << 7) | u128::from(byte & 0x7f);
            if byte & 0x80 != 0 {
                continue;
            }
            if overflow {
                f.write_str(if first { "?" } else { ".?" })?;
            } else if first {
                let root = (arc / 40).min(2);
                write!(f, "{root}.{}", arc - root * 40)?;
            } else {
                f.write_str(".")?;
                // Nearly every arc is small, and large numbers are slow to write.
                match u32::try_from(arc) {
                    Ok(arc) => fmt::Display::fmt(&arc, f)?,
                    Err(_) => fmt::Display::fmt(&arc, f)?,
                }
            }
            first = false;
            arc = 0;
            overflow = false;
        }
        Ok(())
    }
}

impl fmt::Debug for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

macro_rules! oids {
    ($($document:literal { $($name:ident = $dotted:literal;)* })*) => {
        $($(
            #[doc = concat!("`", $dotted, "`, ", $document)]
            pub const $name: Oid = {
                const OID: der::asn1::ObjectIdentifier = der::asn1::ObjectIdentifier::new_unwrap($dotted);
                Oid(Cow::Borrowed(OID.as_bytes()))
            };
        )*)*
    };
}

oids! {
    "RFC 5652" {
        DATA = "1.2.840.113549.1.7.1";
        SIGNED_DATA = "1.2.840.113549.1.7.2";
        CONTENT_TYPE = "1.2.840.113549.1.9.3";
        MESSAGE_DIGEST = "1.2.840.113549.1.9.4";
        SIGNING_TIME = "1.2.840.113549.1.9.5";
        COUNTERSIGNATURE = "1.2.840.113549.1.9.6";
    }
    "RFC 6211" {
        ALGORITHM_PROTECTION = "1.2.840.113549.1.9.52";
    }
    "RFC 5940" {
        OCSP_RESPONSE_INFO = "1.3.6.1.5.5.7.16.2";
    }
    "RFC 5035" {
        SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12";
        CONTENT_REFERENCE = "1.2.840.113549.1.9.16.2.10";
        CONTENT_HINTS = "1.2.840.113549.1.9.16.2.4";
        CONTENT_IDENTIFIER = "1.2.840.113549.1.9.16.2.7";
        SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47";
    }
    "RFC 3126" {
        ARCHIVE_TIMESTAMP_V1 = "1.2.840.113549.1.9.16.2.27";
    }
    "RFC 5126" {
        SIGNATURE_TIMESTAMP = "1.2.840.113549.1.9.16.2.14";
        SIGNATURE_POLICY_IDENTIFIER = "1.2.840.113549.1.9.16.2.15";
        COMMITMENT_TYPE = "1.2.840.113549.1.9.16.2.16";
        SIGNER_LOCATION = "1.2.840.113549.1.9.16.2.17";
        SIGNER_ATTRIBUTES = "1.2.840.113549.1.9.16.2.18";
        CONTENT_TIMESTAMP = "1.2.840.113549.1.9.16.2.20";
        CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.21";
        REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.22";
        ATTRIBUTE_CERTIFICATE_REFERENCES = "1.2.840.113549.1.9.16.2.44";
        ATTRIBUTE_REVOCATION_REFERENCES = "1.2.840.113549.1.9.16.2.45";
        POLICY_QUALIFIER_URI = "1.2.840.113549.1.9.16.5.1";
        POLICY_QUALIFIER_USER_NOTICE = "1.2.840.113549.1.9.16.5.2";
        PROOF_OF_ORIGIN = "1.2.840.113549.1.9.16.6.1";
        PROOF_OF_RECEIPT = "1.2.840.113549.1.9.16.6.2";
        PROOF_OF_DELIVERY = "1.2.840.113549.1.9.16.6.3";
        PROOF_OF_SENDER = "1.2.840.113549.1.9.16.6.4";
        PROOF_OF_APPROVAL = "1.2.840.113549.1.9.16.6.5";
        PROOF_OF_CREATION = "1.2.840.113549.1.9.16.6.6";
        CERTIFICATE_VALUES = "1.2.840.113549.1.9.16.2.23";
        REVOCATION_VALUES = "1.2.840.113549.1.9.16.2.24";
        CERTIFICATES_AND_CRLS_TIMESTAMP = "1.2.840.113549.1.9.16.2.26";
        CADES_C_TIMESTAMP = "1.2.840.113549.1.9.16.2.25";
        ARCHIVE_TIMESTAMP_V2 = "1.2.840.113549.1.9.16.2.48";
    }
    "EN 319 122-1" {
        MIME_TYPE = "0.4.0.1733.2.1";
        ATS_HASH_INDEX = "0.4.0.1733.2.5";
        ATS_HASH_INDEX_V2 = "0.4.0.19122.1.4";
        ATS_HASH_INDEX_V3 = "0.4.0.19122.1.5";
        SIGNATURE_POLICY_STORE = "0.4.0.19122.1.3";
        POLICY_QUALIFIER_SPECIFICATION = "0.4.0.19122.2.1";
        ARCHIVE_TIMESTAMP_V3 = "0.4.0.1733.2.4";
        SIGNER_ATTRIBUTES_V2 = "0.4.0.19122.1.1";
    }
    "TS 101 733 V2.2.1" {
        LONG_TERM_VALIDATION = "0.4.0.1733.2.2";
    }
    "RFC 3161" {
        TST_INFO = "1.2.840.113549.1.9.16.1.4";
    }
    "RFC 4998" {
        EVIDENCE_RECORD_INTERNAL = "1.2.840.113549.1.9.16.2.49";
        EVIDENCE_RECORD_EXTERNAL = "1.2.840.113549.1.9.16.2.50";
    }
    "Adobe, ISO 32000-1 12.8.3.3.2" {
        ADOBE_REVOCATION_INFO_ARCHIVAL = "1.2.840.113583.1.1.8";
        ADOBE_TIMESTAMP = "1.2.840.113583.1.1.9.1";
    }
    "RFC 1321 and RFC 3370" {
        MD5 = "1.2.840.113549.2.5";
    }
    "ISO/IEC 10118-3, as TeleTrusT assigned it" {
        RIPEMD160 = "1.3.36.3.2.1";
    }
    "OIW and RFC 3370" {
        SHA1 = "1.3.14.3.2.26";
    }
    "RFC 8017" {
        SHA1_WITH_RSA_ENCRYPTION = "1.2.840.113549.1.1.5";
    }
    "RFC 5754" {
        SHA224 = "2.16.840.1.101.3.4.2.4";
        SHA256 = "2.16.840.1.101.3.4.2.1";
        SHA384 = "2.16.840.1.101.3.4.2.2";
        SHA512 = "2.16.840.1.101.3.4.2.3";
    }
    "the CSOR of NIST" {
        SHA512_256 = "2.16.840.1.101.3.4.2.6";
        SHA3_224 = "2.16.840.1.101.3.4.2.7";
        SHA3_256 = "2.16.840.1.101.3.4.2.8";
        SHA3_384 = "2.16.840.1.101.3.4.2.9";
        SHA3_512 = "2.16.840.1.101.3.4.2.10";
    }
    "RFC 5280" {
        SUBJECT_DIRECTORY_ATTRIBUTES = "2.5.29.9";
        SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
        KEY_USAGE = "2.5.29.15";
        SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
        ISSUER_ALTERNATIVE_NAME = "2.5.29.18";
        BASIC_CONSTRAINTS = "2.5.29.19";
        CRL_NUMBER = "2.5.29.20";
        REASON_CODE = "2.5.29.21";
        INVALIDITY_DATE = "2.5.29.24";
        DELTA_CRL_INDICATOR = "2.5.29.27";
        ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
        CERTIFICATE_ISSUER = "2.5.29.29";
        NAME_CONSTRAINTS = "2.5.29.30";
        CRL_DISTRIBUTION_POINTS = "2.5.29.31";
        CERTIFICATE_POLICIES = "2.5.29.32";
        ANY_POLICY = "2.5.29.32.0";
        QUALIFIER_CPS = "1.3.6.1.5.5.7.2.1";
        QUALIFIER_USER_NOTICE = "1.3.6.1.5.5.7.2.2";
        POLICY_MAPPINGS = "2.5.29.33";
        AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
        POLICY_CONSTRAINTS = "2.5.29.36";
        EXTENDED_KEY_USAGE = "2.5.29.37";
        FRESHEST_CRL = "2.5.29.46";
        INHIBIT_ANY_POLICY = "2.5.29.54";
        AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";
        ANY_EXTENDED_KEY_USAGE = "2.5.29.37.0";
        ACCESS_OCSP = "1.3.6.1.5.5.7.48.1";
        ACCESS_CA_ISSUERS = "1.3.6.1.5.5.7.48.2";
        KEY_PURPOSE_TIME_STAMPING = "1.3.6.1.5.5.7.3.8";
        KEY_PURPOSE_OCSP_SIGNING = "1.3.6.1.5.5.7.3.9";
    }
    "X.509" {
        EXPIRED_CERTIFICATES_ON_CRL = "2.5.29.60";
    }
    "X.520" {
        COMMON_NAME = "2.5.4.3";
        SURNAME = "2.5.4.4";
        SERIAL_NUMBER = "2.5.4.5";
        COUNTRY = "2.5.4.6";
        LOCALITY = "2.5.4.7";
        ORGANIZATION = "2.5.4.10";
        ORGANIZATIONAL_UNIT = "2.5.4.11";
        TITLE = "2.5.4.12";
        NAME = "2.5.4.41";
        GIVEN_NAME = "2.5.4.42";
        PSEUDONYM = "2.5.4.65";
        ORGANIZATION_IDENTIFIER = "2.5.4.97";
    }
    "RFC 2247" {
        DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";
    }
    "RFC 2985" {
        EMAIL_ADDRESS = "1.2.840.113549.1.9.1";
    }
    "RFC 3739 and EN 319 412-5" {
        QC_STATEMENTS = "1.3.6.1.5.5.7.1.3";
        QC_SYNTAX_V2 = "1.3.6.1.5.5.7.11.2";
        QC_COMPLIANCE = "0.4.0.1862.1.1";
        QC_SSCD = "0.4.0.1862.1.4";
        QC_RETENTION_PERIOD = "0.4.0.1862.1.3";
        QC_PDS = "0.4.0.1862.1.5";
        QC_TYPE = "0.4.0.1862.1.6";
        QC_TYPE_SIGNATURE = "0.4.0.1862.1.6.1";
        QC_TYPE_SEAL = "0.4.0.1862.1.6.2";
    }
    "EN 319 412-1" {
        SEMANTICS_NATURAL = "0.4.0.194121.1.1";
        SEMANTICS_LEGAL = "0.4.0.194121.1.2";
        SEMANTICS_EIDAS_NATURAL = "0.4.0.194121.1.3";
        SEMANTICS_EIDAS_LEGAL = "0.4.0.194121.1.4";
        VALIDITY_ASSURED_SHORT_TERM = "0.4.0.194121.2.1";
    }
    "ISO 17442-2" {
        LEGAL_ENTITY_IDENTIFIER = "1.3.6.1.4.1.52266.1";
        LEGAL_ENTITY_ROLE = "1.3.6.1.4.1.52266.2";
    }
    "RFC 6960" {
        OCSP_BASIC_RESPONSE = "1.3.6.1.5.5.7.48.1.1";
        OCSP_NONCE = "1.3.6.1.5.5.7.48.1.2";
        OCSP_CRL_REFERENCES = "1.3.6.1.5.5.7.48.1.3";
        OCSP_EXTENDED_REVOKE = "1.3.6.1.5.5.7.48.1.9";
        OCSP_NO_CHECK = "1.3.6.1.5.5.7.48.1.5";
        OCSP_ARCHIVE_CUTOFF = "1.3.6.1.5.5.7.48.1.6";
    }
    "Common PKI (ISIS-MTT), part 4" {
        OCSP_CERTIFICATE_HASH = "1.3.36.8.3.13";
    }
    "RFC 6962" {
        OCSP_SIGNED_CERTIFICATE_TIMESTAMPS = "1.3.6.1.4.1.11129.2.4.5";
    }
    "RFC 5755" {
        ROLE = "2.5.4.72";
        CHARGING_IDENTITY = "1.3.6.1.5.5.7.10.3";
        GROUP = "1.3.6.1.5.5.7.10.4";
    }
    "RFC 9608" {
        NO_REVOCATION_AVAILABLE = "2.5.29.56";
    }
    "RFC 7773" {
        AUTHENTICATION_CONTEXTS = "1.2.752.201.5.1";
    }
}
