//! Swedish personal numbers, which reports mask.

use std::borrow::Cow;

/// `text` with every personal number masked.
pub fn mask(text: &str) -> Cow<'_, str> {
    let is_number = |run: &str| run.len() == 12 && run.bytes().all(|byte| byte.is_ascii_digit());
    match text
        .split(|c: char| !c.is_ascii_alphanumeric())
        .find(|run| is_number(run))
    {
        Some(number) => Cow::Owned(text.replace(number, "••••••••-••••")),
        None => Cow::Borrowed(text),
    }
}
