//! The whole line, from a document to its report.

mod federation;
mod inspection;
mod outlook;
mod registers;
mod required_signers;
mod timestamps;

use crate::UnixTime;
use crate::binding::{self, Binding, BindingSources, Qualification, Signed};
use crate::container::asic::AsicKind;
use crate::container::{self, Content, Document};
use crate::crypto::{DigestAlgorithm, Verifications};
use crate::error::Error;
use crate::evidence::{Evidence, ProofsOfExistence};
use crate::limits::Limits;
use crate::policy::{Age, PathConstraints, Policy};
use crate::report::{
    CertificateReport, DocumentSummary, PolicySummary, RecordReport, Report, SignatureReport,
    TimestampReport,
};
use crate::signature::{
    Covers, Signature, Signatures, Stamped, Timestamp, TimestampKind, UnreadableSignature,
};
use crate::source::Source;
use crate::time::ValidationTime;
use crate::trust::{ServiceUse, TrustAnchors};
use crate::tsp::TimestampToken;
use crate::validation::{
    self, CertificateValidations, Context, Purpose, SignatureValidation, Statements, ValidatedPath,
    long_term_availability,
};
use crate::x509::{Certificate, Objects};
use bytes::Bytes;
pub use inspection::inspect;
use std::sync::Arc;

/// Judges everything that is signed or time-stamped in `document`.
///
/// Every judgement is in the report; nothing here can fail. Use a [`Validator`] for many
/// documents, which share what was verified before.
pub fn validate(
    document: &Document,
    evidence: &Evidence,
    trust: &TrustAnchors,
    policy: &Policy,
    time: UnixTime,
) -> Report {
    Validator::new(trust, policy).validate(document, evidence, time)
}

/// Judges documents one after the other, or side by side: it can be shared between threads.
#[derive(Debug)]
pub struct Validator<'a> {
    trust: &'a TrustAnchors,
    policy: &'a Policy,
    policy_summary: PolicySummary,
    limits: Limits,
    remembered: Arc<Remembered>,
    certificate_validations: CertificateValidations,
    sources: BindingSources,
}

/// What is the same for whomever one trusts: objects that were read, and signatures on them.
#[derive(Debug, Default)]
struct Remembered {
    verifications: Verifications,
    objects: Objects,
}

impl<'a> Validator<'a> {
    /// A validator by this trust and policy.
    pub fn new(trust: &'a TrustAnchors, policy: &'a Policy) -> Self {
        Validator {
            trust,
            policy,
            policy_summary: PolicySummary {
                name: policy.name.clone(),
                sha256: policy.sha256(),
            },
            limits: Limits::default(),
            remembered: Arc::default(),
            certificate_validations: CertificateValidations::default(),
            sources: BindingSources::default(),
        }
    }

    /// The same with other limits than the default ones.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Validator {
            limits,
            // They were made within other limits.
            certificate_validations: CertificateValidations::default(),
            ..self
        }
    }

    /// The same, binding signers by these profiles, this metadata and these registers.
    #[must_use]
    pub fn with_binding_sources(self, sources: BindingSources) -> Self {
        let sources = self.as_the_policy_allows(sources);
        Validator { sources, ..self }
    }

    /// The same sources: registers count only for as long as the policy has it, and metadata
    /// only while it lets the algorithm of its signature count.
    pub(crate) fn as_the_policy_allows(&self, sources: BindingSources) -> BindingSources {
        let greatest_age = self.policy.register_freshness.map(Age::seconds);
        let metadata = sources.identity_provider_metadata.into_iter();
        BindingSources {
            registers: sources.registers.no_older_than(greatest_age),
            identity_provider_metadata: metadata
                .map(|found| federation::as_the_policy_allows(found, self.policy))
                .collect(),
            ..sources
        }
    }

    /// The same, which reads and verifies nothing anew that `other` has read and verified, whomever
    /// that one trusts.
    #[must_use]
    pub(crate) fn remembering_with(self, other: &Validator<'_>) -> Self {
        Validator {
            remembered: other.remembered.clone(),
            ..self
        }
    }

    /// Whom it trusts.
    pub fn trust(&self) -> &TrustAnchors {
        self.trust
    }

    /// The constraints it judges by.
    pub fn policy(&self) -> &Policy {
        self.policy
    }

    /// What signers are bound by, besides what stands in signatures.
    pub fn binding_sources(&self) -> &BindingSources {
        &self.sources
    }

    /// The evidence that `document` itself carries, as [`Evidence::from`]: what other documents
    /// carried before is not read anew.
    pub fn evidence_in(&self, document: &Document) -> Evidence {
        Evidence::of_document(document, &self.limits, &self.remembered.objects)
    }

    /// Judges `document` by `evidence` at `time`.
    pub fn validate(&self, document: &Document, evidence: &Evidence, time: UnixTime) -> Report {
        match self.read(document, evidence) {
            Ok(signatures) => self.validate_read(document, &signatures, evidence, time),
            Err(error) => self.unreadable(document.source().clone(), error, time),
        }
    }

    /// As [`Validator::validate`], and for each signature that passes, until when it goes on to
    /// pass by the same evidence if nothing is added to it.
    ///
    /// The answer is found by judging again after each end of a certificate, of revocation data
    /// and of an algorithm, so that this costs as many validations.
    pub fn validate_with_outlook(
        &self,
        document: &Document,
        evidence: &Evidence,
        time: UnixTime,
    ) -> Report {
        let signatures = match self.read(document, evidence) {
            Ok(signatures) => signatures,
            Err(error) => return self.unreadable(document.source().clone(), error, time),
        };
        let at = |time| self.validate_read(document, &signatures, evidence, time);
        let mut report = at(time);
        for end in outlook::ends(&report, self.trust, self.policy) {
            if outlook::is_complete(&report) {
                break;
            }
            let later = at(UnixTime(end.0.saturating_add(1)));
            // Only a document that changed meanwhile could be read before and cannot be now.
            if let Some(error) = later.error {
                return self.unreadable(document.source().clone(), error, time);
            }
            outlook::note_end(&mut report, &later, end);
        }
        report
    }

    /// Judges one certificate on its own, by `evidence` at `time`: whether a path leads from an
    /// anchor to it that keeps to `constraints`, which stand in place of those of the policy.
    ///
    /// How missing revocation data counts, and which algorithms are reliable, is up to the
    /// policy.
    pub fn validate_certificate(
        &self,
        certificate: &Certificate,
        evidence: &Evidence,
        constraints: &PathConstraints,
        time: UnixTime,
    ) -> CertificateReport {
        let context = Context {
            path_constraints: constraints,
            ..self.context_without_memory(evidence)
        };
        let leaf = Arc::new(certificate.clone());
        let validation =
            validation::validate_certificate(&context, &leaf, Purpose::Unspecified, time);
        CertificateReport {
            conclusion: validation.conclusion,
            path: validation.path,
            statements: validation.statements,
            user_constrained_policies: validation.user_constrained_policies,
            effort: validation.effort,
        }
    }

    /// Binds the holder of a certificate that was judged on its own.
    pub fn bind_certificate(
        &self,
        certificate: &Certificate,
        report: &CertificateReport,
        time: UnixTime,
    ) -> Binding {
        let signed = Signed {
            certificate,
            path: report.path.as_ref(),
            qualification: self.qualification(certificate, report.path.as_ref(), time),
            claimed_roles: &[],
            certified_roles: &[],
            signature: None,
            as_of: time,
        };
        binding::bind(&signed, &self.sources, &self.limits)
    }

    /// Judges a time-stamp token over data of which only the digest is at hand, such as an
    /// authority's reply before it is used.
    pub fn validate_timestamp(
        &self,
        token: &TimestampToken,
        digest_algorithm: DigestAlgorithm,
        digest: &[u8],
        evidence: &Evidence,
        time: UnixTime,
    ) -> TimestampReport {
        let evidence = evidence.clone().with(token.raw().clone());
        let timestamp = Timestamp {
            kind: TimestampKind::Archive,
            token: Ok(token.clone()),
            stamped: Stamped::Digest(digest_algorithm, digest.to_vec()),
            format_problems: Vec::new(),
            coverage: None,
            covers: Covers::default(),
        };
        let proofs = ProofsOfExistence::at(time);
        let context = self.context(&evidence);
        let validation = validation::validate_timestamp(&timestamp, &context, &proofs, time);
        timestamps::report(1, &timestamp, validation)
    }

    /// What `evidence` says of whether `certificate`, issued by `issuer`, was revoked, as known
    /// at `time` (RFC 5280, 6.3; RFC 6960, 3.2).
    pub fn revocation_statements(
        &self,
        certificate: &Certificate,
        issuer: &Certificate,
        evidence: &Evidence,
        time: UnixTime,
    ) -> Statements {
        let issuer = Arc::new(issuer.clone());
        let context = self.context_without_memory(evidence);
        validation::statements_about(&context, certificate, &issuer, time)
    }

    /// The limits that readers respect.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The report on a file that could not be read.
    pub fn unreadable(&self, file: impl Into<Source>, error: Error, time: UnixTime) -> Report {
        let file = file.into();
        let mut report = self.empty_report(&file, container::announced_kind(&file), time);
        report.error = Some(error);
        report
    }

    /// What a file is, without a judgement.
    pub fn summary(&self, file: &Source) -> DocumentSummary {
        summary(file, container::announced_kind(file))
    }

    /// The report on a file of which there are no bytes.
    pub fn not_opened(&self, error: Error, time: UnixTime) -> Report {
        let mut report = self.unreadable(Bytes::new(), error, time);
        report.document.size = None;
        report.document.sha256 = None;
        report
    }

    /// What is signed in `document`, with the records in `evidence` that are about it.
    fn read(&self, document: &Document, evidence: &Evidence) -> Result<Arc<Signatures>, Error> {
        let mut signatures = self.signatures(document, evidence)?;
        let records = evidence.evidence_records();
        if !records.is_empty() {
            Arc::make_mut(&mut signatures).attach(records, document, &self.limits);
        }
        Ok(signatures)
    }

    /// What is signed in `document`; `evidence` knows it already if it was taken from it.
    pub(crate) fn signatures(
        &self,
        document: &Document,
        evidence: &Evidence,
    ) -> Result<Arc<Signatures>, Error> {
        match evidence.signatures_of(document, &self.limits) {
            Some(known) => Ok(known.clone()),
            None => {
                Signatures::of_known(document, &self.limits, &self.remembered.objects).map(Arc::new)
            }
        }
    }

    fn validate_read(
        &self,
        document: &Document,
        signatures: &Signatures,
        evidence: &Evidence,
        time: UnixTime,
    ) -> Report {
        let proofs = ProofsOfExistence::at(time);
        let sources = &self.sources;
        self.validate_signatures(document, signatures, evidence, proofs, sources, time)
    }

    /// What trusted lists say of the issuer of `certificate`, as of a time. Where several
    /// services are told of one key, all must agree.
    fn qualification(
        &self,
        certificate: &Certificate,
        path: Option<&ValidatedPath>,
        at: UnixTime,
    ) -> Qualification {
        let anchor = path.and_then(|path| path.certificates().last());
        // A service stands for what it issued, not for itself.
        let anchor = anchor.filter(|anchor| anchor.sha256() != certificate.sha256());
        let services = anchor.map_or(&[][..], |anchor| self.trust.services(anchor));
        let mut issuing = services
            .iter()
            .filter(|service| service.serves() == Some(ServiceUse::Certificates))
            .peekable();
        let is_told = issuing.peek().is_some();
        let issued = certificate.not_before;
        match is_told && issuing.all(|service| service.issues_qualified_seals(issued, at)) {
            true => Qualification::QualifiedForSeals,
            false => Qualification::NotKnown,
        }
    }

    /// As [`Validator::validate`], with what evidence records have proven before, and binding
    /// signers by these sources.
    pub(crate) fn validate_signatures(
        &self,
        document: &Document,
        signatures: &Signatures,
        evidence: &Evidence,
        proofs: ProofsOfExistence,
        sources: &BindingSources,
        time: UnixTime,
    ) -> Report {
        let context = self.context(evidence);
        let validation =
            long_term_availability::validate(signatures, &context, proofs, ValidationTime(time));
        let mut report = self.empty_report(
            document.source(),
            container_name(document, signatures),
            time,
        );
        report.signatures = signatures
            .signatures
            .iter()
            .zip(validation.signatures)
            .enumerate()
            .map(|(index, (signature, validation))| {
                let id = format!("S-{}", index + 1);
                report_any(self, sources, id, signature, validation)
            })
            .collect();
        report.timestamps = timestamps::report_all(&signatures.timestamps, validation.timestamps);
        report.evidence_records = signatures
            .all_records()
            .zip(validation.records)
            .enumerate()
            .map(|(index, (record, validation))| {
                let names: Vec<&str> = record
                    .objects
                    .iter()
                    .map(|object| object.name.as_str())
                    .collect();
                RecordReport::new(index + 1, validation, &names)
            })
            .collect();
        report.required_signers = required_signers::judge(&report, &self.policy.required_signers);
        match document.intact() {
            Ok(()) => report,
            Err(error) => self.unreadable(document.source().clone(), error, time),
        }
    }

    /// What blocks may look at when they judge by `evidence`.
    pub(crate) fn context<'b>(&'b self, evidence: &'b Evidence) -> Context<'b> {
        Context {
            known_validations: Some(self.certificate_validations.by(evidence)),
            ..self.context_without_memory(evidence)
        }
    }

    fn context_without_memory<'b>(&'b self, evidence: &'b Evidence) -> Context<'b> {
        Context {
            evidence,
            trust: self.trust,
            policy: self.policy,
            path_constraints: &self.policy.path,
            limits: &self.limits,
            verifications: &self.remembered.verifications,
            known_validations: None,
        }
    }

    fn empty_report(&self, file: &Source, container: &'static str, time: UnixTime) -> Report {
        Report {
            document: summary(file, container),
            validation_time: time,
            policy: self.policy_summary.clone(),
            error: None,
            signatures: Vec::new(),
            timestamps: Vec::new(),
            evidence_records: Vec::new(),
            envelope: None,
            required_signers: Vec::new(),
            unfetched: Vec::new(),
        }
    }
}

fn summary(file: &Source, container: &'static str) -> DocumentSummary {
    DocumentSummary {
        path: None,
        diary_number: None,
        size: Some(file.length() as u64),
        sha256: file.sha256(),
        container,
    }
}

fn container_name(document: &Document, signatures: &Signatures) -> &'static str {
    match document.content() {
        Content::Pdf(_) => "pdf",
        Content::Cms(_)
            if signatures.signatures.is_empty() && !signatures.timestamps.is_empty() =>
        {
            "timestamp-token"
        }
        Content::Cms(_) => "cms",
        Content::EvidenceRecord(_) => "evidence-record",
        Content::Asic(container) => match container.kind {
            AsicKind::Simple => "asic-s",
            AsicKind::Extended => "asic-e",
        },
    }
}

fn report_any(
    validator: &Validator<'_>,
    sources: &BindingSources,
    id: String,
    signature: &Result<Signature, Box<UnreadableSignature>>,
    validation: SignatureValidation,
) -> SignatureReport {
    match signature {
        Ok(signature) => report_signature(validator, sources, id, signature, validation),
        Err(unreadable) => report_unreadable(id, unreadable, validation),
    }
}

fn report_signature(
    validator: &Validator<'_>,
    sources: &BindingSources,
    id: String,
    signature: &Signature,
    validation: SignatureValidation,
) -> SignatureReport {
    let as_of = validation.best_signature_time.0;
    let binding = bind_signer(validator, sources, signature, &validation);
    let counter_signatures = signature
        .counter_signatures
        .iter()
        .zip(validation.counter_signatures)
        .enumerate()
        .map(|(index, (counter, validation))| {
            let id = format!("{id}-C-{}", index + 1);
            report_any(validator, sources, id, counter, validation)
        })
        .collect();
    let mut conclusion = validation.conclusion;
    registers::note(&binding, &sources.registers, &mut conclusion);
    federation::note(
        &binding,
        &sources.identity_provider_metadata,
        &mut conclusion,
    );
    SignatureReport {
        id,
        format: signature.format,
        level: signature.level,
        conclusion,
        integrity: validation.integrity,
        certificate: validation.certificate,
        claimed_signing_time: signature.claimed_signing_time,
        best_signature_time: as_of,
        binding,
        coverage: signature.coverage.clone(),
        timestamps: timestamps::report_all(&signature.timestamps, validation.timestamps),
        counter_signatures,
        basis: validation.basis,
        provable_until: None,
    }
}

fn bind_signer(
    validator: &Validator<'_>,
    sources: &BindingSources,
    signature: &Signature,
    validation: &SignatureValidation,
) -> Binding {
    let as_of = validation.best_signature_time.0;
    let Some(certificate) = &validation.certificate else {
        return Binding::unknown(as_of);
    };
    // What a broken signature says of an organisation is a mere claim.
    let path = validation.basis.path.as_ref();
    let path = path.filter(|_| validation.conclusion.indication.is_passed());
    let attributes = &validation.attributes;
    let signed = Signed {
        certificate,
        path,
        qualification: validator.qualification(certificate, path, as_of),
        claimed_roles: &[&signature.claimed_roles[..], &attributes.claimed].concat(),
        certified_roles: &attributes.certified,
        signature: Some(signature.value_sha256()),
        as_of,
    };
    binding::bind(&signed, sources, &validator.limits)
}

fn report_unreadable(
    id: String,
    unreadable: &UnreadableSignature,
    validation: SignatureValidation,
) -> SignatureReport {
    let as_of = validation.best_signature_time.0;
    SignatureReport {
        id,
        format: unreadable.format,
        level: crate::signature::Level::None,
        conclusion: validation.conclusion,
        integrity: validation.integrity,
        certificate: None,
        claimed_signing_time: None,
        best_signature_time: as_of,
        binding: Binding::unknown(as_of),
        coverage: unreadable.coverage.clone(),
        timestamps: Vec::new(),
        counter_signatures: Vec::new(),
        basis: validation.basis,
        provable_until: None,
    }
}
