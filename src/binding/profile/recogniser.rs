//! By what a certificate is known to be of a system.
//!
//! Recognition says what a certificate is, never that it is good: a name proves nothing unless
//! the path to a trust anchor does.

use super::super::authentication_context::AuthenticationContext;
use super::pattern::Pattern;
use crate::asn1::oid;
use crate::x509::Certificate;
use crate::{asn1::Oid, hex};
use serde::Deserialize;

/// Conditions that must all hold; those left out hold always, and one must be there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recogniser {
    /// Common names of the issuer.
    #[serde(default)]
    issuer: Vec<Pattern>,
    /// Certificate policies.
    #[serde(default)]
    policy: Vec<Pattern>,
    /// Types of authentication contexts (RFC 7773).
    #[serde(default)]
    context: Vec<Pattern>,
    /// Attributes of the assertion in the authentication context.
    #[serde(default)]
    context_attribute: Vec<String>,
    /// URIs of levels of assurance in the authentication context.
    #[serde(default)]
    authentication_class: Vec<Pattern>,
    /// Hosts of identity providers, with all below them.
    #[serde(default)]
    identity_provider: Vec<String>,
    /// Types of qualified certificates (EN 319 412-5, 4.2.3), where compliance is stated too.
    #[serde(default)]
    qualified_type: Vec<String>,
    /// SHA-256 of certificates of issuers on the path, in hexadecimal.
    #[serde(default)]
    issuer_sha256: Vec<String>,
    /// Where that is documented, or why it is believed.
    #[serde(rename = "source")]
    _source: String,
    /// Not publicly documented.
    #[serde(default)]
    pub unverified: bool,
}

/// What a certificate is recognised by.
pub(in super::super) struct Recognisable<'a> {
    pub certificate: &'a Certificate,
    /// The certificates above it, where it is trusted.
    pub issuers: &'a [std::sync::Arc<Certificate>],
    /// Its contexts of RFC 7773, where it holds any.
    pub context: Option<&'a AuthenticationContext>,
}

impl Recogniser {
    pub fn is_by_digest(&self) -> bool {
        !self.issuer_sha256.is_empty()
    }

    pub fn recognises(&self, about: &Recognisable<'_>) -> bool {
        let certificate = about.certificate;
        let conditions = [
            any(&self.issuer, |pattern| {
                let mut names = certificate.issuer.all(&oid::COMMON_NAME);
                names.any(|name| pattern.matches(name.trim()))
            }),
            any(&self.policy, |pattern| {
                let mut policies = certificate.extensions.policies.iter();
                policies.any(|policy| pattern.matches(&policy.to_string()))
            }),
            any(&self.context, |pattern| {
                about
                    .context
                    .is_some_and(|context| context.types.iter().any(|kind| pattern.matches(kind)))
            }),
            any(&self.context_attribute, |name| {
                about
                    .context
                    .is_some_and(|context| context.attribute(name).is_some())
            }),
            any(&self.authentication_class, |pattern| {
                let class = about.context.and_then(|context| context.class.as_deref());
                class.is_some_and(|class| pattern.matches(class))
            }),
            any(&self.identity_provider, |host| {
                about
                    .context
                    .is_some_and(|context| context.identity_provider_is_of(host))
            }),
            any(&self.qualified_type, |kind| states_type(certificate, kind)),
            any(&self.issuer_sha256, |digest| {
                about
                    .issuers
                    .iter()
                    .any(|issuer| hex(issuer.sha256()) == *digest)
            }),
        ];
        conditions.iter().all(|condition| *condition != Some(false))
            && conditions.contains(&Some(true))
    }
}

/// Whether one of `wanted` holds; `None` where nothing is wanted.
fn any<T>(wanted: &[T], holds: impl Fn(&T) -> bool) -> Option<bool> {
    (!wanted.is_empty()).then(|| wanted.iter().any(holds))
}

fn states_type(certificate: &Certificate, kind: &str) -> bool {
    let statements = certificate.extensions.qc_statements.as_ref();
    statements.is_some_and(|statements| {
        statements.compliance
            && Oid::from_dotted(kind).is_some_and(|kind| statements.types == [kind])
    })
}
