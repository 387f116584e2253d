//! Objects from their bytes (ISO 32000-2, 7.3), each with its extent in the file.
//!
//! What other readers may read otherwise (a key that stands twice, a length that does not
//! fit) is read as well as may be and marked: in a later revision it is no copy of anything.

use std::borrow::Cow;
use std::ops::Range;

use lopdf::{Dictionary, Object, ObjectId, Stream, StringFormat};

use super::ObjectNumber;
use super::lexer;
use crate::source::Text;

/// Levels of arrays and dictionaries in one object; lopdf allows as many, and real
/// documents stay below 10. RUSTSEC-2026-0187 is what happens without a bound.
const NESTING: usize = 100;

/// Values in one object. The largest known are arrays of pages and of glyph widths, below
/// 200,000; an unpacked stream of `0 0 0` would take fifty times its size.
const VALUES: usize = 1_000_000;

/// An indirect object as it stands in the file.
#[derive(Debug, Clone)]
pub(super) struct Parsed {
    pub(super) object: Object,
    /// The bytes of a stream, encoded.
    pub(super) content: Option<Range<usize>>,
    /// The offset behind `endobj`.
    pub(super) end: usize,
    /// Whether every reader must read it so.
    pub(super) clarity: Clarity,
    /// How many values the object consists of.
    pub(super) values: usize,
}

/// Whether bytes can be read in one way only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clarity {
    /// One way.
    Clear,
    /// Readers may differ.
    Doubtful,
}

/// The object with its header at `at`. `length_of` tells the value of an indirect
/// `/Length`, and `bound` where the next object starts.
pub(super) fn indirect(
    text: &(impl Text + ?Sized),
    at: usize,
    bound: usize,
    length_of: impl FnOnce(ObjectId) -> Option<usize>,
) -> Option<(ObjectNumber, Parsed)> {
    let (number, body) = lexer::object_header(text, at)?;
    let mut parser = Parser::new(text, body);
    let mut object = parser.value(NESTING)?;
    let mut content = None;
    parser.position = lexer::skip_space(text, parser.position);
    if let Object::Dictionary(dictionary) = &mut object
        && let Some(keyword) = lexer::after(text, parser.position, b"stream")
    {
        let start = parser.stream_start(keyword);
        content = Some(parser.extent(start, bound, dictionary, length_of)?);
        object = Object::Stream(Stream {
            dict: std::mem::take(dictionary),
            content: Vec::new(),
            allows_compression: false,
            start_position: Some(start),
        });
    }
    parser.position = lexer::skip_space(text, parser.position);
    let end = lexer::after(text, parser.position, b"endobj");
    if end.is_none() {
        parser.clarity = Clarity::Doubtful;
    }
    let parsed = Parsed {
        object,
        content,
        end: end.unwrap_or(parser.position),
        clarity: parser.clarity,
        values: parser.values,
    };
    Some((number, parsed))
}

/// The object at `at` that has no header, as in an object stream.
pub(super) fn direct(text: &(impl Text + ?Sized), at: usize) -> Option<Parsed> {
    let mut parser = Parser::new(text, at);
    let object = parser.value(NESTING)?;
    Some(Parsed {
        object,
        content: None,
        end: parser.position,
        clarity: parser.clarity,
        values: parser.values,
    })
}

/// Every reference inside `object`, at any depth of direct objects.
pub(super) fn references(object: &Object) -> Vec<ObjectId> {
    let mut found = Vec::new();
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        match object {
            Object::Reference(id) => found.push(*id),
            Object::Array(elements) => waiting.extend(elements),
            Object::Dictionary(dictionary) => {
                waiting.extend(dictionary.iter().map(|(_, value)| value));
            }
            Object::Stream(stream) => {
                waiting.extend(stream.dict.iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    found
}

struct Parser<'a, T: ?Sized> {
    text: &'a T,
    position: usize,
    clarity: Clarity,
    values: usize,
}

impl<'a, T: Text + ?Sized> Parser<'a, T> {
    fn new(text: &'a T, position: usize) -> Self {
        Parser {
            text,
            position,
            clarity: Clarity::Clear,
            values: 0,
        }
    }

    fn value(&mut self, levels: usize) -> Option<Object> {
        self.position = lexer::skip_space(self.text, self.position);
        let levels = levels.checked_sub(1)?;
        self.values += 1;
        if self.values > VALUES {
            return None;
        }
        let second = self.text.byte(self.position + 1);
        match (self.text.byte(self.position)?, second) {
            (b'<', Some(b'<')) => self.dictionary(levels),
            (b'[', _) => self.array(levels),
            (b'<', _) => {
                let token = self.token()?;
                let value = lexer::hexadecimal_string(&token)?;
                Some(Object::String(value, StringFormat::Hexadecimal))
            }
            (b'(', _) => {
                let token = self.token()?;
                let value = lexer::literal_string(&token)?;
                Some(Object::String(value, StringFormat::Literal))
            }
            (b'/', _) => {
                let (name, end) = lexer::name(self.text, self.position)?;
                self.position = end;
                Some(Object::Name(name))
            }
            _ => self.word(),
        }
    }

    /// The token of a string, behind which the parser stands then.
    fn token(&mut self) -> Option<Cow<'a, [u8]>> {
        let end = lexer::value_end(self.text, self.position)?;
        let token = self.text.slice(self.position..end)?;
        self.position = end;
        Some(token)
    }

    fn dictionary(&mut self, levels: usize) -> Option<Object> {
        self.position = lexer::after(self.text, self.position, b"<<")?;
        let mut dictionary = Dictionary::new();
        loop {
            self.position = lexer::skip_space(self.text, self.position);
            if let Some(end) = lexer::after(self.text, self.position, b">>") {
                self.position = end;
                return Some(Object::Dictionary(dictionary));
            }
            let (key, end) = lexer::name(self.text, self.position)?;
            self.position = end;
            let value = self.value(levels)?;
            let keys = dictionary.len();
            dictionary.set(key, value);
            if dictionary.len() == keys {
                self.clarity = Clarity::Doubtful;
            }
        }
    }

    fn array(&mut self, levels: usize) -> Option<Object> {
        self.position = lexer::after(self.text, self.position, b"[")?;
        let mut elements = Vec::new();
        loop {
            self.position = lexer::skip_space(self.text, self.position);
            if let Some(end) = lexer::after(self.text, self.position, b"]") {
                self.position = end;
                return Some(Object::Array(elements));
            }
            elements.push(self.value(levels)?);
        }
    }

    /// A number, a reference or one of the three keywords.
    fn word(&mut self) -> Option<Object> {
        if let Some(reference) = self.reference() {
            return Some(reference);
        }
        let end = lexer::regular_end(self.text, self.position);
        let word = self.text.slice(self.position..end)?;
        self.position = end;
        match &*word {
            b"null" => Some(Object::Null),
            b"true" => Some(Object::Boolean(true)),
            b"false" => Some(Object::Boolean(false)),
            word => self.number(word),
        }
    }

    fn number(&mut self, word: &[u8]) -> Option<Object> {
        let numeric = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
        if word.is_empty() || !word.iter().all(numeric) {
            return None;
        }
        let text = std::str::from_utf8(word).ok()?;
        if let Ok(integer) = text.parse() {
            return Some(Object::Integer(integer));
        }
        let real = text.parse().unwrap_or_else(|_| {
            self.clarity = Clarity::Doubtful;
            0.0
        });
        Some(Object::Real(real))
    }

    /// `12 0 R`; the parser moves only when it stands there.
    fn reference(&mut self) -> Option<Object> {
        let (number, generation, end) = lexer::reference(self.text, self.position)?;
        let id = (u32::try_from(number).ok()?, u16::try_from(generation).ok()?);
        self.position = end;
        Some(Object::Reference(id))
    }

    /// The keyword is followed by CR LF or by LF (7.3.8.1).
    fn stream_start(&mut self, keyword: usize) -> usize {
        match (self.text.byte(keyword), self.text.byte(keyword + 1)) {
            (Some(b'\r'), Some(b'\n')) => keyword + 2,
            (Some(b'\n'), _) => keyword + 1,
            (other, _) => {
                self.clarity = Clarity::Doubtful;
                keyword + usize::from(other == Some(b'\r'))
            }
        }
    }

    /// The bytes of a stream, behind whose `endstream` the parser stands then.
    fn extent(
        &mut self,
        start: usize,
        bound: usize,
        dictionary: &Dictionary,
        length_of: impl FnOnce(ObjectId) -> Option<usize>,
    ) -> Option<Range<usize>> {
        let length = match dictionary.get(b"Length") {
            Ok(Object::Integer(length)) => usize::try_from(*length).ok(),
            Ok(Object::Reference(id)) => length_of(*id),
            _ => None,
        };
        let announced = length.and_then(|length| start.checked_add(length));
        if let Some(end) = announced
            && let Some(after) = self.end_of_stream(end)
        {
            self.position = after;
            return Some(start..end);
        }
        self.clarity = Clarity::Doubtful;
        let length = self.text.length();
        let searched = start..bound.clamp(start, length.max(start));
        let keyword = self.text.find(b"endstream", searched)?;
        self.position = keyword + b"endstream".len();
        Some(start..without_line_end(self.text, start, keyword))
    }

    /// The offset behind `endstream`, which at most a line end keeps from `end`.
    fn end_of_stream(&self, end: usize) -> Option<usize> {
        let rest = end..end.saturating_add(MOST_BEFORE_ENDSTREAM);
        let blank = rest.take_while(|at| self.text.byte(*at).is_some_and(lexer::is_white_space));
        lexer::after(self.text, end + blank.count(), b"endstream")
    }
}

/// White space that producers put before `endstream`; a line end is allowed.
const MOST_BEFORE_ENDSTREAM: usize = 4;

fn without_line_end(text: &(impl Text + ?Sized), start: usize, end: usize) -> usize {
    let written = text.slice(end.saturating_sub(2).max(start)..end);
    let line_end = match written.as_deref().unwrap_or_default() {
        [.., b'\r', b'\n'] => 2,
        [.., b'\r' | b'\n'] => 1,
        _ => 0,
    };
    end - line_end
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]
    use super::*;

    fn parse(bytes: &[u8]) -> Option<Parsed> {
        let (number, parsed) = indirect(bytes, 0, bytes.len(), |_| Some(3))?;
        assert_eq!((number.number, number.generation), (7, 0));
        Some(parsed)
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let parsed =
            parse(b"7 0 obj << /A [1 -2.5 (x) <30> /N#20m true null] /R 12 0 R /D << >> >> endobj");
        let parsed = parsed.unwrap();
        assert_eq!(parsed.clarity, Clarity::Clear);
        let dictionary = parsed.object.as_dict().unwrap();
        assert_eq!(*dictionary.get(b"R").unwrap(), Object::Reference((12, 0)));
        let Object::Array(elements) = dictionary.get(b"A").unwrap() else {
            panic!("an array");
        };
        assert_eq!(elements[0], Object::Integer(1));
        assert_eq!(elements[1], Object::Real(-2.5));
        assert_eq!(elements[4], Object::Name(b"N m".to_vec()));
        assert_eq!(elements[6], Object::Null);
    }

    #[test]
    fn a_stream_is_where_its_length_says() {
        for head in ["7 0 obj << /Length 3 >>", "7 0 obj << /Length 9 0 R >>"] {
            let text = format!("{head} stream\nabc\nendstream\nendobj\n");
            let parsed = parse(text.as_bytes()).unwrap();
            assert_eq!(&text[parsed.content.unwrap()], "abc");
            assert_eq!(parsed.clarity, Clarity::Clear);
            assert!(text[..parsed.end].ends_with("endobj"));
        }
    }

    #[test]
    fn what_readers_may_read_otherwise_is_marked() {
        for doubtful in [
            "7 0 obj << /A 1 /A 2 >> endobj",
            "7 0 obj << /A 1 /#41 2 >> endobj",
            "7 0 obj << /A 1 >>",
            "7 0 obj 1-2 endobj",
            "7 0 obj << /Length 2 >> stream\nabcdefg\nendstream endobj",
            "7 0 obj << /Length 99 >> stream\nabc\nendstream endobj",
        ] {
            let parsed = parse(doubtful.as_bytes()).unwrap();
            assert_eq!(parsed.clarity, Clarity::Doubtful, "{doubtful}");
        }
        for unreadable in [
            "7 0 obj << /A (1 >> endobj",
            "7 0 obj wrong endobj",
            "7 0 obj",
        ] {
            assert!(parse(unreadable.as_bytes()).is_none(), "{unreadable}");
        }
    }

    #[test]
    fn nesting_has_an_end() {
        let deep = format!("7 0 obj {} endobj", "[".repeat(2_000_000));
        assert!(parse(deep.as_bytes()).is_none());
        let allowed = format!("7 0 obj {}{} endobj", "[".repeat(99), "]".repeat(99));
        assert!(parse(allowed.as_bytes()).is_some());
    }

    #[test]
    fn values_are_counted() {
        let array = |values| format!("7 0 obj [{}] endobj", "0 ".repeat(values));
        assert_eq!(parse(array(9).as_bytes()).unwrap().values, 10);
        assert!(parse(array(VALUES).as_bytes()).is_none());
    }
}
