//! Closed lists of words, the same in storage, in JSON and on the command line.

/// A word that is not in the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{word:?} is no {of}: write one of {all}")]
pub struct UnknownWord {
    /// What was written.
    pub word: String,
    /// What it should be.
    pub of: &'static str,
    /// The words there are.
    pub all: String,
}

/// Makes an enum whose variants are words.
macro_rules! words {
    ($(#[$meta:meta])* $name:ident, $of:literal { $($(#[$doc:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize,
            serde::Deserialize,
        )]
        pub enum $name { $($(#[$doc])* #[serde(rename = $word)] $variant,)* }

        impl $name {
            /// Every word.
            pub const ALL: &[$name] = &[$($name::$variant,)*];

            /// The word, as it is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $($word => Ok($name::$variant),)*
                    _ => Err($crate::UnknownWord {
                        word: word.to_owned(),
                        of: $of,
                        all: [$($word,)*].join(", "),
                    }),
                }
            }
        }
    };
}
