//! JSON, byte by byte and field by field.

use super::*;
use serde_json::Value;

#[test]
fn json_of_an_unreadable_document_is_exact() {
    let mut report = empty_report();
    report.error = Some(Error::Empty);
    let expected = format!(
        r#"{{"schema":"sigill/1","document":{{"path":"a.pdf","size":81234,"sha256":"{}","container":"pdf"}},"validation_time":"2026-11-23T12:00:00Z","policy":{{"name":"default","sha256":"{}"}},"error":{{"kind":"empty","message":"the input is empty"}},"signatures":[],"timestamps":[],"evidence_records":[]}}"#,
        "ab".repeat(32),
        "cd".repeat(32)
    );
    assert_eq!(json::to_json(&report, &Options::default()), expected);
}

#[test]
fn json_of_a_signature_is_exact() {
    let mut signature = signature(IndeterminateWhy::RevokedNoPoe.into());
    signature.integrity.reference_data = None;
    signature.conclusion.findings = vec![
        Finding::new(Rule::DigestMatches, Status::Passed, "", "sha256"),
        Finding::new(Rule::NotRevoked, Status::Failed, "CRL 1", ""),
    ];
    let text = json::to_json(&report_with(signature), &options(Language::Swedish));
    let expected = concat!(
        r#""signatures":[{"id":"S-1","format":"PAdES","level":"B-T","kind":"signature","#,
        r#""indication":"INDETERMINATE","sub_indication":"REVOKED_NO_POE","#,
        r#""integrity":{"reference_data":null,"signature_value":true},"#,
        r#""signing_certificate":{"sha256":null,"issuer":null,"serial":null,"not_before":null,"not_after":null,"identified":false},"#,
        r#""claimed_signing_time":"2026-01-15T12:00:00Z","best_signature_time":"2026-01-15T12:00:10Z","#,
        r#""signer":{"name":"Testperson Ett","identity_scheme":"HSA-ID","identifier":"SE2120000142-1","person_ref":null,"#,
        r#""role":[{"title":"Registrator","source":"claimed","authority":"signer","#,
        r#""reason":"signed attribute of the signature","evidence":[],"as_of":"2026-01-15T12:00:10Z"}],"#,
        r#""eid":null,"direct":null,"identification":{"profile":null,"profile_sha256":null,"#,
        r#""unverified":false,"level":null,"standing":null,"kept":[],"authentication":null}},"#,
        r#""organisation":{"grade":"O4","identifier":"2120000142","scheme":"NTRSE","name":"Testkommunen","#,
        r#""source":"organizationIdentifier","as_of":"2026-01-15T12:00:10Z","#,
        r#""authority":"issuer","evidence":[{"kind":"certificate","#,
        r#""sha256":"cececececececececececececececececececececececececececececececece"}],"conflicts":[]},"#,
        r#""requesting_organisation":null,"service_organisation":null,"#,
        r#""coverage":{"whole_document":true,"revision":1,"revisions":1,"modifications":[]},"#,
        r#""timestamps":[{"id":"T-1","type":"signature-time-stamp","time":"2026-01-15T12:00:10Z","#,
        r#""imprint_matches":true,"signature_value":true,"indication":"PASSED","sub_indication":null}],"#,
        r#""counter_signatures":[],"findings":["#,
        r#"{"rule":"digest-matches","clause":"EN 319 102-1 5.2.7.4 step 1","status":"passed","about":"","#,
        r#""text":"Innehållet är bit för bit det som skrevs under: sha256","advice":null},"#,
        r#"{"rule":"not-revoked","clause":"EN 319 102-1 5.2.6","status":"failed","about":"CRL 1","#,
        r#""text":"Certifikatet är spärrat","advice":"En tidsstämpel från tiden före spärren skulle ändå kunna bevisa underskriften"}]}],"#,
    );
    assert!(text.contains(expected), "{text}");
}

#[test]
fn json_of_a_record_and_its_envelope_is_exact() {
    let text = json::to_json(&full_report(), &Options::default());
    let expected = format!(
        concat!(
            r#""evidence_records":[{{"id":"E-1","indication":"PASSED","sub_indication":null,"digest":"sha256","#,
            r#""chains":[[{{"time":"2026-02-01T00:00:00Z"}},{{"time":null}}]],"covers":["a.pdf"],"missing":[]}}],"#,
            r#""envelope":{{"path":"a.asice","sha256":"{}","intact":true,"sealed_at":"2026-02-01T00:00:00Z","#,
            r#""provable_until":"2034-06-01T00:00:00Z","signature_algorithm_end":null,"hash_tree_algorithm_end":null,"tampered":[]}}}}"#,
        ),
        "ef".repeat(32)
    );
    assert!(text.ends_with(&expected), "{text}");
}

#[test]
fn json_of_a_seal_is_exact() {
    let sealed = SealReport {
        envelope: Some(SealedEnvelope {
            path: Some("out/a.asice".to_owned()),
            sha256: [0xef; 32],
        }),
        document: empty_report().document,
        public_report: None,
        tsa_calls: 1,
        provable_until: Some(at("2034-06-01T00:00:00Z")),
        error: None,
    };
    let document = format!(
        r#""document":{{"path":"a.pdf","size":81234,"sha256":"{}","container":"pdf"}}"#,
        "ab".repeat(32)
    );
    assert_eq!(
        json::seal_to_json(&sealed, &Options::default()),
        format!(
            r#"{{"schema":"sigill/1","envelope":{{"path":"out/a.asice","sha256":"{}"}},{document},"tsa_calls":1,"provable_until":"2034-06-01T00:00:00Z","error":null}}"#,
            "ef".repeat(32)
        )
    );
    let failed = SealReport {
        envelope: None,
        tsa_calls: 0,
        provable_until: None,
        error: Some(Failure::from(&Error::Encrypted)),
        ..sealed
    };
    assert_eq!(
        json::seal_to_json(&failed, &Options::default()),
        format!(
            r#"{{"schema":"sigill/1","envelope":null,{document},"tsa_calls":0,"provable_until":null,"error":{{"kind":"encrypted","message":"the document is encrypted with a password"}}}}"#
        )
    );
}

/// Every field that schema `sigill/1` promises, and none that it does not.
#[test]
fn json_holds_the_fields_of_the_schema() {
    let object: Value =
        serde_json::from_str(&json::to_json(&full_report(), &Options::default())).unwrap();
    let fields = |pointer: &str| {
        let object = object.pointer(pointer).unwrap().as_object().unwrap();
        object.keys().cloned().collect::<Vec<_>>().join(" ")
    };
    let expected = [
        (
            "",
            "document envelope error evidence_records policy schema signatures timestamps validation_time",
        ),
        ("/document", "container path sha256 size"),
        ("/policy", "name sha256"),
        (
            "/signatures/0",
            "best_signature_time claimed_signing_time counter_signatures coverage findings format id indication integrity kind level organisation requesting_organisation service_organisation signer signing_certificate sub_indication timestamps",
        ),
        (
            "/signatures/0/signing_certificate",
            "identified issuer not_after not_before serial sha256",
        ),
        (
            "/signatures/0/signer",
            "direct eid identification identifier identity_scheme name person_ref role",
        ),
        (
            "/signatures/0/organisation",
            "as_of authority conflicts evidence grade identifier name scheme source",
        ),
        (
            "/signatures/0/coverage",
            "modifications revision revisions whole_document",
        ),
        (
            "/signatures/0/coverage/modifications/0",
            "description kind object page",
        ),
        (
            "/signatures/0/findings/0",
            "about advice clause rule status text",
        ),
        (
            "/timestamps/0",
            "id imprint_matches indication signature_value sub_indication time type",
        ),
        (
            "/evidence_records/0",
            "chains covers digest id indication missing sub_indication",
        ),
        (
            "/envelope",
            "hash_tree_algorithm_end intact path provable_until sealed_at sha256 signature_algorithm_end tampered",
        ),
    ];
    for (pointer, names) in expected {
        assert_eq!(fields(pointer), names, "{pointer}");
    }
}

#[test]
fn json_names_the_signing_certificate() {
    let object: Value =
        serde_json::from_str(&json::to_json(&full_report(), &Options::default())).unwrap();
    let certificate = &object["signatures"][0]["signing_certificate"];
    assert_eq!(certificate["serial"], "5a10d19cddd61eab");
    assert_eq!(certificate["identified"], true);
}
