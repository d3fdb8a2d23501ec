//! Tags: typed ambient values.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::forward_to_value;

/// A typed ambient value: the tenant, the clock, a mode of operation.
///
/// The type is the key. As a parameter of an executor it is looked up on the
/// scope: `Tag<T>` must be there, `Option<Tag<T>>` may be. It is shared with
/// whoever else reads it, and is not `Clone`, so that `tag.clone()` clones the `T`.
///
/// ```
/// use pumped::prelude::*;
///
/// struct Tenant(&'static str);
///
/// #[executor]
/// fn table(tenant: Tag<Tenant>) -> String { format!("{}_orders", tenant.0) }
///
/// let scope = Scope::builder().tag(Tenant("acme")).build().unwrap();
/// assert_eq!(*scope.get::<table>().unwrap(), "acme_orders");
/// ```
pub struct Tag<T>(Arc<T>);

impl<T> Tag<T> {
    /// A tag made by hand, for unit tests. Costs one allocation.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }

    pub(crate) fn from_shared(value: Arc<T>) -> Self {
        Self(value)
    }
}

impl<T> Deref for Tag<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Tag<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag<{}>", std::any::type_name::<T>())
    }
}

forward_to_value!([T] Tag<T> => T);
