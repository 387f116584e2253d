//! RFC 3161 over HTTP (section 3.4). Nothing is sent but the digest of what is sealed.

use ring::rand::{SecureRandom, SystemRandom};
use sigill::crypto::DigestAlgorithm;
use sigill::limits::Limits;
use sigill::tsp::{TimestampRequest, TimestampToken, read_response};
use std::time::Duration;

/// Longest reply that is read: tokens with all their certificates stay below 20 KB.
const LONGEST_REPLY: u64 = 1 << 20;
const PATIENCE: Duration = Duration::from_secs(30);

/// A time-stamping authority that the user has named.
pub struct Authority {
    url: String,
    agent: ureq::Agent,
}

impl Authority {
    /// The authority at `url`.
    ///
    /// # Errors
    /// A sentence where the URL is not one that sigill can use.
    pub fn at(url: &str) -> Result<Self, String> {
        if !url.starts_with("http://") {
            return Err(format!("--tsa {url}: only http:// is supported so far"));
        }
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .build()
            .into();
        Ok(Authority {
            url: url.to_owned(),
            agent,
        })
    }

    /// A token over `imprint`.
    ///
    /// # Errors
    /// A sentence where the authority cannot be reached, refuses, or answers something else.
    pub fn stamp(&self, digest: DigestAlgorithm, imprint: &[u8]) -> Result<TimestampToken, String> {
        let request = TimestampRequest {
            digest,
            imprint: imprint.to_vec(),
            nonce: nonce()?,
            policy: None,
        };
        let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", self.url);
        let mut response = self
            .agent
            .post(&self.url)
            .content_type("application/timestamp-query")
            .send(&request.to_der())
            .map_err(|error| problem(&error))?;
        let reply = response
            .body_mut()
            .with_config()
            .limit(LONGEST_REPLY)
            .read_to_vec()
            .map_err(|error| problem(&error))?;
        let token =
            read_response(&reply.into(), &Limits::default()).map_err(|error| problem(&error))?;
        if request.is_answered_by(&token) {
            Ok(token)
        } else {
            Err(problem(&"the reply is not to this request"))
        }
    }
}

/// A number that nobody has seen before (RFC 3161, 2.4.1).
fn nonce() -> Result<u64, String> {
    let mut octets = [0; 8];
    SystemRandom::new()
        .fill(&mut octets)
        .map_err(|_| "no random numbers are to be had".to_owned())?;
    Ok(u64::from_be_bytes(octets))
}
