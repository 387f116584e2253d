//! What revocation lists say (RFC 5280 §6.3.3).

use super::signer::{self, Signer};
use super::{
    Inquiry, RevocationSource, RevocationStatement, SignedObject, Statements, SupportingObject,
    scope,
};
use crate::policy::CertificateProfile;
use crate::x509::{
    Certificate, CertificateList, REMOVE_FROM_CRL, Reasons, RevocationStatus, RevokedCertificate,
};
use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

/// Adds what the lists at hand say of the certificate.
pub(super) fn gather(inquiry: &Inquiry<'_>, statements: &mut Statements) {
    let mut lists: Vec<&CertificateList> = inquiry
        .context
        .evidence
        .revocation_lists()
        .iter()
        .map(|item| item.object.as_ref())
        .filter(|list| scope::is_by_a_named_issuer(inquiry.certificate, list))
        .collect();
    // The newest first: should the budget end, it was spent on those that say most.
    lists.sort_by_key(|list| (Reverse(list.this_update), *list.sha256()));
    let mut complete = Vec::new();
    let mut deltas = Vec::new();
    for list in lists {
        match examine(inquiry, list) {
            Ok(examined) if list.is_delta() => deltas.push(examined),
            Ok(examined) => complete.push(examined),
            Err(problem) => statements.unusable.push(of(list, &problem)),
        }
    }
    let mut partial = Vec::new();
    for examined in &complete {
        for (statement, reasons) in examined.statements(inquiry, &deltas, statements) {
            if statement.status != RevocationStatus::Good || reasons == Reasons::ALL {
                statements.usable.push(statement);
            } else {
                partial.push((statement, reasons));
            }
        }
    }
    combine(partial, statements);
    for delta in &deltas {
        delta.alone(inquiry, &complete, statements);
    }
}

/// A list that is about the certificate, with what it says.
struct Examined<'a> {
    list: &'a CertificateList,
    signer: Signer,
    reasons: Reasons,
    entry: Option<RevokedCertificate>,
}

fn examine<'a>(inquiry: &Inquiry<'_>, list: &'a CertificateList) -> Result<Examined<'a>, String> {
    if let Some(kind) = list.unknown_critical.first() {
        return Err(format!("the critical extension {kind} is not understood"));
    }
    check_profile(list, inquiry.context.path_constraints.certificate_profile)?;
    let reasons = scope::covered_reasons(inquiry, list)?;
    inquiry.check_times(list.this_update, list.next_update)?;
    let signer = list_signer(inquiry, list)?;
    let certificate = inquiry.certificate;
    let entry = list.entry(&certificate.serial, &certificate.issuer);
    Ok(Examined {
        list,
        signer,
        reasons,
        entry: entry.map_err(|error| error.to_string())?,
    })
}

/// The rules for issuers of lists (RFC 5280, 5).
fn check_profile(list: &CertificateList, profile: CertificateProfile) -> Result<(), String> {
    let kept_in_practice = profile != CertificateProfile::Lenient;
    let rules = [
        (
            kept_in_practice && list.has_empty_entries(),
            "5.1.2.6: revokedCertificates absent where it is empty",
        ),
        (
            kept_in_practice && list.has_critical_number(),
            "5.2.3: CRLNumber not critical",
        ),
        (
            profile == CertificateProfile::Strict && list.lacks_number(),
            "5.2.3: CRLNumber",
        ),
    ];
    match rules.into_iter().find(|(broken, _)| *broken) {
        Some((_, clause)) => Err(format!("it breaks RFC 5280, {clause}")),
        None => Ok(()),
    }
}

/// The issuer of the certificate, or another certificate of the list's issuer.
fn list_signer(inquiry: &Inquiry<'_>, list: &CertificateList) -> Result<Signer, String> {
    let object = SignedObject {
        sha256: list.sha256(),
        algorithm: &list.signature_algorithm,
        signed: list.tbs(),
        signature: &list.signature,
    };
    let issuer = inquiry.issuer;
    let may_sign = issuer
        .extensions
        .key_usage
        .is_none_or(|usage| usage.crl_sign());
    if may_sign && list.issuer.matches(&issuer.subject) && inquiry.verifies(&object, issuer) {
        return Ok(Signer::issuer(inquiry));
    }
    let mut refusal = "not signed by the issuer of the certificate or its delegate".to_owned();
    for candidate in candidates(inquiry, list) {
        if !inquiry.verifies(&object, &candidate) {
            continue;
        }
        match signer::list_signer(inquiry, &candidate, list.this_update) {
            Ok(signer) => return Ok(signer),
            Err(problem) => refusal = problem,
        }
    }
    Err(refusal)
}

/// Certificates of the list's issuer, those whose key identifier fits first.
fn candidates(inquiry: &Inquiry<'_>, list: &CertificateList) -> Vec<Arc<Certificate>> {
    let anchors = inquiry.context.trust.named(&list.issuer);
    let others = inquiry.context.evidence.certificates_of(&list.issuer);
    let mut candidates: Vec<_> = anchors.chain(others).cloned().collect();
    candidates.sort_by_cached_key(|candidate| {
        let key = &candidate.extensions.subject_key_identifier;
        let fits = key.is_some() && *key == list.authority_key_identifier;
        (!fits, *candidate.sha256())
    });
    candidates.dedup_by_key(|candidate| *candidate.sha256());
    candidates
}

impl Examined<'_> {
    /// What a complete list says alone, and with the newest delta that fits.
    fn statements(
        &self,
        inquiry: &Inquiry<'_>,
        deltas: &[Examined<'_>],
        statements: &mut Statements,
    ) -> Vec<(RevocationStatement, Reasons)> {
        let mut told = Vec::new();
        let status = match self.entry {
            None => RevocationStatus::Good,
            // (5.3.1)
            Some(entry) if entry.reason == Some(REMOVE_FROM_CRL) => {
                let problem = "an entry that only a delta may have";
                statements.unusable.push(of(self.list, problem));
                return told;
            }
            Some(entry) => revoked(entry),
        };
        let mut tell = |lists: &[&CertificateList], statement: RevocationStatement, reasons| {
            let is_good = statement.status == RevocationStatus::Good;
            let problem = lists.iter().filter(|_| is_good).find_map(|list| {
                let kept_since = list.expired_certificates_since;
                let problem = inquiry.check_good_at(list.this_update, kept_since).err()?;
                Some(of(list, problem))
            });
            match problem {
                None => told.push((statement, reasons)),
                Some(problem) => statements.unusable.push(problem),
            }
        };
        tell(&[self.list], self.statement(inquiry, status), self.reasons);
        let delta = deltas.iter().find(|delta| delta.is_delta_to(self.list));
        if let Some(delta) = delta {
            let changed = match delta.entry {
                None => status,
                Some(entry) if entry.reason == Some(REMOVE_FROM_CRL) => RevocationStatus::Good,
                Some(entry) => revoked(entry),
            };
            // One that is out of date and says nothing else only makes the list look older.
            let ended = delta.list.next_update.is_some_and(|next| next < inquiry.at);
            if changed != status || !ended {
                let mut statement = delta.statement(inquiry, changed);
                let base = self.statement(inquiry, changed);
                statement.supported_by = base.rests_on().collect();
                statement.algorithm_end = statement.algorithm_end.min(base.algorithm_end);
                let lists = [self.list, delta.list];
                tell(&lists, statement, self.reasons.and(delta.reasons));
            }
        }
        told
    }

    /// What a delta says without the list that it changes: bad news needs none.
    fn alone(&self, inquiry: &Inquiry<'_>, complete: &[Examined<'_>], statements: &mut Statements) {
        match self.entry {
            Some(entry) if entry.reason != Some(REMOVE_FROM_CRL) => {
                let statement = self.statement(inquiry, revoked(entry));
                statements.usable.push(statement);
            }
            _ if complete.iter().any(|base| self.is_delta_to(base.list)) => {}
            _ => {
                let problem = "changes to a list that is not at hand";
                statements.unusable.push(of(self.list, problem));
            }
        }
    }

    /// 5.2.4 and 6.3.3 (c): the same issuer, scope and key, and numbers that follow each other.
    fn is_delta_to(&self, list: &CertificateList) -> bool {
        let delta = self.list;
        delta.issuer.matches(&list.issuer)
            && delta.issuing_distribution_point == list.issuing_distribution_point
            && delta.authority_key_identifier == list.authority_key_identifier
            && list.number.is_some()
            && delta.base <= list.number
            && delta.number > list.number
            && delta.this_update >= list.this_update
    }

    fn statement(&self, inquiry: &Inquiry<'_>, status: RevocationStatus) -> RevocationStatement {
        let signer = &self.signer.certificate;
        RevocationStatement {
            certificate: *inquiry.certificate.sha256(),
            status,
            source: RevocationSource::Crl,
            object: *self.list.sha256(),
            this_update: self.list.this_update,
            next_update: self.list.next_update,
            algorithm_end: inquiry.algorithm_end(&self.list.signature_algorithm, &self.signer),
            signer: signer.clone(),
            signer_revoked_at: self.signer.revoked_at,
            supported_by: Vec::new(),
        }
    }
}

fn revoked(entry: RevokedCertificate) -> RevocationStatus {
    RevocationStatus::Revoked {
        at: entry.at,
        reason: entry.reason,
    }
}

/// Lists that each tell of some reasons only say together that there was none (6.3.3 (e), (l)).
/// What they say is no newer than the oldest of them.
fn combine(mut partial: Vec<(RevocationStatement, Reasons)>, statements: &mut Statements) {
    partial.sort_by_key(|(statement, _)| Reverse(statement.this_update));
    let mut told = Reasons::NONE;
    let mut whole: Option<RevocationStatement> = None;
    let mut objects = HashSet::new();
    for (statement, reasons) in partial {
        objects.insert(statement.object);
        if told.or(reasons) == told {
            continue;
        }
        told = told.or(reasons);
        whole = Some(match whole {
            None => statement,
            Some(newer) => join(newer, &statement),
        });
    }
    match whole {
        Some(statement) if told == Reasons::ALL => statements.usable.push(statement),
        _ => {
            let mut names: Vec<String> = objects.iter().map(|object| crate::hex(object)).collect();
            names.sort();
            statements.unusable.extend(
                names
                    .iter()
                    .map(|name| format!("CRL {name}: about some reasons only")),
            );
        }
    }
}

fn join(newer: RevocationStatement, older: &RevocationStatement) -> RevocationStatement {
    let mut supported_by: Vec<SupportingObject> = newer.supported_by.clone();
    supported_by.extend(older.rests_on());
    RevocationStatement {
        this_update: newer.this_update.min(older.this_update),
        // Without one a list speaks for its own moment only.
        next_update: newer.next_update.min(older.next_update),
        algorithm_end: newer.algorithm_end.min(older.algorithm_end.clone()),
        supported_by,
        ..newer
    }
}

fn of(list: &CertificateList, problem: &str) -> String {
    format!("CRL {}: {problem}", crate::hex(list.sha256()))
}
