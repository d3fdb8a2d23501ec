//! The quick form of the load: a fixed number of requests, whatever time it takes.

use crate::common::process::Process;
use crate::load::{self, Load};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_fails_while_the_configuration_changes() {
    const WORKERS: usize = 4;
    const ROUNDS: usize = 25;
    const CHANGES: usize = 30;
    let mut server = Process::start(&[]);
    let databases = ["a.db".to_owned(), "b.db".to_owned()];
    let load = Load::prepare(server.client.clone(), databases).await;
    let mut working = Vec::new();
    for _ in 0..WORKERS {
        let load = load.clone();
        working.push(tokio::spawn(async move {
            for _ in 0..ROUNDS {
                load.round().await;
            }
        }));
    }
    for _ in 0..CHANGES {
        load.change().await;
    }
    for worker in working {
        worker.await.unwrap();
    }
    assert_eq!(load.failures(), [""; 0]);
    let sent = WORKERS * ROUNDS * load::ROUND + CHANGES + load::PREPARATION;
    assert_eq!(load.requests(), u64::try_from(sent).unwrap());
    server.terminate();
    assert!(server.ended().await.success());
    for number in 1..=load.databases() {
        for what in ["opened", "closed"] {
            let line = format!("database {what} number={number} ");
            assert_eq!(server.count(&line), 1, "{line}");
        }
    }
    assert_eq!(server.count("database opened"), usize::try_from(load.databases()).unwrap());
    assert_eq!(server.count("database closed"), usize::try_from(load.databases()).unwrap());
    assert_eq!(server.count("the database is closed"), 0);
}
