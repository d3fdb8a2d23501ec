//! What counts as fallible: by the name of the return type, or by option.
#![expect(clippy::unnecessary_wraps, reason = "what counts is what the types say")]

use std::error::Error;
use std::fmt;
use std::io;

use pumped::Executor;
use pumped::graph::Graph;
use pumped::prelude::*;

fn is_fallible<E: Executor>() -> bool {
    Graph::of::<E>().nodes()[0].declaration().is_fallible()
}

type AppResult<T> = Result<T, io::Error>;
type Loaded = Result<u8, io::Error>;

/// *Fallible* is a return type whose last segment ends in `Result`, aliases
/// included; the options say so where the name does not, or the other way round.
#[test]
fn form_fallible_and_infallible() {
    #[executor]
    fn by_std() -> std::result::Result<u8, io::Error> {
        Ok(1)
    }
    #[executor]
    fn by_io() -> io::Result<u8> {
        Ok(2)
    }
    #[executor]
    fn by_alias() -> AppResult<u8> {
        Ok(3)
    }
    #[executor(fallible)]
    fn by_option() -> Loaded {
        Ok(4)
    }
    #[executor]
    fn text_error() -> Result<u8, String> {
        Err("just text".into())
    }
    #[executor]
    fn str_error() -> Result<u8, &'static str> {
        Err("static text")
    }
    #[executor(infallible)]
    fn the_result_itself() -> Result<u8, fmt::Error> {
        Err(fmt::Error)
    }
    #[executor(infallible)]
    fn the_alias_itself() -> Loaded {
        Err(io::Error::other("kept"))
    }
    #[executor]
    fn sum(a: Dep<by_std>, b: Dep<by_io>, c: Dep<by_alias>, d: Dep<by_option>) -> u8 {
        *a + *b + *c + *d
    }

    let scope = Scope::new();
    assert_eq!(*scope.get::<sum>().unwrap(), 10);
    assert_eq!(scope.get::<text_error>().unwrap_err().source().unwrap().to_string(), "just text");
    assert_eq!(scope.get::<str_error>().unwrap_err().source().unwrap().to_string(), "static text");
    assert_eq!(*scope.get::<the_result_itself>().unwrap(), Err(fmt::Error));
    assert_eq!(
        scope.get::<the_alias_itself>().unwrap().into_inner().as_ref().unwrap_err().to_string(),
        "kept"
    );
    assert!(is_fallible::<by_option>());
    assert!(!is_fallible::<the_alias_itself>());
}
