//! Words of details that need a translation. A detail holds values, and among them phrases of
//! this list, in English; whoever adds a phrase to a check adds it here.

mod pdf;

use super::{binding_vocabulary, register_vocabulary};
use crate::validation::Language;
use std::borrow::Cow;

/// A detail in a language.
pub(super) fn translated(detail: &str, language: Language) -> Cow<'_, str> {
    match language {
        Language::English => Cow::Borrowed(detail),
        Language::Swedish => in_swedish(detail),
    }
}

/// Every phrase of the list is replaced where it stands as whole words, the longest first.
fn in_swedish(detail: &str) -> Cow<'_, str> {
    let mut translation = String::with_capacity(detail.len());
    let mut rest = detail;
    let mut within_word = false;
    while let Some(next) = rest.chars().next() {
        if !within_word && let Some((english, swedish)) = longest_phrase(rest) {
            translation.push_str(swedish);
            rest = rest.get(english.len()..).unwrap_or_default();
            within_word = swedish.ends_with(char::is_alphanumeric);
            continue;
        }
        translation.push(next);
        within_word = next.is_alphanumeric();
        rest = rest.get(next.len_utf8()..).unwrap_or_default();
    }
    if translation == detail {
        Cow::Borrowed(detail)
    } else {
        Cow::Owned(translation)
    }
}

fn longest_phrase(text: &str) -> Option<(&'static str, &'static str)> {
    let ends_word = |phrase: &str| {
        let after = text
            .get(phrase.len()..)
            .and_then(|rest| rest.chars().next());
        !after.is_some_and(char::is_alphanumeric)
    };
    phrases()
        .filter(|(english, _)| text.starts_with(english) && ends_word(english))
        .max_by_key(|(english, _)| english.len())
        .copied()
}

fn phrases() -> impl Iterator<Item = &'static (&'static str, &'static str)> {
    let families = [
        PHRASES,
        pdf::PHRASES,
        binding_vocabulary::PHRASES,
        register_vocabulary::PHRASES,
    ];
    families.into_iter().flatten()
}

const PHRASES: &[(&str, &str)] = &[
    // Time-stamps.
    (
        "a content-time-stamp that the signer has not signed",
        "en tidsstämpel över innehållet som undertecknaren inte har skrivit under",
    ),
    ("no signing time", "ingen underskriftstid"),
    // Containers.
    ("there is no mimetype member", "filen mimetype saknas"),
    (
        "mimetype is not the first member",
        "mimetype är inte den första filen",
    ),
    (
        "mimetype is compressed or has an extra field",
        "mimetype är komprimerad eller har ett extrafält",
    ),
    ("the mimetype is", "mimetype är"),
    ("two members have the name", "två filer har namnet"),
    ("the member name", "filnamnet"),
    ("is unsafe", "är osäkert"),
    ("is not UTF-8", "är inte UTF-8"),
    ("the two headers of", "de två rubrikerna för"),
    ("disagree", "säger emot varandra"),
    ("the checksum of", "kontrollsumman för"),
    ("does not fit", "stämmer inte"),
    (
        "shares bytes with another member",
        "delar byte med en annan fil",
    ),
    ("belong to no member", "hör inte till någon fil"),
    (
        "the container has two possible ends",
        "behållaren har två möjliga slut",
    ),
    // Objects.
    ("certificate", "certifikat"),
    ("CRL", "spärrlista"),
    ("OCSP response", "OCSP-svar"),
    ("imprint", "kontrollsumman"),
    ("hash tree", "hashträdet"),
    // Why revocation data cannot be used (EN 319 102-1, 5.2.6).
    ("not foreseen", "inte förutsedd"),
    (
        "the responder does not know the certificate",
        "svararen känner inte till certifikatet",
    ),
    (
        "a critical extension that is not understood",
        "ett kritiskt tillägg som inte förstås",
    ),
    (
        "a delta or a critical extension that is not understood",
        "en deltalista eller ett kritiskt tillägg som inte förstås",
    ),
    (
        "made after the time of validation",
        "gjord efter kontrollens tid",
    ),
    (
        "made after the certificate had ended",
        "gjord efter att certifikatet gått ut",
    ),
    (
        "not signed by an authorised responder",
        "inte undertecknat av en behörig svarare",
    ),
    (
        "not signed by the issuer of the certificate",
        "inte undertecknad av certifikatets utfärdare",
    ),
    (
        "the responder's certificate is not for this purpose",
        "svararens certifikat är inte avsett för detta",
    ),
    (
        "the responder's certificate was outside validity",
        "svararens certifikat var utanför sin giltighetstid",
    ),
    (
        "the responder's certificate is of another issuer",
        "svararens certifikat är från en annan utfärdare",
    ),
    (
        "certHash is that of another certificate",
        "certHash är ett annat certifikats",
    ),
    (
        "signers where one is allowed",
        "undertecknare där en är tillåten",
    ),
    (
        "SubjectKeyIdentifier of an authority",
        "SubjectKeyIdentifier för en utfärdare",
    ),
    ("nextUpdate before thisUpdate", "nextUpdate före thisUpdate"),
    ("older than the certificate", "äldre än certifikatet"),
    ("an unreadable scope", "en omfattning som inte går att läsa"),
    (
        "a scope that is not processed",
        "en omfattning som sigill inte hanterar",
    ),
    (
        "about other kinds of certificates",
        "gäller andra slags certifikat",
    ),
    (
        "about certificates of another distribution point",
        "gäller certifikat från en annan publiceringsplats",
    ),
    // Why the past is not proven (5.6.2.2).
    ("no proof that it existed at", "inget bevisar att det fanns"),
    (
        "no revocation data that provably existed at",
        "ingen uppgift om spärr som bevisligen fanns",
    ),
    (
        "an algorithm that the suite does not list",
        "en algoritm som inte står i förteckningen över godtagna",
    ),
    // Limits of the search for a path (RFC 4158).
    ("candidate paths", "tänkbara kedjor"),
    ("signature checks", "prövade signaturer"),
    ("comparisons of names", "jämförelser av namn"),
    ("certificates in a path", "certifikat i en kedja"),
    ("more than", "fler än"),
    ("comparisons", "jämförelser"),
    ("version", "version"),
    (
        "anyPolicy is mapped",
        "anyPolicy är översatt till en annan policy",
    ),
    // Form of signatures (5.2.2).
    (
        "a detached signature that holds content of its own",
        "en fristående underskrift med eget innehåll",
    ),
    (
        "the signature holds content that is not the given content",
        "underskriften har ett innehåll som inte är det angivna",
    ),
    (
        "more than one signed attribute",
        "mer än ett underskrivet attribut",
    ),
    ("is missing", "saknas"),
    ("is empty", "är tom"),
    ("is not a string", "är ingen sträng"),
    ("lies in another object", "ligger i ett annat objekt"),
    ("is not a hexadecimal string", "är ingen hexadecimal sträng"),
    (
        "is not an array in its dictionary",
        "är ingen lista i sin ordbok",
    ),
    ("is not four integers but", "är inte fyra heltal utan"),
    ("holds a negative number", "innehåller ett negativt tal"),
    ("starts at byte", "börjar vid byte"),
    ("not at 0", "inte vid 0"),
    ("the second part of", "den andra delen av"),
    ("before the first ends at", "innan den första slutar vid"),
    ("ends at byte", "slutar vid byte"),
    ("of a file of", "i en fil på"),
    ("bytes", "byte"),
    ("leaves out bytes", "utelämnar byte"),
    ("to", "till"),
    ("but", "men"),
    ("spans", "upptar"),
    ("where no revision ends", "där ingen version slutar"),
    (
        "cuts through the signature in object",
        "skär igenom underskriften i objekt",
    ),
    (
        "stands more than once in the dictionary",
        "står mer än en gång i ordboken",
    ),
    (
        "the dictionary is not found in the bytes of the file",
        "ordboken finns inte bland filens byte",
    ),
    (
        "no form field refers to the signature",
        "inget formulärfält hänvisar till underskriften",
    ),
    (
        "the dictionary differs from that in the signed revision",
        "ordboken skiljer sig från den i den underskrivna versionen",
    ),
    ("revision", "version"),
    ("cannot be read", "går inte att läsa"),
    (
        "the cross-reference data of revision",
        "korsreferenserna i version",
    ),
    ("had to be repaired", "fick lagas"),
    (
        "no clear cross-reference section at byte",
        "inga entydiga korsreferenser vid byte",
    ),
    ("where one is announced", "där sådana ska finnas"),
    (
        "the cross-reference section at byte",
        "korsreferenserna vid byte",
    ),
    ("is older than one before it", "är äldre än de före"),
    (
        "the last revision does not build upon the one that ends at byte",
        "den sista versionen bygger inte på den som slutar vid byte",
    ),
    ("from byte", "från byte"),
    ("on belong to no revision", "hör inte till någon version"),
    ("object", "objekt"),
    ("is announced at byte", "ska finnas vid byte"),
    ("where it is not", "där det inte finns"),
    ("before the header", "före filhuvudet"),
    (
        "of the document security store cannot be decoded",
        "i dokumentets förråd av underlag går inte att avkoda",
    ),
    ("XML in its canonical form", "XML i sin kanoniska form"),
    // What cannot be read: structures keep their names, problems do not.
    (
        "a BIT STRING with unused bits",
        "en BIT STRING med oanvända bitar",
    ),
    ("a length beyond all memory", "en längd bortom allt minne"),
    (
        "a length that points past the end of the input",
        "en längd som pekar förbi slutet",
    ),
    (
        "a number of certificates that is none",
        "ett antal certifikat som inte är något tal",
    ),
    (
        "a response that is not basic",
        "ett svar som inte är av grundslaget",
    ),
    (
        "a response that was not successful",
        "ett svar som inte lyckades",
    ),
    (
        "a content type other than signedData",
        "en annan innehållstyp än signedData",
    ),
    (
        "a signer identifier of unknown kind",
        "en undertecknare som anges på ett okänt sätt",
    ),
    ("a tag number above 30", "ett taggnummer över 30"),
    (
        "a time that is no calendar time",
        "en tid som inte finns i kalendern",
    ),
    // XML.
    ("a canonicalisation method", "en kanoniseringsmetod"),
    ("a document type declaration", "en dokumenttypsdeklaration"),
    ("a list without hashes", "en lista utan kontrollsummor"),
    (
        "a name space that is declared twice",
        "en namnrymd som deklareras två gånger",
    ),
    ("a relative name space", "en relativ namnrymd"),
    (
        "a time-stamp token other than that of RFC 3161",
        "en annan tidsstämpel än den i RFC 3161",
    ),
    (
        "an element without its order",
        "ett element utan ordningsnummer",
    ),
    ("an encoding other than UTF-8", "en annan kodning än UTF-8"),
    ("no elements in an order", "inga element i en ordning"),
    (
        "not exactly one element of a kind",
        "inte exakt ett element av ett slag",
    ),
    ("text that is not UTF-8", "text som inte är UTF-8"),
    ("text that is not base 64", "text som inte är base 64"),
    (
        "text that is not well-formed XML",
        "text som inte är välformad XML",
    ),
    ("a digest algorithm", "en kontrollsummealgoritm"),
    ("a version other than 1", "en annan version än 1"),
    (
        "an INTEGER that is negative or too large",
        "ett INTEGER som är negativt eller för stort",
    ),
    ("an INTEGER without content", "ett INTEGER utan innehåll"),
    (
        "an indefinite length on a primitive value",
        "obestämd längd på ett enkelt värde",
    ),
    (
        "an object identifier that is not one",
        "en objektidentifierare som inte är någon",
    ),
    (
        "another type than the standard asks for",
        "en annan typ än standarden kräver",
    ),
    ("bytes after it", "byte efter det"),
    (
        "more values than the standard allows",
        "fler värden än standarden tillåter",
    ),
    ("no archive time-stamp", "ingen arkivtidsstämpel"),
    ("no content", "inget innehåll"),
    ("not an X.509 certificate", "inget X.509-certifikat"),
    ("not exactly one value", "inte exakt ett värde"),
    (
        "the input ends inside a value",
        "filen slutar inne i ett värde",
    ),
    (
        "the structure ends too early",
        "strukturen slutar för tidigt",
    ),
    (
        "the file is damaged or cut",
        "filen är skadad eller avkortad",
    ),
    (
        "and no signature is left in it",
        "och ingen underskrift finns kvar i den",
    ),
    ("is not supported", "stöds inte"),
    ("at byte", "vid byte"),
    ("no signer", "ingen undertecknare"),
    // Attribute certificates.
    ("attribute certificate", "attributcertifikat"),
    ("more than sigill judges", "fler än sigill prövar"),
    (
        "the signature itself is not proven",
        "underskriften själv är inte bevisad",
    ),
    (
        "its holder is not the signer beyond doubt",
        "innehavaren är inte utan tvivel undertecknaren",
    ),
    (
        "it was not valid at the best signature time",
        "det gällde inte vid underskriftens bästa tid",
    ),
    (
        "a critical extension that sigill does not process",
        "ett kritiskt tillägg som sigill inte behandlar",
    ),
    (
        "no issuer at hand has signed it",
        "ingen utfärdare som finns till hands har skrivit under det",
    ),
    (
        "its issuer is no authority that you trust for attributes",
        "utfärdaren är ingen som ni litar på för attribut",
    ),
    (
        "its algorithm was no longer reliable",
        "dess algoritm var inte längre tillförlitlig",
    ),
    ("no revocation data for it", "inga spärruppgifter för det"),
    (
        "it is revoked, or a list cannot be read",
        "det är spärrat, eller en lista går inte att läsa",
    ),
    (
        "its issuer's certificate is not proven",
        "utfärdarens certifikat är inte bevisat",
    ),
    ("a version other than 2", "en annan version än 2"),
    (
        "an issuer that is not one directory name",
        "en utfärdare som inte är ett katalognamn",
    ),
    ("a field of an unknown tag", "ett fält med okänd tagg"),
    (
        "a field of another tag than [0] or [1]",
        "ett fält med annan tagg än [0] eller [1]",
    ),
    (
        "an assertion or a certificate of another form",
        "ett intyg eller ett certifikat av annat slag",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_translated_among_values() {
        for (english, swedish) in [
            (
                "OCSP response 5a: made after the time of validation",
                "OCSP-svar 5a: gjord efter kontrollens tid",
            ),
            (
                "certificate 5a: no proof that it existed at 2040-01-01T00:00:00Z",
                "certifikat 5a: inget bevisar att det fanns 2040-01-01T00:00:00Z",
            ),
            (
                "/ByteRange ends at byte 12 of a file of 10 bytes",
                "/ByteRange slutar vid byte 12 i en fil på 10 byte",
            ),
            (
                "2026-01-15T12:00:00Z – 2027-01-15T12:00:00Z",
                "2026-01-15T12:00:00Z – 2027-01-15T12:00:00Z",
            ),
            (
                "revision 3: a form field was filled in in field \"Belopp\" (object 8 0) on page 1, although the signature in object 7 0 locked the field",
                "version 3: ett formulärfält fylldes i i fältet \"Belopp\" (objekt 8 0) på sidan 1, fast underskriften i objekt 7 0 låste fältet",
            ),
            (
                "CRLSign, certificates, tomorrow",
                "CRLSign, certificates, tomorrow",
            ),
        ] {
            assert_eq!(translated(english, Language::Swedish), swedish);
            assert_eq!(translated(english, Language::English), english);
        }
    }

    #[test]
    fn no_phrase_stands_twice() {
        for (index, (english, swedish)) in phrases().enumerate() {
            assert!(!swedish.is_empty());
            assert!(
                phrases().skip(index + 1).all(|(other, _)| other != english),
                "{english}"
            );
        }
    }
}
