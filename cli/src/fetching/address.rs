//! Which machines a document may have us ask: those of the open Internet, and those that the user
//! names. A certificate in a hostile document could name any machine of the user's own network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use ureq::Proxy;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::http::uri::Authority;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

/// Resolves names, and gives addresses of the open Internet only, also behind redirects. Behind a
/// proxy, the proxy resolves names and decides.
#[derive(Debug)]
pub struct PublicAddresses {
    names: DefaultResolver,
    /// Hosts that may have any address.
    hosts: Vec<String>,
    /// The proxy of the environment, which may stand anywhere.
    proxy: Option<Authority>,
}

impl PublicAddresses {
    /// Public addresses, and all of these hosts.
    pub fn and(hosts: &[String]) -> Self {
        PublicAddresses {
            names: DefaultResolver::default(),
            hosts: hosts.to_vec(),
            proxy: Proxy::try_from_env().and_then(|proxy| proxy.uri().authority().cloned()),
        }
    }
}

impl Resolver for PublicAddresses {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        // Redirects lead here too.
        if has_credentials(uri) && self.proxy.as_ref() != uri.authority() {
            let refused = "the URL holds a user's name or a password";
            return Err(ureq::Error::Other(refused.into()));
        }
        let found = self.names.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default();
        let mut hosts = self.hosts.iter();
        let is_named = hosts.any(|named| named.eq_ignore_ascii_case(host));
        if is_named || self.proxy.is_some() && self.proxy.as_ref() == uri.authority() {
            return Ok(found);
        }
        let mut open = self.empty();
        for address in found.iter().filter(|address| is_public(address.ip())) {
            open.push(*address);
        }
        if open.is_empty() {
            let refused = "not an address of the open Internet; allow it with --fetch-host";
            return Err(ureq::Error::Other(refused.into()));
        }
        Ok(open)
    }
}

/// Whether a URL names a user, with or without a password (RFC 3986, 3.2.1).
pub fn has_credentials(uri: &Uri) -> bool {
    let authority = uri.authority().map_or("", Authority::as_str);
    authority.contains('@')
}

/// IANA's special-purpose registries (RFC 6890): what is not reached from everywhere is not public.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, third, _] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_for_protocols = (first, second, third) == (192, 0, 0);
    let is_for_benchmarks = first == 198 && (18..20).contains(&second);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || first == 0
        || first >= 224
        || is_shared
        || is_for_protocols
        || is_for_benchmarks)
}

/// Global unicast (RFC 4291, 2.4) without the ranges that lead to IPv4 or nowhere.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_special = first == 0x2001 && (second < 0x0200 || second == 0x0db8);
    let leads_to_version_4 = first == 0x2002;
    is_global && !is_special && !leads_to_version_4
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::is_public;

    #[test]
    fn addresses_of_closed_networks_are_not_public() {
        for closed in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.9.9",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "ff02::1",
        ] {
            assert!(!is_public(closed.parse().unwrap()), "{closed}");
        }
        for open in ["8.8.8.8", "193.10.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            assert!(is_public(open.parse().unwrap()), "{open}");
        }
    }
}
