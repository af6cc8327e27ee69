//! Plan files: what they say, and what is refused at which line.

use crate::common::{bench, exact, packs};
use invest::file;
use packs::PackFile;

fn refusal(text: &str) -> String {
    let file = PackFile::new("plan.toml", text);
    file::read(&file, &packs(), &bench().catalogue).unwrap_err().to_string()
}

#[test]
fn every_refusal_shows_its_line() {
    let head = "[plan]\ntitle = \"x\"\nfirst = 2025\nyears = 2\ncosts = \"cn-county-2023\"\n";
    let cases = [
        ("[[fund]]\ncode = \"a\"\nzh = \"a\"\nbudget = { 2025 = \"1\" }\n", "V-FILE-17"),
        (
            "[[fund]]\ncode = \"a\"\nzh = \"a\"\nbudget = { 2025 = \"-1\", 2026 = \"1\" }\n",
            "V-FILE-02",
        ),
        (
            "[[fund]]\ncode = \"a\"\nzh = \"a\"\nbudget = { 2025 = \"x\", 2026 = \"1\" }\n",
            "V-FILE-01",
        ),
        ("[[line]]\nindicator = \"L1\"\nyear = 2030\nat_least = \"95%\"\n", "V-FILE-15"),
        ("[[land]]\nschool = \"12\"\narea = \"1\"\n", "V-FILE-16"),
        (
            "[[cost]]\nmeasure = \"no\"\nprice = { once = \"1\", source = \"x\", grade = \"K\" }\n",
            "V-FILE-14",
        ),
        (
            "[[committed]]\ncode = \"a\"\nzh = \"a\"\ncategory = \"none\"\npayments = { 2025 = \"1\" }\n",
            "V-FILE-11",
        ),
        (
            "[[committed]]\ncode = \"a\"\nzh = \"a\"\ncategory = \"building\"\npayments = { 2025 = \"1\" }\nfund = \"z\"\n",
            "V-FILE-18",
        ),
        ("[[promised]]\n", "P-TOML-02"),
    ];
    for (text, code) in cases {
        let said = refusal(&format!("{head}{text}"));
        assert!(said.contains(code) && said.contains("行"), "{code}: {said}");
    }
    assert!(refusal(&head.replace("cn-county-2023", "none")).contains("V-COST-01"));
}

#[test]
fn own_prices_hold_before_those_of_the_catalogue() {
    let text = "[plan]\ntitle = \"x\"\nfirst = 2025\nyears = 1\ncosts = \"cn-county-2023\"\n\
        [[cost]]\nmeasure = \"rooms.build\"\nprice = { once = \"0.55\", source = \"本县概算\", grade = \"A\" }\n";
    let file = PackFile::new("plan.toml", text);
    let plan = file::read(&file, &packs(), &bench().catalogue).unwrap();
    let measure = plan.costs.measures.iter().find(|m| m.code == "rooms.build").unwrap();
    let price = measure.price(domain::SchoolKind::Primary, None).unwrap();
    assert_eq!((price.once.clone(), price.grade.as_str()), (exact("0.55"), "A"));
}

/// The file of the user's guide, in both languages: every key that there is, with an example.
#[test]
fn the_file_of_the_guide_is_read_as_it_stands() {
    let guides = [
        include_str!("../../../../docs/planning.md"),
        include_str!("../../../../docs/planning.zh-CN.md"),
    ];
    let read = guides.map(|guide| {
        let text = guide.split_once("```toml\n").unwrap().1.split_once("```").unwrap().0;
        // The keys that are commented out are read too.
        let text = text.replace("# yearly", "yearly").replace("# kinds", "kinds");
        let text = text.replace("# stages", "stages");
        file::read(&PackFile::new("plan.toml", &text), &packs(), &bench().catalogue).unwrap()
    });
    let project = &read[0].settings.committed[0];
    assert_eq!((project.total(), project.rooms.len()), (exact("800"), 1));
    assert_eq!(read[0].settings.without, ["halls.build"]);
    // Both say the same.
    assert_eq!(read[0].settings, read[1].settings);
    assert_eq!(read[0].costs, read[1].costs);
}
