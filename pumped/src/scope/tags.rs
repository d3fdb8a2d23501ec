//! Typed ambient values: a few at most, so a list beats a map.

use std::any::{Any, TypeId};

use std::sync::Arc;

use crate::handle::Tag;

/// The tags of a scope.
#[derive(Default)]
pub(crate) struct Tags(Vec<(TypeId, Arc<dyn Any + Send + Sync>)>);

impl Tags {
    /// Sets the tag of the type `T`; the last one set counts.
    pub(crate) fn set<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.retain(|(of, _)| *of != TypeId::of::<T>());
        self.0.push((TypeId::of::<T>(), Arc::new(value)));
    }

    pub(crate) fn has(&self, of: TypeId) -> bool {
        self.0.iter().any(|(tag, _)| *tag == of)
    }

    fn find<T: Send + Sync + 'static>(&self) -> Option<&Arc<dyn Any + Send + Sync>> {
        self.0.iter().find(|(tag, _)| *tag == TypeId::of::<T>()).map(|(_, value)| value)
    }

    pub(crate) fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.find::<T>()?.downcast_ref()
    }

    pub(crate) fn owned<T: Send + Sync + 'static>(&self) -> Option<Tag<T>> {
        self.find::<T>()?.clone().downcast().ok().map(Tag::from_shared)
    }
}
