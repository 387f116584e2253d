//! Indications and sub-indications, EN 319 102-1 §5.1.3.

use std::fmt;

/// The outcome of a block or a process. Impossible pairs cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Indication {
    /// Proven.
    Passed,
    /// Disproven.
    Failed(FailedWhy),
    /// Neither; the reason says what is missing.
    Indeterminate(IndeterminateWhy),
}

macro_rules! sub_indications {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// Every one of them.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The name in the standard, with underscores.
            pub fn name(self) -> &'static str {
                match self {
                    $($name::$variant => $text,)*
                }
            }
        }
    };
}

sub_indications! {
    /// The six reasons for which a signature is disproven.
    FailedWhy {
        /// Not conformant to its format.
        FormatFailure = "FORMAT_FAILURE",
        /// A digest of the signed data does not match.
        HashFailure = "HASH_FAILURE",
        /// The signature value does not verify.
        SigCryptoFailure = "SIG_CRYPTO_FAILURE",
        /// Revoked before it was made, provably.
        Revoked = "REVOKED",
        /// Made after the certificate's end, provably.
        Expired = "EXPIRED",
        /// Made before the certificate's beginning, provably.
        NotYetValid = "NOT_YET_VALID",
    }
}

sub_indications! {
    /// The nineteen reasons for which nothing can be concluded.
    IndeterminateWhy {
        /// A constraint on the signature's attributes is not met.
        SigConstraintsFailure = "SIG_CONSTRAINTS_FAILURE",
        /// A constraint on the certificates is not met.
        ChainConstraintsFailure = "CHAIN_CONSTRAINTS_FAILURE",
        /// The certificate path does not validate.
        CertificateChainGeneralFailure = "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        /// An algorithm was no longer reliable when it was used, provably.
        CryptoConstraintsFailure = "CRYPTO_CONSTRAINTS_FAILURE",
        /// An algorithm is no longer reliable, and nothing proves earlier use.
        CryptoConstraintsFailureNoPoe = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
        /// The signature policy could not be processed.
        PolicyProcessingError = "POLICY_PROCESSING_ERROR",
        /// The signature policy is not at hand.
        SignaturePolicyNotAvailable = "SIGNATURE_POLICY_NOT_AVAILABLE",
        /// Time-stamps contradict each other.
        TimestampOrderFailure = "TIMESTAMP_ORDER_FAILURE",
        /// The signing certificate cannot be identified.
        NoSigningCertificateFound = "NO_SIGNING_CERTIFICATE_FOUND",
        /// No path to a trust anchor.
        NoCertificateChainFound = "NO_CERTIFICATE_CHAIN_FOUND",
        /// The anchor is no longer trusted, and nothing proves earlier use.
        NoCertificateChainFoundNoPoe = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE",
        /// The signing certificate is revoked, and nothing proves earlier signing.
        RevokedNoPoe = "REVOKED_NO_POE",
        /// A CA certificate is revoked, and nothing proves earlier use.
        RevokedCaNoPoe = "REVOKED_CA_NO_POE",
        /// A certificate is outside its validity, and nothing proves earlier use.
        OutOfBoundsNoPoe = "OUT_OF_BOUNDS_NO_POE",
        /// As before, although it is known not to have been revoked.
        OutOfBoundsNotRevoked = "OUT_OF_BOUNDS_NOT_REVOKED",
        /// Who issued the revocation data is outside its validity.
        RevocationOutOfBoundsNoPoe = "REVOCATION_OUT_OF_BOUNDS_NO_POE",
        /// A proof of existence is missing.
        NoPoe = "NO_POE",
        /// Newer revocation data may decide.
        TryLater = "TRY_LATER",
        /// The signed data is not at hand.
        SignedDataNotFound = "SIGNED_DATA_NOT_FOUND",
    }
}

impl Indication {
    /// The indication of a block, a time-stamp or a record.
    pub fn name(self) -> &'static str {
        match self {
            Indication::Passed => "PASSED",
            Indication::Failed(_) => "FAILED",
            Indication::Indeterminate(_) => "INDETERMINATE",
        }
    }

    /// The indication of a whole signature.
    pub fn total_name(self) -> &'static str {
        match self {
            Indication::Passed => "TOTAL-PASSED",
            Indication::Failed(_) => "TOTAL-FAILED",
            Indication::Indeterminate(_) => "INDETERMINATE",
        }
    }

    /// The sub-indication, if there is one.
    pub fn sub_indication(self) -> Option<&'static str> {
        match self {
            Indication::Passed => None,
            Indication::Failed(why) => Some(why.name()),
            Indication::Indeterminate(why) => Some(why.name()),
        }
    }

    /// Whether this is [`Indication::Passed`].
    pub fn is_passed(self) -> bool {
        self == Indication::Passed
    }
}

impl From<FailedWhy> for Indication {
    fn from(why: FailedWhy) -> Self {
        Indication::Failed(why)
    }
}

impl From<IndeterminateWhy> for Indication {
    fn from(why: IndeterminateWhy) -> Self {
        Indication::Indeterminate(why)
    }
}

impl fmt::Display for Indication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self.sub_indication() {
            Some(why) => write!(f, "/{why}"),
            None => Ok(()),
        }
    }
}
