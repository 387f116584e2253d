//! Trust services as trusted lists tell of them (ETSI TS 119 612, 5.5 and 5.6).

use crate::UnixTime;
use crate::x509::Certificate;
use std::fmt;
use std::sync::Arc;

/// One service of one provider, with its history.
#[derive(Debug, Clone)]
pub struct Service {
    /// The name of the provider (5.4.1), in English where it has one.
    pub provider: String,
    /// The name of the service (5.5.2), in English where it has one.
    pub name: String,
    /// What kind of service it is, a URI (5.5.1.1).
    pub service_type: String,
    /// Its digital identity (5.5.3), as far as certificates tell it; they have the same key.
    pub certificates: Vec<Arc<Certificate>>,
    /// Statuses with the time from which each holds, latest first: the present one (5.5.4),
    /// then the history (5.6).
    pub statuses: Vec<(ServiceStatus, UnixTime)>,
    /// What the service is for, such as `…/SvcInfoExt/ForeSeals` (5.5.9.4): URIs.
    pub additional_information: Vec<String>,
    /// Qualifiers that some of its certificates have, such as `…/SvcInfoExt/QCForESeal`
    /// (5.5.9.2): URIs. Which certificates, the list says by criteria that are not read.
    pub qualifiers: Vec<String>,
    /// The list that it stands in.
    pub list: Arc<ListSummary>,
}

/// What is told of the list that a service stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListSummary {
    /// Country or union (5.3.10), such as `SE`; empty where the list names none.
    pub territory: String,
    /// Its number (5.3.2).
    pub sequence_number: u64,
    /// When it was issued (5.3.14).
    pub issued: UnixTime,
    /// By when the next one is due (5.3.15); `None` for a list that was closed.
    pub next_update: Option<UnixTime>,
}

/// The status of a service (5.5.4), by the last word of its URI. Words of directive 1999/93/EC
/// stand in the history before 2016-07-01.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ServiceStatus {
    /// `granted`: qualified by regulation (EU) 910/2014.
    Granted,
    /// `withdrawn`.
    Withdrawn,
    /// `undersupervision`.
    UnderSupervision,
    /// `supervisionincessation`: the service has ended, its supervision has not.
    SupervisionInCessation,
    /// `supervisionceased`.
    SupervisionCeased,
    /// `supervisionrevoked`.
    SupervisionRevoked,
    /// `accredited`.
    Accredited,
    /// `accreditationceased`.
    AccreditationCeased,
    /// `accreditationrevoked`.
    AccreditationRevoked,
    /// `recognisedatnationallevel`: a service that is not qualified.
    RecognisedAtNationalLevel,
    /// `deprecatedatnationallevel`.
    DeprecatedAtNationalLevel,
    /// `setbynationallaw`, an older word for recognition.
    SetByNationalLaw,
    /// `deprecatedbynationallaw`.
    DeprecatedByNationalLaw,
    /// Another word, which never counts as granted.
    Other(String),
}

/// What a service is trusted to have issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServiceUse {
    /// Certificates of signers and of whoever a path leads to.
    Certificates,
    /// Time-stamps.
    TimeStamps,
}

const STATUSES: [(&str, ServiceStatus); 13] = [
    ("granted", ServiceStatus::Granted),
    ("withdrawn", ServiceStatus::Withdrawn),
    ("undersupervision", ServiceStatus::UnderSupervision),
    (
        "supervisionincessation",
        ServiceStatus::SupervisionInCessation,
    ),
    ("supervisionceased", ServiceStatus::SupervisionCeased),
    ("supervisionrevoked", ServiceStatus::SupervisionRevoked),
    ("accredited", ServiceStatus::Accredited),
    ("accreditationceased", ServiceStatus::AccreditationCeased),
    ("accreditationrevoked", ServiceStatus::AccreditationRevoked),
    (
        "recognisedatnationallevel",
        ServiceStatus::RecognisedAtNationalLevel,
    ),
    (
        "deprecatedatnationallevel",
        ServiceStatus::DeprecatedAtNationalLevel,
    ),
    ("setbynationallaw", ServiceStatus::SetByNationalLaw),
    (
        "deprecatedbynationallaw",
        ServiceStatus::DeprecatedByNationalLaw,
    ),
];

/// Qualifiers that leave a certificate for seals what it says it is (5.5.9.2.3).
const QUALIFIERS_OF_SEALS: [&str; 10] = [
    "QCStatement",
    "QCForESeal",
    "QCForLegalPerson",
    "QCWithSSCD",
    "QCNoSSCD",
    "QCSSCDStatusAsInCert",
    "QCWithQSCD",
    "QCNoQSCD",
    "QCQSCDStatusAsInCert",
    "QCQSCDManagedOnBehalf",
];

impl Service {
    /// What it is trusted for; `None` for services that anchor no path, such as validation or
    /// delivery.
    pub fn serves(&self) -> Option<ServiceUse> {
        match self.short_type() {
            "CA/QC" | "CA/PKC" => Some(ServiceUse::Certificates),
            "TSA" | "TSA/QTST" | "TSA/TSS-QC" | "TSA/TSS-AdESQCandQES" => {
                Some(ServiceUse::TimeStamps)
            }
            _ => None,
        }
    }

    /// The type without the part that all share, such as `CA/QC`.
    pub fn short_type(&self) -> &str {
        let uri = &self.service_type;
        uri.split_once("/Svctype/").map_or(uri, |(_, short)| short)
    }

    /// The status that held at a time; `None` before the service is told of.
    pub fn status_at(&self, time: UnixTime) -> Option<&ServiceStatus> {
        let since = self.statuses.iter().find(|(_, since)| *since <= time);
        since.map(|(status, _)| status)
    }

    /// Whether a certificate for seals that it issued at `issued` was qualified at `at`, as far
    /// as its present entry tells (ETSI TS 119 615, 4.4): what its history was for is not read,
    /// nor the criteria of qualifiers that make certificates of it others than they say.
    pub fn issues_qualified_seals(&self, issued: UnixTime, at: UnixTime) -> bool {
        let is_granted = self.statuses.first().is_some_and(|(status, since)| {
            *status == ServiceStatus::Granted && *since <= issued.min(at)
        });
        let is_told = self.list.next_update.is_some_and(|due| at <= due);
        let mut uses = self.additional_information.iter();
        let mut qualifiers = self.qualifiers.iter();
        self.short_type() == "CA/QC"
            && is_granted
            && is_told
            && uses.any(|uri| last_word(uri) == "ForeSeals")
            && qualifiers.all(|uri| QUALIFIERS_OF_SEALS.contains(&last_word(uri)))
    }

    /// How long it is trusted, as known at a time: until when, `Some(None)` where no end is
    /// known, or `None` where it never was granted until then.
    pub fn trusted_until(&self, at: UnixTime) -> Option<Option<UnixTime>> {
        let mut end = None;
        for (status, since) in self.statuses.iter().filter(|(_, since)| *since <= at) {
            if status.is_granted() {
                return Some(end);
            }
            end = Some(*since);
        }
        None
    }
}

impl ServiceStatus {
    /// The status of a URI.
    pub fn from_uri(uri: &str) -> Self {
        let word = last_word(uri);
        let known = STATUSES.into_iter().find(|(known, _)| *known == word);
        known.map_or_else(
            || ServiceStatus::Other(uri.to_owned()),
            |(_, status)| status,
        )
    }

    /// Whether a service with this status is vouched for (5.5.4).
    pub fn is_granted(&self) -> bool {
        matches!(
            self,
            ServiceStatus::Granted
                | ServiceStatus::UnderSupervision
                | ServiceStatus::SupervisionInCessation
                | ServiceStatus::Accredited
                | ServiceStatus::RecognisedAtNationalLevel
                | ServiceStatus::SetByNationalLaw
        )
    }
}

fn last_word(uri: &str) -> &str {
    uri.rsplit('/').next().unwrap_or_default()
}

impl fmt::Display for ServiceStatus {
    /// The last word of the URI.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let ServiceStatus::Other(uri) = self {
            return f.write_str(uri);
        }
        let word = STATUSES.iter().find(|(_, status)| status == self);
        f.write_str(word.map_or("", |(word, _)| word))
    }
}

impl fmt::Display for ListSummary {
    /// Territory, number and time of issue.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ListSummary {
            territory,
            sequence_number,
            issued,
            ..
        } = self;
        write!(f, "{territory} {sequence_number}, {}", issued.date())
    }
}
