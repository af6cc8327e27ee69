// Records apart from how they are drawn: what a form sends, which rows fit a filter, how a party reads.
import type { Agreed, ExchangeDetail, ExchangeLine, Party, PartyText, Proposal, Way } from '@/api/exchange'
import type { Stage } from '@/api/evaluation'

export const WAYS: Way[] = ['support', 'rotation', 'mentoring', 'lecture']

/** What stands in the form. */
export interface Draft {
  way: Way
  stage: Stage | ''
  subject: string
  begins: string
  ends: string
  hours: string
  giverSchool: string
  giverTeacher: string
  takerSchools: string[]
  takerTeachers: string[]
  evidence: number | null
  audience: string
  results: string
  note: string
}

/** A new record of a school year: from its first day to the end of June. */
export function emptyDraft(year: number): Draft {
  return {
    way: 'support',
    stage: '',
    subject: '',
    begins: `${year}-09-01`,
    ends: `${year + 1}-06-30`,
    hours: '',
    giverSchool: '',
    giverTeacher: '',
    takerSchools: [],
    takerTeachers: [],
    evidence: null,
    audience: '',
    results: '',
    note: '',
  }
}

/** Who is not chosen yet, though the way cannot be without; a lecture may be for an audience instead. */
export function unchosen(draft: Draft): ('giver' | 'takers')[] {
  const giver = draft.way === 'support' ? draft.giverSchool : draft.giverTeacher
  const takers = draft.way === 'mentoring' ? draft.takerTeachers : draft.takerSchools
  return [
    ...(giver === '' ? ['giver' as const] : []),
    ...(draft.way !== 'lecture' && takers.length === 0 ? ['takers' as const] : []),
  ]
}

export function draftOf(record: ExchangeDetail): Draft {
  const teachers = record.takers.flatMap((taker) => (taker.teacher === null ? [] : [taker.teacher]))
  const byTeacher = record.way === 'mentoring'
  return {
    way: record.way,
    stage: record.stage ?? '',
    subject: record.subject ?? '',
    begins: record.begins,
    ends: record.ends,
    hours: record.hours ?? '',
    giverSchool: record.way === 'support' ? (record.giver?.school ?? '') : '',
    giverTeacher: record.giver?.teacher ?? '',
    takerSchools: byTeacher ? [] : record.takers.map((taker) => taker.school),
    takerTeachers: byTeacher ? teachers : [],
    evidence: record.evidence,
    audience: record.audience ?? '',
    results: record.results ?? '',
    note: record.note ?? '',
  }
}

/** What the server is sent: only what belongs to the way. */
export function agreedOf(draft: Draft): Agreed {
  const giver: PartyText =
    draft.way === 'support'
      ? { school: draft.giverSchool || null }
      : { teacher: draft.giverTeacher.trim() || null }
  const takers: PartyText[] =
    draft.way === 'mentoring'
      ? draft.takerTeachers.map((teacher) => ({ teacher }))
      : draft.takerSchools.map((school) => ({ school }))
  return {
    way: draft.way,
    stage: draft.stage || null,
    subject: draft.subject || null,
    begins: draft.begins,
    ends: draft.ends,
    hours: draft.hours.trim() || null,
    giver,
    takers,
    evidence: draft.evidence,
    audience: draft.way === 'lecture' ? draft.audience.trim() : '',
    results: draft.results.trim(),
    note: draft.note.trim(),
  }
}

export interface Filter {
  way: string
  state: string
  township: string
  text: string
}

const everybody = (line: ExchangeLine): Party[] => [...(line.giver ? [line.giver] : []), ...line.takers]

export function fits(line: ExchangeLine, filter: Filter): boolean {
  const text = filter.text.trim()
  const parties = everybody(line)
  return (
    (filter.way === '' || line.way === filter.way) &&
    (filter.state === '' || line.state === filter.state) &&
    (filter.township === '' || parties.some((party) => party.township === filter.township)) &&
    (text === '' || parties.some((party) => party.name.includes(text) || party.teacher?.includes(text)))
  )
}

export function townshipsOf(lines: readonly ExchangeLine[]): string[] {
  const found = new Set(lines.flatMap(everybody).flatMap((party) => party.township ?? []))
  return [...found].sort((a, b) => a.localeCompare(b, 'zh'))
}

/** `王*芳 · 实验小学`, or the school alone. */
export function partyLine(party: Pick<Party, 'name' | 'teacher' | 'person'> | null): string {
  if (!party) return '—'
  return party.teacher ? `${party.person ?? party.teacher} · ${party.name}` : party.name
}

/**
 * The records that accepted pairs become: a pair of schools each its own, a mentor's pupils of one stage
 * and subject together.
 */
export function recordsOf(
  kind: 'schools' | 'mentors',
  pairs: Proposal['pairs'],
  begins: string,
  ends: string,
): Agreed[] {
  const base = { begins, ends, hours: null, evidence: null, audience: '', results: '', note: '' }
  if (kind === 'schools')
    return pairs.map((pair) => ({
      ...base,
      way: 'support',
      stage: pair.stage,
      subject: null,
      giver: { school: pair.giver.school },
      takers: [{ school: pair.taker.school }],
    }))
  const together = new Map<string, Agreed>()
  for (const pair of pairs) {
    const key = `${pair.giver.teacher} ${pair.stage} ${pair.subject}`
    const pupil = { teacher: pair.taker.teacher }
    const known = together.get(key)
    if (known) known.takers.push(pupil)
    else
      together.set(key, {
        ...base,
        way: 'mentoring',
        stage: pair.stage,
        subject: pair.subject,
        giver: { teacher: pair.giver.teacher },
        takers: [pupil],
      })
  }
  return [...together.values()]
}
