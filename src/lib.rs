//! sigill
pub mod asn1;
pub mod container;
pub mod crypto;
pub mod error;
pub mod ers;
pub mod limits;
pub mod time;

pub use error::Error;
pub use time::UnixTime;
