//! What sub-indications, grades and errors mean, in one plain sentence each.

use super::vocabulary;
use super::wording::say;
use crate::binding::Grade;
use crate::error::Error;
use crate::validation::{FailedWhy, IndeterminateWhy, Indication, Language};

/// What an indication means; `None` where there is nothing to explain.
pub(super) fn indication(indication: Indication, language: Language) -> Option<&'static str> {
    match indication {
        Indication::Passed => None,
        Indication::Failed(why) => Some(failed(why, language)),
        Indication::Indeterminate(why) => Some(indeterminate(why, language)),
    }
}

/// What an indication means for a certificate that is judged alone.
pub(super) fn certificate(indication: Indication, language: Language) -> Option<&'static str> {
    let Indication::Indeterminate(why) = indication else {
        return self::indication(indication, language);
    };
    let (english, swedish) = match why {
        IndeterminateWhy::RevokedNoPoe => {
            ("The certificate is revoked.", "Certifikatet är spärrat.")
        }
        IndeterminateWhy::RevokedCaNoPoe => (
            "An issuer's certificate is revoked.",
            "En utfärdares certifikat är spärrat.",
        ),
        IndeterminateWhy::OutOfBoundsNoPoe => (
            "A certificate has ended or has not begun.",
            "Ett certifikat har gått ut eller har inte börjat gälla.",
        ),
        IndeterminateWhy::OutOfBoundsNotRevoked => (
            "A certificate has ended, without being revoked, or has not begun.",
            "Ett certifikat har gått ut, utan att ha spärrats, eller har inte börjat gälla.",
        ),
        IndeterminateWhy::RevocationOutOfBoundsNoPoe => (
            "The certificate behind the revocation data has ended or has not begun.",
            "Certifikatet bakom spärruppgiften har gått ut eller har inte börjat gälla.",
        ),
        IndeterminateWhy::NoCertificateChainFoundNoPoe => (
            "The issuer is no longer trusted.",
            "Utfärdaren är inte längre betrodd.",
        ),
        IndeterminateWhy::CryptoConstraintsFailureNoPoe => (
            "It relies on an algorithm that is too weak at this time.",
            "Det bygger på en algoritm som är för svag vid denna tid.",
        ),
        _ => return Some(indeterminate(why, language)),
    };
    Some(say(language, english, swedish))
}

/// One sentence in each language for every variant, side by side.
macro_rules! sentences {
    ($function:ident, $why:ident { $($variant:ident: $english:literal / $swedish:literal)* }) => {
        fn $function(why: $why, language: Language) -> &'static str {
            match why {
                $($why::$variant => say(language, $english, $swedish),)*
            }
        }
    };
}

sentences! { failed, FailedWhy {
    FormatFailure:
        "It is not built as its standard demands, so it cannot be relied upon."
        / "Den är inte uppbyggd som standarden kräver och går därför inte att lita på."
    HashFailure:
        "The content is no longer what was signed."
        / "Innehållet är inte längre det som skrevs under."
    SigCryptoFailure:
        "It was not made with the signer's key, or it is damaged."
        / "Den är inte gjord med undertecknarens nyckel, eller så är den skadad."
    Revoked:
        "The certificate was already revoked when the signature was made."
        / "Certifikatet var redan spärrat när underskriften gjordes."
    Expired:
        "The certificate had already ended when the signature was made."
        / "Certifikatet hade redan gått ut när underskriften gjordes."
    NotYetValid:
        "The certificate had not yet begun when the signature was made."
        / "Certifikatet hade inte börjat gälla när underskriften gjordes."
} }

sentences! { indeterminate, IndeterminateWhy {
    SigConstraintsFailure:
        "The signature does not meet the demands that were made on it."
        / "Underskriften uppfyller inte de krav som ställts på den."
    ChainConstraintsFailure:
        "A certificate does not meet the demands that were made on it."
        / "Ett certifikat uppfyller inte de krav som ställts på det."
    CertificateChainGeneralFailure:
        "The certificate could not be checked all the way to its issuer."
        / "Certifikatet gick inte att kontrollera hela vägen till utfärdaren."
    CryptoConstraintsFailure:
        "It relies on an algorithm that was already too weak when it was used."
        / "Den bygger på en algoritm som redan var för svag när den användes."
    CryptoConstraintsFailureNoPoe:
        "It relies on an algorithm that is too weak today, and nothing proves earlier use."
        / "Den bygger på en algoritm som är för svag i dag, och inget bevisar att den användes tidigare."
    PolicyProcessingError:
        "The rules that the signature names for itself could not be applied."
        / "De regler som underskriften själv hänvisar till gick inte att tillämpa."
    SignaturePolicyNotAvailable:
        "The rules that the signature names for itself are not at hand."
        / "De regler som underskriften själv hänvisar till finns inte tillgängliga."
    TimestampOrderFailure:
        "Its time-stamps contradict each other."
        / "Dess tidsstämplar motsäger varandra."
    NoSigningCertificateFound:
        "It cannot be told whose certificate the signature belongs to."
        / "Det går inte att se vems certifikat underskriften hör till."
    NoCertificateChainFound:
        "The certificate does not come from an issuer that you have said you trust."
        / "Certifikatet kommer inte från en utfärdare som ni har angett att ni litar på."
    NoCertificateChainFoundNoPoe:
        "The issuer is no longer trusted, and nothing proves that the signature is older."
        / "Utfärdaren är inte längre betrodd, och inget bevisar att underskriften är äldre än så."
    RevokedNoPoe:
        "The certificate is revoked, and nothing proves that the signature is older."
        / "Certifikatet är spärrat, och inget bevisar att underskriften gjordes före spärren."
    RevokedCaNoPoe:
        "An issuer's certificate is revoked, and nothing proves that the signature is older."
        / "En utfärdares certifikat är spärrat, och inget bevisar att underskriften gjordes före spärren."
    OutOfBoundsNoPoe:
        "A certificate has ended, and nothing proves that the signature is older."
        / "Ett certifikat har gått ut, och inget bevisar att underskriften gjordes dessförinnan."
    OutOfBoundsNotRevoked:
        "The certificate has ended without being revoked, and nothing proves that the signature is older."
        / "Certifikatet har gått ut utan att ha spärrats, och inget bevisar att underskriften gjordes dessförinnan."
    RevocationOutOfBoundsNoPoe:
        "The certificate behind the revocation data has ended, and nothing proves that the data is older."
        / "Certifikatet bakom spärruppgiften har gått ut, och inget bevisar att uppgiften är äldre än så."
    NoPoe:
        "Nothing proves that the signature existed in time."
        / "Inget bevisar att underskriften fanns i tid."
    TryLater:
        "The revocation data is too old to decide; newer data may."
        / "Spärruppgiften är för gammal för att avgöra saken; en nyare kan göra det."
    SignedDataNotFound:
        "The file that was signed is not at hand."
        / "Filen som skrevs under finns inte tillgänglig."
} }

/// What to do about an indication, in one sentence; nothing where it is passed.
pub(super) fn remedy(indication: Indication, language: Language) -> &'static str {
    match indication {
        Indication::Passed => "",
        Indication::Failed(why) => remedy_of_failed(why, language),
        Indication::Indeterminate(why) => remedy_of_indeterminate(why, language),
    }
}

sentences! { remedy_of_failed, FailedWhy {
    FormatFailure:
        "Ask the sender for the file as it was signed, and do not rely on this one."
        / "Be avsändaren om filen som den var när den skrevs under, och lita inte på denna."
    HashFailure:
        "Ask the sender for the original; the content has been changed or mixed up."
        / "Be avsändaren om originalet; innehållet har ändrats eller förväxlats."
    SigCryptoFailure:
        "Ask the sender for the original; have it signed anew if there is none."
        / "Be avsändaren om originalet; låt skriva under på nytt om det inte finns något."
    Revoked:
        "Have the document signed anew with a certificate that is not revoked."
        / "Låt skriva under handlingen på nytt med ett certifikat som inte är spärrat."
    Expired:
        "Have the document signed anew with a certificate that is valid."
        / "Låt skriva under handlingen på nytt med ett giltigt certifikat."
    NotYetValid:
        "Ask the signer how this could be; have the document signed anew."
        / "Fråga undertecknaren hur det kan komma sig; låt skriva under handlingen på nytt."
} }

sentences! { remedy_of_indeterminate, IndeterminateWhy {
    SigConstraintsFailure:
        "Read under \"Not met\" which demand it is; ask the sender, or change your policy file if you can do without it."
        / "Läs under ”Brister” vilket krav det gäller; fråga avsändaren, eller ändra er policyfil om ni kan avstå från det."
    ChainConstraintsFailure:
        "Ask the signer for the right certificate; this one was issued for something else."
        / "Be undertecknaren använda rätt certifikat; detta är utfärdat för något annat."
    CertificateChainGeneralFailure:
        "Give what is missing with --evidence, most often a CRL or an OCSP response; \"sigill validate --needs\" lists it with addresses."
        / "Ange det som saknas med --evidence, oftast en spärrlista eller ett OCSP-svar; ”sigill validate --needs” räknar upp det med adresser."
    CryptoConstraintsFailure:
        "Have the document signed anew; the algorithm was already too weak then."
        / "Låt skriva under handlingen på nytt; algoritmen var för svag redan då."
    CryptoConstraintsFailureNoPoe:
        "Look for a time-stamp or an evidence record from before the end of the algorithm, and give it with --evidence."
        / "Leta efter en tidsstämpel eller ett evidence record från tiden före algoritmens slut, och ange det med --evidence."
    PolicyProcessingError:
        "Ask the sender for the policy that the signature names."
        / "Be avsändaren om den policy som underskriften hänvisar till."
    SignaturePolicyNotAvailable:
        "Ask the sender for the policy that the signature names."
        / "Be avsändaren om den policy som underskriften hänvisar till."
    TimestampOrderFailure:
        "Ask the sender for the original; its time-stamps cannot all be right."
        / "Be avsändaren om originalet; alla dess tidsstämplar kan inte vara riktiga."
    NoSigningCertificateFound:
        "Give the signer's certificate with --evidence."
        / "Ange undertecknarens certifikat med --evidence."
    NoCertificateChainFound:
        "Give the issuer's root with --trust if you trust it, and certificates in between with --evidence."
        / "Ange utfärdarens rotcertifikat med --trust om ni litar på det, och mellanliggande certifikat med --evidence."
    NoCertificateChainFoundNoPoe:
        "Look for a time-stamp or an evidence record from before the end of trust, and give it with --evidence."
        / "Leta efter en tidsstämpel eller ett evidence record från tiden innan tilliten upphörde, och ange det med --evidence."
    RevokedNoPoe:
        "Look for a time-stamp or an evidence record from before the revocation; none can be made for that time any more."
        / "Leta efter en tidsstämpel eller ett evidence record från tiden före spärren; något nytt för den tiden går inte att göra."
    RevokedCaNoPoe:
        "Look for a time-stamp or an evidence record from before the revocation of the issuer's certificate."
        / "Leta efter en tidsstämpel eller ett evidence record från tiden före spärren av utfärdarens certifikat."
    OutOfBoundsNoPoe:
        "Look for a time-stamp or an evidence record, and revocation data, from within the validity; give them with --evidence."
        / "Leta efter en tidsstämpel eller ett evidence record, och en uppgift om spärr, från giltighetstiden; ange dem med --evidence."
    OutOfBoundsNotRevoked:
        "Look for a time-stamp or an evidence record from within the validity, and give it with --evidence."
        / "Leta efter en tidsstämpel eller ett evidence record från giltighetstiden, och ange det med --evidence."
    RevocationOutOfBoundsNoPoe:
        "Give newer revocation data, or a time-stamp over this one, with --evidence."
        / "Ange en nyare uppgift om spärr, eller en tidsstämpel över denna, med --evidence."
    NoPoe:
        "Look for a time-stamp or an evidence record from when everything still held, and give it with --evidence."
        / "Leta efter en tidsstämpel eller ett evidence record från den tid då allt ännu höll, och ange det med --evidence."
    TryLater:
        "Fetch newer revocation data and give it with --evidence; \"sigill validate --needs\" lists the addresses."
        / "Hämta en nyare uppgift om spärr och ange den med --evidence; ”sigill validate --needs” räknar upp adresserna."
    SignedDataNotFound:
        "Give the signed file with --detached."
        / "Ange den underskrivna filen med --detached."
} }

/// How surely the organisation is known.
pub(super) fn grade(grade: Grade, language: Language) -> &'static str {
    let (english, swedish) = match grade {
        Grade::O0 => (
            "Not at all: nothing in the signature says for which organisation the signer acts",
            "Inte alls: inget i underskriften visar för vilken organisation undertecknaren handlar",
        ),
        Grade::O1 => (
            "Asserted only: somebody says so and nobody has checked it",
            "Endast påstådd: någon uppger den och ingen har kontrollerat det",
        ),
        Grade::O2 => (
            "Looked up: an identifier in the signature leads to it in a register",
            "Uppslagen: en beteckning i underskriften leder till den i ett register",
        ),
        Grade::O3 => (
            "Authorised: the identity provider says so, and its federation lets it speak for the organisation",
            "Behörig: den som legitimerade uppger den, och dess federation låter den tala för organisationen",
        ),
        Grade::O4 => (
            "Vetted: the issuer of the certificate has checked it",
            "Kontrollerad: certifikatets utfärdare har kontrollerat den",
        ),
        Grade::O5 => (
            "Qualified: a seal of the organisation itself, by a qualified issuer on a trusted list",
            "Kvalificerad: organisationens egen stämpel, från en kvalificerad utfärdare på en förteckning över betrodda",
        ),
    };
    say(language, english, swedish)
}

/// Why a document could not be read.
pub(super) fn error(error: &Error, language: Language) -> String {
    let swedish = match error {
        Error::Empty => "filen är tom",
        Error::NotRecognised => "filen är inte av något slag som sigill läser",
        Error::Malformed { .. } => "filen är skadad",
        Error::OverLimit { .. } => "filen överskrider en gräns",
        Error::Encrypted => "filen är låst med lösenord",
        Error::InputOutput(_) => "filen går inte att öppna",
        Error::Changed => "filen ändrades medan den lästes",
        Error::Defect => "ett fel i sigill: det stannade mitt i handlingen",
        Error::Unsupported { .. } => "filen använder något som sigill inte läser än",
    };
    match (language, error) {
        (Language::English, _) => error.to_string(),
        (
            Language::Swedish,
            Error::Empty | Error::NotRecognised | Error::Encrypted | Error::Changed | Error::Defect,
        ) => swedish.to_owned(),
        (Language::Swedish, _) => {
            let told = error.to_string();
            format!("{swedish} ({})", vocabulary::translated(&told, language))
        }
    }
}

/// What to do about a document that could not be read.
pub(super) fn error_advice(error: &Error, language: Language) -> &'static str {
    let swedish = match error {
        Error::Empty => "hämta filen på nytt därifrån den kom",
        Error::NotRecognised => {
            "kontrollera att detta är själva den underskrivna filen och inte en utskrift eller en bilaga runt den"
        }
        Error::Malformed { .. } => {
            "filen är skadad eller avkortad; hämta den på nytt därifrån den kom"
        }
        Error::OverLimit { .. } => "höj gränsen (--limit) om filen kommer från någon ni litar på",
        Error::Encrypted => {
            "ange lösenordet (--password-file) eller en kopia utan; arkiv bör inte förvara låsta filer"
        }
        Error::InputOutput(_) => "kontrollera att filen finns och att ni får läsa den",
        Error::Changed => "fråga igen när ingen skriver till filen längre",
        Error::Defect => "anmäl felet, med filen om ni får lämna ut den (se SECURITY.md)",
        Error::Unsupported { .. } => "se SHORTCOMINGS.md",
    };
    say(language, error.advice(), swedish)
}
