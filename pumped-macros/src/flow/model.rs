//! What a flow is once its declaration has been checked: all that `expand` needs, and
//! nothing that it would have to check again.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Lifetime, LitStr, Path};

use crate::function::Function;

pub(crate) struct Flow {
    /// As the user wrote it, but for its types: every lifetime has a name.
    pub(crate) function: Function,
    pub(crate) ident: Ident,
    pub(crate) name: LitStr,
    pub(crate) is_async: bool,
    pub(crate) params: Vec<Param>,
    pub(crate) output: Output,
    /// The lifetimes that the inputs borrow for.
    pub(crate) lifetimes: Vec<Borrow>,
    /// The user's `where` clause, as far as it is about these.
    pub(crate) krate: Option<Path>,
    pub(crate) meta: Vec<TokenStream>,
}

/// A lifetime of the inputs, and what it outlives.
pub(crate) struct Borrow {
    pub(crate) lifetime: Lifetime,
    pub(crate) outlives: Vec<Lifetime>,
}

pub(crate) struct Param {
    /// Only its `#[cfg]`s.
    pub(crate) cfgs: Vec<Attribute>,
    /// With every lifetime named.
    pub(crate) ty: TokenStream,
    pub(crate) source: Source,
}

/// Where a parameter's value comes from.
pub(crate) enum Source {
    /// Whoever makes the flow, under this name.
    Input(Ident),
    /// The scope. The type is looked up with every lifetime `'static`.
    Dependency(TokenStream),
}

/// What the function returns.
pub(crate) struct Output {
    /// The whole return type, with every lifetime named.
    pub(crate) returned: TokenStream,
    pub(crate) fallible: bool,
    /// Where errors of the value and of the error of a `Result` are shown: at its
    /// arguments, if it has both.
    pub(crate) value: TokenStream,
    pub(crate) error: TokenStream,
    /// Whether the type could be a `Result` by another name.
    pub(crate) in_doubt: bool,
    /// The lifetimes of the inputs that it borrows for.
    pub(crate) borrows: Vec<Lifetime>,
}

impl Output {
    /// One that cannot fail and borrows nothing.
    pub(crate) fn plain(returned: TokenStream) -> Self {
        let place = returned.clone();
        Self {
            fallible: false,
            in_doubt: false,
            borrows: Vec::new(),
            value: place.clone(),
            error: place,
            returned,
        }
    }
}

impl Flow {
    /// The inputs, with their names.
    pub(crate) fn inputs(&self) -> impl Iterator<Item = (&Ident, &Param)> {
        self.params.iter().filter_map(|param| match &param.source {
            Source::Input(name) => Some((name, param)),
            Source::Dependency(_) => None,
        })
    }

    pub(crate) fn dependencies(&self) -> impl Iterator<Item = (&TokenStream, &Param)> {
        self.params.iter().filter_map(|param| match &param.source {
            Source::Dependency(ty) => Some((ty, param)),
            Source::Input(_) => None,
        })
    }
}
