//! OCSP responses (RFC 6960, 4.2).
#![no_main]

use sigill::x509::OcspResponse;
use sigill_fuzz::{reads_the_same_again, seeds, target};

target!(
    seeds::evidence()
        .ocsp_responses()
        .iter()
        .map(|item| item.object.der().clone())
        .collect(),
    |bytes| {
        reads_the_same_again(&bytes, OcspResponse::read, OcspResponse::der);
    }
);
