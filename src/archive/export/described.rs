//! Signatures and names as the metadata of a package tells them: masked, and fit for XML.

use super::Exported;
use crate::UnixTime;
use crate::hex;
use crate::report::wording::outside_in_xml;
use crate::report::{Options, SignatureReport};
use crate::validation::Indication;

/// One signature of the document.
pub(super) struct Described {
    pub id: String,
    pub format: &'static str,
    pub level: String,
    pub verdict: String,
    pub signer: String,
    pub roles: Vec<String>,
    pub organisation: Option<String>,
    pub organisation_number: Option<String>,
    pub organisation_grade: &'static str,
    pub claimed: Option<UnixTime>,
    /// The earliest time at which it is proven to have existed.
    pub proven: UnixTime,
    pub certificate: Option<String>,
}

/// Every signature with its counter-signatures after it.
pub(super) fn signatures(exported: &Exported<'_>) -> Vec<Described> {
    let signatures = exported.report.signatures.iter();
    signatures
        .flat_map(SignatureReport::with_counter_signatures)
        .map(Described::new)
        .collect()
}

impl Described {
    fn new(report: &SignatureReport) -> Self {
        let binding = &report.binding;
        let organisation = &binding.signer_organisation;
        Described {
            id: report.id.clone(),
            format: report.format.name(),
            level: report.level.to_string(),
            verdict: verdict(report.conclusion.indication),
            signer: shown(binding.signer.name.as_deref().unwrap_or("-")),
            roles: binding
                .roles
                .iter()
                .map(|role| shown(&role.value))
                .collect(),
            organisation: organisation.value.name.as_deref().map(shown),
            organisation_number: organisation.value.identifier.as_deref().map(shown),
            organisation_grade: organisation.grade.name(),
            claimed: report.claimed_signing_time,
            proven: report.best_signature_time,
            certificate: report
                .certificate
                .as_ref()
                .map(|certificate| hex(certificate.sha256())),
        }
    }
}

/// A verdict in the words of the standard.
pub(super) fn verdict(indication: Indication) -> String {
    match indication.sub_indication() {
        Some(why) => format!("{}/{why}", indication.total_name()),
        None => indication.total_name().to_owned(),
    }
}

/// A text from outside: personal numbers masked, and nothing that XML forbids.
pub(super) fn shown(text: &str) -> String {
    outside_in_xml(text, &Options::default())
}
