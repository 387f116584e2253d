//! CMS (RFC 5652), and the DER form of its signed attributes.
#![no_main]

use sigill::cms::SignedData;
use sigill::limits::Limits;
use sigill_fuzz::{reads_the_same_again, seeds, target};

target!(seeds::signed_data(), |bytes| {
    let read = |bytes: &_| {
        let mut data = SignedData::read(bytes, &Limits::default())?;
        // They are no part of what is kept.
        data.trailing_bytes = 0;
        Ok(data)
    };
    let data = reads_the_same_again(&bytes, read, SignedData::raw);
    if let Some(data) = &data {
        let added = vec![vec![vec![0x30, 4, 6, 0, 0x31, 0]]; data.signer_infos.len()];
        let more = data.with_unsigned_attributes(&added);
        let again = more.and_then(|more| read(&more.into()));
        let signed = |data: &SignedData| -> Vec<_> {
            let signers = data.signer_infos.iter();
            signers.map(|signer| signer.signed_fields.clone()).collect()
        };
        if let Ok(again) = again {
            assert_eq!(signed(&again), signed(data));
        }
    }
    for signer in data.iter().flat_map(|data| &data.signer_infos) {
        if let Some(attributes) = &signer.signed_attributes {
            attributes.as_sent();
            let _ = attributes.sorted();
        }
    }
});
