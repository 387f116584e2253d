//! The rows on the signer and on the organisations around a signature.

use super::explanation;
use super::model::SignatureReport;
use super::options::Options;
use super::page::{Item, Row};
use super::vocabulary;
use super::wording::{outside, say, time};
use crate::binding::{
    Attributed, Authentication, Authority, Binding, EvidenceKind, Grade, Identification,
    KeptEvidence, LevelOfAssurance, LevelStanding, Organisation, RoleGrade,
};
use crate::validation::{Indication, Language};

/// Who signed, in what roles, by which e-identification.
pub(super) fn by_whom(report: &SignatureReport, options: &Options) -> Vec<Row> {
    let language = options.language;
    let mut rows = vec![Row::line(
        say(language, "Signed by", "Undertecknare"),
        if_confirmed(report, name_of(report, options), language),
    )];
    let reference = report.binding.signer.person_ref.as_deref();
    rows.extend(reference.map(|reference| {
        let label = say(language, "Person reference", "Personreferens");
        Row::line(label, reference)
    }));
    let roles = report.binding.roles.iter().map(|role| {
        let source = whose_word(role, language);
        Item::new(format!("{} ({source})", outside(&role.value, options)))
    });
    rows.extend(Row::list(say(language, "Role", "Roll"), roles.collect()));
    rows.push(e_identification(&report.binding, options));
    rows.extend(identified(&report.binding.identification, options));
    rows.extend(limits(&report.binding.identification, language));
    if let Some(certificate) = &report.certificate {
        let issuer = outside(&certificate.issuer.to_string(), options);
        let (from, until) = (certificate.not_before.date(), certificate.not_after.date());
        rows.push(Row::line(
            say(language, "Certificate", "Certifikat"),
            match language {
                Language::English => format!("issued by {issuer}; valid {from} to {until}"),
                Language::Swedish => format!("utfärdat av {issuer}; giltigt {from} till {until}"),
            },
        ));
    }
    rows
}

fn whose_word(role: &Attributed<String, RoleGrade>, language: Language) -> &'static str {
    match (role.authority, role.grade) {
        (Authority::Register, RoleGrade::Certified) => say(
            language,
            "stated by the organisation in a register",
            "enligt organisationen i ett register",
        ),
        (Authority::Register, RoleGrade::Attested) => {
            say(language, "stated by a register", "enligt ett register")
        }
        (Authority::Register, RoleGrade::Claimed) => say(
            language,
            "stated by an extract that nobody stands for",
            "enligt ett utdrag som ingen står för",
        ),
        (_, RoleGrade::Certified) if is_in_attribute_certificate(role) => say(
            language,
            "stated by the issuer of an attribute certificate",
            "enligt utfärdaren av ett attributcertifikat",
        ),
        (_, RoleGrade::Certified) => say(
            language,
            "stated by the issuer of the certificate",
            "enligt certifikatets utfärdare",
        ),
        (_, RoleGrade::Attested) => say(
            language,
            "attested when the signer was identified",
            "intygad när undertecknaren legitimerade sig",
        ),
        (Authority::IdentityProvider, RoleGrade::Claimed) => say(
            language,
            "told when the signer was identified, verified by nobody",
            "uppgiven när undertecknaren legitimerade sig, inte prövad av någon",
        ),
        (Authority::Requester, RoleGrade::Claimed) => say(
            language,
            "set by whoever asked for the signature",
            "satt av den som begärde underskriften",
        ),
        (Authority::Nobody, RoleGrade::Claimed) => say(
            language,
            "in a certificate that nobody vouches for",
            "i ett certifikat som ingen går i god för",
        ),
        (_, RoleGrade::Claimed) => say(
            language,
            "the signer's own claim",
            "undertecknarens egen uppgift",
        ),
    }
}

/// Its issuer is an authority for attributes, and need not be that of the signer's certificate.
fn is_in_attribute_certificate(role: &Attributed<String, RoleGrade>) -> bool {
    let mut evidence = role.evidence.iter();
    evidence.any(|evidence| evidence.kind == EvidenceKind::AttributeCertificate)
}

/// For which organisation; and apart from it, who asked for the signature and whose service it was.
pub(super) fn for_whom(report: &SignatureReport, options: &Options) -> Vec<Row> {
    let language = options.language;
    let binding = &report.binding;
    let organisation = &binding.signer_organisation;
    let mut rows = vec![
        Row::line(
            say(language, "Organisation", "Organisation"),
            if_confirmed(
                report,
                name_of_organisation(&organisation.value, options),
                language,
            ),
        ),
        Row::line(
            say(language, "How surely", "Hur säkert"),
            how_surely(organisation, options),
        ),
    ];
    rows.extend(contradictions(organisation, options));
    let others = [
        (
            say(language, "Asked for by", "På begäran av"),
            &binding.requesting_organisation,
        ),
        (
            say(language, "Service of", "Tjänst från"),
            &binding.service_organisation,
        ),
    ];
    for (label, other) in others {
        let name = other
            .as_ref()
            .and_then(|other| name_of_organisation(&other.value, options));
        rows.extend(name.map(|name| Row::line(label, if_confirmed(report, Some(name), language))));
    }
    rows
}

fn name_of_organisation(organisation: &Organisation, options: &Options) -> Option<String> {
    let parts: Vec<String> = [&organisation.name, &organisation.identifier]
        .into_iter()
        .flatten()
        .map(|part| outside(part, options))
        .collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn how_surely(organisation: &Attributed<Organisation>, options: &Options) -> String {
    let language = options.language;
    let sureness = explanation::grade(organisation.grade, language);
    if organisation.grade == Grade::O0 {
        return sureness.to_owned();
    }
    let reason = vocabulary::translated(&organisation.reason, language);
    let source = outside(&reason, options);
    let label = say(language, "source", "källa");
    format!("{sureness} ({label}: {source})")
}

/// What other sources say: shown, never resolved silently.
fn contradictions(organisation: &Attributed<Organisation>, options: &Options) -> Option<Row> {
    let language = options.language;
    let items = organisation.conflicts.iter().map(|conflict| {
        let unknown = say(language, "not known", "inte känd").to_owned();
        let name = name_of_organisation(&conflict.value, options).unwrap_or(unknown);
        let reason = vocabulary::translated(&conflict.reason, language);
        Item::new(format!("{name} ({})", outside(&reason, options)))
    });
    Row::list(say(language, "Also named", "Även nämnd"), items.collect())
}

/// Names in a certificate that was not proven are whatever its maker wrote there.
fn if_confirmed(report: &SignatureReport, text: Option<String>, language: Language) -> String {
    let unknown = say(language, "not known", "inte känd");
    match (text, report.conclusion.indication) {
        (None, _) => unknown.to_owned(),
        (Some(text), Indication::Passed) => text,
        (Some(text), _) => {
            let warning = say(language, "not confirmed", "inte bekräftat");
            format!("{text} ({warning})")
        }
    }
}

fn name_of(report: &SignatureReport, options: &Options) -> Option<String> {
    let signer = &report.binding.signer;
    let scheme = signer
        .identity_scheme
        .as_deref()
        .map(|scheme| outside(scheme, options));
    let reference = options.person_identifier(report).map(|reference| {
        let reference = outside(&reference, options);
        match &scheme {
            Some(scheme) => format!("{scheme} {reference}"),
            None => reference,
        }
    });
    let name = signer.name.as_deref().map(|name| outside(name, options));
    let parts: Vec<String> = [name, reference].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn e_identification(binding: &Binding, options: &Options) -> Row {
    let language = options.language;
    let signer = &binding.signer;
    let label = say(language, "E-identification", "E-legitimation");
    let Some(name) = signer.eid.as_deref() else {
        return Row::line(label, read_by(&binding.identification, options));
    };
    let name = outside(&vocabulary::translated(name, language), options);
    let how = match signer.direct {
        Some(true) => say(
            language,
            "; signed with its own key",
            "; skrev under med sin egen nyckel",
        ),
        Some(false) => say(
            language,
            "; a service signed, not the e-identification's own key",
            "; en tjänst skrev under, inte e-legitimationens egen nyckel",
        ),
        None => "",
    };
    let unverified = match binding.identification.is_unverified {
        true => say(
            language,
            " (recognised by what is not publicly documented)",
            " (igenkänd på något som inte är offentligt dokumenterat)",
        ),
        false => "",
    };
    let level = binding.identification.level.map(|level| {
        let label = say(language, "level of assurance", "tillitsnivå");
        let (name, standing) = (level.level.name(), standing(level, language));
        format!("; {label} {name} ({standing})")
    });
    let level = level.unwrap_or_default();
    Row::line(label, format!("{name}{how}{level}{unverified}"))
}

/// By what a certificate was read that is of no e-identification, or of none that is trusted.
fn read_by(identification: &Identification, options: &Options) -> String {
    let language = options.language;
    match identification.profile.as_deref() {
        None | Some("etsi") => say(
            language,
            "none that is known and trusted; read by the rules of EN 319 412",
            "ingen som är känd och betrodd; tolkat enligt reglerna i EN 319 412",
        )
        .to_owned(),
        Some(profile) => {
            let known = say(
                language,
                "none that is known and trusted; read by the profile",
                "ingen som är känd och betrodd; tolkat enligt profilen",
            );
            format!("{known} \"{}\"", outside(profile, options))
        }
    }
}

/// What a signature by such an e-identification does not prove, though one might think so.
fn limits(identification: &Identification, language: Language) -> Option<Row> {
    let items = identification.does_not_prove.iter().map(|fact| {
        let text = match language {
            Language::English => &fact.en,
            Language::Swedish => &fact.sv,
        };
        Item::new(match fact.unverified {
            false => text.clone(),
            true => {
                let mark = say(
                    language,
                    "not publicly documented",
                    "inte offentligt dokumenterat",
                );
                format!("{text} ({mark})")
            }
        })
    });
    Row::list(
        say(language, "Does not prove", "Bevisar inte"),
        items.collect(),
    )
}

/// How a signer was identified to the service that signed, and what is kept of that.
fn identified(identification: &Identification, options: &Options) -> Option<Row> {
    let language = options.language;
    let authentication = identification.authentication.as_ref()?;
    let mut parts = Vec::new();
    if let Some(provider) = &authentication.identity_provider {
        let by = say(language, "by", "av");
        parts.push(format!("{by} {}", outside(provider, options)));
    }
    parts.extend(authentication.instant.map(time));
    parts.extend(level(authentication, options));
    parts.extend(
        authentication
            .problem
            .map(|problem| vocabulary::translated(problem, language).into_owned()),
    );
    parts.extend(persistence(authentication, language).map(str::to_owned));
    parts.extend(kept(&identification.kept, language));
    Some(Row::line(
        say(language, "Identified", "Legitimerad"),
        parts.join("; "),
    ))
}

/// How lasting a provisional identifier is (Sweden Connect technical framework, 11).
fn persistence(authentication: &Authentication, language: Language) -> Option<&'static str> {
    Some(match authentication.persistence.as_deref()? {
        "A" => say(
            language,
            "identifier of persistence A, as lasting as a personal number",
            "beteckning av beständighet A, lika varaktig som ett personnummer",
        ),
        "B" => say(
            language,
            "identifier of persistence B, relatively lasting",
            "beteckning av beständighet B, relativt varaktig",
        ),
        _ => say(
            language,
            "identifier of persistence C, which may be another one next time",
            "beteckning av beständighet C, som kan vara en annan nästa gång",
        ),
    })
}

/// What is kept of the e-identification besides the service's account of it.
fn kept(kept: &[KeptEvidence], language: Language) -> Vec<String> {
    let names: Vec<&str> = kept
        .iter()
        .filter_map(|evidence| kept_name(*evidence, language))
        .collect();
    let label = say(language, "kept, not examined", "bevarat, inte prövat");
    let own = [
        KeptEvidence::UserCertificate,
        KeptEvidence::UserSignature,
        KeptEvidence::RevocationAnswer,
    ];
    let nothing = say(
        language,
        "nothing made by the e-identification itself is kept",
        "inget som e-legitimationen själv gjort är bevarat",
    );
    let list = (!names.is_empty()).then(|| format!("{label}: {}", names.join(", ")));
    let is_nothing = !own.iter().any(|own| kept.contains(own));
    list.into_iter()
        .chain(is_nothing.then(|| nothing.to_owned()))
        .collect()
}

fn kept_name(evidence: KeptEvidence, language: Language) -> Option<&'static str> {
    let (english, swedish) = match evidence {
        KeptEvidence::Signature | KeptEvidence::AuthenticationContext => return None,
        KeptEvidence::AssertionReference => ("reference of the assertion", "intygets beteckning"),
        KeptEvidence::TransactionIdentifier => {
            ("identifier of the transaction", "transaktionens beteckning")
        }
        KeptEvidence::SignMessageDigest => (
            "digest of the message that the signer was shown",
            "kontrollsumma för meddelandet som undertecknaren fick se",
        ),
        KeptEvidence::SignatureActivation => (
            "what is said to be the signer's activation of the service's key",
            "vad som uppges vara undertecknarens aktivering av tjänstens nyckel",
        ),
        KeptEvidence::UserCertificate => (
            "what is said to be the certificate of the e-identification",
            "vad som uppges vara e-legitimationens certifikat",
        ),
        KeptEvidence::UserSignature => (
            "what is said to be a signature by the e-identification",
            "vad som uppges vara en underskrift med e-legitimationen",
        ),
        KeptEvidence::RevocationAnswer => (
            "what is said to be an answer on its revocation",
            "vad som uppges vara ett besked om dess spärrstatus",
        ),
    };
    Some(say(language, english, swedish))
}

fn level(authentication: &Authentication, options: &Options) -> Option<String> {
    let language = options.language;
    let class = authentication.class.as_deref()?;
    let label = say(language, "level of assurance", "tillitsnivå");
    Some(match authentication.level {
        None => format!(
            "{label} {} ({})",
            outside(class, options),
            say(language, "not known", "inte känd")
        ),
        Some(known) => format!(
            "{label} {} ({})",
            known.level.name(),
            standing(known, language)
        ),
    })
}

fn standing(level: LevelOfAssurance, language: Language) -> &'static str {
    match level.standing {
        LevelStanding::Approved => say(language, "approved in Sweden", "godkänd i Sverige"),
        LevelStanding::ApprovedNonResident => say(
            language,
            "approved in Sweden, holder without a Swedish number",
            "godkänd i Sverige, innehavare utan svenskt nummer",
        ),
        LevelStanding::Notified => say(
            language,
            "a scheme notified under eIDAS",
            "ett system anmält enligt eIDAS",
        ),
        LevelStanding::Foreign => say(
            language,
            "a foreign scheme, not said to be notified",
            "ett utländskt system, inte uppgivet som anmält",
        ),
        LevelStanding::Uncertified => say(
            language,
            "declared by the provider itself, approved by nobody",
            "uppgiven av leverantören själv, inte godkänd av någon",
        ),
        LevelStanding::Federation => say(
            language,
            "by the rules of the federation Sambi",
            "enligt reglerna för federationen Sambi",
        ),
        LevelStanding::StatedByIssuer => say(
            language,
            "of all that this issuer issues, by its own documents",
            "för allt som denna utfärdare ger ut, enligt dess egna dokument",
        ),
    }
}
