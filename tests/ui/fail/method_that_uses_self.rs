use pumped::prelude::*;

struct Server;

impl Server {
    #[executor]
    fn make() -> Server {
        Self::new()
    }

    fn new() -> Self {
        Self
    }
}

fn main() {
    Server::make();
}
