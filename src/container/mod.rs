//! Containers: they cut out the bytes that signatures cover, and know no ASN.1.

pub mod pdf;
