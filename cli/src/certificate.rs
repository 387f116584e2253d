//! `sigill certificate`.

use crate::arguments::{CertificateArguments, Format};
use crate::input::{self, Setting};
use crate::output::{self, Answer, Status};
use sigill::policy::{CertificateProfile, PathConstraints};
use sigill::report::{JudgedCertificate, Options, html, json, text};
use sigill::x509::Certificate;
use sigill::{Bytes, Error, Evidence, Validator, crypto};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Judges every certificate of the files that were named.
///
/// # Errors
/// A sentence where the command was used wrongly.
pub fn run(arguments: &CertificateArguments) -> Result<Status, String> {
    // ETSI TS 119 102-2 has reports on signatures and time-stamps only.
    let write: Writer = match arguments.shared.format {
        Format::Json => json::certificate_to_json,
        Format::Text => text::certificate_to_text,
        Format::Html => html::certificate_to_html,
        Format::Xml => {
            return Err("--format xml: not for certificates; use text, json or html".to_owned());
        }
    };
    let mut setting = Setting::read(&arguments.shared)?;
    input::add_evidence(
        &mut setting.evidence,
        "--intermediate",
        &arguments.intermediate,
    )?;
    if setting.trust.certificates().is_empty() {
        output::complain("without --trust nothing can be proven");
    }
    let files: Vec<PathBuf> = input::files_of(&arguments.paths)
        .into_iter()
        .map(|(path, _)| path)
        .collect();
    let work = Work {
        arguments,
        write,
        validator: setting.validator(),
        constraints: constraints(arguments, &setting.policy.path),
        setting: &setting,
    };
    output::answer_all(
        arguments.shared.jobs,
        &files,
        |file| work.answer(&work.judge(file)),
        |file| work.answer(&[work.unreadable(file, None, Error::Defect)]),
    )
}

/// What the options ask for beyond the policy file. Without one, certificates on their own are
/// held to the rules that trusted authorities keep.
fn constraints(arguments: &CertificateArguments, policy: &PathConstraints) -> PathConstraints {
    let mut constraints = policy.clone();
    if arguments.shared.policy.is_none() {
        constraints.certificate_profile = CertificateProfile::Usual;
    }
    if !arguments.initial_policy.is_empty() {
        constraints.initial_policy_set = arguments.initial_policy.iter().cloned().collect();
    }
    constraints.require_explicit_policy |= arguments.require_explicit_policy;
    constraints.inhibit_policy_mapping |= arguments.inhibit_policy_mapping;
    constraints.inhibit_any_policy |= arguments.inhibit_any_policy;
    constraints
}

type Writer = fn(&JudgedCertificate, &Options) -> String;

struct Work<'a> {
    arguments: &'a CertificateArguments,
    write: Writer,
    validator: Validator<'a>,
    constraints: PathConstraints,
    setting: &'a Setting,
}

impl Work<'_> {
    /// The certificates of one file, each judged with the others as evidence.
    fn judge(&self, path: &Path) -> Vec<JudgedCertificate> {
        let bytes = match fs::read(path) {
            Ok(bytes) => Bytes::from(bytes),
            Err(error) => {
                return vec![self.unreadable(path, None, Error::InputOutput(error.kind()))];
            }
        };
        let mut evidence = Evidence::default().with(bytes.clone());
        evidence.extend(&self.setting.evidence);
        let judge = |certificate: Result<Certificate, Error>| match certificate {
            Ok(certificate) => self.judge_certificate(path, certificate, &evidence),
            Err(error) => self.unreadable(path, Some(&bytes), error),
        };
        Certificate::read_all(&bytes)
            .into_iter()
            .map(judge)
            .collect()
    }

    fn judge_certificate(
        &self,
        path: &Path,
        certificate: Certificate,
        evidence: &Evidence,
    ) -> JudgedCertificate {
        let time = self.setting.time;
        let report =
            self.validator
                .validate_certificate(&certificate, evidence, &self.constraints, time);
        JudgedCertificate {
            path: Some(path.display().to_string()),
            sha256: Some(*certificate.sha256()),
            validation_time: time,
            outcome: Ok((Arc::new(certificate), report)),
        }
    }

    fn unreadable(&self, path: &Path, bytes: Option<&Bytes>, error: Error) -> JudgedCertificate {
        JudgedCertificate {
            path: Some(path.display().to_string()),
            sha256: bytes.map(|bytes| crypto::sha256(bytes)),
            validation_time: self.setting.time,
            outcome: Err(error),
        }
    }

    fn answer(&self, judged: &[JudgedCertificate]) -> Answer {
        let options = self.arguments.shared.options();
        let mut status = Status::default();
        let mut texts = Vec::new();
        for judged in judged {
            status.take_verdict(judged.indication(), || self.meets_demands(judged));
            texts.push((self.write)(judged, &options));
        }
        Answer {
            status,
            text: texts.join("\n"),
        }
    }

    /// Whether the holder of the certificate is who is demanded.
    fn meets_demands(&self, judged: &JudgedCertificate) -> bool {
        judged.outcome.as_ref().is_ok_and(|(certificate, report)| {
            let time = judged.validation_time;
            let binding = self.validator.bind_certificate(certificate, report, time);
            self.setting.demands.are_met_by(&binding)
        })
    }
}
