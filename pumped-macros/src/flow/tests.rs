//! The macro survives whatever it is given: broken items, and random tokens.

use std::str::FromStr;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::expand;

/// Items with every feature, to be broken in every place.
const ITEMS: &[(&str, &str)] = &[
    ("", "pub fn ping() -> u8 { 1 }"),
    (
        "name = \"a\", meta(1, \"b\"), crate = di",
        "fn a(mut b: Ref<'_, b>, cx: &ExecutionCtx<'_>, #[input] c: &str, #[input] mut d: u32) -> io::Result<Vec<u8>> { todo!() }",
    ),
    (
        "fallible",
        "#[cfg(x)] /// docs\n pub(crate) fn a<'a, 'b: 'a>(#[cfg(y)] #[input] b: &'a [&'b str], _: Option<Tag<T>>) -> AppAlias<'a> where 'a: 'b { 1 }",
    ),
    (
        "infallible",
        "#[flow] async unsafe extern \"C\" fn f<'a, T>(&self, #[input(x)] (a, b): &'a (A, B), ...) -> impl Fn(&str) -> &str where T: X { 1 }",
    ),
    ("", "fn settings() -> &str;"),
    (
        "",
        "fn f(#[input] r#type: &dyn Fn(&str, fn(&'static u8) -> &u8) -> &str, #[input] b: Cow<str>) -> &str { }",
    ),
    ("", "pub struct S { a: Dep<a> }"),
    ("", "impl S { fn a() -> ! { 1 } }"),
    ("crate", "unsafe auto trait T {}"),
];

/// Whether the macro returns, with something, for these tokens.
fn survives(options: &TokenStream, item: &TokenStream) {
    let expanded = expand(options.clone(), item);
    assert!(!expanded.is_empty(), "nothing came out of #[flow({options})] {item}");
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

#[test]
fn whole_items_survive() {
    for (options, item) in ITEMS {
        survives(&parse(options), &parse(item));
    }
}

#[test]
fn every_prefix_survives() {
    for (options, item) in ITEMS {
        let (options, item) = (parse(options), parse(item));
        let trees: Vec<TokenTree> = item.clone().into_iter().collect();
        for length in 1..trees.len() {
            survives(&options, &trees.iter().take(length).cloned().collect());
        }
        let trees: Vec<TokenTree> = options.into_iter().collect();
        for length in 0..trees.len() {
            survives(&trees.iter().take(length).cloned().collect(), &item);
        }
    }
}

#[test]
fn every_token_can_be_missing_doubled_or_wrong() {
    let wrong = parse("'a < > & , ; = :: ! _ 1 \"s\" r#fn impl () {} [] $ ->");
    for (options, item) in ITEMS {
        let (options, item) = (parse(options), parse(item));
        for at in 0..size(&item) {
            survives(&options, &replace(&item, &mut at.clone(), &|_| TokenStream::new()));
            survives(
                &options,
                &replace(&item, &mut at.clone(), &|token| {
                    [token.clone(), token].into_iter().collect()
                }),
            );
            for token in wrong.clone() {
                survives(&options, &replace(&item, &mut at.clone(), &|_| token.clone().into()));
            }
        }
        for at in 0..size(&options) {
            for token in wrong.clone() {
                survives(&replace(&options, &mut at.clone(), &|_| token.clone().into()), &item);
            }
        }
    }
}

#[test]
fn random_tokens_survive() {
    let words: Vec<TokenTree> = ITEMS
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
            survives(&options, &item);
        }
    }
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
