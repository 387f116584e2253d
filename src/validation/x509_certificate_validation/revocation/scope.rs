//! Whether a list is about a certificate, and for which reasons (RFC 5280 §6.3.3 (b) and (d)).

use super::Inquiry;
use crate::x509::{
    Certificate, CertificateList, CoveredCertificates, DistributionPoint, GeneralName, Reasons,
};

/// The reasons for which `list` tells whether the certificate was revoked.
pub(super) fn covered_reasons(
    inquiry: &Inquiry<'_>,
    list: &CertificateList,
) -> Result<Reasons, &'static str> {
    let certificate = inquiry.certificate;
    check_kind(certificate, list)?;
    let points = &certificate.extensions.crl_distribution_points;
    let own = is_own(certificate, list);
    let all_elsewhere = points.iter().all(|point| !point.list_issuers.is_empty());
    if own && !points.is_empty() && all_elsewhere && !list.is_indirect() {
        return Err("the certificate sends to the lists of another issuer");
    }
    let of_points = points
        .iter()
        .filter(|point| is_at(point, certificate, list))
        .map(|point| point.reasons.unwrap_or(Reasons::ALL));
    // The last step of 6.3.3: lists of the issuer that no distribution point names.
    let of_issuer = (own && is_for_all_of_the_issuer(certificate, list)).then_some(Reasons::ALL);
    let told = of_points
        .chain(of_issuer)
        .reduce(Reasons::or)
        .ok_or("about certificates of another distribution point")?;
    let point = list.issuing_distribution_point.as_ref();
    Ok(told.and(
        point
            .and_then(|point| point.reasons)
            .unwrap_or(Reasons::ALL),
    ))
}

/// Whether `list` may be about the certificate as far as its issuer goes.
pub(super) fn is_by_a_named_issuer(certificate: &Certificate, list: &CertificateList) -> bool {
    let points = &certificate.extensions.crl_distribution_points;
    is_own(certificate, list) || points.iter().any(|point| names_issuer(point, list))
}

fn is_own(certificate: &Certificate, list: &CertificateList) -> bool {
    list.issuer.matches(&certificate.issuer)
}

fn names_issuer(point: &DistributionPoint, list: &CertificateList) -> bool {
    let issuer = GeneralName::Directory(list.issuer.clone());
    point.list_issuers.iter().any(|name| name.matches(&issuer))
}

/// (b) (2) (ii) to (iv).
fn check_kind(certificate: &Certificate, list: &CertificateList) -> Result<(), &'static str> {
    let is_authority = certificate
        .extensions
        .basic_constraints
        .is_some_and(|constraints| constraints.ca);
    let covered = list
        .issuing_distribution_point
        .as_ref()
        .map_or(CoveredCertificates::All, |point| point.certificates);
    match covered {
        CoveredCertificates::All => Ok(()),
        CoveredCertificates::Users if !is_authority && certificate.version >= 3 => Ok(()),
        // Before version 3 nothing said which certificates are those of authorities.
        CoveredCertificates::Users if !is_authority => {
            Err("about end users, which the certificate does not say it is of")
        }
        CoveredCertificates::Authorities if is_authority => Ok(()),
        _ => Err("about other kinds of certificates"),
    }
}

/// (b) (1) and (2) (i) for a distribution point of the certificate.
fn is_at(point: &DistributionPoint, certificate: &Certificate, list: &CertificateList) -> bool {
    let by_its_issuer = if point.list_issuers.is_empty() {
        is_own(certificate, list)
    } else {
        list.is_indirect() && names_issuer(point, list)
    };
    let name = list
        .issuing_distribution_point
        .as_ref()
        .and_then(|scope| scope.name.as_ref());
    let Some(name) = name else {
        return by_its_issuer;
    };
    let wanted = match &point.name {
        Some(wanted) => wanted.names(&list.issuer),
        None => point.list_issuers.clone(),
    };
    let names = name.names(&list.issuer);
    by_its_issuer
        && names
            .iter()
            .any(|name| wanted.iter().any(|wanted| wanted.matches(name)))
}

fn is_for_all_of_the_issuer(certificate: &Certificate, list: &CertificateList) -> bool {
    let issuer = GeneralName::Directory(certificate.issuer.clone());
    let scope = list.issuing_distribution_point.as_ref();
    scope
        .and_then(|scope| scope.name.as_ref())
        .is_none_or(|name| {
            name.names(&list.issuer)
                .iter()
                .any(|name| name.matches(&issuer))
        })
}
