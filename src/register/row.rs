//! Rows of each kind of register.

use super::reference;
use super::{Period, RegisterKind, RegisterProblem};
use serde::Deserialize;

/// An organisation as it was during a time. A change of name ends one row and begins another.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "OrganisationFields")]
pub struct OrganisationRow {
    /// Ten digits.
    pub number: String,
    /// The name that it had.
    pub name: String,
    /// When it had it.
    pub period: Period,
    /// The number of the organisation that took its place at the end, by a merger or otherwise.
    pub successor: Option<String>,
}

/// Whom an identifier of a directory belonged to during a time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "DirectoryFields")]
pub struct DirectoryRow {
    /// The identifier, or what a whole series of identifiers begins with.
    pub identifier: DirectoryIdentifier,
    /// The number of the legal organisation, in ten digits.
    pub organisation: String,
    /// The unit.
    pub unit: Option<String>,
    /// What its holder did there.
    pub role: Option<String>,
    /// When that held.
    pub period: Period,
}

/// An identifier of a directory.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum DirectoryIdentifier {
    /// The whole of it.
    Whole(String),
    /// What the identifiers of a series begin with.
    Beginning(String),
}

/// Who could act for an organisation during a time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "MandateFields")]
pub struct MandateRow {
    /// Who. Never a personal number as it stands.
    pub holder: Holder,
    /// The number of the organisation, in ten digits.
    pub organisation: String,
    /// As what.
    pub role: String,
    /// When.
    pub period: Period,
    /// Where the decision is found.
    pub decision: String,
}

/// How a mandate tells whose it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// SHA-256 of a certificate, in hexadecimal.
    Certificate(String),
    /// A HSA-ID.
    DirectoryIdentifier(String),
    /// `<user>@<organisation number>`.
    Affiliation(String),
    /// The keyed reference of a person, in hexadecimal.
    Person(String),
}

/// Whose code an issuer of e-identifications used during a time.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "IssuerCodeFields")]
pub struct IssuerCodeRow {
    /// The code.
    pub code: String,
    /// The number of the organisation, in ten digits.
    pub organisation: String,
    /// When it was theirs.
    pub period: Period,
}

/// All rows of an extract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rows {
    Organisations(Vec<OrganisationRow>),
    Directory(Vec<DirectoryRow>),
    EfosDirectory(Vec<DirectoryRow>),
    Mandates(Vec<MandateRow>),
    IssuerCodes(Vec<IssuerCodeRow>),
}

impl Rows {
    pub fn of_efos(rows: Vec<EfosRow>) -> Self {
        Rows::EfosDirectory(rows.into_iter().map(|row| row.0).collect())
    }

    /// The same rows where look-ups find them: by halves, for a register may have millions.
    pub fn in_order(mut self) -> Self {
        match &mut self {
            Rows::Organisations(rows) => rows.sort_by(|one, other| one.number.cmp(&other.number)),
            Rows::Directory(rows) | Rows::EfosDirectory(rows) => {
                rows.sort_by(|one, other| one.identifier.cmp(&other.identifier))
            }
            Rows::Mandates(rows) => rows.sort_by(|one, other| one.holder.cmp(&other.holder)),
            Rows::IssuerCodes(rows) => rows.sort_by(|one, other| one.code.cmp(&other.code)),
        }
        self
    }

    pub fn kind(&self) -> RegisterKind {
        match self {
            Rows::Organisations(_) => RegisterKind::Organisations,
            Rows::Directory(_) => RegisterKind::Directory,
            Rows::EfosDirectory(_) => RegisterKind::EfosDirectory,
            Rows::Mandates(_) => RegisterKind::Mandates,
            Rows::IssuerCodes(_) => RegisterKind::IssuerCodes,
        }
    }

    pub fn len(&self) -> usize {
        match self {
            Rows::Organisations(rows) => rows.len(),
            Rows::Directory(rows) | Rows::EfosDirectory(rows) => rows.len(),
            Rows::Mandates(rows) => rows.len(),
            Rows::IssuerCodes(rows) => rows.len(),
        }
    }
}

/// Names of all fields, so that one that is missing can be named.
pub(super) const FIELDS: [&str; 22] = [
    "format",
    "kind",
    "source",
    "as_of",
    "rows",
    "number",
    "name",
    "from",
    "until",
    "successor",
    "hsa_id",
    "hsa_prefix",
    "efos_id",
    "efos_prefix",
    "organisation",
    "unit",
    "role",
    "certificate_sha256",
    "affiliation",
    "person_ref",
    "decision",
    "code",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrganisationFields {
    number: String,
    name: String,
    from: String,
    until: Option<String>,
    successor: Option<String>,
}

impl TryFrom<OrganisationFields> for OrganisationRow {
    type Error = RegisterProblem;

    fn try_from(fields: OrganisationFields) -> Result<Self, RegisterProblem> {
        let successor = fields.successor.as_deref();
        Ok(OrganisationRow {
            number: reference::organisation_number(&fields.number)?,
            name: text(fields.name)?,
            period: Period::read(&fields.from, fields.until.as_deref())?,
            successor: successor.map(reference::organisation_number).transpose()?,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DirectoryFields {
    hsa_id: Option<String>,
    hsa_prefix: Option<String>,
    organisation: String,
    unit: Option<String>,
    role: Option<String>,
    from: String,
    until: Option<String>,
}

impl TryFrom<DirectoryFields> for DirectoryRow {
    type Error = RegisterProblem;

    fn try_from(fields: DirectoryFields) -> Result<Self, RegisterProblem> {
        let identifier = match (&fields.hsa_id, &fields.hsa_prefix) {
            (Some(whole), None) => {
                let whole = reference::directory_identifier(whole)?;
                if whole.ends_with('-') {
                    return Err(RegisterProblem::DirectoryIdentifier);
                }
                DirectoryIdentifier::Whole(whole)
            }
            (None, Some(beginning)) => {
                DirectoryIdentifier::Beginning(reference::directory_identifier(beginning)?)
            }
            _ => return Err(RegisterProblem::Holder),
        };
        Ok(DirectoryRow {
            identifier,
            organisation: reference::organisation_number(&fields.organisation)?,
            unit: fields.unit.map(text).transpose()?,
            role: fields.role.map(text).transpose()?,
            period: Period::read(&fields.from, fields.until.as_deref())?,
        })
    }
}

/// A row of the directory of EFOS-IDs, where the same fields have names of their own: an
/// identifier must not be looked up in the other directory by mistake.
#[derive(Deserialize)]
#[serde(try_from = "EfosFields")]
pub(super) struct EfosRow(DirectoryRow);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EfosFields {
    efos_id: Option<String>,
    efos_prefix: Option<String>,
    organisation: String,
    unit: Option<String>,
    role: Option<String>,
    from: String,
    until: Option<String>,
}

impl TryFrom<EfosFields> for EfosRow {
    type Error = RegisterProblem;

    fn try_from(fields: EfosFields) -> Result<Self, RegisterProblem> {
        let fields = DirectoryFields {
            hsa_id: fields.efos_id,
            hsa_prefix: fields.efos_prefix,
            organisation: fields.organisation,
            unit: fields.unit,
            role: fields.role,
            from: fields.from,
            until: fields.until,
        };
        DirectoryRow::try_from(fields).map(EfosRow)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MandateFields {
    certificate_sha256: Option<String>,
    hsa_id: Option<String>,
    affiliation: Option<String>,
    person_ref: Option<String>,
    organisation: String,
    role: String,
    from: String,
    until: Option<String>,
    decision: String,
}

impl TryFrom<MandateFields> for MandateRow {
    type Error = RegisterProblem;

    fn try_from(fields: MandateFields) -> Result<Self, RegisterProblem> {
        Ok(MandateRow {
            holder: holder(&fields)?,
            organisation: reference::organisation_number(&fields.organisation)?,
            role: text(fields.role)?,
            period: Period::read(&fields.from, fields.until.as_deref())?,
            decision: text(fields.decision)?,
        })
    }
}

fn holder(fields: &MandateFields) -> Result<Holder, RegisterProblem> {
    let named = (
        &fields.certificate_sha256,
        &fields.hsa_id,
        &fields.affiliation,
        &fields.person_ref,
    );
    match named {
        (Some(digest), None, None, None) => reference::digest(digest).map(Holder::Certificate),
        (None, Some(identifier), None, None) => match reference::directory_identifier(identifier) {
            Ok(whole) if !whole.ends_with('-') => Ok(Holder::DirectoryIdentifier(whole)),
            _ => Err(RegisterProblem::DirectoryIdentifier),
        },
        (None, None, Some(affiliation), None) => {
            reference::affiliation(affiliation).map(Holder::Affiliation)
        }
        (None, None, None, Some(person)) => reference::digest(person).map(Holder::Person),
        _ => Err(RegisterProblem::Holder),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerCodeFields {
    code: String,
    organisation: String,
    from: String,
    until: Option<String>,
}

impl TryFrom<IssuerCodeFields> for IssuerCodeRow {
    type Error = RegisterProblem;

    fn try_from(fields: IssuerCodeFields) -> Result<Self, RegisterProblem> {
        Ok(IssuerCodeRow {
            code: text(fields.code)?,
            organisation: reference::organisation_number(&fields.organisation)?,
            period: Period::read(&fields.from, fields.until.as_deref())?,
        })
    }
}

fn text(text: String) -> Result<String, RegisterProblem> {
    match text.trim() {
        "" => Err(RegisterProblem::EmptyText),
        trimmed => Ok(trimmed.to_owned()),
    }
}
