//! What an executor is once its declaration has been checked: all that `expand`
//! needs, and nothing that it would have to check again.

use proc_macro2::{Group, Ident, Span, TokenStream};
use syn::{Attribute, LitStr, Path};

use crate::function::Function;
use crate::parse::Struct;

pub(crate) struct Executor {
    pub(crate) declared: Declared,
    /// The name that errors and the generated statics are shown at.
    pub(crate) ident: Ident,
    /// The type that stands for the executor, as generated code names it.
    pub(crate) key: Ident,
    pub(crate) name: LitStr,
    pub(crate) mode: Mode,
    pub(crate) output: Output,
    pub(crate) params: Vec<Param>,
    pub(crate) options: Settings,
}

/// What the user wrote and keeps.
pub(crate) enum Declared {
    Function(Function),
    /// With its own helper attributes removed.
    Struct(Struct),
}

impl Declared {
    pub(crate) fn attrs(&self) -> &[Attribute] {
        match self {
            Self::Function(function) => &function.attrs,
            Self::Struct(item) => &item.attrs,
        }
    }
}

/// How the value is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// By a plain function, or from the fields of a struct.
    Blocking,
    /// By an `async fn`.
    Async,
    /// By the application: there is no body.
    Provided,
}

/// What the executor yields.
pub(crate) struct Output {
    /// The type of the value.
    pub(crate) ty: TokenStream,
    /// What the function returns, if it is not the value itself.
    pub(crate) returned: TokenStream,
    pub(crate) fallible: bool,
    /// Whether `ty` is found through a trait, and not written by the user.
    pub(crate) projected: bool,
    /// Whether the type could be a `Result` by another name.
    pub(crate) in_doubt: bool,
}

impl Output {
    /// The value itself, without any doubt.
    pub(crate) fn plain(returned: TokenStream) -> Self {
        let ty = returned.clone();
        Self { ty, returned, fallible: false, projected: false, in_doubt: false }
    }
}

/// A parameter of the function, or a field of the struct.
pub(crate) struct Param {
    /// Only its `#[cfg]`s.
    pub(crate) cfgs: Vec<Attribute>,
    /// None for parameters and the fields of a tuple struct.
    pub(crate) field: Option<Ident>,
    pub(crate) ty: TokenStream,
    pub(crate) source: Source,
}

/// Where a parameter's value comes from.
pub(crate) enum Source {
    Dependency,
    Default,
    /// What stands between the parentheses of `#[default(..)]`, and these.
    Expression(Group),
}

/// The options that change the expansion.
pub(crate) struct Settings {
    pub(crate) krate: Option<Path>,
    pub(crate) mutable: bool,
    pub(crate) eager: bool,
    pub(crate) eq: Option<Span>,
    pub(crate) cleanup: Option<Path>,
    pub(crate) meta: Vec<TokenStream>,
}
