//! The inputs of path validation that are the user's choice (RFC 5280, 6.1.1; RFC 5937).

use crate::asn1::Oid;
use crate::x509::NameConstraints;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;

/// What a path must keep to beyond what its own certificates ask for.
///
/// ```
/// let policy = sigill::Policy::from_toml("[path]\nrequire_explicit_policy = true").unwrap();
/// assert!(policy.path.require_explicit_policy);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PathConstraints {
    /// user-initial-policy-set (6.1.1 c): the policies that the user accepts; empty for any.
    #[serde(serialize_with = "to_dotted", deserialize_with = "from_dotted")]
    pub initial_policy_set: BTreeSet<Oid>,
    /// initial-explicit-policy (6.1.1 f): the path must be valid for one of these policies.
    pub require_explicit_policy: bool,
    /// initial-policy-mapping-inhibit (6.1.1 e).
    pub inhibit_policy_mapping: bool,
    /// initial-any-policy-inhibit (6.1.1 g).
    pub inhibit_any_policy: bool,
    /// initial-permitted-subtrees and initial-excluded-subtrees (6.1.1 h and i); not part of
    /// the policy file.
    #[serde(skip)]
    pub name_constraints: NameConstraints,
    /// How many certificates may stand between the one judged and the anchor, self-issued ones
    /// not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_length: Option<u64>,
    /// Key purposes of which the certificate must have one, and which issuers that limit
    /// purposes must not exclude; empty where none is asked for.
    #[serde(serialize_with = "to_dotted", deserialize_with = "from_dotted")]
    pub key_purposes: BTreeSet<Oid>,
    /// Whether a key purpose must be stated.
    pub key_purpose_statement: KeyPurposeStatement,
    /// When each certificate must have been good; time-stamps are judged by the shell model.
    pub model: ValidationModel,
    /// What of an anchor's own certificate constrains the path.
    pub anchor: AnchorConstraints,
    /// Whether an anchor's own validity period counts.
    pub anchor_validity: AnchorValidity,
    /// What becomes of a certificate that breaks a rule of RFC 5280 that is meant for issuers,
    /// such as those on serial numbers and key identifiers, and that path validation does not
    /// depend on.
    pub certificate_profile: CertificateProfile,
}

/// How strictly certificates are held to the rules for their issuers (RFC 5280, 4.1 and 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CertificateProfile {
    /// A broken rule fails, and a revocation list that breaks one does not count.
    Strict,
    /// A broken rule fails, unless old roots, NIST's own test suite or authorities in service
    /// are known to break it: that is a warning. Meant for certificates that are judged alone.
    Usual,
    /// A broken rule is a warning: what stands in a document can no longer be made better.
    #[default]
    Lenient,
}

/// Whether a certificate must say that it is meant for a purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPurposeStatement {
    /// None at all, or anyExtendedKeyUsage, will do (RFC 5280, 4.2.1.12).
    #[default]
    Optional,
    /// The certificate itself must name the purpose; issuers need only not exclude it.
    Required,
    /// The certificate and every issuer below the anchor must name the purpose.
    RequiredThroughout,
}

/// When each certificate of a path must have been good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValidationModel {
    /// All of them when the one judged is used (RFC 5280, 6.1.3 (a)).
    #[default]
    Shell,
    /// Each when it was used itself: an issuer when it issued the one below it, which is when
    /// that begins to be valid.
    Chain,
}

/// What of an anchor's certificate constrains paths (RFC 5937 leaves it to the user).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnchorConstraints {
    /// Nothing: it is a name and a key (RFC 5280, 6.1.1 d).
    None,
    /// Its name constraints.
    #[default]
    Names,
    /// All that it would ask for as part of the path (RFC 5937).
    All,
}

/// Whether the validity period of an anchor's certificate counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnchorValidity {
    /// It does not; see [`TrustAnchors::add_until`](crate::TrustAnchors::add_until) for an end
    /// of trust.
    #[default]
    Ignored,
    /// It does, as for any other certificate.
    Judged,
}

impl PathConstraints {
    /// What remains of the constraints for those who stamp the time of a signature: the user's
    /// wishes for policies, names and purposes are meant for the signer alone.
    pub(crate) fn for_timestamps(&self) -> Self {
        PathConstraints {
            path_length: self.path_length,
            anchor: self.anchor,
            anchor_validity: self.anchor_validity,
            certificate_profile: self.certificate_profile,
            ..PathConstraints::default()
        }
    }

    /// What remains of them for those who sign revocation data. A key that signs lists beside
    /// an authority's certificates is often marked for certificates too.
    pub(crate) fn for_revocation_data(&self) -> Self {
        PathConstraints {
            certificate_profile: match self.certificate_profile {
                CertificateProfile::Strict => CertificateProfile::Strict,
                CertificateProfile::Usual | CertificateProfile::Lenient => {
                    CertificateProfile::Lenient
                }
            },
            ..self.for_timestamps()
        }
    }
}

impl Default for PathConstraints {
    /// Any policy, and nothing beyond what the certificates and the anchor's name constraints
    /// ask for.
    fn default() -> Self {
        PathConstraints {
            initial_policy_set: BTreeSet::new(),
            require_explicit_policy: false,
            inhibit_policy_mapping: false,
            inhibit_any_policy: false,
            name_constraints: NameConstraints::default(),
            path_length: None,
            key_purposes: BTreeSet::new(),
            key_purpose_statement: KeyPurposeStatement::default(),
            model: ValidationModel::default(),
            anchor: AnchorConstraints::default(),
            anchor_validity: AnchorValidity::default(),
            certificate_profile: CertificateProfile::default(),
        }
    }
}

fn to_dotted<S: Serializer>(oids: &BTreeSet<Oid>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(oids.iter().map(Oid::to_string))
}

fn from_dotted<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<Oid>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts
        .iter()
        .map(|text| {
            Oid::from_dotted(text)
                .ok_or_else(|| D::Error::custom(format!("{text}: not an object identifier")))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::policy::{Policy, ValidationModel};

    #[test]
    fn a_policy_file_keeps_its_path_constraints() {
        let text = "[path]\ninitial_policy_set = [\"1.2.3\"]\nanchor = \"all\"\npath_length = 2\nmodel = \"chain\"\n";
        let policy = Policy::from_toml(text).unwrap();
        assert_eq!(policy.path.initial_policy_set.len(), 1);
        assert_eq!(policy.path.model, ValidationModel::Chain);
        assert_eq!(Policy::from_toml(&policy.to_toml()).unwrap(), policy);
        assert_ne!(policy.sha256(), Policy::default().sha256());
        assert!(Policy::from_toml("[path]\ninitial_policy_set = [\"x\"]").is_err());
    }
}
