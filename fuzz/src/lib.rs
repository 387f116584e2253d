//! Hostile bytes for every reader of sigill: each file of `src/bin` is one target, a line for its
//! seeds and a few for what must hold of any bytes. `run` builds and runs them.

pub mod seeds;

use sigill::{Bytes, Error};
use std::fmt::Debug;
use std::path::Path;
use std::{env, fs};

/// A target: its seeds, and what must hold of any bytes.
#[macro_export]
macro_rules! target {
    ($seeds:expr, |$bytes:ident| $body:block) => {
        libfuzzer_sys::fuzz_target!(init: $crate::plant($seeds), |input: &[u8]| {
            let $bytes = sigill::Bytes::copy_from_slice(input);
            $body
        });
    };
}

/// What parses re-parses the same from the bytes that it kept.
pub fn reads_the_same_again<T: Debug>(
    bytes: &Bytes,
    read: impl Fn(&Bytes) -> Result<T, Error>,
    kept: impl Fn(&T) -> &Bytes,
) -> Option<T> {
    let once = read(bytes).ok()?;
    let again = read(kept(&once)).expect("what was read can be read again");
    assert_eq!(format!("{once:?}"), format!("{again:?}"));
    Some(once)
}

/// Writes the seeds into the folder where `run` looks for them, named by their content.
pub fn plant(seeds: Vec<Bytes>) {
    let target = env::current_exe().expect("a target is a file");
    let target = target.file_stem().expect("a file has a name");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("seeds")
        .join(target);
    fs::create_dir_all(&folder).expect("the folder of this package can be written to");
    for seed in seeds {
        let name: String = sigill::crypto::sha256(&seed)[..8]
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        fs::write(folder.join(name), seed).expect("the folder of this package can be written to");
    }
}
