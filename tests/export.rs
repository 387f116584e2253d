//! Packages for an e-archive: whole, well-formed, valid where the schemas are at hand, and
//! without any personal number outside the envelope.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use roxmltree::{Document as Xml, Node};
use sigill::archive::{self, Delivery, Package, Party, SealedContent};
use sigill::crypto::{DigestAlgorithm, sha256};
use sigill::limits::Limits;
use sigill::validation::Language;
use sigill::{Bytes, Document, Evidence, Policy, Report, Validator};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::tsa::Authority;
use support::{read, time, trust};

const METS: &str = "http://www.loc.gov/METS/";
const XLINK: &str = "http://www.w3.org/1999/xlink";
const CSIP: &str = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS";
/// A personal number of nobody, as Skatteverket publishes them for tests.
const NUMBER: &str = "191212121212";

fn envelope(document: &str, name: &str, diary_number: Option<&str>) -> Bytes {
    let (trust, policy, sealed) = (trust(), Policy::default(), time("2026-01-20T09:00:00Z"));
    let document = Document::read(read(document)).unwrap();
    let evidence = Evidence::from(&document);
    let validator = Validator::new(&trust, &policy);
    let report = validator.validate(&document, &evidence, sealed);
    let content = SealedContent {
        document: &document,
        name,
        detached_name: None,
        diary_number,
        evidence: &evidence,
        validator: &validator,
        report: &report,
        full_report: None,
    };
    let pending = archive::prepare(&content, DigestAlgorithm::Sha256).unwrap();
    let token = Authority::archive().answer(&pending.request(1), sealed);
    Bytes::from(pending.complete(&token).unwrap())
}

fn check(envelope: &Bytes, name: &str) -> Report {
    let (trust, policy) = (trust(), Policy::default());
    let validator = Validator::new(&trust, &policy);
    let at = time("2026-02-01T00:00:00Z");
    let mut report = archive::check(envelope, &validator, &Evidence::default(), at).unwrap();
    report.envelope.as_mut().unwrap().path = Some(name.to_owned());
    report
}

fn delivery() -> Delivery {
    let party = |name: &str, code: &str| Party {
        name: name.to_owned(),
        code: Some(code.to_owned()),
    };
    Delivery {
        created: time("2026-02-01T00:00:00Z"),
        submitter: party("Testkommunen <&\"'>]]>", "212000-0142"),
        creator: Some(party("Testnämnden\u{b}\u{ffff}", NUMBER)),
        archive: Some(party("Testarkivet", "000000-0000")),
        agreement: Some("A & B".to_owned()),
        schemas: vec![("mets.xsd".to_owned(), Bytes::from_static(b"<x/>"))],
        language: Language::Swedish,
    }
}

fn export(document: &str, name: &str) -> Package {
    export_of(document, name, None)
}

fn export_of(document: &str, name: &str, diary_number: Option<&str>) -> Package {
    let envelope = envelope(document, name, diary_number);
    let name = format!("{name}.asice");
    let report = check(&envelope, &name);
    archive::export(&envelope, &name, &report, &delivery(), &Limits::default()).unwrap()
}

fn documents() -> [&'static str; 4] {
    [
        "cases/pades/b-lt-rsa/input.pdf",
        "cases/pades/b-lta-rsa/input.pdf",
        "cases/cades/b-b-attached-rsa/input.p7m",
        "cases/binding/seal-pdf/input.pdf",
    ]
}

fn packages() -> Vec<Package> {
    let mut packages: Vec<Package> = documents()
        .into_iter()
        .map(|document| export(document, "beslut <1> & 2.pdf"))
        .collect();
    for number in ["KS <2026>/1 & 2", NUMBER, "", "\u{b}]]>"] {
        packages.push(export_of(documents()[0], "beslut.pdf", Some(number)));
    }
    packages
}

fn text<'a>(package: &'a Package, path: &str) -> &'a str {
    let mut files = package.files.iter();
    let file = files.find(|(name, _)| name == path);
    std::str::from_utf8(&file.unwrap_or_else(|| panic!("no {path}")).1).unwrap()
}

fn attribute<'a>(node: Node<'a, '_>, name: &str) -> &'a str {
    node.attribute(name)
        .unwrap_or_else(|| panic!("no {name} on {:?}", node.tag_name()))
}

/// Where a METS document refers to a file, the file is there with this size and digest.
fn compare_files(package: &Package, mets: &Xml<'_>, below: &str) -> BTreeSet<String> {
    let files: BTreeMap<&str, &Bytes> = package
        .files
        .iter()
        .map(|(path, content)| (path.as_str(), content))
        .collect();
    let mut named = BTreeSet::new();
    for node in mets.descendants() {
        let place = match node.tag_name().name() {
            "mdRef" => node,
            "file" => node.first_element_child().unwrap(),
            _ => continue,
        };
        assert_eq!(attribute(place, "LOCTYPE"), "URL");
        assert_eq!(place.attribute((XLINK, "type")), Some("simple"));
        let path = format!("{below}{}", place.attribute((XLINK, "href")).unwrap());
        let content = files.get(path.as_str()).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(attribute(node, "SIZE"), content.len().to_string(), "{path}");
        assert_eq!(attribute(node, "CHECKSUMTYPE"), "SHA-256");
        let digest: String = sha256(content)
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        assert_eq!(attribute(node, "CHECKSUM"), digest, "{path}");
        assert!(!attribute(node, "MIMETYPE").is_empty());
        assert!(named.insert(path));
    }
    named
}

#[test]
fn every_file_is_listed_with_its_digest() {
    for package in packages() {
        let main = Xml::parse(text(&package, "METS.xml")).unwrap();
        let mut named = compare_files(&package, &main, "");
        let below = Xml::parse(text(&package, "representations/rep1/METS.xml")).unwrap();
        named.extend(compare_files(&package, &below, "representations/rep1/"));
        named.insert("METS.xml".to_owned());
        let files = package.files.iter();
        let written: BTreeSet<String> = files.map(|(path, _)| path.clone()).collect();
        assert_eq!(named, written);
        assert_eq!(written.len(), package.files.len());
    }
}

/// What CSIP 2.2 and SIP 2.2 make a MUST, by the numbers of their profiles.
#[test]
fn the_profiles_are_kept_to() {
    let package = export("cases/pades/b-lt-rsa/input.pdf", "beslut.pdf");
    let main = Xml::parse(text(&package, "METS.xml")).unwrap();
    let root = main.root_element();
    // CSIP1, CSIP2, SIP2
    assert_eq!(root.tag_name().namespace(), Some(METS));
    assert_eq!(attribute(root, "OBJID"), package.identifier);
    assert_eq!(attribute(root, "TYPE"), "OTHER");
    assert!(root.attribute((CSIP, "OTHERTYPE")).is_some());
    assert_eq!(
        root.attribute((CSIP, "CONTENTINFORMATIONTYPE")),
        Some("citserms_v3_0")
    );
    assert!(attribute(root, "PROFILE").contains("E-ARK-SIP"));
    // CSIP7, SIP4
    let header = root.first_element_child().unwrap();
    assert_eq!(attribute(header, "CREATEDATE"), "2026-02-01T00:00:00Z");
    assert_eq!(header.attribute((CSIP, "OAISPACKAGETYPE")), Some("SIP"));
    // CSIP10 to CSIP16, SIP9 to SIP31
    let agents: Vec<_> = header
        .children()
        .filter(|node| node.has_tag_name((METS, "agent")))
        .map(|agent| (attribute(agent, "ROLE"), attribute(agent, "TYPE")))
        .collect();
    let organisation = |role| (role, "ORGANIZATION");
    assert_eq!(
        agents,
        [
            ("CREATOR", "OTHER"),
            organisation("ARCHIVIST"),
            organisation("CREATOR"),
            organisation("PRESERVATION")
        ]
    );
}

#[test]
fn every_part_stands_in_the_structural_map() {
    let package = export("cases/pades/b-lt-rsa/input.pdf", "beslut.pdf");
    let main = Xml::parse(text(&package, "METS.xml")).unwrap();
    // CSIP60, CSIP113, CSIP114
    let uses: Vec<_> = main
        .descendants()
        .filter(|node| node.has_tag_name((METS, "fileGrp")))
        .map(|group| attribute(group, "USE"))
        .collect();
    assert_eq!(uses, ["Documentation", "Schemas", "Representations/rep1"]);
    // CSIP80 to CSIP112
    let map = main
        .descendants()
        .find(|node| node.has_tag_name((METS, "structMap")));
    let map = map.unwrap();
    assert_eq!(attribute(map, "TYPE"), "PHYSICAL");
    assert_eq!(attribute(map, "LABEL"), "CSIP");
    let labels: Vec<_> = map
        .descendants()
        .filter(|node| node.has_tag_name((METS, "div")))
        .map(|div| attribute(div, "LABEL"))
        .collect();
    let expected = [
        "Metadata",
        "Documentation",
        "Schemas",
        "Representations/rep1",
    ];
    assert_eq!(labels[1..], expected);
}

#[test]
fn what_is_referred_to_is_there() {
    let package = export("cases/pades/b-lt-rsa/input.pdf", "beslut.pdf");
    for path in ["METS.xml", "representations/rep1/METS.xml"] {
        let mets = Xml::parse(text(&package, path)).unwrap();
        let mut ids = BTreeSet::new();
        for id in mets.descendants().filter_map(|node| node.attribute("ID")) {
            assert!(ids.insert(id), "{path}: {id} twice");
        }
        for name in ["FILEID", "ADMID", "DMDID"] {
            for id in mets.descendants().filter_map(|node| node.attribute(name)) {
                assert!(ids.contains(id), "{path}: no {id}");
            }
        }
    }
}

#[test]
fn signatures_stand_in_erms_and_premis() {
    let package = export("cases/pades/b-lt-rsa/input.pdf", "beslut.pdf");
    let erms = Xml::parse(text(&package, "metadata/descriptive/erms.xml")).unwrap();
    let mut nodes = erms.descendants();
    let signature = nodes
        .find(|node| node.tag_name().name() == "eSignature")
        .unwrap();
    assert_eq!(attribute(signature, "present"), "true");
    let verdict = |xml: &Xml<'_>| {
        let mut nodes = xml.descendants();
        let verdict = nodes.find(|node| node.has_tag_name(("urn:sigill:export:1", "verdict")));
        verdict.unwrap().text().unwrap().to_owned()
    };
    assert_eq!(verdict(&erms), "TOTAL-PASSED");
    let premis = Xml::parse(text(&package, "metadata/preservation/premis.xml")).unwrap();
    assert_eq!(verdict(&premis), "TOTAL-PASSED");
    let texts = |name: &str| -> Vec<String> {
        let nodes = premis
            .descendants()
            .filter(|node| node.tag_name().name() == name);
        nodes.map(|node| node.text().unwrap().to_owned()).collect()
    };
    assert_eq!(
        texts("eventType"),
        [
            "digital signature validation",
            "sealing",
            "digital signature validation",
            "fixity check"
        ]
    );
    assert_eq!(
        texts("eventDateTime"),
        [
            "2026-01-20T09:00:00Z",
            "2026-01-20T09:00:00Z",
            "2026-02-01T00:00:00Z",
            "2026-02-01T00:00:00Z"
        ]
    );
    assert!(texts("eventOutcome").contains(&"intact".to_owned()));
    assert_eq!(texts("agentVersion"), [env!("CARGO_PKG_VERSION")]);
    assert_eq!(texts("messageDigest").len(), 2);
}

/// The values of ERMS' `extraId` and of PREMIS' `objectIdentifier` of the type "diary number", and
/// the number in the report.
fn diary_numbers(package: &Package) -> [Vec<String>; 3] {
    let erms = Xml::parse(text(package, "metadata/descriptive/erms.xml")).unwrap();
    let extra = erms.descendants().filter(|node| {
        node.tag_name().name() == "extraId" && attribute(*node, "extraIdType") == "diary number"
    });
    let extra = extra.map(|node| node.text().unwrap_or_default().to_owned());
    let premis = Xml::parse(text(package, "metadata/preservation/premis.xml")).unwrap();
    let value = |kind: Node<'_, '_>| {
        let value = kind.next_sibling_element()?;
        Some(value.text().unwrap_or_default().to_owned())
    };
    let identifiers = premis.descendants().filter(|node| {
        node.tag_name().name() == "objectIdentifierType" && node.text() == Some("diary number")
    });
    let report = text(package, "documentation/report.json");
    let report: serde_json::Value = serde_json::from_str(report).unwrap();
    let told = report["document"]["diary_number"].as_str();
    [
        extra.collect(),
        identifiers.filter_map(value).collect(),
        told.map(str::to_owned).into_iter().collect(),
    ]
}

#[test]
fn the_diary_number_is_told_where_there_is_a_place_for_it() {
    for (number, told) in [
        ("KS <2026>/1 & 2", "KS <2026>/1 & 2"),
        ("dnr 191212121212", "dnr ••••••••-••••"),
    ] {
        let package = export_of(documents()[0], "beslut.pdf", Some(number));
        assert_eq!(
            diary_numbers(&package),
            [(); 3].map(|()| vec![told.to_owned()])
        );
    }
    let without = export(documents()[0], "beslut.pdf");
    assert_eq!(diary_numbers(&without), [const { Vec::<String>::new() }; 3]);
}

#[test]
fn no_personal_number_stands_outside_the_envelope() {
    for name in [
        NUMBER,
        "19121212-1212",
        "121212-1212",
        "beslut 191212121212.pdf",
    ] {
        let package = export_of("cases/pades/b-lt-rsa/input.pdf", name, Some(name));
        for (path, content) in &package.files {
            for notation in [NUMBER, "19121212-1212", "121212-1212", "1212121212"] {
                assert!(!path.contains(notation), "{path}");
                let is_envelope = path.starts_with("representations/rep1/data/");
                let text = String::from_utf8_lossy(content);
                assert!(
                    is_envelope || !text.contains(notation),
                    "{path}: {notation}"
                );
            }
        }
        let data = package.files.last().unwrap();
        assert_eq!(data.0, "representations/rep1/data/envelope.asice");
    }
}

#[test]
fn the_same_envelope_gives_the_same_package() {
    let envelope = envelope("cases/pades/b-lt-rsa/input.pdf", "beslut.pdf", None);
    // Long enough for a TAR file to hold its path in two parts.
    let name = format!("{}.pdf.asice", "beslut".repeat(14));
    let report = check(&envelope, &name);
    let pack = || {
        let limits = Limits::default();
        archive::export(&envelope, &name, &report, &delivery(), &limits).unwrap()
    };
    let (one, two) = (pack(), pack());
    assert_eq!(one.files, two.files);
    assert_eq!(one.files.last().unwrap().1, envelope);
    let zip = one.to_zip().unwrap();
    assert_eq!(zip, two.to_zip().unwrap());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
    assert_eq!(archive.len(), one.files.len());
    for (path, content) in &one.files {
        let name = format!("{}/{path}", one.identifier);
        let mut file = archive.by_name(&name).unwrap();
        let mut read = Vec::new();
        std::io::copy(&mut file, &mut read).unwrap();
        assert_eq!(&read, content, "{path}");
    }
    compare_tar(&one);
    let not_one = Bytes::from(read("cases/pades/b-lt-rsa/input.pdf"));
    let refused = archive::export(&not_one, "a", &report, &delivery(), &Limits::default());
    assert_eq!(refused.unwrap_err(), sigill::Error::Changed);
    let report = Validator::new(&trust(), &Policy::default()).unreadable(
        not_one.clone(),
        sigill::Error::NotRecognised,
        time("2026-02-01T00:00:00Z"),
    );
    let refused = archive::export(&not_one, "a", &report, &delivery(), &Limits::default());
    assert!(refused.is_err());
}

/// The system's own `tar` finds every file, byte for byte.
fn compare_tar(package: &Package) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tar");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("package.tar"), package.to_tar().unwrap()).unwrap();
    let mut command = Command::new("tar");
    let command = command.current_dir(&folder).args(["-xf", "package.tar"]);
    let Ok(status) = command.status() else {
        println!("tar is not there: nothing was unpacked");
        return;
    };
    assert!(status.success());
    for (path, content) in &package.files {
        let read = fs::read(folder.join(&package.identifier).join(path)).unwrap();
        assert_eq!(&read, content, "{path}");
    }
}

/// Where the schemas are (METS 1.12.1 with XLink, CSIP's extension, PREMIS 3.0, ERMS 3.0): they
/// are not part of the project.
fn schemas() -> Option<PathBuf> {
    let has_schemas = |folder: &PathBuf| folder.join("mets.xsd").exists();
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/schemas/e-ark");
    let named = std::env::var_os("SIGILL_SCHEMAS");
    let named = named.map(|folder| PathBuf::from(folder).join("e-ark"));
    [named, Some(beside)]
        .into_iter()
        .flatten()
        .find(has_schemas)
}

/// Which schema each document of a package must meet.
struct Schemas {
    folder: PathBuf,
    catalog: PathBuf,
    of_path: [(&'static str, PathBuf); 4],
}

impl Schemas {
    /// METS imports XLink from its place on the web, and knows nothing of CSIP's attributes.
    fn prepare(schemas: &Path) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("export");
        fs::create_dir_all(&folder).unwrap();
        let at = |name: &str| format!("file://{}/{name}", schemas.display());
        let catalog = folder.join("catalog.xml");
        let entry = format!(
            "<catalog xmlns=\"urn:oasis:names:tc:entity:xmlns:xml:catalog\"><system systemId=\
             \"http://www.loc.gov/standards/xlink/xlink.xsd\" uri=\"{}\"/></catalog>",
            at("xlink.xsd")
        );
        fs::write(&catalog, entry).unwrap();
        let import = |space: &str, name: &str| {
            let place = at(name);
            format!("<xs:import namespace=\"{space}\" schemaLocation=\"{place}\"/>")
        };
        let imports = import(METS, "mets.xsd") + &import(CSIP, "DILCISExtensionMETS.xsd");
        let both = folder.join("mets-and-csip.xsd");
        let xs = "http://www.w3.org/2001/XMLSchema";
        let wrapped = format!("<xs:schema xmlns:xs=\"{xs}\">{imports}</xs:schema>");
        fs::write(&both, wrapped).unwrap();
        let of_path = [
            ("METS.xml", both.clone()),
            ("representations/rep1/METS.xml", both),
            (
                "metadata/preservation/premis.xml",
                schemas.join("premis.xsd"),
            ),
            ("metadata/descriptive/erms.xml", schemas.join("ERMS_v3.xsd")),
        ];
        Schemas {
            folder,
            catalog,
            of_path,
        }
    }

    fn validate(&self, schema: &Path, xml: &str) -> Result<(), String> {
        let file = self.folder.join("document.xml");
        fs::write(&file, xml).unwrap();
        let mut command = Command::new("xmllint");
        command.env("XML_CATALOG_FILES", &self.catalog);
        command.args(["--nonet", "--noout", "--schema"]);
        let output = command.arg(schema).arg(&file).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.success() {
            true => Ok(()),
            false => Err(told),
        }
    }
}

#[test]
fn packages_are_valid_against_the_schemas() {
    let Some(schemas) = schemas() else {
        println!("no schemas of METS, PREMIS and ERMS here: nothing was checked");
        return;
    };
    let schemas = Schemas::prepare(&fs::canonicalize(schemas).unwrap());
    let mut valid = 0;
    for package in packages() {
        for (path, schema) in &schemas.of_path {
            schemas.validate(schema, text(&package, path)).unwrap();
            valid += 1;
        }
    }
    println!("{valid} documents are valid");
    let package = export("cases/pades/b-lt-rsa/input.pdf", "beslut.pdf");
    let broken = text(&package, "METS.xml").replace("citserms_v3_0", "letters");
    let (_, schema) = &schemas.of_path[0];
    assert!(schemas.validate(schema, &broken).is_err());
}
