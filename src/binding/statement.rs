//! What one source says of an organisation, and the answer that several statements make.

use super::attributed::{
    Agreement, Attributed, Authority, BindingEvidence, Conflict, Grade, Organisation,
};
use crate::UnixTime;

/// What one source says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub organisation: Organisation,
    pub grade: Grade,
    pub authority: Authority,
    pub reason: String,
    pub evidence: Vec<BindingEvidence>,
}

/// The surest statement, with those that do not agree beside it.
///
/// Where another one is as sure and names another organisation, neither is the answer.
pub(super) fn weigh(
    mut statements: Vec<Statement>,
    as_of: UnixTime,
) -> Option<Attributed<Organisation>> {
    statements.sort_by_key(|statement| {
        // A name alone never binds, so it stands behind an identifier.
        let is_identified = statement.organisation.identifier.is_some();
        std::cmp::Reverse((statement.grade, is_identified, statement.authority))
    });
    let mut statements = statements.into_iter();
    let first = statements.next()?;
    let mut answer = Attributed {
        value: first.organisation,
        grade: first.grade,
        authority: first.authority,
        reason: first.reason,
        evidence: first.evidence,
        as_of,
        conflicts: Vec::new(),
    };
    let mut is_undecided = false;
    for other in statements {
        let agreement = agreement(&answer.value, &other.organisation);
        is_undecided |= agreement == Some(Agreement::Contradicts)
            && (other.grade, other.authority) == (answer.grade, answer.authority);
        match agreement {
            None => support(&mut answer, other),
            Some(agreement) => answer.conflicts.push(Conflict {
                agreement,
                value: other.organisation,
                grade: other.grade,
                authority: other.authority,
                reason: other.reason,
            }),
        }
    }
    if is_undecided {
        set_aside(
            &mut answer,
            "sources that are equally sure contradict each other",
        );
    }
    Some(answer)
}

/// How `other` stands to `first`; `None` where they agree.
pub(super) fn agreement(first: &Organisation, other: &Organisation) -> Option<Agreement> {
    let same = |left: &str, right: &str| left.trim().to_lowercase() == right.trim().to_lowercase();
    match (&first.identifier, &other.identifier) {
        (Some(left), Some(right)) if first.scheme == other.scheme => {
            (left != right).then_some(Agreement::Contradicts)
        }
        (Some(left), Some(right)) => {
            let is_vat_of = |vat: &str, number: &str| vat.strip_suffix("01") == Some(number);
            let schemes = (first.scheme.as_deref(), other.scheme.as_deref());
            let agree = match schemes {
                (Some("VATSE"), Some("NTRSE")) => is_vat_of(left, right),
                (Some("NTRSE"), Some("VATSE")) => is_vat_of(right, left),
                _ => false,
            };
            (!agree).then_some(Agreement::NotComparable)
        }
        _ => match (&first.name, &other.name) {
            (Some(left), Some(right)) if same(left, right) => None,
            (None, None) => None,
            _ => Some(Agreement::NotComparable),
        },
    }
}

/// Takes in a statement that agrees: it may know the name that the surer one lacks. Whose word
/// counts for less must not name what another vouches for.
fn support(answer: &mut Attributed<Organisation>, other: Statement) {
    if answer.value.name.is_none() && other.authority >= answer.authority {
        answer.value.name = other.organisation.name;
    }
    for evidence in other.evidence {
        if !answer.evidence.contains(&evidence) {
            answer.evidence.push(evidence);
        }
    }
}

/// Two that differ so that neither can be relied on: both are shown, none is the answer.
pub(super) fn set_aside(answer: &mut Attributed<Organisation>, why: &str) {
    let value = std::mem::take(&mut answer.value);
    let reason = std::mem::replace(&mut answer.reason, why.to_owned());
    answer.conflicts.insert(
        0,
        Conflict {
            agreement: Agreement::Contradicts,
            value,
            grade: answer.grade,
            authority: answer.authority,
            reason,
        },
    );
    answer.grade = answer.grade.min(Grade::O1);
    answer.authority = Authority::Nobody;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn statement(grade: Grade, scheme: &str, identifier: &str, name: Option<&str>) -> Statement {
        Statement {
            organisation: Organisation {
                identifier: Some(identifier.to_owned()),
                scheme: Some(scheme.to_owned()),
                name: name.map(str::to_owned),
            },
            grade,
            authority: Authority::Issuer,
            reason: scheme.to_owned(),
            evidence: Vec::new(),
        }
    }

    fn weighed(statements: Vec<Statement>) -> Attributed<Organisation> {
        weigh(statements, UnixTime(0)).unwrap()
    }

    #[test]
    fn the_surest_answers_and_what_contradicts_it_is_shown() {
        let answer = weighed(vec![
            statement(Grade::O1, "NTRSE", "5599990024", None),
            statement(Grade::O4, "NTRSE", "5599990016", None),
        ]);
        assert_eq!(answer.value.identifier.as_deref(), Some("5599990016"));
        assert_eq!(answer.grade, Grade::O4);
        assert_eq!(answer.conflicts.len(), 1);
        assert_eq!(answer.conflicts[0].agreement, Agreement::Contradicts);
    }

    #[test]
    fn of_two_that_are_equally_sure_none_answers() {
        let answer = weighed(vec![
            statement(Grade::O4, "NTRSE", "5599990024", None),
            statement(Grade::O4, "NTRSE", "5599990016", None),
        ]);
        assert_eq!(answer.value, Organisation::default());
        assert_eq!(answer.grade, Grade::O1);
        assert_eq!(answer.conflicts.len(), 2);
    }

    #[test]
    fn a_vat_number_agrees_with_the_number_in_it_and_gives_its_name() {
        let answer = weighed(vec![
            statement(Grade::O4, "NTRSE", "5599990016", None),
            statement(Grade::O1, "VATSE", "559999001601", Some("Fixturbolaget AB")),
        ]);
        assert_eq!(answer.value.name.as_deref(), Some("Fixturbolaget AB"));
        assert_eq!(answer.conflicts, []);
        let answer = weighed(vec![
            statement(Grade::O4, "NTRSE", "5599990016", None),
            statement(Grade::O1, "LEIXG", "5493001KJTIIGC8Y1R12", None),
        ]);
        assert_eq!(answer.conflicts[0].agreement, Agreement::NotComparable);
    }

    #[test]
    fn nothing_said_is_no_answer() {
        assert_eq!(weigh(Vec::new(), UnixTime(0)), None);
    }
}
