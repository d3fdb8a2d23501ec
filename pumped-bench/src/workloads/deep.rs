//! `DeepDependencyChain`: a chain of twenty.

use super::{cold_run, number_chain};

number_chain!(App: n01 n02 n03 n04 n05 n06 n07 n08 n09 n10 n11 n12 n13 n14 n15 n16 n17 n18 n19 n20);

cold_run!(u64, App, |scope| *scope.get::<n20>().unwrap(), |app| *app.n20());
