//! What the macros make of one declaration of each form, kept as files that can be read and
//! reviewed, and collected in `docs/MACROS.md`.
//!
//! `BLESS=1 cargo test -p pumped-macros` rewrites them all.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};

/// One form of a declaration.
struct Form {
    /// The name of its file.
    name: &'static str,
    title: &'static str,
    about: &'static str,
    written: &'static str,
}

const FORMS: &[Form] = &[
    Form {
        name: "executor_fn",
        title: "An executor",
        about: "A function without dependencies: the key, the function as it was, and the node that the scope and the
compiler read. All that could be shared by executors is a function of the runtime.",
        written: "
/// Where everything is.
#[executor]
pub fn config() -> Config {
    Config::default()
}
",
    },
    Form {
        name: "executor_fallible",
        title: "One that can fail, with dependencies",
        about: "Each parameter is asked for by the trait `Dependency`, so that aliases work. The error becomes a boxed
one at the place of the return type.",
        written: "
#[executor]
pub fn database(config: Dep<config>, cx: &ResolveCtx<'_>) -> Result<Database, DbError> {
    let database = Database::open(&config.url)?;
    cx.on_cleanup(|| println!(\"closed\"));
    Ok(database)
}
",
    },
    Form {
        name: "executor_async",
        title: "An async one",
        about: "The call of the function moves to an impl of its own, for the future.",
        written: "
#[executor]
pub async fn pool(config: Dep<config>) -> Result<Pool, PoolError> {
    Pool::connect(&config.url).await
}
",
    },
    Form {
        name: "executor_bodiless",
        title: "One that the application provides",
        about: "There is no function to keep, and nothing to build.",
        written: "
/// What was said on the command line.
#[executor]
pub fn settings() -> Settings;
",
    },
    Form {
        name: "executor_mutable",
        title: "A mutable one, with options",
        about: "Each option is a field of the node or a method of the impl; what is not given costs nothing.",
        written: "
#[executor(mutable, eq, name = \"log level\", meta(\"logging\"), cleanup = forget)]
fn level() -> Level {
    Level::Info
}
",
    },
    Form {
        name: "executor_reactive",
        title: "A reactive one",
        about: "Whether it is live is computed from what its parameters say of themselves.",
        written: "
#[executor]
fn logger(level: Reactive<level>, sink: Dep<sink>) -> Logger {
    Logger::new(*level, sink)
}
",
    },
    Form {
        name: "executor_struct",
        title: "A struct",
        about: "The struct is its own key.",
        written: "
#[executor]
pub struct Service {
    database: Dep<database>,
    logger: Controller<logger>,
    #[default]
    cache: Cache,
    #[default(Instant::now())]
    started: Instant,
}
",
    },
    Form {
        name: "flow_fn",
        title: "A flow",
        about: "A type for its inputs, a function that makes one, and the impl by which it is run. `preset` takes a
closure over the inputs, `preset_with` one that also gets the context.",
        written: "
/// What a number of something costs.
#[flow]
pub fn price(catalog: Ref<'_, catalog>, #[input] sku: Sku, #[input] amount: u32) -> u32 {
    catalog.price(sku) * amount
}
",
    },
    Form {
        name: "flow_borrowing",
        title: "A flow that can fail and borrows",
        about: "Lifetimes that were left out get the names of the inputs. The output borrows for one of them, so an
extension cannot answer for it; the closure of a preset is generic over all.",
        written: "
#[flow]
fn longest<'a>(#[input] texts: &'a [String], #[input] filter: &Filter) -> Result<&'a str, NoText> {
    texts.iter().filter(|text| filter.accepts(text)).max_by_key(|text| text.len()).ok_or(NoText)
}
",
    },
    Form {
        name: "flow_async",
        title: "An async flow",
        about: "Its future is `Send`, and holds what it took for as long as it runs.",
        written: "
#[flow]
pub async fn checkout(pool: Dep<pool>, cx: &ExecutionCtx<'_>, #[input] cart: Cart) -> Result<Order, ShopError> {
    let total = cx.call_async(total(&cart)).await?;
    pool.store(cart, total).await
}
",
    },
];

const BEGIN: &str = "# What the macros generate

<!-- Written by `BLESS=1 cargo test -p pumped-macros`; a test fails when it is out of date. -->

One declaration of each form, with all that comes out of it. Paths that begin with `__pumped` are the runtime's, and
nothing that users may name. Where a token claims to come from decides where an error is shown and which lints look at
it; that cannot be seen here.

Every declaration of an application pays for its tokens in each build. Counted are identifiers, literals, punctuation and
pairs of brackets; what comes back as it was written is in both columns.

| form | tokens written | tokens that come out | lines that come out |
| --- | ---: | ---: | ---: |
";

#[test]
fn snapshots_are_current() {
    let mut table = String::from(BEGIN);
    let mut sections = String::new();
    let mut changed = Vec::new();
    for form in FORMS {
        let (item, expanded) = expand(form.written);
        let text = pretty(&expanded);
        let (from, to, lines) = (count(&item), count(&expanded), text.lines().count());
        let anchor = form.title.to_lowercase().replace(' ', "-").replace(',', "");
        let _ = writeln!(table, "| [{}](#{anchor}) | {from} | {to} | {lines} |", form.title);
        let (title, about, written) = (form.title, form.about, form.written.trim());
        let _ = write!(
            sections,
            "\n## {title}\n\n{about}\n\n```rust,ignore\n{written}\n```\n\nbecomes\n\n```rust,ignore\n{text}```\n"
        );
        keep(&crate_path(&format!("snapshots/{}.rs", form.name)), &text, &mut changed);
    }
    keep(&crate_path("../docs/MACROS.md"), &(table + &sections), &mut changed);
    assert!(changed.is_empty(), "out of date, write them with `BLESS=1`: {changed:#?}");
}

/// No file is left of a form that is gone.
#[test]
fn every_snapshot_is_of_a_form() {
    for file in std::fs::read_dir(crate_path("snapshots")).expect("the snapshots") {
        let path = file.expect("a snapshot").path();
        let name = path.file_stem().unwrap_or_default();
        assert!(FORMS.iter().any(|form| name == form.name), "{} has no form", path.display());
    }
}

fn crate_path(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(of)
}

/// Compares, or writes.
fn keep(path: &Path, text: &str, changed: &mut Vec<PathBuf>) {
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, text).expect("a file that can be written");
    } else if std::fs::read_to_string(path).unwrap_or_default() != text {
        changed.push(path.to_owned());
    }
}

/// The item without the attribute, and what becomes of it.
fn expand(written: &str) -> (TokenStream, TokenStream) {
    let mut options = None;
    let mut item: Vec<TokenTree> = Vec::new();
    for token in written.parse::<TokenStream>().expect("tokens") {
        if let TokenTree::Group(group) = &token
            && let Some((name, arguments)) = attribute(group.stream())
        {
            item.pop();
            options = Some((name, arguments));
        } else {
            item.push(token);
        }
    }
    let item: TokenStream = item.into_iter().collect();
    let (name, options) = options.expect("an attribute");
    let expanded = match name.as_str() {
        "flow" => crate::flow::expand(options, &item),
        _ => crate::executor::expand(options, &item),
    };
    (item, expanded)
}

/// The name and the options, if this is one of our attributes.
fn attribute(tokens: TokenStream) -> Option<(String, TokenStream)> {
    let mut tokens = tokens.into_iter();
    let name = tokens.next()?.to_string();
    let arguments = match tokens.next() {
        Some(TokenTree::Group(group)) => group.stream(),
        _ => TokenStream::new(),
    };
    matches!(name.as_str(), "executor" | "flow").then_some((name, arguments))
}

fn pretty(expanded: &TokenStream) -> String {
    assert!(!expanded.to_string().contains("compile_error"), "an error: {expanded}");
    prettyplease::unparse(&syn::parse2(expanded.clone()).expect("items"))
}

/// How many tokens there are, a pair of brackets being one.
fn count(tokens: &TokenStream) -> usize {
    let of = |token: TokenTree| match token {
        TokenTree::Group(group) => 1 + count(&group.stream()),
        _ => 1,
    };
    tokens.clone().into_iter().map(of).sum()
}
