//! The rules that validation applies, each with its clause (EN 319 102-1 §5 or an RFC) and its
//! words in two languages.

/// A language of the texts for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Swedish.
    Swedish,
}

/// What a rule says in one language.
struct Words {
    met: &'static str,
    not_met: &'static str,
    advice: &'static str,
}

macro_rules! rules {
    ($($rule:ident, $id:literal, $clause:literal {
        en: $met_en:literal / $not_en:literal / $advice_en:literal
        sv: $met_sv:literal / $not_sv:literal / $advice_sv:literal
    })*) => {
        /// A check of sigill.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Rule {
            $(#[doc = $met_en] $rule,)*
        }

        impl Rule {
            /// Every rule.
            pub const ALL: &[Rule] = &[$(Rule::$rule,)*];

            /// The stable word for scripts.
            pub fn id(self) -> &'static str {
                match self { $(Rule::$rule => $id,)* }
            }

            /// The clause that asks for it.
            pub fn clause(self) -> &'static str {
                match self { $(Rule::$rule => $clause,)* }
            }

            pub(super) fn words(self, language: Language) -> Words {
                match (self, language) {
                    $(
                        (Rule::$rule, Language::English) => Words {
                            met: $met_en, not_met: $not_en, advice: $advice_en,
                        },
                        (Rule::$rule, Language::Swedish) => Words {
                            met: $met_sv, not_met: $not_sv, advice: $advice_sv,
                        },
                    )*
                }
            }
        }
    };
}

// After the macro that it is written in.
mod table;

pub use table::Rule;

impl Rule {
    /// What the rule says where it is met.
    pub fn met(self, language: Language) -> &'static str {
        self.words(language).met
    }

    /// What the rule says where it is not met.
    pub fn not_met(self, language: Language) -> &'static str {
        self.words(language).not_met
    }

    /// What to do where it is not met.
    pub fn advice(self, language: Language) -> &'static str {
        self.words(language).advice
    }
}
