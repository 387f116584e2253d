//! Words of reasons for a binding, in Swedish.

pub(super) const PHRASES: &[(&str, &str)] = &[
    (
        "subject organizationIdentifier with legal-person semantics",
        "organizationIdentifier i certifikatet, angiven som juridisk person",
    ),
    (
        "subject organizationIdentifier read by its form alone",
        "organizationIdentifier i certifikatet, tolkad enbart efter sin form",
    ),
    (
        "subject organizationIdentifier of no known form or with a wrong check digit",
        "organizationIdentifier i certifikatet, av okänd form eller med fel kontrollsiffra",
    ),
    (
        "several organizationIdentifiers in the subject",
        "flera organizationIdentifier i certifikatet",
    ),
    ("asserted only", "endast påstådd"),
    ("subject", "certifikatets"),
    (
        "no trusted issuer vouches for it",
        "ingen betrodd utfärdare går i god för den",
    ),
    (
        "seal certificate that claims to be qualified",
        "stämpelcertifikat som uppger sig vara kvalificerat",
    ),
    ("owner of the directory", "katalogens ägare"),
    (
        "not necessarily the employer",
        "inte nödvändigtvis arbetsgivaren",
    ),
    (
        "subject O names who issued the e-identification",
        "O i certifikatet är den som gav ut e-legitimationen",
    ),
    (
        "which says nothing of an organisation of the signer",
        "som inte säger något om undertecknarens organisation",
    ),
    (
        "nothing in the certificate names an organisation",
        "inget i certifikatet nämner någon organisation",
    ),
    (
        "the signer's certificate is not known",
        "undertecknarens certifikat är inte känt",
    ),
    (
        "service named in the authentication context",
        "tjänst som nämns i legitimeringsuppgiften",
    ),
    (
        "affiliation in the authentication context",
        "anknytning i legitimeringsuppgiften",
    ),
    (
        "the authentication context holds another value than the subject",
        "legitimeringsuppgiften har ett annat värde än certifikatet",
    ),
    (
        "the authentication context cannot be read",
        "legitimeringsuppgiften går inte att läsa",
    ),
    (
        "the authentication context is over a limit",
        "legitimeringsuppgiften överskrider en gräns",
    ),
    (
        "the authentication context is empty",
        "legitimeringsuppgiften är tom",
    ),
    (
        "there are several authentication contexts",
        "det finns flera legitimeringsuppgifter",
    ),
    (
        "the authentication context does not confirm it",
        "legitimeringsuppgiften bekräftar det inte",
    ),
    ("sign service", "underskriftstjänst"),
    (
        "attested by the identity provider",
        "intygad av den som legitimerade",
    ),
    (
        "set by the requester",
        "satt av den som begärde underskriften",
    ),
    ("or not told from where", "eller av okänt ursprung"),
    (
        "no metadata of the identity provider shows that it may speak for this organisation",
        "inga metadata visar att den som legitimerade får tala för organisationen",
    ),
    (
        "metadata signed by the federation lets the identity provider speak for it",
        "metadata som federationen har undertecknat låter den som legitimerade tala för den",
    ),
    (
        "metadata lets the identity provider speak for it",
        "metadata låter den som legitimerade tala för den",
    ),
    ("it is not signed", "de är inte undertecknade"),
    ("it has several signatures", "de har flera underskrifter"),
    (
        "its signature is not over all of it",
        "deras underskrift omfattar inte allt",
    ),
    (
        "it was changed after it was signed",
        "de har ändrats sedan de undertecknades",
    ),
    (
        "no federation that is trusted has signed it",
        "ingen betrodd federation har undertecknat dem",
    ),
    (
        "the algorithm of its signature is not reliable",
        "algoritmen i deras underskrift är inte tillförlitlig",
    ),
    (
        "its signature cannot be verified",
        "deras underskrift går inte att kontrollera",
    ),
    (
        "when the signer was identified is not told",
        "när undertecknaren legitimerade sig framgår inte",
    ),
    (
        "it does not tell since when it holds",
        "de anger inte sedan när de gäller",
    ),
    (
        "it does not tell until when it holds",
        "de anger inte till när de gäller",
    ),
    (
        "it was published after the signer was identified",
        "de gavs ut efter det att undertecknaren legitimerade sig",
    ),
    (
        "it had ended at the best signature time",
        "de hade upphört att gälla vid den bästa underskriftstiden",
    ),
    (
        "the signer was identified after the best signature time",
        "undertecknaren legitimerade sig efter den bästa underskriftstiden",
    ),
    (
        "the certificate does not hold what the identity provider attested",
        "certifikatet innehåller inte det som den som legitimerade intygade",
    ),
    (
        "the metadata has the identity provider twice",
        "den som legitimerade står två gånger i metadata",
    ),
    (
        "the federation does not let the identity provider speak for it",
        "federationen låter inte den som legitimerade tala för den",
    ),
    (
        "the federation has not approved the identity provider for its level",
        "federationen har inte godkänt den som legitimerade för dess nivå",
    ),
    (
        "by which level the signer was identified is not told",
        "enligt vilken nivå undertecknaren legitimerade sig framgår inte",
    ),
    (
        "nobody but the identity provider stands for the level",
        "ingen annan än den som legitimerade står för nivån",
    ),
    (
        "metadata of the identity provider",
        "metadata för den som legitimerade",
    ),
    (
        "LEI in an extension of the certificate",
        "LEI i ett tillägg i certifikatet",
    ),
    ("the issuer is the employer", "utfärdaren är arbetsgivaren"),
    (
        "by the profile and by the issuer's certificate",
        "enligt profilen och utfärdarens certifikat",
    ),
    (
        "the issuer calls itself by the employer's name",
        "utfärdaren kallar sig vid arbetsgivarens namn",
    ),
    ("what the issuer calls itself", "vad utfärdaren kallar sig"),
    (
        "issuer organizationIdentifier with legal-person semantics",
        "utfärdarens organizationIdentifier, angiven som juridisk person",
    ),
    (
        "sources that are equally sure contradict each other",
        "lika säkra källor säger emot varandra",
    ),
    (
        "foreign e-identification by sign service",
        "utländsk e-legitimation via underskriftstjänst",
    ),
    (
        "Freja eID by sign service",
        "Freja eID via underskriftstjänst",
    ),
    (
        "Sweden Connect sign service",
        "Sweden Connects underskriftstjänst",
    ),
    (
        "e-identification of a municipality",
        "en kommuns egen e-legitimation",
    ),
];
