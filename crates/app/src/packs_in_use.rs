//! The packs that a run works with: those in the binary, with the user's own laid over them.

use crate::failure::Misuse;
use crate::screen;
use anyhow::Context as _;
use domain::Catalogue;
use intake::Layouts;
use items::Items;
use packs::{PackError, PackSource};
use standard::Standard;
use std::path::Path;
use std::sync::Arc;

/// The packs, with what every command needs already read.
pub(crate) struct PacksInUse {
    pub(crate) source: PackSource,
    pub(crate) items: Items,
    pub(crate) catalogue: Arc<Catalogue>,
}

impl PacksInUse {
    /// Reads the items of the packs; `own` is the folder of `--packs`.
    ///
    /// # Errors
    /// The packs' own, with file, line and column.
    pub(crate) fn load(own: Option<&Path>) -> anyhow::Result<Self> {
        let mut source = PackSource::embedded();
        if let Some(folder) = own {
            let upper = PackSource::folder(folder).map_err(|error| match error {
                // The folder itself is not there or is none of packs: a slip of the user's.
                PackError::Read { ref path, .. } | PackError::NotPacks { ref path, .. }
                    if path == folder =>
                {
                    Misuse(error.to_string()).into()
                }
                error => anyhow::Error::new(error)
                    .context(format!("正在读取规则包文件夹 {}", folder.display())),
            })?;
            let replaced = source.replaced_by(&upper);
            if !replaced.is_empty() {
                screen::note(&format!(
                    "提示 {} 中的 {} 个文件替换了随程序附带的同名文件：{}",
                    folder.display(),
                    replaced.len(),
                    replaced.join("、")
                ));
            }
            source = source.overlay(upper);
        }
        let items = items::load(&source).context("正在读取数据项目录")?;
        let catalogue = Arc::new(items.catalogue().clone());
        Ok(Self { source, items, catalogue })
    }

    /// The layouts.
    ///
    /// # Errors
    /// The packs' own.
    pub(crate) fn layouts(&self) -> anyhow::Result<Layouts> {
        Layouts::load(&self.source, &self.catalogue).context("正在读取表样")
    }

    /// A standard.
    ///
    /// # Errors
    /// No such standard, or anything wrong in its pack.
    pub(crate) fn standard(&self, id: &str) -> anyhow::Result<Standard> {
        standard::load::load(&self.source, &self.catalogue, id)
            .with_context(|| format!("正在读取标准 {id}"))
    }
}
