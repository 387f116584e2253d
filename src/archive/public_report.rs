//! The public report on a sealed document: the masked one that the envelope keeps, and by which
//! time-stamp it can be proven.

use super::layout;
use super::revalidate::{read_container, read_record};
use crate::UnixTime;
use crate::container::asic::AsicContainer;
use crate::crypto::sha256;
use crate::error::Error;
use crate::hex;
use crate::limits::Limits;
use crate::report::PublicReport;
use crate::tsp::TimestampToken;
use bytes::Bytes;
use serde::Serialize;

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
