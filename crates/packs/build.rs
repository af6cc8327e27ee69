//! Rebuilds the crate when a pack is added or removed: the embedding macro sees changed files by
//! itself, but not new ones.

fn main() {
    println!("cargo::rerun-if-changed=../../packs");
}
