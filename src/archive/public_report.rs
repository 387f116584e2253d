//! The public report on a sealed document: the masked one that the envelope keeps, and by which
//! time-stamp it can be proven.

use super::layout;
use super::revalidate::{read_container, read_record};
use crate::UnixTime;
use crate::binding::personal_number::MASK;
use crate::container::asic::AsicContainer;
use crate::crypto::sha256;
use crate::error::Error;
use crate::hex;
use crate::limits::Limits;
use crate::report::PublicReport;
use crate::tsp::TimestampToken;
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

/// The public report on the document in an envelope: exactly the bytes of `sigill/report.json`
/// with one more field at the end, `sealed`, which names the first archive time-stamp. Renewal
/// changes nothing of it.
///
/// # Errors
/// [`Error`] where the bytes are no envelope of sigill, or have no such report or time-stamp.
pub fn public_report(envelope: &Bytes, limits: &Limits) -> Result<String, Error> {
    let container = read_container(envelope, limits)?;
    layout::manifest(&container)?;
    let malformed = |problem| Error::malformed("envelope", 0, problem);
    let report = container
        .member(layout::REPORT)
        .and_then(|member| std::str::from_utf8(&member.content).ok())
        .and_then(|text| text.trim_ascii_end().strip_suffix('}'))
        .ok_or(malformed("no report that is a JSON object"))?;
    let sealed = first_timestamp(&container, limits)?;
    let sealed = serde_json::to_string(&sealed).unwrap_or_default();
    Ok(format!("{report},\"sealed\":{sealed}}}\n"))
}

/// Whether `public` is the public report on the document in an envelope, byte for byte but for
/// blanks after it.
///
/// # Errors
/// As for [`public_report`].
pub fn compare_public_report(
    public: &[u8],
    envelope: &Bytes,
    limits: &Limits,
) -> Result<PublicReport, Error> {
    let sealed = public_report(envelope, limits)?;
    Ok(PublicReport {
        path: None,
        sha256: sha256(public),
        belongs: public.trim_ascii_end() == sealed.trim_ascii_end().as_bytes(),
    })
}

/// Whether a masked report says what the full one does but for masked identifiers.
pub(super) fn is_extract(public: &Value, full: &Value) -> bool {
    match (public, full) {
        (Value::Object(public), Value::Object(full)) => {
            let is_own = |field: &str| field == "full_report" || field == "salt";
            let said: Vec<_> = public.iter().filter(|(field, _)| !is_own(field)).collect();
            said.len() == full.keys().filter(|field| !is_own(field)).count()
                && said.into_iter().all(|(field, value)| {
                    let other = full.get(field);
                    other.is_some_and(|other| is_extract(value, other))
                })
        }
        (Value::Array(public), Value::Array(full)) => {
            let mut pairs = public.iter().zip(full);
            public.len() == full.len() && pairs.all(|(public, full)| is_extract(public, full))
        }
        (Value::String(public), Value::String(full)) => is_masked_from(public, full),
        _ => public == full,
    }
}

/// Whether `public` is `full` with masks in place of some of it.
fn is_masked_from(public: &str, full: &str) -> bool {
    match public.split_once(MASK) {
        None => public == full,
        Some((before, after)) => full
            .strip_prefix(before)
            .is_some_and(|masked| ends_after_mask(after, masked)),
    }
}

/// Whether `rest` is something masked and then what `public` says.
fn ends_after_mask(public: &str, rest: &str) -> bool {
    let mut characters = rest.chars();
    if characters.next().is_none() {
        return false;
    }
    let after_first = characters.as_str();
    match public.split_once(MASK) {
        None => after_first.ends_with(public),
        // The first place leaves the most for what comes after.
        Some((between, public)) => after_first
            .split_once(between)
            .is_some_and(|(_, rest)| ends_after_mask(public, rest)),
    }
}

/// What no renewal changes of the first archive time-stamp: evidence may be laid into its token.
#[derive(Serialize)]
struct FirstTimestamp {
    time: UnixTime,
    serial: String,
    imprint: String,
}

fn first_timestamp(container: &AsicContainer, limits: &Limits) -> Result<FirstTimestamp, Error> {
    let record = read_record(container, limits)?;
    let first = record.chains.first();
    let first = first.and_then(|chain| chain.timestamps.first());
    let missing = Error::malformed("evidence record", 0, "no archive time-stamp");
    let token = TimestampToken::read(&first.ok_or(missing)?.timestamp, limits)?;
    Ok(FirstTimestamp {
        time: token.info.generation_time,
        serial: hex(&token.info.serial),
        imprint: hex(&token.info.imprint),
    })
}

#[cfg(test)]
mod tests {
    use super::{MASK, is_extract, is_masked_from};
    use serde_json::json;

    #[test]
    fn only_what_is_masked_may_differ() {
        let one = format!("avtal {MASK}.pdf");
        assert!(is_masked_from(&one, "avtal 191212121212.pdf"));
        assert!(is_masked_from(MASK, "PNOEE-1") && is_masked_from(MASK, MASK));
        assert!(is_masked_from("a", "a") && !is_masked_from("a", "b"));
        for other in [
            "avtal .pdf",
            "beslut 191212121212.pdf",
            "avtal 191212121212.txt",
        ] {
            assert!(!is_masked_from(&one, other), "{other}");
        }
        let two = format!("{MASK} och {MASK}, båda");
        assert!(is_masked_from(&two, "1 och 2 och 3, båda"));
        assert!(!is_masked_from(&two, "1 och , båda"));
        let public = json!({"a": [1, one], "full_report": {}});
        assert!(is_extract(
            &public,
            &json!({"a": [1, "avtal 1.pdf"], "salt": "x"})
        ));
        for full in [
            json!({"a": [2, "avtal 1.pdf"]}),
            json!({"a": [1]}),
            json!({"a": [1, "avtal 1.pdf"], "b": null}),
            json!({"b": [1, "avtal 1.pdf"]}),
        ] {
            assert!(!is_extract(&public, &full), "{full}");
        }
    }
}
