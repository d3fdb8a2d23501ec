//! Broken input for the macros, which both of them are tested with: broken items, and
//! random tokens.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// One of the macros, with items to be broken.
pub(crate) struct Macro {
    pub(crate) expand: fn(TokenStream, &TokenStream) -> TokenStream,
    /// Each with its options.
    pub(crate) items: &'static [(&'static str, &'static str)],
}

impl Macro {
    /// Whether the macro returns, with something, for these tokens.
    fn survives(&self, options: &TokenStream, item: &TokenStream) {
        let expanded = (self.expand)(options.clone(), item);
        assert!(!expanded.is_empty(), "nothing came out of ({options}) {item}");
    }

    /// As they are.
    pub(crate) fn survives_whole_items(&self) {
        for (options, item) in self.items {
            self.survives(&parse(options), &parse(item));
        }
    }

    /// Cut off anywhere.
    pub(crate) fn survives_every_prefix(&self) {
        for (options, item) in self.items {
            let (options, item) = (parse(options), parse(item));
            let trees: Vec<TokenTree> = item.clone().into_iter().collect();
            for length in 1..trees.len() {
                self.survives(&options, &trees.iter().take(length).cloned().collect());
            }
            let trees: Vec<TokenTree> = options.into_iter().collect();
            for length in 0..trees.len() {
                self.survives(&trees.iter().take(length).cloned().collect(), &item);
            }
        }
    }

    /// With a token that is missing, there twice, or another one.
    pub(crate) fn survives_wrong_tokens(&self) {
        let wrong = parse("'a < > & , ; = :: ! _ 1 \"s\" r#fn impl () {} [] $ ->");
        for (options, item) in self.items {
            let (options, item) = (parse(options), parse(item));
            for at in 0..size(&item) {
                self.survives(&options, &replace(&item, &mut at.clone(), &|_| TokenStream::new()));
                self.survives(
                    &options,
                    &replace(&item, &mut at.clone(), &|token| {
                        [token.clone(), token].into_iter().collect()
                    }),
                );
                for token in wrong.clone() {
                    self.survives(
                        &options,
                        &replace(&item, &mut at.clone(), &|_| token.clone().into()),
                    );
                }
            }
            for at in 0..size(&options) {
                for token in wrong.clone() {
                    self.survives(
                        &replace(&options, &mut at.clone(), &|_| token.clone().into()),
                        &item,
                    );
                }
            }
        }
    }

    /// Shuffled into nonsense.
    pub(crate) fn survives_random_tokens(&self) {
        let words: Vec<TokenTree> = self
            .items
            .iter()
            .flat_map(|(options, item)| [parse(options), parse(item)])
            .flatten()
            .chain(parse("async const default fn struct dyn for move 'static >> >>= ..="))
            .collect();
        let mut random = Random(0x2545_f491_4f6c_dd1d);
        for _ in 0..20_000 {
            let options = some(&words, &mut random, 2);
            let item = some(&words, &mut random, 3);
            if !item.is_empty() {
                self.survives(&options, &item);
            }
        }
    }
}

fn parse(text: &str) -> TokenStream {
    TokenStream::from_str(text).unwrap_or_else(|error| unreachable!("{text}: {error}"))
}

/// xorshift: the same sequence in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit.max(1) as u64).unwrap_or(0)
    }
}

/// How many trees `tokens` has at all depths.
fn size(tokens: &TokenStream) -> usize {
    tokens
        .clone()
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => 1 + size(&group.stream()),
            _ => 1,
        })
        .sum()
}

/// `tokens` with the tree number `at` replaced.
fn replace(
    tokens: &TokenStream,
    at: &mut usize,
    by: &dyn Fn(TokenTree) -> TokenStream,
) -> TokenStream {
    let mut replaced = TokenStream::new();
    for token in tokens.clone() {
        let here = *at == 0;
        *at = at.wrapping_sub(1);
        replaced.extend(match token {
            token if here => by(token),
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), replace(&group.stream(), at, by)))
                    .into()
            }
            token => token.into(),
        });
    }
    replaced
}

/// A few of `words`, in groups at most `depth` deep.
fn some(words: &[TokenTree], random: &mut Random, depth: usize) -> TokenStream {
    let length = random.below(12);
    (0..length)
        .filter_map(|_| match random.below(6) {
            0 if depth > 0 => {
                let delimiters =
                    [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
                let delimiter = *delimiters.get(random.below(delimiters.len()))?;
                Some(TokenTree::Group(Group::new(delimiter, some(words, random, depth - 1))))
            }
            _ => words.get(random.below(words.len())).cloned(),
        })
        .collect()
}
