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
  const wide = Math.max((east - west) * squeeze, 1e-6)
  const high = Math.max(north - south, 1e-6)
  const scale = Math.min((width - 2 * margin) / wide, (height - 2 * margin) / high)
  const left = (width - wide * scale) / 2
  const top = (height - high * scale) / 2
  return {
    project: ({ longitude, latitude }) => ({
      x: left + (longitude - west) * squeeze * scale,
      y: top + (north - latitude) * scale,
    }),
    kilometres: (pixels) => (pixels / scale) * 111.32,
  }
}

/** The rings of a GeoJSON boundary; anything that is not a polygon is left out. */
export function rings(geojson: unknown): Place[][] {
  const found: Place[][] = []
  const ring = (points: unknown): void => {
    if (!Array.isArray(points)) return
    const places = points.flatMap((p): Place[] =>
      Array.isArray(p) && typeof p[0] === 'number' && typeof p[1] === 'number'
        ? [{ longitude: p[0], latitude: p[1] }]
        : [],
    )
    if (places.length > 2) found.push(places)
  }
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    const { type, coordinates, geometry, geometries, features } = node as Record<string, unknown>
    if (type === 'Polygon' && Array.isArray(coordinates)) coordinates.forEach(ring)
    if (type === 'MultiPolygon' && Array.isArray(coordinates))
      for (const polygon of coordinates) if (Array.isArray(polygon)) polygon.forEach(ring)
    if (geometry) visit(geometry)
    for (const list of [geometries, features]) if (Array.isArray(list)) list.forEach(visit)
  }
  visit(geojson)
  return found
}

/** A round length for the scale bar that is not longer than so many pixels. */
export function roundScale(projection: Projection, most: number): { kilometres: number; pixels: number } {
  const limit = projection.kilometres(most)
  const power = 10 ** Math.floor(Math.log10(limit))
  const step = [5, 2, 1].find((n) => n * power <= limit) ?? 1
  const kilometres = step * power
  return { kilometres, pixels: kilometres / projection.kilometres(1) }
}
