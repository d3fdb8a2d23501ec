use pumped::prelude::*;

struct Server;

impl Server {
    #[executor]
    fn new() -> Self {
        Self
    }
}

fn main() {
    Server::new();
}
