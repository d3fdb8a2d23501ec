//! Questions about types that are answered by their tokens.
//!
//! Only where the answer shapes the message or the expansion. What a type *is*
//! is never read from its tokens: aliases would be mistaken.

use crate::constants;
use crate::hygiene;
use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

/// The place of an `impl Trait`.
pub(crate) fn impl_trait(tokens: &TokenStream) -> Option<Span> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "impl" => Some(ident.span()),
        TokenTree::Group(group) => impl_trait(&group.stream()),
        _ => None,
    })
}

/// Whether a type is made of names alone, as most are: then there is neither a lifetime nor a
/// `_` in it, and its tokens need not be looked through.
pub(crate) fn is_names(ty: &Type) -> bool {
    let Type::Path(path) = ty else { return false };
    path.qself.is_none()
        && path.path.segments.iter().all(|segment| match &segment.arguments {
            PathArguments::None => true,
            PathArguments::AngleBracketed(arguments) => arguments
                .args
                .iter()
                .all(|argument| matches!(argument, GenericArgument::Type(ty) if is_names(ty))),
            PathArguments::Parenthesized(_) => false,
        })
}

/// The place of a `_` that stands for something in a type.
pub(crate) fn placeholder_in(ty: &Type) -> Option<Span> {
    if is_names(ty) { None } else { placeholder(&ty.to_token_stream()) }
}

fn placeholder(tokens: &TokenStream) -> Option<Span> {
    let mut all = tokens.clone().into_iter().peekable();
    let mut before = None;
    while let Some(token) = all.next() {
        match &token {
            // Neither a lifetime nor, in `fn(_: u8)`, a name.
            TokenTree::Ident(ident)
                if ident == "_"
                    && before != Some('\'')
                    && !matches!(all.peek(), Some(TokenTree::Punct(it)) if it.as_char() == ':') =>
            {
                return Some(ident.span());
            }
            // A length, or another constant.
            TokenTree::Ident(ident) if ident == constants::MACRO => {
                let constant = all.nth(1);
                if let Some(TokenTree::Group(group)) = constant
                    && let Some(span) = placeholder(&group.stream())
                {
                    return Some(span);
                }
            }
            // Neither what a macro is given nor code.
            TokenTree::Group(group)
                if before != Some('!') && group.delimiter() != Delimiter::Brace =>
            {
                if let Some(span) = placeholder(&group.stream()) {
                    return Some(span);
                }
            }
            _ => {}
        }
        before = match token {
            TokenTree::Punct(punct) => Some(punct.as_char()),
            _ => None,
        };
    }
    None
}

/// The place of a borrow whose lifetime is left out.
///
/// In `fn(&str) -> &str` and `Fn(&str) -> &str` such borrows are parameters of
/// the type itself, and fine.
pub(crate) fn elided_borrow(tokens: &TokenStream) -> Option<Span> {
    let mut all = tokens.clone().into_iter().peekable();
    let mut callable = false;
    while let Some(token) = all.next() {
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '&' && !callable => {
                let named =
                    matches!(all.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '\'');
                if !named {
                    return Some(punct.span());
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == '\'' => {
                if let Some(TokenTree::Ident(name)) = all.next()
                    && name == "_"
                {
                    return Some(name.span());
                }
            }
            TokenTree::Punct(punct) if matches!(punct.as_char(), ',' | ';') => callable = false,
            TokenTree::Ident(_) => {
                if let Some(TokenTree::Group(group)) = all.peek()
                    && group.delimiter() == Delimiter::Parenthesis
                {
                    callable = true;
                    all.next();
                }
            }
            TokenTree::Group(group) => {
                if let Some(span) = elided_borrow(&group.stream()) {
                    return Some(span);
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    None
}

/// A path that begins with `key`, as in `redis::Client`, and where it begins.
pub(crate) fn path_through(tokens: &TokenStream, key: &Ident) -> Option<(Span, String)> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    for (at, token) in all.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) if ident == key => {
                let rest = all.get(at + 1..).unwrap_or_default();
                let after_colon = at > 0 && all.get(at - 1).is_some_and(is_colon);
                if !after_colon && rest.len() > 2 && rest.iter().take(2).all(is_colon) {
                    return Some((ident.span(), written(ident, rest)));
                }
            }
            TokenTree::Group(group) => {
                if let Some(found) = path_through(&group.stream(), key) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

fn is_colon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ':')
}

/// `::redis::Client`, without the arguments.
fn written(first: &Ident, rest: &[TokenTree]) -> String {
    let mut path = format!("::{first}");
    for token in rest {
        match token {
            TokenTree::Ident(ident) => path.push_str(&ident.to_string()),
            colon if is_colon(colon) => path.push(':'),
            _ => break,
        }
    }
    path
}

/// The type under the groups that `macro_rules!` puts around a `$ty`.
pub(crate) fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        ty => ty,
    }
}

/// A handle that is taken the wrong way round.
pub(crate) enum Handle {
    /// The context, not behind a shared reference.
    Context(Span),
    /// The context of the other kind of declaration.
    OtherContext(Span),
    /// The context, as if it were there for ever.
    StaticContext(Span),
    /// Any other, behind a reference.
    Borrowed(Span, String),
}

/// Whether `ty` is written as the context by value, or as a reference to another
/// handle. Under other names rustc has to find out.
pub(crate) fn handle(ty: &Type, context: &str) -> Option<Handle> {
    let (reference, inner) = match bare(ty) {
        Type::Reference(reference) => (Some(reference), bare(&reference.elem)),
        ty => (None, ty),
    };
    let Type::Path(path) = inner else {
        return None;
    };
    let last = &path.path.segments.last()?.ident;
    let shared = reference.is_some_and(|reference| reference.mutability.is_none());
    let first = || hygiene::ends(&ty.to_token_stream()).0;
    if last == context {
        if shared {
            return static_lifetime(&ty.to_token_stream()).map(Handle::StaticContext);
        }
        return Some(Handle::Context(first()));
    }
    if last == "ResolveCtx" || last == "ExecutionCtx" {
        return Some(Handle::OtherContext(first()));
    }
    let name = last.to_string();
    let known = ["Dep", "Reactive", "Snapshot", "Lazy", "Controller", "Tag", "Ref"];
    let reference = reference.filter(|_| known.contains(&name.as_str()))?;
    Some(Handle::Borrowed(reference.and_token.span, name))
}

/// The place of a `'static`.
fn static_lifetime(tokens: &TokenStream) -> Option<Span> {
    let mut after_apostrophe = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Ident(ident) if after_apostrophe && ident == "static" => {
                return Some(ident.span());
            }
            _ => after_apostrophe = matches!(&token, TokenTree::Punct(it) if it.as_char() == '\''),
        }
    }
    None
}

/// Whether `ty` is written as something that is no handle by any name: a primitive type, one
/// of the standard library, a tuple, an array, or a reference to one of these.
pub(crate) fn is_plain(ty: &Type) -> bool {
    match bare(ty) {
        Type::Path(path) => {
            let segments = &path.path.segments;
            let first = segments.first().map(|segment| segment.ident.to_string());
            match (first.as_deref(), segments.last()) {
                (Some("std" | "core" | "alloc"), Some(_)) if segments.len() > 1 => true,
                (Some("Option"), Some(option)) if segments.len() == 1 => is_plain_option(option),
                (Some(name), Some(_)) if segments.len() == 1 => PLAIN.contains(&name),
                _ => false,
            }
        }
        Type::Reference(reference) => is_plain(&reference.elem),
        Type::Array(_) | Type::Slice(_) | Type::Tuple(_) => true,
        _ => false,
    }
}

fn is_plain_option(option: &PathSegment) -> bool {
    let value = first_argument(option).and_then(|value| syn::parse2::<Type>(value).ok());
    value.is_some_and(|value| is_plain(&value))
}

const PLAIN: &[&str] = &[
    "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
    "i128", "isize", "f32", "f64", "Arc", "BTreeMap", "BTreeSet", "Box", "Cow", "Duration",
    "HashMap", "HashSet", "Instant", "Mutex", "PathBuf", "Rc", "RwLock", "String", "Vec",
    "VecDeque",
];

/// The handle and what it is to, if `ty` is written as a handle to a type without a size,
/// such as a trait object.
pub(crate) fn of_trait_object(ty: &Type) -> Option<(String, TokenStream)> {
    let last = last_segment(ty)?;
    let handle = last.ident.to_string();
    let known = ["Dep", "Reactive", "Snapshot", "Lazy", "Controller", "Ref"];
    if !known.contains(&handle.as_str()) {
        return None;
    }
    let object = first_argument(last)?;
    let inner = syn::parse2::<Type>(object.clone()).ok()?;
    without_a_size(&inner).map(|_| (handle, object))
}

/// What `ty` is written as a `Tag` of, also in an `Option`, if that has no size; and the
/// type to take instead.
pub(crate) fn tag_without_a_size(ty: &Type) -> Option<(TokenStream, String)> {
    let last = last_segment(ty)?;
    let name = last.ident.to_string();
    // Others need not be looked into.
    if name != "Tag" && name != "Option" {
        return None;
    }
    let inner = first_argument(last)?;
    let inner_type = syn::parse2::<Type>(inner.clone()).ok()?;
    match name.as_str() {
        "Option" => tag_without_a_size(&inner_type),
        "Tag" => {
            let (_, written) = without_a_size(&inner_type)?;
            let instead = match bare(&inner_type) {
                Type::Path(_) => "String".to_owned(),
                Type::Slice(slice) => format!("Vec<{}>", shown(&slice.elem.to_token_stream())),
                _ => format!("Arc<{written}>"),
            };
            Some((inner, instead))
        }
        _ => None,
    }
}

/// Whether a handle is among the words of `tokens`.
pub(crate) fn mentions_a_handle(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            let known = ["Dep", "Reactive", "Snapshot", "Lazy", "Controller", "Tag", "Ref"];
            known.iter().any(|handle| ident == handle)
        }
        TokenTree::Group(group) => mentions_a_handle(&group.stream()),
        _ => false,
    })
}

/// Whether `ty` is written as a scope, or as a reference to one.
pub(crate) fn is_scope(ty: &Type) -> bool {
    match bare(ty) {
        Type::Reference(reference) => is_scope(&reference.elem),
        ty => {
            last_segment(ty).is_some_and(|last| last.ident == "Scope" || last.ident == "WeakScope")
        }
    }
}

/// Whether `tokens` are the name `ident`, or `Self`, and nothing else.
pub(crate) fn is_just(tokens: &TokenStream, ident: &Ident) -> bool {
    let mut all = tokens.clone().into_iter();
    let is_it =
        matches!(all.next(), Some(TokenTree::Ident(first)) if first == *ident || first == "Self");
    is_it && all.next().is_none()
}

/// The last segment of a type that is a path.
pub(crate) fn last_segment(ty: &Type) -> Option<&PathSegment> {
    let Type::Path(path) = bare(ty) else { return None };
    path.path.segments.last()
}

/// The place of a `Self`.
pub(crate) fn self_type(tokens: &TokenStream) -> Option<Span> {
    tokens.clone().into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident.span()),
        TokenTree::Group(group) => self_type(&group.stream()),
        _ => None,
    })
}

/// The place of a `Self` in a body that means the type of an `impl` around it: neither that
/// of an item in the body nor what a macro may make something else of.
pub(crate) fn self_of_an_impl(body: &TokenStream) -> Option<Span> {
    const HAS_ITS_OWN: [&str; 6] = ["impl", "trait", "struct", "enum", "union", "macro_rules"];
    let mut after_bang = false;
    let mut found = None;
    for token in body.clone() {
        match &token {
            TokenTree::Ident(ident) if HAS_ITS_OWN.iter().any(|it| ident == it) => return None,
            TokenTree::Ident(ident) if ident == "Self" => found = found.or(Some(ident.span())),
            TokenTree::Group(group) if !after_bang => {
                found = found.or_else(|| self_of_an_impl(&group.stream()));
            }
            _ => {}
        }
        after_bang = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '!');
    }
    found
}

/// The last segment of a path whose name says that it is a `Result`.
pub(crate) fn result_segment(ty: &Type) -> Option<&PathSegment> {
    last_segment(ty).filter(|last| last.ident.to_string().ends_with("Result"))
}

/// The first type among a segment's arguments.
pub(crate) fn first_argument(segment: &PathSegment) -> Option<TokenStream> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty.to_token_stream()),
        _ => None,
    })
}

/// Both arguments of a segment that has two, which are types.
pub(crate) fn two_arguments(segment: &PathSegment) -> Option<(TokenStream, TokenStream)> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return None;
    };
    let mut arguments = arguments.args.iter();
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(GenericArgument::Type(first)), Some(GenericArgument::Type(second)), None) => {
            Some((first.to_token_stream(), second.to_token_stream()))
        }
        _ => None,
    }
}

/// Where a type begins that is written as one without a size, and the type.
pub(crate) fn without_a_size(ty: &Type) -> Option<(Span, String)> {
    let found = match bare(ty) {
        Type::Path(path) => path.path.is_ident("str"),
        Type::Slice(_) | Type::TraitObject(_) => true,
        _ => false,
    };
    let tokens = ty.to_token_stream();
    found.then(|| (hygiene::ends(&tokens).0, shown(&tokens)))
}

/// A type as one would write it: tokens have lost the spaces between them.
pub(crate) fn shown(tokens: &TokenStream) -> String {
    let mut text = String::new();
    write(tokens, &mut text);
    text
}

fn write(tokens: &TokenStream, text: &mut String) {
    let mut all = tokens.clone().into_iter().peekable();
    while let Some(token) = all.next() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let last =
                    text.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\'')).next();
                let apart =
                    |word: &str| matches!(word, "mut" | "const" | "dyn") || word.starts_with('\'');
                if last.is_some_and(apart) {
                    text.push(' ');
                }
                text.push_str(open);
                write(&group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(punct) => match punct.as_char() {
                mark @ (',' | ';') => text.extend([mark, ' ']),
                mark @ ('+' | '=') => text.extend([' ', mark, ' ']),
                '-' if matches!(all.peek(), Some(TokenTree::Punct(next)) if next.as_char() == '>') =>
                {
                    all.next();
                    text.push_str(" -> ");
                }
                mark => text.push(mark),
            },
            word @ (TokenTree::Ident(_) | TokenTree::Literal(_)) => {
                let word = word.to_string();
                if word == constants::MACRO {
                    if let (Some(_), Some(TokenTree::Group(constant))) = (all.next(), all.next()) {
                        write(&constant.stream(), text);
                    }
                    continue;
                }
                let after_word =
                    |last: char| last.is_alphanumeric() || matches!(last, '_' | '>' | ')' | ']');
                if text.ends_with(after_word) {
                    text.push(' ');
                }
                text.push_str(&word);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handles_are_told_from_plain_types() {
        for ty in [
            "u8",
            "&str",
            "&mut Vec<Cart>",
            "(Dep<a>, Dep<b>)",
            "[Dep<a>; 2]",
            "Option<u8>",
            "&Option<String>",
            "Arc<Config>",
            "std::time::Duration",
        ] {
            let parsed = syn::parse_str(ty).expect("a type");
            assert!(is_plain(&parsed), "{ty}");
        }
        for ty in [
            "Dep<config>",
            "Ref<'_, config>",
            "Option<Tag<u8>>",
            "Option<Cart>",
            "Cart",
            "shop::Vec",
            "&Cart",
            "&ExecutionCtx<'_>",
            "dyn Store",
        ] {
            let parsed = syn::parse_str(ty).expect("a type");
            assert!(!is_plain(&parsed), "{ty}");
        }
    }

    #[test]
    fn a_placeholder_is_neither_a_lifetime_nor_a_name() {
        let found = |ty: &str| placeholder(&ty.parse().expect("tokens")).is_some();
        for ty in ["_", "Dep<_>", "Ref<'_, _>", "[u8; _]", "(u8, Vec<_>)", "fn(u8) -> _"] {
            assert!(found(ty), "{ty}");
        }
        for ty in ["Ref<'_, a>", "fn(_: u8) -> u8", "list!(_)", "[u8; { let _ = 1; 2 }]", "__"] {
            assert!(!found(ty), "{ty}");
        }
    }

    #[test]
    fn a_self_belongs_to_an_impl_or_to_an_item_in_the_body() {
        let found = |body: &str| self_of_an_impl(&body.parse().expect("tokens")).is_some();
        for body in ["Self", "{ let one = Self::new(1); one }", "vec![1]; |it| Self { it }"] {
            assert!(found(body), "{body}");
        }
        for body in [
            "Server::new()",
            "struct It; impl It { fn new() -> Self { Self } } It::new()",
            "declare!(fn new() -> Self)",
            "macro_rules! new { () => { Self } } 1",
        ] {
            assert!(!found(body), "{body}");
        }
    }

    #[test]
    fn types_are_written_as_usual() {
        for ty in [
            "&str",
            "&'a mut [(u8, Vec<String>)]",
            "Result<Option<Dep<a::b>>, Box<dyn Error + Send>>",
            "for<'a> fn(&'a str) -> &'a str",
            "Box<dyn for<'a> Fn(&'a u8) -> bool + 'static>",
            "<T as Iterator<Item = u8>>::Item",
            "[u8; 3]",
            "Ref<'_, config>",
        ] {
            let tokens = ty.parse().expect("a type");
            assert_eq!(shown(&tokens), ty);
        }
    }
}
