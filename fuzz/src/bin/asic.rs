//! ASiC containers (EN 319 162-1): ZIP, manifests, and envelopes checked as a whole.
#![no_main]

use sigill::container::asic::AsicContainer;
use sigill::limits::Limits;
use sigill::{Evidence, Policy, TrustAnchors, Validator, archive};
use sigill_fuzz::{seeds, target};

target!(seeds::containers(), |bytes| {
    if let Ok(container) = AsicContainer::read(bytes.clone(), &Limits::default()) {
        container.manifests().for_each(drop);
        let (trust, policy) = (TrustAnchors::none(), Policy::default());
        let validator = Validator::new(&trust, &policy);
        let _ = archive::check(&bytes, &validator, &Evidence::default(), seeds::time());
    }
});
