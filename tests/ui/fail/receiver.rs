use pumped::prelude::*;

struct Server;

impl Server {
    #[executor]
    fn level(&self) -> u8 {
        1
    }
}

fn main() {
    Server.level();
}
