import { describe, expect, it } from 'vitest'
import type { NewPlace, Submission } from '@/api/types'
import { changesOf, keyOf } from '@/data/useRosters'

const row = (place: string) => ({ place, name: '', stage: null, grade: null, room: null, fields: [] })
const submission = {
  version: 7,
  rosters: { classes: [row('class/primary/1/1班')], rooms: [] },
} as unknown as Submission
const one: NewPlace = { level: 'class', stage: 'primary', grade: 1, name: '1班' }

describe('rows of rosters', () => {
  it('are called as the server calls them, twins by their number', () => {
    expect(keyOf(one, new Set())).toEqual({ key: 'class/primary/1/1班', number: 1 })
    expect(keyOf({ level: 'room', kind: 'art', name: '画室' }, new Set()).key).toBe('room/art/画室')
    const taken = new Set(['class/primary/1/1班', 'class/primary/1/1班#0002'])
    expect(keyOf(one, taken)).toEqual({ key: 'class/primary/1/1班#0003', number: 3 })
  })

  it('come with their figures in one save', () => {
    const room: NewPlace = { level: 'room', kind: 'music', name: '音乐室' }
    const { places, edits } = changesOf(
      [
        { place: one, value: '42' },
        { place: one, value: '' },
        { place: room, value: '96' },
      ],
      submission,
    )
    expect(places.map((place) => place.number)).toEqual([2, 3, 1])
    expect(edits).toEqual([
      { place: 'class/primary/1/1班#0002', item: 'class_size', value: '42', version: 7 },
      { place: 'room/music/音乐室', item: 'room_area', value: '96', version: 7 },
    ])
  })
})
