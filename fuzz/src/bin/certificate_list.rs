//! Revocation lists (RFC 5280, 5), and that a look-up agrees with reading entry by entry.
#![no_main]

use sigill::Error;
use sigill::asn1::{Reader, tag};
use sigill::x509::CertificateList;
use sigill_fuzz::{reads_the_same_again, seeds, target};

target!(
    seeds::evidence()
        .revocation_lists()
        .iter()
        .map(|item| item.object.der().clone())
        .collect(),
    |bytes| {
        let list = reads_the_same_again(&bytes, CertificateList::read, CertificateList::der);
        if let Some(list) = list
            && !list.is_indirect()
            && let Ok(serials) = serials(&list)
        {
            for serial in &serials {
                assert_ne!(is_listed(&list, serial), Some(false));
            }
            let longer = [serials.concat(), vec![1]].concat();
            assert_ne!(is_listed(&list, &longer), Some(true));
        }
    }
);

/// `None` where the list cannot be used.
fn is_listed(list: &CertificateList, serial: &[u8]) -> Option<bool> {
    let entry = list.entry(serial, &list.issuer).ok()?;
    Some(entry.is_some())
}

/// The serial numbers of all entries, read one after the other.
fn serials(list: &CertificateList) -> Result<Vec<Vec<u8>>, Error> {
    let mut fields = Reader::new(list.tbs(), "TBSCertList").sequence()?;
    fields.optional(tag::INTEGER)?;
    fields.expect(tag::SEQUENCE)?;
    fields.expect(tag::SEQUENCE)?;
    fields.time()?;
    if matches!(fields.peek(), Some(tag::UTC_TIME | tag::GENERALIZED_TIME)) {
        fields.time()?;
    }
    let mut serials = Vec::new();
    if let Some(entries) = fields.optional(tag::SEQUENCE)? {
        let mut entries = entries.reader();
        while !entries.is_empty() {
            serials.push(entries.sequence()?.integer()?.to_vec());
        }
    }
    Ok(serials)
}
