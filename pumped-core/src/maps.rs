//! The standard maps without a seed of their own: what they hold are our own numbers and
//! identities, so nobody chooses keys that collide, and an empty one costs a scope nothing.

use std::hash::{BuildHasherDefault, DefaultHasher};

type Hasher = BuildHasherDefault<DefaultHasher>;

pub(crate) type HashMap<K, V> = std::collections::HashMap<K, V, Hasher>;
pub(crate) type HashSet<K> = std::collections::HashSet<K, Hasher>;
