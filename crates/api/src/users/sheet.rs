//! The workbook of accounts: an empty one to fill in, and what is read of it. It knows columns, not
//! accounts.

use crate::list::List;
use crate::sheet::head;
use access::Role;
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, XlsxError};

/// The headings, in the order of the template. A file may have them in any order and others beside.
pub(crate) const HEADINGS: [&str; 6] =
    ["登录名", "姓名", "角色", "学区或学校", "开始日期", "结束日期"];

/// What an import reads.
pub(super) static LIST: List<6> = List {
    template: "账号模板",
    headings: HEADINGS,
    needed: &["登录名", "姓名", "角色"],
    series: None,
    most: 5_000,
    more: "请分成几个文件",
    cells: 200_000,
};

const WIDTHS: [f64; 6] = [18.0, 14.0, 24.0, 34.0, 14.0, 14.0];

/// The template, with the roles that can be given and a sheet that explains them.
///
/// # Errors
/// Those of the writer.
pub(crate) fn template(roles: &[Role]) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let bold = Format::new().set_bold().set_align(FormatAlign::Center).set_text_wrap();
    let plain = Format::new().set_num_format("@");
    let sheet = book.add_worksheet().set_name("账号")?;
    sheet.set_column_range_format(0, 5, &plain)?;
    head(sheet, HEADINGS.into_iter().zip(WIDTHS), &bold)?;
    let names: Vec<String> = roles.iter().map(Role::to_string).collect();
    let rows = u32::try_from(names.len()).unwrap_or(u32::MAX);
    let list = format!("='角色说明'!$A$2:$A${}", rows.saturating_add(1));
    let choice = DataValidation::new().allow_list_formula(list.as_str().into());
    sheet.add_data_validation(1, 2, 5_000, 2, &choice)?;
    let notes = book.add_worksheet().set_name("角色说明")?;
    notes.set_column_width(0, 26)?.set_column_width(1, 16)?.set_column_width(2, 80)?;
    for (column, heading) in (0_u16..).zip(["角色", "范围", "可以做什么"]) {
        notes.write_with_format(0, column, heading, &bold)?;
    }
    for (row, role) in (1_u32..).zip(roles) {
        let over = role.over().iter().map(|kind| over_zh(kind)).collect::<Vec<_>>().join("或");
        let can = role.can().into_iter().map(access::Action::zh).collect::<Vec<_>>().join("、");
        notes.write(row, 0, role.to_string())?.write(row, 1, over)?.write(row, 2, can)?;
    }
    let help = "“学区或学校”填名称或代码；全县范围的角色留空。账号没有初始密码，导入后为每人生成一次性链接。";
    notes.write(rows.saturating_add(2), 0, help)?;
    book.save_to_buffer()
}

fn over_zh(kind: &str) -> &'static str {
    match kind {
        "county" => "全县",
        "district" => "学区",
        _ => "学校",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_read_back() {
        let bytes = template(&Role::all()).unwrap();
        assert_eq!(LIST.read(&bytes).unwrap(), []);
        let refused = LIST.read(b"PK\x03\x04 not a workbook").unwrap_err();
        assert_eq!(refused.kind().1, "H-BODY-05");
        let csv = "姓名,登录名,角色,备注\n张三,zhangsan,学校填报员,x\n,,,\n李四,10086,督学,\n";
        let lines = LIST.read(csv.as_bytes()).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].cells[..3], ["zhangsan", "张三", "学校填报员"]);
        assert_eq!((lines[1].row, lines[1].cells[0].as_str()), (4, "10086"));
        assert!(LIST.read("姓名,电话\n张三,1\n".as_bytes()).is_err());
    }
}
