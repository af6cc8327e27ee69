import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { common } from '@/i18n/common'
import type { Tree } from '@/i18n'
import { messages as data } from '@/data/messages'
import { messages as evaluation } from '@/evaluation/messages'
import { messages as exchange } from '@/exchange/messages'
import { messages as map } from '@/map/messages'
import { messages as overview } from '@/overview/messages'
import { messages as plans } from '@/plans/messages'
import { messages as posts } from '@/posts/messages'
import { messages as principals } from '@/principals/messages'
import { messages as rotation } from '@/rotation/messages'
import { messages as school } from '@/school/messages'
import { messages as session } from '@/session/messages'
import { messages as system } from '@/system/messages'
import { messages as teachers } from '@/teachers/messages'
import { messages as training } from '@/training/messages'

function flat(tree: Tree, prefix = ''): Map<string, string> {
  const found = new Map<string, string>()
  for (const [key, value] of Object.entries(tree)) {
    if (typeof value === 'string') found.set(prefix + key, value)
    else for (const [inner, text] of flat(value, `${prefix}${key}.`)) found.set(inner, text)
  }
  return found
}
const holes = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((m) => m[1] ?? '').sort()

describe.each(
  Object.entries({
    common,
    data,
    evaluation,
    exchange,
    map,
    overview,
    plans,
    posts,
    principals,
    rotation,
    school,
    session,
    system,
    teachers,
    training,
  }),
)('the words of %s', (_name, words) => {
  const zh = flat(words.zh as Tree)
  const en = flat(words.en as Tree)
  it('are there in both languages', () => {
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort())
  })
  it('have the same places to fill in', () => {
    for (const [key, text] of zh) expect([key, holes(en.get(key) ?? '')]).toEqual([key, holes(text)])
  })
  it('hold no sign that the message syntax takes for its own', () => {
    for (const text of [...zh.values(), ...en.values()]) expect(text).not.toMatch(/[@|]/)
  })
})

describe('the colours', () => {
  const css = readFileSync('src/styles/base.css', 'utf8')
  const colour = (name: string): number[] => {
    const hex = new RegExp(`--${name}: #([0-9a-f]{6})`).exec(css)?.[1]
    if (!hex) throw new Error(`no colour ${name}`)
    return [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
  }
  const luminance = (rgb: number[]): number => {
    const [r = 0, g = 0, b = 0] = rgb.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const contrast = (a: string, b: string): number => {
    const [high = 0, low = 0] = [luminance(colour(a)), luminance(colour(b))].sort((x, y) => y - x)
    return (high + 0.05) / (low + 0.05)
  }
  const pairs = ['ink', 'ink-2', 'ink-3', 'accent', 'pass', 'near', 'fail', 'missing'].flatMap((text) =>
    ['ground', 'ground-2'].map((ground) => [text, ground] as const),
  )
  it.each([
    ...pairs,
    ['near', 'near-soft'] as const,
    ['fail', 'fail-soft'] as const,
    ['pass', 'pass-soft'] as const,
    ['ink', 'fail-soft'] as const,
    ['ink', 'near-soft'] as const,
    ['accent', 'accent-soft'] as const,
    ['ink-3', 'accent-soft'] as const,
    ['accent', 'near-soft'] as const,
    ['accent', 'fail-soft'] as const,
    ['ground', 'accent'] as const,
  ])('%s can be read on %s (AA)', (text, ground) => {
    expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5)
  })
})
