use pumped::prelude::*;

struct Server;

#[executor]
impl Server {
    fn new() -> Self {
        Self
    }
}

fn main() {
    Server::new();
}
