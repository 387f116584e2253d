//! What augmenting gave, in JSON.

use super::{DocumentName, ErrorObject, SCHEMA, line, shown};
use crate::hex;
use crate::report::model::AugmentReport;
use crate::report::options::Options;
use serde::Serialize;
use std::borrow::Cow;

#[derive(Serialize)]
struct AugmentObject<'a> {
    schema: &'static str,
    augmented: Option<AugmentedName<'a>>,
    document: DocumentName<'a>,
    signatures: Vec<LevelObject<'a>>,
    revocation_data_missing: &'a [String],
    counter_signatures_left: usize,
    tsa_calls: u64,
    error: Option<ErrorObject<'a>>,
}

#[derive(Serialize)]
struct AugmentedName<'a> {
    path: Option<Cow<'a, str>>,
    sha256: String,
}

#[derive(Serialize)]
struct LevelObject<'a> {
    id: &'a str,
    level: String,
}

pub(super) fn line_of(report: &AugmentReport, options: &Options) -> String {
    let levels = report.levels.iter().map(|(id, level)| LevelObject {
        id,
        level: level.to_string(),
    });
    let error = report.error.as_ref();
    line(&AugmentObject {
        schema: SCHEMA,
        augmented: report.augmented.as_ref().map(|augmented| AugmentedName {
            path: shown(Some(&augmented.path), options),
            sha256: hex(&augmented.sha256),
        }),
        document: DocumentName::new(&report.document, options),
        signatures: levels.collect(),
        revocation_data_missing: &report.revocation_data_missing,
        counter_signatures_left: report.counter_signatures,
        tsa_calls: report.tsa_calls,
        error: error.map(|failure| ErrorObject::new(failure, options)),
    })
}
