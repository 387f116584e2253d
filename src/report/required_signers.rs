//! Whether those signed together whom the policy demands.

use super::options::Options;
use super::page::{Item, Row};
use super::wording::{outside, say};
use crate::validation::Language;
use serde::Serialize;
use std::borrow::Cow;

/// What a demand on all signatures of a document came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredSignersReport {
    /// The roles that count; any, where none is named.
    pub roles: Vec<String>,
    /// The organisation for which they must have acted.
    pub organisation: Option<String>,
    /// How many persons it takes.
    pub count: usize,
    /// Whether so many have signed.
    pub is_met: bool,
    /// The signatures that count, such as `S-1`.
    pub counted: Vec<String>,
    /// The others, and why they do not.
    pub not_counted: Vec<(String, NotCounted)>,
}

/// Why a signature does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotCounted {
    /// It did not pass.
    NotPassed,
    /// It is not about everything in the container.
    NotEverythingSigned,
    /// It is not for that organisation, or not as surely as is demanded.
    OtherOrganisation,
    /// The signer has none of the roles, or not as surely as is demanded.
    OtherRole,
    /// The signer is, or may be, somebody who counts already.
    SamePerson,
    /// Somebody else counts for the role.
    RoleTaken,
}

impl NotCounted {
    /// The word in reports.
    pub fn name(self) -> &'static str {
        match self {
            NotCounted::NotPassed => "not-passed",
            NotCounted::NotEverythingSigned => "not-everything-signed",
            NotCounted::OtherOrganisation => "other-organisation",
            NotCounted::OtherRole => "other-role",
            NotCounted::SamePerson => "same-person",
            NotCounted::RoleTaken => "role-taken",
        }
    }

    fn words(self, language: Language) -> &'static str {
        match self {
            NotCounted::NotPassed => say(language, "did not pass", "inte godkänd"),
            NotCounted::NotEverythingSigned => {
                say(language, "is not about everything", "omfattar inte allt")
            }
            NotCounted::OtherOrganisation => say(
                language,
                "not shown to be for that organisation",
                "inte visad gälla den organisationen",
            ),
            NotCounted::OtherRole => say(
                language,
                "none of these roles is shown",
                "ingen av dessa roller är visad",
            ),
            NotCounted::SamePerson => say(
                language,
                "may be the same person as another",
                "kan vara samma person som en annan",
            ),
            NotCounted::RoleTaken => {
                say(language, "its role is filled", "rollen är redan tillsatt")
            }
        }
    }
}

/// The row on all demands; `None` where the policy makes none.
pub(super) fn row(demands: &[RequiredSignersReport], options: &Options) -> Option<Row> {
    let label = say(
        options.language,
        "Required signers",
        "Krav på underskrifter",
    );
    let items = demands.iter().map(|demand| item(demand, options));
    Row::list(label, items.collect())
}

fn item(demand: &RequiredSignersReport, options: &Options) -> Item {
    let language = options.language;
    let verdict = match demand.is_met {
        true => say(language, "met", "uppfyllt"),
        false => say(language, "not shown to be met", "inte visat uppfyllt"),
    };
    let mut who = match (demand.roles.is_empty(), language) {
        (true, Language::English) => "anybody".to_owned(),
        (true, Language::Swedish) => "vem som helst".to_owned(),
        (false, _) => outside(&demand.roles.join(", "), options),
    };
    if let Some(organisation) = &demand.organisation {
        let organisation = outside(organisation, options);
        let for_whom = say(language, "for", "för");
        who = format!("{who}; {for_whom} {organisation}");
    }
    let counted = demand.counted.len();
    let text = match language {
        Language::English => format!("{verdict}: {counted} of {} ({who})", demand.count),
        Language::Swedish => format!("{verdict}: {counted} av {} ({who})", demand.count),
    };
    let mut details = Vec::new();
    if !demand.counted.is_empty() {
        let label = say(language, "Counted", "Räknade");
        details.push(format!("{label}: {}", demand.counted.join(", ")));
    }
    details.extend(
        demand
            .not_counted
            .iter()
            .map(|(signature, why)| format!("{signature}: {}", why.words(language))),
    );
    Item { text, details }
}

/// A demand, as JSON.
#[derive(Serialize)]
pub(super) struct RequiredSignersObject<'a> {
    roles: Vec<Cow<'a, str>>,
    organisation: Option<Cow<'a, str>>,
    count: usize,
    met: bool,
    counted: &'a [String],
    not_counted: Vec<NotCountedObject<'a>>,
}

#[derive(Serialize)]
struct NotCountedObject<'a> {
    signature: &'a str,
    reason: &'static str,
}

impl<'a> RequiredSignersObject<'a> {
    pub fn new(demand: &'a RequiredSignersReport, options: &Options) -> Self {
        let organisation = demand.organisation.as_deref();
        let not_counted = demand.not_counted.iter();
        RequiredSignersObject {
            roles: demand
                .roles
                .iter()
                .map(|role| options.shown(role))
                .collect(),
            organisation: organisation.map(|number| options.shown(number)),
            count: demand.count,
            met: demand.is_met,
            counted: &demand.counted,
            not_counted: not_counted
                .map(|(signature, why)| NotCountedObject {
                    signature,
                    reason: why.name(),
                })
                .collect(),
        }
    }
}
