//! Missing evidence, fetched from where certificates say that it is (RFC 5280, 4.2.1.13 and
//! 4.2.2.1; RFC 6960, A.1). Whatever comes is evidence like any other: the library judges it.

mod address;

use crate::arguments::FetchArguments;
use crate::output::complain;
use address::PublicAddresses;
use sigill::report::{MissingEvidence, missing_evidence};
use sigill::validation::NeedKind;
use sigill::x509::{Certificate, ocsp_request};
use sigill::{Bytes, Evidence, Report, TrustAnchors};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use ureq::http::Response;
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, ResponseExt};

/// Longest answer that is read: the largest CRL known has 80 MB.
const LONGEST_ANSWER: u64 = 100 << 20;
/// All answers of a run together.
const MOST_BYTES: u64 = 2 << 30;
/// For one answer, from the first octet that is sent to the last that is received.
const PATIENCE: Duration = Duration::from_secs(20);
/// Hosts move their lists, seldom twice.
const REDIRECTS: u32 = 3;
/// How often one document is judged anew: issuers are found one above the other, and each
/// certificate may name several places.
const ROUNDS: usize = 12;
/// Questions about one document.
const QUESTIONS: usize = 60;
/// After so many failures a host is not asked any more in this run.
const FAILURES: usize = 3;

/// Asks for evidence over HTTP, each question once in a run.
pub struct Fetcher {
    agent: Agent,
    answers: Mutex<HashMap<Question, Arc<OnceLock<Evidence>>>>,
    failures: Mutex<HashMap<String, usize>>,
    received: AtomicU64,
}

/// What is asked of whom.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Question {
    /// Who issued a certificate.
    Issuer(String),
    /// A revocation list.
    List(String),
    /// Whether a certificate is revoked, by an OCSP request.
    Status(String, Vec<u8>),
}

impl Question {
    fn url(&self) -> &str {
        match self {
            Question::Issuer(url) | Question::List(url) | Question::Status(url, _) => url,
        }
    }

    /// Certificates name places in directories too, and could name files.
    fn is_over_http(&self) -> bool {
        let url = self.url();
        url.starts_with("http://") || url.starts_with("https://")
    }

    fn kind(&self) -> &'static str {
        match self {
            Question::Issuer(_) => "an issuer's certificate",
            Question::List(_) => "a revocation list",
            Question::Status(..) => "an OCSP response",
        }
    }
}

/// Judges by `evidence`; with a fetcher, asks for what is missing and judges again, until nothing
/// new is to be asked. `evidence` takes up what has come.
pub fn judge(
    fetcher: Option<&Fetcher>,
    evidence: &mut Evidence,
    trust: &TrustAnchors,
    judge: impl Fn(&Evidence) -> Report,
) -> Report {
    let mut report = judge(evidence);
    let Some(fetcher) = fetcher else {
        return report;
    };
    let mut asked = HashSet::new();
    for _ in 0..ROUNDS {
        let known = Known { evidence, trust };
        let missing = missing_evidence(&report);
        let questions = missing
            .iter()
            .flat_map(|missing| known.questions(missing, &asked));
        let mut questions: Vec<Question> = questions.collect();
        questions.retain(|question| asked.len() < QUESTIONS && asked.insert(question.clone()));
        if questions.is_empty() {
            break;
        }
        for question in &questions {
            evidence.extend(&fetcher.answer(question));
        }
        report = judge(evidence);
    }
    report
}

/// The certificates at hand.
struct Known<'a> {
    evidence: &'a Evidence,
    trust: &'a TrustAnchors,
}

impl<'a> Known<'a> {
    /// What to ask next for this: one place after the other, OCSP first.
    fn questions(&self, missing: &MissingEvidence, asked: &HashSet<Question>) -> Vec<Question> {
        let Some(certificate) = self.named(&missing.about) else {
            return Vec::new();
        };
        let all = match missing.kind {
            NeedKind::RevocationData => self.about_revocation(certificate),
            NeedKind::IssuerCertificate => self.about_issuers(certificate),
            _ => Vec::new(),
        };
        let mut new = all
            .into_iter()
            .filter(|question| question.is_over_http() && !asked.contains(question));
        new.next().into_iter().collect()
    }

    fn about_missing_issuer(&self, certificate: &Certificate) -> Vec<Question> {
        match self.issuers_of(certificate).is_empty() {
            true => self.about_issuers(certificate),
            false => Vec::new(),
        }
    }

    fn about_revocation(&self, certificate: &Certificate) -> Vec<Question> {
        let extensions = &certificate.extensions;
        let issuers = self.issuers_of(certificate);
        let statuses = issuers.iter().flat_map(|issuer| {
            let request = ocsp_request(certificate, issuer);
            let urls = extensions.ocsp_urls.iter();
            urls.map(move |url| Question::Status(url.clone(), request.clone()))
        });
        let lists = extensions.crl_urls.iter().cloned().map(Question::List);
        statuses.chain(lists).collect()
    }

    /// The places that a certificate, its issuers and theirs name: any of them may be the last
    /// that is known.
    fn about_issuers(&self, certificate: &Certificate) -> Vec<Question> {
        let mut seen = HashSet::new();
        let mut waiting = vec![certificate];
        let mut questions = Vec::new();
        while let Some(certificate) = waiting.pop() {
            if seen.insert(*certificate.sha256()) {
                let urls = certificate.extensions.issuer_urls.iter().cloned();
                questions.extend(urls.map(Question::Issuer));
                waiting.extend(self.issuers_of(certificate));
            }
        }
        questions
    }

    fn issuers_of(&self, certificate: &Certificate) -> Vec<&'a Certificate> {
        let anchors = self.trust.certificates().iter();
        let anchors = anchors.filter(|anchor| anchor.subject.matches(&certificate.issuer));
        let others = self.evidence.certificates_of(&certificate.issuer);
        let mut all: Vec<&Certificate> = anchors.chain(others).map(Arc::as_ref).collect();
        all.dedup_by_key(|issuer| *issuer.sha256());
        all
    }

    fn named(&self, about: &str) -> Option<&'a Certificate> {
        let wanted = about.strip_prefix("certificate ")?;
        let own = self.evidence.certificates().iter().map(|item| &item.object);
        let mut all = own.chain(self.trust.certificates()).map(Arc::as_ref);
        all.find(|certificate| hex(certificate.sha256()) == wanted)
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

impl Fetcher {
    /// A fetcher, if the user wants one.
    pub fn wanted(arguments: &FetchArguments) -> Option<Self> {
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(REDIRECTS)
            .build();
        let addresses = PublicAddresses::and(&arguments.fetch_host);
        arguments.fetch.then(|| Fetcher {
            agent: Agent::with_parts(config, DefaultConnector::default(), addresses),
            answers: Mutex::default(),
            failures: Mutex::default(),
            received: AtomicU64::new(0),
        })
    }

    /// Adds to `evidence` who issued `certificates` and whether they are revoked, as far as that
    /// is to be had.
    pub fn gather_about(
        &self,
        certificates: &Evidence,
        evidence: &mut Evidence,
        trust: &TrustAnchors,
    ) {
        let mut asked = HashSet::new();
        let mut all = certificates.clone();
        all.extend(evidence);
        let mut index = 0;
        while let Some(item) = all.certificates().get(index) {
            let certificate = item.object.clone();
            index += 1;
            if certificate.is_self_issued() {
                continue;
            }
            let aspects: [fn(&Known<'_>, &Certificate) -> Vec<Question>; 2] = [
                |known, certificate| known.about_missing_issuer(certificate),
                |known, certificate| known.about_revocation(certificate),
            ];
            for aspect in aspects {
                let known = Known {
                    evidence: &all,
                    trust,
                };
                let mut questions = aspect(&known, &certificate);
                questions.retain(|question| {
                    let is_allowed = question.is_over_http() && asked.len() < QUESTIONS;
                    is_allowed && asked.insert(question.clone())
                });
                let mut answers = questions.iter().map(|question| self.answer(question));
                if let Some(answer) = answers.find(holds_something) {
                    all.extend(&answer);
                    evidence.extend(&answer);
                }
            }
        }
    }

    /// What came as the answer, nothing where none came; the user is told either way.
    fn answer(&self, question: &Question) -> Evidence {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.entry(question.clone()).or_default().clone();
        drop(answers);
        let ask = || match self.ask(question) {
            Ok((evidence, length, from)) => {
                let (url, kind) = (question.url(), question.kind());
                let from = match from == url {
                    true => String::new(),
                    false => format!(", from {from}"),
                };
                complain(&format!("--fetch {url}: {kind}, {length} bytes{from}"));
                evidence
            }
            Err(problem) => {
                complain(&format!("--fetch {}: {problem}", question.url()));
                Evidence::default()
            }
        };
        answer.get_or_init(ask).clone()
    }

    fn ask(&self, question: &Question) -> Result<(Evidence, usize, String), String> {
        let host = host_of(question.url());
        if self.failures_of(&host) >= FAILURES {
            return Err("not asked: its host has failed before".to_owned());
        }
        if self.received.load(Ordering::Relaxed) >= MOST_BYTES {
            return Err("not asked: too much was fetched in this run".to_owned());
        }
        let received = self.call(question).inspect_err(|error| {
            // A host that answers is there, whatever one document asks it for.
            if !matches!(error, ureq::Error::StatusCode(_)) {
                self.note_failure(host);
            }
        });
        let (bytes, from) = received.map_err(|error| error.to_string())?;
        let length = bytes.len();
        self.received.fetch_add(length as u64, Ordering::Relaxed);
        let evidence = Evidence::default().with(bytes);
        let is_answer = match question {
            Question::Issuer(_) => !evidence.certificates().is_empty(),
            Question::List(_) => !evidence.revocation_lists().is_empty(),
            Question::Status(..) => !evidence.ocsp_responses().is_empty(),
        };
        match is_answer {
            true => Ok((evidence, length, from)),
            false => Err(format!("what came is not {}", question.kind())),
        }
    }

    fn call(&self, question: &Question) -> Result<(Bytes, String), ureq::Error> {
        let response = match question {
            Question::Issuer(url) | Question::List(url) => self.agent.get(url).call(),
            Question::Status(url, request) => {
                let post = self
                    .agent
                    .post(url)
                    .content_type("application/ocsp-request");
                post.send(request)
            }
        };
        let mut response: Response<Body> = response?;
        let from = response.get_uri().to_string();
        let body = response.body_mut().with_config().limit(LONGEST_ANSWER);
        let bytes = body.read_to_vec()?;
        Ok((bytes.into(), from))
    }

    fn failures_of(&self, host: &str) -> usize {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.get(host).copied().unwrap_or_default()
    }

    fn note_failure(&self, host: String) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        *failures.entry(host).or_default() += 1;
    }
}

fn holds_something(evidence: &Evidence) -> bool {
    !(evidence.certificates().is_empty()
        && evidence.revocation_lists().is_empty()
        && evidence.ocsp_responses().is_empty())
}

fn host_of(url: &str) -> String {
    url.split('/').nth(2).unwrap_or_default().to_lowercase()
}
