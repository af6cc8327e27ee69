//! Loading the parameters: dated values, and the values that an overlay sets.

use super::{Loader, at, grade, unit};
use crate::StandardError;
use crate::pack;
use crate::parameter::{Dated, Kind, Parameter};
use packs::{PackError, PackFile};
use std::collections::BTreeMap;

impl Loader<'_> {
    pub(super) fn parameters(&mut self) -> Result<(), StandardError> {
        let mut parameters: Vec<Parameter> = Vec::new();
        for parsed in &self.files {
            for entry in &parsed.document.parameter {
                let code = entry.code.get_ref();
                if parameters.iter().any(|p| p.code == *code) {
                    let message = format!("参数“{code}”定义了两次；改变取值请用 [[override]]");
                    return Err(at(parsed.file, &entry.code, "S-PACK-02", message).into());
                }
                parameters.push(self.parameter(parsed.file, entry)?);
            }
        }
        // By parameter: the layer that changed it last, and its value and source in words.
        let mut given: BTreeMap<String, (usize, String)> = BTreeMap::new();
        for parsed in &self.files {
            for entry in &parsed.document.overrides {
                let code = entry.parameter.get_ref();
                let Some(parameter) = parameters.iter_mut().find(|p| p.code == *code) else {
                    let message = format!("没有参数“{code}”");
                    return Err(at(parsed.file, &entry.parameter, "S-PACK-01", message).into());
                };
                let from = self.head(parsed.layer)?.1.valid_from.0;
                let value = parameter
                    .read(entry.value.get_ref())
                    .map_err(|m| at(parsed.file, &entry.value, "S-PACK-03", m))?;
                let dated = Dated {
                    from,
                    value,
                    source: self.cite(parsed.file, &entry.source, "")?,
                    grade: grade(parsed.file, &entry.grade)?,
                };
                let own = format!("{}（据{}）", entry.value.get_ref(), dated.source);
                if let Some((layer, first)) = given.insert(code.clone(), (parsed.layer, own))
                    && layer == parsed.layer
                {
                    let message = format!(
                        "参数“{code}”改了两次：{first}与 {}（据{}）",
                        entry.value.get_ref(),
                        dated.source
                    );
                    return Err(at(parsed.file, &entry.value, "S-PACK-06", message).into());
                }
                // From the overlay's first day on its own value stands alone.
                parameter.values.retain(|v| v.from < from);
                parameter.values.push(dated);
            }
        }
        for parameter in &parameters {
            let (code, zh) = (&parameter.code, &parameter.zh);
            if let Err(e) = self.vocabulary.parameter(code, zh, parameter.formula_type()) {
                return Err(self.name_error(code, &e.to_string()).into());
            }
        }
        self.parameters = parameters;
        Ok(())
    }

    /// A parameter's name that collides: found again in the files, for its place.
    fn name_error(&self, code: &str, message: &str) -> PackError {
        let place = self.files.iter().find_map(|parsed| {
            let mut codes = parsed.document.parameter.iter().map(|p| &p.code);
            codes.find(|c| c.get_ref() == code).map(|c| (parsed.file, c.span()))
        });
        match place {
            Some((file, span)) => PackError::at(file, span, "S-PACK-02", message.to_owned()),
            None => PackError::at(self.files[0].file, 0..0, "S-PACK-02", message.to_owned()),
        }
    }

    fn parameter(
        &self,
        file: &PackFile,
        entry: &pack::Parameter,
    ) -> Result<Parameter, StandardError> {
        let kind = match (entry.kind.get_ref(), &entry.unit) {
            (pack::ParameterType::Flag, None) => Kind::Flag,
            (pack::ParameterType::Number, Some(text)) => Kind::Number(unit(file, text)?),
            (pack::ParameterType::Choice, None) if !entry.options.is_empty() => {
                Kind::Choice(entry.options.clone())
            }
            (pack::ParameterType::Number, None) => {
                let message = "数值参数要写 unit".to_owned();
                return Err(at(file, &entry.kind, "S-PACK-04", message).into());
            }
            (pack::ParameterType::Choice, None) => {
                let message = "选择参数要写 options".to_owned();
                return Err(at(file, &entry.kind, "S-PACK-04", message).into());
            }
            (_, Some(text)) => {
                let message = "只有数值参数有 unit".to_owned();
                return Err(at(file, text, "S-PACK-03", message).into());
            }
        };
        if !entry.options.is_empty() && !matches!(kind, Kind::Choice(_)) {
            let message = "只有选择参数有 options".to_owned();
            return Err(at(file, &entry.kind, "S-PACK-03", message).into());
        }
        if entry.value.is_empty() {
            let message = format!("参数“{}”没有取值", entry.code.get_ref());
            return Err(at(file, &entry.code, "S-PACK-04", message).into());
        }
        let mut parameter = Parameter {
            code: entry.code.get_ref().clone(),
            zh: entry.zh.clone(),
            kind,
            text: entry.text.clone(),
            values: Vec::new(),
        };
        for dated in &entry.value {
            let from = dated.from.0;
            let source = self.cite(file, &dated.source, "")?;
            if let Some(last) = parameter.values.last()
                && last.from >= from
            {
                let message = if last.from == from {
                    format!(
                        "参数“{}”自 {from} 起有两个取值：{}（据{}）与 {}（据{source}）；一日只能有一个",
                        parameter.code,
                        parameter.show(&last.value),
                        last.source,
                        dated.value.get_ref(),
                    )
                } else {
                    format!("取值要按日期先后排列：{from} 在 {} 之前", last.from)
                };
                return Err(at(file, &dated.value, "S-PACK-06", message).into());
            }
            let value = parameter
                .read(dated.value.get_ref())
                .map_err(|m| at(file, &dated.value, "S-PACK-03", m))?;
            let grade = grade(file, &dated.grade)?;
            parameter.values.push(Dated { from, value, source, grade });
        }
        Ok(parameter)
    }
}
