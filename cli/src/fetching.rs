//! Missing evidence, fetched from where certificates say that it is (RFC 5280, 4.2.1.13 and
//! 4.2.2.1; RFC 6960, A.1). Whatever comes is evidence like any other: the library judges it.

mod address;
mod errand;

use crate::arguments::FetchArguments;
use crate::output::complain;
use address::PublicAddresses;
use errand::{Errand, QUESTIONS, Room, RunAllowance};
use sigill::report::{MissingEvidence, WhyUnfetched, missing_evidence};
use sigill::validation::{Language, NeedKind};
use sigill::x509::{Certificate, ocsp_request};
use sigill::{Bytes, Evidence, Report, TrustAnchors};
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use ureq::http::{Response, Uri};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, Proxy, ResponseExt};

/// For one answer, from the first octet that is sent to the last that is received.
const PATIENCE: Duration = Duration::from_secs(20);
/// Hosts move their lists, seldom twice.
const REDIRECTS: u32 = 3;
/// How often one document is judged anew: issuers are found one above the other, and each
/// certificate may name several places.
const ROUNDS: usize = 12;

/// Asks for evidence over HTTP, each question once in a run, as long as the run may keep answers.
pub struct Fetcher {
    agent: Agent,
    answers: Mutex<HashMap<Question, Arc<Mutex<Option<Evidence>>>>>,
    allowance: RunAllowance,
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
/// new is to be asked. `evidence` takes up what has come; what was not asked stands in the report.
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
    let mut errand = fetcher.allowance.errand();
    for round in 0..=ROUNDS {
        let known = Known { evidence, trust };
        let missing = missing_evidence(&report);
        let questions = missing
            .iter()
            .flat_map(|missing| known.questions(missing, &asked));
        let mut questions: Vec<Question> = questions.collect();
        questions.retain(|question| asked.insert(question.clone()));
        if questions.is_empty() {
            break;
        }
        for question in &questions {
            match round {
                ROUNDS => errand.refuse(question.url(), WhyUnfetched::DocumentLimit),
                _ => evidence.extend(&fetcher.answer(question, &mut errand)),
            }
        }
        if round < ROUNDS {
            report = judge(evidence);
        }
    }
    report.unfetched = errand.into_unfetched();
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
        if !arguments.fetch {
            return None;
        }
        let config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(REDIRECTS)
            .build();
        if let Some(proxy) = Proxy::try_from_env() {
            // Its user and password are nobody's business.
            let (host, port) = (proxy.host(), proxy.port());
            complain(&format!(
                "--fetch goes through the proxy {host}:{port} of the environment, which decides \
                 what can be reached: addresses of closed networks are not refused"
            ));
        }
        let addresses = PublicAddresses::and(&arguments.fetch_host);
        Some(Fetcher {
            agent: Agent::with_parts(config, DefaultConnector::default(), addresses),
            answers: Mutex::default(),
            allowance: RunAllowance::default(),
        })
    }

    /// What `evidence` lacks of who issued `certificates` and whether they are revoked, as far as
    /// that is to be had.
    pub fn gather_about(
        &self,
        certificates: &Evidence,
        evidence: &Evidence,
        trust: &TrustAnchors,
    ) -> Evidence {
        let mut gathered = Evidence::default();
        let mut asked = HashSet::new();
        let mut errand = self.allowance.errand();
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
                // Nobody is told of more refusals than there may be questions.
                questions.retain(|question| {
                    let is_allowed = question.is_over_http() && asked.len() < QUESTIONS;
                    is_allowed && asked.insert(question.clone())
                });
                let mut answers = questions
                    .iter()
                    .map(|question| self.answer(question, &mut errand));
                if let Some(answer) = answers.find(holds_something) {
                    all.extend(&answer);
                    gathered.extend(&answer);
                }
            }
        }
        gathered
    }

    /// What came as the answer, nothing where none came; the user is told either way. What this
    /// document may not ask another may, so that a refusal is not remembered as an answer.
    fn answer(&self, question: &Question, errand: &mut Errand<'_>) -> Evidence {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.entry(question.clone()).or_default().clone();
        drop(answers);
        let begun = Instant::now();
        let mut known = answer.lock().unwrap_or_else(PoisonError::into_inner);
        let evidence = match &*known {
            Some(evidence) => evidence.clone(),
            None => self.ask_anew(question, errand, &mut known),
        };
        errand.wait(begun.elapsed());
        evidence
    }

    fn ask_anew(
        &self,
        question: &Question,
        errand: &mut Errand<'_>,
        known: &mut Option<Evidence>,
    ) -> Evidence {
        let url = question.url();
        match self.ask(question, errand) {
            Ok((evidence, length, from)) => {
                let kind = question.kind();
                let from = match from == url {
                    true => String::new(),
                    false => format!(", from {from}"),
                };
                complain(&format!("--fetch {url}: {kind}, {length} bytes{from}"));
                if errand.keep(length) {
                    *known = Some(evidence.clone());
                }
                evidence
            }
            Err(Unanswered::Failed(problem)) => {
                complain(&format!("--fetch {url}: {problem}"));
                known.insert(Evidence::default()).clone()
            }
            Err(Unanswered::Refused(reason)) => {
                let reason_in_words = reason.text(Language::English);
                complain(&format!("--fetch {url}: {reason_in_words}"));
                errand.refuse(url, reason);
                Evidence::default()
            }
        }
    }

    fn ask(
        &self,
        question: &Question,
        errand: &mut Errand<'_>,
    ) -> Result<(Evidence, u64, String), Unanswered> {
        let server = server_of(question.url()).map_err(Unanswered::Refused)?;
        let room = errand.ask(&server).map_err(Unanswered::Refused)?;
        let received = self.call(question, room, errand);
        match &received {
            // A server that answers is there, whatever one document asks it for.
            Ok(_) | Err(ureq::Error::StatusCode(_) | ureq::Error::BodyExceedsLimit(_)) => {
                errand.note_answer(&server);
            }
            Err(_) => errand.note_failure(&server),
        }
        let (bytes, from) = received.map_err(|error| match (error, room.limit) {
            (ureq::Error::BodyExceedsLimit(_), Some(limit)) => Unanswered::Refused(limit),
            (error, _) => Unanswered::Failed(error.to_string()),
        })?;
        let length = bytes.len() as u64;
        let evidence = Evidence::default().with(bytes);
        let is_answer = match question {
            Question::Issuer(_) => !evidence.certificates().is_empty(),
            Question::List(_) => !evidence.revocation_lists().is_empty(),
            Question::Status(..) => !evidence.ocsp_responses().is_empty(),
        };
        match is_answer {
            true => Ok((evidence, length, from)),
            false => {
                let problem = format!("what came is not {}", question.kind());
                Err(Unanswered::Failed(problem))
            }
        }
    }

    fn call(
        &self,
        question: &Question,
        room: Room,
        errand: &mut Errand<'_>,
    ) -> Result<(Bytes, String), ureq::Error> {
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
        let body = response.body_mut().with_config().reader();
        let mut bytes = Vec::new();
        let read = body.take(room.bytes + 1).read_to_end(&mut bytes);
        // What did not arrive whole has cost as much.
        let length = bytes.len() as u64;
        errand.receive(length);
        read?;
        match length > room.bytes {
            true => Err(ureq::Error::BodyExceedsLimit(room.bytes)),
            false => Ok((bytes.into(), from)),
        }
    }
}

/// Why nothing came.
enum Unanswered {
    /// Nothing will come to anybody in this run.
    Failed(String),
    /// This document may not have it.
    Refused(WhyUnfetched),
}

fn holds_something(evidence: &Evidence) -> bool {
    !(evidence.certificates().is_empty()
        && evidence.revocation_lists().is_empty()
        && evidence.ocsp_responses().is_empty())
}

/// The server that a URL names, however it is written: limits are kept by scheme, host and port,
/// for what fails at one port says nothing of another.
///
/// # Errors
/// Where the URL would have a user's name or password sent, which no issuer publishes.
fn server_of(url: &str) -> Result<String, WhyUnfetched> {
    // What cannot be read fails when it is asked.
    let Ok(uri) = url.parse::<Uri>() else {
        return Ok(url.to_owned());
    };
    if address::has_credentials(&uri) {
        return Err(WhyUnfetched::Credentials);
    }
    let scheme = uri.scheme_str().unwrap_or_default().to_lowercase();
    let host = uri.host().unwrap_or_default();
    let host = host.trim_end_matches('.').to_lowercase();
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = uri.port_u16().unwrap_or(usual);
    Ok(format!("{scheme}://{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_one_however_a_url_writes_it() {
        for (url, server) in [
            (
                "http://pki.fixture.test/a.crl",
                "http://pki.fixture.test:80",
            ),
            ("http://PKI.Fixture.TEST:80/b", "http://pki.fixture.test:80"),
            ("http://pki.fixture.test./", "http://pki.fixture.test:80"),
            ("https://pki.fixture.test./", "https://pki.fixture.test:443"),
            ("http://pki.fixture.test:1/", "http://pki.fixture.test:1"),
        ] {
            assert_eq!(server_of(url), Ok(server.to_owned()), "{url}");
        }
        for url in [
            "http://anybody@pki.fixture.test/",
            "http://anybody:secret@pki.fixture.test:80/a.crl",
            "http://open.fixture.test@pki.fixture.test/",
        ] {
            assert_eq!(server_of(url), Err(WhyUnfetched::Credentials), "{url}");
        }
    }

    #[test]
    fn dead_ports_do_not_strike_off_the_server_of_the_same_host() {
        let run = RunAllowance::default();
        for port in 1..=3 {
            let dead = server_of(&format!("http://crl.fixture.test:{port}/"));
            let mut hostile = run.errand();
            hostile.note_failure(&dead.unwrap_or_default());
        }
        let real = server_of("http://crl.fixture.test/list.crl").unwrap_or_default();
        assert!(run.errand().ask(&real).is_ok());
    }
}
