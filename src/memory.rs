//! What was worked out once and returns in document after document, in bounded memory.

use foldhash::fast::RandomState;
use std::borrow::Borrow;
use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Answers by their questions, shared between documents and threads.
///
/// What was not asked for while so much else was added as a generation holds is forgotten after
/// as much more, so that memory does not grow with the number of documents.
#[derive(Debug)]
pub(crate) struct Memory<Question, Answer> {
    known: Mutex<Generations<Question, Answer>>,
    greatest_weight: usize,
}

/// The entries since the last change of generations, and those of the generation before.
#[derive(Debug)]
struct Generations<Question, Answer> {
    young: HashMap<Question, Weighed<Answer>, RandomState>,
    old: HashMap<Question, Weighed<Answer>, RandomState>,
    weight: usize,
}

#[derive(Debug)]
struct Weighed<Answer> {
    answer: Answer,
    weight: usize,
}

impl<Question: Hash + Eq, Answer: Clone> Memory<Question, Answer> {
    /// A memory of two generations, each of which holds entries of this weight together.
    pub fn of_generations(greatest_weight: usize) -> Self {
        Memory {
            known: Mutex::new(Generations {
                young: HashMap::default(),
                old: HashMap::default(),
                weight: 0,
            }),
            greatest_weight,
        }
    }

    /// The answer that was given before. What is asked for stays.
    pub fn find<Asked: Hash + Eq + ?Sized>(&self, question: &Asked) -> Option<Answer>
    where
        Question: Borrow<Asked>,
    {
        let mut known = self.lock();
        if let Some(entry) = known.young.get(question) {
            return Some(entry.answer.clone());
        }
        let (question, entry) = known.old.remove_entry(question)?;
        let answer = entry.answer.clone();
        known.insert(question, entry, self.greatest_weight);
        Some(answer)
    }

    /// Keeps an answer, unless it is heavier than a whole generation.
    pub fn keep(&self, question: Question, answer: Answer, weight: usize) {
        if weight <= self.greatest_weight {
            let entry = Weighed { answer, weight };
            self.lock().insert(question, entry, self.greatest_weight);
        }
    }

    /// Whether something of this weight is kept at all.
    pub fn has_room_for(&self, weight: usize) -> bool {
        weight <= self.greatest_weight
    }

    fn lock(&self) -> MutexGuard<'_, Generations<Question, Answer>> {
        // A poisoned map still holds only finished answers.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<Question: Hash + Eq, Answer> Generations<Question, Answer> {
    fn insert(&mut self, question: Question, entry: Weighed<Answer>, greatest_weight: usize) {
        if self.weight.saturating_add(entry.weight) > greatest_weight {
            self.old = std::mem::take(&mut self.young);
            self.weight = 0;
        }
        self.weight += entry.weight;
        self.young.insert(question, entry);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_returns_stays_and_what_does_not_is_forgotten() {
        let memory = Memory::of_generations(100);
        for number in 0..10_000u32 {
            let returning = number % 7;
            if memory.find(&returning).is_none() {
                assert!(number < 7, "{number} was forgotten");
                memory.keep(returning, returning, 1);
            }
            memory.keep(100 + number, number, 1);
        }
        assert!(memory.find(&100).is_none());
        let known = memory.lock();
        assert!(known.young.len() + known.old.len() <= 200);
    }

    #[test]
    fn what_is_heavier_than_a_generation_is_not_kept() {
        let memory = Memory::of_generations(100);
        memory.keep("light", 1, 60);
        memory.keep("heavy", 2, 101);
        assert_eq!(memory.find("heavy"), None);
        memory.keep("next", 3, 60);
        memory.keep("last", 4, 60);
        assert_eq!(memory.find("light"), None);
        assert_eq!(memory.find("last"), Some(4));
    }
}
