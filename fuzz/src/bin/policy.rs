//! Policy files.
#![no_main]

use sigill::{Bytes, Policy};
use sigill_fuzz::target;

target!(vec![Bytes::from(Policy::default().to_toml())], |bytes| {
    if let Ok(text) = std::str::from_utf8(&bytes)
        && let Ok(policy) = Policy::from_toml(text)
    {
        assert_eq!(Policy::from_toml(&policy.to_toml()).as_ref(), Ok(&policy));
    }
});
