//! Until when a verdict would be found again: a run at another time may take it over only if
//! nothing that it rests on, or that could have weighed against it, begins or ends in between.

use crate::UnixTime;
use crate::binding::BindingSources;
use crate::crypto::End;
use crate::evidence::Evidence;
use crate::grade::RoleGrade;
use crate::policy::{Age, Policy};
use crate::report::{Report, SignatureReport, TimestampReport};
use crate::trust::TrustAnchors;
use crate::validation::{Basis, Rule};
use crate::x509::{Certificate, RevocationStatus};
use std::collections::BTreeSet;

/// Moments at which something begins or ends.
///
/// All that is at hand counts, not only what a verdict rests on: a revocation list that is not
/// yet in force speaks of no path today and may end one tomorrow.
#[derive(Debug, Clone, Default)]
pub struct Moments(BTreeSet<UnixTime>);

impl Moments {
    /// Those of what all documents of a run share. `None` where judgements follow the present
    /// from day to day: by registers and metadata, whose ages and periods count as of the best
    /// signature time, and by a greatest delay of time-stamps.
    pub fn of_run(
        trust: &TrustAnchors,
        policy: &Policy,
        evidence: &Evidence,
        sources: &BindingSources,
    ) -> Option<Self> {
        let follows_the_present = !sources.registers.is_empty()
            || !sources.identity_provider_metadata.is_empty()
            || policy.signature_attributes.timestamp_delay.is_some();
        if follows_the_present {
            return None;
        }
        let mut moments = Moments::default();
        moments.add_evidence(evidence, policy);
        moments.add_trust(trust);
        let suite = &policy.suite;
        let digests = suite.digests.iter().map(|row| row.end);
        let ends = digests.chain(suite.schemes.iter().map(|row| row.end));
        moments.0.extend(ends.filter_map(|end| match end {
            End::At(time) => Some(time),
            End::NotListed | End::Never => None,
        }));
        Some(moments)
    }

    /// The first moment from its validation on at which something begins or ends in a document
    /// with this evidence inside; that of the validation itself where its report follows the
    /// present, as attribute certificates do: also one that certifies nothing today, for it may be
    /// valid from another day on.
    pub fn first_of_document(report: &Report, own: &Evidence, policy: &Policy) -> UnixTime {
        let mut moments = Moments::default();
        moments.add_evidence(own, policy);
        let signatures = report.signatures.iter();
        for signature in signatures.flat_map(SignatureReport::with_counter_signatures) {
            moments.add_basis(&signature.basis);
            moments.add_timestamps(&signature.timestamps);
            moments.0.extend(signature.claimed_signing_time);
            let mut roles = signature.binding.roles.iter();
            let mut findings = signature.conclusion.findings.iter();
            let is_of_a_day = roles.any(|role| role.grade > RoleGrade::Claimed)
                || findings.any(|finding| finding.rule == Rule::SignerAttributesCertified);
            if is_of_a_day {
                return report.validation_time;
            }
        }
        moments.add_timestamps(&report.timestamps);
        let records = report.evidence_records.iter();
        for record in records {
            moments.0.extend(record.chains.iter().flatten().flatten());
            moments.0.extend(record.provable_until);
            moments.0.extend(record.newest_until);
        }
        moments.first_from(report.validation_time)
    }

    /// The first moment at `time` or after it; the end of all time where there is none.
    pub fn first_from(&self, time: UnixTime) -> UnixTime {
        let first = self.0.range(time..).next();
        first.copied().unwrap_or(UnixTime(i64::MAX))
    }

    fn add_evidence(&mut self, evidence: &Evidence, policy: &Policy) {
        for item in evidence.certificates() {
            self.add_certificate(&item.object);
        }
        let freshness = policy.revocation_freshness;
        for item in evidence.revocation_lists() {
            let list = &item.object;
            self.add_update(list.this_update, list.next_update, freshness.crl);
            self.0.extend(list.announced_revocations());
        }
        for item in evidence.ocsp_responses() {
            self.0.insert(item.object.produced_at);
            for response in &item.object.responses {
                self.add_update(response.this_update, response.next_update, freshness.ocsp);
                self.add_status(response.status);
            }
        }
    }

    fn add_update(&mut self, this: UnixTime, next: Option<UnixTime>, accepted: Option<Age>) {
        self.0.insert(this);
        self.0.extend(next);
        self.0.extend(accepted.map(|age| age.after(this)));
    }

    fn add_status(&mut self, status: RevocationStatus) {
        if let RevocationStatus::Revoked { at, .. } = status {
            self.0.insert(at);
        }
    }

    fn add_trust(&mut self, trust: &TrustAnchors) {
        for anchor in trust.certificates() {
            self.add_certificate(anchor);
            self.0.extend(trust.trusted_until(anchor));
            for service in trust.services(anchor) {
                self.0.extend(service.list.next_update);
                self.0
                    .extend(service.statuses.iter().map(|(_, since)| *since));
            }
        }
    }

    fn add_timestamps(&mut self, timestamps: &[TimestampReport]) {
        for timestamp in timestamps {
            self.0.extend(timestamp.time);
            self.add_basis(&timestamp.basis);
        }
    }

    fn add_basis(&mut self, basis: &Basis) {
        self.0.extend(&basis.algorithm_ends);
        for statement in &basis.statements {
            self.add_status(statement.status);
            self.0.extend(statement.signer_revoked_at);
            self.add_certificate(&statement.signer);
        }
    }

    fn add_certificate(&mut self, certificate: &Certificate) {
        self.0
            .extend([certificate.not_before, certificate.not_after]);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::{Document, Validator};

    fn fixture(path: &str) -> Vec<u8> {
        std::fs::read(format!("fixtures/{path}")).unwrap()
    }

    fn day(text: &str) -> UnixTime {
        UnixTime::from_rfc3339(&format!("{text}T00:00:00Z")).unwrap()
    }

    #[test]
    fn a_verdict_never_changes_before_the_moment_that_is_told() {
        let mut trust = TrustAnchors::none();
        trust.add(fixture("pki/trust/root.pem")).unwrap();
        let policy = Policy::default();
        let validator = Validator::new(&trust, &policy);
        let run = Moments::of_run(
            &trust,
            &policy,
            &Evidence::default(),
            &BindingSources::default(),
        )
        .unwrap();
        for case in ["b-b-rsa", "b-t-rsa", "b-lt-rsa", "b-lta-rsa"] {
            let document = Document::read(fixture(&format!("cases/pades/{case}/input.pdf")));
            let document = document.unwrap();
            let evidence = Evidence::from(&document);
            let verdicts = |time| {
                let report = validator.validate(&document, &evidence, time);
                let signatures = report.signatures.iter();
                let verdicts = signatures.map(|signature| signature.conclusion.indication);
                (verdicts.collect::<Vec<_>>(), report)
            };
            let mut changes = 0;
            let mut time = day("2024-01-01");
            while time < day("2060-01-01") {
                let (now, report) = verdicts(time);
                let first = Moments::first_of_document(&report, &evidence, &policy);
                let first = first.min(run.first_from(time));
                assert!(first >= time);
                let last = UnixTime((first.0 - 1).min(day("2060-01-01").0)).max(time);
                assert_eq!(verdicts(last).0, now, "{case} {time} {last}");
                let next = UnixTime(first.0.saturating_add(1));
                changes += usize::from(verdicts(next).0 != now);
                time = next;
            }
            assert!(changes > 0, "{case}");
        }
    }

    #[test]
    fn an_attribute_certificate_is_judged_every_time_whatever_it_is_worth() {
        let mut trust = TrustAnchors::none();
        trust.add(fixture("pki/trust/root.pem")).unwrap();
        let policy = Policy::default();
        let time = day("2026-02-01");
        for case in ["cades/certified-role-v2", "tampered/certified-role-expired"] {
            let document = Document::read(fixture(&format!("cases/{case}/input.p7m")));
            let document = document.unwrap();
            let own = Evidence::from(&document);
            let report = Validator::new(&trust, &policy).validate(&document, &own, time);
            let first = Moments::first_of_document(&report, &own, &policy);
            assert_eq!(first, time, "{case}");
        }
    }

    /// The older time-stamps of a record may end before or after its newest: both are moments.
    #[test]
    fn a_record_has_the_end_of_its_newest_time_stamp_too() {
        let (trust, policy) = (TrustAnchors::none(), Policy::default());
        let document = Document::read(fixture("cases/xml/record-renewed-2040/input.asice"));
        let document = document.unwrap();
        let time = day("2050-01-01");
        let own = Evidence::default();
        let mut report = Validator::new(&trust, &policy).validate(&document, &own, time);
        let ends = [UnixTime(time.0 + 1), UnixTime(time.0 + 2)];
        for (until, newest_until) in [(ends[0], ends[1]), (ends[1], ends[0])] {
            let record = report.evidence_records.first_mut().unwrap();
            record.provable_until = Some(until);
            record.newest_until = Some(newest_until);
            let first = Moments::first_of_document(&report, &own, &policy);
            assert_eq!(first, ends[0]);
        }
    }

    #[test]
    fn what_follows_the_present_has_no_moments() {
        let policy = "[signature_attributes]\ntimestamp_delay = \"1d\"";
        let policy = Policy::from_toml(policy).unwrap();
        let (trust, evidence) = (TrustAnchors::none(), Evidence::default());
        let sources = BindingSources::default();
        assert!(Moments::of_run(&trust, &policy, &evidence, &sources).is_none());
    }
}
