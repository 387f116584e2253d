//! Certificate policies (RFC 5280 §6.1 with the policy graph of RFC 9618) under EN 319 102-1
//! §5.2.6. The graph grows with the size of the certificates, never with that of a tree.

use crate::asn1::{Oid, oid};
use crate::policy::PathConstraints;
use crate::x509::{Certificate, Extensions, PolicyConstraints, PolicyMapping};
use std::collections::{BTreeMap, BTreeSet};

/// The state of policy processing at one certificate of the path (RFC 5280, 6.1.2).
#[derive(Debug)]
pub(super) struct PolicyProcessing<'a> {
    constraints: &'a PathConstraints,
    graph: PolicyGraph,
    /// explicit_policy, policy_mapping and inhibit_anyPolicy: how many more certificates may
    /// pass until each takes effect. `u64::MAX` stands for n + 1, which is never used up.
    explicit_policy: u64,
    policy_mapping: u64,
    inhibit_any_policy: u64,
}

/// What is wrong with the policies of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PolicyProblem {
    /// anyPolicy must not be mapped (6.1.4 (a)).
    AnyPolicyMapped,
    /// A policy is required and none holds for the whole path (6.1.3 (f), 6.1.5 (g)).
    NoValidPolicy,
}

impl<'a> PolicyProcessing<'a> {
    /// Initialisation (6.1.2 (a), (d), (e), (f)).
    pub fn new(constraints: &'a PathConstraints) -> Self {
        let after = |at_once: bool| if at_once { 0 } else { u64::MAX };
        PolicyProcessing {
            constraints,
            graph: PolicyGraph::new(),
            explicit_policy: after(constraints.require_explicit_policy),
            policy_mapping: after(constraints.inhibit_policy_mapping),
            inhibit_any_policy: after(constraints.inhibit_any_policy),
        }
    }

    /// What an anchor states takes effect as if it was part of the path; where it states no
    /// policies it leaves them open (RFC 5937, 4).
    pub fn process_anchor(&mut self, anchor: &Certificate) -> Result<(), PolicyProblem> {
        if anchor.extensions.policies.is_empty() {
            return self.prepare_for_next(anchor);
        }
        self.process_issuer(anchor)
    }

    /// Basic processing and preparation for the next certificate (6.1.3 (d) to (f), 6.1.4 (a),
    /// (b), (h) to (j)) for a certificate that is not the last.
    pub fn process_issuer(&mut self, certificate: &Certificate) -> Result<(), PolicyProblem> {
        let any_policy_counts = self.inhibit_any_policy > 0 || certificate.is_self_issued();
        self.process_policies(&certificate.extensions, any_policy_counts)?;
        self.prepare_for_next(certificate)
    }

    /// 6.1.4 (a), (b), (h) to (j).
    fn prepare_for_next(&mut self, certificate: &Certificate) -> Result<(), PolicyProblem> {
        let extensions = &certificate.extensions;
        // (a), (b)
        let maps_any = extensions.policy_mappings.iter().any(|mapping| {
            mapping.issuer_domain == oid::ANY_POLICY || mapping.subject_domain == oid::ANY_POLICY
        });
        if maps_any {
            return Err(PolicyProblem::AnyPolicyMapped);
        }
        if self.policy_mapping > 0 {
            self.graph.map(&extensions.policy_mappings);
        } else {
            self.graph.remove_mapped(&extensions.policy_mappings);
        }
        // (h)
        if !certificate.is_self_issued() {
            for counter in [
                &mut self.explicit_policy,
                &mut self.policy_mapping,
                &mut self.inhibit_any_policy,
            ] {
                *counter = counter.saturating_sub(1);
            }
        }
        // (i), (j)
        let stated = extensions.policy_constraints;
        let field = |of: fn(PolicyConstraints) -> Option<u64>| stated.and_then(of);
        limit(
            &mut self.explicit_policy,
            field(|stated| stated.require_explicit_policy),
        );
        limit(
            &mut self.policy_mapping,
            field(|stated| stated.inhibit_policy_mapping),
        );
        limit(&mut self.inhibit_any_policy, extensions.inhibit_any_policy);
        Ok(())
    }

    /// Basic processing and wrap-up for the last certificate (6.1.3, 6.1.5 (a), (b), (g)):
    /// the user-constrained-policy-set.
    pub fn process_last(
        &mut self,
        certificate: &Certificate,
    ) -> Result<BTreeSet<Oid>, PolicyProblem> {
        let extensions = &certificate.extensions;
        self.process_policies(extensions, self.inhibit_any_policy > 0)?;
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        let requires = extensions
            .policy_constraints
            .is_some_and(|stated| stated.require_explicit_policy == Some(0));
        if requires {
            self.explicit_policy = 0;
        }
        let initial = &self.constraints.initial_policy_set;
        let policies = self.graph.user_constrained_policies(initial);
        if self.explicit_policy == 0 && policies.is_empty() {
            return Err(PolicyProblem::NoValidPolicy);
        }
        Ok(policies)
    }

    /// Whether a valid policy was asked for in the end, by the user or by the path.
    pub fn is_required(&self) -> bool {
        self.explicit_policy == 0
    }

    /// 6.1.3 (d) to (f).
    fn process_policies(
        &mut self,
        extensions: &Extensions,
        any_policy_counts: bool,
    ) -> Result<(), PolicyProblem> {
        self.graph.descend(&extensions.policies, any_policy_counts);
        if self.explicit_policy == 0 && self.graph.is_null() {
            return Err(PolicyProblem::NoValidPolicy);
        }
        Ok(())
    }
}

fn limit(counter: &mut u64, stated: Option<u64>) {
    *counter = stated.map_or(*counter, |stated| stated.min(*counter));
}

/// The valid_policy_graph (RFC 9618, 5.1): one level per certificate, one node per policy.
#[derive(Debug)]
struct PolicyGraph {
    /// An empty last level stands for NULL: all nodes above it would be pruned.
    levels: Vec<BTreeMap<Oid, Node>>,
}

#[derive(Debug)]
struct Node {
    /// The policies of the level above that lead here.
    parents: BTreeSet<Oid>,
    /// expected_policy_set.
    expected: BTreeSet<Oid>,
}

impl Node {
    fn new(parents: BTreeSet<Oid>, expected: &Oid) -> Self {
        Node {
            parents,
            expected: BTreeSet::from([expected.clone()]),
        }
    }
}

impl PolicyGraph {
    /// The one node anyPolicy at depth 0 (6.1.2 (a)).
    fn new() -> Self {
        let root = Node::new(BTreeSet::new(), &oid::ANY_POLICY);
        PolicyGraph {
            levels: vec![BTreeMap::from([(oid::ANY_POLICY, root)])],
        }
    }

    fn is_null(&self) -> bool {
        self.levels.last().is_none_or(BTreeMap::is_empty)
    }

    /// 6.1.3 (d) and (e): the level of the next certificate. One without policies has none.
    fn descend(&mut self, policies: &[Oid], any_policy_counts: bool) {
        let mut level = BTreeMap::new();
        let stated: BTreeSet<&Oid> = policies.iter().collect();
        let mut expecting: BTreeMap<&Oid, BTreeSet<Oid>> = BTreeMap::new();
        for (policy, node) in self.levels.last().into_iter().flatten() {
            for expected in &node.expected {
                expecting
                    .entry(expected)
                    .or_default()
                    .insert(policy.clone());
            }
        }
        let any_above = expecting.get(&oid::ANY_POLICY);
        // (1)
        for policy in &stated {
            if let Some(parents) = expecting.get(policy).or(any_above)
                && **policy != oid::ANY_POLICY
            {
                level.insert((*policy).clone(), Node::new(parents.clone(), policy));
            }
        }
        // (2)
        if any_policy_counts && stated.contains(&oid::ANY_POLICY) {
            for (policy, parents) in &expecting {
                level
                    .entry((*policy).clone())
                    .or_insert_with(|| Node::new(parents.clone(), policy));
            }
        }
        self.levels.push(level);
    }

    /// 6.1.4 (b)(1): nodes expect the policies that theirs are mapped to.
    fn map(&mut self, mappings: &[PolicyMapping]) {
        let Some(level) = self.levels.last_mut() else {
            return;
        };
        let any_here = level.contains_key(&oid::ANY_POLICY);
        let mut subjects: BTreeMap<&Oid, BTreeSet<Oid>> = BTreeMap::new();
        for mapping in mappings {
            subjects
                .entry(&mapping.issuer_domain)
                .or_default()
                .insert(mapping.subject_domain.clone());
        }
        for (issuer, expected) in subjects {
            match level.get_mut(issuer) {
                Some(node) => node.expected = expected,
                None if any_here => {
                    let parents = BTreeSet::from([oid::ANY_POLICY]);
                    level.insert(issuer.clone(), Node { parents, expected });
                }
                None => {}
            }
        }
    }

    /// 6.1.4 (b)(2): where mapping is inhibited, what is mapped ends.
    fn remove_mapped(&mut self, mappings: &[PolicyMapping]) {
        if let Some(level) = self.levels.last_mut() {
            for mapping in mappings {
                level.remove(&mapping.issuer_domain);
            }
        }
    }

    /// 6.1.5 (g), as RFC 9618, 5.6 restates it.
    fn user_constrained_policies(&self, initial: &BTreeSet<Oid>) -> BTreeSet<Oid> {
        let authority = self.authority_constrained_policies();
        if initial.is_empty() || initial.contains(&oid::ANY_POLICY) {
            authority
        } else if authority.contains(&oid::ANY_POLICY) {
            initial.clone()
        } else {
            authority.intersection(initial).cloned().collect()
        }
    }

    /// The policies, in the domain of the anchor, that hold down to the last certificate.
    fn authority_constrained_policies(&self) -> BTreeSet<Oid> {
        let mut policies = BTreeSet::new();
        let Some(last) = self.levels.last() else {
            return policies;
        };
        if last.contains_key(&oid::ANY_POLICY) {
            policies.insert(oid::ANY_POLICY);
        }
        let mut alive: BTreeSet<&Oid> = last.keys().collect();
        for level in self.levels.iter().rev() {
            let mut above = BTreeSet::new();
            for (policy, node) in level.iter().filter(|(policy, _)| alive.contains(policy)) {
                if *policy != oid::ANY_POLICY && node.parents.contains(&oid::ANY_POLICY) {
                    policies.insert(policy.clone());
                }
                above.extend(&node.parents);
            }
            alive = above;
        }
        policies
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use proptest::prelude::*;

    fn oids(texts: &[&str]) -> Vec<Oid> {
        texts
            .iter()
            .map(|text| Oid::from_dotted(text).unwrap())
            .collect()
    }

    fn set(texts: &[&str]) -> BTreeSet<Oid> {
        oids(texts).into_iter().collect()
    }

    fn mapping(issuer: &str, subject: &str) -> PolicyMapping {
        PolicyMapping {
            issuer_domain: Oid::from_dotted(issuer).unwrap(),
            subject_domain: Oid::from_dotted(subject).unwrap(),
        }
    }

    const ANY: &str = "2.5.29.32.0";

    #[test]
    fn the_policies_of_all_certificates_meet() {
        let mut graph = PolicyGraph::new();
        graph.descend(&oids(&["1.2.3", "1.2.4"]), true);
        graph.descend(&oids(&["1.2.4", "1.2.5"]), true);
        assert_eq!(graph.user_constrained_policies(&set(&[])), set(&["1.2.4"]));
        assert_eq!(graph.user_constrained_policies(&set(&["1.2.3"])), set(&[]));
        graph.descend(&[], true);
        assert!(graph.is_null());
        assert_eq!(graph.user_constrained_policies(&set(&[])), set(&[]));
    }

    #[test]
    fn any_policy_stands_for_all_unless_inhibited() {
        let mut graph = PolicyGraph::new();
        graph.descend(&oids(&["1.2.3"]), true);
        graph.descend(&oids(&[ANY]), true);
        assert_eq!(graph.user_constrained_policies(&set(&[])), set(&["1.2.3"]));
        graph.descend(&oids(&[ANY]), false);
        assert!(graph.is_null());
        let mut graph = PolicyGraph::new();
        graph.descend(&oids(&[ANY]), true);
        let wanted = set(&["1.2.3"]);
        assert_eq!(graph.user_constrained_policies(&wanted), wanted);
        assert_eq!(graph.user_constrained_policies(&set(&[])), set(&[ANY]));
    }

    #[test]
    fn the_result_is_in_the_domain_of_the_anchor() {
        let mut graph = PolicyGraph::new();
        graph.descend(&oids(&["1.2.3"]), true);
        graph.map(&[mapping("1.2.3", "1.3.1"), mapping("1.2.3", "1.3.2")]);
        graph.descend(&oids(&["1.3.2"]), true);
        assert_eq!(graph.user_constrained_policies(&set(&[])), set(&["1.2.3"]));
        graph.remove_mapped(&[mapping("1.3.2", "1.4")]);
        assert!(graph.is_null());
    }

    /// CVE-2023-0464: k policies, each mapped to all k, over d certificates would be k^d nodes
    /// of a tree.
    #[test]
    fn the_graph_does_not_explode() {
        let texts: Vec<String> = (0..40).map(|number| format!("1.2.{number}")).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mappings: Vec<PolicyMapping> = texts
            .iter()
            .flat_map(|issuer| texts.iter().map(|subject| mapping(issuer, subject)))
            .collect();
        let mut graph = PolicyGraph::new();
        for _ in 0..10 {
            graph.descend(&oids(&texts), true);
            graph.map(&mappings);
        }
        let nodes: usize = graph.levels.iter().map(BTreeMap::len).sum();
        assert_eq!(nodes, 1 + 10 * 40);
        assert_eq!(graph.user_constrained_policies(&set(&[])), set(&texts));
    }

    /// The valid_policy_tree of RFC 5280, 6.1.2 to 6.1.5, which RFC 9618 replaces because it
    /// grows without bound. For small paths both must come to the same.
    struct PolicyTree {
        levels: Vec<Vec<TreeNode>>,
    }

    #[derive(Clone)]
    struct TreeNode {
        parent: usize,
        policy: Oid,
        expected: BTreeSet<Oid>,
    }

    impl TreeNode {
        fn new(parent: usize, policy: &Oid) -> Self {
            TreeNode {
                parent,
                policy: policy.clone(),
                expected: BTreeSet::from([policy.clone()]),
            }
        }
    }

    impl PolicyTree {
        fn descend(&mut self, policies: &[Oid], any_policy_counts: bool) {
            let above = self.levels.last().unwrap().clone();
            let having = |wanted: &dyn Fn(&TreeNode) -> bool| -> Vec<usize> {
                let all = above.iter().enumerate();
                all.filter(|(_, node)| wanted(node))
                    .map(|(index, _)| index)
                    .collect()
            };
            let mut level = Vec::new();
            for policy in policies.iter().filter(|policy| **policy != oid::ANY_POLICY) {
                let mut parents = having(&|node| node.expected.contains(policy));
                if parents.is_empty() {
                    parents = having(&|node| node.policy == oid::ANY_POLICY);
                }
                level.extend(
                    parents
                        .into_iter()
                        .map(|parent| TreeNode::new(parent, policy)),
                );
            }
            if any_policy_counts && policies.contains(&oid::ANY_POLICY) {
                for (parent, node) in above.iter().enumerate() {
                    for expected in &node.expected {
                        let has_child = level
                            .iter()
                            .any(|child| child.parent == parent && child.policy == *expected);
                        if !has_child {
                            level.push(TreeNode::new(parent, expected));
                        }
                    }
                }
            }
            self.levels.push(level);
        }

        fn map(&mut self, mappings: &[PolicyMapping]) {
            let level = self.levels.last_mut().unwrap();
            let any = level
                .iter()
                .find(|node| node.policy == oid::ANY_POLICY)
                .cloned();
            let issuers: BTreeSet<&Oid> = mappings.iter().map(|one| &one.issuer_domain).collect();
            for issuer in issuers {
                let of_issuer = mappings.iter().filter(|one| one.issuer_domain == *issuer);
                let expected: BTreeSet<Oid> =
                    of_issuer.map(|one| one.subject_domain.clone()).collect();
                let mut found = false;
                for node in level.iter_mut().filter(|node| node.policy == *issuer) {
                    node.expected = expected.clone();
                    found = true;
                }
                if let (false, Some(any)) = (found, &any) {
                    level.push(TreeNode {
                        expected,
                        ..TreeNode::new(any.parent, issuer)
                    });
                }
            }
        }

        fn remove_mapped(&mut self, mappings: &[PolicyMapping]) {
            let level = self.levels.last_mut().unwrap();
            level.retain(|node| !mappings.iter().any(|one| one.issuer_domain == node.policy));
        }

        fn authority_constrained_policies(&self) -> BTreeSet<Oid> {
            let mut policies = BTreeSet::new();
            for leaf in self.levels.last().unwrap() {
                let mut node = leaf;
                for above in self.levels.iter().rev().skip(1) {
                    let parent = &above[node.parent];
                    if parent.policy == oid::ANY_POLICY && node.policy != oid::ANY_POLICY {
                        policies.insert(node.policy.clone());
                    }
                    node = parent;
                }
                if leaf.policy == oid::ANY_POLICY {
                    policies.insert(oid::ANY_POLICY);
                }
            }
            policies
        }
    }

    /// What one certificate states: policies, whether anyPolicy counts, mappings, and whether
    /// they do.
    type Stated = (BTreeSet<usize>, bool, Vec<(usize, usize)>, bool);

    const KNOWN: [&str; 4] = ["1.2.1", "1.2.2", "1.2.3", ANY];

    fn stated() -> impl Strategy<Value = Stated> {
        let policies = proptest::collection::btree_set(0..4usize, 0..4);
        let mappings = proptest::collection::vec((0..3usize, 0..3usize), 0..4);
        (policies, proptest::bool::ANY, mappings, proptest::bool::ANY)
    }

    proptest! {
        #[test]
        fn the_graph_comes_to_the_same_as_the_tree(
            path in proptest::collection::vec(stated(), 1..5),
        ) {
            let mut graph = PolicyGraph::new();
            let mut tree = PolicyTree {
                levels: vec![vec![TreeNode::new(0, &oid::ANY_POLICY)]],
            };
            let last = path.len() - 1;
            for (index, (policies, any_counts, mappings, mapping_counts)) in
                path.into_iter().enumerate()
            {
                let policies: Vec<&str> = policies.into_iter().map(|one| KNOWN[one]).collect();
                graph.descend(&oids(&policies), any_counts);
                tree.descend(&oids(&policies), any_counts);
                let mappings: Vec<PolicyMapping> = mappings
                    .into_iter()
                    .map(|(issuer, subject)| mapping(KNOWN[issuer], KNOWN[subject]))
                    .collect();
                if index < last && mapping_counts {
                    graph.map(&mappings);
                    tree.map(&mappings);
                } else if index < last {
                    graph.remove_mapped(&mappings);
                    tree.remove_mapped(&mappings);
                }
            }
            prop_assert_eq!(
                graph.authority_constrained_policies(),
                tree.authority_constrained_policies()
            );
        }
    }
}
