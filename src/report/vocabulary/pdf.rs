//! Phrases about what stands in PDF documents and what came after their signatures.

pub(super) const PHRASES: &[(&str, &str)] = &[
    // What came after a PDF signature (ISO 32000-2, 12.8).
    (
        "evidence for long-term validation was added",
        "underlag för långtidsvalidering lades till",
    ),
    (
        "the declared version or extensions of PDF changed",
        "angiven version eller utökning av PDF ändrades",
    ),
    ("the metadata changed", "metadata ändrades"),
    (
        "the document information changed",
        "uppgifterna om dokumentet ändrades",
    ),
    (
        "the settings of the form changed",
        "formulärets inställningar ändrades",
    ),
    ("a form field was filled in", "ett formulärfält fylldes i"),
    ("an invisible", "en osynlig"),
    ("a visible", "en synlig"),
    (
        "empty signature field was added",
        "tom ruta för underskrift lades till",
    ),
    (
        "signature field was signed",
        "ruta för underskrift undertecknades",
    ),
    ("signature was added", "underskrift lades till"),
    ("an annotation was added", "en anteckning lades till"),
    (
        "what was added lies over object",
        "tillägget ligger över objekt",
    ),
    ("which was there before", "som fanns tidigare"),
    ("an annotation was changed", "en anteckning ändrades"),
    ("an annotation was removed", "en anteckning togs bort"),
    ("the entry", "posten"),
    ("was changed", "ändrades"),
    (
        "an object that the document uses was replaced",
        "ett objekt som dokumentet använder byttes ut",
    ),
    (
        "an object that the document uses was removed",
        "ett objekt som dokumentet använder togs bort",
    ),
    (
        "an object was put where the document had none",
        "ett objekt lades dit dokumentet saknade ett",
    ),
    (
        "an object can be read in more than one way or in none",
        "ett objekt kan läsas på flera sätt eller inte alls",
    ),
    (
        "the document starts from another catalog",
        "dokumentet utgår från en annan katalog",
    ),
    ("the encryption changed", "krypteringen ändrades"),
    (
        "there are more changes than are listed",
        "det finns fler ändringar än de som räknas upp",
    ),
    ("in field", "i fältet"),
    (
        "although its certification permits no changes",
        "fast certifieringen inte tillåter några ändringar",
    ),
    (
        "which its certification does not permit",
        "vilket certifieringen inte tillåter",
    ),
    (
        "although the signature in object",
        "fast underskriften i objekt",
    ),
    ("locked the field", "låste fältet"),
    (
        "but what was added is no sound signature",
        "men det som lades till är ingen hel underskrift",
    ),
    // What the signed bytes hold and do not show.
    (
        "is a page that the document does not show",
        "är en sida som dokumentet inte visar",
    ),
    (
        "is a catalog from which the document does not start",
        "är en katalog som dokumentet inte utgår från",
    ),
    (
        "can be read in more than one way",
        "kan läsas på mer än ett sätt",
    ),
    (
        "is in no cross-reference section",
        "finns inte i någon korsreferenstabell",
    ),
    ("on page", "på sidan"),
];
