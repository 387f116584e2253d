//! The page for people.

use super::*;

#[test]
fn html_escapes_what_stands_in_the_document() {
    let mut signature = signature(Indication::Passed);
    signature.binding.signer.name = Some("<script>alert(1)</script>\"'&".to_owned());
    let report = report_with(signature).named("<b>.pdf");
    let page = html::to_html(&report, &options(Language::Swedish));
    assert!(
        page.starts_with("<!DOCTYPE html>\n<html lang=\"sv\">"),
        "{page}"
    );
    assert!(page.ends_with("</html>"), "{page}");
    assert!(!page.contains("<script") && !page.contains("<b>"), "{page}");
    assert!(page.contains("&#60;script&#62;alert(1)"), "{page}");
    assert!(page.contains("<span class=\"good\">Godkänd"), "{page}");
}
