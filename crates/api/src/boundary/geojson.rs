//! GeoJSON that can be drawn as the boundary of a county: polygons in degrees, at most so many, with
//! the names of townships where the file has them. What is taken is written anew: nothing else of a
//! file gets to the pages.
//!
//! Coordinates are only drawn, never judged, so that floating numbers are good enough here.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// Polygons of a file.
const POLYGONS: usize = 2_000;
/// Corners of a file as it comes.
const CORNERS: usize = 1_000_000;
/// Corners that are kept; more is drawn no better and sent no faster.
const KEPT: usize = 20_000;
/// Features within features.
const DEPTH: usize = 8;
/// Longest name, characters.
const NAME: usize = 60;
/// Properties that hold a name, in the order in which they are asked.
const NAMES: [&str; 8] = ["name", "Name", "NAME", "乡镇", "名称", "township", "XZQMC", "xzqmc"];
/// Where China lies, degrees, with some room.
const WEST_EAST: (f64, f64) = (70.0, 140.0);
const SOUTH_NORTH: (f64, f64) = (0.0, 56.0);

/// Why a file is no boundary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BoundaryError {
    #[error("不是有效的 JSON（第 {line} 行第 {column} 列）；请在 GIS 软件中重新导出为 GeoJSON")]
    Json { line: usize, column: usize },
    #[error("不是 GeoJSON 面数据（{0}）；请导出行政区划的面图层（Polygon 或 MultiPolygon）")]
    Shape(String),
    #[error("坐标系是“{0}”；请转换为 WGS84（EPSG:4326）或 CGCS2000（EPSG:4490）经纬度后再上传")]
    System(String),
    #[error("{place}的坐标 {x}，{y} 不是经纬度，像是投影坐标（米）；请转换为 WGS84 经纬度后再上传")]
    Projected { place: String, x: String, y: String },
    #[error("{place}的坐标 {x}，{y} 像是把纬度写在了经度前面；请按“经度，纬度”的顺序导出")]
    Swapped { place: String, x: String, y: String },
    #[error("{place}的坐标 {x}，{y} 不在中国范围内；请核对坐标系")]
    Elsewhere { place: String, x: String, y: String },
    #[error("{0}的边界不足三个点；请核对导出的图层")]
    Flat(String),
    #[error("内容过多（{0}）；请先在 GIS 软件中简化边界")]
    TooMuch(&'static str),
}

/// A corner: degrees east and north.
pub(super) type Corner = (f64, f64);

/// An area with a name: the county, or a township of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Area {
    /// Its name, where the file has one.
    pub(super) name: Option<String>,
    /// Polygons of rings, the outer one first.
    pub(super) polygons: Vec<Vec<Vec<Corner>>>,
}

impl Area {
    /// Does a place lie in it? The rule of odd crossings, holes counted.
    pub(super) fn holds(&self, place: Corner) -> bool {
        self.polygons.iter().any(|rings| {
            rings.iter().filter(|ring| crossings(ring, place) % 2 == 1).count() % 2 == 1
        })
    }

    fn corners(&self) -> usize {
        self.polygons.iter().flatten().map(Vec::len).sum()
    }
}

fn crossings(ring: &[Corner], (x, y): Corner) -> usize {
    let crosses = |pair: &&[Corner]| match pair {
        [a, b] => (a.1 > y) != (b.1 > y) && x < (b.0 - a.0) * (y - a.1) / (b.1 - a.1) + a.0,
        _ => false,
    };
    ring.windows(2).filter(crosses).count()
}

/// Reads a file.
///
/// # Errors
/// [`BoundaryError`], the first thing that is wrong.
pub(super) fn read(text: &[u8]) -> Result<Vec<Area>, BoundaryError> {
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
    let root: Value = serde_json::from_slice(text)
        .map_err(|e| BoundaryError::Json { line: e.line(), column: e.column() })?;
    system(&root)?;
    let mut reader = Reader::default();
    reader.visit(&root, None, 0)?;
    if reader.areas.is_empty() {
        return Err(BoundaryError::Shape("没有找到任何面".to_owned()));
    }
    let mut areas = reader.areas;
    simplify(&mut areas);
    Ok(areas)
}

/// Refuses another coordinate system where the file names one, as files of before 2016 do.
fn system(root: &Value) -> Result<(), BoundaryError> {
    let Some(name) = root.pointer("/crs/properties/name").and_then(Value::as_str) else {
        return Ok(());
    };
    let upper = name.to_uppercase();
    let known = ["CRS84", "EPSG::4326", "EPSG:4326", "EPSG::4490", "EPSG:4490"];
    if known.iter().any(|known| upper.ends_with(known)) {
        return Ok(());
    }
    Err(BoundaryError::System(name.chars().take(NAME).collect()))
}

#[derive(Default)]
struct Reader {
    areas: Vec<Area>,
    corners: usize,
    polygons: usize,
}

impl Reader {
    fn visit(
        &mut self,
        node: &Value,
        name: Option<&str>,
        depth: usize,
    ) -> Result<(), BoundaryError> {
        if depth > DEPTH {
            return Err(BoundaryError::TooMuch("嵌套过深"));
        }
        let kind = node.get("type").and_then(Value::as_str).unwrap_or_default();
        match kind {
            "FeatureCollection" => self.each(node, "features", name, depth),
            "GeometryCollection" => self.each(node, "geometries", name, depth),
            "Feature" => {
                let own = node.get("properties").and_then(Value::as_object).and_then(named);
                let geometry = node.get("geometry").filter(|geometry| !geometry.is_null());
                geometry.map_or(Ok(()), |g| self.visit(g, own.as_deref().or(name), depth + 1))
            }
            "Polygon" => self.area(name, node.get("coordinates").into_iter()),
            "MultiPolygon" => {
                let list = node.get("coordinates").and_then(Value::as_array);
                self.area(name, list.into_iter().flatten())
            }
            "" => Err(BoundaryError::Shape("没有 type".to_owned())),
            other => Err(BoundaryError::Shape(other.chars().take(NAME).collect())),
        }
    }

    fn each(
        &mut self,
        node: &Value,
        list: &str,
        name: Option<&str>,
        depth: usize,
    ) -> Result<(), BoundaryError> {
        let list = node.get(list).and_then(Value::as_array);
        list.into_iter().flatten().try_for_each(|node| self.visit(node, name, depth + 1))
    }

    fn area<'a>(
        &mut self,
        name: Option<&str>,
        polygons: impl Iterator<Item = &'a Value>,
    ) -> Result<(), BoundaryError> {
        let place = name.unwrap_or("边界").to_owned();
        let mut area = Area { name: name.map(str::to_owned), polygons: Vec::new() };
        for polygon in polygons {
            self.polygons += 1;
            if self.polygons > POLYGONS {
                return Err(BoundaryError::TooMuch("超过 2000 个面"));
            }
            let rings = polygon.as_array().into_iter().flatten();
            let rings = rings.map(|ring| self.ring(ring, &place)).collect::<Result<Vec<_>, _>>()?;
            if !rings.is_empty() {
                area.polygons.push(rings);
            }
        }
        if area.polygons.is_empty() {
            return Err(BoundaryError::Flat(place));
        }
        self.areas.push(area);
        Ok(())
    }

    fn ring(&mut self, ring: &Value, place: &str) -> Result<Vec<Corner>, BoundaryError> {
        let mut corners: Vec<Corner> = Vec::new();
        for corner in ring.as_array().into_iter().flatten() {
            self.corners += 1;
            if self.corners > CORNERS {
                return Err(BoundaryError::TooMuch("超过 100 万个点"));
            }
            let number = |n: usize| corner.get(n).and_then(Value::as_f64).filter(|n| n.is_finite());
            let (Some(x), Some(y)) = (number(0), number(1)) else {
                return Err(BoundaryError::Shape(format!("{place}有不是数字的坐标")));
            };
            let at = within((x, y), place)?;
            if corners.last() != Some(&at) {
                corners.push(at);
            }
        }
        if corners.first() != corners.last() {
            corners.extend(corners.first().copied());
        }
        if corners.len() < 4 {
            return Err(BoundaryError::Flat(place.to_owned()));
        }
        Ok(corners)
    }
}

fn named(properties: &Map<String, Value>) -> Option<String> {
    let text = |key: &&str| properties.get(*key).and_then(Value::as_str).map(str::trim);
    let found = NAMES.iter().filter_map(text).find(|text| !text.is_empty())?;
    Some(found.chars().filter(|c| !c.is_control()).take(NAME).collect())
}

/// A corner with five decimals, about a metre, where it can be one of China.
fn within((x, y): Corner, place: &str) -> Result<Corner, BoundaryError> {
    let inside = |n: f64, (from, to): (f64, f64)| (from..=to).contains(&n);
    if inside(x, WEST_EAST) && inside(y, SOUTH_NORTH) {
        let round = |n: f64| (n * 1e5).round() / 1e5;
        return Ok((round(x), round(y)));
    }
    let (place, swapped) = (place.to_owned(), inside(y, WEST_EAST) && inside(x, SOUTH_NORTH));
    let projected = x.abs() > 180.0 || y.abs() > 90.0;
    let (x, y) = (format!("{x}"), format!("{y}"));
    Err(match (swapped, projected) {
        (true, _) => BoundaryError::Swapped { place, x, y },
        (false, true) => BoundaryError::Projected { place, x, y },
        (false, false) => BoundaryError::Elsewhere { place, x, y },
    })
}

/// Drops corners that nobody would see, until few enough are left.
fn simplify(areas: &mut [Area]) {
    // About five metres, then coarser by half.
    let mut width = 5e-5;
    while areas.iter().map(Area::corners).sum::<usize>() > KEPT && width < 0.1 {
        for ring in areas.iter_mut().flat_map(|area| &mut area.polygons).flatten() {
            *ring = thinned(ring, width);
        }
        width *= 1.5;
    }
}

/// A ring without the corners that lie within `width` of the line between their neighbours
/// (Douglas and Peucker's way, without recursion); never less than a triangle.
fn thinned(ring: &[Corner], width: f64) -> Vec<Corner> {
    let last = ring.len().saturating_sub(1);
    if last < 4 {
        return ring.to_vec();
    }
    let mut kept = vec![false; ring.len()];
    for corner in [0, last / 3, 2 * last / 3, last] {
        kept[corner] = true;
    }
    let mut open = vec![(0, last / 3), (last / 3, 2 * last / 3), (2 * last / 3, last)];
    while let Some((from, to)) = open.pop() {
        let far = (from + 1..to)
            .map(|at| (at, distance(ring[at], ring[from], ring[to])))
            .max_by(|a, b| a.1.total_cmp(&b.1));
        if let Some((at, far)) = far
            && far > width
        {
            kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    ring.iter().zip(kept).filter_map(|(corner, kept)| kept.then_some(*corner)).collect()
}

/// How far a corner lies from the stretch between two others, degrees.
fn distance(p: Corner, a: Corner, b: Corner) -> f64 {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length = dx * dx + dy * dy;
    let along = if length > 0.0 { ((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length } else { 0.0 };
    let along = along.clamp(0.0, 1.0);
    (p.0 - a.0 - along * dx).hypot(p.1 - a.1 - along * dy)
}

/// What is told of a boundary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct BoundaryCounts {
    /// 面的个数
    pub(super) areas: usize,
    /// 有名称的面（乡镇）
    pub(super) named: usize,
    /// 保留的点数
    pub(super) corners: usize,
}

/// The counts of areas.
pub(super) fn counts(areas: &[Area]) -> BoundaryCounts {
    BoundaryCounts {
        areas: areas.len(),
        named: areas.iter().filter(|area| area.name.is_some()).count(),
        corners: areas.iter().map(Area::corners).sum(),
    }
}

/// The areas as GeoJSON.
pub(super) fn write(areas: &[Area]) -> Value {
    let features = areas.iter().map(|area| {
        json!({
            "type": "Feature",
            "properties": { "name": area.name },
            "geometry": { "type": "MultiPolygon", "coordinates": area.polygons },
        })
    });
    json!({ "type": "FeatureCollection", "features": features.collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Result<Vec<Area>, BoundaryError> {
        read(text.as_bytes())
    }

    const SQUARE: &str = r#"{"type":"Polygon","coordinates":
        [[[116,31],[117,31],[117,32],[116,32],[116,31]],[[116.4,31.4],[116.6,31.4],[116.6,31.6],
        [116.4,31.6],[116.4,31.4]]]}"#;

    #[test]
    fn a_square_with_a_hole() {
        let areas = of(SQUARE).unwrap();
        assert_eq!(counts(&areas), BoundaryCounts { areas: 1, named: 0, corners: 10 });
        assert!(areas[0].holds((116.1, 31.1)));
        assert!(!areas[0].holds((116.5, 31.5)), "in the hole");
        assert!(!areas[0].holds((118.0, 31.5)));
        let again = read(write(&areas).to_string().as_bytes()).unwrap();
        assert_eq!(again, areas);
    }

    #[test]
    fn names_come_from_the_properties() {
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[
            {{"type":"Feature","properties":{{"XZQMC":" 城关镇 ","name":""}},"geometry":{SQUARE}}},
            {{"type":"Feature","properties":null,"geometry":null}}]}}"#
        );
        let areas = of(&text).unwrap();
        assert_eq!((areas.len(), areas[0].name.as_deref()), (1, Some("城关镇")));
    }

    #[test]
    fn what_is_no_boundary_is_told_plainly() {
        let one = |x: &str, y: &str| {
            format!(r#"{{"type":"Polygon","coordinates":[[[{x},{y}],[116,31],[117,32]]]}}"#)
        };
        let crs = r#"{"type":"FeatureCollection","crs":{"type":"name","properties":
            {"name":"urn:ogc:def:crs:EPSG::4549"}},"features":[]}"#;
        for (text, says) in [
            ("{", "不是有效的 JSON"),
            (r#"{"type":"Point","coordinates":[1,2]}"#, "（Point）"),
            (r#"{"type":"FeatureCollection","features":[]}"#, "没有找到任何面"),
            (r#"{"a":1}"#, "没有 type"),
            (crs, "EPSG::4549"),
            (&one("39523000.5", "3441000"), "投影坐标"),
            (&one("31.1", "116.3"), "纬度写在了经度前面"),
            (&one("2.35", "48.85"), "不在中国范围内"),
            (&one("\"x\"", "31"), "不是数字"),
            (r#"{"type":"Polygon","coordinates":[[[116,31],[117,31]]]}"#, "不足三个点"),
            (r#"{"type":"Polygon"}"#, "不足三个点"),
        ] {
            let error = of(text).unwrap_err().to_string();
            assert!(error.contains(says), "{text}: {error}");
        }
        let deep = format!(
            "{}{SQUARE}{}",
            r#"{"type":"GeometryCollection","geometries":["#.repeat(20),
            "]}".repeat(20)
        );
        assert_eq!(of(&deep), Err(BoundaryError::TooMuch("嵌套过深")));
    }

    #[test]
    fn many_corners_become_few_and_stay_where_they_were() {
        let ring: Vec<String> = (0..60_000)
            .map(|n| {
                let turn = f64::from(n) / 60_000.0 * std::f64::consts::TAU;
                format!("[{},{}]", 116.0 + turn.cos() * 0.5, 31.0 + turn.sin() * 0.5)
            })
            .collect();
        let text = format!(r#"{{"type":"Polygon","coordinates":[[{}]]}}"#, ring.join(","));
        let areas = of(&text).unwrap();
        let counts = counts(&areas);
        assert!((50..=KEPT).contains(&counts.corners), "{}", counts.corners);
        assert!(areas[0].holds((116.49, 31.0)) && !areas[0].holds((116.51, 31.0)));
    }
}
