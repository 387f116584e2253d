//! Registers and policies that cases name.

use super::{fixture, read};
use sigill::binding::BindingSources;
use sigill::crypto::ReferenceKey;
use sigill::register::Registers;
use sigill::{Bytes, Evidence, Policy, TrustAnchors, UnixTime, Validator, archive};

/// What signers are bound by where a case names these extracts.
pub fn sources(files: &[String], trust: &TrustAnchors, time: UnixTime) -> BindingSources {
    if files.is_empty() {
        return BindingSources::default();
    }
    let policy = Policy::default();
    let validator = Validator::new(trust, &policy);
    let extracts = files.iter().map(|file| {
        let beside = format!("{file}.p7s");
        let signature = fixture(&beside)
            .exists()
            .then(|| Bytes::from(read(&beside)));
        let bytes = Bytes::from(read(file));
        archive::read_register(
            &bytes,
            signature.as_ref(),
            &validator,
            &Evidence::default(),
            time,
        )
        .unwrap_or_else(|error| panic!("{file}: {error}"))
    });
    BindingSources {
        registers: Registers::new(extracts.collect()),
        reference_key: ReferenceKey::new(read("registers/reference.key")),
        ..BindingSources::default()
    }
}

/// The policy that a case names.
pub fn policy(file: Option<&String>) -> Policy {
    file.map_or_else(Policy::default, |file| {
        Policy::from_toml(&String::from_utf8(read(file)).unwrap()).unwrap()
    })
}
