//! Evidence records with one thing wrong: each must be refused, and for that reason. The sound
//! records that they are made of are of one chain, with renewed time-stamps and with a renewed
//! hash tree; all are verified a second time by `tests/independent/verify_record.py`.

#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod bench;
#[path = "../bad_inputs/der.rs"]
mod der;
mod harmless;
mod independent;
mod renewals;
mod structure;
#[path = "../support/mod.rs"]
mod support;
mod tokens;
mod trees;

use bench::{Base, Bench};
use std::collections::BTreeSet;

/// From a sound record to an unsound one.
type Change = Box<dyn Fn(&Bench, &[u8]) -> Vec<u8>>;

/// One thing that is wrong with a record, and how it must be told.
pub struct Mutation {
    pub name: String,
    pub base: Base,
    /// The indication and the first rule that is not met.
    pub expected: &'static str,
    change: Change,
}

impl Mutation {
    pub fn new(
        name: impl Into<String>,
        base: Base,
        expected: &'static str,
        change: impl Fn(&Bench, &[u8]) -> Vec<u8> + 'static,
    ) -> Self {
        Mutation {
            name: name.into(),
            base,
            expected,
            change: Box::new(change),
        }
    }

    pub fn made(&self, bench: &Bench) -> Vec<u8> {
        (self.change)(bench, bench.record(self.base))
    }
}

pub fn all() -> Vec<Mutation> {
    [
        structure::mutations(),
        trees::mutations(),
        tokens::mutations(),
        renewals::mutations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn the_sound_records_pass() {
    let bench = Bench::new();
    for base in Base::ALL {
        assert_eq!(bench.judge(bench.record(base)), "PASSED", "{base:?}");
    }
}

#[test]
fn every_mutation_is_refused_for_its_reason() {
    let bench = Bench::new();
    let mutations = all();
    let mut wrong = Vec::new();
    let mut distinct = BTreeSet::new();
    for mutation in &mutations {
        let made = mutation.made(&bench);
        assert_ne!(made, bench.record(mutation.base), "{}", mutation.name);
        if !distinct.insert(made.clone()) {
            wrong.push(format!("{}: made twice", mutation.name));
        }
        let found = bench.judge(&made);
        if found != mutation.expected {
            wrong.push(format!(
                "{:?}, {}: {found}, not {}",
                mutation.base, mutation.name, mutation.expected
            ));
        }
    }
    println!("{} mutations", mutations.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mutations.len() >= 100, "{}", mutations.len());
}
