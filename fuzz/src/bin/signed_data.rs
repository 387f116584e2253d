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
    for signer in data.iter().flat_map(|data| &data.signer_infos) {
        if let Some(attributes) = &signer.signed_attributes {
            attributes.as_sent();
            let _ = attributes.sorted();
        }
    }
});
