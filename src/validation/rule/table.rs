//! The table of rules: each with its clause (EN 319 102-1 §5 or an RFC) and its words.

use super::{Language, Words};

rules! {
    FormatConforms, "format-conforms", "EN 319 102-1 5.2.2" {
        en: "The signature has the form its standard asks for"
            / "The signature does not have the form its standard asks for"
            / "Ask the sender for the file as it was signed; it may have been altered or rebuilt"
        sv: "Underskriften har den form som standarden kräver"
            / "Underskriften har inte den form som standarden kräver"
            / "Be avsändaren om filen som den var när den skrevs under; den kan ha ändrats eller byggts om" }
    UnchangedAfterSigning, "unchanged-after-signing", "EN 319 102-1 5.2.2; ISO 32000-2 12.8.2" {
        en: "Nothing but permitted additions came after the signature"
            / "The document was changed after it was signed"
            / "Compare the signed revision with the last one; ask the sender which of them is meant"
        sv: "Inget annat än tillåtna tillägg har gjorts efter underskriften"
            / "Handlingen har ändrats efter underskriften"
            / "Jämför den underskrivna versionen med den sista; fråga avsändaren vilken som gäller" }
    NothingCovered, "nothing-covered", "EN 319 102-1 5.2.2; ISO 32000-2 12.5.2" {
        en: "Nothing that was added later lies over an annotation or a field that was there"
            / "Something that was added later lies over an annotation or a field that was there"
            / "Look at the signed revision by itself; it shows what lies below"
        sv: "Inget som lades till senare ligger över en anteckning eller ett fält som fanns"
            / "Något som lades till senare ligger över en anteckning eller ett fält som fanns"
            / "Titta på den underskrivna versionen för sig; den visar vad som ligger under" }
    NothingHidden, "nothing-hidden", "EN 319 102-1 5.2.2; ISO 32000-2 7.5.6" {
        en: "The signed bytes hold no page or object that the document does not show or readers show differently"
            / "The signed bytes hold something that the document does not show or readers show differently"
            / "Ask the sender why it is there; a later version or another reader could bring it up"
        sv: "De underskrivna byten rymmer ingen sida och inget objekt som handlingen inte visar eller program visar olika"
            / "De underskrivna byten rymmer något som handlingen inte visar eller program visar olika"
            / "Fråga avsändaren varför det finns där; en senare version eller ett annat program kan plocka fram det" }
    SigningCertificateIdentified, "signing-certificate-identified", "EN 319 102-1 5.2.3" {
        en: "The signer's certificate is identified"
            / "The signer's certificate cannot be identified"
            / "Give the signer's certificate with --evidence"
        sv: "Undertecknarens certifikat är identifierat"
            / "Undertecknarens certifikat går inte att identifiera"
            / "Ange undertecknarens certifikat med --evidence" }
    SigningCertificateReferenced, "signing-certificate-referenced", "RFC 5035; EN 319 122-1 5.2.2" {
        en: "The signature itself says which certificate belongs to it"
            / "The signature does not say under protection which certificate belongs to it"
            / "Older signatures lack this; nothing to do unless another certificate has the same key"
        sv: "Underskriften anger själv vilket certifikat som hör till den"
            / "Underskriften anger inte på ett skyddat sätt vilket certifikat som hör till den"
            / "Äldre underskrifter saknar detta; inget att göra om inte ett annat certifikat har samma nyckel" }
    IssuerSerialMatches, "issuer-serial-matches", "EN 319 102-1 5.2.3.4" {
        en: "Issuer and serial number in the reference are those of the certificate"
            / "Issuer and serial number in the reference are not those of the certificate"
            / "The digest decides; tell the vendor of the signing software"
        sv: "Utfärdare och serienummer i hänvisningen stämmer med certifikatet"
            / "Utfärdare och serienummer i hänvisningen stämmer inte med certifikatet"
            / "Kontrollsumman avgör; meddela leverantören av underskriftstjänsten" }
    SignaturePolicyProcessed, "signature-policy-processed", "EN 319 102-1 5.2.4" {
        en: "No signature policy asks for more"
            / "A signature policy is named; its own rules were not applied"
            / "Read the policy the signature names if your process depends on it"
        sv: "Ingen underskriftspolicy kräver mer"
            / "En underskriftspolicy anges; dess egna regler har inte prövats"
            / "Läs den policy som underskriften anger om er handläggning beror på den" }
    SignaturePolicyAccepted, "signature-policy-accepted", "EN 319 102-1 5.2.4" {
        en: "The signature follows a signature policy that you accept"
            / "The signature follows a signature policy that you do not accept"
            / "Add the policy to your policy file if you accept it"
        sv: "Underskriften följer en underskriftspolicy som ni godtar"
            / "Underskriften följer en underskriftspolicy som ni inte godtar"
            / "Ange policyn i er policyfil om ni godtar den" }
    SignaturePolicyIntact, "signature-policy-intact", "EN 319 102-1 5.2.4; EN 319 122-1 5.2.9" {
        en: "The policy document is the one that the signer referred to"
            / "The policy document is not the one that the signer referred to, or cannot be compared"
            / "Ask the publisher of the policy for the document as it was"
        sv: "Policydokumentet är det som undertecknaren hänvisade till"
            / "Policydokumentet är inte det som undertecknaren hänvisade till, eller går inte att jämföra"
            / "Be policyns utgivare om dokumentet som det var" }
    FormatAccepted, "format-accepted", "EN 319 102-1 5.2.2" {
        en: "The signature is of a format that you accept"
            / "The signature is not of a format that you accept"
            / "Add the format to your policy file if you accept it"
        sv: "Underskriften har ett format som ni godtar"
            / "Underskriften har inte ett format som ni godtar"
            / "Ange formatet i er policyfil om ni godtar det" }
    SignaturePolicyAvailable, "signature-policy-available", "EN 319 102-1 5.2.4.3" {
        en: "The document of the signature policy is at hand"
            / "The document of the signature policy is not at hand"
            / "Ask the publisher of the policy for it; the verdict depends on it only if your policy file says so"
        sv: "Underskriftspolicyns dokument finns"
            / "Underskriftspolicyns dokument saknas"
            / "Be policyns utgivare om det; utfallet beror på det bara om er policyfil säger så" }
    TimestampCoversMembers, "timestamp-covers-members", "EN 319 162-1 4.3.3 and 4.4.3" {
        en: "The time-stamp is about every file in the container"
            / "The time-stamp is not about this file"
            / "It proves nothing about this file; have it stamped too if that matters"
        sv: "Tidsstämpeln gäller alla filer i behållaren"
            / "Tidsstämpeln gäller inte denna fil"
            / "Den bevisar inget om filen; låt stämpla även den om det behövs" }
    ExtensionsPermitted, "extensions-permitted", "EN 319 102-1 5.2.6; RFC 6960 4.2.2.2.1; RFC 9608 4" {
        en: "The certificate has no extension that it must not have"
            / "The certificate has an extension that it must not have"
            / "The certificate was meant for something else, or is a fault of its issuer; ask the signer"
        sv: "Certifikatet har inget tillägg som det inte får ha"
            / "Certifikatet har ett tillägg som det inte får ha"
            / "Certifikatet är avsett för något annat, eller ett fel hos utfärdaren; fråga undertecknaren" }
    SigningCertificateAccepted, "signing-certificate-accepted", "EN 319 102-1 5.1.4.2 and 5.2.6.4" {
        en: "The signer's certificate says what you ask for"
            / "The signer's certificate does not say what you ask for"
            / "Ask the signer for another certificate, or take the demand out of your policy file"
        sv: "Undertecknarens certifikat säger det ni kräver"
            / "Undertecknarens certifikat säger inte det ni kräver"
            / "Be undertecknaren använda ett annat certifikat, eller ta bort kravet ur er policyfil" }
    RevocationNextUpdateStated, "revocation-next-update-stated", "EN 319 102-1 5.2.5; RFC 5280 5.1.2.5" {
        en: "The revocation list says when the next one comes"
            / "The revocation list does not say when the next one comes"
            / "Nobody can tell whether it is the newest; ask its issuer"
        sv: "Spärrlistan säger när nästa kommer"
            / "Spärrlistan säger inte när nästa kommer"
            / "Ingen kan avgöra om den är den senaste; fråga utfärdaren" }
    SignedDataFound, "signed-data-found", "EN 319 102-1 5.2.7" {
        en: "The signed content is at hand"
            / "The signed content is not at hand"
            / "Give the signed file with --detached"
        sv: "Det underskrivna innehållet finns"
            / "Det underskrivna innehållet saknas"
            / "Ange den underskrivna filen med --detached" }
    DigestMatches, "digest-matches", "EN 319 102-1 5.2.7.4 step 1" {
        en: "The content is what was signed, bit for bit"
            / "The content is not what was signed"
            / "The document was changed or mixed up; ask the sender for the original"
        sv: "Innehållet är bit för bit det som skrevs under"
            / "Innehållet är inte det som skrevs under"
            / "Handlingen har ändrats eller förväxlats; be avsändaren om originalet" }
    SignatureValueVerifies, "signature-value-verifies", "EN 319 102-1 5.2.7.4 step 2" {
        en: "The signature was made with the key of the certificate"
            / "The signature was not made with the key of the certificate"
            / "The signature is damaged or forged; ask the sender for the original"
        sv: "Underskriften är gjord med certifikatets nyckel"
            / "Underskriften är inte gjord med certifikatets nyckel"
            / "Underskriften är skadad eller förfalskad; be avsändaren om originalet" }
    AlgorithmComputed, "algorithm-computed", "EN 319 102-1 5.2.7" {
        en: "sigill can compute the algorithms"
            / "sigill cannot compute an algorithm that was used"
            / "See SHORTCOMINGS.md for the list; another validator may help"
        sv: "sigill kan räkna med algoritmerna"
            / "sigill kan inte räkna med en algoritm som använts"
            / "Se SHORTCOMINGS.md; en annan valideringstjänst kan hjälpa" }
    SignedAttributesInDerOrder, "signed-attributes-in-der-order", "RFC 5652 5.4" {
        en: "The signed attributes stand in the order of DER"
            / "The signed attributes do not stand in the order of DER"
            / "A fault of the signing software; the signature is not affected"
        sv: "De underskrivna attributen står i DER-ordning"
            / "De underskrivna attributen står inte i DER-ordning"
            / "Ett fel i underskriftsprogrammet; underskriften påverkas inte" }
    DigestAlgorithmsConsistent, "digest-algorithms-consistent", "RFC 5652 5.1; RFC 8933" {
        en: "The announced digest algorithms are those that were used"
            / "The digest algorithms contradict each other"
            / "A fault of the signing software or a sign of tampering; ask the sender"
        sv: "De angivna kontrollsummorna är de som använts"
            / "Angivna kontrollsummor motsäger varandra"
            / "Ett fel i underskriftsprogrammet eller tecken på manipulation; fråga avsändaren" }
    AlgorithmProtectionMatches, "algorithm-protection-matches", "RFC 6211 2" {
        en: "The algorithms are those that the signer has signed"
            / "The algorithms are not those that the signer has signed"
            / "The signature was altered after it was made; ask the sender for the original"
        sv: "Algoritmerna är de som undertecknaren skrivit under på"
            / "Algoritmerna är inte de som undertecknaren skrivit under på"
            / "Underskriften har ändrats i efterhand; be avsändaren om originalet" }
    SignerStatementsReadable, "signer-statements-readable", "EN 319 122-1 5.2; RFC 2634 2" {
        en: "What the signer says of the content can be read"
            / "Something that the signer says of the content cannot be read"
            / "A fault of the signing software; the verdict does not depend on it"
        sv: "Det undertecknaren säger om innehållet går att läsa"
            / "Något undertecknaren säger om innehållet går inte att läsa"
            / "Ett fel i underskriftsprogrammet; utfallet beror inte på det" }
    SignerAttributesCertified, "signer-attributes-certified", "EN 319 102-1 5.2.8; RFC 5755 5" {
        en: "A trusted authority stands for the role of the signer"
            / "No trusted authority is shown to stand for the role of the signer"
            / "Take the role for the signer's own claim; ask the authority if it matters"
        sv: "En betrodd utfärdare står för undertecknarens roll"
            / "Det är inte visat att en betrodd utfärdare står för undertecknarens roll"
            / "Se rollen som undertecknarens egen uppgift; fråga utfärdaren om den spelar roll" }
    ReferencesAtHand, "references-at-hand", "EN 319 122-1 A.1" {
        en: "All that the signature refers to is at hand"
            / "The signature refers to certificates or revocation data that are not at hand"
            / "Give them with --evidence; their issuers may still have them"
        sv: "Allt som underskriften hänvisar till finns"
            / "Underskriften hänvisar till certifikat eller spärruppgifter som saknas"
            / "Ange dem med --evidence; utfärdarna kan ha dem kvar" }
    ContentTypeMatches, "content-type-matches", "RFC 5652 11.1" {
        en: "The signed content type is that of the content"
            / "The signed content type is not that of the content"
            / "The content may have been exchanged; ask the sender for the original"
        sv: "Den underskrivna innehållstypen är innehållets"
            / "Den underskrivna innehållstypen är inte innehållets"
            / "Innehållet kan ha bytts ut; be avsändaren om originalet" }
    ClaimedTimeInValidity, "claimed-time-in-validity", "EN 319 102-1 5.2.8" {
        en: "The time the signer claims lies within the certificate's validity"
            / "The time the signer claims lies outside the certificate's validity"
            / "The signer's clock was wrong or the time was made up; rely on time-stamps"
        sv: "Den tid undertecknaren anger ligger inom certifikatets giltighet"
            / "Den tid undertecknaren anger ligger utanför certifikatets giltighet"
            / "Undertecknarens klocka gick fel eller tiden är påhittad; lita på tidsstämplar" }
    CertificateReferenceStrong, "certificate-reference-strong", "EN 319 102-1 5.2.8; RFC 5035" {
        en: "The signature refers to its certificate by a digest that could be relied upon"
            / "The signature refers to its certificate by a digest that could no longer be relied upon"
            / "Older signatures do; nothing to do unless another certificate has the same key"
        sv: "Underskriften hänvisar till sitt certifikat med en kontrollsumma som gick att lita på"
            / "Underskriften hänvisar till sitt certifikat med en kontrollsumma som inte längre gick att lita på"
            / "Det gör äldre underskrifter; inget att göra om inte ett annat certifikat har samma nyckel" }
    RequiredAttributesPresent, "required-attributes-present", "EN 319 102-1 5.2.8" {
        en: "The signature has an attribute, time-stamp or counter-signature that you ask for"
            / "The signature lacks an attribute, time-stamp or counter-signature that you ask for"
            / "Ask for it to be signed or stamped anew, or take the demand out of your policy file"
        sv: "Underskriften har ett attribut, en tidsstämpel eller en kontrasignatur som ni kräver"
            / "Underskriften saknar ett attribut, en tidsstämpel eller en kontrasignatur som ni kräver"
            / "Be om en ny underskrift eller stämpel, eller ta bort kravet ur er policyfil" }
    AttributeValuesAccepted, "attribute-values-accepted", "EN 319 102-1 5.2.8" {
        en: "What the signer says of the content, its intent or its role is something you accept"
            / "What the signer says of the content, its intent or its role is not something you accept"
            / "Add the value to your policy file if you accept it"
        sv: "Det undertecknaren säger om innehållet, avsikten eller sin roll är något ni godtar"
            / "Det undertecknaren säger om innehållet, avsikten eller sin roll är inte något ni godtar"
            / "Ange värdet i er policyfil om ni godtar det" }
    TimestampDelayKept, "timestamp-delay-kept", "EN 319 102-1 5.5.4 step 5" {
        en: "The signature was time-stamped soon enough after the time that the signer claims"
            / "The signature was not time-stamped soon enough after the time that the signer claims"
            / "Allow for a longer delay in your policy file, or ask why the time-stamp came late"
        sv: "Underskriften tidsstämplades tillräckligt snart efter den tid undertecknaren anger"
            / "Underskriften tidsstämplades inte tillräckligt snart efter den tid undertecknaren anger"
            / "Tillåt ett längre dröjsmål i er policyfil, eller fråga varför tidsstämpeln kom sent" }
    MadeInTime, "made-in-time", "EN 319 102-1 5.3.4 steps 4 and 7" {
        en: "Nothing shows that the signature was made too late"
            / "A time-stamp that the signer signed shows that the signature was made after a revocation or an end"
            / "Ask for the content to be signed anew"
        sv: "Inget visar att underskriften gjordes för sent"
            / "En tidsstämpel som undertecknaren skrev under visar att underskriften gjordes efter en spärr eller ett slut"
            / "Be om en ny underskrift av innehållet" }
    SignedObjectsProven, "signed-objects-proven", "EN 319 102-1 5.6.2.3" {
        en: "Each signed file is proven to be older than the end of the digest that binds it"
            / "Nothing proves that a signed file is older than the end of the digest that binds it"
            / "A time-stamp or evidence record over the file itself, from before that end, would help"
        sv: "Varje underskriven fil är bevisligen äldre än slutet för den kontrollsumma som binder den"
            / "Inget bevisar att en underskriven fil är äldre än slutet för den kontrollsumma som binder den"
            / "En tidsstämpel eller ett evidence record över själva filen, från tiden dessförinnan, skulle hjälpa" }
    TrustAnchorReached, "trust-anchor-reached", "EN 319 102-1 5.2.6; RFC 5280 6.1" {
        en: "The certificate leads to an issuer you trust"
            / "The certificate does not lead to an issuer you trust"
            / "Give the issuer's root with --trust if you trust it, or missing certificates with --evidence"
        sv: "Certifikatet leder till en utfärdare som ni litar på"
            / "Certifikatet leder inte till en utfärdare som ni litar på"
            / "Ange utfärdarens rotcertifikat med --trust om ni litar på den, eller saknade certifikat med --evidence" }
    TrustAnchorInForce, "trust-anchor-in-force", "EN 319 102-1 5.2.6 and 5.6.2.2" {
        en: "The issuer is one you trusted at the time that counts"
            / "Trust in the issuer had ended at the time that counts"
            / "A time-stamp or evidence record from before the end of trust would help"
        sv: "Utfärdaren är en ni litade på vid den tid som räknas"
            / "Tilliten till utfärdaren hade upphört vid den tid som räknas"
            / "En tidsstämpel eller ett evidence record från tiden dessförinnan skulle hjälpa" }
    TrustServiceAccepted, "trust-service-accepted", "EN 319 102-1 5.1.4.2; ETSI TS 119 612 5.5" {
        en: "The issuer you trust is on a trusted list, for this use and as you demand"
            / "The issuer is not on a trusted list for this use, or not as you demand"
            / "Give the trusted list it is on with --trust, or change trust_service in the policy"
        sv: "Utfärdaren ni litar på står på en tillitslista, för detta ändamål och så som ni kräver"
            / "Utfärdaren står inte på en tillitslista för detta ändamål, eller inte så som ni kräver"
            / "Ange tillitslistan den står på med --trust, eller ändra trust_service i policyn" }
    TrustedListUpToDate, "trusted-list-up-to-date", "ETSI TS 119 612 5.3.15" {
        en: "The trusted list with the issuer is the current one"
            / "A newer trusted list was due"
            / "Fetch the current list: a service may have been withdrawn since"
        sv: "Tillitslistan med utfärdaren är den aktuella"
            / "En nyare tillitslista borde ha kommit"
            / "Hämta den aktuella listan: en tjänst kan ha strukits sedan dess" }
    PathSearchCompleted, "path-search-completed", "RFC 4158" {
        en: "Every candidate path was tried"
            / "The search for a path was cut off at its limit"
            / "Too many look-alike certificates: give only those that belong to the document"
        sv: "Alla tänkbara certifikatkedjor har prövats"
            / "Sökandet efter en certifikatkedja avbröts vid sin gräns"
            / "För många likadana certifikat: ange bara dem som hör till handlingen" }
    CertificateSignatureConsistent, "certificate-signature-consistent", "RFC 5280 4.1.1.2" {
        en: "The certificate names one signature algorithm"
            / "The certificate names two different signature algorithms"
            / "The certificate is not to be relied upon; ask its issuer"
        sv: "Certifikatet anger en enda signeringsalgoritm"
            / "Certifikatet anger två olika signeringsalgoritmer"
            / "Certifikatet går inte att lita på; fråga utfärdaren" }
    BasicConstraintsMet, "basic-constraints-met", "RFC 5280 6.1.4 (k) to (m)" {
        en: "Every issuer in the path may issue certificates"
            / "A certificate in the path may not issue certificates, or not so many"
            / "The path is not to be relied upon; ask the issuer"
        sv: "Varje utfärdare i kedjan får ge ut certifikat"
            / "Ett certifikat i kedjan får inte ge ut certifikat, eller inte så många"
            / "Kedjan går inte att lita på; fråga utfärdaren" }
    KeyUsageMet, "key-usage-met", "RFC 5280 4.2.1.3; EN 319 412-2 4.3.2" {
        en: "The key may be used for this"
            / "The key may not be used for this"
            / "The certificate was meant for something else; ask the signer for the right one"
        sv: "Nyckeln får användas till detta"
            / "Nyckeln får inte användas till detta"
            / "Certifikatet är avsett för något annat; be undertecknaren använda rätt certifikat" }
    ExtensionsUnderstood, "extensions-understood", "RFC 5280 4.2" {
        en: "Every critical extension is understood"
            / "A critical extension is not understood, unreadable or repeated"
            / "What is critical and not understood must not be passed; see SHORTCOMINGS.md"
        sv: "Alla kritiska tillägg i certifikatet förstås"
            / "Ett kritiskt tillägg förstås inte, går inte att läsa eller upprepas"
            / "Det som är kritiskt och inte förstås får inte godtas; se SHORTCOMINGS.md" }
    NameConstraintsMet, "name-constraints-met", "RFC 5280 4.2.1.10 and 6.1.3 (b), (c)" {
        en: "Every name in the path is one that its issuers may certify"
            / "A name in the path is not one that its issuers may certify"
            / "The issuer went beyond what it is entitled to; ask the signer for a certificate of another issuer"
        sv: "Varje namn i kedjan är ett som utfärdarna får intyga"
            / "Ett namn i kedjan är inte ett som utfärdarna får intyga"
            / "Utfärdaren har gått utöver sin rätt; be undertecknaren om ett certifikat från en annan utfärdare" }
    CertificatePoliciesMet, "certificate-policies-met", "RFC 5280 6.1; RFC 9618" {
        en: "The whole path holds for a certificate policy that is accepted"
            / "No certificate policy that is accepted holds for the whole path"
            / "Ask the issuer under which policy the certificate was issued, and add it to your policy file if you accept it"
        sv: "Hela kedjan gäller enligt en certifikatpolicy som godtas"
            / "Ingen certifikatpolicy som godtas gäller för hela kedjan"
            / "Fråga utfärdaren under vilken policy certifikatet gavs ut, och ange den i er policyfil om ni godtar den" }
    CertificateProfileMet, "certificate-profile-met", "RFC 5280 4.1 and 4.2" {
        en: "The certificate keeps to the rules for issuers"
            / "The certificate breaks a rule for issuers"
            / "A fault of the issuer; tell it, and ask for a certificate that keeps to the rules"
        sv: "Certifikatet följer reglerna för utfärdare"
            / "Certifikatet bryter mot en regel för utfärdare"
            / "Ett fel hos utfärdaren; meddela den och be om ett certifikat som följer reglerna" }
    RevocationDataPresent, "revocation-data-present", "EN 319 102-1 5.2.6" {
        en: "Revocation data is at hand or not foreseen"
            / "Nothing says whether the certificate was revoked"
            / "Give a CRL or an OCSP response with --evidence; its issuer publishes it"
        sv: "Uppgift om spärr finns eller är inte förutsedd"
            / "Inget visar om certifikatet var spärrat"
            / "Ange en spärrlista (CRL) eller ett OCSP-svar med --evidence; utfärdaren publicerar det" }
    RevocationDataUsable, "revocation-data-usable", "EN 319 102-1 5.2.6; RFC 5280 6.3; RFC 6960 3.2" {
        en: "The revocation data is signed by whom it must be, and about this certificate"
            / "Revocation data is there but cannot be relied upon"
            / "It is damaged, forged or signed by somebody else; give it anew with --evidence"
        sv: "Uppgiften om spärr är undertecknad av rätt part och gäller detta certifikat"
            / "Uppgift om spärr finns men går inte att lita på"
            / "Den är skadad, förfalskad eller undertecknad av någon annan; ange den på nytt med --evidence" }
    NotRevoked, "not-revoked", "EN 319 102-1 5.2.6" {
        en: "The certificate is not revoked"
            / "The certificate is revoked"
            / "A time-stamp from before the revocation could still prove the signature"
        sv: "Certifikatet är inte spärrat"
            / "Certifikatet är spärrat"
            / "En tidsstämpel från tiden före spärren skulle ändå kunna bevisa underskriften" }
    RevocationDataFresh, "revocation-data-fresh", "EN 319 102-1 5.2.5" {
        en: "The revocation data reaches to the time that counts"
            / "The revocation data is older than the time that counts"
            / "Give newer revocation data with --evidence"
        sv: "Uppgiften om spärr räcker till den tid som räknas"
            / "Uppgiften om spärr är äldre än den tid som räknas"
            / "Ange nyare uppgift om spärr med --evidence" }
    RevocationIssuerInValidity, "revocation-issuer-in-validity", "EN 319 102-1 5.2.6" {
        en: "Who issued the revocation data is within validity"
            / "The certificate of who issued the revocation data has ended"
            / "A time-stamp over the revocation data from before that would help"
        sv: "Den som gett ut uppgiften om spärr har ett giltigt certifikat"
            / "Certifikatet för den som gav ut uppgiften om spärr har gått ut"
            / "En tidsstämpel över uppgiften från tiden dessförinnan skulle hjälpa" }
    CertificateInValidity, "certificate-in-validity", "EN 319 102-1 5.2.6; RFC 5280 6.1.3 (a)(2)" {
        en: "The certificate is within its validity"
            / "The certificate is outside its validity"
            / "A time-stamp or evidence record from within the validity would help"
        sv: "Certifikatet är inom sin giltighetstid"
            / "Certifikatet är utanför sin giltighetstid"
            / "En tidsstämpel eller ett evidence record från giltighetstiden skulle hjälpa" }
    AlgorithmReliable, "algorithm-reliable", "EN 319 102-1 5.2.8; ETSI TS 119 312" {
        en: "The algorithms could be relied upon at the time that counts"
            / "An algorithm could no longer be relied upon at the time that counts"
            / "A time-stamp or evidence record from before the algorithm's end would help"
        sv: "Algoritmerna gick att lita på vid den tid som räknas"
            / "En algoritm gick inte längre att lita på vid den tid som räknas"
            / "En tidsstämpel eller ett evidence record från tiden före algoritmens slut skulle hjälpa" }
    TimestampFormConforms, "timestamp-form-conforms", "RFC 3161 2.4.2; EN 319 102-1 5.4" {
        en: "The time-stamp has the form its standard asks for"
            / "The time-stamp does not have the form its standard asks for"
            / "The time-stamp proves nothing; ask the sender for the original"
        sv: "Tidsstämpeln har den form som standarden kräver"
            / "Tidsstämpeln har inte den form som standarden kräver"
            / "Tidsstämpeln bevisar inget; be avsändaren om originalet" }
    TimestampImprintMatches, "timestamp-imprint-matches", "EN 319 102-1 5.5.4; RFC 3161 2.4.2" {
        en: "The time-stamp is over these bytes"
            / "The time-stamp is over other bytes"
            / "The time-stamp belongs to something else; ask the sender for the original"
        sv: "Tidsstämpeln gäller just dessa byte"
            / "Tidsstämpeln gäller andra byte"
            / "Tidsstämpeln hör till något annat; be avsändaren om originalet" }
    TimestampTimePlausible, "timestamp-time-plausible", "EN 319 102-1 5.4; RFC 3161 2.4.2" {
        en: "The time-stamp's time lies within the authority's certificate and not ahead"
            / "The time-stamp's time lies outside the authority's certificate or ahead of the validation"
            / "The time-stamp proves nothing; ask the sender, and check the time given with --at"
        sv: "Tidsstämpelns tid ligger inom tjänstens certifikat och inte i framtiden"
            / "Tidsstämpelns tid ligger utanför tjänstens certifikat eller efter kontrollens tid"
            / "Tidsstämpeln bevisar inget; fråga avsändaren, och kontrollera tiden i --at" }
    TimestampAuthorityNamed, "timestamp-authority-named", "RFC 3161 2.4.2" {
        en: "The time-stamp names its authority as the certificate does"
            / "The time-stamp names another authority than its certificate"
            / "The time-stamp proves nothing; ask the sender"
        sv: "Tidsstämpeln nämner tjänsten så som dess certifikat gör"
            / "Tidsstämpeln nämner en annan tjänst än dess certifikat"
            / "Tidsstämpeln bevisar inget; fråga avsändaren" }
    TimestampsInOrder, "timestamps-in-order", "EN 319 102-1 5.5.4" {
        en: "The time-stamps follow each other as what they are about does"
            / "A time-stamp is older than what it must have been made after"
            / "One of the times is wrong; ask the sender"
        sv: "Tidsstämplarna följer på varandra så som det de gäller"
            / "En tidsstämpel är äldre än det den måste ha gjorts efter"
            / "Någon av tiderna är fel; fråga avsändaren" }
    TimestampBytesComposed, "timestamp-bytes-composed", "EN 319 122-1 5.5" {
        en: "The stamped bytes can be composed"
            / "sigill cannot yet compose the bytes this time-stamp is over"
            / "The time-stamp is passed over; see SHORTCOMINGS.md"
        sv: "De stämplade byten går att sätta samman"
            / "sigill kan ännu inte sätta samman de byte som tidsstämpeln gäller"
            / "Tidsstämpeln lämnas därhän; se SHORTCOMINGS.md" }
    TimestampProven, "timestamp-proven", "EN 319 102-1 5.4" {
        en: "The time-stamp is proven"
            / "The time-stamp is not proven, and so proves nothing"
            / "Give the time-stamping authority's root with --trust if you trust it"
        sv: "Tidsstämpeln är bevisad"
            / "Tidsstämpeln är inte bevisad och bevisar därför inget"
            / "Ange tidsstämplingstjänstens rotcertifikat med --trust om ni litar på den" }
    SignedWithinValidity, "signed-within-validity", "EN 319 102-1 5.5.4" {
        en: "The signature provably existed within the certificate's validity"
            / "Nothing proves that the signature existed within the certificate's validity"
            / "A time-stamp from that time would help"
        sv: "Underskriften fanns bevisligen inom certifikatets giltighetstid"
            / "Inget bevisar att underskriften fanns inom certifikatets giltighetstid"
            / "En tidsstämpel från den tiden skulle hjälpa" }
    SignedBeforeRevocation, "signed-before-revocation", "EN 319 102-1 5.5.4" {
        en: "The signature provably existed before the revocation"
            / "Nothing proves that the signature existed before the revocation"
            / "A time-stamp from before the revocation would help"
        sv: "Underskriften fanns bevisligen före spärren"
            / "Inget bevisar att underskriften fanns före spärren"
            / "En tidsstämpel från tiden före spärren skulle hjälpa" }
    SignedWhileReliable, "signed-while-reliable", "EN 319 102-1 5.5.4 step 4c" {
        en: "The signature provably existed while its algorithms could be relied upon"
            / "Nothing proves that the signature existed while its algorithms could be relied upon"
            / "A time-stamp from that time would help"
        sv: "Underskriften fanns bevisligen medan dess algoritmer gick att lita på"
            / "Inget bevisar att underskriften fanns medan dess algoritmer gick att lita på"
            / "En tidsstämpel från den tiden skulle hjälpa" }
    RevocationDataProvenInTime, "revocation-data-proven-in-time", "EN 319 102-1 5.6.2.4 steps 1 and 7" {
        en: "The revocation data is proven to be older than the end of who issued it"
            / "Nothing proves that the revocation data is older than the end of who issued it"
            / "A time-stamp over the revocation data from before that end would help"
        sv: "Uppgiften om spärr är bevisligen äldre än slutet för den som gav ut den"
            / "Inget bevisar att uppgiften om spärr är äldre än slutet för den som gav ut den"
            / "En tidsstämpel över uppgiften från tiden dessförinnan skulle hjälpa" }
    PastCertificateProven, "past-certificate-proven", "EN 319 102-1 5.6.2.1 and 5.6.2.2" {
        en: "The path was good at a time in the past, as proven by evidence from then"
            / "The evidence does not reach to a time when the path was good"
            / "Seal documents while their certificates and revocation data still hold"
        sv: "Kedjan var giltig vid en tid i det förflutna, bevisat av underlag från den tiden"
            / "Underlaget räcker inte till en tid då kedjan var giltig"
            / "Försegla handlingar medan deras certifikat och spärruppgifter ännu håller" }
    ExistedAtControlTime, "existed-at-control-time", "EN 319 102-1 5.6.2.4" {
        en: "The signature provably existed when the path was good"
            / "Nothing proves that the signature existed when the path was good"
            / "A time-stamp or evidence record from that time would help"
        sv: "Underskriften fanns bevisligen när kedjan var giltig"
            / "Inget bevisar att underskriften fanns när kedjan var giltig"
            / "En tidsstämpel eller ett evidence record från den tiden skulle hjälpa" }
    EvidenceReadable, "evidence-readable", "EN 319 102-1 5.2.6" {
        en: "All evidence can be read"
            / "A piece of evidence cannot be read"
            / "It is damaged; give it anew with --evidence"
        sv: "Allt underlag går att läsa"
            / "Ett underlag går inte att läsa"
            / "Det är skadat; ange det på nytt med --evidence" }
    RecordCoversData, "record-covers-data", "RFC 4998 5.3" {
        en: "The evidence record is about this document"
            / "The evidence record is not about this document"
            / "The document or the record was changed or mixed up"
        sv: "Evidence record gäller denna handling"
            / "Evidence record gäller inte denna handling"
            / "Handlingen eller evidence record har ändrats eller förväxlats" }
    RecordGroupComplete, "record-group-complete", "RFC 4998 5.3" {
        en: "The evidence record holds no hash but those of the given data"
            / "The evidence record also holds hashes of data that was not given"
            / "Nothing to do unless the data must be shown to be complete; then ask for the rest"
        sv: "Evidence record innehåller inga andra kontrollsummor än de givna uppgifternas"
            / "Evidence record innehåller också kontrollsummor för uppgifter som inte angetts"
            / "Inget att göra om inte uppgifterna måste visas vara fullständiga; begär då resten" }
    RecordChainIntact, "record-chain-intact", "RFC 4998 5.3" {
        en: "The archive time-stamps of the record build on each other"
            / "The archive time-stamps of the record do not build on each other"
            / "The record is damaged; take it from a copy"
        sv: "Arkivtidsstämplarna i evidence record bygger på varandra"
            / "Arkivtidsstämplarna i evidence record bygger inte på varandra"
            / "Evidence record är skadat; hämta det från en kopia" }
    ArchiveTimestampCoversAll, "archive-timestamp-covers-all", "EN 319 122-1 5.5.2" {
        en: "The newest archive time-stamp covers all that the signature carries"
            / "Something was added that the newest archive time-stamp does not cover"
            / "Renew the archive time-stamp, or seal the document, while the certificates still hold"
        sv: "Den senaste arkivtidsstämpeln omfattar allt som underskriften bär med sig"
            / "Något har lagts till som den senaste arkivtidsstämpeln inte omfattar"
            / "Förnya arkivtidsstämpeln, eller försegla handlingen, medan certifikaten ännu håller" }
    LastProvablePoint, "last-provable-point", "EN 319 102-1 5.6.3; RFC 4998 5.3" {
        en: "Every archive time-stamp of the record counts"
            / "Only the archive time-stamps up to this one count; they still prove the record's data"
            / "A later archive time-stamp is broken or unproven; renew the record from here"
        sv: "Alla arkivtidsstämplar i evidence record räknas"
            / "Bara arkivtidsstämplarna till och med denna räknas; de bevisar ändå uppgifterna"
            / "En senare arkivtidsstämpel är skadad eller obevisad; förnya evidence record härifrån" }
    FormatSupported, "format-supported", "EN 319 102-1 5.2.2" {
        en: "sigill can read this format"
            / "sigill cannot read this format yet"
            / "See SHORTCOMINGS.md for the list; another validator may help"
        sv: "sigill kan läsa detta format"
            / "sigill kan ännu inte läsa detta format"
            / "Se SHORTCOMINGS.md; en annan valideringstjänst kan hjälpa" }
    ContainerConforms, "container-conforms", "EN 319 162-1 A.1" {
        en: "The container has the form its standard asks for"
            / "The container does not have the form its standard asks for"
            / "A fault of the software that made it or a sign of tampering; ask the sender"
        sv: "Behållaren har den form som standarden kräver"
            / "Behållaren har inte den form som standarden kräver"
            / "Ett fel i programmet som gjorde den eller tecken på manipulation; fråga avsändaren" }
    RegisterCurrent, "register-current", "EN 319 102-1 5.1.4" {
        en: "An extract of the register is at hand and not too old"
            / "No extract of the register is at hand that is new enough"
            / "Give an extract taken after the signature with --register"
        sv: "Ett utdrag ur registret finns och är inte för gammalt"
            / "Det finns inget utdrag ur registret som är nytt nog"
            / "Ange ett utdrag som togs efter underskriften med --register" }
    FederationAuthorises, "federation-authorises", "EN 319 102-1 5.1.4" {
        en: "The federation lets the identity provider speak for the organisation"
            / "It is not shown that the federation lets the identity provider speak for the organisation"
            / "Give metadata of the time of signing with --evidence, and who signed it with --metadata-signer"
        sv: "Federationen låter den som legitimerade tala för organisationen"
            / "Det är inte visat att federationen låter den som legitimerade tala för organisationen"
            / "Ange metadata från underskriftens tid med --evidence, och vem som skrev under dem med --metadata-signer" }
    RegisterAgrees, "register-agrees", "EN 319 102-1 5.1.4" {
        en: "The register agrees with what the certificate says"
            / "The register does not agree with what the certificate says"
            / "Ask the organisation who was allowed to sign; sigill shows both and takes neither"
        sv: "Registret stämmer med vad certifikatet säger"
            / "Registret stämmer inte med vad certifikatet säger"
            / "Fråga organisationen vem som fick skriva under; sigill visar båda och väljer ingen" }
    EveryMemberSigned, "every-member-signed", "EN 319 162-1 4.3 and 4.4" {
        en: "Every file in the container is signed"
            / "A file in the container is covered by no signature that sigill can read"
            / "Do not rely on this file; ask the sender whether it belongs there"
        sv: "Alla filer i behållaren är underskrivna"
            / "En fil i behållaren omfattas inte av någon underskrift som sigill kan läsa"
            / "Lita inte på den filen; fråga avsändaren om den hör dit" }
}
