//! Mistakes in the syntax of an item that rustc has reported: it reads the item before us, and
//! goes on as well as it can. An error of ours beside that one would say nothing more.

use proc_macro2::{Delimiter, Group, Spacing, TokenStream, TokenTree};

/// Whether rustc has said what keeps `item` from being read. Only what no later rustc will
/// take for anything else counts: where nothing is reported, nothing would be wrong with an
/// item that is no executor.
pub(crate) fn is_reported(item: &TokenStream) -> bool {
    let mut tokens = item.clone().into_iter();
    let keyword = tokens.find(|token| is_word(token, &["fn", "struct"]));
    let list = tokens.find_map(|token| match token {
        TokenTree::Group(list) if list.delimiter() != Delimiter::Bracket => Some(list),
        _ => None,
    });
    let (Some(keyword), Some(list)) = (keyword, list) else { return false };
    let is_function = is_word(&keyword, &["fn"]);
    let is_named = is_function || list.delimiter() == Delimiter::Brace;
    if is_function && list.delimiter() == Delimiter::Brace {
        // No parameters at all.
        return true;
    }
    // `: T` and `=> T` where `-> T` is meant.
    let arrow = tokens.next();
    let is_wrong_arrow = is_function && arrow.is_some_and(|token| is_mark(&token, &[':', '=']));
    is_wrong_arrow || is_wrong_list(&list, is_named)
}

/// Whether parameters or fields are not `name: Type, ..`, or just types if they are not named.
fn is_wrong_list(list: &Group, is_named: bool) -> bool {
    let mut entry = Entry::default();
    let mut tokens = list.stream().into_iter().peekable();
    while let Some(token) = tokens.next() {
        let next = tokens.peek();
        match &token {
            TokenTree::Punct(punct) => match (punct.as_char(), next) {
                // An attribute.
                ('#', Some(TokenTree::Group(_))) => {
                    tokens.next();
                    continue;
                }
                // `->`, `=>`, `::`.
                ('-' | '=', Some(TokenTree::Punct(second)))
                    if punct.spacing() == Spacing::Joint && second.as_char() == '>' =>
                {
                    tokens.next();
                }
                (':', Some(TokenTree::Punct(second)))
                    if punct.spacing() == Spacing::Joint && second.as_char() == ':' =>
                {
                    tokens.next();
                }
                // A lifetime, and whatever follows.
                ('\'', Some(_)) => {
                    tokens.next();
                }
                ('<', _) => entry.depth += 1,
                ('>', _) if entry.depth == 0 => return true,
                ('>', _) => entry.depth -= 1,
                (';', _) => return true,
                (',', _) if entry.depth == 0 => {
                    if entry.is_wrong(is_named) {
                        return true;
                    }
                    entry = Entry::default();
                    continue;
                }
                (':', _) if entry.depth == 0 => entry.colons += 1,
                // A value for a field: rustc may know of that one day.
                ('=', _) if entry.depth == 0 && entry.colons > 0 => return false,
                _ => {}
            },
            TokenTree::Ident(word) if word == "self" => entry.is_other = true,
            TokenTree::Ident(word) if word == "let" && entry.is_empty => return true,
            // `Dep(config)`, `Dep[config]`.
            TokenTree::Ident(_) if entry.colons > 0 && is_called(&token, next) => return true,
            _ => {}
        }
        entry.is_other |= is_mark(&token, &['.']);
        entry.is_empty = false;
        entry.lacks_type = is_mark(&token, &[':']);
    }
    entry.depth != 0 || (!entry.is_empty && entry.is_wrong(is_named))
}

/// What was seen of one parameter or field.
struct Entry {
    is_empty: bool,
    /// How many `<` are open.
    depth: usize,
    colons: usize,
    lacks_type: bool,
    /// `self` in any form, or `..`.
    is_other: bool,
}

impl Default for Entry {
    fn default() -> Self {
        Self { is_empty: true, depth: 0, colons: 0, lacks_type: false, is_other: false }
    }
}

impl Entry {
    fn is_wrong(&self, is_named: bool) -> bool {
        let is_wrong_name = is_named && !self.is_other && self.colons != 1;
        self.is_empty || is_wrong_name || self.lacks_type
    }
}

/// Whether a type goes on with parentheses or brackets, which only those of functions do.
pub(crate) fn is_called(word: &TokenTree, next: Option<&TokenTree>) -> bool {
    const MAY: [&str; 12] = [
        "fn",
        "Fn",
        "FnMut",
        "FnOnce",
        "AsyncFn",
        "AsyncFnMut",
        "AsyncFnOnce",
        "mut",
        "const",
        "dyn",
        "impl",
        "unsafe",
    ];
    let group = next.is_some_and(|next| match next {
        TokenTree::Group(group) => {
            matches!(group.delimiter(), Delimiter::Parenthesis | Delimiter::Bracket)
        }
        _ => false,
    });
    group && !is_word(word, &MAY)
}

fn is_word(token: &TokenTree, words: &[&str]) -> bool {
    matches!(token, TokenTree::Ident(it) if words.iter().any(|word| it == word))
}

fn is_mark(token: &TokenTree, marks: &[char]) -> bool {
    matches!(token, TokenTree::Punct(punct) if marks.contains(&punct.as_char()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(item: &str) -> bool {
        is_reported(&item.parse().expect("tokens"))
    }

    #[test]
    fn what_rustc_stumbles_over_is_reported() {
        for item in [
            "fn a(b) -> u8 { 1 }",
            "fn a(Dep<b>) -> u8 { 1 }",
            "fn a(b Dep<b>) -> u8 { 1 }",
            "fn a(b: ) -> u8 { 1 }",
            "fn a(b: , c: Dep<c>) -> u8 { 1 }",
            "fn a(b: Dep<b> c: Dep<c>) -> u8 { 1 }",
            "fn a(b: Dep<b) -> u8 { 1 }",
            "fn a(b: Dep<b>>) -> u8 { 1 }",
            "fn a(b: Dep<<b>) -> u8 { 1 }",
            "fn a(b: Dep<b>;) -> u8 { 1 }",
            "fn a(b: Dep<b>,, c: Dep<c>) -> u8 { 1 }",
            "fn a(b: Dep(b)) -> u8 { 1 }",
            "fn a(b: Dep[b]) -> u8 { 1 }",
            "fn a(let b: Dep<b>) -> u8 { 1 }",
            "fn a(#[input] b) -> u8 { 1 }",
            "fn a() => u8 { 1 }",
            "fn a(): u8 { 1 }",
            "fn a { 1 }",
            "#[doc = \"fn\"] pub(crate) async fn a(b Dep<b>) -> u8 { 1 }",
            "struct A { b: }",
            "struct A { b: Dep<b> c: Dep<c> }",
            "struct A { b: Dep<b }",
            "struct A { b: Dep<b>; }",
            "struct A { b = Dep<b> }",
            "struct A { let b: Dep<b> }",
            "struct A { pub b Dep<b> }",
            "struct A(Dep<b);",
        ] {
            assert!(found(item), "{item}");
        }
    }

    #[test]
    fn what_may_be_newer_than_we_is_not() {
        for item in [
            "fn a(self) -> u8 { 1 }",
            "fn a(&mut self, b: Dep<b>) -> u8 { 1 }",
            "fn a(b: Dep<b>, ...) -> u8 { 1 }",
            "fn a(Dep(b): Dep<b>) -> u8 { 1 }",
            "fn a(Pair::<u8, u8> { b, c }: Pair) -> u8 { 1 }",
            "fn a(#[cfg(any())] b: &'a [u8],) -> u8 { 1 }",
            "fn a(b: fn(u8) -> u8, c: Box<dyn Fn(u8) -> u8>) -> u8 { 1 }",
            "fn a(b: <c as Trait>::Type) -> u8 { 1 }",
            "fn a(b: ::pumped::Dep<b>) -> u8 { 1 }",
            "fn a(b: list!(u8; 3), c: &mut (u8, u8)) -> u8 { 1 }",
            "fn a(b: unique Dep<b>) -> u8 { 1 }",
            "fn a(b: Dep<b>) -> u8 where u8: Copy { 1 }",
            "fn a() -> u8;",
            "struct A { b: Dep<b>, c: u8 = 1 < 2 }",
            "struct A { pub(crate) b: Dep<b> }",
            "struct A(pub Dep<b>, [u8; 3]);",
            "struct A(Dep<b>) where u8: Copy;",
            "struct A;",
            "struct A {}",
            "enum A {}",
            "",
        ] {
            assert!(!found(item), "{item}");
        }
    }
}
