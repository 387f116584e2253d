//! Name constraints (RFC 5280 §4.2.1.10 and §6.1.3 (b), (c)) under EN 319 102-1 §5.2.6.

use super::effort::Effort;
use crate::asn1::{oid, tag};
use crate::limits::Limits;
use crate::x509::{Certificate, GeneralName, NameConstraints, NameForm, is_host_name, mailbox};
use std::collections::BTreeMap;

/// permitted_subtrees and excluded_subtrees as they stand at one certificate of the path.
#[derive(Debug, Default)]
pub(super) struct NameSpace<'a> {
    /// By form, the subtrees of every issuer that permits some: a name must lie within one of
    /// each issuer, which is what their intersection (6.1.4 (g)(1)) comes to.
    permitted: BTreeMap<NameForm, Vec<Vec<&'a GeneralName>>>,
    /// By form, all excluded subtrees.
    excluded: BTreeMap<NameForm, Vec<&'a GeneralName>>,
}

/// Why a certificate does not fit into the space.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// This name lies outside, or cannot be compared.
    Name(String),
    /// There are more names than the limit allows.
    TooManyNames,
    /// The limit for comparisons was reached before every name was compared.
    TooManyComparisons,
}

/// Whether a name lies within a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Yes,
    No,
    /// Readers may differ; so it counts as outside what is permitted and inside what is
    /// excluded.
    Unclear,
}

impl<'a> NameSpace<'a> {
    /// Takes in the constraints of one more issuer (6.1.4 (g)).
    pub fn narrow(&mut self, constraints: &'a NameConstraints) {
        let mut permitted: BTreeMap<NameForm, Vec<&GeneralName>> = BTreeMap::new();
        for base in &constraints.permitted {
            permitted.entry(base.form()).or_default().push(base);
        }
        for (form, bases) in permitted {
            self.permitted.entry(form).or_default().push(bases);
        }
        for base in &constraints.excluded {
            self.excluded.entry(base.form()).or_default().push(base);
        }
    }

    /// Whether nothing is constrained.
    pub fn is_unlimited(&self) -> bool {
        self.permitted.is_empty() && self.excluded.is_empty()
    }

    /// Whether every name of `certificate` lies within the space (6.1.3 (b) and (c)).
    pub fn check(
        &self,
        certificate: &Certificate,
        limits: &Limits,
        effort: &mut Effort,
    ) -> Result<(), Misfit> {
        if self.is_unlimited() {
            return Ok(());
        }
        let alternative_names = &certificate.extensions.alternative_names;
        let count = certificate.subject.attributes().len() + alternative_names.len();
        if !effort.allows_names(count, limits) {
            return Err(Misfit::TooManyNames);
        }
        for name in names_of_subject(certificate) {
            self.check_name(&name, limits, effort)?;
        }
        for name in alternative_names {
            self.check_name(name, limits, effort)?;
        }
        Ok(())
    }

    fn check_name(
        &self,
        name: &GeneralName,
        limits: &Limits,
        effort: &mut Effort,
    ) -> Result<(), Misfit> {
        let form = name.form();
        let excluded = self.excluded.get(&form).map_or(&[][..], Vec::as_slice);
        let permitted = self.permitted.get(&form).map_or(&[][..], Vec::as_slice);
        let comparisons = excluded.len() + permitted.iter().map(Vec::len).sum::<usize>();
        if !effort.spend_name_comparisons(comparisons, limits) {
            return Err(Misfit::TooManyComparisons);
        }
        let is_excluded = excluded
            .iter()
            .any(|base| is_within(name, base) != Within::No);
        let is_permitted = permitted.iter().all(|bases| {
            let mut bases = bases.iter();
            bases.any(|base| is_within(name, base) == Within::Yes)
        });
        if is_excluded || !is_permitted {
            return Err(Misfit::Name(describe(name)));
        }
        Ok(())
    }
}

/// The subject as a whole, and its e-mail addresses. An empty subject is a name only where there
/// is no other.
///
/// NOTE: the RFC looks at emailAddress only where there is no SubjectAltName. It is shown to
/// people just the same, so it is compared always, as OpenSSL does.
fn names_of_subject(certificate: &Certificate) -> impl Iterator<Item = GeneralName> {
    let subject = &certificate.subject;
    let counts = !subject.is_empty() || certificate.extensions.alternative_names.is_empty();
    let whole = counts.then(|| GeneralName::Directory(subject.clone()));
    let attributes = subject.attributes().iter();
    let addresses = attributes.filter(|attribute| attribute.kind == oid::EMAIL_ADDRESS);
    whole.into_iter().chain(addresses.map(|address| {
        // IA5String by the RFC, the other two by many issuers.
        match address.string_type {
            tag::IA5_STRING | tag::UTF8_STRING | tag::PRINTABLE_STRING => {
                GeneralName::Email(address.value.clone())
            }
            _ => GeneralName::NotCompared(NameForm::Email),
        }
    }))
}

fn is_within(name: &GeneralName, base: &GeneralName) -> Within {
    use GeneralName::{Directory, Dns, Email, IpAddress, Uri};
    match (name, base) {
        (Directory(name), Directory(base)) => Within::known(name.is_within(base)),
        (Email(name), Email(base)) => email_is_within(name, base),
        (Dns(name), Dns(base)) => dns_is_within(name, base),
        (Uri(name), Uri(base)) => uri_is_within(name, base),
        (IpAddress(name), IpAddress(base)) => Within::known(address_is_within(name, base)),
        _ => Within::Unclear,
    }
}

impl Within {
    fn known(within: bool) -> Self {
        if within { Within::Yes } else { Within::No }
    }
}

/// A mailbox, all mailboxes of a host, or of all hosts below a domain. The local part counts as
/// it is written (RFC 5280, 7.5), so one that differs in case only is unclear.
fn email_is_within(name: &str, base: &str) -> Within {
    let Some((local, host)) = mailbox(name) else {
        return Within::Unclear;
    };
    match mailbox(base) {
        Some((base_local, base_host)) if host.eq_ignore_ascii_case(base_host) => {
            if local == base_local {
                Within::Yes
            } else if local.eq_ignore_ascii_case(base_local) {
                Within::Unclear
            } else {
                Within::No
            }
        }
        Some(_) => Within::No,
        None => host_is_within(host, base),
    }
}

/// The host part (RFC 5280, 4.2.1.10); a URI without one that is a name is unclear.
fn uri_is_within(name: &str, base: &str) -> Within {
    match uri_host(name) {
        Some(host) => host_is_within(host, base),
        None => Within::Unclear,
    }
}

/// Exactly the host, or with a leading period any host below the domain. The RFC gives no
/// meaning to an empty base.
fn host_is_within(host: &str, base: &str) -> Within {
    match base.strip_prefix('.') {
        _ if base.is_empty() => Within::Unclear,
        Some(domain) => Within::known(is_below(host, domain)),
        None => Within::known(host.eq_ignore_ascii_case(base)),
    }
}

/// The domain and everything below it. A leading period of the base, not foreseen by the RFC,
/// leaves the domain itself unclear; a period at the end of either is the root of all names.
///
/// A wildcard stands for one label, and so for names on both sides of a subtree right below its
/// own domain (CVE-2025-61727).
fn dns_is_within(name: &str, base: &str) -> Within {
    let [name, base] = [name, base].map(|text| text.strip_suffix('.').unwrap_or(text));
    let (host, wildcard) = match name.strip_prefix("*.") {
        Some(host) => (host, true),
        None => (name, false),
    };
    let domain = base.strip_prefix('.').unwrap_or(base);
    if !is_host_name(host) {
        Within::Unclear
    } else if base.is_empty() || is_below(host, domain) {
        Within::Yes
    } else if host.eq_ignore_ascii_case(domain) {
        if wildcard || domain == base {
            Within::Yes
        } else {
            Within::Unclear
        }
    } else if wildcard && parent(domain).eq_ignore_ascii_case(host) {
        Within::Unclear
    } else {
        Within::No
    }
}

/// A domain without its first label.
fn parent(domain: &str) -> &str {
    domain.split_once('.').map_or("", |(_, parent)| parent)
}

fn address_is_within(address: &[u8], base: &[u8]) -> bool {
    let (network, mask) = base.split_at(base.len() / 2);
    address.len() == network.len()
        && address
            .iter()
            .zip(network)
            .zip(mask)
            .all(|((octet, wanted), mask)| octet & mask == wanted & mask)
}

fn is_below(host: &str, domain: &str) -> bool {
    let Some(at) = host.len().checked_sub(domain.len()) else {
        return false;
    };
    match (host.get(..at), host.get(at..)) {
        (Some(above), Some(end)) => above.ends_with('.') && end.eq_ignore_ascii_case(domain),
        _ => false,
    }
}

/// The host of an absolute URI with an authority (RFC 3986, 3.2.2), if it is a host name.
fn uri_host(uri: &str) -> Option<&str> {
    // Readers differ on what is not in the alphabet of URIs, such as a backslash.
    let outside = |byte: u8| !byte.is_ascii_graphic() || br#"\<>"{}|^`"#.contains(&byte);
    let (scheme, rest) = uri.split_once("://")?;
    let in_scheme = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    if uri.bytes().any(outside) || scheme.is_empty() || !scheme.bytes().all(in_scheme) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next()?;
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, end)| end);
    let (host, port) = host_and_port.split_once(':').unwrap_or((host_and_port, ""));
    let is_address = host
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'.');
    let has_port = port.bytes().all(|byte| byte.is_ascii_digit());
    (is_host_name(host) && !is_address && has_port).then_some(host)
}

fn describe(name: &GeneralName) -> String {
    match name {
        GeneralName::Email(text) | GeneralName::Dns(text) | GeneralName::Uri(text) => text.clone(),
        GeneralName::Directory(name) => name.to_string(),
        GeneralName::IpAddress(octets) => crate::hex(octets),
        GeneralName::NotCompared(form) => format!("{form:?}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Within::{No, Unclear, Yes};

    #[test]
    fn mailboxes_hosts_and_domains() {
        let cases = [
            ("a@example.com", "a@example.com", Yes),
            ("a@EXAMPLE.com", "a@example.COM", Yes),
            ("A@example.com", "a@example.com", Unclear),
            ("b@example.com", "a@example.com", No),
            ("a@example.com", "example.com", Yes),
            ("a@sub.example.com", "example.com", No),
            ("a@sub.example.com", ".example.com", Yes),
            ("a@example.com", ".example.com", No),
            ("a@notexample.com", ".example.com", No),
            ("a@b@example.com", "example.com", Unclear),
            ("example.com", "example.com", Unclear),
            ("a@example.com", "", Unclear),
        ];
        for (name, base, expected) in cases {
            assert_eq!(email_is_within(name, base), expected, "{name} in {base}");
        }
    }

    #[test]
    fn dns_names_and_their_subdomains() {
        let cases = [
            ("example.com", "example.com", Yes),
            ("a.b.Example.com", "example.COM", Yes),
            ("notexample.com", "example.com", No),
            ("com", "example.com", No),
            ("*.example.com", "example.com", Yes),
            ("*.example.com", "foo.example.com", Unclear),
            ("*.example.com", "example.org", No),
            (".example.com", "example.com", Unclear),
            ("example.com.", "example.com", Yes),
            ("example.com", "example.com.", Yes),
            ("*.example.com", "a.foo.example.com", No),
            ("a.example.com", ".example.com", Yes),
            ("*.example.com", ".example.com", Yes),
            ("example.com", ".example.com", Unclear),
            ("notexample.com", ".example.com", No),
            ("a*.example.com", "example.com", Unclear),
            ("anything", "", Yes),
        ];
        for (name, base, expected) in cases {
            assert_eq!(dns_is_within(name, base), expected, "{name} in {base}");
        }
    }

    #[test]
    fn hosts_of_uris() {
        let cases = [
            ("http://example.com/x", "example.com", Yes),
            ("https://u:p@Example.com:443?x@y", "example.com", Yes),
            ("http://sub.example.com", "example.com", No),
            ("http://sub.example.com#a", ".example.com", Yes),
            ("http://example.com", ".example.com", No),
            ("http://evil.org/@example.com", "example.com", No),
            ("http://evil.org\\@example.com/", "example.com", Unclear),
            ("http://example.com%2eevil.org/", "example.com", Unclear),
            ("http://example.com:80x/", "example.com", Unclear),
            ("http://10.0.0.1/", "example.com", Unclear),
            ("http://[::1]/", "example.com", Unclear),
            ("urn:x:y", "example.com", Unclear),
            ("mailto:a@example.com", "example.com", Unclear),
            ("/relative", "example.com", Unclear),
        ];
        for (name, base, expected) in cases {
            assert_eq!(uri_is_within(name, base), expected, "{name} in {base}");
        }
    }

    #[test]
    fn addresses_under_their_mask() {
        let range = [10, 1, 0, 0, 255, 255, 0, 0];
        assert!(address_is_within(&[10, 1, 9, 9], &range));
        assert!(!address_is_within(&[10, 2, 0, 0], &range));
        assert!(!address_is_within(&[0; 16], &range));
    }

    #[test]
    fn a_form_that_is_not_compared_is_neither_in_nor_out() {
        let other = GeneralName::NotCompared(NameForm::Other);
        assert_eq!(is_within(&other, &other), Unclear);
    }
}
