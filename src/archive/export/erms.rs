//! E-ARK CITS ERMS 3.0: the record, who signed it, and each signature in `eSignatures`.

use super::described::{Described, shown, signatures};
use super::{ENVELOPE_TYPE, Exported};
use crate::UnixTime;
use askama::Template;

/// The descriptive metadata of the package.
pub(super) fn write(exported: &Exported<'_>) -> String {
    let delivery = exported.delivery;
    let creator = delivery.creator.as_ref().unwrap_or(&delivery.submitter);
    let envelope = exported.report.envelope.as_ref();
    let template = Records {
        identifier: &exported.identifier,
        created: delivery.created,
        validated: exported.report.validation_time,
        sealed: envelope.and_then(|envelope| envelope.sealed_at),
        submitter: shown(&delivery.submitter.name),
        creator: shown(&creator.name),
        creator_code: creator.code.as_deref().map(shown),
        diary_number: exported.diary_number.as_deref().map(shown),
        title: shown(exported.document_name),
        signatures: signatures(exported),
        path: &exported.envelope.path,
        name: shown(exported.envelope_name),
        format: ENVELOPE_TYPE,
    };
    // Rendering fails where a value's own Display does, and these are all plain texts.
    template.render().unwrap_or_default()
}

#[derive(Template)]
#[template(path = "export/erms.xml")]
struct Records<'a> {
    identifier: &'a str,
    created: UnixTime,
    validated: UnixTime,
    sealed: Option<UnixTime>,
    submitter: String,
    creator: String,
    creator_code: Option<String>,
    diary_number: Option<String>,
    title: String,
    signatures: Vec<Described>,
    path: &'a str,
    name: String,
    format: &'static str,
}

impl Described {
    /// The time at which the signer says it was made or, failing that, the one that is proven.
    fn stated(&self) -> UnixTime {
        self.claimed.unwrap_or(self.proven)
    }
}
