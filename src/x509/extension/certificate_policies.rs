//! `CertificatePolicies` (RFC 5280, 4.2.1.4).

use crate::asn1::{Oid, Reader, oid, tag};
use crate::error::Error;

/// What a certificate states of its policies.
pub(super) struct CertificatePolicies {
    pub identifiers: Vec<Oid>,
    /// Whether all qualifiers are of the two kinds that the RFC knows. They are for people and
    /// not judged, yet a critical extension asks that they be understood.
    pub qualifiers_known: bool,
}

impl CertificatePolicies {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// [`Error::Malformed`] where the structure is none or is empty, where a policy stands there
    /// twice, or where anyPolicy has a qualifier that the RFC does not allow it.
    pub fn read(value: &[u8]) -> Result<Self, Error> {
        let mut outer = Reader::new(value, "CertificatePolicies");
        let mut list = outer.sequence()?;
        outer.finish()?;
        if list.is_empty() {
            return Err(list.error("no policy at all"));
        }
        let mut policies = CertificatePolicies {
            identifiers: Vec::new(),
            qualifiers_known: true,
        };
        while !list.is_empty() {
            let mut information = list.sequence()?;
            let identifier = information.oid()?;
            let qualifiers = information.optional(tag::SEQUENCE)?;
            information.finish()?;
            let known = match qualifiers {
                Some(qualifiers) => are_known(qualifiers.reader())?,
                None => true,
            };
            if !known && identifier == oid::ANY_POLICY {
                return Err(information.error("anyPolicy with an unknown qualifier"));
            }
            policies.qualifiers_known &= known;
            policies.identifiers.push(identifier);
        }
        let mut sorted: Vec<&Oid> = policies.identifiers.iter().collect();
        sorted.sort();
        sorted.dedup();
        if sorted.len() < policies.identifiers.len() {
            return Err(list.error("a policy twice"));
        }
        Ok(policies)
    }
}

/// Whether all `PolicyQualifierInfo` are of known kinds.
fn are_known(mut qualifiers: Reader<'_>) -> Result<bool, Error> {
    if qualifiers.is_empty() {
        return Err(qualifiers.error("an empty list of qualifiers"));
    }
    let mut known = true;
    while !qualifiers.is_empty() {
        let mut qualifier = qualifiers.sequence()?;
        let kind = qualifier.oid()?;
        qualifier.element()?;
        qualifier.finish()?;
        known &= [oid::QUALIFIER_CPS, oid::QUALIFIER_USER_NOTICE].contains(&kind);
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::asn1::DerWriter;

    const NOTICE: Oid = oid::QUALIFIER_USER_NOTICE;

    /// Policies, each with the kinds of its qualifiers.
    fn read(policies: &[(&str, &[&Oid])]) -> Result<CertificatePolicies, Error> {
        let mut writer = DerWriter::new();
        writer.sequence(|list| {
            for (policy, kinds) in policies {
                list.sequence(|information| {
                    information.oid(&Oid::from_dotted(policy).unwrap());
                    if !kinds.is_empty() {
                        information.sequence(|qualifiers| {
                            for kind in *kinds {
                                qualifiers.sequence(|qualifier| {
                                    qualifier.oid(kind);
                                    qualifier.null();
                                });
                            }
                        });
                    }
                });
            }
        });
        CertificatePolicies::read(&writer.into_bytes())
    }

    #[test]
    fn identifiers_are_read_and_qualifiers_looked_at() {
        let policies = read(&[("1.2.3", &[]), ("1.2.4", &[&NOTICE])]).unwrap();
        let texts: Vec<String> = policies.identifiers.iter().map(Oid::to_string).collect();
        assert_eq!(texts, ["1.2.3", "1.2.4"]);
        assert!(policies.qualifiers_known);
        let other = oid::COMMON_NAME;
        assert!(
            !read(&[("1.2.3", &[&NOTICE, &other])])
                .unwrap()
                .qualifiers_known
        );
        assert!(read(&[("2.5.29.32.0", &[&other])]).is_err());
    }

    #[test]
    fn nothing_and_too_much_are_errors() {
        assert!(read(&[]).is_err());
        assert!(read(&[("1.2.3", &[]), ("1.2.3", &[])]).is_err());
        let bad: [&[u8]; 3] = [
            &[0x30, 8, 0x30, 6, 6, 2, 42, 3, 0x30, 0],
            &[0x30, 8, 0x30, 6, 6, 2, 42, 3, 5, 0],
            &[0x30, 4, 0x30, 2, 5, 0],
        ];
        assert!(
            bad.iter()
                .all(|value| CertificatePolicies::read(value).is_err())
        );
    }
}
