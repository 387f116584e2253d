//! The e-identification systems that are known by their issuers' names and policies.
//!
//! Recognition says what a certificate is, never that it is good: a name proves nothing unless
//! the path to a trust anchor does.

use crate::asn1::{Reader, oid, tag};
use crate::x509::Certificate;

/// What kind of system issued a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ElectronicIdentification {
    /// BankID: the subject's O is the issuing bank.
    BankId,
    /// SITHS of Inera, for health care and public bodies.
    Siths,
    /// EFOS of Försäkringskassan, for public bodies.
    Efos,
    /// Telia's e-identification.
    Telia,
    /// A Sweden Connect signature service: the e-identification signed nothing in the document.
    SwedenConnectSignatureService,
    /// Another service that identified the signer by RFC 7773.
    SignatureService,
}

impl ElectronicIdentification {
    /// Recognises the system that issued `certificate`.
    pub(super) fn recognise(certificate: &Certificate) -> Option<Self> {
        // Before all others: such a service may name BankID or SITHS, whose keys it has not.
        if let Some(contexts) = &certificate.extensions.authentication_contexts {
            return Some(match holds_sweden_connect_context(contexts) {
                true => Self::SwedenConnectSignatureService,
                false => Self::SignatureService,
            });
        }
        [Self::BankId, Self::Siths, Self::Efos, Self::Telia]
            .into_iter()
            .find(|system| system.issued(certificate))
    }

    /// The name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::BankId => "BankID",
            Self::Siths => "SITHS",
            Self::Efos => "EFOS",
            Self::Telia => "Telia e-legitimation",
            Self::SwedenConnectSignatureService => "Sweden Connect sign service",
            Self::SignatureService => "sign service",
        }
    }

    /// Whether a service signs with a key of its own for whoever it identified.
    pub(super) fn is_signature_service(self) -> bool {
        matches!(
            self,
            Self::SwedenConnectSignatureService | Self::SignatureService
        )
    }

    fn issued(self, certificate: &Certificate) -> bool {
        certificate
            .issuer
            .all(&oid::COMMON_NAME)
            .any(|name| self.has_issuer(name))
            || certificate
                .extensions
                .policies
                .iter()
                .any(|policy| self.has_policy(&policy.to_string()))
    }

    fn has_issuer(self, common_name: &str) -> bool {
        let mut words = common_name.split_whitespace();
        match self {
            // `<bank> Customer CA1 v1 for BankID`.
            Self::BankId => {
                common_name.contains("Customer CA")
                    && common_name.trim_end().ends_with("for BankID")
            }
            // `SITHS e-id Person HSA-id 3 CA v1`, `SITHS Type 1 CA v1`; test names have `TEST`
            // before or `PP` behind.
            Self::Siths => words.any(|word| word == "SITHS"),
            // Known from one test CA only: `Swedish Public Sector Function CA SAT v1`.
            Self::Efos => common_name.contains("Swedish Public Sector"),
            // Known from one test CA only: `Telia e-legitimation PP CA v2`.
            Self::Telia => common_name.contains("Telia e-legitimation"),
            Self::SwedenConnectSignatureService | Self::SignatureService => false,
        }
    }

    fn has_policy(self, policy: &str) -> bool {
        match self {
            // File .1, card .2, mobile .5; Nordea's; a test policy. Other test policies lie
            // under 1.2.3.4, which is everybody's, so they are not taken for BankID.
            Self::BankId => {
                policy.starts_with("1.2.752.78.1.")
                    || ["1.2.752.71.1.3", "1.2.752.60.1.6"].contains(&policy)
            }
            // The arc of SITHS, its table of levels unverified; the old HCC in Telia's arc is
            // known from one certificate.
            Self::Siths => policy.starts_with("1.2.752.74.8.5") || policy == "1.2.752.35.99.2.3",
            // Named as the policy of the CPS; unverified in certificates.
            Self::Efos => policy.starts_with("1.2.752.146.200."),
            Self::Telia => policy == "1.2.752.35.99.2",
            Self::SwedenConnectSignatureService | Self::SignatureService => false,
        }
    }
}

/// Whether an `AuthenticationContexts` holds the SAML context of Sweden Connect (RFC 7773, 2;
/// certificate profile of Sweden Connect, 2.3).
fn holds_sweden_connect_context(contexts: &[u8]) -> bool {
    const SAML_CONTEXT: &[u8] = b"http://id.elegnamnden.se/auth-cont/1.0/saci";
    let Ok(mut contexts) = Reader::new(contexts, "AuthenticationContexts").sequence() else {
        return false;
    };
    std::iter::from_fn(|| contexts.sequence().ok())
        .filter_map(|mut context| context.expect(tag::UTF8_STRING).ok())
        .any(|kind| kind.content == SAML_CONTEXT)
}
