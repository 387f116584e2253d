//! Files of certificates, PEM or DER.
#![no_main]

use sigill::x509::Certificate;
use sigill_fuzz::{seeds, target};

target!(seeds::certificate_files(), |bytes| {
    assert!(!Certificate::read_all(&bytes).is_empty());
});
