//! Every family of `../shared/corpus/revocation_timestamp_checks.json` has a test of its own.
//! Says so and passes where the corpus is not at hand.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use serde::Deserialize;
use std::fs;
use std::path::Path;

#[derive(Deserialize)]
struct Family {
    area: String,
    case: String,
}

/// The beginning of each family's description and its test.
const TESTS: &[(&str, &str, &str)] = &[
    ("OCSP", "good direct", "ocsp_good"),
    ("OCSP", "response signature broken", "ocsp_signature_broken"),
    ("OCSP", "wrong responderID", "ocsp_wrong_responder_id"),
    ("OCSP", "wrong issuerNameHash", "ocsp_wrong_issuer_hashes"),
    ("OCSP", "delegated cert", "ocsp_delegated_certificate"),
    ("OCSP", "nonce expected", "ocsp_nonce"),
    ("OCSP", "stale thisUpdate", "ocsp_times"),
    ("OCSP", "unknown, tryLater", "ocsp_no_answer"),
    ("OCSP", "multiple SingleResponses", "ocsp_several_answers"),
    (
        "OCSP",
        "critical unknown extension",
        "ocsp_critical_extensions",
    ),
    ("OCSP", "archiveCutoff", "ocsp_archive_cut_off"),
    ("OCSP", "certHash extension", "ocsp_certificate_hash"),
    ("OCSP", "self-issued OCSP responder", "ocsp_loops"),
    (
        "OCSP",
        "same responder id",
        "ocsp_same_responder_id_for_different_issuers",
    ),
    ("CRL", "good/revoked", "crl_good_and_revoked"),
    ("CRL", "bad signature", "crl_signer"),
    ("CRL", "old nextUpdate", "crl_times"),
    ("CRL", "IDP onlyUser", "crl_scope"),
    ("CRL", "IDP onlyUser", "crl_indirect"),
    ("CRL", "delta", "crl_delta"),
    ("CRL", "unknown critical", "crl_unknown_extensions"),
    ("CRL", "key rollover", "crl_separate_key"),
    ("CRL", "expiredCertsOnCRL", "crl_expired_certificates"),
    ("CRL", "certificateHold", "crl_hold"),
    ("CRL", "garbage after every field", "crl_garbage"),
    ("TST", "imprint mismatch", "tst_imprint_mismatch"),
    ("TST", "signature broken", "tst_signature_broken"),
    ("TST", "EKU missing", "tst_key_purpose"),
    ("TST", "ESSCertID", "tst_certificate_reference"),
    ("TST", "TSTInfo version", "tst_info"),
    ("TST", "request", "tst_request"),
    ("TST", "ordering", "tst_order"),
    ("TST", "unknown digest", "tst_unknown_digest"),
    ("TST", "expired TSA", "tst_authority_expired"),
    ("POE", "revoked before/after", "poe_and_revocation"),
    ("POE", "revoked before/after", "poe_and_the_end_of_a_digest"),
    ("POE", "revoked before/after", "poe_broken_chain"),
    ("POE", "time-sliding", "poe_sliding"),
    ("FRESH", "cool-down", "freshness"),
];

const FILES: &[&str] = &[
    "revocation_families.rs",
    "revocation_list_families.rs",
    "timestamp_families.rs",
];

#[test]
fn every_family_has_a_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sources: String = FILES
        .iter()
        .map(|file| fs::read_to_string(root.join("tests").join(file)).unwrap())
        .collect();
    for (_, _, test) in TESTS {
        let function = format!("#[test]\nfn {test}() {{");
        assert!(sources.contains(&function), "no test {test}");
    }
    let list = root.join("../shared/corpus/revocation_timestamp_checks.json");
    let Ok(list) = fs::read_to_string(list) else {
        println!("../shared/corpus is not at hand: the families were not compared");
        return;
    };
    let families: Vec<Family> = serde_json::from_str(&list).unwrap();
    assert_eq!(families.len(), 36);
    for family in &families {
        let has_test = TESTS
            .iter()
            .any(|(area, case, _)| *area == family.area && family.case.starts_with(case));
        assert!(has_test, "{} {} has no test", family.area, family.case);
    }
}
