//! The program itself, and what it logs.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};

use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use super::client::in_time;

pub(crate) struct Process {
    pub(crate) address: String,
    child: Child,
    coming: UnboundedReceiver<String>,
    /// What was logged, as far as it was looked at.
    pub(crate) log: Vec<String>,
}

/// The program, about to be started.
pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_health-monitor"));
    command.args(arguments).env_remove("RUST_LOG");
    command
}

impl Process {
    /// Starts it, and waits until it says where its page is.
    pub(crate) fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let address = lines.next().expect("it says where it listens").unwrap();
        let address = address.strip_prefix("listening on http://").unwrap().to_owned();
        let (sender, coming) = unbounded_channel();
        let log = BufReader::new(child.stderr.take().unwrap()).lines();
        std::thread::spawn(move || {
            log.map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { address, child, coming, log: Vec::new() }
    }

    /// Waits for a line of the log that is still to come, or was not looked at.
    pub(crate) async fn logged(&mut self, text: &str) {
        loop {
            let Some(line) = in_time(text, self.coming.recv()).await else {
                panic!("it has ended without `{text}`: {:#?}", self.log)
            };
            let is_it = line.contains(text);
            self.log.push(line);
            if is_it {
                return;
            }
        }
    }

    /// How many lines say so, of those that were looked at.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.log.iter().filter(|line| line.contains(text)).count()
    }

    /// Those of `steps` that the log has, in its order.
    pub(crate) fn order(&self, steps: &[&'static str]) -> Vec<&'static str> {
        let step = |line: &String| steps.iter().find(|step| line.contains(**step)).copied();
        self.log.iter().filter_map(step).collect()
    }

    /// `-TERM` or `-INT`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Reads the rest of the log, and waits for the end.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let rest = async {
            while let Some(line) = self.coming.recv().await {
                self.log.push(line);
            }
        };
        in_time("it ends", rest).await;
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // A test that has failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
