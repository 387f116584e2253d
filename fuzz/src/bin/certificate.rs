#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = sigill::x509::Certificate::read(&sigill::Bytes::copy_from_slice(bytes));
});
