//! XML as trusted lists and evidence records need it: bounded reading, canonical forms
//! (Canonical XML 1.0 and 1.1, Exclusive XML Canonicalization 1.0) and core verification of
//! XML signatures (XMLDSig 1.1).
//!
//! A document with a DTD is refused, so that no entity and no default attribute gives the same
//! bytes two meanings. What is hashed is the canonical form of what was read: that is what the
//! standard signs.

mod canonical;
mod document;
mod identifier;
mod name;
mod signature;
#[cfg(test)]
mod tests;

pub(crate) use canonical::{Canonicalization, NodeSet};
pub(crate) use document::{child, children, decode, number, parse, text};
pub(crate) use roxmltree::Node;
pub(crate) use signature::{DSIG, ReferenceCheck, Signature};
