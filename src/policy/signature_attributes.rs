//! What signatures must hold besides their value (EN 319 102-1, 5.2.8 and 5.5.4, step 5).

use super::Age;
use serde::{Deserialize, Serialize};

/// Constraints on the attributes of a signature. None by default.
///
/// ```
/// use sigill::Policy;
/// use sigill::policy::RequiredAttribute;
/// let text = "[signature_attributes]\nrequired = [\"content-hints\"]\ntimestamp_delay = \"1d\"";
/// let attributes = Policy::from_toml(text).unwrap().signature_attributes;
/// assert_eq!(attributes.required, [RequiredAttribute::ContentHints]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SignatureAttributes {
    /// What every signature must have.
    pub required: Vec<RequiredAttribute>,
    /// Types of content that are accepted, in dotted decimals; any where this is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_types: Option<Vec<String>>,
    /// Commitments that are accepted, by name or in dotted decimals; any where this is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commitment_types: Option<Vec<String>>,
    /// Claimed roles that are accepted; any where this is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// How long after the time that the signer claims the signature must be time-stamped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp_delay: Option<Age>,
}

macro_rules! required_attributes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// An attribute that a policy can ask for, by its name in EN 319 122-1.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        pub enum RequiredAttribute {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl RequiredAttribute {
            /// The name in policy files and reports.
            pub fn name(self) -> &'static str {
                match self { $(RequiredAttribute::$variant => $name,)* }
            }
        }
    };
}

required_attributes! {
    /// The time that the signer claims.
    SigningTime = "signing-time",
    /// What the signer commits itself to.
    CommitmentType = "commitment-type-indication",
    /// What kind of content the signer says it is.
    ContentHints = "content-hints",
    /// A name for the content.
    ContentIdentifier = "content-identifier",
    /// Another content that this one is about.
    ContentReference = "content-reference",
    /// The media type of the content.
    MimeType = "mime-type",
    /// Where the signer says it was.
    SignerLocation = "signer-location",
    /// A role that the signer claims.
    ClaimedRole = "claimed-role",
    /// The policy that the signer says to follow.
    SignaturePolicy = "signature-policy-identifier",
    /// A proven time-stamp over the content.
    ContentTimestamp = "content-time-stamp",
    /// A proven time-stamp over the signature value.
    SignatureTimestamp = "signature-time-stamp",
    /// A proven time-stamp over references.
    ReferencesTimestamp = "refs-time-stamp",
    /// A proven archive time-stamp inside the signature.
    ArchiveTimestamp = "archive-time-stamp",
    /// A counter-signature that passes.
    CounterSignature = "counter-signature",
    /// Any proof from before the validation that the signature existed: a time-stamp over it or
    /// over the document, or an evidence record.
    ProofOfExistence = "proof-of-existence",
}
