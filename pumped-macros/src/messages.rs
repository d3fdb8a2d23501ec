//! Every message of the macros, in one table: they speak with one voice, the
//! problem first and then what to write, and are reviewed side by side.

use std::fmt;

/// What the attribute makes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    Executor,
    Flow,
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Executor => "an executor",
            Self::Flow => "a flow",
        })
    }
}

/// What is wrong.
pub(crate) enum Message<'a> {
    // The options.
    UnknownOption { name: &'a str, similar: Option<&'a str>, list: &'a str },
    NoOption { list: &'a str },
    AsyncOption,
    OptionOfExecutors { name: &'a str, list: &'a str },
    RepeatedOption { name: &'a str },
    OptionTakesNoValue { name: &'a str },
    OptionNeedsValue { name: &'a str, what: &'a str, example: &'a str },
    ExpectedComma,
    OptionBeside { name: &'a str, option: &'a str, what: Subject },
    PathIsCalled { name: &'a str, path: &'a str },
    FallibleAndInfallible,
    FallibleOfNothing,
    NotForStructs { name: &'a str, why: &'a str },
    NotForProvided { name: &'a str, why: &'a str },

    // The item.
    Unread { what: Subject },
    NotAnItem { what: Subject, found: &'a str },
    DeclaredTwice { what: Subject, attribute: &'a str },
    UnsafeFunction { what: Subject },
    Variadic { what: Subject },
    Receiver { what: Subject },
    Generics { what: Subject, parameters: &'a str },
    FlowWithoutBody,
    ProvidedWithParameters,
    ProvidedAsync,
    ProvidedFallible { output: &'a str },

    // Its parameters and fields.
    Pattern { what: Subject },
    SameName { name: &'a str },
    Input,
    ForgottenInput { ty: &'a str },
    PlainField { ty: &'a str },
    PlainParameter { ty: &'a str },
    NamedLifetime { handle: &'a str },
    TraitObject { handle: &'a str, object: &'a str },
    InputTwice,
    InputMisspelled { attribute: &'a str },
    UnsizedInput { ty: &'a str },
    UndeclaredLifetime { lifetime: &'a str, flow: &'a str },
    InputPattern,
    InputSyntax,
    InputBeforeType { name: &'a str },
    InputImplTrait,
    HiddenLifetime { handle: &'a str },
    OtherContext { taken: &'a str, instead: &'a str },
    DefaultOnParameter,
    DefaultRepeated,
    DefaultSyntax,
    UnsizedTag { ty: &'a str, instead: &'a str },
    FieldOfItself { name: &'a str },
    ScopeAsDependency { context: &'a str },
    ScopeAsField,
    StaticContext { context: &'a str },
    DefaultMisspelled { attribute: &'a str },
    ImplTraitInput { what: Subject },
    BorrowedField,
    ContextByValue { context: &'a str },
    BorrowedHandle { handle: &'a str },
    CalledType { name: &'a str },
    Placeholder,
    LifetimeOfExecutor { lifetime: &'a str },

    // Its type.
    ImplTraitOutput,
    NeverOutput,
    SelfOutput,
    BorrowedOutput,
    FlowOutput,
    FlowOutputFromDependency,
    FlowOutputInDoubt,
    FlowSelf,
    UnsizedOutput { ty: &'a str },
    FlowNeverOutput,
    FlowImplTraitOutput,
    KeyHidesCrate { key: &'a str, path: &'a str },
}

impl fmt::Display for Message<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOption { .. }
            | Self::NoOption { .. }
            | Self::AsyncOption
            | Self::OptionOfExecutors { .. }
            | Self::RepeatedOption { .. }
            | Self::OptionTakesNoValue { .. }
            | Self::OptionNeedsValue { .. }
            | Self::ExpectedComma
            | Self::OptionBeside { .. }
            | Self::PathIsCalled { .. }
            | Self::FallibleAndInfallible
            | Self::FallibleOfNothing
            | Self::NotForStructs { .. }
            | Self::NotForProvided { .. } => self.of_options(f),
            Self::Unread { .. }
            | Self::NotAnItem { .. }
            | Self::DeclaredTwice { .. }
            | Self::UnsafeFunction { .. }
            | Self::Variadic { .. }
            | Self::Receiver { .. }
            | Self::FlowWithoutBody
            | Self::Generics { .. }
            | Self::ProvidedWithParameters
            | Self::ProvidedAsync
            | Self::ProvidedFallible { .. } => self.of_items(f),
            _ => self.of_params(f),
        }
    }
}

impl Message<'_> {
    fn of_options(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownOption { name, similar: Some(similar), .. } => {
                write!(f, "unknown option `{name}`: did you mean `{similar}`?")
            }
            Self::UnknownOption { name, similar: None, list } => {
                write!(f, "unknown option `{name}`: expected one of {list}")
            }
            Self::NoOption { list } => write!(f, "expected an option, one of {list}"),
            Self::AsyncOption => f.write_str("`async` is no option: declare the function as an `async fn`"),
            Self::OptionOfExecutors { name, list } => {
                write!(f, "the option `{name}` is for executors, whose value is kept: a flow takes {list}")
            }
            Self::RepeatedOption { name } => {
                write!(f, "the option `{name}` is given twice: leave one")
            }
            Self::OptionTakesNoValue { name } => {
                write!(f, "the option `{name}` takes no value: write just `{name}`")
            }
            Self::OptionNeedsValue { name, what, example } => {
                write!(f, "the option `{name}` takes {what}: write `{example}`")
            }
            Self::ExpectedComma => f.write_str("expected `,` between two options"),
            Self::OptionBeside { name, option, what } => {
                let attribute = match what {
                    Subject::Executor => "executor",
                    Subject::Flow => "flow",
                };
                write!(f, "`{name}` is an option, and no attribute: write `#[{attribute}({option})]`")
            }
            Self::PathIsCalled { name, path } => {
                write!(f, "the option `{name}` names a function, which the scope calls: write `{name} = {path}`")
            }
            Self::FallibleAndInfallible => {
                f.write_str("`fallible` and `infallible` contradict each other: leave one")
            }
            Self::FallibleOfNothing => {
                f.write_str("`fallible` says that a `Result` is returned, but nothing is: remove it, or return a `Result`")
            }
            Self::NotForStructs { name, why } => {
                write!(f, "the option `{name}` is for functions: {why}")
            }
            Self::NotForProvided { name, why } => {
                write!(f, "the option `{name}` is for executors with a body: {why}")
            }
            _ => Ok(()),
        }
    }

    fn of_items(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // rustc has read the item before, and has said what is wrong.
            Self::Unread { what } => {
                write!(f, "{what} cannot be read from here on: its syntax is wrong, or newer than this version of pumped")
            }
            Self::NotAnItem { what: Subject::Executor, found } => {
                write!(f, "expected a function or a struct, found {found}: an executor is a function that returns the value, or a struct whose fields are its dependencies")
            }
            Self::NotAnItem { what: Subject::Flow, found } => {
                write!(f, "expected a function, found {found}: a flow is a function that takes dependencies and inputs, and is run by `exec`")
            }
            Self::DeclaredTwice { what, attribute } => {
                write!(f, "`#[{attribute}]` stands on what is already {what}: leave one attribute, with all the options")
            }
            Self::UnsafeFunction { what } => {
                write!(f, "{what} cannot be `unsafe`: a scope calls it, and can promise nothing")
            }
            Self::Variadic { what: Subject::Executor } => f.write_str("an executor cannot be variadic: every parameter is one dependency"),
            Self::Variadic { what: Subject::Flow } => f.write_str("a flow cannot be variadic: take a slice, `#[input] all: &[T]`"),
            Self::Receiver { what } => {
                write!(f, "{what} has no `self`: move it out of the `impl`, and take what it needs as parameters")
            }
            Self::Generics { what: Subject::Executor, parameters } => {
                write!(f, "an executor cannot have {parameters}: each instance would be a declaration of its own; write one executor for each type")
            }
            Self::Generics { what: Subject::Flow, .. } => {
                f.write_str("a flow can have lifetime parameters, but no generic ones: it is one declaration, with one name; write one flow for each type, or take `&dyn Trait`")
            }
            Self::FlowWithoutBody => f.write_str("a flow needs a body: only an executor can be provided by the application"),
            Self::ProvidedWithParameters => {
                f.write_str("an executor without a body is provided by the application and takes no parameters: remove them, or write a body")
            }
            Self::ProvidedAsync => {
                f.write_str("an executor without a body is provided by the application and cannot be `async`: remove `async`, or write a body")
            }
            Self::ProvidedFallible { output } => {
                write!(f, "an executor without a body is provided by the application and cannot fail: return `{output}`, or say `#[executor(infallible)]` if the `Result` itself is the value")
            }
            _ => Ok(()),
        }
    }

    fn of_params(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pattern { what: Subject::Executor } => {
                "a dependency needs a name, not a pattern: write `name: Dep<..>`, and take it apart in the body"
            }
            Self::Pattern { what: Subject::Flow } => {
                "a dependency needs a name, not a pattern: write `name: Ref<'_, ..>`, and take it apart in the body"
            }
            Self::SameName { name } => {
                return write!(f, "two parameters have the name `{name}`: rename one");
            }
            Self::ForgottenInput { ty } => {
                return write!(f, "`{ty}` is not a dependency: mark it `#[input]`, or take `Ref<'_, ..>`, `Dep<..>`, `Controller<..>`, `Lazy<..>`, `Tag<..>`, `Option<Tag<..>>` or `&ExecutionCtx<'_>`");
            }
            Self::PlainField { ty } => {
                return write!(f, "`{ty}` is not a dependency: mark the field `#[default]` or `#[default(expression)]`, or take `Dep<..>`, `Reactive<..>`, `Snapshot<..>`, `Lazy<..>`, `Controller<..>`, `Tag<..>` or `Option<Tag<..>>`");
            }
            Self::PlainParameter { ty } => {
                return write!(f, "`{ty}` is not a dependency: take the executor that yields it, as in `Dep<config>`, or a `Tag<..>`; what differs from call to call is an `#[input]` of a `#[flow]`");
            }
            Self::NamedLifetime { handle } => {
                return write!(f, "what a dependency borrows is given back when the flow ends: write `{handle}<'_, ..>`");
            }
            Self::TraitObject { handle, object } => {
                let lifetime = if *handle == "Ref" { "'_, " } else { "" };
                return write!(f, "`{object}` is not an executor: name the one that yields it, as in `{handle}<{lifetime}store>` for `fn store() -> Arc<{object}>`");
            }
            Self::InputTwice => "`#[input]` is given twice: leave one",
            Self::InputMisspelled { attribute } => {
                return write!(f, "unknown attribute `{attribute}`: did you mean `input`?");
            }
            Self::UnsizedInput { ty } => {
                return write!(f, "an input has to have a size: take `&{ty}`");
            }
            Self::UndeclaredLifetime { lifetime, flow } => {
                return write!(f, "the lifetime `{lifetime}` is not declared: write `fn {flow}<{lifetime}>(..)`");
            }
            Self::Input => {
                "an executor has no inputs, only a flow has: take it as a dependency, as a `Tag<..>`, or from an executor that the application provides"
            }
            Self::InputPattern => {
                "an input needs a name, not a pattern: write `#[input] name: T`, and take it apart in the body"
            }
            Self::InputSyntax => "`#[input]` takes nothing: write `#[input] name: T`",
            Self::InputBeforeType { name } => {
                return write!(f, "`#[input]` stands before the name: write `#[input] {name}: T`");
            }
            Self::InputImplTrait => {
                "an input needs a type with a name: take `&dyn Trait`, `Box<dyn Trait + Send>`, or the type itself"
            }
            Self::HiddenLifetime { handle } => {
                return write!(f, "`{handle}` borrows: write `{handle}<'_, ..>`");
            }
            Self::OtherContext { taken, instead } => {
                return write!(f, "`{taken}` is not given here: take `&{instead}<'_>`");
            }
            Self::DefaultOnParameter => {
                "`#[default]` is for the fields of a struct: build the value in the body"
            }
            Self::DefaultRepeated => "`#[default]` is given twice: leave one",
            Self::UnsizedTag { ty, instead } => {
                return write!(f, "`{ty}` has no size, and a tag holds a value: take `Tag<{instead}>`");
            }
            Self::FieldOfItself { name } => {
                return write!(f, "`{name}` cannot hold itself: take `Lazy<{name}>`, or another executor");
            }
            Self::ScopeAsDependency { context } => {
                return write!(f, "the scope is not a dependency: take `cx: &{context}<'_>`, and call `cx.scope()`");
            }
            Self::ScopeAsField => {
                "the scope is not a dependency: write a function, which can take `cx: &ResolveCtx<'_>` and call `cx.scope()`"
            }
            Self::StaticContext { context } => {
                return write!(f, "the context is there during the call and no longer: take `&{context}<'_>`");
            }
            Self::DefaultMisspelled { attribute } => {
                return write!(f, "unknown attribute `{attribute}`: did you mean `default`?");
            }
            Self::DefaultSyntax => "expected `#[default]` or `#[default(expression)]`",
            Self::ImplTraitInput { what: Subject::Executor } => {
                "`impl Trait` is not a dependency: name the executor, as in `Dep<..>`"
            }
            Self::ImplTraitInput { what: Subject::Flow } => {
                "`impl Trait` is not a dependency: name the executor, as in `Ref<'_, ..>`, or take an input, `#[input] name: &dyn Trait`"
            }
            Self::BorrowedField => {
                "a field cannot borrow, the value outlives every borrow: take `Dep<..>`, or write a function, which can take `&ResolveCtx<'_>`"
            }
            Self::ContextByValue { context } => {
                return write!(f, "the context is shared: take `&{context}<'_>`");
            }
            Self::BorrowedHandle { handle } => {
                let lifetime = if *handle == "Ref" { "'_, " } else { "" };
                return write!(f, "a dependency is taken by value: write `{handle}<{lifetime}..>`, without the `&`");
            }
            _ => return self.of_types(f),
        })
    }

    fn of_types(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CalledType { name } => {
                return write!(f, "a dependency is named, the scope calls it: write `{name}`, without the `()`");
            }
            Self::LifetimeOfExecutor { lifetime } => {
                return write!(f, "the lifetime `{lifetime}` is not declared, and what a scope gives needs none: write `'_`");
            }
            Self::Placeholder => {
                "`_` has to be written out here: rustc infers a type in a body, and not in a declaration"
            }
            Self::FlowOutput => {
                "this borrows, but no input does: return an owned type, or borrow from an `#[input]`"
            }
            Self::FlowOutputFromDependency => {
                "what a flow returns can borrow only from its inputs, the dependencies are given back: return an owned type, or a `Dep<..>`"
            }
            Self::FlowOutputInDoubt => {
                "from which input does this borrow? Name the lifetime, as in `fn first<'a>(#[input] list: &'a [T], ..) -> &'a T`"
            }
            Self::FlowSelf => {
                "a flow stands outside of `impl` blocks, where there is no `Self`: move it out, and name the type"
            }
            Self::UnsizedOutput { ty } => {
                return write!(f, "what is returned has to have a size: return `Arc<{ty}>` or `Box<{ty}>`");
            }
            Self::FlowNeverOutput => "a flow that never returns yields no value: return the type of the value",
            Self::FlowImplTraitOutput => {
                "a flow's output needs a name: return a named type, or a trait object such as `Box<dyn Trait + Send>`"
            }
            Self::ImplTraitOutput => {
                "an executor's type needs a name: return a named type, or a trait object such as `Arc<dyn Trait>`"
            }
            Self::NeverOutput => "an executor that never returns yields no value: return the type of the value",
            Self::SelfOutput => {
                "an executor stands outside of `impl` blocks, where there is no `Self`: move it out, and name the type"
            }
            Self::BorrowedOutput => {
                "an executor's value cannot borrow, a scope keeps it: return an owned type, or say `'static`"
            }
            Self::KeyHidesCrate { key, path } => {
                return write!(f, "`{key}` is the key of this executor here, and no longer the crate or module: write `{path}`, or name the key `#[executor(key = ..)]`");
            }
            _ => "",
        })
    }
}
