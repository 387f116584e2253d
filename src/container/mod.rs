//! Containers cut a file into the parts that signatures protect; they know no ASN.1.

pub mod asic;
