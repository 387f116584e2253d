//! The whole life of a document, in plain sentences: judged, bound to an organisation, sealed
//! with a time-stamp by a real RFC 3161 server (OpenSSL's, on this machine), judged again when
//! every certificate of its signer has ended, and tampered with.
//!
//! `cargo run --example whole_life`, with Python 3 and the openssl command at hand. The server
//! tells the present time and the signer's time-stamp can be judged until 2028: sealed later, the
//! document is what it then is, INDETERMINATE.

use bytes::Bytes;
use ring::rand::{SecureRandom, SystemRandom};
use sigill::archive::{self, SealedContent};
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::tsp::{TimestampRequest, TimestampToken, read_response};
use sigill::{Document, Evidence, Policy, Report, TrustAnchors, UnixTime, Validator};
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::SystemTime;

const NAME: &str = "cases/binding/seal-pdf/input.pdf";

fn main() -> Result<(), Box<dyn Error>> {
    let mut trust = TrustAnchors::none();
    trust.add(fs::read(fixture("pki/trust/root.pem"))?)?;
    let policy = Policy::default();
    let validator = Validator::new(&trust, &policy);
    let now = UnixTime::from(SystemTime::now());

    let document = Document::read(fs::read(fixture(NAME))?)?;
    let evidence = evidence(&document)?;
    let soon_after = moment(2026, 2, 1)?;
    println!("{NAME} was signed in January 2026.");
    tell(&validator.validate(&document, &evidence, soon_after));
    let report = validator.validate(&document, &evidence, now);
    tell(&report);
    tell_organisation(&report);

    let content = SealedContent {
        document: &document,
        name: NAME,
        detached_name: None,
        diary_number: None,
        evidence: &evidence,
        validator: &validator,
        report: &report,
        full_report: None,
    };
    let envelope = seal(&content)?;
    println!(
        "Sealed: an envelope of {} bytes, which holds all of it.",
        envelope.len()
    );

    println!("Without the envelope:");
    tell(&validator.validate(&document, &evidence, moment(2040, 1, 1)?));
    println!("With it, and nothing else:");
    let check = |envelope: &Bytes, at: UnixTime| {
        tell_envelope(archive::check(
            envelope,
            &validator,
            &Evidence::default(),
            at,
        ));
    };
    for year in [2027, 2040, 2059, 2061] {
        check(&envelope, moment(year, 12, 1)?);
    }
    println!("With one bit of the document flipped:");
    check(&with_a_bit_flipped(&envelope)?, moment(2040, 12, 1)?);
    Ok(())
}

/// What the document carries, and the revocation lists that an archive fetches before it seals:
/// the first is by the signer's issuer, who lives longer than the OCSP responder in the document;
/// the others stay fresh for as long as the time-stamps are needed.
fn evidence(document: &Document) -> Result<Evidence, Box<dyn Error>> {
    let mut evidence = Evidence::from(document);
    for list in ["issuing-ca-ec", "root-longterm", "tsa-ca-longterm"] {
        evidence.add(fs::read(fixture(&format!("pki/revocation/{list}.crl")))?.into());
    }
    Ok(evidence)
}

fn seal(content: &SealedContent<'_>) -> Result<Bytes, Box<dyn Error>> {
    let pending = archive::prepare(content, DigestAlgorithm::Sha256)?;
    let mut nonce = [0; 8];
    SystemRandom::new()
        .fill(&mut nonce)
        .map_err(|_| "no randomness")?;
    let request = pending.request(u64::from_be_bytes(nonce));
    let token = TimestampServer::start()?.answer(&request)?;
    println!("OpenSSL time-stamped it at {}.", token.info.generation_time);
    Ok(Bytes::from(pending.complete(&token)?))
}

/// Members are stored as they are, so the first bytes of the PDF can be found.
fn with_a_bit_flipped(envelope: &Bytes) -> Result<Bytes, &'static str> {
    let start = envelope
        .windows(5)
        .position(|window| window == b"%PDF-")
        .ok_or("no document in the envelope")?;
    let mut flipped = envelope.to_vec();
    *flipped.get_mut(start + 100).ok_or("a short envelope")? ^= 1;
    Ok(Bytes::from(flipped))
}

/// `tests/support/timestamp_server.py`, for as long as this value lives.
struct TimestampServer {
    process: Child,
    url: String,
}

impl TimestampServer {
    fn start() -> Result<Self, Box<dyn Error>> {
        let program =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/timestamp_server.py");
        let mut process = Command::new("python3")
            .arg(program)
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("python3: {error}"))?;
        let output = process.stdout.take().ok_or("no output")?;
        let mut url = String::new();
        BufReader::new(output).read_line(&mut url)?;
        let url = url.trim().to_owned();
        Ok(TimestampServer { process, url })
    }

    fn answer(&self, request: &TimestampRequest) -> Result<TimestampToken, Box<dyn Error>> {
        let mut response = ureq::post(&self.url)
            .header("Content-Type", "application/timestamp-query")
            .send(request.to_der())?;
        let answer = Bytes::from(response.body_mut().read_to_vec()?);
        let token = read_response(&answer, &Limits::default())?;
        if request.is_answered_by(&token) {
            Ok(token)
        } else {
            Err("the server answered another request".into())
        }
    }
}

impl Drop for TimestampServer {
    fn drop(&mut self) {
        // A server that has ended by itself needs no ending.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn tell(report: &Report) {
    for signature in &report.signatures {
        let indication = signature.conclusion.indication;
        print!(
            "  {}: {}",
            report.validation_time.date(),
            indication.total_name()
        );
        match indication.sub_indication() {
            Some(why) => println!(" ({why})."),
            None => println!(", proven to exist since {}.", signature.best_signature_time),
        }
    }
}

fn tell_organisation(report: &Report) {
    for signature in &report.signatures {
        let organisation = &signature.binding.signer_organisation;
        let text = |part: &Option<String>| part.as_deref().unwrap_or("nobody").to_owned();
        println!(
            "Signed for {}, {}, grade {}.",
            text(&organisation.value.name),
            text(&organisation.value.identifier),
            organisation.grade.name()
        );
    }
}

fn tell_envelope(checked: Result<Report, sigill::Error>) {
    match checked {
        Ok(report) => {
            tell(&report);
            for envelope in report
                .envelope
                .iter()
                .filter(|envelope| !envelope.is_intact())
            {
                println!(
                    "    Not as it was sealed: {}.",
                    envelope.tampered.join(", ")
                );
            }
        }
        Err(error) => println!("  The envelope cannot be read: {error}."),
    }
}

fn fixture(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(path)
}

fn moment(year: i32, month: u32, day: u32) -> Result<UnixTime, &'static str> {
    UnixTime::from_date(year, month, day).ok_or("no such day")
}
