//! A look at every object of a file, and at what stands between them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::cross_reference::Entry;
use super::super::hidden::Survey;
use super::super::lexer;
use super::super::parser::Clarity;
use super::{Objects, Place};
use crate::source::Text;

impl Objects {
    /// Looks at every object once, keeping none that was not kept before: those that
    /// `revision` shows, and those between the listed ones that no section knows.
    pub(in super::super) fn survey(&self, revision: usize) -> Survey {
        let mut survey = Survey::default();
        let mut reached = self.header;
        for slot in &self.slots {
            self.between(reached..slot.offset, &mut survey);
            let kept = slot.object.get().map(Option::as_deref);
            let read = match kept {
                Some(_) => None,
                None => self.read_slot(slot),
            };
            let Some((found, parsed)) = kept.flatten().or(read.as_ref()) else {
                reached = reached.max(lexer::regular_end(&self.text, slot.offset));
                continue;
            };
            reached = reached.max(parsed.end);
            let place = Some(Place::File {
                offset: slot.offset,
            });
            if self.id(found.number, revision) == Some((*found).into())
                && self.place(found.number, revision) == place
            {
                survey.see((*found).into(), &parsed.object);
                if parsed.clarity == Clarity::Doubtful {
                    survey.see_ambiguous((*found).into());
                }
            }
        }
        self.between(reached..self.text.length(), &mut survey);
        self.survey_packed(revision, &mut survey);
        survey
    }

    fn survey_packed(&self, revision: usize, survey: &mut Survey) {
        let mut packed: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for listed in &self.listed {
            if let Entry::Stream { container, .. } = self.entry(listed.number, revision) {
                packed.entry(container).or_default().push(listed.number);
            }
        }
        for (container, numbers) in packed {
            let Some(members) = self.unpack(container, revision) else {
                continue;
            };
            for number in numbers {
                if let Some((_, parsed)) = members.get(&number) {
                    survey.see((number, 0), &parsed.object);
                    if parsed.clarity == Clarity::Doubtful {
                        survey.see_ambiguous((number, 0));
                    }
                }
            }
        }
    }

    /// Finds objects in bytes where none is listed. Sections that are streams seldom list
    /// themselves.
    fn between(&self, gap: Range<usize>, survey: &mut Survey) {
        let mut start = gap.start;
        while let Some(keyword) = self.text.find(b" obj", start..gap.end) {
            start = keyword + 1;
            let generation = lexer::digits_before(&self.text, keyword);
            let number = lexer::space_before(&self.text, generation);
            let offset = lexer::digits_before(&self.text, number).max(gap.start);
            let object = lexer::object_header(&self.text, offset);
            if let Some((object, _)) = object.filter(|_| !self.sections.contains(&offset)) {
                survey.see_unlisted(object, offset);
            }
        }
    }
}
