//! Canonical forms against those of libxml2, signatures of libxmlsec1, and what must be refused.
//! `fixtures/make/xml_vectors.py` makes the vectors.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use super::identifier::{Identified, identified};
use super::signature::{ReferenceCheck, Signature};
use super::{Canonicalization, NodeSet, decode, parse};
use crate::crypto::{self, Verification};
use crate::error::Error;
use crate::limits::Limits;
use crate::x509::Certificate;
use proptest::prelude::*;
use serde::Deserialize;
use std::path::PathBuf;

#[derive(Deserialize)]
struct Row {
    name: String,
    source: String,
    method: String,
    part: Option<String>,
    prefixes: Vec<String>,
    canonical: String,
}

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/xml")
}

fn read(xml: &str) -> Result<(), Error> {
    let text = decode(xml.as_bytes(), "document", &Limits::default())?;
    parse(&text, "document", &Limits::default()).map(drop)
}

/// The method as XMLDSig names it, with its parameters.
fn method(row: &Row) -> Canonicalization {
    let prefixes: Vec<&str> = row.prefixes.iter().map(String::as_str).collect();
    let list = prefixes.join(" ");
    let element = format!(
        "<Transform Algorithm='{}'><InclusiveNamespaces xmlns='http://www.w3.org/2001/10/xml-exc-c14n#' PrefixList='{list}'/></Transform>",
        row.method
    );
    let document = parse(&element, "Transform", &Limits::default()).unwrap();
    Canonicalization::of(document.root_element()).unwrap()
}

#[test]
fn forms_are_those_of_libxml2() {
    let text = std::fs::read_to_string(fixtures().join("canonical.json")).unwrap();
    let rows: Vec<Row> = serde_json::from_str(&text).unwrap();
    assert!(rows.len() > 300);
    for row in &rows {
        let limits = Limits::default();
        let text = decode(row.source.as_bytes(), "document", &limits).unwrap();
        let document = parse(&text, "document", &limits).unwrap();
        let apex = match &row.part {
            None => document.root(),
            Some(identifier) => match identified(&document, identifier) {
                Identified::One(element) => element,
                other => panic!("{}: {other:?}", row.name),
            },
        };
        let form = method(row).apply(NodeSet::below(apex), limits.xml_bytes);
        let form = String::from_utf8(form.unwrap()).unwrap();
        assert_eq!(form, row.canonical, "{} by {}", row.name, row.method);
    }
}

#[test]
fn signatures_of_libxmlsec1_are_intact_and_changed_ones_are_not() {
    let names = (1..=12).map(|number| format!("signed-{number}.xml"));
    for name in names.chain(["signed-ecdsa.xml".to_owned()]) {
        let xml = std::fs::read_to_string(fixtures().join(&name)).unwrap();
        assert_eq!(
            verify(&xml),
            (vec![ReferenceCheck::Intact], Verification::Valid),
            "{name}"
        );
        let changed = xml.replace("text", "test");
        assert_eq!(verify(&changed).0, [ReferenceCheck::Differs], "{name}");
        let changed = xml.replace("xml:lang=\"sv\"", "xml:lang=\"en\"");
        let inherits = !name.starts_with("signed-6") && !name.starts_with("signed-12");
        let is_intact = verify(&changed).0 == [ReferenceCheck::Intact];
        assert_eq!(is_intact, !inherits, "{name}: language");
        let commented = xml.replace("text", "te<!-- more -->xt");
        assert_eq!(verify(&commented).0, [ReferenceCheck::Intact], "{name}");
        let other = xml.replace(
            "DigestMethod Algorithm=\"http",
            "DigestMethod  Algorithm=\"http",
        );
        assert_eq!(verify(&other), verify(&xml), "{name}");
        let value = xml.replace("<ds:DigestValue>", "<ds:DigestValue> ");
        assert_eq!(verify(&value).1, Verification::Invalid, "{name}");
        let wrapped = xml.replace("</list>", "<wrapped ID='part'/></list>");
        let expected = match xml.contains("#part") {
            true => ReferenceCheck::NotIdentified,
            false => ReferenceCheck::Differs,
        };
        assert_eq!(verify(&wrapped).0, [expected], "{name}");
    }
}

/// What is found with the key of the certificate that stands inside.
fn verify(xml: &str) -> (Vec<ReferenceCheck>, Verification) {
    let limits = Limits::default();
    let document = parse(xml, "document", &limits).unwrap();
    let mut elements = document.descendants();
    let element = elements.find(|node| node.tag_name().name() == "Signature");
    let signature = Signature::read(element.unwrap(), &limits).unwrap();
    let certificate = Certificate::read(&signature.certificates[0]).unwrap();
    let checks = signature.references.iter();
    let checks = checks.map(|reference| signature.check(reference, &limits).unwrap());
    let checks = checks.collect();
    let octets = signature.signed_octets(&limits).unwrap();
    let value = match signature.algorithm.zip(octets) {
        None => Verification::Unsupported,
        Some((algorithm, octets)) => {
            let key = &certificate.public_key;
            crypto::verify(key, &algorithm, &octets, &signature.value)
        }
    };
    (checks, value)
}

#[test]
fn other_transforms_methods_and_places_are_refused_by_name() {
    let xml = std::fs::read_to_string(fixtures().join("signed-1.xml")).unwrap();
    let enveloped = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
    let xpath = "http://www.w3.org/TR/1999/REC-xpath-19991116";
    assert_eq!(
        verify(&xml.replace(enveloped, xpath)).0,
        [ReferenceCheck::Unsupported(xpath.to_owned())]
    );
    for place in ["other.xml", "#xpointer(/)", "http://example.org/"] {
        let changed = xml.replace("URI=\"\"", &format!("URI=\"{place}\""));
        let expected = ReferenceCheck::Unsupported("a reference out of the document".to_owned());
        assert_eq!(verify(&changed).0, [expected], "{place}");
    }
    let gone = xml.replace("URI=\"\"", "URI=\"#nowhere\"");
    assert_eq!(verify(&gone).0, [ReferenceCheck::NotIdentified]);
    let hmac = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
    let changed = xml.replace("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", hmac);
    assert_eq!(verify(&changed).1, Verification::Unsupported);
    let changed = xml.replace("xmldsig-more#rsa-sha256", "xmldsig-more#rsa-sha384");
    assert_eq!(verify(&changed).1, Verification::Invalid);
}

#[test]
fn what_could_be_read_two_ways_is_refused() {
    let kind = |xml: &str| read(xml).unwrap_err().kind();
    assert_eq!(
        kind("<!DOCTYPE r [<!ENTITY e 'x'>]><r>&e;</r>"),
        "unsupported"
    );
    assert_eq!(kind("<!DOCTYPE r SYSTEM 'r.dtd'><r/>"), "unsupported");
    assert_eq!(
        kind("<?xml version='1.0' encoding='ISO-8859-1'?><r/>"),
        "unsupported"
    );
    assert_eq!(kind("<r xmlns='relative'/>"), "unsupported");
    assert_eq!(kind("<r xmlns:a=''/>"), "unsupported");
    assert_eq!(kind("<r xmlns='urn:a' xmlns='urn:b'/>"), "malformed");
    assert_eq!(kind("<r a='1' a='2'/>"), "malformed");
    assert_eq!(kind("<r><s></r>"), "malformed");
    assert_eq!(kind("<r a='1'xmlns:b='u:'/>"), "malformed");
    assert_eq!(kind(""), "empty");
    assert!(read("<?xml version='1.0' encoding = 'utf-8' standalone='yes'?><r/>").is_ok());
    assert!(read("<r><!-- <!DOCTYPE r> --><![CDATA[<!DOCTYPE r>]]></r>").is_ok());
}

#[test]
fn limits_hold_before_the_parser_works() {
    let limit = |xml: &str| match read(xml) {
        Err(Error::OverLimit { limit, .. }) => limit,
        other => panic!("{other:?}"),
    };
    assert_eq!(limit(&"<r>".repeat(1_000_000)), "levels of XML elements");
    let attributes: String = (0..1_000).map(|count| format!(" a{count}='>'")).collect();
    assert_eq!(
        limit(&format!("<r{attributes}/>")),
        "attributes of an XML element"
    );
    let names: String = (0..200)
        .map(|count| format!(" xmlns:a{count} = 'u:'"))
        .collect();
    assert_eq!(limit(&format!("<r{names}/>")), "XML name spaces in scope");
    let nested = "<r xmlns:a='u:' xmlns:b='u:'>".repeat(60);
    assert_eq!(limit(&nested), "XML name spaces in scope");
    let siblings = "<s xmlns:a='u:'/><s xmlns:a='u:'></s>".repeat(1_000);
    assert!(read(&format!("<r>{siblings}</r>")).is_ok());

    let long = "u:".repeat(50_000);
    let repeated = "<a:s/>".repeat(2_000);
    let xml = format!("<r xmlns:a='{long}'>{repeated}</r>");
    let document = parse(&xml, "document", &Limits::default()).unwrap();
    let exclusive = Canonicalization::from_uri("http://www.w3.org/2001/10/xml-exc-c14n#").unwrap();
    let form = exclusive.apply(NodeSet::below(document.root()), 10 << 20);
    assert_eq!(form.unwrap_err().kind(), "over-limit");
}

#[test]
fn the_deepest_document_that_is_read_has_a_form() {
    let depth = usize::try_from(Limits::default().xml_depth).unwrap();
    let xml = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
    let document = parse(&xml, "document", &Limits::default()).unwrap();
    let exclusive = Canonicalization::from_uri("http://www.w3.org/2001/10/xml-exc-c14n#").unwrap();
    let form = exclusive.apply(NodeSet::below(document.root()), 10_000);
    assert_eq!(form.unwrap(), xml.into_bytes());
}

proptest! {
    /// What has a form has the same form again, and nothing panics.
    #[test]
    fn forms_of_forms_are_the_same(text in "(<[ab]?:?[ab]( xmlns(:[ab])?='u:[ab]'| [ab]='[^<&\\r]')?/?>|</[ab]>|<!--|-->|<\\?|\\?>|[\\[\\]!x&;\\r\\n]){0,20}") {
        let limits = Limits::default();
        let decoded = decode(text.as_bytes(), "document", &limits);
        let decoded = decoded.unwrap_or_default();
        if let Ok(document) = parse(&decoded, "document", &limits) {
            let method = Canonicalization::from_uri("http://www.w3.org/2006/12/xml-c14n11#WithComments");
            let form = |text: &str, document: NodeSet<'_, '_>| {
                let form = method.as_ref().unwrap().apply(document, limits.xml_bytes);
                String::from_utf8(form.unwrap()).unwrap_or_else(|_| panic!("{text}"))
            };
            let once = form(&text, NodeSet::below(document.root()));
            let again = parse(&once, "document", &limits).unwrap();
            prop_assert_eq!(form(&once, NodeSet::below(again.root())), once.clone());
        }
    }
}

#[test]
fn canonical_xml_1_1_inherits_language_and_space_only() {
    let xml = "<r xml:base='http://a/' xml:lang='sv' xml:id='i' xml:odd='1'><s/></r>";
    let inner = |xml: &str, uri: &str| {
        let document = parse(xml, "document", &Limits::default()).unwrap();
        let part = document.root_element().first_element_child().unwrap();
        let form = Canonicalization::from_uri(uri)
            .unwrap()
            .apply(NodeSet::below(part), 1_000);
        form.map(|form| String::from_utf8(form).unwrap())
    };
    let uri_10 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    let uri_11 = "http://www.w3.org/2006/12/xml-c14n11";
    assert_eq!(
        inner(xml, uri_10).unwrap(),
        "<s xml:base=\"http://a/\" xml:id=\"i\" xml:lang=\"sv\" xml:odd=\"1\"></s>"
    );
    assert_eq!(inner(xml, uri_11).unwrap_err().kind(), "unsupported");
    let without_base = xml.replace("xml:base='http://a/'", "");
    assert_eq!(
        inner(&without_base, uri_11).unwrap(),
        "<s xml:lang=\"sv\"></s>"
    );
}
