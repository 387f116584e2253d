//! The geometry of `/ByteRange` (ISO 32000-2, 12.8.1): two parts that cover
//! everything but the value of `/Contents`.

use std::ops::Range;

use super::problem::FormatProblem;
use crate::source::{Source, Span};

/// Two ranges proven to lie inside the file and to leave out exactly one string.
///
/// Only `ByteRange::prove` makes one, so a holder may slice without checking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteRange {
    gap: Range<usize>,
    end: usize,
}

impl ByteRange {
    /// Judges the four integers against the place of `/Contents` in a file of `length` bytes.
    ///
    /// # Errors
    ///
    /// Every rule that is broken, in the order of the numbers.
    pub(super) fn prove(
        numbers: &[i64],
        contents: &Range<usize>,
        length: usize,
    ) -> Result<Self, Vec<FormatProblem>> {
        let &[start, first_length, second_start, second_length] = numbers else {
            return Err(vec![FormatProblem::ByteRangeNotFourIntegers {
                found: numbers.len(),
            }]);
        };
        let mut problems = Vec::new();
        if start != 0 {
            problems.push(FormatProblem::ByteRangeNotFromStart { start });
        }
        let (Ok(gap_start), Ok(gap_end), Ok(second_length)) = (
            usize::try_from(first_length),
            usize::try_from(second_start),
            usize::try_from(second_length),
        ) else {
            problems.push(FormatProblem::ByteRangeNegative);
            return Err(problems);
        };
        let end = gap_end.saturating_add(second_length);
        if gap_end < gap_start {
            problems.push(FormatProblem::ByteRangeBackwards { gap_start, gap_end });
        }
        if end > length {
            problems.push(FormatProblem::ByteRangeBeyondFile { end, length });
        }
        if (gap_start..gap_end) != *contents {
            problems.push(FormatProblem::GapIsNotContents {
                gap: (gap_start, gap_end),
                contents: (contents.start, contents.end),
            });
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(ByteRange {
            gap: gap_start..gap_end,
            end,
        })
    }

    /// The span of `/Contents`, with its delimiters, which no digest covers.
    pub fn gap(&self) -> Range<usize> {
        self.gap.clone()
    }

    /// The offset behind the last covered byte.
    pub fn end(&self) -> usize {
        self.end
    }

    /// The two covered parts of the file in which this range was proven.
    pub(super) fn parts(&self, file: &Source) -> Option<[Span; 2]> {
        let before = file.span(0..self.gap.start)?;
        Some([before, file.span(self.gap.end..self.end)?])
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn problems(numbers: &[i64]) -> Vec<FormatProblem> {
        ByteRange::prove(numbers, &(10..20), 30).unwrap_err()
    }

    #[test]
    fn accepts_only_the_gap_that_is_the_string() {
        let range = ByteRange::prove(&[0, 10, 20, 10], &(10..20), 30).unwrap();
        assert_eq!((range.gap(), range.end()), (10..20, 30));
        let file = (0u8..30).collect::<Vec<u8>>();
        let [first, second] = range.parts(&Source::from(file.clone())).unwrap();
        assert_eq!(first.length(), 10);
        assert_eq!(second.bytes().unwrap(), file[20..]);
    }

    #[test]
    fn a_gap_wider_or_narrower_than_the_string_is_named() {
        for numbers in [[0, 9, 20, 10], [0, 10, 21, 9], [0, 11, 19, 11]] {
            assert!(matches!(
                problems(&numbers)[..],
                [FormatProblem::GapIsNotContents {
                    contents: (10, 20),
                    ..
                }]
            ));
        }
    }

    #[test]
    fn names_each_broken_rule() {
        assert_eq!(
            problems(&[0, 10, 20]),
            [FormatProblem::ByteRangeNotFourIntegers { found: 3 }]
        );
        assert_eq!(
            problems(&[1, 10, 20, 10]),
            [FormatProblem::ByteRangeNotFromStart { start: 1 }]
        );
        assert_eq!(
            problems(&[0, 10, 20, 11]),
            [FormatProblem::ByteRangeBeyondFile {
                end: 31,
                length: 30
            }]
        );
        assert_eq!(
            problems(&[0, -10, 20, 10]),
            [FormatProblem::ByteRangeNegative]
        );
        assert!(
            problems(&[0, 20, 10, 10]).contains(&FormatProblem::ByteRangeBackwards {
                gap_start: 20,
                gap_end: 10
            })
        );
        assert!(matches!(
            problems(&[0, 10, i64::MAX, i64::MAX])[..],
            [
                FormatProblem::ByteRangeBeyondFile { .. },
                FormatProblem::GapIsNotContents { .. }
            ]
        ));
    }
}
