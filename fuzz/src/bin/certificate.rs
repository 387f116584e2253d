//! Certificates (RFC 5280, 4.1).
#![no_main]

use sigill::x509::Certificate;
use sigill_fuzz::{reads_the_same_again, seeds, target};

target!(
    seeds::evidence()
        .certificates()
        .iter()
        .map(|item| item.object.der().clone())
        .collect(),
    |bytes| {
        if let Some(certificate) = reads_the_same_again(&bytes, Certificate::read, Certificate::der)
        {
            certificate.subject.to_string();
        }
    }
);
