//! sigill
pub mod asn1;
pub mod cms;
pub mod crypto;
pub mod error;
pub mod limits;
pub mod time;
pub mod tsp;
pub mod x509;

pub use error::Error;
pub use time::UnixTime;
