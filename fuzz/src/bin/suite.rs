//! Cryptographic suites: TOML, and XML or JSON of ETSI TS 119 322.
#![no_main]

use sigill::crypto::CryptographicSuite;
use sigill_fuzz::{seeds, target};

target!(seeds::suites(), |bytes| {
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let _ = CryptographicSuite::from_ts_119_322_xml(text);
        let _ = CryptographicSuite::from_ts_119_322_json(text);
        if let Ok(suite) = CryptographicSuite::from_toml(text) {
            let again = CryptographicSuite::from_toml(&suite.to_toml());
            assert_eq!(again.as_ref(), Ok(&suite));
        }
    }
});
