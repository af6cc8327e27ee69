// Places on a plane: a county is small enough for a plain equidistant projection about its middle.
// Coordinates are taken as they come; a boundary must be in the same system as the schools.

export interface Point {
  x: number
  y: number
}
export interface Place {
  longitude: number
  latitude: number
}
export interface Projection {
  project: (place: Place) => Point
  /** Kilometres that so many pixels stand for. */
  kilometres: (pixels: number) => number
}

/** Least extent of a map, degrees: about two kilometres, so that one school does not fill it. */
const LEAST = 0.02

/** Fits the places into a frame, with a margin. */
export function fit(places: readonly Place[], width: number, height: number, margin = 28): Projection {
  const longitudes = places.map((p) => p.longitude)
  const latitudes = places.map((p) => p.latitude)
  const west = Math.min(...longitudes)
  const east = Math.max(...longitudes)
  const south = Math.min(...latitudes)
  const north = Math.max(...latitudes)
  const middle = (south + north) / 2
  const squeeze = Math.cos((middle * Math.PI) / 180)
  const centre = (west + east) / 2
  const wide = Math.max((east - west) * squeeze, LEAST)
  const high = Math.max(north - south, LEAST)
  const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high)
  return {
    project: ({ longitude, latitude }) => ({
      x: width / 2 + (longitude - centre) * squeeze * scale,
      y: height / 2 + (middle - latitude) * scale,
    }),
    kilometres: (pixels) => (pixels / scale) * 111.32,
  }
}

/** An area of a boundary: a township, or the county, with all its rings. */
export interface Area {
  name: string | null
  rings: Place[][]
}

/** The areas of a GeoJSON boundary; anything that is not a polygon is left out. */
export function areas(geojson: unknown): Area[] {
  const found: Area[] = []
  const ring = (points: unknown): Place[][] => {
    if (!Array.isArray(points)) return []
    const places = points.flatMap((p): Place[] =>
      Array.isArray(p) && typeof p[0] === 'number' && typeof p[1] === 'number'
        ? [{ longitude: p[0], latitude: p[1] }]
        : [],
    )
    return places.length > 2 ? [places] : []
  }
  const visit = (node: unknown, name: string | null): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, coordinates, geometry, geometries, features, properties } = node as Record<string, unknown>
    const own = (properties as { name?: unknown } | null | undefined)?.name
    const called = typeof own === 'string' && own !== '' ? own : name
    let rings: Place[][] = []
    if (type === 'Polygon' && Array.isArray(coordinates)) rings = coordinates.flatMap(ring)
    if (type === 'MultiPolygon' && Array.isArray(coordinates))
      rings = coordinates.flatMap((polygon) => (Array.isArray(polygon) ? polygon.flatMap(ring) : []))
    if (rings.length > 0) found.push({ name: called, rings })
    if (geometry) visit(geometry, called)
    for (const list of [geometries, features])
      if (Array.isArray(list)) for (const part of list) visit(part, called)
  }
  visit(geojson, null)
  return found
}

/** Where the name of an area is written: the middle of its largest ring. */
export function middleOf(area: Area): Place {
  const size = (ring: Place[]): number =>
    Math.abs(
      ring.reduce((sum, p, i) => {
        const q = ring[(i + 1) % ring.length] ?? p
        return sum + p.longitude * q.latitude - q.longitude * p.latitude
      }, 0),
    )
  const ring = area.rings.reduce((a, b) => (size(b) > size(a) ? b : a))
  const sum = ring.reduce(
    (s, p) => ({ longitude: s.longitude + p.longitude, latitude: s.latitude + p.latitude }),
    { longitude: 0, latitude: 0 },
  )
  return { longitude: sum.longitude / ring.length, latitude: sum.latitude / ring.length }
}

/** A round length for the scale bar that is not longer than so many pixels. */
export function roundScale(projection: Projection, most: number): { kilometres: number; pixels: number } {
  const limit = projection.kilometres(most)
  const power = 10 ** Math.floor(Math.log10(limit))
  const step = [5, 2, 1].find((n) => n * power <= limit) ?? 1
  const kilometres = step * power
  return { kilometres, pixels: kilometres / projection.kilometres(1) }
}
