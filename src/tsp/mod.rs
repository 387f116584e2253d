//! Time-stamp tokens (RFC 3161, RFC 5816, EN 319 422).

mod request;
mod timestamp_token;

pub use request::{TimestampRequest, read_response};
pub use timestamp_token::{TimestampToken, TstInfo};
