//! RFC 3161 over HTTP (section 3.4). Nothing is sent but the digest of what is sealed.

use crate::arguments::AuthorityArguments;
use crate::input::{self, Setting};
use crate::output::{self, failure};
use base64::prelude::{BASE64_STANDARD, Engine};
use ring::rand::{SecureRandom, SystemRandom};
use sigill::asn1::Oid;
use sigill::crypto::DigestAlgorithm;
use sigill::ers::HashTree;
use sigill::limits::Limits;
use sigill::report::Failure;
use sigill::tsp::{TimestampRequest, TimestampToken, read_response};
use sigill::validation::Indication;
use sigill::{UnixTime, Validator};
use std::thread;
use std::time::{Duration, SystemTime};

/// Longest reply that is read: tokens with all their certificates stay below 20 KB.
const LONGEST_REPLY: u64 = 1 << 20;
/// By how many seconds the clock of an authority may run ahead of ours.
const AHEAD: i64 = 600;
/// How long to wait before all the authorities are asked once more: a batch has cost more than
/// that, and authorities that shed load ask for no more.
const PAUSES: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(5)];

/// The time-stamping authorities that the user has named.
pub struct Authorities {
    urls: Vec<String>,
    /// The value of the `Authorization` header (RFC 7617), for each of them.
    authorization: Option<String>,
    policy: Option<Oid>,
    agent: ureq::Agent,
}

/// A hash tree, and the answer to its root.
pub struct Stamped {
    pub tree: HashTree,
    pub token: TimestampToken,
}

impl Authorities {
    /// The authorities that the arguments name.
    ///
    /// # Errors
    /// A sentence where a URL is not one that sigill can use, or the password cannot be read.
    pub fn named(arguments: &AuthorityArguments) -> Result<Self, String> {
        for url in &arguments.tsa {
            let host = url.split('/').nth(2).unwrap_or_default();
            if host.contains('@') {
                return Err(
                    "--tsa: names and passwords are not taken from a URL; give them with \
                            --tsa-user and --tsa-password-file"
                        .to_owned(),
                );
            }
            if !url.starts_with("http://") && !url.starts_with("https://") {
                return Err(format!("--tsa {url}: neither http:// nor https://"));
            }
        }
        let authorization = match (&arguments.tsa_user, &arguments.tsa_password_file) {
            (Some(user), Some(file)) => {
                let password = String::from_utf8(input::read(file)?);
                let password = password.map_err(|_| "--tsa-password-file: not text".to_owned())?;
                let credentials = format!("{user}:{}", password.trim_end_matches(['\r', '\n']));
                Some(format!("Basic {}", BASE64_STANDARD.encode(credentials)))
            }
            _ => None,
        };
        let readable = arguments.tsa.iter().find(|url| url.starts_with("http://"));
        if let (Some(url), Some(_)) = (readable, &authorization) {
            output::complain(&format!(
                "--tsa {url}: without https:// your password can be read on its way"
            ));
        }
        let patience = Duration::from_secs(arguments.tsa_timeout.get().into());
        let agent = ureq::Agent::config_builder()
            // From the first octet that is sent to the last that is received.
            .timeout_global(Some(patience))
            .max_redirects(0)
            .build()
            .into();
        Ok(Authorities {
            urls: arguments.tsa.clone(),
            authorization,
            policy: arguments.tsa_policy.clone(),
            agent,
        })
    }

    /// A hash tree with a token over its root.
    ///
    /// # Errors
    /// [`Failure`] where no authority gives one.
    pub fn stamp_tree(
        &self,
        tree: HashTree,
        validator: &Validator<'_>,
        setting: &Setting,
    ) -> Result<Stamped, Failure> {
        let token = self
            .stamp(tree.digest_algorithm(), tree.root(), validator, setting)
            .map_err(|problem| failure("time-stamp", problem))?;
        Ok(Stamped { tree, token })
    }

    /// A token over `imprint` from the first authority that gives one which verifies.
    ///
    /// # Errors
    /// What each authority did wrong, the last time that it was asked.
    pub fn stamp(
        &self,
        digest: DigestAlgorithm,
        imprint: &[u8],
        validator: &Validator<'_>,
        setting: &Setting,
    ) -> Result<TimestampToken, String> {
        let mut pauses = PAUSES.iter();
        loop {
            let mut problems = Vec::with_capacity(self.urls.len());
            for url in &self.urls {
                let token = self
                    .ask(url, digest, imprint)
                    .and_then(|token| accept(token, digest, imprint, validator, setting));
                match token {
                    Ok(token) => return Ok(token),
                    Err(problem) => problems.push(format!("{url}: {problem}")),
                }
            }
            let problems = problems.join("; ");
            let Some(pause) = pauses.next() else {
                return Err(problems);
            };
            output::complain(&format!("{problems}; asking again"));
            thread::sleep(*pause);
        }
    }

    fn ask(
        &self,
        url: &str,
        digest: DigestAlgorithm,
        imprint: &[u8],
    ) -> Result<TimestampToken, String> {
        let request = TimestampRequest {
            digest,
            imprint: imprint.to_vec(),
            nonce: nonce()?,
            policy: self.policy.clone(),
        };
        let mut call = self
            .agent
            .post(url)
            .content_type("application/timestamp-query");
        if let Some(authorization) = &self.authorization {
            call = call.header("Authorization", authorization);
        }
        let mut response = call
            .send(&request.to_der())
            .map_err(|error| error.to_string())?;
        let body = response.body_mut().with_config().limit(LONGEST_REPLY);
        let reply = body.read_to_vec().map_err(|error| error.to_string())?;
        let token =
            read_response(&reply.into(), &Limits::default()).map_err(|error| error.to_string())?;
        if request.is_answered_by(&token) {
            Ok(token)
        } else {
            Err("the reply is not to this request".to_owned())
        }
    }
}

/// The reply is judged before it is used. That nobody whom the user trusts vouches for it may be
/// what the user wants; that it does not verify is not. The clock of the authority may run a little
/// ahead of ours.
fn accept(
    token: TimestampToken,
    digest: DigestAlgorithm,
    imprint: &[u8],
    validator: &Validator<'_>,
    setting: &Setting,
) -> Result<TimestampToken, String> {
    let stamped = token.info.generation_time;
    if is_from_the_future(stamped, setting.time, SystemTime::now().into()) {
        return Err(format!("the time-stamp is from the future: {stamped}"));
    }
    let time = stamped.max(setting.time);
    let report = validator.validate_timestamp(&token, digest, imprint, &setting.evidence, time);
    let indication = report.conclusion.indication;
    match (indication, report.signature_value) {
        (Indication::Passed | Indication::Indeterminate(_), Some(true)) => Ok(token),
        _ => Err(format!("the time-stamp does not verify: {indication}")),
    }
}

/// Until its time has come, such a time-stamp would make what it covers unprovable.
fn is_from_the_future(stamped: UnixTime, asked: UnixTime, clock: UnixTime) -> bool {
    stamped.0 > asked.max(clock).0.saturating_add(AHEAD)
}

/// A number that nobody has seen before (RFC 3161, 2.4.1).
fn nonce() -> Result<u64, String> {
    let mut octets = [0; 8];
    SystemRandom::new()
        .fill(&mut octets)
        .map_err(|_| "no random numbers are to be had".to_owned())?;
    Ok(u64::from_be_bytes(octets))
}

#[cfg(test)]
mod tests {
    use super::{AHEAD, UnixTime, is_from_the_future};

    #[test]
    fn a_clock_may_run_a_little_ahead() {
        let times = [
            (100 + AHEAD, 100, 0, false),
            (101 + AHEAD, 100, 0, true),
            (101 + AHEAD, 100, 1, true),
            (101 + AHEAD, 100, 101, false),
        ];
        for (stamped, asked, clock, is_refused) in times {
            let found = is_from_the_future(UnixTime(stamped), UnixTime(asked), UnixTime(clock));
            assert_eq!(found, is_refused, "{stamped}, {asked}, {clock}");
        }
    }
}
