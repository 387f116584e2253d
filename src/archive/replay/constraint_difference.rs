//! What one policy has otherwise than another, constraint by constraint, as policy files write it.

use crate::policy::Policy;
use crate::report::ConstraintDifference;
use std::collections::{BTreeMap, BTreeSet};
use toml::Value;

/// The constraints in which two policies differ, in the order of their names.
pub(super) fn differences(then: &Policy, now: &Policy) -> Vec<ConstraintDifference> {
    let (then, now) = (constraints(then), constraints(now));
    let names: BTreeSet<&String> = then.keys().chain(now.keys()).collect();
    names
        .into_iter()
        .filter(|name| then.get(*name) != now.get(*name))
        .map(|name| ConstraintDifference {
            name: name.clone(),
            then: then.get(name).cloned(),
            now: now.get(name).cloned(),
        })
        .collect()
}

fn constraints(policy: &Policy) -> BTreeMap<String, String> {
    let mut constraints = BTreeMap::new();
    if let Ok(value) = policy.to_toml().parse::<toml::Table>() {
        flatten("", &Value::Table(value), &mut constraints);
    }
    constraints
}

/// Tables are taken apart; of several in a row, each goes by the words in it that are no value
/// to compare, such as the name of an algorithm.
fn flatten(name: &str, value: &Value, constraints: &mut BTreeMap<String, String>) {
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                let below = match name {
                    "" => key.clone(),
                    _ => format!("{name}.{key}"),
                };
                flatten(&below, value, constraints);
            }
        }
        Value::Array(rows) if rows.iter().all(Value::is_table) && !rows.is_empty() => {
            for row in rows {
                flatten(&row_name(name, row, constraints), row, constraints);
            }
        }
        plain => {
            constraints.insert(name.to_owned(), plain.to_string());
        }
    }
}

/// What tells rows of a policy file apart.
const KEYS: [&str; 5] = [
    "algorithm",
    "digest",
    "minimum_size",
    "organisation",
    "sha256",
];

/// A row by the words that tell it apart or, where these are taken or there are none, by a number.
fn row_name(name: &str, row: &Value, constraints: &BTreeMap<String, String>) -> String {
    let known = KEYS.iter().filter_map(|key| row.get(key));
    let words: Vec<String> = known
        .map(|value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        })
        .collect();
    let words = words.join(" ");
    let is_free = |candidate: &String| {
        let prefix = format!("{candidate}.");
        !constraints.keys().any(|taken| taken.starts_with(&prefix))
    };
    let first = format!("{name}[{words}]");
    if !words.is_empty() && is_free(&first) {
        return first;
    }
    (1..)
        .map(|number| format!("{name}[{words}{number}]"))
        .find(is_free)
        .unwrap_or(first)
}
