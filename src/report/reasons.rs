//! What is certain, what is not met or missing, what to do about it and who can help.

use super::options::Options;
use super::page::{Item, Row};
use super::vocabulary;
use super::wording::{self, outside, say};
use crate::hex;
use crate::validation::{Conclusion, Finding, Language, Need, NeedKind, Rule, Status};
use crate::x509::Certificate;

/// What a conclusion is about: it decides which met checks are worth telling.
#[derive(Clone, Copy)]
pub(super) enum Subject<'a> {
    Signature(Option<&'a Certificate>),
    /// A certificate of a path that is judged alone, or the one the path was for.
    Certificate(&'a Certificate),
    Timestamp,
    EvidenceRecord,
}

impl Subject<'_> {
    /// The checks whose success means something to a reader, in the order of their telling.
    fn telling(self) -> &'static [Rule] {
        match self {
            Subject::Signature(_) => &[
                Rule::DigestMatches,
                Rule::SignatureValueVerifies,
                Rule::UnchangedAfterSigning,
                Rule::TrustAnchorReached,
                Rule::NotRevoked,
                Rule::CertificateInValidity,
                Rule::SignedWithinValidity,
                Rule::SignedBeforeRevocation,
                Rule::PastCertificateProven,
                Rule::ExistedAtControlTime,
            ],
            Subject::Certificate(_) => &[
                Rule::TrustAnchorReached,
                Rule::TrustAnchorInForce,
                Rule::TrustServiceAccepted,
                Rule::NotRevoked,
                Rule::CertificateInValidity,
                Rule::BasicConstraintsMet,
                Rule::KeyUsageMet,
                Rule::NameConstraintsMet,
                Rule::CertificatePoliciesMet,
            ],
            Subject::Timestamp => &[
                Rule::TimestampImprintMatches,
                Rule::TrustAnchorReached,
                Rule::NotRevoked,
                Rule::CertificateInValidity,
                Rule::PastCertificateProven,
            ],
            Subject::EvidenceRecord => &[Rule::RecordCoversData, Rule::RecordChainIntact],
        }
    }
}

/// Everything that a conclusion says beyond its indication.
pub(super) fn rows(conclusion: &Conclusion, subject: Subject<'_>, options: &Options) -> Vec<Row> {
    let language = options.language;
    let telling = Telling {
        conclusion,
        subject,
        options,
    };
    let passed = conclusion.indication.is_passed();
    let missing = if passed {
        say(language, "Would add proof", "Skulle styrka mer")
    } else {
        say(language, "Missing", "Saknas")
    };
    let rows = [
        Row::list(say(language, "Certain", "Säkert"), telling.certain()),
        Row::list(
            say(language, "Not met", "Brister"),
            telling.with(Status::Failed),
        ),
        Row::list(missing, telling.unexplained_needs()),
        Row::list(
            say(language, "Not checked", "Inte prövat"),
            telling.with(Status::NotChecked),
        ),
        Row::list(
            say(language, "Note", "Att observera"),
            telling.with(Status::Warning),
        ),
        Row::list(
            say(language, "For information", "Till kännedom"),
            telling.with(Status::Information),
        ),
    ];
    rows.into_iter().flatten().collect()
}

struct Telling<'a> {
    conclusion: &'a Conclusion,
    subject: Subject<'a>,
    options: &'a Options,
}

impl Telling<'_> {
    fn certain(&self) -> Vec<Item> {
        let certain = self
            .subject
            .telling()
            .iter()
            .filter(|rule| self.is_met(**rule) && self.means_what_it_says(**rule));
        certain
            .map(|rule| Item::new(rule.met(self.options.language)))
            .collect()
    }

    /// A check counts as met only if it was met for every object it was made on.
    fn is_met(&self, rule: Rule) -> bool {
        let findings = &self.conclusion.findings;
        let mut made = findings
            .iter()
            .filter(|finding| finding.rule == rule)
            .peekable();
        made.peek().is_some() && made.all(|finding| finding.status == Status::Passed)
    }

    /// Some checks mislead where others are not met: that nothing came after the signature, where
    /// the content is another; that certificates are not revoked, where one of them is unknown.
    fn means_what_it_says(&self, rule: Rule) -> bool {
        match rule {
            Rule::UnchangedAfterSigning => self.is_met(Rule::DigestMatches),
            Rule::NotRevoked => self.conclusion.findings.iter().all(|finding| {
                finding.status == Status::Passed
                    || !matches!(
                        finding.rule,
                        Rule::RevocationDataPresent
                            | Rule::RevocationDataUsable
                            | Rule::RevocationDataFresh
                    )
            }),
            _ => true,
        }
    }

    /// Checks with this outcome; the same on several objects is said once.
    fn with(&self, status: Status) -> Vec<Item> {
        let mut groups: Vec<(&Finding, Vec<&str>)> = Vec::new();
        for finding in &self.conclusion.findings {
            if finding.status != status {
                continue;
            }
            let same = groups
                .iter_mut()
                .find(|(first, _)| first.rule == finding.rule && first.detail == finding.detail);
            match same {
                Some((_, about)) if about.contains(&finding.about.as_str()) => {}
                Some((_, about)) => about.push(&finding.about),
                None => groups.push((finding, vec![&finding.about])),
            }
        }
        groups
            .into_iter()
            .map(|(finding, about)| self.item(finding, &about))
            .collect()
    }

    fn item(&self, finding: &Finding, about: &[&str]) -> Item {
        let language = self.options.language;
        let mut text = match finding.rule {
            // Its detail is an indication, which the row of the time-stamp tells in words.
            Rule::TimestampProven => finding.rule.not_met(language).to_owned(),
            _ => short_hashes(&outside(
                &wording::finding(finding, self.options),
                self.options,
            )),
        };
        let names: Vec<String> = about.iter().filter_map(|name| self.name(name)).collect();
        if !names.is_empty() {
            text = format!("{text} ({})", names.join(", "));
        }
        let mut details = Vec::new();
        let advice = match self.subject {
            Subject::Certificate(_) => wording::certificate_advice(finding, language),
            _ => wording::advice(finding, language),
        };
        details.extend(advice.map(|advice| to_do(advice, language)));
        let needs = self.conclusion.needs.iter().filter(|need| {
            rule(need.kind) == finding.rule && about.iter().any(|name| is_same(name, &need.about))
        });
        self.add_suppliers(&mut details, needs);
        Item { text, details }
    }

    /// Needs that no finding speaks of.
    fn unexplained_needs(&self) -> Vec<Item> {
        let language = self.options.language;
        let mut needs: Vec<&Need> = Vec::new();
        for need in &self.conclusion.needs {
            let explained = self.conclusion.findings.iter().any(|finding| {
                finding.status != Status::Passed
                    && finding.rule == rule(need.kind)
                    && is_same(&finding.about, &need.about)
            });
            if !explained && !needs.contains(&need) {
                needs.push(need);
            }
        }
        needs
            .into_iter()
            .map(|need| {
                let rule = rule(need.kind);
                let mut text = rule.not_met(language).to_owned();
                if let Some(name) = self.name(&need.about) {
                    text = format!("{text} ({name})");
                }
                let mut details = vec![to_do(rule.advice(language), language)];
                self.add_suppliers(&mut details, std::iter::once(need));
                Item { text, details }
            })
            .collect()
    }

    fn add_suppliers<'n>(&self, details: &mut Vec<String>, needs: impl Iterator<Item = &'n Need>) {
        let language = self.options.language;
        for need in needs {
            let who = format!(
                "{}: {}",
                say(language, "Who can help", "Kan lämnas av"),
                supplier(need.kind, language)
            );
            let urls = need.urls.iter().map(|url| outside(url, self.options));
            for line in std::iter::once(who).chain(urls) {
                if !details.contains(&line) {
                    details.push(line);
                }
            }
        }
    }

    /// An object in words; `None` where it is what the section is about anyway.
    fn name(&self, about: &str) -> Option<String> {
        let language = self.options.language;
        let (own, own_name) = match self.subject {
            Subject::Signature(certificate) => (
                certificate,
                Some(say(
                    language,
                    "the signer's certificate",
                    "undertecknarens certifikat",
                )),
            ),
            Subject::Certificate(certificate) => (Some(certificate), None),
            Subject::Timestamp | Subject::EvidenceRecord => (None, None),
        };
        let own = own.map(|certificate| format!("certificate {}", hex(certificate.sha256())));
        if own.as_deref() == Some(about) {
            return own_name.map(str::to_owned);
        }
        name_of_object(about, self.options)
    }
}

/// An object that a finding is about, in words; `None` where it needs none.
pub(super) fn name_of_object(about: &str, options: &Options) -> Option<String> {
    match about {
        "" | "signature" | "evidence record" => None,
        other => {
            let name = vocabulary::translated(other, options.language);
            Some(short_hashes(&outside(&name, options)))
        }
    }
}

/// Some findings name the signature and some leave it unsaid.
fn is_same(one: &str, other: &str) -> bool {
    let name = |about| if about == "signature" { "" } else { about };
    name(one) == name(other)
}

const SHA256_DIGITS: usize = 64;
const SHOWN_DIGITS: usize = 8;

/// SHA-256 values cut to what a person can compare; JSON has them whole.
pub(super) fn short_hashes(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let digits = word.bytes().take_while(u8::is_ascii_hexdigit).count();
        match (word.get(..SHOWN_DIGITS), word.get(SHA256_DIGITS..)) {
            (Some(start), Some(rest)) if digits == SHA256_DIGITS => format!("{start}…{rest}"),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn to_do(advice: &str, language: Language) -> String {
    format!("{}: {advice}", say(language, "What to do", "Gör så"))
}

/// The check that a piece of missing evidence would meet.
pub(super) fn rule(kind: NeedKind) -> Rule {
    match kind {
        NeedKind::SignedData => Rule::SignedDataFound,
        NeedKind::SigningCertificate => Rule::SigningCertificateIdentified,
        NeedKind::IssuerCertificate => Rule::TrustAnchorReached,
        NeedKind::RevocationData => Rule::RevocationDataPresent,
        NeedKind::ProofOfExistence => Rule::ExistedAtControlTime,
        NeedKind::RegisterExtract => Rule::RegisterCurrent,
        NeedKind::IdentityProviderMetadata => Rule::FederationAuthorises,
    }
}

pub(super) fn supplier(kind: NeedKind, language: Language) -> &'static str {
    match kind {
        NeedKind::SignedData => say(
            language,
            "whoever sent or keeps the signed file",
            "den som skickade eller förvarar den underskrivna filen",
        ),
        NeedKind::SigningCertificate => say(
            language,
            "the signer or the issuer of the certificate",
            "undertecknaren eller certifikatets utfärdare",
        ),
        NeedKind::IssuerCertificate | NeedKind::RevocationData => say(
            language,
            "the issuer of the certificate",
            "certifikatets utfärdare",
        ),
        NeedKind::ProofOfExistence => say(
            language,
            "whoever received or archived the document in time",
            "den som tog emot eller arkiverade handlingen i tid",
        ),
        NeedKind::RegisterExtract => say(
            language,
            "whoever keeps the register",
            "den som för registret",
        ),
        NeedKind::IdentityProviderMetadata => say(
            language,
            "the operator of the federation, or whoever kept its metadata at the time",
            "federationens operatör, eller den som sparade dess metadata då",
        ),
    }
}
