//! Broken input for the macros, which both of them are tested with: broken items, and
//! random tokens.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use proptest::prelude::{ProptestConfig, any};
use proptest::test_runner::TestRunner;

use crate::reported::is_reported;

/// One of the macros, with items to be broken.
pub(crate) struct Macro {
    pub(crate) expand: fn(TokenStream, &TokenStream) -> TokenStream,
    /// Each with its options.
    pub(crate) items: &'static [(&'static str, &'static str)],
}

impl Macro {
    /// Whether the macro returns, with something, for these tokens.
    fn survives(&self, options: &TokenStream, item: &TokenStream) -> TokenStream {
        let expanded = (self.expand)(options.clone(), item);
        assert!(!expanded.is_empty(), "nothing came out of ({options}) {item}");
        expanded
    }

    /// As they are.
    pub(crate) fn survives_whole_items(&self) {
        for (options, item) in self.items {
            self.survives(&parse(options), &parse(item));
        }
    }

    /// Cut off anywhere, as while it is being typed: the options, and the item, between two
    /// of its outermost tokens or inside of a group, which is then closed.
    pub(crate) fn survives_every_prefix(&self) {
        for (options, item) in self.items {
            let (options, item) = (parse(options), parse(item));
            let outermost = item.clone().into_iter().count();
            for length in 1..outermost {
                let prefix = item.clone().into_iter().take(length).collect();
                let expanded = self.keeps(&options, &prefix);
                let has_error = words(&expanded).contains(&"compile_error".to_owned());
                assert!(has_error || is_reported(&prefix), "no error: {prefix}");
            }
            for length in 1..=size(&item) {
                self.keeps(&options, &cut(&item, &mut length.clone()));
            }
            for length in 0..size(&options) {
                self.keeps(&cut(&options, &mut length.clone()), &item);
            }
        }
    }

    /// Expands, and expects every word that the user wrote to come back: it is what an
    /// editor completes, colours and follows.
    fn keeps(&self, options: &TokenStream, item: &TokenStream) -> TokenStream {
        let expanded = self.survives(options, item);
        let mut there = words(&expanded);
        for word in words(&without_ours(item.clone())) {
            let at = there.iter().position(|other| *other == word);
            let at = at.unwrap_or_else(|| unreachable!("`{word}` is lost of ({options}) {item}"));
            there.swap_remove(at);
        }
        expanded
    }

    /// With a token that is missing, there twice, or another one.
    pub(crate) fn survives_wrong_tokens(&self) {
        let wrong = parse("'a < > & , ; = :: ! _ 1 \"s\" r#fn impl () {} [] $ ->");
        for (number, (options, item)) in self.items.iter().enumerate() {
            let (options, item) = (parse(options), parse(item));
            for at in 0..size(&item) {
                self.survives(&options, &replace(&item, &mut at.clone(), &|_| TokenStream::new()));
                self.survives(
                    &options,
                    &replace(&item, &mut at.clone(), &|token| {
                        [token.clone(), token].into_iter().collect()
                    }),
                );
                // Each of them at every third token: the next item has the others there.
                for token in wrong.clone().into_iter().skip((at + number) % 3).step_by(3) {
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

    /// With several mistakes at once: tokens that are missing, doubled, swapped, taken from
    /// another item, put into brackets or out of them.
    pub(crate) fn survives_several_mistakes(&self) {
        let config = ProptestConfig::default();
        let cases = config.cases.max(3000);
        let config = ProptestConfig { cases, failure_persistence: None, ..config };
        let mistakes = proptest::collection::vec((any::<u16>(), any::<u16>(), 0..7_u8), 1..6);
        let items = 0..self.items.len();
        TestRunner::new(config)
            .run(&(items.clone(), items, mistakes), |(item, donor, mistakes)| {
                let (options, item) = self.items[item];
                let donor = parse(self.items[donor].1);
                let (mut options, mut item) = (parse(options), parse(item));
                for (at, from, kind) in mistakes {
                    let of_options = at % 8 == 0 && !options.is_empty();
                    let tokens = if of_options { &mut options } else { &mut item };
                    *tokens = mistaken(tokens, usize::from(at), &donor, usize::from(from), kind);
                }
                if !item.is_empty() {
                    self.survives(&options, &item);
                }
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{error}"));
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
        for _ in 0..8_000 {
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

/// The first `left` trees of all depths.
fn cut(tokens: &TokenStream, left: &mut usize) -> TokenStream {
    let mut first = TokenStream::new();
    for token in tokens.clone() {
        if *left == 0 {
            break;
        }
        *left -= 1;
        first.extend([match token {
            TokenTree::Group(group) => {
                TokenTree::Group(Group::new(group.delimiter(), cut(&group.stream(), left)))
            }
            token => token,
        }]);
    }
    first
}

/// The identifiers and literals, but not lifetimes, which may get names.
fn words(tokens: &TokenStream) -> Vec<String> {
    let mut words = Vec::new();
    let mut is_lifetime = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => words.extend(self::words(&group.stream())),
            TokenTree::Ident(_) | TokenTree::Literal(_) if !is_lifetime => {
                words.push(token.to_string());
            }
            _ => {}
        }
        is_lifetime = matches!(token, TokenTree::Punct(punct) if punct.as_char() == '\'');
    }
    words
}

/// `tokens` without the attributes that the macros take away.
fn without_ours(tokens: TokenStream) -> TokenStream {
    let mut left = Vec::new();
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let first = group.stream().into_iter().next().map(|token| token.to_string());
                let ours = ["input", "default", "executor", "flow"];
                let is_ours = group.delimiter() == Delimiter::Bracket
                    && first.is_some_and(|first| ours.contains(&first.as_str()))
                    && matches!(left.last(), Some(TokenTree::Punct(hash)) if hash.as_char() == '#');
                if is_ours {
                    left.pop();
                } else {
                    let inner = without_ours(group.stream());
                    left.push(TokenTree::Group(Group::new(group.delimiter(), inner)));
                }
            }
            token => left.push(token),
        }
    }
    left.into_iter().collect()
}

/// `tokens` with a mistake at the tree number `at`.
fn mistaken(
    tokens: &TokenStream,
    at: usize,
    donor: &TokenStream,
    from: usize,
    kind: u8,
) -> TokenStream {
    let at = at % size(tokens).max(1);
    let other = |of: &TokenStream| tree(of, &mut (from % size(of).max(1)));
    let change = |by: &dyn Fn(TokenTree) -> TokenStream| replace(tokens, &mut at.clone(), by);
    match kind {
        0 => change(&|_| TokenStream::new()),
        1 => change(&|token| [token.clone(), token].into_iter().collect()),
        2 => {
            let swapped = other(tokens);
            let here = tree(tokens, &mut at.clone());
            let there = from % size(tokens).max(1);
            let first =
                replace(tokens, &mut there.clone(), &|token| here.clone().unwrap_or(token).into());
            replace(&first, &mut at.clone(), &|token| swapped.clone().unwrap_or(token).into())
        }
        3 => change(&|token| other(donor).unwrap_or(token).into()),
        4 => change(&|token| [Some(token), other(donor)].into_iter().flatten().collect()),
        5 => change(&|token| match token {
            TokenTree::Group(group) => group.stream(),
            token => token.into(),
        }),
        _ => {
            let delimiters =
                [Delimiter::Parenthesis, Delimiter::Brace, Delimiter::Bracket, Delimiter::None];
            let delimiter = delimiters[from % delimiters.len()];
            change(&|token| TokenTree::Group(Group::new(delimiter, token.into())).into())
        }
    }
}

/// The tree number `at`.
fn tree(tokens: &TokenStream, at: &mut usize) -> Option<TokenTree> {
    tokens.clone().into_iter().find_map(|token| {
        if *at == 0 {
            return Some(token);
        }
        *at -= 1;
        match token {
            TokenTree::Group(group) => tree(&group.stream(), at),
            _ => None,
        }
    })
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

/// The fuzz targets compile the sources of this crate once more, module by module.
#[test]
fn the_fuzz_targets_have_every_module() {
    let module = |line: &str| line.strip_prefix("mod ")?.strip_suffix(';').map(str::to_owned);
    let modules = |source: &str| source.lines().filter_map(module).collect::<Vec<_>>();
    let there = modules(include_str!("../../fuzz/src/lib.rs"));
    let of_tests = ["snapshots", "survival"];
    for module in modules(include_str!("lib.rs")) {
        assert!(
            there.contains(&module) || of_tests.contains(&module.as_str()),
            "fuzz/src/lib.rs lacks `{module}`"
        );
    }
}
