//! What the words of a report mean: rules and sub-indications, each with its clause, why it
//! matters and what to do, in both languages.

use super::page::Row;
use super::wording::say;
use super::{explanation, meaning, text};
use crate::validation::{FailedWhy, IndeterminateWhy, Indication, Language, Rule};

/// A word of a report that can be explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A check.
    Rule(Rule),
    /// The reason of a verdict.
    SubIndication(Indication),
}

impl Word {
    /// Every word, the rules first.
    pub fn all() -> impl Iterator<Item = Word> {
        let rules = Rule::ALL.iter().map(|rule| Word::Rule(*rule));
        let failed = FailedWhy::ALL.iter().map(|why| Indication::from(*why));
        let open = IndeterminateWhy::ALL
            .iter()
            .map(|why| Indication::from(*why));
        rules.chain(failed.chain(open).map(Word::SubIndication))
    }

    /// The word with this name, as reports write it; case, hyphens and underscores do not count.
    pub fn named(name: &str) -> Option<Word> {
        let wanted = plain(name);
        Word::all().find(|word| plain(word.name()) == wanted)
    }

    /// The words whose names come nearest to `name`, the nearest first.
    pub fn nearest(name: &str) -> Vec<Word> {
        let wanted = plain(name);
        let mut words: Vec<(usize, Word)> = Word::all()
            .map(|word| {
                let name = plain(word.name());
                let holds = !wanted.is_empty() && name.contains(&wanted);
                (if holds { 0 } else { distance(&name, &wanted) }, word)
            })
            .collect();
        words.sort_by_key(|(distance, _)| *distance);
        words
            .into_iter()
            .map(|(_, word)| word)
            .take(NEAREST)
            .collect()
    }

    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Word::Rule(rule) => rule.id(),
            Word::SubIndication(indication) => indication.sub_indication().unwrap_or_default(),
        }
    }

    /// Where it is defined.
    pub fn clause(self) -> &'static str {
        match self {
            Word::Rule(rule) => rule.clause(),
            Word::SubIndication(_) => "EN 319 102-1 5.1.3",
        }
    }

    /// What it means, in one sentence.
    pub fn summary(self, language: Language) -> &'static str {
        match self {
            Word::Rule(rule) => rule.met(language),
            Word::SubIndication(indication) => {
                explanation::indication(indication, language).unwrap_or_default()
            }
        }
    }

    /// Everything that there is to say, in lines of text.
    pub fn text(self, language: Language) -> String {
        match self {
            Word::Rule(rule) => rule_text(rule, language),
            Word::SubIndication(indication) => sub_indication_text(indication, language),
        }
    }
}

/// How many names are offered for one that is not known.
const NEAREST: usize = 3;

fn plain(name: &str) -> String {
    let name = name.trim().to_lowercase();
    name.replace(['_', ' '], "-")
}

/// Edits that lead from one word to the other (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (index, left) in one.chars().enumerate() {
        let mut next = vec![index + 1];
        for ((right, replaced), removed) in other.iter().zip(&row).zip(row.iter().skip(1)) {
            let added = next.last().copied().unwrap_or_default() + 1;
            let replaced = replaced + usize::from(left != *right);
            next.push(added.min(replaced).min(removed + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

fn rule_text(rule: Rule, language: Language) -> String {
    let lines = [
        (say(language, "Clause", "Källa"), rule.clause()),
        (say(language, "Met", "Uppfylld"), rule.met(language)),
        (
            say(language, "Not met", "Inte uppfylld"),
            rule.not_met(language),
        ),
        (
            say(language, "Why it matters", "Varför"),
            meaning::of(rule, language),
        ),
        (say(language, "What to do", "Gör så"), rule.advice(language)),
    ];
    lay_out(rule.id(), &lines)
}

fn sub_indication_text(indication: Indication, language: Language) -> String {
    let word = Word::SubIndication(indication);
    let lines = [
        (say(language, "Clause", "Källa"), word.clause()),
        (say(language, "Verdict", "Utslag"), indication.total_name()),
        (say(language, "Meaning", "Betyder"), word.summary(language)),
        (
            say(language, "Why it matters", "Varför"),
            match indication {
                Indication::Failed(_) => say(
                    language,
                    "This is a proof that the signature is not good; more evidence does not change it.",
                    "Detta är ett bevis för att underskriften inte håller; mer underlag ändrar inte det.",
                ),
                Indication::Passed | Indication::Indeterminate(_) => say(
                    language,
                    "Nothing is disproven: the signature is neither good nor bad until what is missing is there.",
                    "Inget är motbevisat: underskriften är varken god eller dålig förrän det som saknas finns.",
                ),
            },
        ),
        (
            say(language, "What to do", "Gör så"),
            explanation::remedy(indication, language),
        ),
    ];
    lay_out(word.name(), &lines)
}

fn lay_out(name: &str, lines: &[(&'static str, &str)]) -> String {
    let rows = lines.iter().map(|(label, text)| Row::line(label, *text));
    text::paragraph(name, &rows.collect::<Vec<_>>())
}
