//! Until when a verdict may be taken over: never beyond a day on which revocation data at hand has
//! something to say, whether or not a verdict rests on it yet.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use sigill::asn1::oid;
use sigill::binding::BindingSources;
use sigill::bulk::Moments;
use sigill::report::Report;
use sigill::{Bytes, Document, Evidence, Policy, UnixTime, Validator};
use support::pki::{Identity, ListDraft, SingleDraft, Status, date, day, entry, key_purposes};
use support::pki::{number, unknown_extension};
use support::revocation::World;
use support::signed;

/// When revocation data was made.
const MADE: (i32, u32, u32) = (2025, 6, 1);

fn made() -> UnixTime {
    day(MADE.0, MADE.1, MADE.2)
}

/// A day that lists announce.
fn announced() -> UnixTime {
    day(2025, 9, 1)
}

fn list(issuer: &Identity, change: impl FnOnce(&mut ListDraft)) -> Bytes {
    issuer.list(made(), |draft| {
        draft.next_update = Some(day(2026, 6, 1));
        change(draft);
    })
}

fn announcing(issuer: &Identity, revoked: &Identity) -> Bytes {
    list(issuer, |draft| {
        draft.entries = vec![entry(revoked, announced(), 1)];
    })
}

fn plain(world: &World) -> Document {
    signed::document(&world.leaf, &[&world.issuer], |_| Vec::new())
}

fn stamped(world: &World, tsa: &Identity) -> Document {
    let stamp = |value: &[u8]| vec![signed::token(tsa, value, day(2025, 6, 2))];
    signed::document(&world.leaf, &[&world.issuer], stamp)
}

type Constellation = (&'static str, Document, Vec<Bytes>);

/// What lists may announce of those that a path and a time-stamp rest on.
fn of_paths(world: &World) -> Vec<Constellation> {
    let tsa = signed::tsa(&world.root);
    let stranger = world.issuer.issue("Stranger", |_| {});
    let of_leaf = announcing(&world.issuer, &world.leaf);
    let of_tsa = announcing(&world.root, &tsa);
    let of_issuer = announcing(&world.root, &world.issuer);
    let of_stranger = announcing(&world.issuer, &stranger);
    let newer = day(2025, 6, 2);
    let good = vec![SingleDraft::good(&world.leaf, &world.issuer, newer)];
    let response = world.issuer.response(newer, good);
    vec![
        ("signer", plain(world), vec![of_leaf.clone()]),
        ("authority", plain(world), vec![of_issuer]),
        (
            "signer, with a time-stamp",
            stamped(world, &tsa),
            vec![of_leaf.clone()],
        ),
        (
            "time-stamping authority",
            stamped(world, &tsa),
            vec![of_tsa],
        ),
        (
            "signer, against a newer response",
            plain(world),
            vec![of_leaf, response],
        ),
        ("somebody else", plain(world), vec![of_stranger]),
    ]
}

/// What is announced by other data than a complete list about the signer.
fn of_other_data(world: &World) -> Vec<Constellation> {
    let responder = world.issuer.issue("Responder", |draft| {
        draft.extensions = vec![key_purposes(&[oid::KEY_PURPOSE_OCSP_SIGNING], false)];
    });
    let good = || SingleDraft::good(&world.leaf, &world.issuer, made());
    let by_responder = responder.response(made(), vec![good()]);
    let revoked = good().saying(Status::Revoked(announced(), 1));
    let delta = list(&world.issuer, |draft| {
        draft.extensions = vec![
            number(&oid::CRL_NUMBER, false, 2),
            number(&oid::DELTA_CRL_INDICATOR, true, 1),
        ];
        draft.entries = vec![entry(&world.leaf, announced(), 1)];
    });
    let complete = list(&world.issuer, |draft| {
        draft.extensions = vec![number(&oid::CRL_NUMBER, false, 1)];
    });
    let unusable = list(&world.issuer, |draft| {
        draft.extensions = vec![unknown_extension(true)];
        draft.entries = vec![entry(&world.leaf, announced(), 1)];
    });
    vec![
        (
            "responder",
            plain(world),
            vec![by_responder, announcing(&world.issuer, &responder)],
        ),
        (
            "signer, by a response",
            plain(world),
            vec![world.issuer.response(made(), vec![revoked])],
        ),
        ("signer, by a delta", plain(world), vec![complete, delta]),
        ("by a list that is not used", plain(world), vec![unusable]),
    ]
}

/// Every indication of a report.
fn verdict(report: &Report) -> Vec<String> {
    let signatures = report.signatures.iter();
    signatures
        .flat_map(|signature| {
            let stamps = signature.timestamps.iter();
            let stamps = stamps.map(|stamp| stamp.conclusion.indication.to_string());
            std::iter::once(signature.conclusion.indication.to_string()).chain(stamps)
        })
        .collect()
}

#[test]
fn no_verdict_is_taken_over_beyond_what_revocation_data_announces() {
    let world = World::new();
    let (trust, policy) = (world.trust(), Policy::default());
    let sources = BindingSources::default();
    let run = Moments::of_run(&trust, &policy, &Evidence::default(), &sources).unwrap();
    let validator = Validator::new(&trust, &policy);
    let mut changed = Vec::new();
    for (name, document, data) in [of_paths(&world), of_other_data(&world)].concat() {
        let mut own = Evidence::from(&document);
        data.into_iter().for_each(|bytes| own.add(bytes));
        let at = |time| validator.validate(&document, &own, time);
        let first = |time, report: &Report| {
            let own = Moments::first_of_document(report, &own, &policy);
            own.min(run.first_from(time))
        };
        let mut time = day(2025, 6, 3);
        while time < date(2045) {
            let report = at(time);
            let first = first(time, &report);
            let last = UnixTime((first.0 - 1).min(date(2045).0)).max(time);
            // Not at the ends alone: what comes and goes in between must not be missed.
            for part in 0..=4 {
                let between = UnixTime(time.0 + (last.0 - time.0) / 4 * part);
                assert_eq!(verdict(&at(between)), verdict(&report), "{name} {between}");
            }
            assert_eq!(verdict(&at(last)), verdict(&report), "{name} {time} {last}");
            time = UnixTime(first.0.saturating_add(1));
        }
        let (before, after) = (UnixTime(announced().0 - 1), UnixTime(announced().0 + 1));
        if verdict(&at(before)) != verdict(&at(after)) {
            changed.push(name);
        }
    }
    println!("the announced day changes the verdict: {changed:?}");
    assert!(changed.contains(&"signer") && changed.contains(&"authority"));
}

/// A list that no verdict rests on yet is asked all the same, as evidence of the document and as
/// that of the run.
#[test]
fn an_announced_revocation_ends_the_time_of_a_verdict() {
    let world = World::new();
    let (trust, policy) = (world.trust(), Policy::default());
    let document = plain(&world);
    let stranger = world.issuer.issue("Stranger", |_| {});
    let announcing = announcing(&world.issuer, &stranger);
    let own = Evidence::from(&document).with(announcing.clone());
    let time = day(2025, 6, 3);
    let report = Validator::new(&trust, &policy).validate(&document, &own, time);
    let first = Moments::first_of_document(&report, &own, &policy);
    assert_eq!(first, announced());
    let supplied = Evidence::default().with(announcing);
    let run = Moments::of_run(&trust, &policy, &supplied, &BindingSources::default());
    assert_eq!(run.unwrap().first_from(time), announced());
}
