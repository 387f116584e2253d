//! Machine-readable suites of ETSI TS 119 322: the XML of RFC 5698, or JSON of the same shape.

use super::{CryptographicSuite, DigestRow, End, Scheme, SchemeRow};
use crate::asn1::Oid;
use crate::crypto::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
use crate::crypto::digest::DigestAlgorithm;
use crate::crypto::public_key::Curve;
use crate::error::Error;
use crate::time::UnixTime;
use roxmltree::Node;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;

const STRUCTURE: &str = "SecuritySuitabilityPolicy";

impl CryptographicSuite {
    /// Reads the XML form (RFC 5698, appendix A).
    ///
    /// An algorithm is known by its URI, and by its OID where the URI tells nothing: files are in
    /// the wild that misspell the OID of SHA-384. What sigill does not know is passed over, and so
    /// are starts of validity. Of several evaluations of the same the earliest end counts. Where
    /// an algorithm on elliptic curves is listed for any size and curves are listed as well,
    /// curves smaller than all of those are not. The signature of the file is not verified.
    ///
    /// # Errors
    /// [`Error::Malformed`] with the place in the text where it is no such file;
    /// [`Error::Unsupported`] where it bounds sizes from above.
    pub fn from_ts_119_322_xml(text: &str) -> Result<Self, Error> {
        let document = roxmltree::Document::parse(text).map_err(|error| {
            let position = error.pos();
            let offset = offset(text, position.row as usize, position.col as usize);
            Error::malformed(STRUCTURE, offset, "not well-formed XML")
        })?;
        policy(document.root_element())?.suite()
    }

    /// Reads the JSON form (TS 119 322, annex B), as
    /// [`from_ts_119_322_xml`](Self::from_ts_119_322_xml) does the XML.
    ///
    /// # Errors
    /// As there.
    pub fn from_ts_119_322_json(text: &str) -> Result<Self, Error> {
        let file: File = serde_json::from_str(text).map_err(|error| {
            let offset = offset(text, error.line(), error.column());
            Error::malformed(STRUCTURE, offset, "not JSON of the shape of TS 119 322")
        })?;
        file.policy.suite()
    }
}

/// The byte at a line and a column, both counted from 1.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before = text.split_inclusive('\n').take(line.saturating_sub(1));
    let line_start: usize = before.map(str::len).sum();
    (line_start + column.saturating_sub(1)).min(text.len())
}

#[derive(Deserialize)]
struct File {
    #[serde(rename = "SecuritySuitabilityPolicy")]
    policy: Policy,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    policy_name: PolicyName,
    #[serde(deserialize_with = "time")]
    policy_issue_date: UnixTime,
    algorithm: Vec<Algorithm>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyName {
    name: String,
    object_identifier: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Algorithm {
    algorithm_identifier: Identifier,
    evaluation: Vec<Evaluation>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Identifier {
    name: String,
    #[serde(default)]
    object_identifier: OneOrMany<String>,
    #[serde(default, rename = "URI")]
    uri: OneOrMany<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Evaluation {
    #[serde(default)]
    parameter: Vec<Parameter>,
    validity: Validity,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter {
    #[serde(rename = "name")]
    name: String,
    min: Option<u32>,
    max: Option<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Validity {
    #[serde(default, deserialize_with = "day")]
    end: Option<UnixTime>,
}

/// JSON writers leave out the brackets around a single value.
#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        OneOrMany::Many(Vec::new())
    }
}

impl<T> OneOrMany<T> {
    fn as_slice(&self) -> &[T] {
        match self {
            OneOrMany::One(one) => std::slice::from_ref(one),
            OneOrMany::Many(many) => many,
        }
    }
}

fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UnixTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    read_time(&text).ok_or_else(|| serde::de::Error::custom("not a time"))
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<UnixTime>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match read_day(&text) {
        Some(day) => Ok(Some(day)),
        None => Err(serde::de::Error::custom("not a day")),
    }
}

/// `xs:dateTime`, UTC where it has no zone.
fn read_time(text: &str) -> Option<UnixTime> {
    UnixTime::from_rfc3339(text).or_else(|| UnixTime::from_rfc3339(&format!("{text}Z")))
}

/// The beginning of an `xs:date`, as EU DSS takes it.
fn read_day(text: &str) -> Option<UnixTime> {
    let (day, zone) = text.split_at_checked(10)?;
    read_time(&format!("{day}T00:00:00{zone}"))
}

/// The XML as the same structures that JSON is read into.
fn policy(root: Node<'_, '_>) -> Result<Policy, Error> {
    if root.tag_name().name() != STRUCTURE {
        return Err(wrong(root, "another root element"));
    }
    let name = child(root, "PolicyName")?;
    let issued = child(root, "PolicyIssueDate")?;
    Ok(Policy {
        policy_name: PolicyName {
            name: text(child(name, "Name")?),
            object_identifier: children(name, "ObjectIdentifier").map(text).next(),
        },
        policy_issue_date: read_time(&text(issued))
            .ok_or_else(|| wrong(issued, "a PolicyIssueDate that is no time"))?,
        algorithm: children(root, "Algorithm")
            .map(algorithm)
            .collect::<Result<_, _>>()?,
    })
}

fn algorithm(node: Node<'_, '_>) -> Result<Algorithm, Error> {
    let identifier = child(node, "AlgorithmIdentifier")?;
    let texts = |name| OneOrMany::Many(children(identifier, name).map(text).collect());
    let evaluations = children(node, "Evaluation").map(evaluation);
    Ok(Algorithm {
        algorithm_identifier: Identifier {
            name: text(child(identifier, "Name")?),
            object_identifier: texts("ObjectIdentifier"),
            uri: texts("URI"),
        },
        evaluation: evaluations.collect::<Result<_, _>>()?,
    })
}

fn evaluation(node: Node<'_, '_>) -> Result<Evaluation, Error> {
    let parameters = children(node, "Parameter").map(parameter);
    let end = children(child(node, "Validity")?, "End").next();
    let end =
        end.map(|end| read_day(&text(end)).ok_or_else(|| wrong(end, "an End that is no day")));
    Ok(Evaluation {
        parameter: parameters.collect::<Result<_, _>>()?,
        validity: Validity {
            end: end.transpose()?,
        },
    })
}

fn parameter(node: Node<'_, '_>) -> Result<Parameter, Error> {
    let bound = |name| {
        let bound = children(node, name).next();
        let number = |bound| {
            let number = text(bound).parse();
            number.map_err(|_| wrong(bound, "a size that is no number"))
        };
        bound.map(number).transpose()
    };
    Ok(Parameter {
        name: node.attribute("name").unwrap_or_default().to_owned(),
        min: bound("Min")?,
        max: bound("Max")?,
    })
}

fn children<'a, 'input>(
    node: Node<'a, 'input>,
    name: &str,
) -> impl Iterator<Item = Node<'a, 'input>> {
    let name = name.to_owned();
    node.children()
        .filter(move |child| child.tag_name().name() == name)
}

fn child<'a, 'input>(
    node: Node<'a, 'input>,
    name: &'static str,
) -> Result<Node<'a, 'input>, Error> {
    children(node, name)
        .next()
        .ok_or(Error::malformed(name, node.range().start, "nothing"))
}

fn text(node: Node<'_, '_>) -> String {
    node.text().unwrap_or_default().trim().to_owned()
}

fn wrong(node: Node<'_, '_>, problem: &'static str) -> Error {
    Error::malformed(STRUCTURE, node.range().start, problem)
}

/// What an identifier names.
enum Named {
    Digest(DigestAlgorithm),
    /// The size that the name itself fixes, as ML-DSA-65 does, comes last.
    Scheme(Scheme, Option<DigestAlgorithm>, Option<u32>),
    Curve(u32),
    Nothing,
}

impl Policy {
    fn suite(&self) -> Result<CryptographicSuite, Error> {
        let version = self.policy_name.object_identifier.iter();
        let source = [self.policy_name.name.as_str()]
            .into_iter()
            .chain(version.map(String::as_str))
            .collect::<Vec<_>>()
            .join(" ");
        let mut suite = CryptographicSuite {
            source: Cow::Owned(source),
            update_date: self.policy_issue_date,
            digests: Vec::new(),
            schemes: Vec::new(),
        };
        let smallest_curve = self.smallest_curve();
        for algorithm in &self.algorithm {
            let identifier = &algorithm.algorithm_identifier;
            let source = format!("{}, {}", suite.source, identifier.name);
            let evaluations = &algorithm.evaluation;
            match identifier.named() {
                Named::Digest(digest) => {
                    for evaluation in evaluations {
                        suite.add_digest(digest, evaluation.end(), &source);
                    }
                }
                Named::Scheme(scheme, digest, fixed) => {
                    for evaluation in evaluations {
                        let least = fixed.or(smallest_curve.filter(|_| scheme == Scheme::Ecdsa));
                        let size = evaluation.minimum_size(scheme)?.or(least).unwrap_or(0);
                        suite.add_scheme(scheme, digest, size, evaluation.end(), &source);
                    }
                }
                Named::Curve(_) | Named::Nothing => {}
            }
        }
        Ok(suite)
    }

    fn smallest_curve(&self) -> Option<u32> {
        let named = self.algorithm.iter();
        named
            .filter_map(|algorithm| match algorithm.algorithm_identifier.named() {
                Named::Curve(bits) => Some(bits),
                _ => None,
            })
            .min()
    }
}

impl Identifier {
    fn named(&self) -> Named {
        let mut uris = self.uri.as_slice().iter();
        if let Some(digest) = uris.find_map(|uri| DigestAlgorithm::from_uri(uri)) {
            return Named::Digest(digest);
        }
        let oids = self.object_identifier.as_slice().iter();
        for oid in oids.filter_map(|dotted| Oid::from_dotted(dotted)) {
            match named_by(oid) {
                Named::Nothing => {}
                named => return named,
            }
        }
        Named::Nothing
    }
}

fn named_by(oid: Oid) -> Named {
    if let Some(digest) = DigestAlgorithm::from_oid(&oid) {
        return Named::Digest(digest);
    }
    if let Some(bits) = Curve::from_oid(oid.clone()).bits() {
        return Named::Curve(bits);
    }
    match oid.to_string().as_str() {
        "1.2.840.113549.1.1.1" => return Named::Scheme(Scheme::RsaPkcs1, None, None),
        "1.2.840.113549.1.1.10" => return Named::Scheme(Scheme::RsaPss, None, None),
        "1.2.840.10045.2.1" => return Named::Scheme(Scheme::Ecdsa, None, None),
        "1.2.840.10040.4.1" => return Named::Scheme(Scheme::Dsa, None, None),
        _ => {}
    }
    let identifier = AlgorithmIdentifier {
        oid,
        parameters: None,
    };
    let fixed = |algorithm: &SignatureAlgorithm| match algorithm {
        SignatureAlgorithm::MlDsa44 => Some(44),
        SignatureAlgorithm::MlDsa65 => Some(65),
        SignatureAlgorithm::MlDsa87 => Some(87),
        _ => None,
    };
    match SignatureAlgorithm::identify(&identifier, None) {
        // The same scheme as ECDSA, whose rows stand for both: V2.1.1 gives another algorithm
        // the OID of one of these.
        None | Some(SignatureAlgorithm::PlainEcdsa { .. }) => Named::Nothing,
        Some(algorithm) => {
            let size = fixed(&algorithm);
            Named::Scheme(Scheme::of(&algorithm), algorithm.digest(), size)
        }
    }
}

impl Evaluation {
    fn end(&self) -> End {
        self.validity.end.map_or(End::Never, End::At)
    }

    /// The least size of a key in bits; the size of the subgroup of DSA follows from its own.
    fn minimum_size(&self, scheme: Scheme) -> Result<Option<u32>, Error> {
        let name = match scheme {
            Scheme::RsaPkcs1 | Scheme::RsaPss => "moduluslength",
            Scheme::Dsa | Scheme::Ecdsa | Scheme::EdDsa | Scheme::MlDsa => "plength",
        };
        if self.parameter.iter().any(|bound| bound.max.is_some()) {
            return Err(Error::Unsupported {
                structure: "Evaluation",
                feature: "a greatest size",
            });
        }
        let mut sizes = self.parameter.iter().filter(|bound| bound.name == name);
        Ok(sizes.find_map(|bound| bound.min))
    }
}

impl CryptographicSuite {
    fn add_digest(&mut self, digest: DigestAlgorithm, end: End, source: &str) {
        match self.digests.iter_mut().find(|row| row.digest == digest) {
            Some(row) => row.end = row.end.min(end),
            None => self.digests.push(DigestRow {
                digest,
                end,
                source: Cow::Owned(source.to_owned()),
            }),
        }
    }

    fn add_scheme(
        &mut self,
        scheme: Scheme,
        digest: Option<DigestAlgorithm>,
        minimum_size: u32,
        end: End,
        source: &str,
    ) {
        let same = self.schemes.iter_mut().find(|row| {
            (row.scheme, row.digest, row.minimum_size) == (scheme, digest, minimum_size)
        });
        match same {
            Some(row) => row.end = row.end.min(end),
            None => self.schemes.push(SchemeRow {
                scheme,
                digest,
                minimum_size,
                end,
                source: Cow::Owned(source.to_owned()),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use crate::crypto::suite::table::until;

    const XML: &str = include_str!("../../../fixtures/suites/ts-119-322.xml");
    const JSON: &str = include_str!("../../../fixtures/suites/ts-119-322.json");

    fn both() -> [CryptographicSuite; 2] {
        [
            CryptographicSuite::from_ts_119_322_xml(XML).unwrap(),
            CryptographicSuite::from_ts_119_322_json(JSON).unwrap(),
        ]
    }

    fn end(suite: &CryptographicSuite, scheme: Scheme, digest: DigestAlgorithm, size: u32) -> End {
        let row = suite.scheme_row(scheme, Some(digest), size);
        row.map_or(End::NotListed, |row| row.end)
    }

    #[test]
    fn both_forms_say_the_same() {
        let [xml, json] = both();
        assert_eq!(xml, json);
        assert_eq!(xml.source, "Example of suites 3.1.4");
        assert_eq!(xml.update_date.to_string(), "2025-06-01T00:00:00Z");
    }

    #[test]
    fn rows_are_those_of_the_file() {
        use DigestAlgorithm::{Sha1, Sha256, Sha384, Sha512};
        let [suite, _] = both();
        let digest = |digest| suite.digest_end(digest).end;
        assert_eq!(digest(Sha1), until(2012, 8, 1));
        assert_eq!(digest(Sha256), End::Never);
        // By its URI: the OID of the file is not that of SHA-384.
        assert_eq!(digest(Sha384), until(2040, 1, 1));
        assert_eq!(digest(Sha512), End::NotListed);
        let rsa = |digest, size| end(&suite, Scheme::RsaPkcs1, digest, size);
        assert_eq!(rsa(Sha256, 1024), End::NotListed);
        assert_eq!(rsa(Sha256, 2048), until(2026, 4, 1));
        assert_eq!(rsa(Sha256, 3072), until(2034, 1, 1));
        assert_eq!(rsa(Sha384, 4096), End::NotListed);
        assert_eq!(end(&suite, Scheme::RsaPss, Sha256, 4096), End::Never);
        // Listed for any size, yet the smallest curve of the file has 256 bits.
        assert_eq!(end(&suite, Scheme::Ecdsa, Sha256, 192), End::NotListed);
        assert_eq!(end(&suite, Scheme::Ecdsa, Sha256, 256), End::Never);
        // Two evaluations: the earlier end.
        assert_eq!(end(&suite, Scheme::Dsa, Sha256, 2048), until(2028, 1, 1));
        assert_eq!(end(&suite, Scheme::MlDsa, Sha256, 44), End::NotListed);
        assert_eq!(end(&suite, Scheme::MlDsa, Sha256, 65), End::Never);
    }

    #[test]
    fn an_imported_suite_can_be_written_as_toml() {
        let [suite, _] = both();
        assert_eq!(CryptographicSuite::from_toml(&suite.to_toml()), Ok(suite));
    }

    #[test]
    fn a_bad_file_names_the_place() {
        for (good, bad) in [
            ("2026-04-01", "2026-04-31"),
            ("2025-06-01", "20250601"),
            ("1900", "many"),
        ] {
            for (text, read) in [
                (
                    XML,
                    CryptographicSuite::from_ts_119_322_xml as fn(&str) -> _,
                ),
                (JSON, CryptographicSuite::from_ts_119_322_json),
            ] {
                let place = text.find(good).unwrap();
                let error: Error = read(&text.replacen(good, bad, 1)).unwrap_err();
                let Error::Malformed { offset, .. } = error else {
                    unreachable!("{error}")
                };
                assert!(offset.abs_diff(place) < 80, "{error}, not {place}");
            }
        }
        let text = XML.replacen("</dssc:Publisher>", "</dssc:Publish>", 1);
        let place = text.find("</dssc:Publish>").unwrap();
        let ill_formed = CryptographicSuite::from_ts_119_322_xml(&text);
        assert!(matches!(ill_formed, Err(Error::Malformed { offset, .. }) if offset == place));
        assert!(CryptographicSuite::from_ts_119_322_xml(&XML[..XML.len() - 9]).is_err());
        let other = CryptographicSuite::from_ts_119_322_xml("<a/>");
        assert!(matches!(other, Err(Error::Malformed { offset: 0, .. })));
    }

    #[test]
    fn sizes_with_a_greatest_are_not_guessed_at() {
        let text = XML.replacen("</dssc:Min>", "</dssc:Min><dssc:Max>2047</dssc:Max>", 1);
        let read = CryptographicSuite::from_ts_119_322_xml(&text);
        assert!(matches!(read, Err(Error::Unsupported { .. })));
    }
}
