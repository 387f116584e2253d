//! ASiC manifests (EN 319 162-1, A.4).
#![no_main]

use sigill::container::asic::Manifest;
use sigill_fuzz::{seeds, target};

target!(seeds::manifests(), |bytes| {
    let _ = Manifest::read("META-INF/ASiCManifest001.xml", &bytes);
});
