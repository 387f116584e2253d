//! What trusted lists say of an anchor, EN 319 102-1 §5.2.6 with the constraints of §5.1.4.2
//! (ETSI TS 119 612; the processing that ETSI TS 119 615 asks for is no part of it).

use super::{Judgement, Obstacle};
use crate::policy::Enforcement;
use crate::trust::{Service, ServiceUse};
use crate::validation::Purpose;
use crate::validation::indication::IndeterminateWhy::NoCertificateChainFound;
use crate::validation::rule::Rule;
use crate::x509::Certificate;
use std::sync::Arc;

impl Judgement<'_> {
    /// An anchor of a trusted list is trusted for what its services are for. One that the user
    /// has named by itself is trusted as it is, unless the policy asks for services.
    pub(super) fn judge_trust_service(&mut self, anchor: &Certificate, about: &str) {
        let services = self.context.trust.services(anchor);
        let wanted = &self.context.policy.trust_service;
        if self.context.trust.is_named(anchor)
            && wanted.asks_nothing_of(self.purpose == Purpose::Timestamp)
        {
            return;
        }
        let accepted: Vec<&Arc<Service>> = services
            .iter()
            .filter(|service| self.accepts(service, anchor))
            .collect();
        let told: &mut dyn Iterator<Item = _> = match accepted.is_empty() {
            true => &mut services.iter(),
            false => &mut accepted.iter().copied(),
        };
        let told: Vec<String> = told.map(|service| self.describe(service)).collect();
        let detail = told.join("; ");
        if accepted.is_empty() {
            self.obstacles
                .push(Obstacle::Final(NoCertificateChainFound.into()));
            self.fail(Rule::TrustServiceAccepted, about, detail);
            return;
        }
        self.conclusion
            .pass(Rule::TrustServiceAccepted, about, detail);
        self.judge_lists(&accepted, about);
    }

    fn accepts(&self, service: &Service, anchor: &Certificate) -> bool {
        let is_for_timestamp = self.purpose == Purpose::Timestamp;
        // Time-stamping authorities with certificates of a listed issuer are common.
        let serves = is_for_timestamp || service.serves() == Some(ServiceUse::Certificates);
        let status = service.status_at(self.at).map(ToString::to_string);
        // The end of trust in an anchor is judged by itself. Where another service keeps it in
        // force, one that has ended does not count.
        let in_force = self.context.trust.trusted_until(anchor).is_some()
            || service.trusted_until(self.at) == Some(None);
        let wanted = &self.context.policy.trust_service;
        serves
            && in_force
            && wanted.accept(is_for_timestamp, &service.service_type, status.as_deref())
    }

    fn describe(&self, service: &Service) -> String {
        let status = service.status_at(self.at).map(ToString::to_string);
        format!(
            "{}, {}, {}, {}",
            service.provider,
            service.short_type(),
            status.unwrap_or_default(),
            service.list
        )
    }

    /// One list that is up to date is enough.
    fn judge_lists(&mut self, services: &[&Arc<Service>], about: &str) {
        let lists = || services.iter().map(|service| &service.list);
        let is_current = |next_update: Option<_>| next_update.is_some_and(|due| self.at <= due);
        let current = lists().find(|list| is_current(list.next_update));
        if let Some(list) = current {
            let detail = list.to_string();
            return self
                .conclusion
                .pass(Rule::TrustedListUpToDate, about, detail);
        }
        let detail: Vec<String> = lists().map(ToString::to_string).collect();
        let detail = detail.join("; ");
        let enforcement = self.context.policy.trusted_list_expired;
        if enforcement == Enforcement::Fail {
            self.obstacles
                .push(Obstacle::Final(NoCertificateChainFound.into()));
        }
        self.conclusion.enforce(
            enforcement,
            NoCertificateChainFound,
            Rule::TrustedListUpToDate,
            about,
            detail,
        );
    }
}
