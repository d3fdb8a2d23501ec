//! Mistakes in the syntax of an item that rustc has reported: it reads the item before us, and
//! goes on as well as it can. An error of ours beside that one would say nothing more.

use proc_macro2::{Delimiter, Punct, Spacing, TokenStream, TokenTree};

use crate::parse;

/// Whether rustc has said what keeps `item` from being read. Only what no later rustc will
/// take for anything else counts: where nothing is reported, nothing would be wrong with an
/// item that is no executor.
pub(crate) fn is_reported(item: &TokenStream) -> bool {
    let mut tokens = item.clone().into_iter();
    let keyword = tokens.find(|token| is_word(token, &["fn", "struct"]));
    let (Some(keyword), Some(name)) = (keyword, tokens.next()) else { return false };
    let list = tokens.find_map(|token| match token {
        TokenTree::Group(list) if list.delimiter() != Delimiter::Bracket => Some(list),
        _ => None,
    });
    let Some(list) = list else { return false };
    let is_list = list.delimiter() == Delimiter::Parenthesis;
    let wrong = match (is_word(&keyword, &["fn"]), is_list) {
        // No parameters at all.
        (true, false) => return true,
        (true, true) => is_wrong_output(tokens) || is_wrong_list(list.stream(), Of::Parameters),
        (false, true) => parse::lacks_end(item) || is_wrong_list(list.stream(), Of::Types),
        (false, false) => is_wrong_list(list.stream(), Of::Fields),
    };
    wrong || is_keyword(&name)
}

/// What there is a list of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    /// `name: Type`, of a function.
    Parameters,
    /// `name: Type`, of a struct.
    Fields,
    /// `Type`, of a tuple struct.
    Types,
}

/// What stands between the parameters and the body.
fn is_wrong_output(tokens: impl Iterator<Item = TokenTree>) -> bool {
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    let mut output = tokens.take_while(|token| !is_body(token) && !is_word(token, &["where"]));
    let Some(arrow) = output.next() else { return false };
    // `: T` and `=> T` where `-> T` is meant.
    if is_mark(&arrow, &[':', '=']) {
        return true;
    }
    let after = output.next().filter(|end| is_mark(end, &['>']));
    let mut ty: Vec<TokenTree> = output.collect();
    ty.retain(|token| !is_mark(token, &[';']));
    after.is_some() && is_wrong_list(ty.into_iter().collect(), Of::Types)
}

fn is_wrong_list(list: TokenStream, of: Of) -> bool {
    let mut entry = Entry::NEW;
    let mut before: Option<TokenTree> = None;
    let mut tokens = list.into_iter().peekable();
    while let Some(token) = tokens.next() {
        let next = tokens.peek();
        let is_type = of == Of::Types || entry.colons > 0;
        match &token {
            TokenTree::Punct(punct) => match (punct.as_char(), next) {
                ('#', Some(TokenTree::Group(_))) => {
                    tokens.next();
                    entry.has_attribute = true;
                    continue;
                }
                ('#' | ';', _) => return true,
                // But `?Sized`.
                ('?', next) if !matches!(next, Some(TokenTree::Ident(_))) => return true,
                ('@', _) if entry.is_empty => return true,
                ('.', _) if of == Of::Fields => return true,
                // `->`, `=>`, `::`.
                ('-' | '=', Some(second)) if is_joint(punct) && is_mark(second, &['>']) => {
                    tokens.next();
                }
                (':', Some(second)) if is_joint(punct) && is_mark(second, &[':']) => {
                    tokens.next();
                }
                // A lifetime, behind which a type goes on if it is that of a reference.
                ('\'', _) => {
                    let is_of_a_reference = before.is_some_and(|it| is_mark(&it, &['&']));
                    let name = tokens.next();
                    let goes_on = matches!(tokens.peek(), Some(TokenTree::Ident(_)));
                    if goes_on && !is_of_a_reference {
                        return true;
                    }
                    entry.is_empty = false;
                    before = name;
                    continue;
                }
                ('<', _) => entry.depth += 1,
                ('>', _) if entry.depth == 0 => return true,
                ('>', next) => {
                    entry.depth -= 1;
                    // `Dep<a> Dep<b>`, but not `for<'a> fn(&'a A)`.
                    let goes_on = matches!(next, Some(TokenTree::Ident(_)));
                    if of == Of::Types && entry.depth == 0 && goes_on && !entry.has_for {
                        return true;
                    }
                }
                (',', _) if entry.depth == 0 => {
                    if entry.is_wrong(of) {
                        return true;
                    }
                    entry = Entry::NEW;
                    before = None;
                    continue;
                }
                (':', _) if entry.depth == 0 => {
                    if before.is_some_and(|name| is_keyword(&name)) {
                        return true;
                    }
                    entry.colons += 1;
                }
                // A value, if it stands behind the type: rustc may know of that one day.
                ('=', _) if entry.depth == 0 => return entry.colons == 0,
                _ => {}
            },
            TokenTree::Ident(word) if word == "self" => entry.is_other = true,
            TokenTree::Ident(word) if word == "for" => entry.has_for = true,
            TokenTree::Ident(_) => {
                // `public name`, `mut Type`, `Dep(config)`, `Dep[config]`.
                // But `mut(self) name`, which is to come.
                let is_alone = !matches!(next, Some(TokenTree::Group(_)));
                let begins = entry.is_empty && is_alone && is_misplaced(&token, of);
                let is_mut = before.is_some_and(|it| is_mark(&it, &[':']));
                let is_mut = is_mut && is_type && is_word(&token, &["mut"]);
                if begins || is_mut || (is_type && is_called(&token, next)) {
                    return true;
                }
            }
            TokenTree::Literal(_) if entry.is_empty => return true,
            // An attribute without its `#`.
            TokenTree::Group(_) if entry.is_empty && !is_type => {
                if matches!(next, Some(TokenTree::Ident(_))) {
                    return true;
                }
            }
            TokenTree::Literal(_) | TokenTree::Group(_) => {}
        }
        entry.is_other |= is_mark(&token, &['.']);
        entry.is_empty = false;
        entry.lacks_type = is_mark(&token, &[':']);
        before = Some(token);
    }
    let is_over = entry.is_empty && !entry.has_attribute;
    entry.depth != 0 || (!is_over && entry.is_wrong(of))
}

/// What was seen of one parameter or field.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
struct Entry {
    is_empty: bool,
    has_attribute: bool,
    has_for: bool,
    /// How many `<` are open.
    depth: usize,
    colons: usize,
    lacks_type: bool,
    /// `self` in any form, or `..`.
    is_other: bool,
}

impl Entry {
    const NEW: Self = Self {
        is_empty: true,
        has_attribute: false,
        has_for: false,
        depth: 0,
        colons: 0,
        lacks_type: false,
        is_other: false,
    };

    fn is_wrong(&self, of: Of) -> bool {
        let is_wrong_name = of != Of::Types && !self.is_other && self.colons != 1;
        self.is_empty || is_wrong_name || self.lacks_type
    }
}

/// Whether a word begins a parameter or a field that is none.
fn is_misplaced(word: &TokenTree, of: Of) -> bool {
    const VISIBILITIES: &[&str] = &["public", "private", "protected"];
    let is_binding = is_word(word, &["let"]) || (of != Of::Parameters && is_word(word, &["mut"]));
    is_binding || is_word(word, VISIBILITIES)
}

/// A word that cannot be a name.
fn is_keyword(token: &TokenTree) -> bool {
    let TokenTree::Ident(word) = token else { return false };
    word != "self" && word != "_" && syn::parse2::<syn::Ident>(token.clone().into()).is_err()
}

fn is_joint(punct: &Punct) -> bool {
    punct.spacing() == Spacing::Joint
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
            "struct A(Dep<b> Dep<c>);",
            "struct A(Dep<b>)",
            "fn a(b: mut Dep<b>) -> u8 { 1 }",
            "fn a(fn: Dep<b>) -> u8 { 1 }",
            "fn a(b: Ref<'_ b>) -> u8 { 1 }",
            "fn a(#input b: u8) -> u8 { 1 }",
            "fn a([input] b: u8) -> u8 { 1 }",
            "fn a(@input b: u8) -> u8 { 1 }",
            "fn a(b: Dep<b>, #[input]) -> u8 { 1 }",
            "fn type(b: Dep<b>) -> u8 { 1 }",
            "fn a(b: Dep<b>) -> u8? { 1 }",
            "fn a(b: Dep<b>) -> Result(u8, Error) { 1 }",
            "fn a(b: Dep<b>) -> Vec<u8 { 1 }",
            "struct A { mut b: Dep<b> }",
            "struct A { public b: Dep<b> }",
            "struct A { b: Dep<b>, .. }",
            "struct A { \"b\": Dep<b> }",
            "struct A { type: Dep<b> }",
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
            "fn a(b: Dep<b> = c) -> u8 { 1 }",
            "fn a(b: Box<dyn Store + ?Sized>, c: unique u8) -> u8 { 1 }",
            "struct A { mut(self) b: Dep<b> }",
            "fn a(b: Dep<b>) -> u8 where u8: Copy { 1 }",
            "fn a() -> u8;",
            "fn a() -> Box<dyn Fn(u8) -> [u8; 3]> { 1 }",
            "fn a(b: &'a str, mut c: Box<dyn for<'a> Fn(&'a u8) + 'a>, _: u8) -> &'static str { 1 }",
            "fn a((b, c): (u8, u8), [d, e]: [u8; 2], b @ 1: u8) -> ! { 1 }",
            "fn a(r#type: Dep<b>) -> u8 { 1 }",
            "struct A { b: Dep<b>, c: u8 = 1 < 2 }",
            "struct A { pub(crate) b: Dep<b> }",
            "struct A(pub Dep<b>, [u8; 3], Box<dyn for<'a> Fn(&'a u8)>, for<'a> fn(&'a u8));",
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
