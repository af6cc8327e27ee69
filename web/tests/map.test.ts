import { expect, it } from 'vitest'
import { areas, fit, middleOf, roundScale } from '@/map/projection'

const places = [
  { longitude: 116, latitude: 31 },
  { longitude: 116.4, latitude: 31.2 },
]

it('puts all places inside the frame, north up', () => {
  const projection = fit(places, 800, 600, 20)
  const [a, b] = places.map(projection.project)
  if (!a || !b) throw new Error('no points')
  for (const p of [a, b]) {
    expect(p.x).toBeGreaterThanOrEqual(19.99)
    expect(p.x).toBeLessThanOrEqual(780.01)
    expect(p.y).toBeGreaterThanOrEqual(19.99)
    expect(p.y).toBeLessThanOrEqual(580.01)
  }
  expect(b.y).toBeLessThan(a.y)
  expect(b.x).toBeGreaterThan(a.x)
})

it('a single school stands in the middle of some kilometres', () => {
  const [only] = places
  if (!only) throw new Error('no place')
  const map = fit([only], 800, 600)
  expect(map.project(only)).toEqual({ x: 400, y: 300 })
  expect(roundScale(map, 140).kilometres).toBeGreaterThanOrEqual(0.2)
})

it('the scale is a round length within the room', () => {
  const projection = fit(places, 800, 600)
  const { kilometres, pixels } = roundScale(projection, 140)
  expect([1, 2, 5, 10, 20]).toContain(kilometres)
  expect(pixels).toBeLessThanOrEqual(140)
})

it('reads polygons of every shape and nothing else', () => {
  const ring = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 0],
  ]
  const geojson = {
    type: 'FeatureCollection',
    features: [
      {
        type: 'Feature',
        properties: { name: '禾城街道' },
        geometry: { type: 'MultiPolygon', coordinates: [[ring], [ring]] },
      },
      { type: 'Feature', geometry: { type: 'Point', coordinates: [0, 0] } },
      { type: 'Feature', geometry: { type: 'Polygon', coordinates: [ring, [['a', 'b']]] } },
    ],
  }
  const found = areas(geojson)
  expect(found.map((area) => [area.name, area.rings.length])).toEqual([
    ['禾城街道', 2],
    [null, 1],
  ])
  expect(areas(null)).toEqual([])
  expect(areas({ type: 'Polygon', coordinates: 'x' })).toEqual([])
})

it('writes a name into the largest part', () => {
  const square = (west: number, size: number) => [
    { longitude: west, latitude: 0 },
    { longitude: west + size, latitude: 0 },
    { longitude: west + size, latitude: size },
    { longitude: west, latitude: size },
  ]
  const middle = middleOf({ name: 'x', rings: [square(0, 1), square(10, 4)] })
  expect(middle.longitude).toBeGreaterThanOrEqual(10)
})
