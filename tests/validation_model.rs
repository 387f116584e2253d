//! The shell model and the chain model: whether an authority may have ended, or been revoked,
//! after it issued.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "support/certificates.rs"]
mod certificates;

use certificates::{Draft, Key, Revocation, name};
use sigill::policy::ValidationModel::{self, Chain, Shell};
use sigill::policy::{AnchorValidity, PathConstraints};
use sigill::x509::Certificate;
use sigill::{Evidence, Policy, TrustAnchors, UnixTime, Validator};

const SUPERSEDED: u8 = 4;
const KEY_COMPROMISE: u8 = 1;

/// The years from whose beginning to whose beginning a certificate is valid.
type Years = (i32, i32);

struct Case {
    model: ValidationModel,
    root: Years,
    authority: Years,
    leaf: Years,
    /// The year in which the authority was revoked, and why.
    revoked: Option<(i32, u8)>,
}

/// An authority that had ended long before the certificate is judged, in 2024.
const ENDED: Case = Case {
    model: Chain,
    root: (2010, 2040),
    authority: (2012, 2018),
    leaf: (2015, 2029),
    revoked: None,
};

#[test]
fn an_authority_may_end_after_it_issued_by_the_chain_model_only() {
    assert!(passes(&ENDED));
    assert!(!passes(&Case {
        model: Shell,
        ..ENDED
    }));
    assert!(passes(&Case {
        model: Shell,
        authority: (2012, 2026),
        ..ENDED
    }));
}

#[test]
fn it_must_have_been_valid_when_it_issued() {
    assert!(!passes(&Case {
        leaf: (2019, 2029),
        ..ENDED
    }));
    assert!(!passes(&Case {
        authority: (2016, 2018),
        ..ENDED
    }));
    assert!(!passes(&Case {
        root: (2013, 2040),
        ..ENDED
    }));
    assert!(passes(&Case {
        root: (2010, 2013),
        ..ENDED
    }));
}

#[test]
fn the_certificate_itself_is_judged_at_present() {
    assert!(!passes(&Case {
        leaf: (2015, 2023),
        ..ENDED
    }));
}

#[test]
fn a_later_revocation_counts_where_the_key_may_have_been_in_foreign_hands() {
    let revoked = |year, reason| Case {
        revoked: Some((year, reason)),
        ..ENDED
    };
    assert!(passes(&revoked(2016, SUPERSEDED)));
    assert!(!passes(&revoked(2014, SUPERSEDED)));
    assert!(!passes(&revoked(2016, KEY_COMPROMISE)));
    assert!(!passes(&Case {
        model: Shell,
        authority: (2012, 2026),
        ..revoked(2016, SUPERSEDED)
    }));
}

fn passes(case: &Case) -> bool {
    let [root, authority, leaf] = [1, 2, 3].map(Key::numbered);
    let valid = |draft: Draft, (from, to): Years| draft.valid(year(from), year(to));
    let names = ["root", "authority", "leaf"].map(name);
    let anchor = valid(Draft::new(&names[0], &names[0]).authority(), case.root);
    let middle = valid(Draft::new(&names[0], &names[1]).authority(), case.authority);
    let target = valid(Draft::new(&names[1], &names[2]), case.leaf);
    let mut trust = TrustAnchors::none();
    trust.add(anchor.sign(&root, &root)).unwrap();
    let mut evidence = Evidence::default().with(middle.numbered(7).sign(&authority, &root));
    if let Some((revoked, reason)) = case.revoked {
        let list = Revocation {
            issuer: names[0].clone(),
            this_update: year(2017),
            next_update: year(2018),
            serial: 7,
            at: year(revoked),
            reason,
        };
        evidence.add(list.sign(&root));
        assert_eq!(evidence.revocation_lists().len(), 1);
    }
    let constraints = PathConstraints {
        model: case.model,
        anchor_validity: AnchorValidity::Judged,
        ..PathConstraints::default()
    };
    let policy = Policy::default();
    let target = Certificate::read(&target.sign(&leaf, &authority)).unwrap();
    let validator = Validator::new(&trust, &policy);
    let report = validator.validate_certificate(&target, &evidence, &constraints, year(2024));
    assert_eq!(report.path.unwrap().certificates().len(), 3);
    report.conclusion.indication.is_passed()
}

fn year(year: i32) -> UnixTime {
    UnixTime::from_date(year, 1, 1).unwrap()
}
