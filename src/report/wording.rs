//! Findings, verdicts and times in words, as every format shows them.

use super::options::Options;
use super::vocabulary;
use crate::UnixTime;
use crate::crypto::{AlgorithmEnd, End};
use crate::validation::{Finding, Indication, Language, Rule, Status};
use std::borrow::Cow;

/// What a check found, with the values it compared.
pub(super) fn finding(finding: &Finding, options: &Options) -> String {
    let words = match finding.status {
        Status::Passed => finding.rule.met(options.language),
        Status::Information | Status::Warning | Status::Failed | Status::NotChecked => {
            finding.rule.not_met(options.language)
        }
    };
    if let Some(end) = &finding.algorithm {
        return format!("{words}: {}", algorithm(end, options.language));
    }
    if finding.detail.is_empty() {
        return words.to_owned();
    }
    let detail = match finding.rule {
        // Names of the outside world, which stand as they are.
        Rule::TrustAnchorReached | Rule::NameConstraintsMet => Cow::Borrowed(&*finding.detail),
        _ => vocabulary::translated(&finding.detail, options.language),
    };
    format!("{words}: {}", options.shown(&detail))
}

/// An algorithm with its size, its end and the row of the suite that says so.
pub(super) fn algorithm(end: &AlgorithmEnd, language: Language) -> String {
    let bits = match end.bits {
        Some(bits) => format!(", {bits} {}", say(language, "bits", "bitar")),
        None => String::new(),
    };
    let since = match end.end {
        End::At(time) => format!(
            "{} {}",
            say(language, "not reliable since", "inte att lita på sedan"),
            time.date()
        ),
        End::NotListed => say(
            language,
            "not listed as reliable",
            "inte upptagen som pålitlig",
        )
        .to_owned(),
        End::Never => say(language, "no end foreseen", "inget slut förutsett").to_owned(),
    };
    format!("{}{bits}: {since}, {}", end.algorithm, end.source)
}

/// What to do about it; `None` where it is met.
pub(super) fn advice(finding: &Finding, language: Language) -> Option<&'static str> {
    (finding.status != Status::Passed).then(|| finding.rule.advice(language))
}

/// What to do about it where the certificate is judged alone, so that no proof of an earlier
/// time is of help.
pub(super) fn certificate_advice(finding: &Finding, language: Language) -> Option<&'static str> {
    let own = match finding.rule {
        Rule::NotRevoked => say(
            language,
            "Do not rely on it; ask its holder for another certificate",
            "Lita inte på det; be innehavaren om ett annat certifikat",
        ),
        Rule::CertificateInValidity => say(
            language,
            "Ask its holder for a current one, or give the time that counts with --at",
            "Be innehavaren om ett som gäller, eller ange den tid som räknas med --at",
        ),
        Rule::AlgorithmReliable | Rule::RevocationIssuerInValidity | Rule::TrustAnchorInForce => {
            say(
                language,
                "Ask its issuer for a current one, or give the time that counts with --at",
                "Be utfärdaren om ett som gäller, eller ange den tid som räknas med --at",
            )
        }
        _ => return advice(finding, language),
    };
    (finding.status != Status::Passed).then_some(own)
}

/// A verdict in one or a few words.
pub(super) fn verdict(indication: Indication, language: Language) -> &'static str {
    match indication {
        Indication::Passed => say(language, "Passed", "Godkänd"),
        Indication::Failed(_) => say(language, "Failed", "Underkänd"),
        Indication::Indeterminate(_) => say(language, "Cannot be decided", "Kan inte avgöras"),
    }
}

/// A text of this programme in the reader's language.
pub(crate) fn say(
    language: Language,
    english: &'static str,
    swedish: &'static str,
) -> &'static str {
    match language {
        Language::English => english,
        Language::Swedish => swedish,
    }
}

/// A text from outside, fit to be laid out: masked, on one line, and without the characters by
/// which a document could move the cursor or turn the direction of what stands beside it.
pub(crate) fn outside(text: &str, options: &Options) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line = words.join(" ");
    let masked = options.shown(&line);
    let plain = masked.chars().map(|c| {
        if c.is_control() || is_invisible(c) {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    });
    plain.collect()
}

/// A text from outside as it may stand in XML: [`outside`] has no controls, and these two are
/// the rest of what XML 1.0, 2.2 forbids.
pub(crate) fn outside_in_xml(text: &str, options: &Options) -> String {
    outside(text, options).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}")
}

/// Line separators, and the marks of direction and joining of Unicode TR 36, 3.1 and UAX 9.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{061c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
    )
}

/// A time as people write it.
pub(crate) fn time(time: UnixTime) -> String {
    let text = time.to_string();
    match text.strip_suffix('Z').and_then(|text| text.split_once('T')) {
        Some((date, clock)) => format!("{date} {clock} UTC"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{Options, outside, time};
    use crate::UnixTime;

    #[test]
    fn a_name_cannot_forge_a_line_of_the_report() {
        let name = "Anna\r\nx.pdf: Passed\u{1b}[2K\u{202e}gpj";
        assert_eq!(
            outside(name, &Options::default()),
            "Anna x.pdf: Passed\u{fffd}[2K\u{fffd}gpj"
        );
    }

    #[test]
    fn times_are_written_for_people() {
        let noon = UnixTime::from_rfc3339("2026-01-15T12:00:00Z").unwrap();
        assert_eq!(time(noon), "2026-01-15 12:00:00 UTC");
    }
}
