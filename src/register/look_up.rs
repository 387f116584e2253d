//! Asking registers what held at a time.

use super::row::{DirectoryIdentifier, Rows};
use super::{
    DirectoryRow, Holder, IssuerCodeRow, MandateRow, OrganisationRow, RegisterExtract, RegisterKind,
};
use crate::UnixTime;
use std::cmp::Ordering;
use std::sync::Arc;

/// All extracts that are at hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registers {
    extracts: Vec<Arc<RegisterExtract>>,
    greatest_age: Option<i64>,
}

/// What a look-up came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookUp<'a, Row> {
    /// No extract of that kind is at hand.
    NoExtract,
    /// The newest one was taken too long before the time that was asked about.
    Stale(UnixTime),
    /// No row is about it.
    NotListed,
    /// The rows about it, whenever they hold.
    Listed(Vec<Found<'a, Row>>),
}

/// A row, with the extract that it stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a, Row> {
    /// The extract.
    pub extract: &'a RegisterExtract,
    /// The row.
    pub row: &'a Row,
}

impl Registers {
    /// Registers by these extracts.
    pub fn new(extracts: Vec<RegisterExtract>) -> Self {
        Registers {
            extracts: extracts.into_iter().map(Arc::new).collect(),
            greatest_age: None,
        }
    }

    /// The same, using no extract that was taken more than so many seconds before the time that
    /// is asked about.
    #[must_use]
    pub fn no_older_than(self, seconds: Option<i64>) -> Self {
        Registers {
            greatest_age: seconds,
            ..self
        }
    }

    /// The extracts.
    pub fn extracts(&self) -> impl Iterator<Item = &RegisterExtract> {
        self.extracts.iter().map(AsRef::as_ref)
    }

    /// The same, and for kinds that none of them is about also these extracts.
    #[must_use]
    pub fn or(&self, others: Vec<RegisterExtract>) -> Self {
        let is_new = |other: &RegisterExtract| self.asked(other.kind()).is_empty();
        let others = others.into_iter().filter(is_new).map(Arc::new);
        Registers {
            extracts: self.extracts.iter().cloned().chain(others).collect(),
            greatest_age: self.greatest_age,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.extracts.is_empty()
    }

    /// What is known of the organisation with this number, in ten digits.
    pub fn organisation(&self, number: &str, at: UnixTime) -> LookUp<'_, OrganisationRow> {
        self.look_up(RegisterKind::Organisations, at, |rows| match rows {
            Rows::Organisations(rows) => with_key(rows, |row| row.number.as_str().cmp(number)),
            _ => &[],
        })
    }

    /// What is known of a HSA-ID: its own rows or, where it has none, those of the longest series
    /// that it belongs to.
    pub fn directory(&self, identifier: &str, at: UnixTime) -> LookUp<'_, DirectoryRow> {
        self.in_directory(RegisterKind::Directory, identifier, at)
    }

    /// The same of an EFOS-ID.
    pub fn efos_directory(&self, identifier: &str, at: UnixTime) -> LookUp<'_, DirectoryRow> {
        self.in_directory(RegisterKind::EfosDirectory, identifier, at)
    }

    fn in_directory(
        &self,
        kind: RegisterKind,
        identifier: &str,
        at: UnixTime,
    ) -> LookUp<'_, DirectoryRow> {
        let whole = DirectoryIdentifier::Whole(identifier.to_owned());
        let series = (1..=identifier.len()).rev().filter_map(|length| {
            let beginning = identifier.get(..length)?;
            Some(DirectoryIdentifier::Beginning(beginning.to_owned()))
        });
        let candidates: Vec<DirectoryIdentifier> = std::iter::once(whole).chain(series).collect();
        self.look_up(kind, at, |rows| match rows {
            Rows::Directory(rows) | Rows::EfosDirectory(rows) => candidates
                .iter()
                .map(|candidate| with_key(rows, |row| row.identifier.cmp(candidate)))
                .find(|found| !found.is_empty())
                .unwrap_or_default(),
            _ => &[],
        })
    }

    /// The mandates of whoever is known in one of these ways.
    pub fn mandates(&self, holders: &[Holder], at: UnixTime) -> LookUp<'_, MandateRow> {
        let mut found = LookUp::NotListed;
        for holder in holders {
            found = found.and(self.look_up(RegisterKind::Mandates, at, |rows| match rows {
                Rows::Mandates(rows) => with_key(rows, |row| row.holder.cmp(holder)),
                _ => &[],
            }));
        }
        found
    }

    /// Whose code this is.
    pub fn issuer_code(&self, code: &str, at: UnixTime) -> LookUp<'_, IssuerCodeRow> {
        self.look_up(RegisterKind::IssuerCodes, at, |rows| match rows {
            Rows::IssuerCodes(rows) => with_key(rows, |row| row.code.as_str().cmp(code)),
            _ => &[],
        })
    }

    fn look_up<'a, Row>(
        &'a self,
        kind: RegisterKind,
        at: UnixTime,
        matching: impl Fn(&'a Rows) -> &'a [Row],
    ) -> LookUp<'a, Row> {
        let newest = self.newest(kind);
        let Some(as_of) = newest.iter().map(|extract| extract.as_of).max() else {
            return LookUp::NoExtract;
        };
        let fresh: Vec<&RegisterExtract> = newest
            .into_iter()
            .filter(|extract| self.is_fresh(extract, at))
            .collect();
        if fresh.is_empty() {
            return LookUp::Stale(as_of);
        }
        let found: Vec<Found<'_, Row>> = fresh
            .into_iter()
            .flat_map(|extract| {
                let rows = matching(&extract.rows).iter();
                rows.map(move |row| Found { extract, row })
            })
            .collect();
        match found.is_empty() {
            true => LookUp::NotListed,
            false => LookUp::Listed(found),
        }
    }

    /// The extracts of this kind that a question is put to, also those that are too old for it.
    pub fn asked(&self, kind: RegisterKind) -> Vec<&RegisterExtract> {
        self.newest(kind)
    }

    /// Of each source only what it said last: an older extract does not know what ended since.
    /// One that nobody stands for takes the place of none that somebody does.
    fn newest(&self, kind: RegisterKind) -> Vec<&RegisterExtract> {
        let of_kind = self.extracts().filter(|extract| extract.kind() == kind);
        let is_replaced = |extract: &RegisterExtract| {
            self.extracts().any(|other| {
                other.kind() == kind
                    && other.source == extract.source
                    && other.as_of > extract.as_of
                    && other.standing.is_proven() >= extract.standing.is_proven()
            })
        };
        of_kind.filter(|extract| !is_replaced(extract)).collect()
    }

    fn is_fresh(&self, extract: &RegisterExtract, at: UnixTime) -> bool {
        self.greatest_age
            .is_none_or(|age| extract.as_of.0.saturating_add(age) >= at.0)
    }
}

impl<Row> LookUp<'_, Row> {
    /// What two questions to one kind of register came to together.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (LookUp::Listed(mut found), LookUp::Listed(more)) => {
                found.extend(more);
                LookUp::Listed(found)
            }
            (LookUp::NotListed, other) => other,
            (found, _) => found,
        }
    }
}

/// The rows with one key, of rows in the order of their keys.
fn with_key<Row>(rows: &[Row], compare: impl Fn(&Row) -> Ordering) -> &[Row] {
    let start = rows.partition_point(|row| compare(row) == Ordering::Less);
    let rest = rows.get(start..).unwrap_or_default();
    let length = rest.partition_point(|row| compare(row) == Ordering::Equal);
    rest.get(..length).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::super::Standing;
    use super::*;
    use crate::limits::Limits;

    fn time(text: &str) -> UnixTime {
        UnixTime::from_rfc3339(text).unwrap()
    }

    fn directory(source: &str, as_of: &str, rows: &str) -> RegisterExtract {
        let text = format!(
            "# format: sigill-register/1\n# kind: directory\n# source: {source}\n\
             # as_of: {as_of}\nhsa_id,hsa_prefix,organisation,from,until\n{rows}"
        );
        RegisterExtract::read(&text.into(), &Limits::default()).unwrap()
    }

    fn organisations(found: LookUp<'_, DirectoryRow>) -> Vec<String> {
        match found {
            LookUp::Listed(found) => found
                .into_iter()
                .map(|found| found.row.organisation.clone())
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    const ROWS: &str = "SE2321000016-1A,,2021006883,2020-01-01,\n\
                        ,SE2321000016-1,2120000142,2020-01-01,\n\
                        ,SE2321000016-,2321000016,2020-01-01,\n";

    #[test]
    fn the_identifier_itself_counts_before_the_longest_series() {
        let registers = Registers::new(vec![directory("A", "2026-01-01", ROWS)]);
        let at = time("2026-01-15T00:00:00Z");
        let find = |identifier| organisations(registers.directory(identifier, at));
        assert_eq!(find("SE2321000016-1A"), ["2021006883"]);
        assert_eq!(find("SE2321000016-1B"), ["2120000142"]);
        assert_eq!(find("SE2321000016-2"), ["2321000016"]);
        assert_eq!(
            registers.directory("SE2120000142-1A", at),
            LookUp::NotListed
        );
        assert_eq!(registers.organisation("2021006883", at), LookUp::NoExtract);
    }

    #[test]
    fn an_extract_is_used_until_it_is_too_old() {
        let extract = directory("A", "2026-01-01", ROWS);
        let as_of = extract.as_of;
        let registers = Registers::new(vec![extract]).no_older_than(Some(86_400));
        let find = |at| registers.directory("SE2321000016-1A", time(at));
        assert!(matches!(find("2019-01-01T00:00:00Z"), LookUp::Listed(_)));
        assert!(matches!(find("2026-01-02T00:00:00Z"), LookUp::Listed(_)));
        assert_eq!(find("2026-01-02T00:00:01Z"), LookUp::Stale(as_of));
    }

    #[test]
    fn what_a_source_said_last_counts_but_not_for_more_than_its_word() {
        let older = directory(
            "A",
            "2025-12-01",
            "SE2321000016-1A,,2021006883,2020-01-01,\n",
        );
        let newer = directory(
            "A",
            "2026-01-01",
            "SE2321000016-1A,,2120000142,2020-01-01,\n",
        );
        let other = directory(
            "B",
            "2025-12-15",
            "SE2321000016-1A,,2321000016,2020-01-01,\n",
        );
        let at = time("2026-01-15T00:00:00Z");
        let find = |extracts: &[&RegisterExtract]| {
            let registers = Registers::new(extracts.iter().copied().cloned().collect());
            organisations(registers.directory("SE2321000016-1A", at))
        };
        assert_eq!(find(&[&older, &newer]), ["2120000142"]);
        assert_eq!(find(&[&newer, &other]), ["2120000142", "2321000016"]);
        let signed = older.standing_for(Standing::Signed {
            signer: None,
            organisation: None,
        });
        assert_eq!(find(&[&signed, &newer]), ["2021006883", "2120000142"]);
    }
}
