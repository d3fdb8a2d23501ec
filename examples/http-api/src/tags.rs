//! What a request carries: tags of its execution, which every flow below it can take.

use std::fmt;

/// The request, as its client or we have named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(pub String);

/// Whose users and posts it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant(pub String);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
