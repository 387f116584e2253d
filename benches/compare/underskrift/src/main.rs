//! `underskrift-driver ROOT.pem LIST`: judges the documents of a list and prints what came of each.

use std::time::Instant;
use underskrift::trust::{TrustStore, TrustStoreSet};
use underskrift::verify::SignatureVerifier;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, root, list] = arguments.as_slice() else {
        panic!("underskrift-driver ROOT.pem LIST");
    };
    let store = || TrustStore::from_pem_file(root).expect("a root");
    let trust = TrustStoreSet::new().with_sig_store(store()).with_tsa_store(store());
    let verifier = SignatureVerifier::new(&trust);
    let start = Instant::now();
    let mut verdicts = Vec::new();
    for path in std::fs::read_to_string(list).expect("a list").lines() {
        let bytes = std::fs::read(path).expect("a document");
        let report = verifier.verify_pdf(&bytes);
        let accepted = report.is_ok_and(|report| report.all_valid() && !report.document_modified);
        verdicts.push(format!("{path}\t{}", if accepted { "accepted" } else { "refused" }));
    }
    println!("seconds\t{}", start.elapsed().as_secs_f64());
    println!("{}", verdicts.join("\n"));
}
