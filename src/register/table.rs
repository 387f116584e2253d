//! The two forms of an extract, JSON and CSV: one heading, then rows.

use super::period::beginning;
use super::reference::organisation_number;
use super::row::{FIELDS, Rows};
use super::{RegisterError, RegisterKind, RegisterProblem};
use crate::UnixTime;
use crate::limits::Limits;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::{Map, Value};

pub(super) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const FORMAT: &str = "sigill-register/1";

/// A heading with the rows under it.
pub(super) struct Table {
    pub source: String,
    pub as_of: UnixTime,
    pub keeper: Option<String>,
    pub rows: Rows,
}

pub(super) fn read(bytes: &[u8], limits: &Limits) -> Result<Table, RegisterError> {
    if bytes.len() > limits.register_bytes {
        return Err(RegisterProblem::Bytes(limits.register_bytes).into());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| RegisterProblem::NotText)?;
    let text = text.trim_start_matches('\u{feff}');
    let table = match text.trim_start().chars().next() {
        Some('{') => of_json(text)?,
        Some('#') => of_csv(text)?,
        _ => return Err(RegisterProblem::NotText.into()),
    };
    match table.rows.len() > limits.register_rows {
        true => Err(RegisterProblem::Rows(limits.register_rows).into()),
        false => Ok(table),
    }
}

/// What stands above the rows, in either form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    format: String,
    kind: String,
    source: String,
    as_of: String,
    keeper: Option<String>,
    // JSON has them in the same object; they are read once their kind is known.
    #[allow(dead_code)]
    rows: Option<IgnoredAny>,
}

impl Heading {
    fn kind(&self) -> Result<RegisterKind, RegisterProblem> {
        if self.format != FORMAT {
            return Err(RegisterProblem::Format);
        }
        RegisterKind::ALL
            .into_iter()
            .find(|kind| kind.name() == self.kind)
            .ok_or(RegisterProblem::Kind)
    }

    fn with_rows(self, rows: Rows) -> Result<Table, RegisterProblem> {
        if self.source.trim().is_empty() {
            return Err(RegisterProblem::EmptyText);
        }
        Ok(Table {
            as_of: beginning(&self.as_of)?,
            keeper: self
                .keeper
                .as_deref()
                .map(organisation_number)
                .transpose()?,
            source: self.source.trim().to_owned(),
            rows: rows.in_order(),
        })
    }
}

fn of_json(text: &str) -> Result<Table, RegisterError> {
    let heading: Heading = from_json(text)?;
    if heading.rows.is_none() {
        return Err(RegisterProblem::FieldMissing("rows").into());
    }
    let rows = match heading.kind()? {
        RegisterKind::Organisations => Rows::Organisations(rows_of_json(text)?),
        RegisterKind::Directory => Rows::Directory(rows_of_json(text)?),
        RegisterKind::EfosDirectory => Rows::of_efos(rows_of_json(text)?),
        RegisterKind::Mandates => Rows::Mandates(rows_of_json(text)?),
        RegisterKind::IssuerCodes => Rows::IssuerCodes(rows_of_json(text)?),
    };
    Ok(heading.with_rows(rows)?)
}

/// The same object, of which only the rows are wanted.
#[derive(Deserialize)]
struct RowsOnly<Row> {
    rows: Vec<Row>,
}

fn rows_of_json<Row: DeserializeOwned>(text: &str) -> Result<Vec<Row>, RegisterError> {
    from_json::<RowsOnly<Row>>(text).map(|only| only.rows)
}

fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, RegisterError> {
    serde_json::from_str(text).map_err(|error| problem(&error).at(error.line()))
}

/// `# field: value` for the heading, then RFC 4180 with the names of the fields in the first
/// record.
fn of_csv(text: &str) -> Result<Table, RegisterError> {
    let mut heading = Map::new();
    let mut rest = text;
    let mut line = 1;
    while let Some(comment) = rest.strip_prefix('#') {
        let (comment, after) = comment.split_once('\n').unwrap_or((comment, ""));
        let (field, value) = comment
            .split_once(':')
            .ok_or(RegisterProblem::Syntax.at(line))?;
        let value = Value::String(value.trim().to_owned());
        if heading.insert(field.trim().to_owned(), value).is_some() {
            return Err(RegisterProblem::FieldTwice.at(line));
        }
        (rest, line) = (after, line + 1);
    }
    if heading.contains_key("rows") {
        return Err(RegisterProblem::FieldUnknown.into());
    }
    let heading: Heading = from_fields(heading)?;
    let mut records = Records::new(rest, line);
    let names = records.next().transpose()?.map(|record| record.values);
    let names = names.unwrap_or_default();
    let rows = match heading.kind()? {
        RegisterKind::Organisations => Rows::Organisations(rows_of_csv(records, &names)?),
        RegisterKind::Directory => Rows::Directory(rows_of_csv(records, &names)?),
        RegisterKind::EfosDirectory => Rows::of_efos(rows_of_csv(records, &names)?),
        RegisterKind::Mandates => Rows::Mandates(rows_of_csv(records, &names)?),
        RegisterKind::IssuerCodes => Rows::IssuerCodes(rows_of_csv(records, &names)?),
    };
    Ok(heading.with_rows(rows)?)
}

fn rows_of_csv<Row: DeserializeOwned>(
    records: Records<'_>,
    names: &[String],
) -> Result<Vec<Row>, RegisterError> {
    let row = |record: Result<Record, RegisterError>| {
        let record = record?;
        if record.values.len() != names.len() {
            return Err(RegisterProblem::Syntax.at(record.line));
        }
        let mut fields = Map::new();
        for (name, value) in names.iter().zip(record.values) {
            // An empty cell is how a table leaves a field out.
            let is_new = value.is_empty()
                || fields
                    .insert(name.trim().to_owned(), Value::String(value))
                    .is_none();
            if !is_new {
                return Err(RegisterProblem::FieldTwice.at(record.line));
            }
        }
        from_fields(fields).map_err(|problem| problem.at(record.line))
    };
    records.map(row).collect()
}

fn from_fields<T: DeserializeOwned>(fields: Map<String, Value>) -> Result<T, RegisterProblem> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| problem(&error))
}

/// What an error of the parser means, without the values that its message repeats.
fn problem(error: &serde_json::Error) -> RegisterProblem {
    use serde_json::error::Category;
    if error.classify() != Category::Data {
        return RegisterProblem::Syntax;
    }
    let message = error.to_string();
    let own = OWN.into_iter();
    if let Some(own) = own
        .into_iter()
        .find(|own| message.starts_with(&own.to_string()))
    {
        return own;
    }
    let missing = FIELDS
        .into_iter()
        .find(|field| message.starts_with(&format!("missing field `{field}`")));
    match missing {
        Some(field) => RegisterProblem::FieldMissing(field),
        None if message.starts_with("unknown field") => RegisterProblem::FieldUnknown,
        None if message.starts_with("duplicate field") => RegisterProblem::FieldTwice,
        None => RegisterProblem::NotAText,
    }
}

/// What rows themselves find wrong, which passes through the parser as text.
const OWN: [RegisterProblem; 8] = [
    RegisterProblem::Time,
    RegisterProblem::Period,
    RegisterProblem::OrganisationNumber,
    RegisterProblem::Digest,
    RegisterProblem::DirectoryIdentifier,
    RegisterProblem::Affiliation,
    RegisterProblem::EmptyText,
    RegisterProblem::Holder,
];

struct Record {
    line: usize,
    values: Vec<String>,
}

/// Records of RFC 4180, with commas or, as Swedish spreadsheets write, semicolons.
struct Records<'a> {
    rest: &'a str,
    line: usize,
    separator: char,
}

impl<'a> Records<'a> {
    fn new(rest: &'a str, line: usize) -> Self {
        let names = rest.lines().next().unwrap_or_default();
        let separator = if names.contains(';') { ';' } else { ',' };
        Records {
            rest,
            line,
            separator,
        }
    }

    fn skip_empty_lines(&mut self) {
        while let Some(rest) = self
            .rest
            .strip_prefix("\r\n")
            .or_else(|| self.rest.strip_prefix('\n'))
        {
            self.rest = rest;
            self.line += 1;
        }
    }

    /// Up to the separator or the end of the line.
    fn plain(&mut self) -> Result<String, RegisterProblem> {
        let end = self.rest.find([self.separator, '\n', '"']);
        let (value, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        if rest.starts_with('"') {
            return Err(RegisterProblem::Syntax);
        }
        self.rest = rest;
        Ok(value.trim().to_owned())
    }

    /// Between quotation marks, where two of them are one.
    fn quoted(&mut self) -> Result<String, RegisterProblem> {
        let mut value = String::new();
        loop {
            let after = self.rest.strip_prefix('"').unwrap_or(self.rest);
            let (part, rest) = after.split_once('"').ok_or(RegisterProblem::Syntax)?;
            value.push_str(part);
            self.line += part.matches('\n').count();
            if !rest.starts_with('"') {
                self.rest = rest;
                return Ok(value);
            }
            value.push('"');
            self.rest = rest;
        }
    }

    fn record(&mut self) -> Result<Record, RegisterError> {
        let line = self.line;
        let mut values = Vec::new();
        loop {
            let value = match self.rest.starts_with('"') {
                true => self.quoted(),
                false => self.plain(),
            };
            values.push(value.map_err(|problem| problem.at(line))?);
            if let Some(rest) = self.rest.strip_prefix(self.separator) {
                self.rest = rest;
                continue;
            }
            let after = self.rest.strip_prefix('\r').unwrap_or(self.rest);
            match after.strip_prefix('\n') {
                Some(rest) => {
                    self.rest = rest;
                    self.line += 1;
                }
                None if after.is_empty() => self.rest = after,
                None => return Err(RegisterProblem::Syntax.at(line)),
            }
            return Ok(Record { line, values });
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Result<Record, RegisterError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip_empty_lines();
        if self.rest.is_empty() {
            return None;
        }
        let record = self.record();
        if record.is_err() {
            self.rest = "";
        }
        Some(record)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use super::super::RegisterExtract;
    use super::*;
    use bytes::Bytes;

    const HEADING: &str = r#""format":"sigill-register/1","source":"Source","as_of":"2026-01-10""#;
    const CSV: &str = "# format: sigill-register/1\n# kind: organisations\n# source: Source\n\
                       # as_of: 2026-01-10\nnumber;name;from;until\n";

    fn json(kind: &str, rows: &str) -> String {
        format!("{{{HEADING},\"kind\":\"{kind}\",\n\"rows\":[{rows}]}}")
    }

    fn refused(text: &str) -> RegisterError {
        match RegisterExtract::read(&text.to_owned().into(), &Limits::default()) {
            Err(error) => error,
            Ok(extract) => panic!("{extract:?} of {text}"),
        }
    }

    fn organisations(text: &str) -> Vec<(String, String)> {
        let table = read(text.as_bytes(), &Limits::default()).unwrap();
        let Rows::Organisations(rows) = table.rows else {
            panic!("another kind");
        };
        rows.into_iter().map(|row| (row.number, row.name)).collect()
    }

    #[test]
    fn both_forms_say_the_same() {
        let row = r#"{"number":"202100-6883","name":"A; \"B\"","from":"2018-09-01"}"#;
        let csv = format!("\u{feff}{CSV}202100-6883;\"A; \"\"B\"\"\";2018-09-01;\r\n\r\n");
        let expected = [("2021006883".to_owned(), "A; \"B\"".to_owned())];
        assert_eq!(organisations(&json("organisations", row)), expected);
        assert_eq!(organisations(&csv), expected);
        assert_eq!(organisations(&csv.replace("\";2018", "\"; 2018")), expected);
        let commas = csv.replace(';', ",").replace("A,", "A;");
        assert_eq!(organisations(&commas), expected);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        let table = [
            ("2021006883;A;2018-09-01", RegisterProblem::Syntax),
            ("2021006883;A\"B;2018-09-01;", RegisterProblem::Syntax),
            ("2021006883;\"A;2018-09-01;", RegisterProblem::Syntax),
            (
                "2021006883;;2018-09-01;",
                RegisterProblem::FieldMissing("name"),
            ),
            ("2021006883;A;yesterday;", RegisterProblem::Time),
            (
                "2021006883;A;2018-09-01;2018-08-31",
                RegisterProblem::Period,
            ),
            (
                "1212121212;A;2018-09-01;",
                RegisterProblem::OrganisationNumber,
            ),
        ];
        for (row, problem) in table {
            let text = format!("{CSV}\"2021006883\";\"B\nC\";2018-09-01;\n{row}\n");
            assert_eq!(refused(&text), problem.at(8), "{row}");
        }
        let row = r#"{"number":"2021006883","name":"A","from":"2018-09-01"}"#;
        let wrong = row.replace("2018", "in 2018");
        let error = refused(&json("organisations", &format!("{row},\n{wrong}")));
        assert_eq!(error, RegisterProblem::Time.at(3));
        assert!(error.to_string().starts_with("line 3: a time"), "{error}");
    }

    #[test]
    fn a_keeper_is_an_organisation() {
        let named = |keeper: &str| CSV.replace("number;", &format!("{keeper}number;"));
        let read = |text: String| RegisterExtract::read(&text.into(), &Limits::default());
        let keeper = read(named("# keeper: 202100-6883\n")).unwrap().keeper;
        assert_eq!(keeper.as_deref(), Some("2021006883"));
        assert_eq!(read(CSV.to_owned()).unwrap().keeper, None);
        let problem = refused(&named("# keeper: Bolagsverket\n")).problem;
        assert_eq!(problem, RegisterProblem::OrganisationNumber);
    }

    #[test]
    fn an_extract_is_of_one_known_form() {
        let problem = |text: &str| refused(text).problem;
        let good = json("organisations", "");
        assert!(RegisterExtract::read(&good.to_owned().into(), &Limits::default()).is_ok());
        let table = [
            ("", RegisterProblem::NotText),
            ("<xml/>", RegisterProblem::NotText),
            ("{", RegisterProblem::Syntax),
            ("{}", RegisterProblem::FieldMissing("format")),
            (&good.replace("/1", "/2"), RegisterProblem::Format),
            (&json("persons", ""), RegisterProblem::Kind),
            (
                &good.replace("\"Source\"", "\" \""),
                RegisterProblem::EmptyText,
            ),
            (&good.replace("\"Source\"", "7"), RegisterProblem::NotAText),
            (&good.replace("as_of", "at"), RegisterProblem::FieldUnknown),
            (
                &good.replace("\"kind\"", "\"format\""),
                RegisterProblem::FieldTwice,
            ),
            (
                &good.replace(",\n\"rows\":[]", ""),
                RegisterProblem::FieldMissing("rows"),
            ),
            (
                &CSV.replace("# kind", "kind"),
                RegisterProblem::FieldMissing("kind"),
            ),
            (&CSV.replace("# kind:", "# kind"), RegisterProblem::Syntax),
            (
                &CSV.replace("# source", "# kind"),
                RegisterProblem::FieldTwice,
            ),
        ];
        for (text, expected) in table {
            assert_eq!(problem(text), expected, "{text}");
        }
        assert_eq!(
            RegisterExtract::read(&Bytes::from_static(b"{\xff}"), &Limits::default())
                .unwrap_err()
                .problem,
            RegisterProblem::NotText
        );
    }

    #[test]
    fn a_row_says_in_just_one_way_whom_it_is_about() {
        let rest = r#""organisation":"2021006883","role":"A","from":"2026-01-01","decision":"B""#;
        let digest = "ab".repeat(32);
        let problem =
            |holder: &str| refused(&json("mandates", &format!("{{{holder}{rest}}}"))).problem;
        assert_eq!(problem(""), RegisterProblem::Holder);
        let two = format!(r#""person_ref":"{digest}","certificate_sha256":"{digest}","#);
        assert_eq!(problem(&two), RegisterProblem::Holder);
        assert_eq!(
            problem(r#""person_ref":"191212121212","#),
            RegisterProblem::Digest
        );
        assert_eq!(
            problem(r#""hsa_id":"191212121212","#),
            RegisterProblem::DirectoryIdentifier
        );
        assert_eq!(
            problem(r#""personnummer":"191212121212","#),
            RegisterProblem::FieldUnknown
        );
        let series = r#"{"hsa_prefix":"SE","organisation":"2021006883","from":"2026-01-01"}"#;
        let error = refused(&json("directory", series));
        assert_eq!(error.problem, RegisterProblem::DirectoryIdentifier);
        let row =
            r#"{"efos_id":"SE2321000016-1A","organisation":"2021006883","from":"2026-01-01"}"#;
        let efos = RegisterExtract::read(&json("efos-directory", row).into(), &Limits::default());
        assert_eq!(efos.unwrap().kind(), RegisterKind::EfosDirectory);
        for (kind, row) in [
            ("directory", row.to_owned()),
            ("efos-directory", row.replace("efos", "hsa")),
        ] {
            assert_eq!(
                refused(&json(kind, &row)).problem,
                RegisterProblem::FieldUnknown
            );
        }
    }

    #[test]
    fn limits_hold() {
        let text = json(
            "issuer-codes",
            r#"{"code":"A","organisation":"2021006883","from":"2026-01-01"}"#,
        );
        let read = |limits: &Limits| RegisterExtract::read(&text.to_owned().into(), limits);
        let few = Limits {
            register_bytes: 10,
            ..Limits::default()
        };
        assert_eq!(read(&few).unwrap_err().problem, RegisterProblem::Bytes(10));
        let none = Limits {
            register_rows: 0,
            ..Limits::default()
        };
        assert_eq!(read(&none).unwrap_err().problem, RegisterProblem::Rows(0));
        assert_eq!(read(&Limits::default()).unwrap().len(), 1);
    }
}
