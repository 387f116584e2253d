//! Trusted lists (ETSI TS 119 612), read and asked whose they are.
#![no_main]

use sigill::TrustAnchors;
use sigill::crypto::CryptographicSuite;
use sigill::limits::Limits;
use sigill::trust::{TrustedList, verify_lists};
use sigill_fuzz::{reads_the_same_again, seeds, target};

target!(seeds::trusted_lists(), |bytes| {
    let read = |bytes: &_| TrustedList::read(bytes, &Limits::default());
    if let Some(list) = reads_the_same_again(&bytes, read, |list| &list.raw) {
        let suite = CryptographicSuite::default();
        TrustAnchors::none().add_list(&list, seeds::time());
        let found = verify_lists(
            &[list],
            seeds::trust().certificates(),
            &suite,
            seeds::time(),
        );
        assert!(found.iter().all(|found| found.signer.is_err()));
    }
});
