//! Why each rule matters, for `sigill explain`: one or two sentences for somebody who must decide
//! what to do with a document.

use super::wording::say;
use crate::validation::{Language, Rule};

macro_rules! meanings {
    ($($rule:ident: $english:literal / $swedish:literal)*) => {
        /// Why a rule matters.
        pub(super) fn of(rule: Rule, language: Language) -> &'static str {
            match rule {
                $(Rule::$rule => say(language, $english, $swedish),)*
            }
        }
    };
}

meanings! {
    FormatConforms:
        "A signature that is not built as its standard says can be read in more than one way, and attacks on signed documents use just that: one programme sees the signed content, another something else."
        / "En underskrift som inte är byggd som standarden säger kan läsas på mer än ett sätt, och angrepp på underskrivna handlingar bygger på just det: ett program ser det underskrivna innehållet, ett annat något annat."
    UnchangedAfterSigning:
        "A PDF can be added to after it was signed without breaking the signature. More evidence, further signatures and filled-in fields may be allowed; anything else may show the reader something that nobody signed."
        / "En PDF kan byggas på efter underskriften utan att den bryts. Mer underlag, fler underskrifter och ifyllda fält kan vara tillåtna; allt annat kan visa läsaren något som ingen har skrivit under."
    NothingCovered:
        "What is added later is drawn on top. A signature or a comment that lies over an older one can hide it, although no byte that was signed has changed."
        / "Det som läggs till senare ritas överst. En underskrift eller en kommentar som ligger över en äldre kan dölja den, fast ingen underskriven byte har ändrats."
    NothingHidden:
        "What stands in the signed bytes without being shown was signed too. A later addition can bring it up, and the reader then sees a page that the signer never saw."
        / "Det som finns i de underskrivna byten utan att visas har också skrivits under. Ett senare tillägg kan plocka fram det, och läsaren ser då en sida som undertecknaren aldrig såg."
    SigningCertificateIdentified:
        "The certificate says whose key made the signature. Without it nobody can be named, and no path to an issuer can be built."
        / "Certifikatet säger vems nyckel som gjorde underskriften. Utan det kan ingen pekas ut och ingen kedja till en utfärdare byggas."
    SigningCertificateReferenced:
        "Where the signature itself protects which certificate belongs to it, nobody can exchange the certificate for another one with the same key but another name or other rights."
        / "När underskriften själv skyddar vilket certifikat som hör till den kan ingen byta certifikatet mot ett annat med samma nyckel men annat namn eller andra rättigheter."
    IssuerSerialMatches:
        "The reference to the certificate holds a digest and, beside it, issuer and serial number. The digest decides; a contradiction shows careless software, seldom more."
        / "Hänvisningen till certifikatet innehåller en kontrollsumma och därtill utfärdare och serienummer. Kontrollsumman avgör; en motsägelse tyder på slarvig programvara, sällan mer."
    SignaturePolicyProcessed:
        "Some signatures name a policy of their own, with rules about who may sign what. sigill says that one is named but does not apply its rules."
        / "En del underskrifter anger en egen policy med regler om vem som får skriva under vad. sigill säger att en sådan anges men prövar inte dess regler."
    FormatAccepted:
        "An archive may take in only formats that it can keep. Which they are is for your policy file to say."
        / "Ett arkiv kan välja att bara ta emot format som det kan bevara. Vilka de är säger er policyfil."
    SignaturePolicyAvailable:
        "A signer may say to follow a policy that is written down elsewhere. Without that document nobody can tell what the signer bound itself to."
        / "En undertecknare kan säga sig följa en policy som står någon annanstans. Utan det dokumentet kan ingen avgöra vad undertecknaren bundit sig till."
    TimestampCoversMembers:
        "A time-stamp in a container proves the age of the files it is about and of no others. A file it leaves out may have been added later."
        / "En tidsstämpel i en behållare bevisar åldern på de filer den gäller och inga andra. En fil som den utelämnar kan ha lagts till senare."
    ExtensionsPermitted:
        "Some extensions keep a certificate from being checked for revocation. They belong to services that answer such questions themselves; a signer or an authority that has one could never be stopped."
        / "En del tillägg gör att certifikatet inte kontrolleras för spärr. De hör till tjänster som själva besvarar sådana frågor; en undertecknare eller utfärdare med ett sådant skulle aldrig kunna stoppas."
    SigningCertificateAccepted:
        "Your policy file may ask that signers are named in a certain way, or that their certificates are qualified. A certificate that does not say so may be good for others, but not for you."
        / "Er policyfil kan kräva att undertecknare anges på ett visst sätt, eller att deras certifikat är kvalificerade. Ett certifikat som inte säger det kan duga för andra men inte för er."
    RevocationNextUpdateStated:
        "A revocation list says when its successor is due, and until then it can be relied upon. One that does not say so is certain for its own moment only."
        / "En spärrlista säger när nästa ska komma, och till dess går den att lita på. En som inte säger det är säker bara för sin egen stund."
    SignedDataFound:
        "A detached signature travels apart from what it signs. Without the signed file nothing can be said about its content."
        / "En fristående underskrift följer inte med det den gäller. Utan den underskrivna filen går inget att säga om innehållet."
    DigestMatches:
        "The signature holds a digest of the content. If a single bit differs, this is not what was signed, whoever signed it."
        / "Underskriften innehåller en kontrollsumma över innehållet. Skiljer sig en enda bit är detta inte det som skrevs under, vem som än gjorde det."
    SignatureValueVerifies:
        "Only the holder of the key can make a value that fits. If it does not fit, somebody else made it, or it has been damaged since."
        / "Bara den som har nyckeln kan göra ett värde som stämmer. Stämmer det inte har någon annan gjort det, eller så har det skadats sedan dess."
    AlgorithmComputed:
        "Where sigill cannot compute an algorithm, it does not guess: the fact stays unknown and the signature undecided."
        / "När sigill inte kan räkna med en algoritm gissar det inte: svaret förblir okänt och underskriften oavgjord."
    SignedAttributesInDerOrder:
        "The standard asks for one order of the signed attributes, so that everybody computes the same digest. Some software sends another order and signs that."
        / "Standarden kräver en viss ordning på de underskrivna attributen, så att alla räknar fram samma kontrollsumma. En del program skickar en annan ordning och skriver under den."
    DigestAlgorithmsConsistent:
        "The same signature names its digest algorithm in several places. If they disagree, programmes may compute different things."
        / "En underskrift anger sin kontrollsummealgoritm på flera ställen. Säger de emot varandra kan program komma fram till olika saker."
    ContentTypeMatches:
        "The signature protects what kind of content it is about. If the kind is another, the content may have been put in place of the one that was signed."
        / "Underskriften skyddar vilket slags innehåll den gäller. Är slaget ett annat kan innehållet ha satts i stället för det som skrevs under."
    ClaimedTimeInValidity:
        "The time the signer states is a mere claim, but one outside the certificate's validity cannot be true for a sound signature."
        / "Den tid undertecknaren anger är bara ett påstående, men ligger den utanför certifikatets giltighet kan den inte vara sann för en riktig underskrift."
    CertificateReferenceStrong:
        "The reference binds the signature to one certificate by a digest. Once that digest can be forged, another certificate with the same key but another name might fit as well."
        / "Hänvisningen binder underskriften till ett certifikat genom en kontrollsumma. När den kan förfalskas skulle ett annat certifikat med samma nyckel men annat namn också kunna passa."
    RequiredAttributesPresent:
        "The standard leaves it to you what a signature must hold besides its value. Your policy file asks for something that this one does not have, or that is there but not proven."
        / "Standarden överlåter åt er vad en underskrift ska innehålla utöver sitt värde. Er policyfil kräver något som denna inte har, eller som finns men inte är bevisat."
    AttributeValuesAccepted:
        "A signer can state what it commits itself to, which role it acts in and what kind of content it signs. Your policy file lists what you accept."
        / "En undertecknare kan ange vad den förbinder sig till, i vilken roll den handlar och vad för slags innehåll den skriver under. Er policyfil räknar upp vad ni godtar."
    TimestampDelayKept:
        "The signer's own clock proves nothing. The longer a time-stamp follows after the time that the signer claims, the more room there is for that time to be made up."
        / "Undertecknarens egen klocka bevisar inget. Ju senare tidsstämpeln kommer efter den tid undertecknaren anger, desto större utrymme finns för att tiden är påhittad."
    MadeInTime:
        "A time-stamp over the content was among what the signer signed, so that the signature is younger than it. If that time-stamp came after a revocation, or after the end of a certificate or an algorithm, so did the signature."
        / "En tidsstämpel över innehållet ingick i det som undertecknaren skrev under, så underskriften är yngre än den. Kom tidsstämpeln efter en spärr, eller efter slutet för ett certifikat eller en algoritm, så gjorde även underskriften det."
    SignedObjectsProven:
        "A manifest binds files by their digests. Once a digest can be forged, the age of the signature says nothing of the files any more: each must itself be proven to be older."
        / "Ett manifest binder filer genom deras kontrollsummor. När en kontrollsumma kan förfalskas säger underskriftens ålder inte längre något om filerna: var och en måste själv bevisas vara äldre."
    TrustAnchorReached:
        "Anybody can issue certificates in any name. They mean something only where they lead to an issuer that you have chosen to trust."
        / "Vem som helst kan ge ut certifikat i vilket namn som helst. De betyder något först när de leder till en utfärdare som ni har valt att lita på."
    TrustAnchorInForce:
        "Trust in an issuer can end, for instance when it is taken off a trusted list. What was made before that can still be proven, what came after cannot."
        / "Tilliten till en utfärdare kan upphöra, till exempel när den tas bort från en förteckning över betrodda. Det som gjordes dessförinnan kan ändå bevisas, men inte det som kom efter."
    TrustServiceAccepted:
        "Trusted lists say who is supervised, for which service and since when. An issuer that is listed for time-stamps only is not thereby one of certificates."
        / "Tillitslistor säger vem som står under tillsyn, för vilken tjänst och sedan när. En utfärdare som bara står där för tidsstämplar är inte därmed en för certifikat."
    TrustedListUpToDate:
        "A trusted list is renewed at least twice a year. An old one does not tell which services have been withdrawn since."
        / "En tillitslista förnyas minst två gånger om året. En gammal säger inte vilka tjänster som strukits sedan dess."
    PathSearchCompleted:
        "Many similar certificates can make the search for a path endless. sigill stops at a limit and says so, so that nobody takes the answer for the last word."
        / "Många likadana certifikat kan göra sökandet efter en kedja ändlöst. sigill slutar vid en gräns och säger det, så att ingen tar svaret för det sista ordet."
    CertificateSignatureConsistent:
        "A certificate names the algorithm of its signature twice. If the two differ, the unprotected one may have been exchanged."
        / "Ett certifikat anger sin signeringsalgoritm två gånger. Skiljer de sig åt kan den oskyddade uppgiften ha bytts ut."
    BasicConstraintsMet:
        "Only issuers may issue certificates. Without this rule everybody with a certificate of their own could issue one in another's name."
        / "Bara utfärdare får ge ut certifikat. Utan denna regel kunde var och en med ett eget certifikat ge ut ett i någon annans namn."
    KeyUsageMet:
        "The issuer says what a key is for. One for another use, such as encryption or logging in, was perhaps not kept as carefully, and its holder did not expect to be bound by it."
        / "Utfärdaren säger vad en nyckel är till för. En som är avsedd för annat, som kryptering eller inloggning, har kanske inte vårdats lika väl, och innehavaren räknade inte med att bli bunden av den."
    ExtensionsUnderstood:
        "What an issuer marks as critical must be respected or the certificate refused: it may say that the certificate does not hold for this at all."
        / "Det som utfärdaren märkt som kritiskt måste följas eller certifikatet avvisas: det kan säga att certifikatet inte alls gäller för detta."
    NameConstraintsMet:
        "Some issuers may certify certain names only, such as those of one organisation. Beyond them their word counts for nothing."
        / "En del utfärdare får bara intyga vissa namn, till exempel en enda organisations. Utöver dem är deras ord inget värt."
    CertificatePoliciesMet:
        "A certificate policy says how carefully holders were identified. Where you demand one, it must hold for the whole path, not only for its last link."
        / "En certifikatpolicy säger hur noga innehavarna har identifierats. Där ni kräver en viss ska den gälla hela kedjan, inte bara sista länken."
    CertificateProfileMet:
        "These are rules for issuers, such as those on serial numbers. A breach shows an issuer that does not keep to the standard; the path itself does not depend on it."
        / "Detta är regler för utfärdare, till exempel om serienummer. Ett brott mot dem visar att utfärdaren inte följer standarden; själva kedjan beror inte på det."
    RevocationDataPresent:
        "A card can be lost and a key stolen; then the issuer revokes the certificate. Without revocation data nobody can tell whether that had happened."
        / "Ett kort kan komma bort och en nyckel bli stulen; då spärrar utfärdaren certifikatet. Utan uppgift om spärr kan ingen säga om det hade hänt."
    RevocationDataUsable:
        "Revocation data counts only if whoever may say so has signed it, and if it speaks of this certificate at a time that matters. Otherwise anybody could declare a stolen key good."
        / "En uppgift om spärr räknas bara om rätt part har undertecknat den och om den gäller detta certifikat vid en tid som betyder något. Annars kunde vem som helst förklara en stulen nyckel god."
    NotRevoked:
        "From its revocation on, a certificate binds nobody. A signature is sound only if it provably existed before."
        / "Från spärren och framåt binder ett certifikat ingen. En underskrift håller bara om den bevisligen fanns dessförinnan."
    RevocationDataFresh:
        "Revocation data is a picture of one moment. If it is older than the time that counts, the certificate may have been revoked in between."
        / "En uppgift om spärr är en ögonblicksbild. Är den äldre än den tid som räknas kan certifikatet ha spärrats däremellan."
    RevocationIssuerInValidity:
        "After the end of its own certificate nobody answers for the key of who issued the revocation data; such data could be made up."
        / "När certifikatet för den som gav ut spärruppgiften gått ut svarar ingen längre för nyckeln; en sådan uppgift kan vara påhittad."
    CertificateInValidity:
        "Outside its validity the issuer does not answer for a certificate: neither for the name in it nor for revoking it in case of theft."
        / "Utanför giltighetstiden svarar utfärdaren inte för ett certifikat: varken för namnet i det eller för att spärra det vid stöld."
    AlgorithmReliable:
        "Algorithms age. Once one can be broken, signatures can be forged with it, so only what provably existed before that still counts."
        / "Algoritmer åldras. När en går att knäcka kan underskrifter förfalskas med den, och då räknas bara det som bevisligen fanns dessförinnan."
    TimestampFormConforms:
        "A time-stamp that is not built as its standard says proves no time."
        / "En tidsstämpel som inte är byggd som standarden säger bevisar ingen tid."
    TimestampImprintMatches:
        "A time-stamp is over a digest. If that is not the digest of these bytes, it proves the age of something else."
        / "En tidsstämpel gäller en kontrollsumma. Är den inte dessa bytes kontrollsumma bevisar stämpeln åldern på något annat."
    TimestampAuthorityNamed:
        "The name in a time-stamp tells whose clock it was. Where the certificate bears another name, the two do not belong together as their standard asks for."
        / "Namnet i en tidsstämpel säger vems klocka det var. Bär certifikatet ett annat namn hör de två inte ihop så som standarden kräver."
    TimestampsInOrder:
        "The content exists before it is signed, and the signature before it is archived. Time-stamps that say otherwise contradict each other, so one of the times is wrong."
        / "Innehållet finns innan det skrivs under, och underskriften innan den arkiveras. Tidsstämplar som säger annat motsäger varandra, så någon av tiderna är fel."
    TimestampTimePlausible:
        "An authority can stamp only while its certificate is valid, and nobody can stamp in the future."
        / "En tjänst kan bara stämpla medan dess certifikat gäller, och ingen kan stämpla i framtiden."
    TimestampBytesComposed:
        "Some time-stamps are over bytes that must be put together from parts of the signature. Where sigill cannot do that yet, it passes the time-stamp over rather than guess."
        / "En del tidsstämplar gäller byte som måste sättas samman av delar av underskriften. Där sigill ännu inte kan det lämnas stämpeln därhän i stället för att gissa."
    TimestampProven:
        "A time-stamp is itself a signature, of an authority. Only where that is proven does its time prove anything."
        / "En tidsstämpel är själv en underskrift, av en tjänst. Först när den är bevisad bevisar dess tid något."
    SignedWithinValidity:
        "A signature made after the end of the certificate binds nobody. Only a time from somebody else, such as a time-stamp, proves that it was made before."
        / "En underskrift som gjorts efter att certifikatet gått ut binder ingen. Bara en tid från någon annan, som en tidsstämpel, bevisar att den gjordes dessförinnan."
    SignedBeforeRevocation:
        "A thief can sign with a stolen key and state any time. Only a time from somebody else proves that the signature is older than the revocation."
        / "En tjuv kan skriva under med en stulen nyckel och ange vilken tid som helst. Bara en tid från någon annan bevisar att underskriften är äldre än spärren."
    SignedWhileReliable:
        "An algorithm that can be broken now proves nothing about the present. A signature that is proven to be older than that was made when nobody could forge it."
        / "En algoritm som går att knäcka i dag bevisar inget om nuet. En underskrift som bevisligen är äldre gjordes när ingen kunde förfalska den."
    RevocationDataProvenInTime:
        "Once the certificate behind revocation data has ended, its key is no longer guarded and may make up whatever it likes. Only data that is proven to be older still says whether a certificate was revoked."
        / "När certifikatet bakom en uppgift om spärr har gått ut vaktas nyckeln inte längre och kan hitta på vad som helst. Bara uppgifter som bevisligen är äldre säger ännu om ett certifikat var spärrat."
    PastCertificateProven:
        "Old signatures are judged as of a time when everything still held. For that, certificates and revocation data from then must be at hand, and provably be from then."
        / "Gamla underskrifter bedöms per en tid då allt ännu höll. För det måste certifikat och spärruppgifter från den tiden finnas, och bevisligen vara från den tiden."
    ExistedAtControlTime:
        "It is not enough that the path was good once: the signature must have existed then. A time-stamp or an evidence record proves it."
        / "Det räcker inte att kedjan en gång var giltig: underskriften måste ha funnits då. En tidsstämpel eller ett evidence record bevisar det."
    EvidenceReadable:
        "Evidence that cannot be read helps nobody, and its absence may be what leaves a signature undecided."
        / "Underlag som inte går att läsa hjälper ingen, och att det fattas kan vara det som gör en underskrift oavgjord."
    RecordCoversData:
        "An evidence record proves the age of just the files whose digests are in it."
        / "Ett evidence record bevisar åldern på just de filer vars kontrollsummor finns i det."
    RecordChainIntact:
        "Each archive time-stamp must cover the one before it. A break means that everything before it is no longer proven."
        / "Varje arkivtidsstämpel måste omfatta den föregående. Ett brott betyder att allt före det inte längre är bevisat."
    SignaturePolicyAccepted:
        "A signature that names a policy was made under rules of its own. Your policy file can say which of them you accept."
        / "En underskrift som anger en policy gjordes enligt egna regler. Din regelfil kan säga vilka av dem du godtar."
    SignaturePolicyIntact:
        "The signature holds a digest of the policy it names. If the document at hand is another, the signer agreed to other rules than these."
        / "Underskriften innehåller en kontrollsumma över den policy den anger. Är dokumentet ett annat godtog undertecknaren andra regler än dessa."
    AlgorithmProtectionMatches:
        "Algorithms stand beside the signature, unprotected. Where the signer also protected their names, a difference means that somebody exchanged them."
        / "Algoritmerna står bredvid underskriften, oskyddade. Har undertecknaren även skyddat deras namn betyder en skillnad att någon har bytt ut dem."
    SignerStatementsReadable:
        "Roles, places and commitments are the signer's own statements. One that cannot be read is not guessed at."
        / "Roller, platser och åtaganden är undertecknarens egna uppgifter. En som inte kan läsas gissar sigill inte."
    SignerAttributesCertified:
        "An attribute certificate says that its holder has a role, and counts only if it is about this signer, was valid then and comes from an authority that you trust. Failing that, the role is no more than a claim."
        / "Ett attributcertifikat säger att innehavaren har en roll, och räknas bara om det gäller denna undertecknare, då var giltigt och kommer från en utfärdare som ni litar på. Annars är rollen bara en uppgift."
    ReferencesAtHand:
        "Some signatures list the digests of the evidence they rest on, without the evidence itself. What is not at hand cannot be judged."
        / "En del underskrifter anger bara kontrollsummor över det underlag de vilar på. Det som inte finns till hands kan inte bedömas."
    ArchiveTimestampCoversAll:
        "An archive time-stamp proves that all it covers existed at its time. What was added later is not proven by it and ages on its own."
        / "En arkivtidsstämpel bevisar att allt den omfattar fanns vid dess tidpunkt. Det som lagts till senare bevisas inte och åldras för sig."
    ContainerConforms:
        "A container that departs from its standard may be read in different ways by different programmes."
        / "En behållare som avviker från sin standard kan läsas på olika sätt av olika program."
    RegisterCurrent:
        "Who somebody signs for changes over time. Only an extract that was taken about the time of the signature, or after it, knows what held then."
        / "Vem någon skriver under för ändras med tiden. Bara ett utdrag som togs ungefär då underskriften gjordes, eller senare, vet vad som gällde då."
    FederationAuthorises:
        "Whoever identified the signer also told the employer. A federation has agreed with each identity provider on the organisations that it may speak for, and signs a list of them."
        / "Den som legitimerade undertecknaren uppgav också arbetsgivaren. En federation har avtalat med varje legitimeringstjänst om vilka organisationer den får tala för, och skriver under en förteckning över dem."
    RegisterAgrees:
        "A certificate is older than the signature, and people change employers. Where a register says otherwise, one of the two is wrong or has been overtaken."
        / "Ett certifikat är äldre än underskriften, och folk byter arbetsgivare. Säger registret något annat är ett av dem fel eller överspelat."
    EveryMemberSigned:
        "A container may hold files that nobody signed. They look as trustworthy as the others, and are not."
        / "En behållare kan innehålla filer som ingen har skrivit under. De ser lika pålitliga ut som de andra men är det inte."
    FormatSupported:
        "What sigill cannot read it does not judge, and never passes over in silence."
        / "Det som sigill inte kan läsa bedöms inte, och förbigås aldrig i tysthet."
    LastProvablePoint:
        "An evidence record is a chain of archive time-stamps. A broken link takes away only what hangs on it; the earlier ones still prove."
        / "Ett evidence record är en kedja av arkivtidsstämplar. En bruten länk tar bara med sig det som hänger på den; de tidigare bevisar ändå."
    RecordGroupComplete:
        "A record may cover several files as one group. Where files are missing or were added, the group is no longer the one that was recorded."
        / "Ett evidence record kan omfatta flera filer som en grupp. Saknas filer eller har sådana lagts till är gruppen inte längre den som registrerades."
}
