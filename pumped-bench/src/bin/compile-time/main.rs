//! How long graphs of executors and flows take to compile, beside the same by hand and with
//! other libraries.
//!
//! `compile-time` takes a look at two sizes; its options choose others. `compile-time --write`
//! measures everything, in some 20 minutes, and replaces `BENCHMARKS-COMPILE-TIME.md`. Cargo
//! also calls this program in the place of rustc, to see how much memory that needs.

mod chart;
mod page;
mod tables;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use pumped_bench::compile_time::{Measured, Options, in_place_of_rustc, measure};

const USAGE: &str = "\
usage: compile-time [OPTION ..]           prints tables
       compile-time --write [OPTION ..]   measures everything but for what is chosen otherwise,
                                          and writes BENCHMARKS-COMPILE-TIME.md

  --nodes 100,400       how many nodes the graphs have
  --depths 40           how many layers the graphs of executors have
  --flow-depths 40      the same of flows; `none` leaves them out
  --width 2             how many dependencies a node has
  --chain 0             how long the chains are, if there are any
  --rounds 5            how often each is rebuilt, at most
  --seconds 12          after how many seconds two rounds are enough
  --peers 40            other libraries as well: how many layers their graphs have
  --clean 3             builds of pumped and of others from nothing: how often";

fn main() -> ExitCode {
    if let Some(code) = in_place_of_rustc() {
        return code;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let chosen: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match chosen.split_first() {
        Some((&"--write", chosen)) => options(everything(), chosen).and_then(|it| write(&it)),
        _ => options(a_look(), &chosen).and_then(|options| {
            println!("{}", tables::all(&measured(&options)?));
            Ok(())
        }),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn everything() -> Options {
    Options { chain: 1000, peer_depths: vec![40], clean_rounds: 2, ..Options::default() }
}

fn a_look() -> Options {
    Options { nodes: vec![100, 400], depths: vec![40], chain: 0, ..Options::default() }
}

/// Measures, and keeps what came out.
fn write(options: &Options) -> Result<(), String> {
    let page = page::page(options, &measured(options)?);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../BENCHMARKS-COMPILE-TIME.md");
    std::fs::write(path, page).map_err(|error| error.to_string())
}

fn measured(options: &Options) -> Result<Measured, String> {
    let start = Instant::now();
    measure(options, &mut |what| eprintln!("{:5} s  {what}", start.elapsed().as_secs()))
}

fn options(mut options: Options, chosen: &[&str]) -> Result<Options, String> {
    choose(&mut options, chosen).map(|()| options).ok_or_else(|| USAGE.to_owned())
}

fn choose(options: &mut Options, chosen: &[&str]) -> Option<()> {
    let mut chosen = chosen.iter();
    while let Some(name) = chosen.next() {
        let value = *chosen.next()?;
        match *name {
            "--nodes" => options.nodes = numbers(value)?,
            "--depths" => options.depths = numbers(value)?,
            "--flow-depths" => options.flow_depths = numbers(value)?,
            "--width" => options.width = value.parse().ok().filter(|width| *width > 0)?,
            "--chain" => options.chain = value.parse().ok()?,
            "--rounds" => options.rounds = value.parse().ok().filter(|rounds| *rounds > 0)?,
            "--seconds" => options.seconds = value.parse().ok()?,
            "--peers" => options.peer_depths = numbers(value)?,
            "--clean" => options.clean_rounds = value.parse().ok()?,
            _ => return None,
        }
    }
    Some(())
}

/// `10,100`, none of them zero.
fn numbers(list: &str) -> Option<Vec<usize>> {
    if list == "none" {
        return Some(Vec::new());
    }
    list.split(',').map(|number| number.parse().ok().filter(|number| *number > 0)).collect()
}

#[cfg(test)]
mod tests {
    use super::{a_look, options};

    #[test]
    fn sizes_are_lists() {
        let chosen = ["--nodes", "10,1000", "--depths", "none", "--peers", "5"];
        let chosen = options(a_look(), &chosen).expect("all of them are known");
        assert_eq!((chosen.nodes, chosen.depths), (vec![10, 1000], vec![]));
        assert_eq!(chosen.peer_depths, [5]);
    }

    #[test]
    fn what_means_nothing_is_refused() {
        for wrong in [&["--nodes"][..], &["--nodes", "0"], &["--node", "10"], &["--clean", "x"]] {
            assert!(options(a_look(), wrong).is_err(), "{wrong:?}");
        }
    }
}
