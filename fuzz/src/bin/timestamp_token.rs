//! Time-stamp tokens (RFC 3161, 2.4.2).
#![no_main]

use sigill::limits::Limits;
use sigill::tsp::{TimestampToken, read_response};
use sigill_fuzz::{seeds, target};

target!(seeds::tokens(), |bytes| {
    let limits = Limits::default();
    let _ = read_response(&bytes, &limits);
    if let Ok(token) = TimestampToken::read(&bytes, &limits) {
        let again = TimestampToken::read(token.raw(), &limits);
        let again = again.expect("what was read can be read again");
        assert_eq!(format!("{:?}", token.info), format!("{:?}", again.info));
    }
});
