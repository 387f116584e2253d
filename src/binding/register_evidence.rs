//! What extracts of registers add to what a certificate says, as of the best signature time.
//!
//! A register is asked about signers only for whose certificate a trusted issuer vouches. Where
//! it contradicts the certificate, both are shown and neither is the answer.

use super::personal_number::mask;
use super::profile::{Meaning, Place};
use super::register_questions::{directory_identifiers, efos_identifiers, holders, issuer_codes};
use super::statement::{Statement, agreement, set_aside};
use super::{
    Agreement, Attributed, Authority, BindingEvidence, Conflict, EvidenceKind, Grade, Organisation,
    OrganisationNumber, Reading, RoleGrade, Vouching, organisation,
};
use crate::UnixTime;
use crate::asn1::oid;
use crate::register::{
    DirectoryRow, Found, IssuerCodeRow, LookUp, MandateRow, OrganisationRow, Period,
    RegisterExtract, RegisterKind, Standing,
};

/// What asking one kind of register came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RegisterAnswer {
    /// Which kind.
    pub kind: RegisterKind,
    /// What it came to.
    pub outcome: RegisterOutcome,
}

/// What asking a register came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegisterOutcome {
    /// No extract is at hand.
    NoExtract,
    /// The newest extract was taken too long before the best signature time; when.
    Stale(UnixTime),
    /// The register does not have it.
    NotListed,
    /// It has it, but not at that time.
    NotInForce,
    /// It has it.
    Listed,
}

/// The registers' part in one binding.
pub(super) struct Consultation<'a> {
    reading: &'a Reading<'a>,
    directory: Vec<Found<'a, DirectoryRow>>,
    issuer_codes: Vec<Found<'a, IssuerCodeRow>>,
    mandates: Vec<Found<'a, MandateRow>>,
    answers: Vec<RegisterAnswer>,
}

const CONTRADICTED: &str = "certificate and register contradict each other";

impl<'a> Consultation<'a> {
    /// Asks about everything by which the signer may be known.
    pub fn new(reading: &'a Reading<'a>) -> Self {
        let mut consultation = Consultation {
            reading,
            directory: Vec::new(),
            issuer_codes: Vec::new(),
            mandates: Vec::new(),
            answers: Vec::new(),
        };
        if reading.vouching == Vouching::Issuer {
            consultation.ask();
        }
        consultation
    }

    /// What directories and issuer codes say of the signer's organisation.
    pub fn statements(&self) -> Vec<Statement> {
        let directory = self.directory.iter().filter_map(|found| {
            let identifier = match found.extract.kind() {
                RegisterKind::EfosDirectory => "EFOS-ID",
                _ => "HSA-ID",
            };
            let what = match found.row.unit.as_deref() {
                Some(unit) => format!("{identifier} in a directory, unit {}", mask(unit)),
                None => format!("{identifier} in a directory"),
            };
            self.statement(&found.row.organisation, found.extract, &what)
        });
        let codes = self.issuer_codes.iter().filter_map(|found| {
            self.statement(
                &found.row.organisation,
                found.extract,
                "issuer code in a register",
            )
        });
        directory.chain(codes).collect()
    }

    /// The answer, with what registers say for and against it.
    pub fn complete(&mut self, mut answer: Attributed<Organisation>) -> Attributed<Organisation> {
        if self.reading.vouching == Vouching::Nobody {
            return answer;
        }
        leave_unresolved(&mut answer);
        self.add_mandates(&mut answer);
        self.confirm(&mut answer);
        let has_registers = !self.reading.sources.registers.is_empty();
        if answer.grade > Grade::O0 || !has_registers {
            // Nobody else than who has no organisation otherwise waits for a mandate.
            self.answers.retain(|answer| {
                answer.kind != RegisterKind::Mandates
                    || answer.outcome != RegisterOutcome::NoExtract
            });
        }
        answer
    }

    /// Roles in the organisation of the answer; those elsewhere are not roles for it.
    pub fn roles(&self, answer: &Attributed<Organisation>) -> Vec<Attributed<String, RoleGrade>> {
        let is_there = |number: &str| {
            answer.value.scheme.as_deref() == Some("NTRSE")
                && answer.value.identifier.as_deref() == Some(number)
        };
        let directory = self
            .directory
            .iter()
            .filter(|found| is_there(&found.row.organisation))
            .filter_map(|found| {
                let role = found.row.role.as_deref()?;
                Some(self.role(role, found.extract, None, "role in a directory"))
            });
        let mandates = self
            .mandates
            .iter()
            .filter(|found| is_there(&found.row.organisation))
            .map(|found| {
                let row = found.row;
                let what = format!("mandate in a register, decision {}", mask(&row.decision));
                self.role(&row.role, found.extract, Some(&row.organisation), &what)
            });
        directory.chain(mandates).collect()
    }

    /// SHA-256 of the extracts that had a part in it. Mandates that are not the signer's own had
    /// none: they are about others.
    pub fn asked(&self) -> Vec<[u8; 32]> {
        let registers = &self.reading.sources.registers;
        let has_rows = !self.directory.is_empty()
            || !self.issuer_codes.is_empty()
            || !self.mandates.is_empty();
        // Whose number a row has is looked up as well.
        let named = has_rows.then_some(RegisterKind::Organisations);
        let kinds = self.answers.iter().map(|answer| answer.kind).chain(named);
        kinds
            .flat_map(|kind| registers.asked(kind))
            .map(|extract| extract.sha256)
            .collect()
    }

    /// What the registers that were asked came to.
    pub fn answers(self) -> Vec<RegisterAnswer> {
        self.answers
    }

    fn ask(&mut self) {
        let (registers, at) = (&self.reading.sources.registers, self.reading.signed.as_of);
        let identifiers = directory_identifiers(self.reading);
        for identifier in &identifiers {
            let found = registers.directory(identifier, at);
            let rows = self.in_force(RegisterKind::Directory, found, |row| row.period);
            self.directory.extend(rows);
        }
        for identifier in efos_identifiers(self.reading) {
            let found = registers.efos_directory(&identifier, at);
            let rows = self.in_force(RegisterKind::EfosDirectory, found, |row| row.period);
            self.directory.extend(rows);
        }
        for code in issuer_codes(self.reading) {
            let found = registers.issuer_code(&code, at);
            let rows = self.in_force(RegisterKind::IssuerCodes, found, |row| row.period);
            self.issuer_codes.extend(rows);
        }
        let holders = holders(self.reading, identifiers);
        let found = registers.mandates(&holders, at);
        // Nobody needs a mandate to be who they are.
        if found != LookUp::NotListed {
            self.mandates = self.in_force(RegisterKind::Mandates, found, |row| row.period);
        }
    }

    /// The rows that held at the best signature time, and a note on what the look-up came to.
    fn in_force<Row>(
        &mut self,
        kind: RegisterKind,
        found: LookUp<'a, Row>,
        period: impl Fn(&Row) -> Period,
    ) -> Vec<Found<'a, Row>> {
        let at = self.reading.signed.as_of;
        let mut rows = Vec::new();
        let outcome = match found {
            LookUp::NoExtract => RegisterOutcome::NoExtract,
            LookUp::Stale(as_of) => RegisterOutcome::Stale(as_of),
            LookUp::NotListed => RegisterOutcome::NotListed,
            LookUp::Listed(found) => {
                rows = weightiest(found);
                rows.retain(|found| period(found.row).contains(at));
                match rows.is_empty() {
                    true => RegisterOutcome::NotInForce,
                    false => RegisterOutcome::Listed,
                }
            }
        };
        self.answers.push(RegisterAnswer { kind, outcome });
        rows
    }

    fn statement(&self, number: &str, extract: &RegisterExtract, what: &str) -> Option<Statement> {
        let number = OrganisationNumber::parse(number)?.to_string();
        Some(Statement {
            organisation: Organisation {
                name: self.registered_name(&number, extract),
                identifier: Some(number),
                scheme: Some("NTRSE".to_owned()),
            },
            grade: grade(extract),
            authority: Authority::Register,
            reason: reason(what, extract),
            evidence: vec![
                organisation::certificate_evidence(self.reading),
                evidence(extract),
            ],
        })
    }

    /// The name at the best signature time, so that a certificate with that name agrees.
    /// Who stands for less than the extract with the number does not name it.
    fn registered_name(&self, number: &str, extract: &RegisterExtract) -> Option<String> {
        let at = self.reading.signed.as_of;
        let LookUp::Listed(found) = self.reading.sources.registers.organisation(number, at) else {
            return None;
        };
        let found = weightiest(found).into_iter();
        let mut current = found.filter(|found| {
            found.row.period.contains(at) && grade(found.extract) >= grade(extract)
        });
        current
            .next()
            .map(|found| mask(&found.row.name).into_owned())
    }

    fn role(
        &self,
        title: &str,
        extract: &RegisterExtract,
        organisation: Option<&String>,
        what: &str,
    ) -> Attributed<String, RoleGrade> {
        // The organisation itself says so, under a seal that its issuer vetted.
        let is_own_word = matches!(
            &extract.standing,
            Standing::Signed { organisation: signer, .. }
                if signer.is_some() && signer.as_ref() == organisation
        );
        Attributed {
            value: mask(title).into_owned(),
            grade: match (extract.standing.is_proven(), is_own_word) {
                (true, true) => RoleGrade::Certified,
                (true, false) => RoleGrade::Attested,
                (false, _) => RoleGrade::Claimed,
            },
            authority: Authority::Register,
            reason: reason(what, extract),
            evidence: vec![evidence(extract)],
            as_of: self.reading.signed.as_of,
            conflicts: Vec::new(),
        }
    }

    /// A mandate says for whom the signer may act. It binds whom nothing else binds, supports
    /// what agrees, and is shown beside what does not.
    fn add_mandates(&self, answer: &mut Attributed<Organisation>) {
        let mut statements: Vec<Statement> = Vec::new();
        for found in &self.mandates {
            let decision = mask(&found.row.decision);
            let what = format!("mandate in a register, decision {decision}");
            let statement = self.statement(&found.row.organisation, found.extract, &what);
            let is_new = |statement: &Statement| {
                !statements
                    .iter()
                    .any(|known| known.organisation == statement.organisation)
            };
            statements.extend(statement.filter(is_new));
        }
        // A number that cannot be read, or is one of several, names somebody too.
        let numbers = organisation::in_subject(self.reading, Meaning::SignerOrganisationIdentifier);
        let is_named =
            answer.value.identifier.is_some() || answer.is_set_aside() || !numbers.is_empty();
        match statements.as_slice() {
            [mandate] if !is_named => take_place(answer, mandate),
            mandates => {
                for mandate in mandates {
                    support_or_show(answer, mandate);
                }
            }
        }
    }

    /// Whether the number in the subject may count for more than a claim: not where a profile
    /// says otherwise, or what stands there is not publicly documented.
    fn may_raise(&self) -> bool {
        let place = Place::Subject(oid::ORGANIZATION_IDENTIFIER);
        organisation::attribute(self.reading, &place).is_some_and(|attribute| {
            !attribute.unverified && attribute.grade.is_none_or(|most| most >= Grade::O2)
        })
    }

    /// What the register of organisations says of the number of the answer.
    fn confirm(&mut self, answer: &mut Attributed<Organisation>) {
        let number = match (&answer.value.scheme, &answer.value.identifier) {
            (Some(scheme), Some(number)) if scheme == "NTRSE" => number.clone(),
            _ => return,
        };
        let at = self.reading.signed.as_of;
        let all = match self.reading.sources.registers.organisation(&number, at) {
            LookUp::NoExtract => return,
            LookUp::Listed(found) => weightiest(found),
            _ => Vec::new(),
        };
        let found = self.reading.sources.registers.organisation(&number, at);
        let current = self.in_force(RegisterKind::Organisations, found, |row| row.period);
        match (current.first(), all.is_empty()) {
            (Some(current), _) => compare_names(answer, current, &all, self.may_raise()),
            (None, false) => show_end(answer, &all, at),
            (None, true) => {}
        }
    }
}

impl Attributed<Organisation> {
    /// Whether other answers stand in place of one.
    fn is_set_aside(&self) -> bool {
        self.authority == Authority::Nobody && !self.conflicts.is_empty()
    }
}

/// Those that somebody stands for, where there are any.
fn weightiest<Row>(mut found: Vec<Found<'_, Row>>) -> Vec<Found<'_, Row>> {
    let is_proven = |found: &Found<'_, Row>| found.extract.standing.is_proven();
    if found.iter().any(is_proven) {
        found.retain(is_proven);
    }
    found
}

fn grade(extract: &RegisterExtract) -> Grade {
    match extract.standing.is_proven() {
        true => Grade::O2,
        false => Grade::O1,
    }
}

fn evidence(extract: &RegisterExtract) -> BindingEvidence {
    BindingEvidence {
        kind: EvidenceKind::Register,
        sha256: extract.sha256,
    }
}

fn reason(what: &str, extract: &RegisterExtract) -> String {
    let standing = match &extract.standing {
        Standing::Unsigned => "the extract is not signed, asserted only".to_owned(),
        Standing::NotProven => {
            "the signature of the extract is not proven, asserted only".to_owned()
        }
        Standing::Enclosed => "the extract is the envelope's own word, asserted only".to_owned(),
        Standing::SignedByAnother { signer } => {
            let signer = signer.as_deref().unwrap_or("?");
            let signer = mask(signer);
            format!("extract signed by {signer}; who does not keep the register, asserted only")
        }
        Standing::Signed { signer, .. } => {
            let signer = signer.as_deref().unwrap_or("?");
            format!("extract signed by {}", mask(signer))
        }
    };
    let (source, day) = (mask(&extract.source), extract.as_of.date());
    format!("{what}; register of {source}, extract of {day}; {standing}")
}

/// A certificate and a register that contradict each other are both shown; which of them is
/// right is for people to find out.
fn leave_unresolved(answer: &mut Attributed<Organisation>) {
    let is_register = |authority, grade| authority == Authority::Register && grade >= Grade::O2;
    let counts = |conflict: &Conflict<Organisation>| {
        conflict.agreement == Agreement::Contradicts
            && match answer.authority {
                Authority::Register => conflict.authority >= Authority::IdentityProvider,
                _ => is_register(conflict.authority, conflict.grade),
            }
    };
    if answer.conflicts.iter().any(counts) {
        set_aside(answer, CONTRADICTED);
    }
}

/// The mandate is the answer; a mere name that stood there before is shown beside it.
fn take_place(answer: &mut Attributed<Organisation>, mandate: &Statement) {
    let before = Conflict {
        agreement: Agreement::NotComparable,
        value: std::mem::replace(&mut answer.value, mandate.organisation.clone()),
        grade: answer.grade,
        authority: answer.authority,
        reason: std::mem::replace(&mut answer.reason, mandate.reason.clone()),
    };
    if before.value != Organisation::default() {
        answer.conflicts.push(before);
    }
    answer.grade = mandate.grade;
    answer.authority = mandate.authority;
    answer.evidence = mandate.evidence.clone();
}

fn support_or_show(answer: &mut Attributed<Organisation>, mandate: &Statement) {
    let is_same = answer.value.identifier.is_some()
        && agreement(&answer.value, &mandate.organisation).is_none();
    if !is_same {
        // To be allowed to act for somebody else is no contradiction.
        answer.conflicts.push(Conflict {
            agreement: Agreement::NotComparable,
            value: mandate.organisation.clone(),
            grade: mandate.grade,
            authority: mandate.authority,
            reason: mandate.reason.clone(),
        });
        return;
    }
    if mandate.grade > answer.grade {
        set_name_apart(answer, mandate);
        answer.grade = mandate.grade;
        answer.authority = mandate.authority;
        answer.reason = format!("{}; {}", answer.reason, mandate.reason);
    }
    add_evidence(answer, &mandate.evidence);
}

/// The name that somebody gave to the number, whose word counts for less than that of the register
/// which now stands for it, is shown beside it.
fn set_name_apart(answer: &mut Attributed<Organisation>, mandate: &Statement) {
    if answer.authority >= mandate.authority || answer.value.name == mandate.organisation.name {
        return;
    }
    let name = std::mem::replace(&mut answer.value.name, mandate.organisation.name.clone());
    let Some(name) = name else {
        return;
    };
    answer.conflicts.push(Conflict {
        agreement: Agreement::NotComparable,
        value: Organisation {
            name: Some(name),
            ..Organisation::default()
        },
        grade: answer.grade,
        authority: answer.authority,
        reason: answer.reason.clone(),
    });
}

fn add_evidence(answer: &mut Attributed<Organisation>, evidence: &[BindingEvidence]) {
    for one in evidence {
        if !answer.evidence.contains(one) {
            answer.evidence.push(*one);
        }
    }
}

/// What the organisation was called at the time, and at others.
fn compare_names(
    answer: &mut Attributed<Organisation>,
    current: &Found<'_, OrganisationRow>,
    all: &[Found<'_, OrganisationRow>],
    may_raise: bool,
) {
    let is = |row: &OrganisationRow, name: &str| {
        row.name.trim().to_lowercase() == name.trim().to_lowercase()
    };
    add_evidence(answer, &[evidence(current.extract)]);
    let registered = mask(&current.row.name).into_owned();
    let name = answer.value.name.clone();
    // Whose word counts for less does not name the organisation.
    if name.is_none() && grade(current.extract) >= answer.grade.min(Grade::O2) {
        answer.value.name = Some(registered);
    } else if name.as_ref().is_some_and(|name| is(current.row, name)) {
        if may_raise {
            raise(answer, current.extract);
        }
    } else if let Some(name) = name.filter(|name| all.iter().any(|found| is(found.row, name))) {
        answer.reason = format!(
            "{}; {name} was its name at another time, {registered} at this one",
            answer.reason
        );
    } else {
        answer.conflicts.push(Conflict {
            agreement: Agreement::NotComparable,
            value: Organisation {
                name: Some(registered),
                ..answer.value.clone()
            },
            grade: grade(current.extract),
            authority: Authority::Register,
            reason: reason(
                "another name in the register of organisations",
                current.extract,
            ),
        });
    }
}

/// A number that the issuer wrote without saying how to read it is that of an organisation
/// where the register has it with the very name. Who else wrote it may have invented both.
fn raise(answer: &mut Attributed<Organisation>, extract: &RegisterExtract) {
    let is_issuers = answer.authority == Authority::Issuer;
    if is_issuers && answer.grade < grade(extract) {
        answer.grade = grade(extract);
        let what = "number and name in the register of organisations";
        answer.reason = format!("{}; {}", answer.reason, reason(what, extract));
    }
}

/// The organisation was none at the time: it had ended, or did not exist yet.
fn show_end(
    answer: &mut Attributed<Organisation>,
    all: &[Found<'_, OrganisationRow>],
    at: UnixTime,
) {
    let ended = all
        .iter()
        .filter(|found| found.row.period.until.is_some_and(|until| until <= at))
        .max_by_key(|found| found.row.period.until);
    let Some(found) = ended.or_else(|| all.first()) else {
        return;
    };
    let successor = ended.and_then(|ended| ended.row.successor.as_deref());
    let what = match (ended, successor) {
        (Some(_), Some(_)) => "the organisation had ended and another took its place",
        (Some(_), None) => "the organisation had ended",
        (None, _) => "the organisation did not exist yet",
    };
    let successor = successor.and_then(OrganisationNumber::parse);
    add_evidence(answer, &[evidence(found.extract)]);
    answer.conflicts.push(Conflict {
        agreement: Agreement::Contradicts,
        value: Organisation {
            scheme: successor.as_ref().map(|_| "NTRSE".to_owned()),
            identifier: successor.map(|number| number.to_string()),
            name: None,
        },
        grade: grade(found.extract),
        authority: Authority::Register,
        reason: reason(what, found.extract),
    });
}
