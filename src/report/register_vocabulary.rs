//! Words on registers that need a translation.

/// English and Swedish.
pub(super) const PHRASES: &[(&str, &str)] = &[
    ("register of organisations", "organisationsregister"),
    ("directory of identifiers", "katalog över HSA-id"),
    ("directory of EFOS-IDs", "katalog över EFOS-id"),
    ("EFOS-ID in a directory", "EFOS-id i en katalog"),
    (
        "register of mandates",
        "register över delegationer och fullmakter",
    ),
    ("register of issuer codes", "register över utfärdarkoder"),
    ("HSA-ID in a directory", "HSA-id i en katalog"),
    ("unit", "enhet"),
    ("issuer code in a register", "utfärdarkod i ett register"),
    ("role in a directory", "roll i en katalog"),
    (
        "mandate in a register, decision",
        "fullmakt i ett register, beslut",
    ),
    ("register of", "register hos"),
    ("extract of", "utdrag från"),
    (
        "the extract is not signed, asserted only",
        "utdraget är inte underskrivet, bara påstått",
    ),
    (
        "the signature of the extract is not proven, asserted only",
        "utdragets underskrift är inte bevisad, bara påstått",
    ),
    ("extract signed by", "utdraget underskrivet av"),
    (
        "the extract is the envelope's own word, asserted only",
        "utdraget är kuvertets egen uppgift, bara påstått",
    ),
    (
        "who does not keep the register, asserted only",
        "som inte för registret, bara påstått",
    ),
    (
        "an extract was signed by another organisation than the one that keeps the register",
        "ett utdrag är underskrivet av en annan organisation än den som för registret",
    ),
    (
        "certificate and register contradict each other",
        "certifikat och register säger emot varandra",
    ),
    (
        "was its name at another time",
        "var dess namn vid en annan tid",
    ),
    ("at this one", "vid denna"),
    (
        "another name in the register of organisations",
        "ett annat namn i organisationsregistret",
    ),
    (
        "number and name in the register of organisations",
        "nummer och namn i organisationsregistret",
    ),
    (
        "the organisation had ended and another took its place",
        "organisationen hade upphört och en annan trätt i dess ställe",
    ),
    ("the organisation had ended", "organisationen hade upphört"),
    (
        "the organisation did not exist yet",
        "organisationen fanns ännu inte",
    ),
    ("not listed", "finns inte där"),
    (
        "listed, but not at the time of signing",
        "finns där, men inte vid underskriften",
    ),
];
