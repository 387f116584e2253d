//! Inputs made to cost time or memory, or to be read in two ways. What bounds the time of each
//! one is a field of `Limits` or the size of the input, never a clock; what it may take of memory,
//! beside its own bytes, is counted.
//!
//! The numbers are those of the list of bad inputs that was drawn up from advisories and from
//! other projects' tests, `../shared/corpus/bad_inputs.json`. [`INPUTS`] tells the tests of each.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/certificates.rs"]
mod certificates;
mod cms;
mod containers;
mod crypto;
mod der;
mod paths;
mod pdf;
mod records;
mod revocation;
#[path = "../support/mod.rs"]
mod support;

use peak_alloc::PeakAlloc;
use sigill::limits::Limits;
use sigill::{Document, Error, Evidence, Policy, Report, Validator};
use std::cell::Cell;
use std::fs;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use support::{time, trust};

/// Every input, the megabytes that it may take, and its tests. Those in files that are not of this
/// test look at more than is listed.
const INPUTS: &[(&str, usize, &[&str])] = &[
    (
        "B01",
        32,
        &["tests/bad_inputs/cms.rs b01_deep_nesting_is_over_the_limit"],
    ),
    (
        "B02",
        16,
        &["tests/bad_inputs/cms.rs b02_lengths_beyond_the_input_allocate_nothing"],
    ),
    (
        "B03",
        32,
        &["tests/bad_inputs/cms.rs b03_an_arc_that_wraps_is_no_trusted_identifier"],
    ),
    (
        "B04",
        32,
        &["tests/bad_inputs/cms.rs b04_indefinite_lengths_nest_no_deeper"],
    ),
    (
        "B05",
        64,
        &["tests/bad_inputs/cms.rs b05_a_million_chunks_are_one_content"],
    ),
    (
        "B06",
        128,
        &["tests/bad_inputs/cms.rs b06_a_certificate_of_many_parts_is_read_once_or_refused"],
    ),
    (
        "B07",
        64,
        &[
            "tests/bad_inputs/paths.rs b07_names_times_constraints_are_counted",
            "tests/path_attacks.rs thousands_of_name_constraints",
        ],
    ),
    (
        "B08",
        64,
        &[
            "tests/bad_inputs/paths.rs b08_a_complete_graph_is_searched_up_to_a_limit",
            "tests/path_attacks.rs hundreds_of_issuers_of_one_name",
        ],
    ),
    (
        "B09",
        64,
        &[
            "tests/bad_inputs/paths.rs b09_policies_make_a_graph_and_no_tree",
            "tests/path_attacks.rs policies_that_are_all_mapped_to_each_other",
        ],
    ),
    (
        "B10",
        32,
        &[
            "tests/bad_inputs/paths.rs b10_authorities_that_issue_each_other_lead_nowhere",
            "tests/limbo.rs agrees_with_limbo",
        ],
    ),
    (
        "B11",
        64,
        &[
            "tests/bad_inputs/cms.rs b11_certificates_have_a_limit",
            "tests/bad_inputs/paths.rs b11_a_chain_of_a_thousand_is_not_climbed",
        ],
    ),
    (
        "B12",
        32,
        &["tests/bad_inputs/crypto.rs b12_keys_beyond_the_limit_are_not_computed_with"],
    ),
    (
        "B13",
        32,
        &["tests/bad_inputs/crypto.rs b13_curves_that_a_key_describes_itself_are_unsupported"],
    ),
    (
        "B14",
        16,
        &[
            "tests/bad_inputs/crypto.rs b14_cube_roots_are_no_signatures",
            "tests/wycheproof.rs agrees_with_wycheproof",
        ],
    ),
    (
        "B15",
        16,
        &[
            "tests/bad_inputs/crypto.rs b15_signatures_have_one_form",
            "tests/wycheproof.rs agrees_with_wycheproof",
        ],
    ),
    (
        "B16",
        16,
        &[
            "tests/bad_inputs/crypto.rs b16_parameters_of_rsassa_pss_are_taken_literally",
            "tests/wycheproof.rs agrees_with_wycheproof",
        ],
    ),
    (
        "B17",
        16,
        &["tests/bad_inputs/cms.rs b17_algorithms_that_disagree_do_not_pass"],
    ),
    (
        "B18",
        16,
        &["tests/bad_inputs/cms.rs b18_signed_attributes_must_be_whole"],
    ),
    (
        "B19",
        16,
        &["tests/bad_inputs/cms.rs b19_attributes_do_not_pass_for_content"],
    ),
    (
        "B20",
        64,
        &["tests/bad_inputs/cms.rs b20_signers_are_counted"],
    ),
    (
        "B21",
        256,
        &["tests/bad_inputs/cms.rs b21_a_large_revocation_list_is_looked_up"],
    ),
    (
        "B22",
        32,
        &[
            "tests/bad_inputs/revocation.rs b22_entries_that_are_odd_never_make_a_certificate_good",
            "tests/revocation_list_families.rs crl_unknown_extensions",
        ],
    ),
    (
        "B23",
        32,
        &[
            "tests/bad_inputs/revocation.rs b23_lists_of_another_scope_say_nothing",
            "tests/revocation_list_families.rs crl_scope",
            "tests/revocation_list_families.rs crl_indirect",
        ],
    ),
    (
        "B24",
        64,
        &["tests/bad_inputs/revocation.rs b24_ten_thousand_answers_are_looked_through_once"],
    ),
    (
        "B25",
        32,
        &[
            "tests/bad_inputs/revocation.rs b25_responders_must_be_authorised",
            "tests/revocation_families.rs ocsp_delegated_certificate",
        ],
    ),
    (
        "B26",
        16,
        &[
            "tests/bad_inputs/revocation.rs b26_responses_out_of_time_prove_nothing",
            "tests/revocation_families.rs ocsp_times",
        ],
    ),
    (
        "B27",
        16,
        &["tests/bad_inputs/cms.rs b27_dates_that_are_none_are_errors"],
    ),
    (
        "B28",
        32,
        &[
            "tests/bad_inputs/revocation.rs b28_tokens_that_are_no_time_stamps_prove_nothing",
            "tests/bad_inputs/revocation.rs b28_a_token_has_one_signer",
            "tests/timestamp_families.rs tst_key_purpose",
            "tests/timestamp_families.rs tst_certificate_reference",
            "tests/timestamp_families.rs tst_accuracy",
        ],
    ),
    (
        "B29",
        256,
        &[
            "tests/bad_inputs/pdf.rs b29_signatures_are_counted",
            "tests/bad_inputs/pdf.rs b29_a_thousand_renewals_are_compared_within_a_limit",
        ],
    ),
    (
        "B30",
        128,
        &[
            "tests/bad_inputs/records.rs b30_hashes_chains_and_lists_are_counted",
            "tests/bad_inputs/records.rs b30_a_group_holds_each_hash_once",
            "src/ers/tests.rs limits_hold",
        ],
    ),
    (
        "B31",
        32,
        &["tests/bad_inputs/records.rs b31_renewals_come_in_their_order"],
    ),
    (
        "B32",
        64,
        &[
            "tests/bad_inputs/containers.rs b32_bombs_are_refused_before_they_unpack",
            "src/container/asic/tests.rs a_bomb_is_refused_before_it_unpacks",
        ],
    ),
    (
        "B33",
        64,
        &[
            "tests/bad_inputs/containers.rs b33_members_are_counted_and_named_once",
            "src/container/asic/tests.rs a_member_inside_another_is_named",
            "src/container/asic/tests.rs two_headers_that_disagree_are_named",
            "src/container/asic/tests.rs a_name_used_twice_is_found_by_nobody",
            "src/container/asic/tests.rs a_wide_count_of_members_is_refused_before_the_headers_are_read",
            "src/container/asic/tests.rs bytes_outside_every_member_are_named",
        ],
    ),
    (
        "B34",
        32,
        &[
            "tests/bad_inputs/containers.rs b34_manifests_declare_and_expand_nothing",
            "src/container/asic/manifest.rs ambiguous_or_foreign_xml_is_refused",
        ],
    ),
    (
        "B35",
        32,
        &["tests/bad_inputs/pdf.rs b35_deep_objects_are_unreadable_and_nothing_aborts"],
    ),
    ("B36", 32, &["tests/bad_inputs/pdf.rs b36_loops_end"]),
    (
        "B37",
        128,
        &["tests/bad_inputs/pdf.rs b37_streams_unpack_within_their_limit"],
    ),
    (
        "B38",
        256,
        &[
            "tests/bad_inputs/pdf.rs b38_claims_cost_what_they_hold",
            "tests/bad_inputs/pdf.rs b38_revisions_are_counted",
        ],
    ),
    (
        "B39",
        128,
        &[
            "tests/bad_inputs/pdf.rs b39_a_signed_document_with_another_end_is_named",
            "tests/bad_inputs/pdf.rs b39_a_hybrid_section_that_contradicts_itself_is_named",
            "tests/bad_inputs/pdf.rs b39_one_signature_in_several_fields_is_one",
        ],
    ),
    (
        "B40",
        64,
        &[
            "tests/bad_inputs/pdf.rs b40_a_file_cut_anywhere_is_read_or_refused",
            "tests/byte_flips.rs no_flip_in_the_signed_bytes_of_a_pdf_passes",
            "tests/byte_flips.rs no_flip_in_the_content_of_a_cms_passes",
        ],
    ),
];

/// The word of the error, or that there is none.
fn refusal(bytes: impl Into<sigill::Bytes>) -> &'static str {
    refusal_within(bytes, &Limits::default())
}

fn refusal_within(bytes: impl Into<sigill::Bytes>, limits: &Limits) -> &'static str {
    let bytes = bytes.into();
    let read = measured(|| Document::read_within(bytes, limits));
    read.map_or_else(|error: Error| error.kind(), |_| "readable")
}

fn judge(bytes: impl Into<sigill::Bytes>) -> Report {
    judge_by(bytes, &Policy::default())
}

fn judge_by(bytes: impl Into<sigill::Bytes>, policy: &Policy) -> Report {
    let (bytes, trust) = (bytes.into(), trust());
    measured(|| {
        let document = Document::read(bytes).unwrap();
        let evidence = Evidence::from(&document);
        let validator = Validator::new(&trust, policy);
        validator.validate(&document, &evidence, time("2026-02-01T00:00:00Z"))
    })
}

/// The sub-indication of the first signature, the error, or that it passed.
fn outcome(bytes: impl Into<sigill::Bytes>) -> String {
    let report = judge(bytes);
    if let Some(error) = &report.error {
        return error.kind().to_owned();
    }
    let Some(signature) = report.signatures.first() else {
        return "none".to_owned();
    };
    let indication = signature.conclusion.indication;
    indication.sub_indication().unwrap_or("passed").to_owned()
}

fn outcome_or_refusal(bytes: Vec<u8>) -> String {
    match refusal(bytes.clone()) {
        "readable" => outcome(bytes),
        kind => kind.to_owned(),
    }
}

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

static ALONE: Mutex<()> = Mutex::new(());

thread_local! {
    static MOST: Cell<usize> = const { Cell::new(0) };
    static MEASURED: Cell<bool> = const { Cell::new(false) };
}

/// Holds a test to the memory that its input may take; no other test runs meanwhile.
struct Bound {
    input: &'static str,
    megabytes: usize,
    _alone: MutexGuard<'static, ()>,
}

fn bound(input: &'static str) -> Bound {
    let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let row = INPUTS.iter().find(|(listed, ..)| *listed == input);
    MOST.set(0);
    MEASURED.set(false);
    Bound {
        input,
        megabytes: row.unwrap().1,
        _alone: alone,
    }
}

impl Drop for Bound {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let most = MOST.get();
        assert!(MEASURED.get(), "{}: nothing was measured", self.input);
        println!("{}: {} kB of {} MB", self.input, most >> 10, self.megabytes);
        assert!(
            most <= self.megabytes << 20,
            "{} took {most} bytes, more than {} MB",
            self.input,
            self.megabytes
        );
    }
}

/// Does something of which the memory counts.
fn measured<T>(work: impl FnOnce() -> T) -> T {
    MEMORY.reset_peak_usage();
    let before = MEMORY.current_usage();
    let done = work();
    let taken = MEMORY.peak_usage().saturating_sub(before);
    MOST.set(MOST.get().max(taken));
    MEASURED.set(true);
    done
}

#[test]
fn every_input_has_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (input, _, tests) in INPUTS {
        assert!(!tests.is_empty(), "{input}");
        for test in *tests {
            let (file, function) = test.split_once(' ').unwrap();
            let text = fs::read_to_string(root.join(file)).unwrap();
            let heading = format!("fn {function}()");
            assert!(text.contains(&heading), "{input}: {test} is not there");
        }
    }
    let Ok(list) = fs::read(root.join("../shared/corpus/bad_inputs.json")) else {
        println!("skipped: ../shared/corpus/bad_inputs.json is not at hand");
        return;
    };
    let list: Vec<serde_json::Value> = serde_json::from_slice(&list).unwrap();
    let listed = list.iter().map(|row| {
        let megabytes = row["max_mem_mb"].as_u64().unwrap() as usize;
        (row["id"].as_str().unwrap(), megabytes)
    });
    let ours = INPUTS
        .iter()
        .map(|(input, megabytes, _)| (*input, *megabytes));
    assert!(listed.eq(ours), "the table and the list differ");
}
