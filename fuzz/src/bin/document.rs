//! Documents of any kind, judged as a whole and reported in every format.
#![no_main]

use sigill::report::{Options, html, json, text};
use sigill::{Document, Evidence, Policy, TrustAnchors, Validator};
use sigill_fuzz::{seeds, target};
use std::sync::LazyLock;

static TRUST: LazyLock<TrustAnchors> = LazyLock::new(seeds::trust);
static POLICY: LazyLock<Policy> = LazyLock::new(Policy::default);

target!(seeds::documents(), |bytes| {
    if let Ok(document) = Document::read(bytes) {
        let validator = Validator::new(&TRUST, &POLICY);
        let report = validator.validate(&document, &Evidence::from(&document), seeds::time());
        let options = Options::default();
        json::to_json(&report, &options);
        text::to_text(&report, &options);
        html::to_html(&report, &options);
    }
});
