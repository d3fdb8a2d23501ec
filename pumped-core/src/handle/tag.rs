//! Tags: typed ambient values.

use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use super::forward_to_value;
use crate::tags::Tagged;

/// A typed ambient value: the tenant, the clock, a mode of operation.
///
/// The type is the key. As a parameter of an executor it is looked up on the
/// scope, as one of a flow in the execution, those around it, and then the scope:
/// `Tag<T>` must be there, `Option<Tag<T>>` may be. It is shared with whoever else
/// reads it, and is not `Clone`, so that `tag.clone()` clones the `T`.
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
pub struct Tag<T> {
    // Named, so that it is in nobody's way who writes `tag.0` for the field of a `T` that
    // has an error of its own.
    shared: Arc<Tagged<T>>,
}

impl<T: 'static> Tag<T> {
    /// A tag made by hand, for unit tests. Costs one allocation.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self { shared: Tagged::new(value) }
    }
}

impl<T> Tag<T> {
    pub(crate) fn from_shared(shared: Arc<Tagged<T>>) -> Self {
        Self { shared }
    }
}

impl<T> Deref for Tag<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.shared.value
    }
}

impl<T> fmt::Debug for Tag<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag<{}>", std::any::type_name::<T>())
    }
}

forward_to_value!([T] Tag<T> => T);
